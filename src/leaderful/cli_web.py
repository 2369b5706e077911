"""The commands that serve the web application, back it up, restore it and write its studies as folders."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from leaderful.errors import UnknownNameError

_FOLDER_HELP = "folder in which the database is kept, unless DATABASE_URL names another"
Folder = Annotated[Path, typer.Argument(help=_FOLDER_HELP, readable=False)]


def serve(
    folder: Folder = Path("leaderful-web"),
    host: Annotated[str, typer.Option("--host", help="address to listen at; 0.0.0.0 for all")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="port to listen at")] = 8000,
) -> None:
    """Start the web application, where stewards run studies and people answer."""
    _need_django()
    from leaderful.web import serving

    for line in serving.prepare(folder, host=host, port=port):
        print(line, flush=True)
    serving.serve(host=host, port=port)


def backup(
    folder: Folder = Path("leaderful-web"),
    *,
    out: Annotated[Path, typer.Option("--out", help="file to write, which is not there yet", readable=False)],
) -> None:
    """Write all that the web application holds to one file, while people go on answering."""
    _need_django()
    from leaderful.web import keeping

    for line in keeping.back_up(folder, out):
        print(line)


def restore(
    folder: Annotated[Path, typer.Argument(help=_FOLDER_HELP, show_default=False, readable=False)],
    file: Annotated[Path, typer.Argument(help="the backup", show_default=False, readable=False)],
) -> None:
    """Bring a backup into an empty folder or database."""
    _need_django()
    from leaderful.web import keeping

    for line in keeping.restore(folder, file):
        print(line)


def fetch(
    folder: Folder = Path("leaderful-web"),
    *,
    out: Annotated[Path, typer.Option("--out", help="folder to write, which is new or empty", readable=False)],
    study: Annotated[
        str | None,
        typer.Option("--study", help="name or id of the study, where there are several", show_default=False),
    ] = None,
) -> None:
    """Write a study of the web application as a study folder, to be measured by leaderful run."""
    _need_django()
    from leaderful.web import keeping

    for line in keeping.fetch(folder, out, study=study):
        print(line)


def add(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (serve, backup, restore, fetch):
        app.command()(command)


def _need_django() -> None:
    if find_spec("django") is None:
        raise UnknownNameError("The web application is not installed. Install it: pip install 'leaderful[web]'")
