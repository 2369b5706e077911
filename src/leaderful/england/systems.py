"""The systems of England at a date, the names they go by, and what became of them."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches

import polars as pl

from leaderful.england.days import BEGAN, LAST_KNOWN
from leaderful.england.packaged import packaged, standing_on
from leaderful.errors import UnknownNameError

_SHOWN = 60  # characters of what was asked for that a message repeats


def icbs(as_at: date) -> pl.DataFrame:
    """Return the integrated care boards on a date, one row each, in order of code.

    Parameters
    ----------
    as_at
        A day from 1 July 2022, when ICBs began, to 31 March 2027, the last before further mergers.

    Returns
    -------
    polars.DataFrame
        ``code`` (ODS), ``ons_code``, ``name``, ``region``, ``region_name``, ``population`` (people,
        mid-2020), ``established``, ``valid_from`` and ``valid_to`` of these codes and this area,
        ``basis`` of the population, ``small_parts`` (councils too small here to be listed).

    Raises
    ------
    UnknownNameError
        When the date is outside that range.

    Examples
    --------
    >>> icbs(date(2026, 3, 31)).height, icbs(date(2026, 4, 1)).height
    (42, 36)
    """
    _check_date(as_at)
    return packaged("systems").filter(standing_on(as_at)).sort("code")


def resolve(text: str, as_at: date) -> str:
    """Return the ODS code of the ICB that a code or name stands for on a date.

    Parameters
    ----------
    text
        ODS code in either case, ONS code, or name with or without NHS and Integrated Care Board.
    as_at
        Day on which the ICB must stand.

    Returns
    -------
    str
        The ODS code.

    Raises
    ------
    UnknownNameError
        When there is no such ICB on that day. The message says which code to ask for instead.

    Examples
    --------
    >>> resolve("north east and north cumbria icb", date(2026, 4, 1)), resolve("qhm", date(2023, 1, 1))
    ('QHM', 'QHM')
    """
    here = icbs(as_at)
    found = _find(text, here)
    if found:
        return found
    other = _find(text, packaged("systems"))
    raise UnknownNameError(_elsewhen(other, as_at) if other else _unknown(text, here, as_at))


def successors(code: str) -> pl.DataFrame:
    """Return what followed a body: the ICBs or trusts that took it over, when, and how much of it.

    Parameters
    ----------
    code
        ODS code of an ICB or a trust, in either case.

    Returns
    -------
    polars.DataFrame
        ``predecessor``, ``successor``, ``kind``, ``effective``, ``share`` (by population; null when
        unknown), ``basis``, ``standing``. No rows when nothing followed.

    Raises
    ------
    UnknownNameError
        When no body has that code.

    Examples
    --------
    >>> successors("QNQ")["successor"].to_list()
    ['QRL', 'S0E4D', 'S9B9J']
    """
    return packaged("successions").filter(pl.col("predecessor") == _known(code))


def predecessors(code: str) -> pl.DataFrame:
    """Return what a body was made from; columns and errors as in `successors`.

    Parameters
    ----------
    code
        ODS code of an ICB or a trust, in either case.

    Returns
    -------
    polars.DataFrame
        One row for each predecessor; none when it was not made from others.

    Raises
    ------
    UnknownNameError
        When no body has that code.

    Examples
    --------
    >>> predecessors("D7T5G")["predecessor"].to_list()
    ['QH8', 'QJG', 'QM7']
    """
    return packaged("successions").filter(pl.col("successor") == _known(code))


def successions() -> pl.DataFrame:
    """Return every succession of ICBs and trusts; columns as in `successors`."""
    return packaged("successions")


def _check_date(as_at: date) -> None:
    if as_at < BEGAN:
        raise UnknownNameError(
            f"{as_at} is before integrated care boards began on 1 July 2022; ask for a date from {BEGAN}"
        )
    if as_at > LAST_KNOWN:
        raise UnknownNameError(
            f"{as_at} is after {LAST_KNOWN}: further mergers of ICBs are ordered for 1 April 2027 and are "
            f"not in these tables; ask for a date up to {LAST_KNOWN}"
        )


def _find(text: str, systems: pl.DataFrame) -> str | None:
    """Code of the system that the text names among these, or None."""
    wanted, name = text.strip().upper(), _plain(text)
    for code, ons_code, full in systems.select("code", "ons_code", "name").iter_rows():
        if wanted in (code, ons_code) or (name and name == _plain(full)):
            return str(code)
    return None


def _plain(name: str) -> str:
    """A name without what people leave out when they write it."""
    text = " ".join(name.casefold().replace("&", " and ").replace(",", " ").replace("-", " ").split())
    text = text.removeprefix("nhs ")
    for ending in (" integrated care board", " integrated care system", " icb", " ics"):
        text = text.removesuffix(ending)
    return text


def _elsewhen(code: str, as_at: date) -> str:
    """Why a system that exists at another date is not there on this one, and what to ask for."""
    row = packaged("systems").filter(pl.col("code") == code).row(0, named=True)
    if row["valid_from"] > as_at:
        named = _named(predecessors(code)["predecessor"])
        return (
            f"{code} ({row['name']}) began on {row['valid_from']}, after {as_at}; its area then belonged to "
            f"{named}: ask for one of these, or for {code} from {row['valid_from']}"
        )
    named = _named(successors(code)["successor"])
    return (
        f"{code} ({row['name']}) ended on {row['valid_to']}, before {as_at}; its area went to {named}: "
        f"ask for that, or for {code} up to {row['valid_to']}"
    )


def _named(codes: pl.Series) -> str:
    names = dict(packaged("systems").select("code", "name").iter_rows())
    return ", ".join(f"{code} ({names[code]})" for code in codes)


def _unknown(text: str, here: pl.DataFrame, as_at: date) -> str:
    close = _close(text)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return (
        f"{text[:_SHOWN]!r} is not an integrated care board on {as_at}.{hint} Allowed are the codes and names of "
        f"{here.height} ICBs: `leaderful england systems --as-at {as_at}` lists them"
    )


def _close(text: str) -> list[str]:
    """Systems of any date whose name or code is near the text."""
    systems = packaged("systems").unique("code", maintain_order=True)
    names = {_plain(name): code for code, name in systems.select("code", "name").iter_rows()}
    near = [names[name] for name in get_close_matches(_plain(text), list(names), n=2)]
    near += get_close_matches(text.strip().upper(), systems["code"].to_list(), n=2)
    return [_named(pl.Series([code])) for code in dict.fromkeys(near)]


def _known(code: str) -> str:
    wanted = code.strip().upper()
    if packaged("bodies").filter(pl.col("id") == wanted).is_empty():
        close = _close(code)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise UnknownNameError(
            f"{code[:_SHOWN]!r} is not the code of a body of England.{hint} Give an ODS code, such as QNQ or RRP"
        )
    return wanted
