"""One function for each command: the story of the product, readable from top to bottom."""

from __future__ import annotations

import hashlib
import platform
import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib import metadata
from pathlib import Path

import polars as pl

from leaderful import __version__, england
from leaderful.errors import LeaderfulError, StudyNotFoundError, UnknownNameError
from leaderful.forms import Format, Survey, forms, latest_wave, partners, teams
from leaderful.framework import pages
from leaderful.framework.instruments import AddedInstrument, read_instrument, refuse_shared
from leaderful.measures.outcomes import outcomes
from leaderful.measures.published import system_percentages
from leaderful.measures.published_change import changes
from leaderful.measures.structure import standing, structure
from leaderful.measuring import measure, protect
from leaderful.receipts import Problem, Receipt
from leaderful.report.files import Written, write_files
from leaderful.report.material import Material
from leaderful.report.report import write_report
from leaderful.study import TABLES, Study
from leaderful.study.importing import Imported, guess, import_files
from leaderful.study.importing.pseudonyms import new_key, read_key
from leaderful.study.settings import FILE
from leaderful.writing import write_file

LATEST = england.REDRAWN
"""The date taken when none is given: the last redrawing of the systems that the packaged data knows."""

PUBLIC_DATA = "packaged public data"
"""Where the tables of a study came from, when `new` or `demo` filled them."""

PRIVATE = "private"
"""What a manifest, which is made to be shared, says of a table about people in place of its hash and its counts."""


def demo(icb: str, *, as_at: date | None, folder: Path | None) -> Written:
    """Write the report of one system from packaged public data alone."""
    day = as_at or LATEST
    code = england.resolve(icb, day)
    study = public_study(code, day)
    out = folder or Path(f"leaderful-demo-{code}")
    with tempfile.TemporaryDirectory() as place:
        kept = Study.new(
            Path(place) / "study",
            name=study.name,
            system=code,
            as_at=day,
            tables=study.tables,
            created_from=study.created_from,
        )
        return report(kept, out)


def new(folder: Path, icb: str, *, as_at: date | None) -> Iterator[str]:
    """Start a study of a system in a folder, filled with public data."""
    day = as_at or LATEST
    study = public_study(england.resolve(icb, day), day)
    Study.new(
        folder,
        name=study.name,
        system=study.system,
        as_at=day,
        tables=study.tables,
        created_from=study.created_from,
    )
    yield f"{study.name}, as at {day.isoformat()}, in {folder}"
    for name, rows in study.tables.items():
        yield f"  {name:<12} {rows.height:>6,} rows"
    named = shlex.quote(str(folder))
    yield f"Next: leaderful check {named}, then leaderful run {named}"


def check(folder: Path) -> list[Receipt]:
    """Read a study and return what became of its rows, and what keeps a report from being written."""
    study = Study.open(folder)
    fault = system_fault(study)
    if fault:
        problem = Problem(file=FILE, row=None, column=None, kind=UnknownNameError, message=fault)
        settings = Receipt(source=FILE, read=0, kept=0, problems=(problem, *settings_problems(study)))
        return [settings, *(receipt for receipt in study.receipts if receipt.source != FILE)]
    return list(noted(study))


def form(format: Format, out: Path, *, folder: Path | None, instrument: Path | None) -> Iterator[str]:
    """Write blank forms of the questionnaire and the diary, with the lists of a study where one is given."""
    study = Study.open(folder) if folder else None
    added = (*(study.instruments if study else ()), *((read_instrument(instrument),) if instrument else ()))
    refuse_shared(added)
    asked = survey(study, added)
    files = forms(format, asked)
    stem = out.name.removesuffix(next(iter(files)))
    written = {out.with_name(f"{stem}{end}"): content for end, content in files.items()}
    write_new(written)
    yield from (str(path) for path in written)
    yield f"{len(asked.items)} statements, {len(asked.bodies)} bodies and {len(asked.teams)} teams to pick from"
    yield "Complete what stands in [square brackets] before you send it out."
    if study and any(receipt.rejected for receipt in study.receipts):
        yield f"Rows of the study were left out and may be missing here: leaderful check {shlex.quote(str(folder))}"


def survey(study: Study | None, instruments: tuple[AddedInstrument, ...]) -> Survey:
    """Return what a form asks: the questionnaire, the instruments added to it, and the lists of the study."""
    if study is None:
        return Survey(as_at=LATEST, instruments=instruments)
    bodies, people = study.table("bodies"), study.table("people")
    return Survey(
        name=study.name,
        system=study.system,
        as_at=study.as_at,
        wave=latest_wave(study.table("waves")),
        bodies=partners(bodies, people, system=study.system, as_at=study.as_at),
        teams=teams(bodies, people, as_at=study.as_at),
        instruments=instruments,
    )


def write_new(files: Mapping[Path, bytes]) -> None:
    """Write files that are not there yet; one that is may have been filled in."""
    there = next((path for path in files if path.exists()), None)
    if there is not None:
        raise StudyNotFoundError(f"{there} is there already and may be filled in. Choose another name for --out.")
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, content)
    except OSError as error:
        raise StudyNotFoundError(
            f"{path} cannot be written: {error.strerror}. Choose a folder in which you may write."
        ) from None


def draft_mapping(folder: Path, files: Sequence[Path], *, mapping: Path | None) -> Iterator[str]:
    """Write a first mapping for files beside the first of them, to be corrected by hand."""
    target = mapping or files[0].with_name(f"{files[0].stem}.mapping.toml")
    if target.exists():
        raise StudyNotFoundError(
            f"{target} is there already and may be corrected by hand. Name another with --mapping."
        )
    draft = guess(Study.open(folder), files)
    write_new({target: draft.text.encode()})
    yield from draft.found
    yield f"Mapping: {target}. Check every line of it, then:"
    named = " ".join(shlex.quote(str(each)) for each in (folder, *files))
    yield f"  leaderful import {named} --mapping {shlex.quote(str(target))} --dry-run"


def import_answers(
    folder: Path,
    files: Sequence[Path],
    *,
    mapping: Path,
    key: Path | None,
    fresh_key: Path | None,
    replacing: bool,
    dry_run: bool,
) -> Imported:
    """Add what files hold to the tables of a study, as a mapping says."""
    study = Study.open(folder)
    secret = new_key(fresh_key) if fresh_key is not None else read_key(key)
    return import_files(study, files, mapping, key=secret, replace=replacing, dry_run=dry_run)


def run(folder: Path, *, out: Path | None) -> Written:
    """Measure a study and write its report."""
    study = Study.open(folder)
    return report(study, out or folder / "results")


def report(study: Study, out: Path) -> Written:
    """Measure, protect, and write the report, the findings and the manifest."""
    refuse_false(study)
    spread = None if is_invented(study) else england.spread(study.as_at)
    findings = protect(measure(study, england_findings=spread), study)
    page = write_report(material(study, findings, spread))
    return write_files(
        out,
        page=page,
        findings=findings,
        about={
            "leaderful": __version__,
            "versions": versions(),
            "system": study.system,
            "as_at": study.as_at.isoformat(),
            "synthetic": study.synthetic,
            "seed": study.seed,
            "inputs": inputs(study),
            "rows": rows(study),
        },
        receipts=study.receipts,
    )


def is_invented(study: Study) -> bool:
    """Tell whether the study's system is made up, and not only what is said of it."""
    if not (study.synthetic and study.system):
        return False
    try:
        england.resolve(study.system, study.as_at)
    except UnknownNameError:
        return True
    return False


def system_fault(study: Study) -> str:
    """Say what keeps the study's system and date from being those of a report; nothing when they may be."""
    if is_invented(study):
        return ""
    if not study.system:
        return 'a report needs one system; set system in study.toml to the code of its ICB, as in: system = "QHM"'
    try:
        code = england.resolve(study.system, study.as_at)
    except UnknownNameError as error:
        return f"system or as_at is not right: {error}"
    return "" if code == study.system else f'system is {study.system[:60]!r}; write its code: system = "{code}"'


def refuse_false(study: Study) -> None:
    """Refuse a study whose system, date and bodies do not belong together: its report would be false."""
    fault = system_fault(study)
    if fault:
        raise UnknownNameError(f"{FILE}: {fault}")
    for problem in settings_problems(study):
        raise problem.kind(f"{FILE}: {problem.message}")


def settings_problems(study: Study) -> list[Problem]:
    """Return what is wrong with study.toml beside the study's bodies."""
    return [problem for receipt in study.receipts if receipt.source == FILE for problem in receipt.problems]


def noted(study: Study) -> Iterator[Receipt]:
    """Yield the receipts, noting on the bodies which ones a study made for another date does not have."""
    missing = bodies_missing(study)
    day = study.as_at.isoformat()
    bodies, are = ("body", "is") if missing == 1 else ("bodies", "are")
    text = (
        f"{missing:,} {bodies} that public lists hold on {day} {are} not in this study; "
        f"start a new one with leaderful new --as-at {day}"
    )
    for receipt in study.receipts:
        about_bodies = Path(receipt.source).stem == "bodies" and receipt.kept > 0 and not receipt.rejected
        yield replace(receipt, notes=(*receipt.notes, text)) if missing and about_bodies else receipt


def bodies_missing(study: Study) -> int:
    """Return how many bodies public lists hold that a study filled from them does not."""
    if study.created_from != PUBLIC_DATA:
        return 0
    public = england.bodies(study.system, study.as_at)
    return public.join(study.table("bodies"), on="id", how="anti").height


def versions() -> dict[str, str]:
    """Return the versions of what the bytes of a report depend on beside leaderful itself."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python} | {name: metadata.version(name) for name in ("numpy", "polars", "scipy")}


def inputs(study: Study) -> dict[str, str]:
    """Return the SHA-256 of England's packaged findings and of every file the study was read from, by name."""
    packaged = "" if is_invented(study) else hashlib.sha256(england.spread_file(study.as_at)).hexdigest()
    own = {name: PRIVATE if is_private(name) else study.files[name] for name in sorted(study.files)}
    return ({"england findings": packaged} if packaged else {}) | own


def rows(study: Study) -> dict[str, dict[str, int] | str]:
    """Return how many rows of every table were read and kept, by the table's name."""
    read = [receipt for receipt in study.receipts if receipt.source in study.files or receipt.source in TABLES]
    return {
        Path(receipt.source).stem: (
            PRIVATE if is_private(receipt.source) else {"read": receipt.read, "kept": receipt.kept}
        )
        for receipt in read
        if receipt.source != FILE
    }


def is_private(source: str) -> bool:
    """Tell whether a file or table holds cells about people."""
    name = Path(source).stem
    return name in TABLES and TABLES[name].private


def public_study(code: str, as_at: date) -> Study:
    """Return a study of a system with all that packaged public data holds on it."""
    former = england.former_trusts(as_at).filter(pl.col("system") == code)
    bodies = pl.concat([england.bodies(code, as_at), former])
    ids = bodies["id"].to_list()
    systems = dict(england.icbs(as_at).select("code", "name").iter_rows())
    return Study(
        name=systems[code],
        system=code,
        as_at=as_at,
        created_from=PUBLIC_DATA,
        tables={
            "bodies": bodies,
            "successions": england.successions().filter(
                pl.col("predecessor").is_in(ids) | pl.col("successor").is_in(ids)
            ),
            "ties": england.ties(code, as_at),
            "published": england.published(ids),
            "outcomes": england.outcomes(ids),
        },
    )


def measure_england(as_at: date) -> pl.DataFrame:
    """Return the findings of England as a whole that one system is set against.

    Structure is measured system by system, because a body that divides its area stands in each.
    """
    bodies = pl.concat([england.all_bodies(as_at), england.former_trusts(as_at)])
    ids = bodies["id"].to_list()
    whole = Study(
        name="England",
        system="",
        as_at=as_at,
        tables={
            "bodies": bodies,
            "successions": england.successions(),
            "published": england.published(ids),
            "outcomes": england.outcomes(ids),
        },
    )
    found = [
        *(structure(public_study(code, as_at)) for code in england.icbs(as_at)["code"].sort()),
        system_percentages(whole),
        changes(whole),
        outcomes(whole, england.outcome_catalogue()),
    ]
    kept = pl.col("unit_kind").is_in(["england", "system"]) & (pl.col("measure") != "structure.ties")
    return protect(pl.concat(found).filter(kept), whole)


def material(study: Study, findings: pl.DataFrame, spread: pl.DataFrame | None) -> Material:
    """Return what the report is written from."""
    refuse_false(study)
    own = Material(
        name=study.name,
        system=study.system,
        as_at=study.as_at,
        findings=findings,
        england=spread if spread is not None else findings.clear(),
        bodies=standing(study.table("bodies"), study.as_at),
        former_names=dict(study.table("bodies").select("id", "name").iter_rows()),
        wave_names=dict(study.table("waves").select("id", pl.coalesce("name", "id")).iter_rows()),
        item_scales=study.item_scales,
        synthetic=study.synthetic,
        version=__version__,
    )
    if is_invented(study):
        return own
    described = england.describe(study.system, study.as_at)
    return replace(
        own,
        outlines=list(england.boundaries(study.as_at).values()),
        system_names=dict(england.icbs(study.as_at).select("code", "name").iter_rows()),
        region=described.region,
        population=described.population,
        history=described.succession,
        unplaced=unplaced(study),
        gaps=described.caveats,
    )


def unplaced(study: Study) -> dict[str, int]:
    """Return how many bodies of each kind may belong to the system without any public list saying so."""
    maybe = england.undetermined(study.as_at).filter(pl.col("candidates").list.contains(study.system))
    return dict(maybe.group_by("kind").len().sort("kind").iter_rows())


def framework_listing() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the entries of the framework by group: id and name."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for group, entry, name, _ in pages.listing():
        grouped.setdefault(group, []).append((entry, name))
    return list(grouped.items())


def framework_explain(entry: str) -> str:
    """Return what there is to say about one entry of the framework."""
    return pages.explain(entry)


def england_systems(*, as_at: date | None) -> Iterator[str]:
    """Yield the systems that stand on a date, a line each."""
    day = as_at or LATEST
    rows = england.systems_table(day)
    yield f"{len(rows)} systems on {day.isoformat()}"
    for row in rows:
        yield f"{row.code:<6} {row.name:<78} {row.region:<26} {row.population:>10,}  since {row.since}"


def england_show(icb: str, *, as_at: date | None) -> str:
    """Return what is known of a system's structure on a date."""
    return england.describe(icb, as_at or LATEST).text()


def worst(receipts: Sequence[Receipt]) -> type[LeaderfulError] | None:
    """Return the class of problem that decides the exit code; None when nothing is wrong."""
    kinds = [receipt.worst for receipt in receipts if receipt.worst is not None]
    return min(kinds, key=lambda kind: kind.exit_code, default=None)
