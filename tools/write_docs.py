"""Write the pages of docs/ that are generated from code and data, or check that they are up to date.

Usage: python tools/write_docs.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import leaderful.england.pages
import leaderful.framework.pages
import leaderful.propositions.pages
import leaderful.simulation.pages
import leaderful.simulation.scenarios.pages
import leaderful.simulation.seeding_pages
import leaderful.study.pages
import leaderful.text.card

DOCS = Path(__file__).parent.parent / "docs"
SOURCES: tuple[Callable[[], dict[str, str]], ...] = (
    leaderful.framework.pages.docs_pages,
    leaderful.study.pages.docs_pages,
    leaderful.england.pages.docs_pages,
    leaderful.text.card.docs_pages,
    leaderful.simulation.pages.docs_pages,
    leaderful.simulation.seeding_pages.docs_pages,
    leaderful.simulation.scenarios.pages.docs_pages,
    leaderful.propositions.pages.docs_pages,
)


def main() -> None:
    """Write or check every generated page."""
    pages = {path: text for source in SOURCES for path, text in source().items()}
    stale = [path for path, text in pages.items() if _read(DOCS / path) != text]
    if "--check" in sys.argv[1:]:
        if stale:
            raise SystemExit(f"out of date: {', '.join(stale)}; run: make docs")
        print(f"{len(pages)} generated pages are up to date")
        return
    for path in stale:
        (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / path).write_text(pages[path], encoding="utf-8")
    print(f"{len(stale)} of {len(pages)} generated pages written")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    main()
