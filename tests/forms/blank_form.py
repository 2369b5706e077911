"""What the tests of forms share: an instrument, a survey with names meant to do harm, and one without a study."""

from __future__ import annotations

from datetime import date

from leaderful.forms import Choice, Survey
from leaderful.framework import ItemScale
from leaderful.framework.entries import Answer, Item
from leaderful.framework.instruments import AddedInstrument

DAY = date(2026, 4, 1)
FORMULA = '=HYPERLINK("http://example.org","pay")'
REFERENCE = "Ward ${consent} Trust"

ENGAGEMENT = AddedInstrument(
    id="ENG",
    name="Engagement at work",
    version="2",
    source="A journal, 2001",
    licence="items may not be stored",
    items_may_be_stored=False,
    answers=tuple(Answer(value=value, label=f"answer {value}") for value in range(4)),
    item_scales=(
        ItemScale(
            id="VIG",
            name="Vigour",
            definition="Energy at work.",
            ours=False,
            constructs=("leaderful_agency",),
            high_means="more energy",
            items=(Item(id="VIG1"), Item(id="VIG2", reversed=True)),
            lowest=0,
            highest=3,
            items_needed=2,
        ),
    ),
    file="engagement.toml",
    digest="",
)

HEAD = """[instrument]
id = "ENG"
name = "Engagement at work"
version = "2"
source = "A journal, 2001"
licence = "free for research; the items may not be stored"
items_may_be_stored = false
answers = [
  { value = 0, label = "never" },
  { value = 1, label = "sometimes" },
  { value = 2, label = "often" },
  { value = 3, label = "always" },
]
"""
SCALE = """
[[item_scales]]
id = "VIG"
name = "Vigour"
definition = "Whether people have energy at work."
constructs = ["leaderful_agency"]
high_means = "more energy"
items = [
  { id = "VIG1" },
  { id = "VIG2", reversed = true },
  { id = "VIG3" },
  { id = "VIG4" },
  { id = "VIG5" },
]
"""
WHOLE = HEAD + SCALE


def harmful() -> Survey:
    """Return a survey whose study holds formulas, references and markup for names."""
    return Survey(
        name="North ${body} & <Shire>",
        system="QHM",
        as_at=DAY,
        wave="2026-05",
        bodies=(
            Choice(code="RX1", name=FORMULA),
            Choice(code="RX2", name=REFERENCE),
            Choice(code="RX3", name="Hill Practice"),
            Choice(code="RX4", name="hill practice"),
            Choice(code="RX5", name="Line\nbreak \u202etrust" + "x" * 300),
            Choice(code="RX6", name="+44 Helpline"),
        ),
        teams=(Choice(code="T1", name="@home team"), Choice(code="T2", name="A team")),
        instruments=(ENGAGEMENT,),
    )


def plain() -> Survey:
    """Return a survey without a study."""
    return Survey(as_at=DAY)
