"""Instruments beside the packaged one: read whole or refused with the file, the key and what is allowed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from blank_form import HEAD, SCALE, WHOLE

from leaderful.errors import BadValuesError, BrokenKeysError, LeaderfulError, UnknownNameError, UnreadableFileError
from leaderful.framework import framework
from leaderful.framework.instruments import read_instrument
from leaderful.study import Study


def _write(folder: Path, text: str, name: str = "engagement.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_an_instrument_without_texts_is_scoring_alone(tmp_path: Path) -> None:
    read = read_instrument(_write(tmp_path, WHOLE))
    (scale,) = read.item_scales
    assert (read.id, read.version, read.items_may_be_stored, read.file) == ("ENG", "2", False, "engagement.toml")
    assert (scale.lowest, scale.highest) == (0, 3)
    assert [(item.id, item.text, item.reversed) for item in scale.items] == [
        ("VIG1", "", False),
        ("VIG2", "", True),
        ("VIG3", "", False),
        ("VIG4", "", False),
        ("VIG5", "", False),
    ]
    assert scale.items_needed == 4  # three quarters of five is 3.75
    assert not scale.ours
    assert read.digest == hashlib.sha256(WHOLE.encode()).hexdigest()


@pytest.mark.parametrize(("items", "needed"), [(2, 2), (3, 3), (4, 3), (8, 6), (9, 7)])
def test_a_score_needs_three_quarters_of_the_items(tmp_path: Path, items: int, needed: int) -> None:
    listed = ", ".join(f'{{ id = "Q{n}" }}' for n in range(1, items + 1))
    text = HEAD + SCALE[: SCALE.index("items = [")] + f"items = [{listed}]\n"
    assert read_instrument(_write(tmp_path, text)).item_scales[0].items_needed == needed
    stated = read_instrument(_write(tmp_path, text + "items_needed = 1\n"))
    assert stated.item_scales[0].items_needed == 1


def test_the_packaged_scales_keep_their_range() -> None:
    assert {(s.lowest, s.highest, s.items_needed) for s in framework().item_scales} == {(1, 5, 3)}


def _without(key: str) -> str:
    return "\n".join(line for line in WHOLE.splitlines() if not line.startswith(f"{key} ="))


MALFORMED = [
    ("not TOML", "[instrument\n", UnreadableFileError, "is not in order"),
    ("empty", "", BadValuesError, "instrument is missing; it must be a table [instrument] with id, name"),
    ("no scales", HEAD, BadValuesError, "item_scales is missing; it must be one table [[item_scales]] or more"),
    ("no licence", _without("licence"), BadValuesError, "instrument, licence is missing; it must be text of 1 to"),
    ("no source", _without("source"), BadValuesError, "instrument, source is missing"),
    (
        "storing left open",
        WHOLE.replace("items_may_be_stored = false", 'items_may_be_stored = "no"'),
        BadValuesError,
        "instrument, items_may_be_stored must be true or false, without quotation marks",
    ),
    (
        "text that may not be stored",
        WHOLE.replace('{ id = "VIG3" }', '{ id = "VIG3", text = "I feel strong." }'),
        BadValuesError,
        "item VIG3 has a text, and items_may_be_stored is false. Take the text out",
    ),
    (
        "no text that may be stored",
        WHOLE.replace("items_may_be_stored = false", "items_may_be_stored = true"),
        BadValuesError,
        "item VIG1 has no text. Add it as it is asked",
    ),
    (
        "a misspelt key",
        WHOLE.replace("high_means", "high_mean"),
        UnknownNameError,
        "item_scales 1 (VIG), high_mean is not a key of an instrument. Did you mean high_means?",
    ),
    (
        "a key of no kind",
        WHOLE.replace('version = "2"', 'version = "2"\ncolour = "red"'),
        UnknownNameError,
        "instrument, colour is not a key of an instrument. Allowed are id, name, version",
    ),
    (
        "an item without a number",
        WHOLE.replace('"VIG2"', '"VIG_B"'),
        BadValuesError,
        "item_scales 1 (VIG), items 2, id must be letters, then a digit",
    ),
    (
        "an item as a column of the wide table",
        WHOLE.replace('"VIG2"', '"person"'),
        BadValuesError,
        "items 2, id must be letters, then a digit",
    ),
    (
        "a packaged item",
        WHOLE.replace('"VIG2"', '"CGP1"'),
        BrokenKeysError,
        "the code CGP1 is used by the packaged instrument; choose another",
    ),
    (
        "a packaged item in small letters",
        WHOLE.replace('"VIG2"', '"cgp1"'),
        BrokenKeysError,
        "the code cgp1 is used by the packaged instrument",
    ),
    ("an item twice", WHOLE.replace('"VIG2"', '"VIG1"'), BrokenKeysError, "the code VIG1 stands twice"),
    (
        "an unknown construct",
        WHOLE.replace('"leaderful_agency"', '"leaderful-agencey"'),
        UnknownNameError,
        "item scale VIG: there is no construct 'leaderful-agencey'; did you mean leaderful_agency?",
    ),
    (
        "answers with a gap",
        WHOLE.replace("value = 3", "value = 5"),
        BadValuesError,
        "instrument, answers: values must be whole numbers that rise by one",
    ),
    (
        "an answer in quotation marks",
        WHOLE.replace("value = 2", 'value = "2"'),
        BadValuesError,
        "instrument, answers 3, value must be a whole number, without quotation marks",
    ),
    (
        "an answer that is true",
        WHOLE.replace("value = 1,", "value = true,"),
        BadValuesError,
        "instrument, answers 2, value must be a whole number",
    ),
    (
        "answers beyond bounds",
        WHOLE.replace("value = 0", "value = -5000"),
        BadValuesError,
        "values must lie between -1,000 and 1,000",
    ),
    ("one item", WHOLE[: WHOLE.index('  { id = "VIG2"')] + "]\n", BadValuesError, "items must be a list of 2 or more"),
    (
        "more items needed than there are",
        WHOLE + "items_needed = 6\n",
        BadValuesError,
        "item scale VIG: items_needed is more than its 5 items",
    ),
    (
        "its own range for a scale",
        WHOLE + "lowest = 0\n",
        UnknownNameError,
        "item_scales 1 (VIG), lowest is not a key of an instrument",
    ),
    (
        "a hidden character",
        WHOLE.replace("more energy", "more\\u202eenergy"),
        BadValuesError,
        "item_scales.high_means holds a line break or another character that cannot be seen",
    ),
    (
        "a table for a list",
        WHOLE.replace("[[item_scales]]", "[item_scales]"),
        BadValuesError,
        "item_scales must be one",
    ),
]


@pytest.mark.parametrize(("text", "kind", "message"), [case[1:] for case in MALFORMED], ids=[c[0] for c in MALFORMED])
def test_a_malformed_instrument_is_refused_by_name(
    tmp_path: Path, text: str, kind: type[LeaderfulError], message: str
) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(LeaderfulError) as raised:
        read_instrument(path)
    assert type(raised.value) is kind
    assert str(raised.value).startswith(str(path))
    assert message in str(raised.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"nothing\.toml cannot be read"):
        read_instrument(tmp_path / "nothing.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'[instrument]\nname = "caf\xe9"\n')
    with pytest.raises(UnreadableFileError, match="not UTF-8"):
        read_instrument(latin)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study with an instrument answered from 0 to 3 beside the packaged one, answered from 1 to 5."""
    for name, text in {
        "study.toml": 'format_version = 1\nname = "One"\nsystem = "QHM"\nas_at = 2026-03-31\n',
        "bodies.csv": "id,name,kind,scale,sector,system\nQHM,North ICB,integrated-care-board,system,nhs,QHM\n",
        "people.csv": "id,body,tier\np1,QHM,board\n",
        "waves.csv": "id,opens\nw1,2026-01-05\n",
    }.items():
        _write(tmp_path, text, name)
    (tmp_path / "instruments").mkdir()
    _write(tmp_path / "instruments", WHOLE)
    return tmp_path


def _responses(study: Path, *rows: str) -> None:
    _write(study, "person,wave,item,answer\n" + "".join(f"p1,w1,{row}\n" for row in rows), "responses.csv")


def test_a_study_takes_answers_within_the_range_of_each_item(study: Path) -> None:
    _responses(study, "CGP1,5", "CGP2,0", "VIG1,0", "VIG2,3", "VIG3,4", "VIG4,", "VIG5,9", "CGP3,1", "VIG9,1")
    opened = Study.open(study)
    kept = opened.table("responses").select("item", "answer").rows()
    assert kept == [("CGP1", 5), ("VIG1", 0), ("VIG2", 3), ("VIG4", None), ("CGP3", 1)]
    (receipt,) = [each for each in opened.receipts if each.source == "responses.csv"]
    assert (receipt.read, receipt.kept) == (9, 5)
    said = {problem.row: problem.message for problem in receipt.problems}
    assert said[3] == "a number that is no answer to this item; answers are 1 to 5, or an empty cell"
    assert said[6] == "a number that is no answer to this item; answers are 0 to 3, or an empty cell"
    assert said[8].startswith("a number outside 0 to 5")
    assert said[10].startswith("a code that is not allowed")
    assert set(said) == {3, 6, 8, 10}


def test_a_study_lists_the_packaged_scales_and_then_its_own(study: Path) -> None:
    opened = Study.open(study)
    assert [scale.id for scale in opened.item_scales][-2:] == ["AGE", "VIG"]
    assert len(opened.item_scales) == 14
    assert opened.files["instruments/engagement.toml"] == hashlib.sha256(WHOLE.encode()).hexdigest()
    assert [each.id for each in opened.instruments] == ["ENG"]


def test_a_study_without_instruments_refuses_their_items(study: Path) -> None:
    (study / "instruments" / "engagement.toml").unlink()
    _responses(study, "VIG1,2", "CGP1,2")
    opened = Study.open(study)
    assert opened.item_scales == framework().item_scales
    assert opened.table("responses")["item"].to_list() == ["CGP1"]


def test_two_instruments_may_not_use_one_code(study: Path) -> None:
    _write(study / "instruments", WHOLE.replace('id = "ENG"', 'id = "OTH"'), "other.toml")
    with pytest.raises(BrokenKeysError, match=r"other\.toml: the code VIG is used by another .*engagement\.toml"):
        Study.open(study)


def test_a_study_with_a_bad_instrument_says_so_at_once(study: Path) -> None:
    _write(study / "instruments", WHOLE.replace("items_may_be_stored = false", ""))
    with pytest.raises(BadValuesError, match=r"engagement\.toml: instrument, items_may_be_stored is missing"):
        Study.open(study)
