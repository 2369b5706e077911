"""How moments of leadership and momentum were worked out, for the methods section."""

MOMENTS_METHODS = (
    (
        "moments",
        "Moments taken",
        "The share of the moments in diaries in which, by the writer's own word, the conversation moved towards doing "
        "something together. The 95 % interval takes the moments of one diary as alike (cluster-robust standard error "
        "with a small-sample correction; Bell-McCaffrey, see doi:10.1162/REST_a_00552). Bodies are those that stand "
        "on the report's date, and a team counts as its body. A moment reaches as far as the widest-reaching body that "
        "was there. Where nobody from elsewhere was ticked, nobody from elsewhere was there.",
    ),
    (
        "moments-model",
        "Conditions in which moments are taken",
        "One logistic regression of whether a moment was taken, with trust, role understanding, reflexivity, whether "
        "other bodies were there, and the writer's tier. Answers are those that the writer had given before the "
        "moment. "
        "Trust is that in the bodies that were there; where fewer than half of the moments across bodies have it, the "
        "score on shared motivation stands for it. Moments without all of these are left out, and counted. Intervals "
        "take the moments of one diary as alike (linearised cluster jackknife; MacKinnon, Nielsen and Webb 2023, "
        "doi:10.1016/j.jeconom.2022.04.001). Where a condition divides taken from lost moments wholly, Firth's "
        "penalised likelihood is used (1993, doi:10.1093/biomet/80.1.27; Heinze and Schemper 2002, "
        "doi:10.1002/sim.1047), and nothing is said to stand out. Shares are mean fitted probabilities with one "
        "condition set high or low and the others as they are. “More often” means p below 0.05 after Holm's correction "
        "(1979) for all conditions, “probably” p below 0.20; on the first screen p is below 0.005. These cut-offs are "
        "ours.",
    ),
    (
        "moments-behaviours",
        "Behaviours in moments taken and lost",
        "For each behaviour, the share of taken moments in which the writer ticked it less that of lost moments, with "
        "an "
        "interval that takes the moments of one diary as alike, and Holm's correction for all behaviours.",
    ),
    (
        "moments-learning",
        "Learning over reflections",
        "A logistic regression of whether a moment was taken on how often the same diary's reflections before it had "
        "doubled, each counted with one more, with the mean of the diary (Mundlak 1978, doi:10.2307/1913646) and the "
        "months since the first moment beside it: so it compares moments of one diary with each other. Where success "
        "leads people to reflect, it is too high.",
    ),
    (
        "momentum",
        "Momentum at a shock",
        "Interactions a week, in whole weeks counted from the day on which the shock began; an interaction is between "
        "bodies when its people are of two or more. Whether there is a change: the level of the first eight weeks "
        "against "
        "that before, the variance being in proportion to the mean and neighbouring weeks alike (an interrupted time "
        "series; Wagner and others 2002, doi:10.1046/j.1365-2710.2002.00430.x). What became of it: a jump of which "
        "half "
        "is gone after every half-life, with profile intervals. Maintained: the half-life is surely as long as the "
        "weeks "
        "observed, or half a year. Fading: it is surely shorter than the weeks observed. Else nothing is said. Eight "
        "weeks are wanted on either side, and a trend is part of it from 26 weeks before on. A neighbouring shock ends "
        "the weeks that are used. These rules are ours. Single weeks are shown where {fewest} people took part in five "
        "interactions; others are put together.",
    ),
)
"""Id, name and text of each method."""
