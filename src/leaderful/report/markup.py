"""Elements of a page, escaped, with numbers written the same way every time."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

Attribute = str | float | int | bool


def tag(name: str, *children: str | Markup, **attributes: Attribute) -> Markup:
    """Return an element; text is escaped, ``_`` in an attribute name becomes ``-``."""
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not False)
    inside = Markup("").join(escape(child) for child in children)
    return Markup(f"<{name}{written}>") + inside + Markup(f"</{name}>")


def join(parts: Iterable[Markup]) -> Markup:
    """Return elements one after the other, a line each."""
    return Markup("\n").join(parts)


def hidden() -> Markup:
    """Return what stands where a value is hidden to protect people: the word, on a hatched ground."""
    return tag("span", "hidden", class_="hidden-value")


def number(value: float, places: int = 2) -> str:
    """Return a coordinate without needless digits: 2.50 is 2.5 and -0.0 is 0."""
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _attribute(key: str, value: Attribute) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = number(value) if isinstance(value, float) else str(value)
    return f' {name}="{escape(text)}"'
