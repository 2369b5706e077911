"""What every test that visits pages needs: screens, and a look at what stands on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def faults_of(shown: Any) -> list[str]:
    """Return what axe says is wrong with a page as it stands, and whether it is wider than the screen."""
    if not shown.evaluate("'axe' in window"):
        shown.evaluate(AXE.read_text(encoding="utf-8"))
    found = shown.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"], "axe ran no rule"
    told = [f"{v['id']}: {v['help']} {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found["violations"]]
    wide = shown.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*told, *([f"{wide} pixels too wide"] if wide > 0 else [])]


def looked_at(page: Any) -> Any:
    """Let axe look at a page, and see that it fits its screen."""
    wrong = faults_of(page)
    assert not wrong, f"{page.url}: {wrong}"
    return page


def press(page: Any, name: str) -> Any:
    page.get_by_role("button", name=name, exact=False).first.click()
    return looked_at(page)


def follow(page: Any, name: str) -> Any:
    page.get_by_role("link", name=name, exact=False).first.click()
    return looked_at(page)
