"""Logs of mail and chat as several products write them: who wrote to whom, when, and nothing they wrote."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from meeting_files import MAIL, held, prepare, run, said, utc
from survey_products import csv_file, xlsx_file

from leaderful.errors import BadValuesError, UnknownNameError
from leaderful.study.importing.addresses import is_automatic, split_named
from leaderful.study.importing.mapping import read_mapping

ANN, BOB, CAT, DAN = (MAIL[each] for each in ("ann", "bob", "cat", "dan"))
LOG = """\
[[sources]]
file = "log*"
kind = "messages"
person = { column = "From", pseudonym = "hash" }
recipients = ["To"]
time = "Date"
"""
TOP = ["Date", "From", "To"]


def one(folder: Path, rows: list[list[Any]], mapping: str = LOG) -> str:
    return said(run(folder, [csv_file(folder / "log.csv", rows)], mapping))


def test_a_message_trace_with_a_row_for_each_recipient(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    top = ["date_time_utc", "sender_address", "recipient_address", "message_subject", "message_id"]
    rows = [
        ["2026-03-02T09:00:00.1230000Z", ANN, f"{BOB}##Receive, Deliver", "Zqsubject", "<m1@x>"],
        ["2026-03-02T09:00:01.0000000Z", ANN, CAT, "Zqsubject", "<m1@x>"],
        ["2026-03-02T09:00:02.0000000Z", BOB, ANN, "Zqsubject", "<m2@x>"],
        ["2026-03-02T09:00:03.0000000Z", "", ANN, "Zqsubject", "<m3@x>"],
    ]
    mapping = (
        LOG.replace('"From"', '"sender_address"')
        .replace('"To"', '"recipient_address"')
        .replace('"Date"', f'"{top[0]}"')
        + 'id = { column = "message_id" }\nchannel = { constant = "mail" }\n'
    )
    text = one(folder, [top, *rows], mapping)
    assert held(folder) == [
        ("2026-03-02T09:00:00.123000", "ann bob cat", "ann", "mail"),
        (utc(2026, 3, 2, 9, 0, 2), "ann bob", "bob", "mail"),
    ]
    assert "4 read, 3 kept" in text and "1 left out: no sender" in text and "2, of which 2 count" in text


def test_several_recipients_in_a_cell_with_names_that_hold_commas(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    rows = [
        [
            "2026-03-02 09:00",
            f"Zqsecret, Ann <{ANN}>",
            f'"Zqsecret, Bob" <{BOB.upper()}>; {CAT}',
            f"x <{DAN}>",
            "Zqbody",
        ],
        ["2026-03-03 09:00", ANN, f"{BOB},{CAT}", "", ""],
        ["2026-03-04 09:00", ANN, f"Planning list; {BOB}", "", ""],
    ]
    text = one(folder, [[*TOP, "Cc", "Body"], *rows], LOG.replace('["To"]', '["To", "Cc"]'))
    assert [row[1] for row in held(folder)] == ["ann bob cat dan", "ann bob cat", "ann bob"]
    assert "recipients without an address, such as lists and rooms: 1" in text
    assert "zq" not in text.lower().replace("zqsecret@", "")


def test_rows_without_a_message_id_are_one_message_when_sender_and_time_are_the_same(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    when = "2026-03-02T09:00:00Z"
    rows = [[when, ANN, BOB], [when, ANN.upper(), CAT], [when, BOB, CAT], ["2026-03-02T09:00:01Z", ANN, DAN]]
    one(folder, [TOP, *rows])
    assert sorted(row[1:3] for row in held(folder)) == [("ann bob cat", "ann"), ("ann dan", "ann"), ("bob cat", "bob")]


@pytest.mark.parametrize(
    ("written", "time_format", "expected"),
    [
        ("2026-07-01T09:00:00+02:00", "", utc(2026, 7, 1, 7)),
        ("2026/07/01 09:00:00 UTC", "", utc(2026, 7, 1, 9)),
        ("2026-07-01 09:00", "", utc(2026, 7, 1, 8)),
        ("1782896400.000100", "epoch", "2026-07-01T09:00:00.000100"),
        ("1782896400123", "epoch", "2026-07-01T09:00:00.123000"),
        ("01/07/2026 09:00", "%d/%m/%Y %H:%M", utc(2026, 7, 1, 8)),
        ("7/1/2026 9:00:00 AM", "%m/%d/%Y %I:%M:%S %p", utc(2026, 7, 1, 8)),
        ("Wed, 01 Jul 2026 09:00:00 +0200", "%a, %d %b %Y %H:%M:%S %z", utc(2026, 7, 1, 7)),
        ("2026-07-01", "", utc(2026, 7, 1, 11)),
    ],
)
def test_times_as_products_write_them(written: str, time_format: str, expected: str, tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    one(folder, [TOP, [written, ANN, BOB]], f"{LOG}time_format = '{time_format}'\n")
    assert [row[0] for row in held(folder)] == [expected]


def test_clocks_that_go_back_and_times_out_of_order(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    rows = [
        ["2026-10-25 02:30", ANN, BOB],
        ["2026-10-25 01:45", ANN, BOB],
        ["2026-10-25 01:15", ANN, BOB],
        ["2026-03-29 01:30", ANN, BOB],
    ]
    text = one(folder, [TOP, *rows])
    assert [row[0] for row in held(folder)] == [
        utc(2026, 3, 29, 1, 30),
        utc(2026, 10, 25, 0, 15),
        utc(2026, 10, 25, 0, 45),
        utc(2026, 10, 25, 2, 30),
    ]
    assert "hour that comes twice when clocks go back: 2; taken as the first" in text
    other = one(prepare_in(tmp_path / "b"), [TOP, *rows], f'{LOG}zone = "UTC"\n')
    assert "comes twice" not in other


def prepare_in(folder: Path) -> Path:
    folder.mkdir()
    return prepare(folder)


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    crowd = ";".join([BOB, *(f"x{n}@else.example" for n in range(20))])
    rows = [
        ["2026-03-02T09:00", "no-reply@nhs.example", f"{ANN};{BOB}"],
        ["2026-03-02T09:01", "stranger@else.example", f"{ANN};{BOB}"],
        ["2026-03-02T09:02", ANN, "stranger@else.example"],
        ["2026-03-02T09:03", ANN, crowd],
        ["2026-03-02T09:04", ANN, ANN],
        ["2026-03-02T09:05", ANN, ""],
        ["yesterday", ANN, BOB],
        ["2026-02-30T09:00", ANN, BOB],
    ]
    text = one(folder, [TOP, *rows])
    for reason in (
        "1 left out: sent by a program",
        "1 left out: the sender is not among the people",
        "2 left out: fewer than two",
        "1 left out: more than 20 took part",
        "1 left out: no recipient",
        "log.csv, row 8, column Date: no time that can be read",
        "row 9",
        "8 read, 0 kept, 8 not kept",
    ):
        assert reason in text
    assert not held(folder)
    one(folder, [TOP, *rows], f"{LOG}largest = 22\n")
    assert len(held(folder)) == 1


def test_channels_by_column_and_aliases_by_name(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    rows = [["2026-03-02T09:00", "Ann Zqsecret", "bob zqsecret", "IM"], ["2026-03-02T09:01", ANN, CAT, "zqpigeon"]]
    mapping = f'{LOG}channel = {{ column = "How", values = {{ "IM" = "chat" }} }}\n'
    text = one(folder, [[*TOP, "How"], *rows], mapping)
    assert held(folder) == [(utc(2026, 3, 2, 9), "ann bob", "ann", "chat")]
    assert "row 3, column How" in text and "pigeon" not in text


def test_the_same_messages_from_two_logs_and_again(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    mapping = f'{LOG}id = {{ column = "id" }}\n'
    first = csv_file(folder / "log1.csv", [[*TOP, "id"], ["2026-03-02T09:00Z", ANN, BOB, "m1"]])
    second = xlsx_file(
        folder / "log2.xlsx",
        {"s": [[*TOP, "id"], ["2026-03-02T09:00Z", ANN, CAT, "m1"], ["2026-03-03T09:00Z", ANN, CAT, "m2"]]},
    )
    run(folder, [first, second], mapping)
    assert [row[1] for row in held(folder)] == ["ann bob cat", "ann cat"]
    again = run(folder, [second, first], mapping)
    assert not again.written and "2 there already" in said(again)
    dry = run(
        folder,
        [csv_file(folder / "log3.csv", [[*TOP, "id"], ["2026-03-05T09:00Z", ANN, BOB, "m5"]])],
        mapping,
        dry_run=True,
    )
    assert "1 new" in said(dry) and len(held(folder)) == 2


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ('zone = "Mars/Olympus"', "zone is not known"),
        ('person = { column = "From", pseudonym = "each-wave" }', "must be"),
        ("largest = 1", "greater than or equal to 2"),
        ('channel = { constant = "pigeon" }', "is no channel"),
        ("id = { }", "id needs either column or constant"),
        ('recipient = ["To"]', "Did you mean recipients"),
    ],
)
def test_a_wrong_key_is_named(key: str, message: str, tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    name = key.split(" =")[0]
    kept = "\n".join(line for line in LOG.splitlines() if not line.startswith(f"{name} "))
    with pytest.raises((BadValuesError, UnknownNameError), match=message):
        one(folder, [TOP, ["2026-03-02T09:00Z", ANN, BOB]], f"{kept}\n{key}\n")


@pytest.mark.parametrize("missing", ["recipients", "time", "person"])
def test_a_missing_key_is_named(missing: str, tmp_path: Path) -> None:
    kept = "\n".join(line for line in LOG.splitlines() if not line.startswith(missing))
    path = tmp_path / "m.toml"
    path.write_text(f"mapping_version = 1\n{kept}\n", encoding="utf-8")
    with pytest.raises(BadValuesError, match=f"kind messages needs {missing}"):
        read_mapping(path)


def test_without_a_key_nothing_is_read(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    from leaderful.study import Study
    from leaderful.study.importing import import_files

    log = csv_file(folder / "log.csv", [TOP, ["2026-03-02T09:00Z", ANN, BOB]])
    (folder / "m.toml").write_text(f"mapping_version = 1\n{LOG}", encoding="utf-8")
    with pytest.raises(BadValuesError, match="--new-key FILE") as raised:
        import_files(Study.open(folder / "study"), [log], folder / "m.toml")
    assert "secret" not in str(raised.value)


def test_cells_are_split_at_what_separates_people() -> None:
    cells = ["a@x.y;b@x.y", "A B <a@x.y>, C <b@x.y>.", "u1; u2", "u1,u2", "mailto:a@x.y", None, " ; ", "smtp:a@x.y"]
    assert split_named(pl.Series(cells)).to_list() == [
        ["a@x.y", "b@x.y"],
        ["a@x.y", "b@x.y"],
        ["u1", "u2"],
        ["u1", "u2"],
        ["a@x.y"],
        None,
        [],
        ["a@x.y"],
    ]


def test_programs_are_told_from_people() -> None:
    programs = ["no-reply@x.y", "NoReply@x.y", "do_not_reply@x.y", "bounce+17@x.y", "postmaster@x.y", "alerts@x.y"]
    people = ["norah.reply@x.y", "ann.alert@x.y", "autumn@x.y", "noreen@x.y", "u17"]
    assert is_automatic(pl.Series([*programs, *people])).to_list() == [True] * len(programs) + [False] * len(people)


def test_a_log_of_100_000_rows_takes_seconds(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    draw = random.Random(4)
    mails = list(MAIL.values())
    rows = [
        [
            f"2026-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d} 09:{n % 60:02d}:{n // 60 % 60:02d}",
            draw.choice(mails),
            draw.choice(mails),
        ]
        for n in range(100_000)
    ]
    log = csv_file(folder / "log.csv", [TOP, *rows])
    began = time.process_time()
    text = said(run(folder, [log], LOG))
    assert time.process_time() - began < 20
    assert "log.csv, read as messages: 100,000 read" in text
