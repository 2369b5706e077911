"""How the item scales, the response and the disagreements were worked out, for the methods section."""

SCALE_METHODS = (
    (
        "scales",
        "Item scales and their scores",
        "A person's score is the mean of the statements of an item scale that they answered, those put the other way "
        "round turned, when they answered enough of them (three of four). A figure for the system or a tier is the "
        "plain mean of its people's scores. Its 95 % interval allows for people of one body, or of one team, answering "
        "alike (cluster-robust standard error with a small-sample correction and degrees of freedom of its own; "
        "Bell-McCaffrey, see doi:10.1162/REST_a_00552 and doi:10.1080/07350015.2016.1247004). It speaks of people and "
        "bodies like these, as if those who answered were drawn from many. “Split” means that a third or more of the "
        "answers lie more than one point from the middle answer, the rule of SCIROCCO's consensus rounds. The "
        "statements are ours, made for this framework, and have not been validated.",
    ),
    (
        "reliability",
        "Reliability, agreement and averages of bodies",
        "Alpha (Cronbach 1951, doi:10.1007/BF02310555; interval by Feldt 1965, doi:10.1007/BF02289499) and omega, from "
        "a model with one factor, say how far the statements of an item scale move together; 0.70 is a convention. "
        "r_wg(j) compares how much people of one unit differ with how much they would if they answered at random "
        "(James, Demaree and Wolf 1984, doi:10.1037/0021-9010.69.1.85). ICC(1) is the share of differences between "
        "people that lies between their units, and ICC(2) how reliably the means of units can be told apart (Bliese "
        "2000). People are averaged into units when the F test has p below 0.05, the median r_wg(j) is 0.70 or more "
        "and ICC(2) is 0.60 or more. These cut-offs are conventions (LeBreton and Senter 2008, "
        "doi:10.1177/1094428106296642), and a unit just above one is hardly different from a unit just below. The "
        "mean of a body is drawn towards the mean of all bodies the less its own evidence weighs (empirical Bayes, "
        "Morris 1983, doi:10.1080/01621459.1983.10477920); the raw mean stands beside it in the table.",
    ),
    (
        "scale-change",
        "Change between rounds",
        "The mean of the later round less that of the earlier one, on the same bodies at both ends: where bodies "
        "merged or took a new name, the earlier answers of all of them are pooled, and bodies asked in one round only "
        "are left out of both. People who answered both times are followed, so that their two answers count as one "
        "person's. “Higher” and “lower” mean p below 0.05 after Holm's correction (1979) for all item scales, "
        "“probably” p below 0.20; in the table of tiers, sectors and bodies each stands alone, by its own 95 % and "
        "80 % intervals. The words are ours. What redrawing alone changed is the earlier mean of all the pooled "
        "people less that of one of the bodies: a change that its people see although nobody changed their mind.",
    ),
    (
        "variance-shares",
        "Where scores differ",
        "A model with places, bodies and teams nested in each other, fitted by restricted maximum likelihood "
        "(Patterson and Thompson 1971, doi:10.1093/biomet/58.3.545), divides the differences between people's scores. "
        "Intervals are profile-likelihood intervals. Only levels of grouping that exist in the study are in the model; "
        "teams are a part of their own when at least half of the people have one.",
    ),
    (
        "response",
        "Response, and what the silent could change",
        "Everybody on the list of people whose body stood when the round opened counts as asked. Rates are counts of "
        "that list. The weighted mean gives each tier of each body the weight that it has among those asked "
        "(post-stratification; Holt and Smith 1979, doi:10.2307/2344652). The possible range is what the mean would be "
        "if all of the silent had the lowest or the highest score (Horowitz and Manski 2000, "
        "doi:10.1080/01621459.2000.10473902): it needs no assumption. The plausible range supposes that the silent "
        "differ by one standard deviation either way (a pattern-mixture model; Little 1993, "
        "doi:10.1080/01621459.1993.10594302). That it is one is ours. Neither range is a confidence interval.",
    ),
    (
        "disagreements",
        "Where sources disagree",
        "Five comparisons, set beforehand. Trust is high (3.5 or more of 5 on shared motivation, or 3.0 of 4 for "
        "partners, and surely so) while surely less than half of the ties are confirmed by both ends. One end of a "
        "pair trusts the other at least one point more than it is trusted back, and more than pairs here differ anyhow "
        "(p below 0.01 after Holm's correction). "
        "Declared partners of whom surely less than 15 % at either end say that they work together. Boards see an "
        "item scale at least 0.75 points better than practitioners (p below 0.01 after Holm's correction). The own "
        "questionnaire and the NHS Staff Survey, on the same idea, point different ways (q below 0.05). All of these "
        "cut-offs are ours and unvalidated; they were chosen to speak rarely.",
    ),
)
"""Id, name and text of each method."""
