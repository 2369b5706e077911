"""How often tags of national policy texts were right when a person read the passages."""

from __future__ import annotations

import json

from leaderful.text.card import DATA


def judged() -> dict[str, tuple[int, int]]:
    """Return how many tags were right and how many were judged: over all under an empty name, then by goal."""
    figures = json.loads((DATA / "sdg_evaluation.json").read_text(encoding="utf-8"))["judged"]
    by_goal = {f"SDG{goal}": (right, total) for goal, (right, total) in figures["by_goal"].items()}
    return {"": (figures["right"], figures["passages"])} | by_goal
