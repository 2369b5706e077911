"""Parse the command line, call a job, print. Nothing is decided here."""

from __future__ import annotations

import io
import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leaderful import cli_laboratory, cli_web
from leaderful.errors import LeaderfulError

if TYPE_CHECKING:
    from leaderful.receipts import Receipt

app = typer.Typer(
    help="See where leadership happens between the people and bodies of an Integrated Care System.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
framework_app = typer.Typer(help="The framework: constructs, instrument, propositions.", rich_markup_mode=None)
england_app = typer.Typer(
    help="England's Integrated Care Systems, from public data.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(framework_app, name="framework")
app.add_typer(england_app, name="england")


class FormFormat(StrEnum):
    """What a form is made for."""

    csv = "csv"
    xlsx = "xlsx"
    fhir = "fhir"
    xlsform = "xlsform"


class ExportFormat(StrEnum):
    """What an export is made for."""

    xlsx = "xlsx"
    csv = "csv"
    parquet = "parquet"
    graphml = "graphml"
    gexf = "gexf"
    kumu = "kumu"
    pajek = "pajek"
    r = "r"


Folder = Annotated[Path, typer.Argument(help="the study's folder", show_default=False, readable=False)]
AsAt = Annotated[
    datetime | None,
    typer.Option("--as-at", formats=["%Y-%m-%d"], help="the date the structure is wanted for, as 2026-04-01"),
]
Icb = Annotated[str, typer.Option("--icb", help="code or name of the Integrated Care Board, such as QHM")]


def main() -> None:
    """Run the command line; an error the user can put right ends with its message and exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without UTF-8 shows \u2019 in place of an error
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="leaderful")
    except LeaderfulError as error:
        print(f"leaderful: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        raise SystemExit(1) from None


@app.callback(invoke_without_command=True)
def top(
    version: Annotated[bool, typer.Option("--version", help="print the version and stop")] = False,
) -> None:
    """See where leadership happens between the people and bodies of an Integrated Care System."""
    if version:
        from leaderful import __version__

        print(f"leaderful {__version__}")
        raise typer.Exit


@app.command()
def demo(
    icb: Icb = "QHM",
    as_at: AsAt = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder to write to", show_default=False, readable=False)
    ] = None,
) -> None:
    """Write the report of a system from packaged public data, with a small simulation."""
    from leaderful import laboratory

    written = laboratory.demo(icb, as_at=_date(as_at), folder=out)
    print(f"Report: {written.report.resolve()}")
    print("Open it in any browser; it needs no network.")


@app.command()
def new(folder: Folder, icb: Icb, as_at: AsAt = None) -> None:
    """Start a study of a system: its bodies, ties and public evidence, and blank tables for your own."""
    from leaderful import jobs

    for line in jobs.new(folder, icb, as_at=_date(as_at)):
        print(line)


@app.command()
def check(folder: Folder) -> None:
    """Read every table of a study and say what was kept, what was not, and what would be right."""
    from leaderful import jobs

    receipts = jobs.check(folder)
    _print_receipts(receipts)
    worst = jobs.worst(receipts)
    if worst is not None:
        raise SystemExit(worst.exit_code)


@app.command()
def form(
    format: Annotated[FormFormat, typer.Argument(help="what the form is made for", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="file to write; further files are named after it", readable=False)],
    study: Annotated[
        Path | None,
        typer.Option("--study", help="the study whose bodies and teams are picked from", readable=False),
    ] = None,
    instrument: Annotated[
        Path | None,
        typer.Option("--instrument", help="a TOML file with a further instrument to ask", readable=False),
    ] = None,
) -> None:
    """Write blank forms of the questionnaire and the diary: spreadsheets, FHIR Questionnaire or XLSForm."""
    from leaderful import jobs

    for line in jobs.form(format.value, out, folder=study, instrument=instrument):
        print(line)


@app.command("import")
def import_(
    folder: Folder,
    files: Annotated[
        list[Path],
        typer.Argument(
            help="files of answers, meetings, mail or diaries: CSV, XLSX, FHIR JSON, ICS or text",
            show_default=False,
            readable=False,
        ),
    ],
    guess: Annotated[bool, typer.Option("--guess", help="write a first mapping, to be corrected by hand")] = False,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="TOML file that says what the columns mean", show_default=False, readable=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="do everything but write")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="let new answers take the place of others")] = False,
    key: Annotated[
        Path | None,
        typer.Option("--key", help="file with the key for pseudonyms", show_default=False, readable=False),
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option("--new-key", help="file to write a new key for pseudonyms to", show_default=False, readable=False),
    ] = None,
) -> None:
    """Bring answers, meetings and diaries from other products into a study: first with --guess, then with --mapping."""
    from leaderful import jobs

    if guess:
        for line in jobs.draft_mapping(folder, files, mapping=mapping):
            print(line)
        return
    if mapping is None:
        raise typer.BadParameter("say --guess to write a first mapping, or --mapping FILE to import by one")
    if key is not None and new_key is not None:
        raise typer.BadParameter("name one of --key and --new-key")
    done = jobs.import_evidence(
        folder, files, mapping=mapping, key=key, fresh_key=new_key, replacing=replace, dry_run=dry_run
    )
    _print_receipts(list(done.receipts))
    print(f"Written: {', '.join(done.written)}" if done.written else "Nothing was written.")
    worst = jobs.worst(done.receipts)
    if worst is not None:
        raise SystemExit(worst.exit_code)


@app.command()
def plans(
    folder: Folder,
    again: Annotated[bool, typer.Option("--again", help="read documents anew that have links already")] = False,
) -> None:
    """Read the plans of a study and suggest which goals they serve, for you to confirm or refuse."""
    from leaderful import jobs

    done = jobs.plans(folder, again=again)
    for receipt in done.receipts:
        print(receipt.text())
    print(f"Written: {done.file}" if done.file else "Nothing was written.")
    print(f"{done.open:,} links wait for a decision: write confirmed or refused in column decision of links.")
    if done.worst is not None:
        raise SystemExit(done.worst.exit_code)


@app.command()
def run(
    folder: Folder,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="folder to write to; DIR/results when not given", show_default=False, readable=False
        ),
    ] = None,
) -> None:
    """Measure a study and write its report, findings and manifest."""
    from leaderful import jobs

    written = jobs.run(folder, out=out)
    _print_receipts([receipt for receipt in written.receipts if receipt.problems])
    print(f"Report:   {written.report}")
    print(f"Findings: {written.findings}")
    print(f"Manifest: {written.manifest}")


@app.command()
def export(
    folder: Folder,
    to: Annotated[ExportFormat, typer.Option("--to", help="what the export is made for", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="file or folder to write to; in DIR/exports when not given",
            show_default=False,
            readable=False,
        ),
    ] = None,
    wave: Annotated[
        str | None, typer.Option("--wave", help="one round of asking; all when not given", show_default=False)
    ] = None,
) -> None:
    """Write the findings, bodies and ties of a study for other programs, small groups hidden."""
    from leaderful import jobs

    for line in jobs.export(folder, to.value, out=out, wave=wave):
        print(line)


@framework_app.callback(invoke_without_command=True)
def framework(context: typer.Context) -> None:
    """List what the framework holds."""
    if context.invoked_subcommand is not None:
        return
    from leaderful import jobs

    for group, entries in jobs.framework_listing():
        print(f"\n{group}")
        for entry, name in entries:
            print(f"  {entry:<28} {name}")


@framework_app.command("show")
def framework_show(
    entry: Annotated[str, typer.Argument(metavar="ID", help="such as trust, zip, CGP or P3")],
) -> None:
    """Explain one construct, item scale, body kind, proposition or term."""
    from leaderful import jobs

    print(jobs.framework_explain(entry))


@england_app.command("systems")
def england_systems(as_at: AsAt = None) -> None:
    """List the systems that stand on a date."""
    from leaderful import jobs

    for line in jobs.england_systems(as_at=_date(as_at)):
        print(line)


@england_app.command("show")
def england_show(
    icb: Annotated[str, typer.Argument(metavar="ICB", help="code or name, such as QHM")], as_at: AsAt = None
) -> None:
    """Say what a system is made of, where it came from and what cannot be known about it."""
    from leaderful import jobs

    print(jobs.england_show(icb, as_at=_date(as_at)))


cli_laboratory.add(app)
cli_web.add(app)


def _date(given: datetime | None) -> date | None:
    return given.date() if given is not None else None


def _print_receipts(receipts: list[Receipt]) -> None:
    for receipt in receipts:
        print(receipt.text())
