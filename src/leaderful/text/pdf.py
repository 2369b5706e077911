"""PDF files: the text of each page, under limits, whatever the file holds."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from pypdf import PdfReader

from leaderful.errors import UnreadableFileError
from leaderful.text.blocks import Line
from leaderful.text.cleaning import clean_characters, restore_letters
from leaderful.text.heads import drop_heads
from leaderful.text.limits import PlanLimits

_FEWEST_LETTERS = 20
"""A page with fewer letters holds no text that could be read, but perhaps a picture of text."""


def pdf_lines(content: bytes, *, limits: PlanLimits) -> tuple[list[Line], int, list[str]]:
    """Return the lines of a PDF with their pages, how many pages there are, and notes.

    Raises
    ------
    UnreadableFileError
        The file is damaged, protected by a password, too long, or holds no text.
    """
    with _quiet():
        texts, notes = _read(content, limits)
    empty = [number for number, text in enumerate(texts, 1) if sum(map(str.isalpha, text)) < _FEWEST_LETTERS]
    if len(empty) == len(texts):
        raise UnreadableFileError(
            "the PDF holds no text; its pages may be scanned pictures. Make a copy with text recognition (OCR), "
            "or ask its writers for the text."
        )
    if empty:
        notes.append(f"{_pages(empty)} without text: pictures, or scanned")
    pages = restore_letters("\f".join(clean_characters(text) for text in texts)).split("\f")
    kept, dropped = drop_heads([page.split("\n") for page in pages])
    if dropped:
        notes.append(f"left out as running heads, feet and page numbers: {dropped:,}")
    return list(_lines(kept)), len(texts), notes


def _lines(pages: list[list[str]]) -> Iterator[Line]:
    for number, page in enumerate(pages, 1):
        gap = True
        for text in page:
            if text.strip():
                yield Line(text=text.strip(), page=number, after_gap=gap)
            gap = not text.strip()


def _read(content: bytes, limits: PlanLimits) -> tuple[list[str], list[str]]:
    reader = _open(content)
    try:
        count = len(reader.pages)
    except Exception as error:  # pypdf raises whatever a broken file leads it to
        raise _damaged() from error
    if count == 0:
        raise UnreadableFileError("the PDF has no pages. Save it again from the program it was made with.")
    if count > limits.pages:
        raise UnreadableFileError(f"the PDF has {count:,} pages and at most {limits.pages:,} are read. Split it.")
    texts: list[str] = []
    failed: list[int] = []
    length = 0
    for number in range(count):
        try:
            text = reader.pages[number].extract_text()
        except Exception:  # one bad page does not lose the others
            text = ""
            failed.append(number + 1)
        length += len(text)
        if length > limits.characters:
            raise UnreadableFileError(
                f"the PDF holds more than {limits.characters:,} characters, the most that are read. Split it."
            )
        texts.append(text.replace("\f", "\n"))
    if len(failed) == count:
        raise _damaged()
    return texts, [f"{_pages(failed)} damaged and not read"] if failed else []


def _open(content: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(content))
        locked = reader.is_encrypted and not reader.decrypt("")
    except Exception as error:
        if b"/Encrypt" in content:
            raise _locked() from error
        raise _damaged() from error
    if locked:
        raise _locked()
    return reader


def _locked() -> UnreadableFileError:
    return UnreadableFileError("the PDF is protected and cannot be opened. Save a copy of it without the protection.")


def _damaged() -> UnreadableFileError:
    return UnreadableFileError(
        "the PDF is damaged or not complete. Download it again, or open it and save it as a new PDF."
    )


def _pages(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10])) + (f" and {len(numbers) - 10} more" if len(numbers) > 10 else "")
    return f"page {shown} is" if len(numbers) == 1 else f"pages {shown} are"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep to ourselves what pypdf logs and warns of; what matters of it is said in notes."""
    log = logging.getLogger("pypdf")
    before = log.disabled, log.level, log.propagate
    handler = logging.NullHandler()
    log.addHandler(handler)
    log.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.removeHandler(handler)
        log.disabled, log.level, log.propagate = before
