"""Read the plan of a small study in a process of its own, which a broken or hostile file may bring down alone.

Usage: python -m leaderful.web.studies.reading_apart FOLDER FILE SECONDS BYTES

What was found is written to `FOUND` in the folder. The process ends with the one that waits for it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from threading import Thread
from typing import Any, Final

FOUND: Final = "found.json"
NO_MEMORY: Final = 3
"""Exit code of a reading that asked for more memory than it may have."""


def main(folder: Path, file: str, seconds: int, most: int) -> int:
    """Read a plan under limits, and return the exit code."""
    Thread(target=_end_with_parent, daemon=True).start()
    _limit(seconds, most)
    return keep_found(folder, file)


def keep_found(folder: Path, file: str) -> int:
    """Read a plan, write what was found, and return the exit code."""
    try:
        found = _read(folder, file)
    except MemoryError:
        return NO_MEMORY
    except Exception as error:  # its words may quote the plan; its kind is what the log may have
        found = {"fault": type(error).__name__}
    (folder / FOUND).write_text(json.dumps(found), encoding="utf-8")
    return 0


def _end_with_parent() -> None:
    """End when the pipe from the process that waits is closed, however it ended."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _limit(seconds: int, most: int) -> None:
    """Let the system end this process past so much work, and refuse it more memory; Windows knows neither."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _read(folder: Path, file: str) -> dict[str, Any]:
    from leaderful import jobs
    from leaderful.study import Study

    receipt = next(each for each in jobs.plans(folder, again=False).receipts if each.source == file)
    if receipt.problem is not None:
        return {"receipt": {"problem": receipt.problem.message}, "links": []}
    told = {"pages": receipt.pages, "passages": receipt.passages, "notes": list(receipt.notes)}
    links = Study.open(folder).table("links")
    return {"receipt": told, "links": links.filter(links["document"].is_not_null()).to_dicts()}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
