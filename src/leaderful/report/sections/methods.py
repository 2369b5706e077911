"""How each number was worked out, what the report rests on, and the words it uses."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Section
from leaderful.report.sections.methods_laboratory import PROPOSITION_METHODS, WHATIF_METHODS
from leaderful.report.sections.methods_moments import MOMENTS_METHODS
from leaderful.report.sections.methods_scales import SCALE_METHODS
from leaderful.report.sections.methods_thread import NATIONAL_METHODS, THREAD_METHODS
from leaderful.report.sections.methods_ties import TIES_METHODS
from leaderful.report.sections.methods_travel import TRAVEL_METHODS
from leaderful.report.wording import day, spelt

_STRUCTURE = (
    "structure",
    "Counts of structure",
    "Bodies and ties come from the official lists of the Organisation Data Service and from lookups of the Office "
    "for National Statistics, as they stood on the report's date, and from what the system declares. Each tie carries "
    "its legal basis, or says that it is declared, or that it is assumed and why. A count of a complete list has no "
    "interval; it is as right as the list is.",
)
_PUBLIC = (
    (
        "published",
        "Published percentages",
        "Percentages of NHS trusts' staff in the NHS Staff Survey, with the number who answered. A three-level "
        "random-effects model of logits, fitted by restricted maximum likelihood with the sampling variance "
        "of each percentage known, splits the differences between systems, between trusts within systems, and "
        "sampling noise. A system's estimate is drawn towards England's mean the less its evidence weighs (empirical "
        "Bayes); its interval also allows for not knowing the variances exactly. Intervals are 95 %; those of the "
        "shares are profile-likelihood intervals. England here is the model's typical trust, in which small and large "
        "trusts count alike. Compared with trusts of their own kind means that each kind of trust has a mean of its "
        "own in the model. q is the false discovery rate among the questions of one year. An estimate is called "
        "higher or lower when its 95 % interval excludes no difference, probably higher or lower when its 80 % "
        "interval does, and otherwise cannot be told apart.",
    ),
    (
        "change",
        "Change across years",
        "The same trusts answer each year, so change is estimated from each trust's own change, in logits, for trusts "
        "present in both years. A system's own change is the mean of its trusts' changes with a t interval. How it "
        "stands to England's change comes from the three-level model of all changes, in which a system's effect is "
        "drawn towards none the less its evidence weighs. Both are then shown in percentage points.",
    ),
    (
        "outcomes",
        "Outcomes alongside",
        "Published figures on flow through hospitals, emergency care, health and social care for the same area. "
        "Monthly counts are complete and pooled over the latest twelve months; where they can carry it, a change "
        "between twelve-month windows has an interval from how the months vary. A published index without an interval "
        "is shown without one. They stand beside the leadership evidence as context. Nothing here says that one caused "
        "the other.",
    ),
)

_SOURCES = (
    "Moore, J., Elliott, I. C. and Hesselgreaves, H. (2023). Collaborative Leadership in Integrated Care Systems; "
    "Creating Leadership for the Common Good. Journal of Change Management, 23(4), 358-373. "
    "doi:10.1080/14697017.2023.2261126: the framework.",
    "NHS England, Organisation Data Service; NHS Staff Survey 2021 to 2024; discharge and A&E statistics; policy "
    "texts. Department of Health and Social Care: 10 Year Health Plan, executive summary. Office for National "
    "Statistics: lookups, boundaries, Health Index. Ministry of Housing, Communities and Local Government: "
    "adult social care measures. Contains public sector information licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right 2023.",
)


def methods_section(material: Material) -> Section:
    """Return the section on methods, sources and limits."""
    public = _PUBLIC if material.outlines else ()
    thread = THREAD_METHODS if {"thread.state", "thread.passage"} & set(material.own) else ()
    national = NATIONAL_METHODS if material.outlines and "thread.read" in material.spread else ()
    lived = MOMENTS_METHODS if any(measure.startswith(("moments.", "momentum.")) for measure in material.own) else ()
    asked = (*SCALE_METHODS, *TIES_METHODS) if material.latest_wave else ()
    travel = TRAVEL_METHODS if "travel.record" in material.own else ()
    claims = PROPOSITION_METHODS if any(measure.startswith("proposition.") for measure in material.own) else ()
    simulated = WHATIF_METHODS if "whatif.effect" in material.own else ()
    told = (_STRUCTURE, *thread, *national, *public, *asked, *travel, *lived, *claims, *simulated)
    fewest = spelt(material.minimum_people)
    texts = [(key, name, text.replace("{fewest}", fewest)) for key, name, text in told]
    methods = [
        tag("details", tag("summary", tag("h3", name)), tag("p", text), id=f"method-{key}", class_="fold method")
        for key, name, text in texts
    ]
    sources = tag(
        "div",
        tag("h3", "Sources", class_="after-folds"),
        *[tag("p", text) for text in _SOURCES[: None if material.outlines else 1]],
    )
    limits = tag(
        "div",
        tag("h3", "Limits to keep in mind"),
        tag(
            "ul",
            tag(
                "li",
                "The framework is a conceptual paper made measurable. Which public question speaks to which idea, "
                "every threshold and every assumed tie is this project's choice and says so.",
            ),
            tag(
                "li",
                "The public evidence is about staff of NHS trusts, each within their own employer. It hardly touches "
                "councils, voluntary groups, general practice, police or care providers.",
            ),
            tag("li", "There is no overall score and no ranking of systems or bodies, here or in the exports."),
            tag(
                "li",
                f"No statistic on fewer than {fewest} people is shown. A hidden value is hatched and says "
                "“hidden”; it is never blank or zero.",
            ),
        ),
    )
    return Section(
        id="methods",
        name="Methods, sources, limits",
        heading="How this was worked out, and what it rests on",
        lead=(
            f"Structure as at {day(material.as_at)}. All findings shown here, with their intervals, n, method and the "
            "reason where there is none, are in the files beside this page: findings.csv and findings.parquet. "
            "manifest.json says which inputs they were made from.",
        ),
        body=Markup("").join([join(methods), sources, limits]),
    )
