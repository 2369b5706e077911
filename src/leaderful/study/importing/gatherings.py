"""From who took part in what to the table of interactions: which meetings and messages count, and why others do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from leaderful.receipts import LeftOut, Receipt
from leaderful.study.importing.mapping import Kind, Source
from leaderful.study.importing.merging import Offered
from leaderful.study.importing.pseudonyms import sealed
from leaderful.study.log import Log

PARTS = pl.Schema(
    {
        "account": pl.Int64(),
        "line": pl.Int64(),
        "key": pl.String(),
        "time": pl.Datetime("us"),
        "who": pl.String(),
        "sends": pl.Boolean(),
        "channel": pl.String(),
        "automatic": pl.Boolean(),
    }
)
"""One row for each time that somebody is found to take part: whose line says so, in what, when, who, and how."""

LARGEST: dict[Kind, int] = {"messages": 20, "calendar": 100, "attendance": 100, "minutes": 100}
"""How many may take part before it is no conversation any more; ours."""

_FEWER = "fewer than two of those who took part are people of the study"
_STRANGER = "the sender is not among the people of the study"
_AUTOMATIC = "sent by a program, as the address says"


@dataclass(kw_only=True)
class Account:
    """One file or sheet that says who met or wrote to whom, and what became of its lines so far."""

    label: str
    kind: Kind
    read: int
    """Rows of a sheet, events of a calendar, or meetings in minutes."""
    largest: int
    keyed: bool
    """Whether codes are made with the user's key, as where names and mail addresses are hashed."""
    log: Log
    left_out: list[LeftOut] = field(default_factory=list)

    def receipt(self, kept: int) -> Receipt:
        """Return what became of all that was read."""
        return Receipt(
            source=f"{self.label}, read as {self.kind}",
            read=self.read,
            kept=kept,
            problems=tuple(self.log.problems),
            left_out=tuple(self.left_out),
            notes=tuple(self.log.notes),
        )


def largest_of(source: Source) -> int:
    """Return how many people may take part."""
    return source.largest or LARGEST[source.kind]


def make_parts(frame: pl.DataFrame, **constants: object) -> pl.DataFrame:
    """Return a frame as parts, with the same value in every row where a constant is given."""
    filled = frame.with_columns(pl.lit(value).alias(name) for name, value in constants.items())
    return filled.select(pl.col(name).cast(dtype) for name, dtype in PARTS.items())


def gather(
    parts: Iterable[pl.DataFrame], accounts: Sequence[Account], known: pl.Series, key: bytes | None
) -> tuple[list[Offered], list[Receipt]]:
    """Return the interactions that parts make, each once whatever number of files speak of it, and the receipts.

    An interaction needs two people of the study. People who are not in it are left out and counted: nobody
    has asked them, and a study keeps no person without body and tier.
    """
    every = pl.concat([PARTS.to_frame(), *parts])
    judged = _judged(every, accounts, known)
    lines = every.select("account", "line", "key").unique(maintain_order=True).join(judged, on="key", how="left")
    offered, receipts = [], []
    for number, account in enumerate(accounts):
        mine = lines.filter(pl.col("account") == number)
        _count_strangers(every.filter(pl.col("account") == number), known, account)
        _tell(mine, number, account)
        kept = mine.filter(pl.col("reason").is_null())["line"].n_unique()
        receipts.append(account.receipt(kept))
        rows = judged.filter(pl.col("reason").is_null() & (pl.col("first") == number))
        secret = (key or b"") if account.keyed else b""
        coded = rows.with_columns(sealed(rows["key"], secret, begins="i").alias("id"))
        wanted = coded.select("id", "time", "participants", "sender", "channel", "line").sort("time", "id")
        offered.append(Offered(table="interactions", source=account.label, rows=wanted))
    return offered, receipts


def _judged(parts: pl.DataFrame, accounts: Sequence[Account], known: pl.Series) -> pl.DataFrame:
    """Return one row for each gathering, with the reason why it does not count, or none."""
    limits = pl.DataFrame(
        {"account": range(len(accounts)), "most": [each.largest for each in accounts]},
        schema={"account": pl.Int64(), "most": pl.Int64()},
    )
    told = parts.join(limits, on="account", how="left", maintain_order="left")
    each = told.group_by("key", maintain_order=True).agg(
        pl.col("time").min(),
        pl.col("who").n_unique().alias("there"),
        pl.col("who").filter(pl.col("sends")).first().alias("sender"),
        pl.col("channel").first(),
        pl.col("automatic").any(),
        pl.col("account").first().alias("first"),
        pl.col("line").first(),
        pl.col("most").max(),
    )
    asked = parts.select("key", "who").filter(pl.col("who").is_in(known.implode())).unique().sort("key", "who")
    participants = asked.group_by("key", maintain_order=True).agg(pl.col("who").alias("participants"))
    joined = each.join(participants, on="key", how="left", maintain_order="left")
    return joined.with_columns(reason=_reason(known))


def _reason(known: pl.Series) -> pl.Expr:
    """Return why a gathering does not count; null where it does."""
    stranger = pl.col("sender").is_not_null() & ~pl.col("sender").is_in(known.implode())
    too_many = pl.format("more than {} took part, too many to speak of a conversation (largest in the mapping)", "most")
    return (
        pl.when("automatic")
        .then(pl.lit(_AUTOMATIC))
        .when(pl.col("there") > pl.col("most"))
        .then(too_many)
        .when(stranger)
        .then(pl.lit(_STRANGER))
        .when(pl.col("participants").list.len().fill_null(0) < 2)
        .then(pl.lit(_FEWER))
    )


def _count_strangers(parts: pl.DataFrame, known: pl.Series, account: Account) -> None:
    strangers = parts.filter(~pl.col("who").is_in(known.implode()))["who"].n_unique()
    if strangers:
        account.log.notes.append(
            f"different names or addresses that belong to nobody in the table of people: {strangers:,}; "
            "they were not asked, and nothing of them is kept"
        )


def _tell(lines: pl.DataFrame, number: int, account: Account) -> None:
    """Note how many gatherings a source speaks of, and which of its lines count for none."""
    gatherings = lines.unique("key")
    if gatherings.is_empty():
        return
    kept = gatherings.filter(pl.col("reason").is_null())
    elsewhere = kept.filter(pl.col("first") != number).height
    also = f", {elsewhere:,} of them in an earlier file too" if elsewhere else ""
    account.log.notes.append(f"meetings or messages: {gatherings.height:,}, of which {kept.height:,} count{also}")
    counting = lines.filter(pl.col("reason").is_null())["line"].implode()
    rest = lines.filter(~pl.col("line").is_in(counting)).unique("line", keep="first", maintain_order=True)
    for reason, group in rest.group_by("reason", maintain_order=True):
        account.left_out.append(LeftOut(reason=str(reason[0]), rows=tuple(group["line"].sort())))
