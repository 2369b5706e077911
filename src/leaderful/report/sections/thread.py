"""The golden thread: which purposes run unbroken from the goals above down to teams, and where they break."""

from __future__ import annotations

from leaderful.framework import framework
from leaderful.report.material import Material
from leaderful.report.page import Section
from leaderful.report.sections.thread_bodies import bodies_figure
from leaderful.report.sections.thread_felt import felt_figure
from leaderful.report.sections.thread_goals import loom_figure, of_goals, short
from leaderful.report.sections.thread_national import headline, national_figure, national_words_figure, of_national
from leaderful.report.sections.thread_passages import passages_figure
from leaderful.report.signals_thread import LOOKS
from leaderful.report.wording import counted, listed, whole

_THREAD = (
    "A golden thread is one purpose that runs unbroken from a Sustainable Development Goal down to the work of a team. "
    "Bodies say what they are for, and which purposes or goals that serves; the thread follows their words down the "
    "ties of governance."
)
_DECLARED = "Where one purpose runs through, and where it breaks"
_UNDECLARED = "No body has said yet which goals it serves"
_QUESTIONS = (
    "Where a goal is dropped: does nobody there work for it, or has nobody written it down?",
    "Who could take up a purpose that has nobody above it, and would it be welcome?",
    "Which of these goals would people in your team name if you asked them what their work is for?",
    "Which purpose do you share in deed that no document names?",
)
_FIRST_QUESTIONS = (
    "Which of these goals would people in your team name if you asked them what their work is for?",
    "Which goal matters here that national plans hardly speak of?",
    "Which purpose do you share in deed that no document names?",
)


def thread_section(material: Material) -> Section | None:
    """Return the section on the golden thread; none where nothing is declared, read or known of national plans."""
    spoken = of_national(material)
    if "thread.state" not in material.own and "thread.passage" not in material.own and not spoken:
        return None
    makers = (loom_figure, bodies_figure, felt_figure, national_figure, passages_figure, national_words_figure)
    made = (maker(material) for maker in makers)
    declared = bool(of_goals(material, "thread.continuity"))
    lead = (_THREAD, _coverage(material), *_standing_out(material), *_nobody(material))
    return Section(
        id="thread",
        name="Thread",
        heading=_DECLARED if declared else _UNDECLARED,
        lead=lead if declared else _undeclared(material),
        figures=tuple(figure for figure in made if figure is not None),
        questions=_QUESTIONS if declared else _FIRST_QUESTIONS,
    )


def _undeclared(material: Material) -> tuple[str, ...]:
    """Return what is known where no body has said which goals it serves, and what to do next."""
    spoken = of_national(material)
    open_links = sum(f.detail["open"] for f in material.own.get("thread.suggested", []))
    known = f"{headline(spoken)}. " if spoken else ""
    suggested = (
        f" Core purposes and plans suggest {counted(open_links, 'link', 'links')} to goals; a link counts only once "
        "somebody confirms it."
        if open_links
        else ""
    )
    return (
        f"{known}The bodies here have not said which goals they serve, so no thread can be drawn yet.{suggested}",
        "What to do next: ask the board and its partners to write down what they are for, and which goals that serves "
        "(table purposes of a study). Put their plans beside it, run “leaderful plans”, and confirm or refuse what it "
        "suggests.",
        f"{_THREAD} A body that has said nothing is silent. Silence is not counted as dropping a goal.",
    )


def _coverage(material: Material) -> str:
    declared = material.of_system("thread.declared")
    if declared is None or declared.n is None:
        return "A body that has said nothing is silent. Silence is not counted as dropping a goal."
    count, silent = int(declared.detail["count"]), int(declared.detail["silent"])
    start = f"{whole(count)} of {counted(declared.n, 'body', 'bodies')} have said which goals or purposes they serve."
    if not silent:
        return start
    return f"{start} {counted(silent, 'other is', 'others are')} silent, and silence is not counted as dropping a goal."


def _standing_out(material: Material) -> tuple[str, ...]:
    return tuple(signal.text for look in LOOKS for signal in look(material))


def _nobody(material: Material) -> tuple[str, ...]:
    claimed = of_goals(material, "thread.continuity")
    rest = [goal.id for goal in framework().goals if goal.id not in claimed]
    if not claimed or not rest:
        return ()
    numbers = listed([short(goal).removeprefix("SDG ") for goal in rest])
    return (f"Nobody has declared {'goal' if len(rest) == 1 else 'goals'} {numbers}. They are not drawn.",)
