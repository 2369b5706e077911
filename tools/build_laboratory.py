"""Build the packaged table of the laboratory's tests of the propositions.

    python tools/build_laboratory.py

It takes some minutes on two cores. The same registry and engine give the same bytes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from leaderful.propositions.laboratory import PACKAGED, about_packaged, contrasted, small_system

DATA = Path(__file__).parents[1] / "src" / "leaderful" / "propositions" / "data"


def main() -> None:
    """Run every contrast at every point and write the table with the plan beside it."""
    table = contrasted(small_system(), PACKAGED, workers=min(2, os.cpu_count() or 1), progress=_told)
    table.write_parquet(DATA / "laboratory.parquet", compression="zstd", compression_level=19, statistics=False)
    about = json.dumps(about_packaged(), indent=2, ensure_ascii=False) + "\n"
    (DATA / "laboratory.json").write_text(about, encoding="utf-8")


def _told(done: int, of: int) -> None:
    if done % 10 == 0:
        sys.stderr.write(f"{done} of {of} draws\n")


if __name__ == "__main__":
    main()
