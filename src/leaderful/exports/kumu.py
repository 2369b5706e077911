"""A JSON blueprint for Kumu (https://docs.kumu.io/guides/import/blueprints)."""

from __future__ import annotations

import json
from typing import Any

from leaderful.exports.contents import Contents
from leaderful.exports.network import FORMAL, HIDDEN, network
from leaderful.framework import framework

_TYPES = {FORMAL: "formal tie", HIDDEN: "hidden"}


def kumu(contents: Contents) -> bytes:
    """Return the network as elements and connections; a value that is missing has no key."""
    net = network(contents)
    kinds = {kind.id: kind.name for kind in framework().body_kinds}
    blueprint = {
        "about": net.about,
        "elements": [_element(row, kinds) for row in net.bodies.iter_rows(named=True)],
        "connections": [_connection(at, row) for at, row in enumerate(net.ties.iter_rows(named=True))],
    }
    return f"{json.dumps(blueprint, ensure_ascii=False, allow_nan=False, indent=1)}\n".encode()


def _element(row: dict[str, Any], kinds: dict[str, str]) -> dict[str, Any]:
    code, label, kind = row["code"], row["label"], row["kind"]
    rest = {("finer sort" if key == "type" else key): value for key, value in row.items()}
    return {"id": code, "label": label or code, "type": kinds.get(kind, kind), "code": code} | _said(
        rest, leave=("code", "label")
    )


def _connection(at: int, row: dict[str, Any]) -> dict[str, Any]:
    kind = _TYPES.get(row["layer"], "works with")
    ends = {"id": f"tie{at}", "from": row["source"], "to": row["target"], "direction": "directed", "type": kind}
    return ends | _said(row, leave=("source", "target"))


def _said(row: dict[str, Any], *, leave: tuple[str, ...]) -> dict[str, Any]:
    """Return what is known, under names as people write them."""
    return {key.replace("_", " "): value for key, value in row.items() if value is not None and key not in leave}
