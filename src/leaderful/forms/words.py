"""What every form says of itself: what is asked, what taking part means, that it is unvalidated, on which terms."""

from __future__ import annotations

from leaderful.forms.survey import Survey
from leaderful.framework import framework

CONSENT = "I have read this and agree to take part."
CONSENT_NETWORK = (
    "I agree that I may be named in results about networks of people. You can take part without agreeing to this."
)
CONSENT_TEXT = "I agree that what I wrote in my own words in this entry may leave the study."

DETAILS = {
    "person": "Your code, as it stands in your invitation. Do not write your name.",
    "wave": "The round of this survey.",
    "body": "Which organisation do you work for?",
    "team": "Which team do you work in?",
    "tier": "Which of these comes closest to your work?",
}
PARTNERS = (
    "Which of these organisations do you work with, or should you be working with? Leave out your own organisation."
)
PERSONS = (
    "Think of people outside your organisation whom you turned to in the last month to solve something together, and "
    "of people you look to for leadership, wherever they work. You can give up to "
    f"{framework().instrument.people_named_at_most} of each."
)
ABOUT_BODY = "Which organisation is this about?"
ABOUT_PERSON = "Who is this person? Write the code from the list you were given."


def title(survey: Survey) -> str:
    """Return the title of the questionnaire."""
    return f"Leading and working together: {survey.name}" if survey.name else "Leading and working together"


def diary_title(survey: Survey) -> str:
    """Return the title of the diary."""
    return f"Diary of moments: {survey.name}" if survey.name else "Diary of moments"


def introduction(survey: Survey) -> tuple[str, ...]:
    """Return what the questionnaire is about, in short paragraphs."""
    instrument = framework().instrument
    return (
        "This survey asks how people and organisations lead and work together in health and care.",
        f"It has {len(survey.items)} statements, questions about the organisations you work with, and questions about "
        f"people you turn to. You may leave out any of them. “{instrument.unable}” is a good answer.",
        instrument.the_system,
    )


def consent(survey: Survey) -> tuple[str, ...]:
    """Return what taking part means; the study team completes what stands in square brackets."""
    return (
        "Taking part is your choice. You can stop at any time, and nothing happens to you if you do.",
        "Your answers are kept under a code. Your name is not kept with them.",
        f"Results are shown for groups of {survey.minimum_people} people or more, and never as one person's answers.",
        f"The answers are held by {_to_fill('which organisation')}, seen by {_to_fill('who')} and kept until "
        f"{_to_fill('which day')}.",
        f"To ask something, or to change or withdraw your answers, write to {_to_fill('whom, and how')}.",
    )


def diary_introduction() -> tuple[str, ...]:
    """Return what the diary is about."""
    return (
        "A moment of leadership is an opening in a conversation that is taken or lost. Note one such moment here, soon "
        "after it happened.",
        "Give organisations and seniority of the others, never names. Your own words are for you: write as much or as "
        "little as helps you.",
    )


def diary_consent() -> tuple[str, ...]:
    """Return what keeping the diary means; the study team completes what stands in square brackets."""
    return (
        "Keeping a diary is your choice. You can stop at any time, and nothing happens to you if you do.",
        f"Entries are held by {_to_fill('which organisation')}, seen by {_to_fill('who')} and kept until "
        f"{_to_fill('which day')}.",
        f"To change or withdraw an entry, write to {_to_fill('whom, and how')}.",
        framework().instrument.diary_note,
    )


def terms(survey: Survey) -> tuple[str, ...]:
    """Return that the questionnaire is unvalidated, its version and licence, and those of the added instruments."""
    instrument = framework().instrument
    return (
        instrument.note,
        f"leaderful questionnaire, version {instrument.version}. Licence: {instrument.licence}.",
        *(
            f"{added.name}, version {added.version}. Source: {_ended(added.source)} Licence: {_ended(added.licence)}"
            for added in survey.instruments
        ),
    )


def heading(number: int, of: int) -> str:
    """Return the heading of one page of statements, which does not say what they measure."""
    return f"Statements, page {number} of {of}"


def _to_fill(what: str) -> str:
    return f"[study team: {what}]"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
