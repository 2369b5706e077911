"""Readers of ODS files: both vintages of code, and broken input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from leaderful.england.networks import read_networks, read_partners
from leaderful.england.ods import read_practices, read_sub_icb_locations, read_trusts
from leaderful.errors import (
    BadValuesError,
    BrokenKeysError,
    BrokenStructureError,
    LeaderfulError,
    UnreadableFileError,
    WrongColumnsError,
)
from leaderful.receipts import Receipt

ICBS = frozenset({"QHM", "S1Y5D"})
Write = Callable[[bytes], Path]


def row(**cells: str) -> list[str]:
    """A row of 27 cells with the named columns filled."""
    places = {
        "code": 1,
        "name": 2,
        "region": 3,
        "icb": 4,
        "postcode": 10,
        "opened": 11,
        "closed": 12,
        "status": 13,
        "role": 14,
        "location": 15,
        "setting": 26,
    }
    given = {"name": "A BODY", "region": "Y63", "icb": "QHM", "opened": "20130401"} | cells
    out = [""] * 27
    for name, text in given.items():
        out[places[name] - 1] = text
    return out


def csv_of(*rows: list[str], newline: str = "\n") -> bytes:
    return "".join(",".join(f'"{cell}"' for cell in cells) + newline for cells in rows).encode()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(content: bytes) -> Path:
        path = tmp_path / "file.csv"
        path.write_bytes(content)
        return path

    return _write


def only(receipt: Receipt) -> tuple[int | None, str | None, type[LeaderfulError], str]:
    """The one problem of a receipt."""
    (problem,) = receipt.problems
    return problem.row, problem.column, problem.kind, problem.message


def test_trusts_of_both_vintages_of_code_are_kept(write: Write) -> None:
    path = write(csv_of(row(code="RTF"), row(code="G6V2S", icb="S1Y5D", closed="20241031")))
    frame, receipt = read_trusts(path, icbs=ICBS)
    assert frame.select("code", "icb", "opened", "closed").rows() == [
        ("G6V2S", "S1Y5D", date(2013, 4, 1), date(2024, 10, 31)),
        ("RTF", "QHM", date(2013, 4, 1), None),
    ]
    assert (receipt.read, receipt.kept, receipt.problems, receipt.left_out) == (2, 2, (), ())


def test_welsh_trusts_are_left_out_and_counted(write: Write) -> None:
    path = write(csv_of(row(code="RTF"), row(code="RYT", region="", icb=""), row(code="RQF", region="W00", icb="Q99")))
    frame, receipt = read_trusts(path, icbs=ICBS)
    assert frame["code"].to_list() == ["RTF"]
    assert [(group.reason, group.rows) for group in receipt.left_out] == [
        ("no English ICB and region: a Welsh body", (2, 3))
    ]
    assert receipt.worst is None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_mark_and_windows_newlines_change_nothing(write: Write, mark: bytes, newline: str) -> None:
    frame, receipt = read_trusts(write(mark + csv_of(row(code="RTF"), row(code="RX4"), newline=newline)), icbs=ICBS)
    assert frame["code"].to_list() == ["RTF", "RX4"]
    assert receipt.kept == 2 and not receipt.notes


def test_a_line_break_in_a_cell_does_not_shift_the_row_numbers(write: Write) -> None:
    path = write(csv_of(row(code="RTF", name="TWO\nLINES"), row(code="RX4", icb="Q01")))
    _, receipt = read_trusts(path, icbs=ICBS)
    assert receipt.problems[0].row == 3


def test_too_few_columns(write: Write) -> None:
    _, receipt = read_trusts(write(csv_of(row(code="RTF"), row(code="RX4")[:26])), icbs=ICBS)
    assert only(receipt) == (
        2,
        None,
        WrongColumnsError,
        "26 columns; an ODS organisation file has 27: compare it with its neighbours",
    )
    assert (receipt.read, receipt.kept, receipt.rejected) == (2, 1, 1)


def test_unknown_icb(write: Write) -> None:
    _, receipt = read_trusts(write(csv_of(row(code="RTF", icb="QQQ"))), icbs=ICBS)
    assert only(receipt) == (
        1,
        "4",
        BrokenKeysError,
        "'QQQ' is not a known code of an ICB; 2 are known, such as QHM",
    )


def test_missing_icb_in_an_english_region(write: Write) -> None:
    _, receipt = read_trusts(write(csv_of(row(code="RTF", icb=""))), icbs=ICBS)
    assert only(receipt)[3].startswith("empty is not a known code of an ICB")


def test_code_eaten_by_a_spreadsheet(write: Write) -> None:
    path = write(csv_of(row(code="1E+05", role="RO319"), row(code="6", role="RO319"), row(code="06H", role="RO319")))
    frame, receipt = read_sub_icb_locations(path, icbs=ICBS)
    assert frame["code"].to_list() == ["06H"]
    assert [problem.kind for problem in receipt.problems] == [BadValuesError, BadValuesError]
    assert all("a spreadsheet may have changed it" in problem.message for problem in receipt.problems)


def test_repeated_code(write: Write) -> None:
    frame, receipt = read_trusts(write(csv_of(row(code="RTF", name="FIRST"), row(code="RTF"))), icbs=ICBS)
    assert frame["name"].to_list() == ["FIRST"]
    assert only(receipt)[:3] == (2, "1", BrokenKeysError)


@pytest.mark.parametrize("text", ["01/04/2013", "20131301", "soon"])
def test_bad_date(write: Write, text: str) -> None:
    _, receipt = read_trusts(write(csv_of(row(code="RTF", opened=text))), icbs=ICBS)
    assert only(receipt) == (
        1,
        "11",
        BadValuesError,
        f"{text!r} is not a date; the files write 1 July 2022 as 20220701",
    )


def test_dates_reversed(write: Write) -> None:
    _, receipt = read_trusts(write(csv_of(row(code="RTF", opened="20240101", closed="20230101"))), icbs=ICBS)
    assert only(receipt)[:3] == (1, "12", BrokenStructureError)


def test_added_header_is_skipped_with_a_note(write: Write) -> None:
    header = ["Organisation Code", *(["X"] * 26)]
    frame, receipt = read_trusts(write(csv_of(header, row(code="RTF"))), icbs=ICBS)
    assert (frame.height, receipt.read, len(receipt.notes)) == (1, 1, 1)


def test_windows_1252_is_read_with_a_note(write: Write) -> None:
    content = csv_of(row(code="RTF", name="CAFÉ")).decode().encode("cp1252")
    frame, receipt = read_trusts(write(content), icbs=ICBS)
    assert frame["name"].item() == "CAFÉ"
    assert receipt.notes == ("the file is not UTF-8 and was read as Windows-1252",)


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", "code".encode("utf-16")])
def test_unreadable_files(write: Write, content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"file\.csv"):
        read_trusts(write(content), icbs=ICBS)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"etr\.csv is not in"):
        read_trusts(tmp_path / "etr.csv", icbs=ICBS)


def test_only_open_sub_icb_locations_are_kept(write: Write) -> None:
    path = write(
        csv_of(
            row(code="16C", role="RO319"),
            row(code="D4U1Y", role="RO319|RO326"),
            row(code="00C", closed="20200331"),
            row(code="13Q", name="NATIONAL COMMISSIONING HUB 1", role="RO218"),
            row(code="A4R1E", name="NEWHAM - SUB-ICB REPORTING ENTITY", role="RO327"),
            row(code="99Z", role="RO999"),
        )
    )
    frame, receipt = read_sub_icb_locations(path, icbs=ICBS)
    assert frame["code"].to_list() == ["16C", "D4U1Y"]
    assert sorted(rows for group in receipt.left_out for rows in group.rows) == [3, 4, 5, 6]
    assert len({group.reason for group in receipt.left_out}) == 4


def test_practices_of_interest(write: Write) -> None:
    gp = {"location": "16C", "setting": "4", "status": "A"}
    path = write(
        csv_of(
            row(code="A81001", **gp),
            row(code="A81002", **gp | {"setting": "9"}),
            row(code="A81003", **gp | {"status": "C", "closed": "20220630"}),
            row(code="A81004", **gp | {"status": "C", "closed": "20220701"}),
            row(code="A81005", **gp | {"status": "D"}),
            row(code="W91001", **gp, region="W00", icb="Q99"),
            row(code="A81006", **gp | {"location": "ZZZ"}),
            row(code="A81007", **gp, icb="Q74", region="Y54"),
            row(code="8100X", **gp),
        )
    )
    frame, receipt = read_practices(path, locations={"16C"})
    assert frame["code"].to_list() == ["A81001", "A81004", "A81007"]
    assert {group.reason.split(":")[0]: group.rows for group in receipt.left_out} == {
        "a Welsh practice": (6,),
        "closed before ICBs began on 1 July 2022": (3,),
        "dormant or proposed": (5,),
        "prescribing setting other than 4": (2,),
    }
    assert [(problem.row, problem.kind) for problem in receipt.problems] == [
        (7, BrokenKeysError),
        (9, BadValuesError),
    ]
    assert receipt.read == receipt.kept + receipt.rejected == 9


NETWORK_HEADERS = [
    "PCN Code",
    "PCN Name",
    "Current\nSub ICB Loc Code",
    "Sub ICB Location",
    "Open Date",
    "Close Date",
]
PARTNER_HEADERS = [
    "Partner\nOrganisation\nCode",
    "Partner\nName",
    "Practice\nParent\nSub ICB Loc Code",
    "PCN Code",
    "PCN Parent\nSub ICB Loc Code",
    "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date",
]


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    book.save(path)
    book.close()
    return path


def networks_book(tmp_path: Path, *rows: list[object], headers: list[str] | None = None) -> Path:
    return workbook(tmp_path / "ePCN.xlsx", {"PCNDetails": [list(headers or NETWORK_HEADERS), *rows]})


def test_networks_with_line_breaks_in_headers(tmp_path: Path) -> None:
    path = networks_book(
        tmp_path,
        ["U00001", "A PCN", "16C", "NHS X", "20190701", None],
        ["U00002", "B PCN", "D4U1Y", "NHS Y", "20190701", "20240331"],
    )
    frame, receipt = read_networks(path, locations={"16C", "D4U1Y"})
    assert frame.rows() == [
        ("U00001", "A PCN", "16C", date(2019, 7, 1), None),
        ("U00002", "B PCN", "D4U1Y", date(2019, 7, 1), date(2024, 3, 31)),
    ]
    assert (receipt.read, receipt.kept, receipt.problems) == (2, 2, ())


def test_headers_moved_renamed_and_pushed_down(tmp_path: Path) -> None:
    older = [
        "Close  date",
        "Current Clinical Commissioning Group (CCG) Code",
        "PCN name",
        "open date",
        "PCN code",
    ]
    path = workbook(
        tmp_path / "ePCN.xlsx",
        {
            "PCN Details": [
                ["Primary care networks"],
                older,
                [None, "16C", "A PCN", date(2019, 7, 1), "U00001"],
            ]
        },
    )
    frame, receipt = read_networks(path, locations={"16C"})
    assert frame.rows() == [("U00001", "A PCN", "16C", date(2019, 7, 1), None)]
    assert receipt.source == "ePCN.xlsx, sheet PCN Details"


def test_networks_that_cannot_be_kept(tmp_path: Path) -> None:
    path = networks_book(
        tmp_path,
        ["U00001", "A", "16C", "", "20190701", None],
        ["U00002", "B", "07P", "", "20190701", "20200331"],
        ["U00003", "C", "07P", "", "20190701", None],
        ["U00004", "D", "16C", "", "soon", None],
        ["U00001", "E", "16C", "", "20190701", None],
    )
    frame, receipt = read_networks(path, locations={"16C"})
    assert frame["name"].to_list() == ["A"]
    assert [(group.reason, group.rows) for group in receipt.left_out] == [
        ("ended, under a sub_icb that no longer exists", (3,))
    ]
    assert [(problem.row, problem.column, problem.kind) for problem in receipt.problems] == [
        (5, "opened", BadValuesError),
        (4, "sub_icb", BrokenKeysError),
        (6, "code", BrokenKeysError),
    ]
    assert receipt.read == receipt.kept + receipt.rejected == 5


def test_partners_keep_every_spell(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["A81001", "X", "16C", "U00001", "16C", "20190701", "20230331"],
        ["A81001", "X", "16C", "U00002", "16C", "20230401", None],
        ["A81002", "Y", "16C", "U99999", "16C", "20230401", None],
    ]
    sheets = {"PCNDetails": [["PCN"]], "PCN Core Partner Details": [list(PARTNER_HEADERS), *rows]}
    path = workbook(tmp_path / "ePCN.xlsx", sheets)
    frame, receipt = read_partners(path, networks={"U00001", "U00002"})
    assert frame.select("practice", "pcn", "ended").rows() == [
        ("A81001", "U00001", date(2023, 3, 31)),
        ("A81001", "U00002", None),
    ]
    assert only(receipt) == (
        4,
        "pcn",
        BrokenKeysError,
        "'U99999' is not the code of a network of the workbook's first sheet",
    )


def test_missing_column_names_what_was_wanted(tmp_path: Path) -> None:
    path = networks_book(tmp_path, headers=["PCN Code", "PCN Name", "Open Date", "Close Date"])
    with pytest.raises(WrongColumnsError, match=r"PCNDetails: no header with the words current \.\.\. code"):
        read_networks(path, locations={"16C"})


def test_missing_sheet_and_broken_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "ePCN.xlsx", {"Cover": [["hello"]]})
    with pytest.raises(UnreadableFileError, match="no sheet named like 'partner'; it has Cover"):
        read_partners(path, networks=set())
    path.write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(UnreadableFileError, match=r"ePCN\.xlsx is no workbook"):
        read_networks(path, locations=set())


def test_text_of_a_receipt_accounts_for_every_row(write: Write) -> None:
    path = write(csv_of(row(code="RTF"), row(code="RX4", icb="QQQ"), row(code="RYT", region="", icb="")))
    _, receipt = read_trusts(path, icbs=ICBS)
    assert receipt.text().splitlines() == [
        "file.csv: 3 read, 1 kept, 2 not kept",
        "  file.csv, row 2, column 4: 'QQQ' is not a known code of an ICB; 2 are known, such as QHM",
        "  1 left out: no English ICB and region: a Welsh body (row 3)",
    ]


def test_frames_have_the_same_types_when_nothing_is_kept(write: Write) -> None:
    frame, _ = read_trusts(write(csv_of(row(code="RTF", icb="QQQ"))), icbs=ICBS)
    assert frame.is_empty()
    assert frame.schema["opened"] == pl.Date()
