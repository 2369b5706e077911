"""What a receipt says."""

from __future__ import annotations

from leaderful.errors import BadValuesError, WrongColumnsError
from leaderful.receipts import LeftOut, Problem, Receipt


def problem(row: int | None, column: str | None, kind: type = BadValuesError) -> Problem:
    return Problem(file="bodies.csv", row=row, column=column, kind=kind, message="not a date")


def test_where_a_problem_is() -> None:
    assert problem(None, None).where == "bodies.csv"
    assert problem(3, None).where == "bodies.csv, row 3"
    assert problem(3, "valid_from").where == "bodies.csv, row 3, column valid_from"


def test_receipt_without_problems() -> None:
    receipt = Receipt(source="bodies.csv", read=2, kept=2)
    assert (receipt.rejected, receipt.worst) == (0, None)
    assert receipt.text() == "bodies.csv: 2 read, 2 kept, 0 not kept"


def test_worst_is_what_must_be_put_right_first() -> None:
    problems = (problem(1, None), problem(None, None, WrongColumnsError))
    assert Receipt(source="x", read=3, kept=1, problems=problems).worst is WrongColumnsError


def test_text_names_problems_up_to_a_limit() -> None:
    receipt = Receipt(
        source="bodies.csv",
        read=2_000,
        kept=1_990,
        problems=tuple(problem(row, "id") for row in (2, 5, 9)),
        left_out=(LeftOut(reason="closed", rows=tuple(range(10, 17))),),
        notes=("the file has a byte order mark",),
    )
    assert receipt.text(limit=2).splitlines() == [
        "bodies.csv: 2,000 read, 1,990 kept, 10 not kept",
        "  bodies.csv, row 2, column id: not a date",
        "  bodies.csv, row 5, column id: not a date",
        "  and 1 more",
        "  7 left out: closed (row 10, 11, 12, 13, 14, ...)",
        "  note: the file has a byte order mark",
    ]
