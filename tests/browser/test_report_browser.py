"""The report as a person meets it, in headless Chromium."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from leaderful import jobs, laboratory
from leaderful.simulation.whatif import Plan

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
REPORTS = {
    "QHM": date(2026, 4, 1),
    "S0E4D": date(2026, 4, 1),  # holds part of a divided area
    "QWE": date(2026, 4, 1),  # small on the map
    "QNQ": date(2026, 3, 31),
}
EXAMPLES = ("planted", "plain")
ROOT = Path(__file__).parents[2]
WIDTHS = (390, 1400)
OPEN_ALL = "document.querySelectorAll('details').forEach(d => { d.open = true; })"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    return {code: jobs.demo(code, as_at=day, folder=folder / code).report for code, day in REPORTS.items()}


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("examples")
    return {name: jobs.run(ROOT / "examples" / name, out=folder / name).report for name in EXAMPLES}


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a study that was simulated, and put to the propositions."""
    folder = tmp_path_factory.mktemp("simulated") / "planted"
    shutil.copytree(ROOT / "examples" / "planted", folder)
    ready = laboratory.seeded(laboratory.Place(folder=folder), seed=1)
    chosen = laboratory.scenarios(["crisis-with-maintenance", "jammed-cog"])
    plan = Plan(weeks=60, burn_in=20, draws=2, seeds=4)
    laboratory.simulate(ready, chosen, plan=plan, out=None, threads=None, progress=_silent)
    list(laboratory.propositions(folder, draws=None, seed=1, progress=_silent))
    return jobs.run(folder, out=None).report


def _silent(_done: int, _of: int) -> None:
    """Show no progress."""


def _open(browser: Any, report: Path, width: int) -> tuple[Any, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: complaints.append(request.url) if request.url.startswith("http") else None)
    page.goto(report.resolve().as_uri())
    return page, complaints


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", REPORTS)
def test_axe_finds_no_violation(browser: Any, reports: dict[str, Path], code: str, width: int) -> None:
    _assert_no_violation(browser, reports[code], width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_axe_finds_no_violation_in_a_report_on_own_evidence(
    browser: Any, examples: dict[str, Path], name: str, width: int
) -> None:
    _assert_no_violation(browser, examples[name], width)


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_violation_in_what_is_simulated(browser: Any, simulated: Path, width: int) -> None:
    assert {'id="what-if"', 'id="propositions"'} <= set(simulated.read_text(encoding="utf-8").split())
    _assert_no_violation(browser, simulated, width)


def _assert_no_violation(browser: Any, report: Path, width: int) -> None:
    """Open everything that can be opened, and let axe look at all of it."""
    page, complaints = _open(browser, report, width)
    page.evaluate(OPEN_ALL)
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"], "axe ran no rule"
    told = [(v["id"], v["help"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found["violations"]]
    assert told == []
    assert complaints == []
    page.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("code", REPORTS)
def test_nothing_runs_off_the_side(browser: Any, reports: dict[str, Path], code: str, width: int) -> None:
    _assert_within(browser, reports[code], width)


@pytest.mark.parametrize("width", (320, 768, *WIDTHS))
@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_of_own_evidence_runs_off_the_side(
    browser: Any, examples: dict[str, Path], name: str, width: int
) -> None:
    _assert_within(browser, examples[name], width)


@pytest.mark.parametrize("width", (320, 768, *WIDTHS))
def test_nothing_simulated_runs_off_the_side(browser: Any, simulated: Path, width: int) -> None:
    _assert_within(browser, simulated, width)


def _assert_within(browser: Any, report: Path, width: int) -> None:
    page, _ = _open(browser, report, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("name", ["planted", "simulated"])
def test_letters_in_drawings_can_be_read_on_a_phone(
    browser: Any, examples: dict[str, Path], simulated: Path, name: str
) -> None:
    page, _ = _open(browser, (examples | {"simulated": simulated})[name], 390)
    page.evaluate(OPEN_ALL)
    small = page.evaluate(
        """() => [...document.querySelectorAll('main svg text')].filter(t => t.getClientRects().length).map(t => {
          const drawn = t.getScreenCTM();
          return [t.textContent, parseFloat(getComputedStyle(t).fontSize) * Math.hypot(drawn.a, drawn.b)];
        }).filter(([_, size]) => size < 9)"""
    )
    assert small == []
    page.close()


def test_a_link_to_what_is_folded_opens_it(browser: Any, examples: dict[str, Path]) -> None:
    page, _ = _open(browser, examples["planted"], 1400)
    assert page.locator("#method-zip p").is_hidden()
    page.locator("#system-zip .notes a").click()
    page.locator("#method-zip p").wait_for(state="visible")
    assert page.locator("#network figure").is_hidden()
    page.evaluate("location.hash = '#network'")
    page.locator("#network figure").wait_for(state="visible")
    page.close()


def test_no_label_of_the_governance_map_leaves_its_box(
    browser: Any, reports: dict[str, Path], examples: dict[str, Path]
) -> None:
    for report, width in [(page, w) for page in (reports["S0E4D"], examples["planted"]) for w in WIDTHS]:
        page, _ = _open(browser, report, width)
        outside = page.evaluate(
            """() => [...document.querySelectorAll('svg.gov')].filter(s => s.getBoundingClientRect().width)
            .flatMap(s => [...s.querySelectorAll('.box')].flatMap(box => {
              const edge = box.querySelector('rect').getBoundingClientRect();
              return [...box.querySelectorAll('text')].filter(t => {
                const r = t.getBoundingClientRect();
                return r.right > edge.right + 1 || r.bottom > edge.bottom + 1;
              }).map(t => t.textContent);
            }))"""
        )
        assert outside == []
        page.close()


def test_the_governance_map_is_followed_by_keyboard(browser: Any, reports: dict[str, Path]) -> None:
    page, _ = _open(browser, reports["QHM"], 1400)
    box = page.locator("svg.gov.wide-only .box[data-group='CQC'] a")
    box.focus()
    assert page.locator("svg.gov.wide-only path.tie.lit").count() > 0
    assert page.locator("svg.gov.wide-only.picking").count() == 1
    page.keyboard.press("Enter")
    row = page.locator("#group-CQC")
    row.wait_for(state="visible")
    assert "Care Quality Commission" in row.inner_text()
    page.close()


def test_a_table_is_sorted_by_its_heading(browser: Any, reports: dict[str, Path]) -> None:
    page, _ = _open(browser, reports["QHM"], 1400)
    page.locator("#masters details summary").click()
    table = page.locator("#masters table")
    table.locator("thead th").nth(1).locator("button").click()
    numbers = [int(text.replace(",", "")) for text in table.locator("tbody td:nth-child(2)").all_inner_texts()]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 3
    assert table.locator("thead th").nth(1).get_attribute("aria-sort") == "ascending"
    page.close()


def test_the_page_is_whole_without_scripts(browser: Any, reports: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["QHM"].resolve().as_uri())
    assert page.locator("svg.gov.wide-only").is_visible()
    assert page.locator("#masters details summary").is_visible()
    context.close()


@pytest.mark.parametrize("name", ["QHM", "planted"])
def test_it_prints(browser: Any, reports: dict[str, Path], examples: dict[str, Path], name: str) -> None:
    page, _ = _open(browser, (reports | examples)[name], 1400)
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert 5 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type/Page/") <= 40
    page.close()
