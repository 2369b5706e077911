"""Plain text and Markdown: bytes to characters, and marks to lines."""

from __future__ import annotations

import codecs
import re

from leaderful.errors import UnreadableFileError
from leaderful.text.blocks import Kind, Line
from leaderful.text.cleaning import clean_characters, is_debris, restore_letters
from leaderful.text.heads import drop_repeated, drop_title_starts
from leaderful.text.limits import PlanLimits

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s+\S+.*$")
_LINK = re.compile(r"(?<!\\)\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|_{1,3}(?=\S)|(?<=\S)_{1,3}\b|`+|~~)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_BOLD_LINE = re.compile(r"\s*(?:\*\*[^*]*\*\*[\s*]*)+")
_FEWEST_IN_ROW = 8


def decode(content: bytes, *, limits: PlanLimits) -> tuple[str, list[str]]:
    """Return the text of a file and what a reader should know about how it was decoded."""
    notes: list[str] = []
    encoding = _encoding(content)
    if encoding == "cp1252":
        notes.append("not UTF-8; read as Windows-1252, so look at letters with accents")
    text = content.decode(encoding, errors="replace")
    if len(text) > limits.characters:
        raise UnreadableFileError(
            f"the document holds {len(text):,} characters and at most {limits.characters:,} are read. Split it."
        )
    if "\x00" in text:
        notes.append(f"{text.count(chr(0)):,} empty (NUL) characters were left out")
    odd = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\x00\t\n\r\x0b\x0c")
    if odd * 50 > len(text):
        raise UnreadableFileError("the file is not text. Save the document as PDF, Word (.docx), Markdown or text.")
    return text, notes


def _encoding(content: bytes) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    even, odd = content[:4096:2].count(0), content[1:4096:2].count(0)
    if max(even, odd) * 5 > len(content[:4096]) and min(even, odd) * 4 < max(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def text_lines(text: str, *, markdown: bool) -> tuple[list[Line], list[str]]:
    """Return the lines of a text without pages, and notes on what was left out."""
    rough = restore_letters(clean_characters(text))
    if markdown:
        rough = _TAG.sub("", rough)
    kept, dropped = drop_repeated(drop_title_starts(rough.split("\n")))
    notes = [f"left out as running heads, feet and page numbers: {dropped:,}"] if dropped else []
    lines: list[Line] = []
    gap = True
    for raw in kept:
        shown, marked = _unmark(raw) if markdown else (raw, None)
        if not shown.strip():
            gap = True
            continue
        lines.append(Line(text=shown.strip(), after_gap=gap or marked is not None, marked=marked))
        gap = False
    return lines, notes


def _unmark(line: str) -> tuple[str, Kind | None]:
    """Return a line of Markdown as it is read, and what its marks say it is."""
    if _REFERENCE.match(line):
        return "", None
    line = _LINK.sub(r"\1", _IMAGE.sub("", line))
    stripped = line.strip()
    if stripped.startswith("|") or stripped.count("|") > 1:
        return _table_row(stripped)
    if heading := re.match(r"#{1,6}\s+(.*?)[\s#]*$", stripped):
        return _plain(heading[1]), "heading" if not is_debris(_plain(heading[1])) else None
    if re.fullmatch(r"[-=*_\s]+", stripped):
        return "", None
    if bullet := re.match(r"(?:[-*+•]|\d{1,2}[.)])\s+(?=\S)", stripped):
        return _plain(stripped[bullet.end() :]), "bullet"
    plain = _plain(re.sub(r"^(?:>\s?)+", "", stripped))
    if _BOLD_LINE.fullmatch(line) and _reads_as_heading(plain):
        return plain, "heading"
    return plain, None


def _reads_as_heading(plain: str) -> bool:
    return 0 < len(plain.split()) <= 12 and plain[-1] not in ".,;:-" and plain[0].isupper() | plain[0].isdigit()


def _table_row(row: str) -> tuple[str, Kind | None]:
    """Return the cells of a row that say something in words; rows of figures and labels are debris."""
    text = "; ".join(cell for cell in (_plain(cell) for cell in row.strip("|").split("|")) if cell)
    return (text, "paragraph") if len(text.split()) >= _FEWEST_IN_ROW and not is_debris(text) else ("", None)


def _plain(text: str) -> str:
    return " ".join(_ESCAPE.sub(r"\1", _EMPHASIS.sub("", text)).split())
