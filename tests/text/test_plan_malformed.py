"""Documents that are broken, locked, disguised or hostile end in a clear message, never a traceback."""

from __future__ import annotations

import contextlib
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_files import changed_word, locked_pdf, long_pdf, pdf, scanned_pdf, small_word, word

from leaderful.errors import LeaderfulError, UnreadableFileError
from leaderful.text.documents import read_plan
from leaderful.text.limits import PlanLimits

SENTENCE = "We will bring clean air to every street where children walk to school, and this without delay."
PDF = pdf([[SENTENCE, SENTENCE]])
WORD = word(small_word())
MAIN = "word/document.xml"


def refused(folder: Path, name: str, content: bytes, *, limits: PlanLimits | None = None) -> str:
    path = folder / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError) as raised:
        read_plan(path, limits=limits or PlanLimits())
    return str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", locked_pdf(PDF, user="secret"), "protected"),
        ("a.pdf", locked_pdf(PDF, user="secret", algorithm="AES-256"), "protected"),
        ("a.pdf", locked_pdf(PDF, user="", algorithm="AES-256")[:-200], "damaged"),
        ("a.pdf", scanned_pdf(3), "OCR"),
        ("a.pdf", PDF[: len(PDF) // 3], "damaged"),
        ("a.pdf", b"%PDF-1.7\n%%EOF\n", "damaged"),
        ("a.pdf", b"\n\n  ", "empty"),
        ("a.pdf", b"just text, called a PDF by mistake", "its name ends in .pdf"),
        ("a.csv", b"goal,n\n3,4\n", "its name ends in .csv"),
        ("a", b"no ending", "no ending"),
        ("a.docx", WORD[: len(WORD) // 2], "damaged"),
        ("a.docx", changed_word(WORD, MAIN, b"<not xml"), "damaged"),
        ("a.docx", changed_word(WORD, MAIN, b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "entities"),
        ("a.docx", changed_word(WORD, "docProps/app.xml", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'), "entities"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(600), "old Word document"),
        ("a.txt", b"{\\rtf1 hello}", "rich text"),
        ("a.md", b"<!DOCTYPE html><p>page</p>", "web page"),
        ("a.txt", bytes(range(1, 32)) * 40, "not text"),
        ("a.txt", b"\x00" * 500, "empty"),
        ("a.md", b"# Only a title\n", "no sentence"),
    ],
)
def test_broken_documents_are_refused_with_advice(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert said in refused(tmp_path, name, content)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.pdf", "not there"), (tmp_path, "is a folder")):
        with pytest.raises(UnreadableFileError, match=said):
            read_plan(path)


def test_a_zip_file_that_is_no_document_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as packed:
        packed.writestr("notes.txt", "hello")
    assert "no Word document" in refused(tmp_path, "a.docx", (tmp_path / "z.zip").read_bytes())


def test_limits_hold(tmp_path: Path) -> None:
    assert "at most 10 are read" in refused(tmp_path, "a.md", SENTENCE.encode(), limits=PlanLimits(bytes=10))
    assert "5 pages" in refused(tmp_path, "a.pdf", long_pdf(5), limits=PlanLimits(pages=4))
    assert "characters" in refused(tmp_path, "a.pdf", PDF, limits=PlanLimits(characters=50))
    assert "characters" in refused(tmp_path, "a.md", SENTENCE.encode(), limits=PlanLimits(characters=50))
    assert "characters" in refused(tmp_path, "a.docx", WORD, limits=PlanLimits(characters=50))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = changed_word(WORD, "word/media/image1.bin", bytes(40_000_000))
    assert len(bomb) < 200_000
    assert "unpacks" in refused(tmp_path, "a.docx", bomb, limits=PlanLimits(unpacked=20_000_000))


def test_a_pdf_stream_that_swells_is_stopped(tmp_path: Path) -> None:
    swollen = zlib.compress(b"BT /F1 9 Tf (aaaaaaaa) Tj ET\n" * 6_000_000, 9)
    content = _pdf_with_stream(swollen)
    assert len(content) < 1_500_000
    assert "no text" in refused(tmp_path, "a.pdf", content)


def _pdf_with_stream(packed: bytes) -> bytes:
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    return made + b"xref\n0 5\n0000000000 65535 f \n" + table + end


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (f"Café. {SENTENCE}".encode("cp1252"), "Windows-1252"),
        (f"Café. {SENTENCE}".encode("utf-16"), ""),
        (f"Café. {SENTENCE}".encode("utf-16-le"), ""),
        (f"Café. {SENTENCE}".encode("utf-16-be"), ""),
        (f"Café. {SENTENCE}".encode("utf-8-sig"), ""),
        (f"Café. {SENTENCE}\x00".encode(), "NUL"),
        (f"Café. {SENTENCE}".replace("bring ", "bring\r").encode(), ""),
    ],
)
def test_text_is_read_in_any_usual_encoding(tmp_path: Path, content: bytes, note: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    plan = read_plan(path)
    assert plan.text == f"Café. {SENTENCE}"
    assert any(note in each for each in plan.notes) if note else not plan.notes


def test_pypdf_neither_logs_nor_warns(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF.replace(b"startxref", b"startxreg"))
    with contextlib.suppress(UnreadableFileError):
        read_plan(path)
    assert not caplog.records
    assert capsys.readouterr() == ("", "")


@given(st.integers(0, len(PDF) - 1), st.integers(0, 255), st.integers(0, len(PDF)))
def test_a_pdf_with_any_byte_changed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, end: int
) -> None:
    path = tmp_path_factory.mktemp("pdf") / "a.pdf"
    path.write_bytes((PDF[:at] + bytes([byte]) + PDF[at + 1 :])[: max(end, 900)])
    try:
        read_plan(path)
    except LeaderfulError as error:
        assert str(error)


@given(st.binary(max_size=400))
def test_any_bytes_called_text_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("text") / "a.md"
    path.write_bytes(content)
    try:
        plan = read_plan(path)
    except LeaderfulError:
        return
    assert plan.passages
    assert not any(letter in plan.text for letter in "\x00\x1b\ufffd")
