"""Small made-up plans as PDF and Word files, sound and broken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx
from docx.document import Document
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

_SAID = (
    "We will work with every partner so that people in the poorest streets live longer and in better health . "
    "Each neighbourhood team will hold a list of households at risk and will visit them before the winter begins . "
)
WORDS = _SAID.split()


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF with the given lines on its pages."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True)
    for lines in pages:
        text = canvas.beginText(60, 780)
        text.setFont("Helvetica", 10)
        for line in lines:
            text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def scanned_pdf(pages: int) -> bytes:
    """Return a PDF whose pages hold drawings and no text."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True)
    for _ in range(pages):
        canvas.rect(100, 100, 300, 500, fill=1)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def locked_pdf(content: bytes, *, user: str, algorithm: str = "RC4-128") -> bytes:
    """Return the PDF encrypted; with an empty user password anyone may open it."""
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(content)))
    writer.encrypt(user_password=user, owner_password="owner", algorithm=algorithm)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def long_pdf(pages: int) -> bytes:
    """Return a PDF of many full pages, each different, with a head and a page number."""
    return pdf(
        [
            ["A Plan for Eastshire", *(_line(40 * page + row) for row in range(40)), f"Page {page} of {pages}"]
            for page in range(1, pages + 1)
        ]
    )


def _line(number: int) -> str:
    turned = WORDS[number % len(WORDS) :] + WORDS[: number % len(WORDS)]
    return " ".join(turned[:14]) + (f" in area {number}." if number % 4 == 3 else "")


def word(document: Document) -> bytes:
    """Return a Word document as bytes."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def small_word() -> Document:
    """Return a document with a heading, a paragraph, a list and a table."""
    document = docx.Document()
    document.add_heading("Fair work", level=1)
    document.add_paragraph("Across the system we will:")
    document.add_paragraph("pay the real living wage to everyone whom we employ", style="List Bullet")
    document.add_paragraph("offer interviews to people who leave care", style="List Bullet")
    document.add_heading("Air", level=2)
    document.add_paragraph("Dirty air harms children most, and the streets round our schools are the worst of all.")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "2025"
    table.cell(0, 1).text = "Lead"
    table.cell(1, 0).text = "We will close the road outside each school at the start and end of its day."
    table.cell(1, 1).text = "Council"
    return document


def changed_word(content: bytes, part: str, new: bytes) -> bytes:
    """Return a Word file with one of its parts in place of another."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for member in old.namelist():
            made.writestr(member, new if member == part else old.read(member))
        if part not in old.namelist():
            made.writestr(part, new)
    return stream.getvalue()
