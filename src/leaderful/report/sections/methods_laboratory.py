"""How the simulated scenarios and the tests of the propositions were worked out, for the methods section."""

WHATIF_METHODS = (
    (
        "what-if",
        "Simulated scenarios",
        "A model of people who meet, trust, learn and forget, week by week. A meeting may open a moment of "
        "leadership; whether it is taken hangs, by a logistic rule, on reflexivity, trust, understanding of roles, "
        "licence, urgency and the pull of accountability; a moment taken makes trust, a moment lost costs some. Most "
        "rates are assumed. They are drawn by Latin hypercube (McKay, Beckman and Conover 1979, "
        "doi:10.1080/00401706.1979.10489755) from the middle half of what is held plausible around the values given, "
        "so that intervals hold not only chance but what is not known about the rates. For every draw and seed the "
        "people first live on until nothing drifts any more, ten years at most; where it still does, the figure says "
        "so. Then the same weeks are run without the scenario and "
        "with it, every draw of chance that the scenario does not touch being the same in both. The interval "
        "holds at least 95 % of the paired differences over all draws and seeds, and all of them where there are 40 or "
        "fewer; it is about runs and not about their mean. With fewer than 8 pairs there is none, and no difference is "
        "claimed. Shares are told in points of 100, counts in per cent of the baseline of the same pair. Where the "
        "interval leaves out nought a scenario is called higher or lower; where nine in ten pairs have "
        "one sign, probably so; and hardly different where all of it lies within one point. These cut-offs are ours. "
        "“At its furthest” is the thirteen weeks in which the mean difference was largest, found by looking, so "
        "rather too large, and its interval does not allow for the looking. Whether a system could tip is read from "
        "the balance of gains and losses of trust: with one "
        "steady state it drifts back, with two it may stay where it was pushed.",
    ),
)

PROPOSITION_METHODS = (
    (
        "propositions",
        "Tests of the propositions",
        "Outcome, predictor, unit, direction, smallest effect worth speaking of, fewest cases and the rule for the "
        "verdict of each claim stand in a file that was written before any evidence was looked at. Laboratory tests "
        "that were changed after trial runs say so, and why, where the test is told. In the field a claim is "
        "supported where p, corrected for all claims tested (Holm 1979), is at most 0.05 and the effect goes the way "
        "claimed; contradicted where it goes the other way as surely, or where the interval, widened for the number "
        "of tests, ends before the smallest effect worth speaking of; and otherwise cannot be told. Intervals take "
        "people of one group as alike (cluster jackknife; MacKinnon, Nielsen and Webb 2023, "
        "doi:10.1016/j.jeconom.2022.04.001). In the laboratory the rates of the model are drawn from all that is held "
        "plausible; the result is the share of draws in which what the claim says comes out, with a binomial "
        "interval. From which share on a claim is supported or contradicted stands in the same file. A claim that the "
        "laboratory contradicts is reported as such.",
    ),
)
"""Id, name and text of each method."""
