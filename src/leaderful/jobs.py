"""One function for each command: the story of the product, readable from top to bottom."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from leaderful import __version__, england
from leaderful.errors import LeaderfulError, StudyNotFoundError, UnknownNameError
from leaderful.exports import NAMES, Contents, choose_rounds, export_files, refuse_unknown
from leaderful.exports import Format as ExportFormat
from leaderful.forms import Format, Survey, forms, latest_wave, partners, teams
from leaderful.framework import pages
from leaderful.framework.instruments import AddedInstrument, read_instrument, refuse_shared
from leaderful.manifest import about
from leaderful.measures.findings_file import kept_beside, of_this_evidence
from leaderful.measures.outcomes import outcomes
from leaderful.measures.published import system_percentages
from leaderful.measures.published_change import changes
from leaderful.measures.structure import standing, structure
from leaderful.measures.thread_national import national
from leaderful.measuring import measure, protect
from leaderful.plans import ReadPlans, duties, judged, read_plans
from leaderful.receipts import Problem, Receipt
from leaderful.report.files import Written, write_files
from leaderful.report.material import Material
from leaderful.report.report import write_report
from leaderful.soundness import PUBLIC_DATA, is_invented, noted, refuse_false, settings_problems, system_fault
from leaderful.study import Study
from leaderful.study.importing import Imported, guess, import_files
from leaderful.study.importing.pseudonyms import new_key, read_key
from leaderful.study.settings import FILE
from leaderful.writing import is_there, write_new, write_over

KEPT = ("whatif", "propositions")
"""Files that keep, beside a study, what the laboratory found."""
_MEASURED, _FOUND = 0.6, 0.95
"""Parts of the time for findings in which they are measured, and of that for a report in which they are found."""
LATEST = england.REDRAWN
"""The date taken when none is given: the last redrawing of the systems that the packaged data knows."""


def demo(icb: str, *, as_at: date | None, folder: Path | None, laboratory: pl.DataFrame | None = None) -> Written:
    """Write the report of one system from packaged public data, with what the laboratory found where it is given."""
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
        return report(kept, out, laboratory=laboratory)


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
    if stem in ("", ".."):
        raise StudyNotFoundError(f"{out} is no name for a file. Choose one for --out, as in: --out survey")
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
        minimum_people=study.minimum_people,
        wave=latest_wave(study.table("waves")),
        bodies=partners(bodies, people, system=study.system, as_at=study.as_at),
        teams=teams(bodies, people, as_at=study.as_at),
        instruments=instruments,
    )


def draft_mapping(folder: Path, files: Sequence[Path], *, mapping: Path | None) -> Iterator[str]:
    """Write a first mapping for files beside the first of them, to be corrected by hand."""
    target = mapping or files[0].parent / f"{files[0].stem}.mapping.toml"
    if is_there(target):
        raise StudyNotFoundError(
            f"{target} is there already and may be corrected by hand. Name another with --mapping."
        )
    draft = guess(Study.open(folder), files)
    write_new({target: draft.text.encode()})
    yield from draft.found
    yield f"Mapping: {target}. Check every line of it, then:"
    named = " ".join(shlex.quote(str(each)) for each in (folder, *files))
    yield f"  leaderful import {named} --mapping {shlex.quote(str(target))} --dry-run"


def import_evidence(
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


def plans(folder: Path, *, again: bool) -> ReadPlans:
    """Read the plans of a study and suggest which goals they serve, to be confirmed or refused."""
    return read_plans(Study.open(folder), again=again)


def run(folder: Path, *, out: Path | None) -> Written:
    """Measure a study and write its report."""
    study = Study.open(folder)
    read = {file: of_this_evidence(file, rows, study) for file, rows in kept_beside(folder, KEPT).items()}
    laboratory = pl.concat(rows for rows, _ in read.values()) if read else None
    return report(study, out or folder / "results", laboratory=laboratory, kept=[each for _, each in read.values()])


def report(
    study: Study,
    out: Path,
    *,
    laboratory: pl.DataFrame | None = None,
    kept: Sequence[Receipt] = (),
    tell: Callable[[float], None] = lambda _: None,
) -> Written:
    """Measure, protect, and write the report, the findings and the manifest, with what the laboratory found.

    `kept` are receipts of the files beside the study that the laboratory's findings were read from. `tell` is called
    with how far the work is, 0 to 1.
    """
    findings, spread = protected(study, tell=lambda part: tell(_FOUND * part))
    if laboratory is not None:
        findings = pl.concat([findings, laboratory])
    page = write_report(material(study, findings, spread))
    return write_files(
        out,
        page=page,
        findings=findings,
        about=about(study, [receipt.source for receipt in kept]),
        receipts=(*study.receipts, *kept),
    )


def protected(
    study: Study, *, tell: Callable[[float], None] = lambda _: None
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Return what may be seen of a study's findings, and England's findings that they were set against."""
    refuse_false(study)
    spread = None if is_invented(study) else england.spread(study.as_at)
    found = measure(study, england_findings=spread, tell=lambda part: tell(_MEASURED * part))
    return protect(found, study, tell=lambda part: tell(_MEASURED + (1 - _MEASURED) * part)), spread


def export(folder: Path, format: ExportFormat, *, out: Path | None, wave: str | None) -> Iterator[str]:
    """Measure a study and write its findings, bodies and ties for another program."""
    study = Study.open(folder)
    if wave is not None:
        refuse_unknown(list(rounds(study)), wave)
    target = out or folder / "exports" / NAMES[format]
    refuse_target(target, format)
    found = contents(study, wave)
    files = {target / name if name else target: content for name, content in export_files(format, found).items()}
    write_over(files)
    yield from (str(path) for path in files)
    hidden = (found.findings["status"] == "suppressed").sum()
    yield f"{found.findings.height:,} findings, {hidden:,} of them hidden to protect people"
    if any(receipt.rejected for receipt in study.receipts):
        yield f"Rows of the study were left out and are missing here: leaderful check {shlex.quote(str(folder))}"


def contents(study: Study, wave: str | None) -> Contents:
    """Return what an export is made from: what may be seen, and the names of things."""
    findings, shown = choose_rounds(protected(study)[0], list(rounds(study)), wave)
    bodies = study.table("bodies")
    current = standing(bodies, study.as_at)["id"].implode()
    return Contents(
        name=study.name,
        system=study.system,
        as_at=study.as_at,
        seed=study.seed,
        synthetic=study.synthetic,
        minimum_people=study.minimum_people,
        version=__version__,
        findings=findings,
        bodies=bodies.with_columns(current=pl.col("id").is_in(current)),
        ties=standing(study.table("ties"), study.as_at),
        rounds=rounds(study),
        wave=shown,
        item_scales=study.item_scales,
    )


def rounds(study: Study) -> dict[str, str]:
    """Return the names of the study's rounds of asking by their codes, the earliest first."""
    waves = study.table("waves").sort("opens", "id")
    return dict(waves.select("id", pl.coalesce("name", "id")).iter_rows())


def refuse_target(target: Path, format: ExportFormat) -> None:
    """Refuse to write an export over a study, or under a name that says it is something else."""
    ending = Path(NAMES[format]).suffix
    if target.suffix.lower() != ending and ending:
        raise StudyNotFoundError(
            f"{target} does not end with {ending}, as a {format} export does. Name it so in --out."
        )
    if not ending and is_there(target / FILE):
        raise StudyNotFoundError(
            f"{target} holds a study, whose tables would be lost. Choose another folder for --out."
        )


def public_study(code: str, as_at: date) -> Study:
    """Return a study of a system with all that packaged public data holds on it.

    What the core purposes of a board may serve stands among its links, as suggestions nobody has decided on.
    """
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
            "links": duties(bodies, code, as_at),
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
            "documents": england.policy_documents(),
            "links": england.policy_links(),
        },
    )
    found = [
        *(structure(public_study(code, as_at)) for code in england.icbs(as_at)["code"].sort()),
        system_percentages(whole),
        changes(whole),
        outcomes(whole, england.outcome_catalogue()),
    ]
    kept = pl.col("unit_kind").is_in(["england", "system"]) & (pl.col("measure") != "structure.ties")
    said = national(whole, reading=england.policy_reading(), judged=judged())
    return protect(pl.concat([*(each.filter(kept) for each in found), said]), whole)


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
        minimum_people=study.minimum_people,
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
