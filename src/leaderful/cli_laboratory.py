"""The commands of the laboratory: parse, call a job, print. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from leaderful.laboratory import Place
    from leaderful.simulation.engine import Progress

Folder = Annotated[
    Path | None,
    typer.Argument(help="the folder of a study, whose own people are simulated", show_default=False, readable=False),
]
Icbs = Annotated[
    list[str] | None,
    typer.Option("--icb", help="code or name of an Integrated Care Board; may be given again", show_default=False),
]
England = Annotated[
    bool, typer.Option("--england", help="all of England: three million people, unless --part says fewer")
]
AsAt = Annotated[
    datetime | None,
    typer.Option("--as-at", formats=["%Y-%m-%d"], help="the date the structure is wanted for", show_default=False),
]
Part = Annotated[
    float | None,
    typer.Option(
        "--part", min=0.0005, max=1.0, help="part of the people, such as 0.1; a tenth when not given",
        show_default=False,
    ),
]  # fmt: skip
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=1024, help="processes; one for each core when not given", show_default=False),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="another number gives other chances")]


def simulate(
    folder: Folder = None,
    icb: Icbs = None,
    england: England = False,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", help="name of a packaged scenario, or a file; may be given again"),
    ] = None,
    weeks: Annotated[int, typer.Option("--weeks", min=26, max=10_400, help="how many weeks to simulate")] = 156,
    seed: Seed = 1,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            min=1,
            max=1000,
            help="sets of the rates nobody has measured; 8 when not given",
            show_default=False,
        ),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option("--seeds", min=1, max=1000, help="runs of each draw", show_default=False)
    ] = None,
    as_at: AsAt = None,
    part: Part = None,
    threads: Annotated[
        int | None,
        typer.Option("--threads", min=1, max=256, help="processor threads; the result is the same", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="folder to write to, in place of the usual one", show_default=False, readable=False),
    ] = None,
    steps: Annotated[bool, typer.Option("--steps", help="print the steps of a simulated week and stop")] = False,
    scenarios: Annotated[bool, typer.Option("--list", help="list the packaged scenarios and stop")] = False,
    details: Annotated[
        bool, typer.Option("--details", help="say all that the simulated people and ties are made from")
    ] = False,
) -> None:
    """Run scenarios against a baseline in a simulated system: a model for theory, not a forecast."""
    from leaderful import laboratory

    if steps or scenarios:
        print(laboratory.steps() if steps else "\n".join(laboratory.listed()))
        return
    if not scenario:
        raise typer.BadParameter("say which --scenario to run; --list names those that are packaged")
    chosen = laboratory.scenarios(scenario)
    place = laboratory.place_of(_place(folder, icb, england, as_at, part), chosen)
    plan = laboratory.plan_of(place, weeks=weeks, draws=draws, seeds=seeds, seed=seed)
    ready = laboratory.seeded(place, seed=seed)
    for line in laboratory.said(ready, details=details):
        print(line)
    with _progress("runs") as progress:
        done = laboratory.simulate(ready, chosen, plan=plan, out=out, threads=threads, progress=progress)
    for line in laboratory.told(done.findings):
        print(line)
    print(f"Findings: {done.file}")
    if done.written is not None:
        print(f"Report:   {done.written.report}")
    elif folder is not None:
        print("Next: leaderful run writes the report with them.")


def experiment(
    file: Annotated[
        Path, typer.Argument(help="the design of the experiment, a TOML file", show_default=False, readable=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="folder to write to; beside the file when not given", show_default=False),
    ] = None,
    workers: Workers = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", help="address of a Dask scheduler, such as tcp://10.0.0.5:8786", show_default=False),
    ] = None,
) -> None:
    """Run scenarios at many draws and seeds; an interrupted experiment goes on where it stopped."""
    from leaderful import laboratory

    for line in laboratory.experiment(file, out=out, workers=workers, cluster=cluster):
        print(line)


def synthesise(
    out: Annotated[
        Path, typer.Argument(help="folder for the study that is made up", show_default=False, readable=False)
    ],
    icb: Icbs = None,
    study: Annotated[
        Path | None,
        typer.Option("--study", help="folder of a study whose own people are simulated", show_default=False),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", help="TOML file: waves, response rates, errors, what is planted", show_default=False),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="name of a packaged scenario, or a file", show_default=False)
    ] = None,
    seed: Seed = 1,
    as_at: AsAt = None,
    part: Part = None,
) -> None:
    """Draw a full synthetic study from a simulated system, with the truth beside it."""
    from leaderful import laboratory

    if study is None and not icb:
        raise typer.BadParameter("say whom to simulate: --icb with a code, or --study with a folder")
    place = _place(study, icb, False, as_at, part)
    with _progress("weeks") as progress:
        for line in laboratory.synthesise(out, place, plan=plan, scenario=scenario, seed=seed, progress=progress):
            print(line)


def propositions(
    folder: Annotated[Path, typer.Argument(help="the study's folder", show_default=False, readable=False)],
    laboratory: Annotated[
        int | None,
        typer.Option(
            "--laboratory",
            min=10,
            max=100_000,
            help="sets of rates to try on the study's own people; without it, packaged results are taken",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 1,
) -> None:
    """Test the thirteen propositions in a study, in England's public evidence and in the laboratory."""
    from leaderful import laboratory as rooms

    with _progress("draws") as progress:
        for line in rooms.propositions(folder, draws=laboratory, seed=seed, progress=progress):
            print(line)


def calibrate(
    folder: Annotated[Path, typer.Argument(help="the study's folder", show_default=False, readable=False)],
    free: Annotated[
        list[str],
        typer.Option("--free", help="a rate to fit, such as trust_gain; give three or four", show_default=False),
    ],
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", help="what is known to have happened between the waves", show_default=False),
    ] = None,
    simulations: Annotated[
        int, typer.Option("--simulations", min=200, max=1_000_000, help="how many sets of rates to try")
    ] = 1000,
    seed: Seed = 1,
    workers: Workers = None,
) -> None:
    """Find which rates of the model fit what a study saw in its waves; an interrupted calibration goes on."""
    from leaderful import laboratory

    for line in laboratory.calibrate(
        folder, free=free, scenario=scenario, simulations=simulations, seed=seed, workers=workers
    ):
        print(line)


def _place(
    folder: Path | None, icb: list[str] | None, england: bool, as_at: datetime | None, part: float | None
) -> Place:
    from leaderful.laboratory import Place

    day = as_at.date() if as_at is not None else None
    return Place(folder=folder, icbs=tuple(icb or ()), england=england, as_at=day, part=part)


@contextmanager
def _progress(what: str) -> Iterator[Progress]:
    """Show a bar with the time left on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def add(app: typer.Typer) -> None:
    """Add the commands of the laboratory to the command line."""
    app.command()(simulate)
    app.command()(experiment)
    app.command()(synthesise)
    app.command()(propositions)
    app.command()(calibrate)
