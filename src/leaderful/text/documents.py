"""Plans and strategies read into passages, whatever program they were written with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leaderful.errors import UnreadableFileError
from leaderful.text.blocks import Line, build_blocks
from leaderful.text.limits import PlanLimits
from leaderful.text.passages import LEAST_WORDS, Passage, cut
from leaderful.text.plain import decode, text_lines

_MARKDOWN = (".md", ".markdown")
_TEXT = (".txt", ".text")
_OTHER = (
    (b"\xd0\xcf\x11\xe0", "an old Word document, or one protected by a password", "Save it as .docx or PDF."),
    (b"{\\rtf", "a rich text document", "Save it as .docx or PDF."),
    (b"\x1f\x8b", "a compressed file", "Unpack it first."),
)
_KINDS = "PDF, Word (.docx), Markdown (.md) and text (.txt)"
_LIMITS = PlanLimits()


@dataclass(frozen=True, kw_only=True)
class ReadPlan:
    """A document as it was read."""

    pages: int | None
    """How many pages it has; None where the kind of file does not say."""
    text: str
    """The cleaned text; passages are stretches of it."""
    passages: tuple[Passage, ...]
    notes: tuple[str, ...]
    """What was left out, and what a reader should know about how it was read."""


def read_plan(path: Path, *, limits: PlanLimits = _LIMITS) -> ReadPlan:
    """Read a plan into cleaned text and passages.

    Ligatures, hyphenation, running heads, page numbers, links, pictures and what tables leave behind
    are cleaned away. Passages hold about 40 to 150 words and follow paragraphs, sentences and lists.

    Parameters
    ----------
    path
        A PDF, a Word document (``.docx``), Markdown or plain text. Contents count before the name.
    limits
        What is larger is refused.

    Returns
    -------
    ReadPlan
        Pages, text, passages and notes.

    Raises
    ------
    UnreadableFileError
        The file is not there, of another kind, damaged, protected, too large, or without text. The
        message says what to do.

    Examples
    --------
    >>> from pathlib import Path
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     file = Path(place) / "plan.md"
    ...     _ = file.write_text("# Air\\n\\nWe will bring clean air to every street where children walk to school.")
    ...     plan = read_plan(file)
    >>> [(passage.heading, passage.text[:22]) for passage in plan.passages]
    [('Air', 'We will bring clean ai')]
    """
    content = _content(path, limits)
    lines, pages, notes = _lines(content, path.suffix.casefold(), limits)
    blocks, debris = build_blocks(lines)
    text, passages, labels = cut(blocks)
    if not passages:
        raise UnreadableFileError("the document holds no sentence that could be read. Is it the right file?")
    if debris:
        notes.append(f"left out as debris of tables, charts or sideways text: {debris:,}")
    if labels:
        notes.append(f"left out as labels of fewer than {LEAST_WORDS} words: {labels:,}")
    return ReadPlan(pages=pages, text=text, passages=passages, notes=tuple(notes))


def _content(path: Path, limits: PlanLimits) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableFileError("it is a folder. Name one document in it in column file.")
        if not path.is_file():
            raise UnreadableFileError("the file is not there. Put it into the folder, or correct column file.")
        size = path.stat().st_size
        if size > limits.bytes:
            raise UnreadableFileError(f"the file has {size:,} bytes and at most {limits.bytes:,} are read. Split it.")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"the file cannot be read: {error.strerror}.") from None
    if not content.strip(b"\x00 \r\n\t"):
        raise UnreadableFileError("the file is empty. Save the document again.")
    return content


def _lines(content: bytes, suffix: str, limits: PlanLimits) -> tuple[list[Line], int | None, list[str]]:
    if b"%PDF-" in content[:1024]:
        from leaderful.text.pdf import pdf_lines

        return pdf_lines(content, limits=limits)
    if content.startswith(b"PK"):
        from leaderful.text.word import word_lines

        paragraphs, notes = word_lines(content, limits=limits)
        return paragraphs, None, notes
    for mark, what, advice in _OTHER:
        if content.startswith(mark):
            raise UnreadableFileError(f"the file is {what}, which is not read. {advice}")
    if suffix not in (*_MARKDOWN, *_TEXT):
        named = f"its name ends in {suffix}" if suffix else "its name has no ending"
        raise UnreadableFileError(f"{named} and its contents are no such document; {_KINDS} are read.")
    if content.lstrip()[:5].lower() in (b"<html", b"<!doc", b"<?xml"):
        raise UnreadableFileError("the file is a web page. Save the page as PDF or text.")
    text, notes = decode(content, limits=limits)
    lines, more = text_lines(text, markdown=suffix in _MARKDOWN)
    return lines, None, [*notes, *more]
