"""Results as views' tests need them: a small report, and findings of which some are hidden."""

from __future__ import annotations

import io

import polars as pl
from web_cast import Cast

from leaderful.measures.findings import Finding, frame
from leaderful.web.results.models import Result, Simulation, State

PAGE = """<!doctype html>
<html lang="en-GB">
<body>
<header class="top">
<h1>The system</h1>
<p>See <a href="#zip">the zip</a> and <a href="#teeth">its teeth</a>.</p>
</header>
<nav class="contents" aria-label="Sections of this report"><ol>
<li><a href="#zip">The zip &amp; more</a></li>
<li><a href="#methods">Methods</a></li>
</ol></nav>
<section id="zip" aria-labelledby="zip-heading">
<h2 id="zip-heading">Joined, or at the top alone?</h2>
<p id="teeth" style="--columns:3; color:red">Teeth. <a href="#method-zip">How</a> <a href="#teeth">here</a></p>
<p style="width:5%">Text that says id=&#34;zip&#34; and style=&#34;x&#34;.</p>
</section>
<section id="methods" aria-labelledby="methods-heading">
<h2 id="methods-heading">How</h2>
<p id="method-zip" style="width:5%">So. <a href="#elsewhere">there</a></p>
</section>
</body>
</html>
"""
HIDDEN = "hidden so that no small group of people can be made out"


def score(kind: str, unit: str, mean: float | None, n: int | None, *, wave: str = "w1", scale: str = "CGP") -> Finding:
    return Finding(
        measure="scale.score",
        construct="common_good",
        unit_kind=kind,
        unit=unit,
        wave=wave,
        estimate=mean,
        lower=None if mean is None else mean - 0.2,
        upper=None if mean is None else mean + 0.2,
        n=n,
        status="ok" if mean is not None else "suppressed",
        reason="" if mean is not None else HIDDEN,
        method="scale-mean",
        detail={"scale": scale},
    )


def rate(kind: str, unit: str, n: int) -> Finding:
    return Finding(
        measure="response.rate",
        unit_kind=kind,
        unit=unit,
        wave="w1",
        estimate=0.5,
        n=n,
        method="count-of-the-invited",
        detail={"part": "items", "count": n // 2},
    )


def findings(cast: Cast) -> pl.DataFrame:
    body, system = cast.person.body, cast.study.system
    return frame(
        [
            score("system", system, 3.46, 91),
            score("body", body, 3.21, 44),
            score("tier", "practitioner", 3.33, 57),
            score("tier", "board", None, None),
            score("body-tier", f"{body}/practitioner", 2.98, 23),
            score("body-tier", f"{body}/board", None, None),
            score("body", "elsewhere", 4.87, 31),
            rate("body", body, 88),
        ]
    )


def parquet(rows: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    rows.write_parquet(stream)
    return stream.getvalue()


def keep(cast: Cast, state: State, **more: object) -> Result:
    fields = {"study": cast.study, "wave": "w1", "page": PAGE, "findings": parquet(findings(cast)), "state": state}
    return Result.objects.create(**(fields | more))


def simulate(cast: Cast) -> Simulation:
    page = PAGE.replace('id="zip"', 'id="what-if"').replace('href="#zip"', 'href="#what-if"')
    return Simulation.objects.create(study=cast.study, scenario="crisis", title="A crisis comes", page=page)
