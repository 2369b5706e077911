"""Whether a file is text, in which encoding, and not too large: found out without holding it in memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leaderful.errors import UnreadableFileError

_BLOCK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "an Excel workbook or another zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"%PDF", "a PDF file"),
    (b"{\\rtf", "a rich text document"),
)
_SAVE = "Save the table as CSV UTF-8."
_ADVICE = {b"PAR1": "End its name in .parquet."}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The largest file that is read: refused by its size and lines before its rows are held in memory."""

    bytes: int = 2_000_000_000
    rows: int = 50_000_000


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """How the bytes of a file become text, and what the reader should know about that."""

    name: str
    notes: tuple[str, ...] = ()


def refuse_large(path: Path, limits: Limits) -> None:
    """Raise UnreadableFileError when the file is larger than allowed, or empty."""
    size = path.stat().st_size
    if size > limits.bytes:
        raise UnreadableFileError(
            f"the file has {size:,} bytes and at most {limits.bytes:,} are read. "
            "Split it, keep it as Parquet, or allow more with Limits(bytes=...)."
        )


def find_encoding(path: Path, limits: Limits) -> Encoding:
    """Return the encoding of a text file; raise UnreadableFileError when it is not text or too long."""
    refuse_large(path, limits)
    with path.open("rb") as stream:
        start = stream.read(4096)
    _refuse_other_files(start)
    _refuse_long(path, limits)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return _marked(name)
    _refuse_unmarked_utf16(start)
    return _unmarked(path)


def _marked(name: str) -> Encoding:
    if name == "utf-8-sig":
        return Encoding(name=name)
    return Encoding(name=name, notes=(f"the file is {name.upper()}; it was read, but save it as CSV UTF-8",))


def _unmarked(path: Path) -> Encoding:
    """Tell UTF-8 from Windows-1252; with broken bytes, the one that explains more of the text."""
    if _is_utf8(path):
        return Encoding(name="utf-8")
    if _mostly_utf8(path):
        return Encoding(name="utf-8")
    return Encoding(
        name="cp1252",
        notes=(
            "the file is not UTF-8 and was read as Windows-1252; look at names with accents, and save it as CSV UTF-8",
        ),
    )


def _refuse_other_files(start: bytes) -> None:
    for mark, what in _OTHER_FILES:
        if start.startswith(mark):
            raise UnreadableFileError(f"the file is {what}, not CSV text. {_ADVICE.get(mark, _SAVE)}")
    if start.lstrip()[:5].lower() in (b"<html", b"<!doc"):
        raise UnreadableFileError("the file is a web page, not CSV text. Download the table itself as CSV.")


def _refuse_unmarked_utf16(start: bytes) -> None:
    if len(start) >= 4 and start.count(0) * 4 >= len(start):
        raise UnreadableFileError(
            "the file is not plain text: many of its bytes are NUL, as in UTF-16 without a mark. Save it as CSV UTF-8."
        )


def _refuse_long(path: Path, limits: Limits) -> None:
    feeds = returns = 0
    for block in _blocks(path):
        feeds += block.count(b"\n")
        returns += block.count(b"\r")
    lines = max(feeds, returns)
    if lines > limits.rows + 1:
        raise UnreadableFileError(
            f"the file has about {lines:,} lines and at most {limits.rows:,} rows are read. "
            "Split it, or allow more with Limits(rows=...)."
        )


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    broken = beyond_ascii = 0
    for block in _blocks(path):
        text = decoder.decode(block)
        broken += text.count("\N{REPLACEMENT CHARACTER}")
        beyond_ascii += len(text) - len(text.encode("ascii", "ignore"))
    return beyond_ascii - broken > broken


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block
