"""Word files: headings, paragraphs, bullets and the sentences in tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from leaderful.errors import UnreadableFileError
from leaderful.text.blocks import Kind, Line
from leaderful.text.cleaning import clean_characters, is_debris, restore_letters
from leaderful.text.limits import PlanLimits

_MAIN = "word/document.xml"
_DEEPEST = 4
"""Tables within tables are followed so far; nobody reads further in."""
_FEWEST_IN_CELL = 8


def word_lines(content: bytes, *, limits: PlanLimits) -> tuple[list[Line], list[str]]:
    """Return the paragraphs of a Word file as lines, and notes.

    Raises
    ------
    UnreadableFileError
        The file is damaged, is another kind of zip file, would unpack to too much, or defines
        entities of its own, which no word processor writes.
    """
    _refuse_unsafe(content, limits)
    try:
        document = docx.Document(io.BytesIO(content))
        parts = list(_parts(document, 0))
    except UnreadableFileError:
        raise
    except Exception as error:  # python-docx raises whatever a broken file leads it to
        raise _damaged() from error
    length = sum(len(text) for text, _ in parts)
    if length > limits.characters:
        raise UnreadableFileError(f"the document holds {length:,} characters, more than are read. Split it.")
    text = restore_letters("\f".join(clean_characters(text).replace("\n", " ") for text, _ in parts))
    texts = text.split("\f") if parts else []
    lines = [
        Line(text=each.strip(), after_gap=True, marked=kind)
        for each, (_, kind) in zip(texts, parts, strict=True)
        if each.strip()
    ]
    return lines, ["a Word file has no fixed pages: passages are found by their heading and words"]


def _parts(holder: Document | _Cell, depth: int) -> Iterator[tuple[str, Kind]]:
    for part in holder.iter_inner_content():
        if isinstance(part, Paragraph):
            yield part.text.replace("\f", " "), _kind(part)
        elif isinstance(part, Table) and depth < _DEEPEST:
            yield from _table(part, depth)


def _table(table: Table, depth: int) -> Iterator[tuple[str, Kind]]:
    """Yield what cells say in sentences; labels and figures are left out, merged cells come once."""
    seen: set[object] = set()
    for row in table.rows:
        for cell in row.cells:
            if cell._tc in seen:
                continue
            seen.add(cell._tc)
            for text, kind in _parts(cell, depth + 1):
                if len(text.split()) >= _FEWEST_IN_CELL and not is_debris(text):
                    yield text, "paragraph" if kind == "heading" else kind


def _kind(paragraph: Paragraph) -> Kind:
    style = (paragraph.style.name or "").casefold() if paragraph.style is not None else ""
    if style.startswith(("heading", "title")):
        return "heading"
    properties = paragraph._p.pPr
    listed = properties is not None and properties.numPr is not None
    return "bullet" if listed or style.startswith("list ") else "paragraph"


def _refuse_unsafe(content: bytes, limits: PlanLimits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if "EncryptedPackage" in {member.filename for member in members}:
                raise UnreadableFileError("the document is protected by a password. Save a copy without it.")
            if _MAIN not in {member.filename for member in members}:
                raise UnreadableFileError("the file is a zip file but no Word document. Save it as .docx or PDF.")
            if sum(member.file_size for member in members) > limits.unpacked:
                raise UnreadableFileError(
                    f"the document unpacks to more than {limits.unpacked:,} bytes, which no plan needs. "
                    "Save it without its pictures, or as PDF."
                )
            for member in members:
                if member.filename.endswith((".xml", ".rels")) and _declares(packed, member):
                    raise UnreadableFileError(
                        "the document defines XML entities, which word processors never do. Save it again as .docx."
                    )
    except UnreadableFileError:
        raise
    except Exception as error:  # a broken archive, an unknown compression, a wrong checksum
        raise _damaged() from error


def _declares(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    with packed.open(member) as stream:
        start = stream.read(64_000)
    plain = start.replace(b"\x00", b"").lower()
    return b"<!doctype" in plain or b"<!entity" in plain


def _damaged() -> UnreadableFileError:
    return UnreadableFileError("the Word document is damaged. Open it, save it as a new .docx, or as PDF.")
