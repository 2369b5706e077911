"""Build the packaged table of national policy texts: which goals their passages speak of, and with what stance.

    python tools/build_policy.py DATA_FOLDER

DATA_FOLDER holds policy/ with the texts that src/leaderful/england/policy.toml names. The same files give the same
bytes. The texts are public sector information under the Open Government Licence v3.0.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from leaderful.england.policy import PolicyText, policy_texts
from leaderful.text.documents import read_plan
from leaderful.text.passages import Passage
from leaderful.text.stance import Stance, stance
from leaderful.text.tagger import Tag, tag_passages

TABLES = Path(__file__).parents[1] / "src" / "leaderful" / "england" / "tables"
LONGEST_QUOTE = 40
"""Words of a text that the table repeats at most of one passage."""
MOST_SEAMS = 0.2
"""A text is taken to have run together when more of its passages than this hold a seam: the rule is ours."""
_SEAM = re.compile(
    r"(?:\b[a-z][a-z’'-]+|\d%) "
    r"(?:The|This|These|That|Those|Such|There|It|Its|We|Our|They|Their|In|On|At|For|From|By|With|To|As|While|When|Where|If|"
    r"Although|Because|However|Through|Over|Despite|Instead|Rather|All|Every|Each|Some|Many|More|Most|And|But|Not|No|"
    r"Since|Until|During|Within|Alongside|Following)\b"
)
"""A word that begins a sentence, right after one that ends none: where one column goes over into the other."""
SCHEMA = {
    "document": pl.String,
    "heading": pl.String,
    "passage": pl.String,
    "goal": pl.String,
    "confidence": pl.Float64,
    "stance": pl.String,
    "quote": pl.String,
    "words": pl.String,
    "whole": pl.Boolean,
    "joined": pl.Boolean,
}


def build(folder: Path, tables: Path) -> list[str]:
    """Write the table into `tables` and return a line on each text."""
    rows: list[dict[str, Any]] = []
    told = []
    for text in sorted(policy_texts().values(), key=lambda text: text.id):
        found = list(_rows(folder, text))
        rows += found
        tagged = {row["passage"] for row in found if row.get("goal")}
        passages = {row["passage"] for row in found}
        end = "; columns ran together: goals kept, stance and quotes left out" if found[0]["joined"] else ""
        told.append(f"{text.title}: {len(passages)} passages, {len(tagged)} of them with a goal{end}")
    tables.mkdir(parents=True, exist_ok=True)
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    table.write_parquet(tables / "policy.parquet", compression="zstd", compression_level=19)
    return told


def runs_together(texts: Sequence[str]) -> bool:
    """Tell whether the columns of a document ran together when it was made plain text.

    Words stay on their page and can be tagged; sentences do not survive, so neither stance nor quotes are taken.
    """
    return sum(_SEAM.search(text) is not None for text in texts) > MOST_SEAMS * len(texts)


def _rows(folder: Path, text: PolicyText) -> Iterator[dict[str, Any]]:
    passages = read_plan(folder / "policy" / text.file).passages
    joined = runs_together([passage.text for passage in passages])
    for passage, tags in zip(passages, tag_passages([passage.text for passage in passages]), strict=True):
        row = {"document": text.id, "passage": passage.id, "heading": "" if joined else passage.heading}
        if not tags:
            yield row | {"whole": False, "joined": joined}
        for tag in tags:
            yield row | _link(passage, tag, joined=joined)


def _link(passage: Passage, tag: Tag, *, joined: bool) -> dict[str, Any]:
    said = None if joined else stance(passage.text, spans=tag.evidence)
    quoted, whole = ("", False) if said is None else _quote(passage.text, said)
    words = dict.fromkeys(" ".join(passage.text[start:end].split()) for start, end in tag.evidence)
    return {
        "goal": f"SDG{tag.goal}",
        "confidence": round(tag.probability, 3),
        "stance": None if said is None else said.kind,
        "quote": quoted or None,
        "words": "; ".join(words),
        "whole": whole,
        "joined": joined,
    }


def _quote(text: str, said: Stance) -> tuple[str, bool]:
    """Return the sentence that decided the stance, and whether it stands whole and reads as a sentence."""
    words = text[slice(*said.sentence)].lstrip("• ").split()
    sentence = " ".join(words)
    if len(words) > LONGEST_QUOTE:
        return " ".join(words[:LONGEST_QUOTE]) + " …", False
    closed = sentence.count("(") == sentence.count(")")
    return sentence, sentence[:1].isupper() and sentence[-1] in ".!?" and closed and not _SEAM.search(sentence)


if __name__ == "__main__":
    for line in build(Path(sys.argv[1]), TABLES):
        print(line)
