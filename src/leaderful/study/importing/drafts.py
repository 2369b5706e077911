"""How a draft of a mapping is written: text as TOML strings, and what is found of each file."""

from __future__ import annotations

import json


def quoted(text: str) -> str:
    """Return text as a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def shown(text: str) -> str:
    """Return text as it may stand in a remark."""
    return quoted(" ".join(text.split()))[1:-1]
