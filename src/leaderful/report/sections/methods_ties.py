"""How ties, the space between, the network, the zip and the cogs were worked out, for the methods section."""

TIES_METHODS = (
    (
        "ties",
        "Ties between bodies",
        "A person works with a body when they say that they do so at least yearly; where they left that question out, "
        "any other answer about the body counts. Trust is a person's mean of three answers from 1 to 4 (it can be "
        "relied on, it is open with us, it shares our purpose), value that of another three (influence, involvement, "
        "resources); respect and role are one answer each. Answers about one's own body do not count. A mean over "
        "people has a cluster-robust t interval; people are clustered by their body from five bodies on. A body "
        "reports a tie when at least two of its people, and a tenth of those who answered, work with the other. A tie "
        "is confirmed when both ends report it. A partner that was not asked, or of whom fewer than two answered, is "
        "silent, and a silent partner never counts as disagreement. Shares have score intervals (Newcombe 1998, "
        "doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I). Trust is called one-sided when the two "
        "ends differ by a full step and p is below 0.01 after Holm's correction for all pairs (Holm 1979). All of "
        "these limits are ours and unvalidated; they are set to speak rarely.",
    ),
    (
        "tie-change",
        "Ties and the zip, changed since the round before",
        "The mean of the later round less that of the earlier, on the same bodies at both ends. What was said about "
        "and by bodies that were merged, taken over or renamed in between is pooled; who spoke of several of them "
        "counts once, with the mean, and what one of them said of another is left out. So are bodies that answered, or "
        "were spoken of, in one round only. Where the same person spoke of the same body twice, the covariance of the "
        "two answers is used; people are clustered by their body where five bodies or more spoke in each round. The "
        "share of people who work with another body at least monthly is compared in the same way. The change of the "
        "zip is the mean over declared partners, over the tiers that both rounds have; its interval is from 1,000 "
        "samples of the people in each round, drawn independently, and so rather too wide. Higher and lower mean p "
        "below 0.05, probably p below 0.20, after Holm's correction for all that the figure shows; of single bodies "
        "the words stand for one alone, and p is corrected for all bodies. These rules are ours.",
    ),
    (
        "space-between",
        "The share of trust that belongs to the pair",
        "The Social Relations Model (Kenny and La Voie 1984, doi:10.1016/S0065-2601(08)60144-6). What people of A say "
        "of B is taken to be a common mean, what A gives to all (actor), what B gets from all (partner), what is "
        "special to A about B (relationship), and what people of A do not see alike (error). To tell the last two "
        "apart, the people of each body who spoke of the same partner are split at random into two halves, and the "
        "figures are means over 20 such splits. The shares add up to 100 %. Dyadic reciprocity is the correlation of "
        "what is special to A about B with what is special to B about A; generalised reciprocity that of what bodies "
        "give with what they get. Fewer than five bodies with three partners each are too few.",
    ),
    (
        "network",
        "The network as a whole",
        "Two bodies have a tie when either reports one. Density is the share of pairs with a tie, of those that "
        "somebody could speak for. Degree centralisation is Freeman's (1978, doi:10.1016/0378-8733(78)90021-7), with "
        "the right maximum for ties with and without direction. The E-I index (Krackhardt and Stern 1988, "
        "doi:10.2307/2786835) is ties that cross sectors less those that stay within, over all ties; chance is 999 "
        "deals of the sectors to the bodies. Assortativity is Newman's (2003, doi:10.1103/PhysRevE.67.026126). The "
        "core is the one whose ideal picture correlates best with the ties (Borgatti and Everett 2000, "
        "doi:10.1016/S0378-8733(99)00019-2). Groups are found by the Leiden method (Traag, Waltman and van Eck 2019, "
        "doi:10.1038/s41598-019-41695-z), and named from a modularity of 0.3, a convention (Newman and Girvan 2004, "
        "doi:10.1103/PhysRevE.69.026113). Bodies are named only where 65 % of bodies were heard, and provisionally "
        "below 80 %: rules of this project.",
    ),
    (
        "plural",
        "To whom people look for leadership",
        "People could name up to ten people they look to for leadership, wherever they work. Directions compare the "
        "tier of the one who names with the tier of the one who is named; their intervals allow for one person naming "
        "several. Decentralisation is 1 less Freeman's centralisation of being named, and the Gini coefficient says "
        "how unevenly people are named. These describe those who answered.",
    ),
    (
        "equality",
        "How partners are seen, against the NHS",
        "Mean of what people say about the bodies of a sector, less the mean of what they say about NHS bodies, each "
        "on the scale of 1 to 4. The same people speak of both, and the interval allows for that and for colleagues "
        "seeing things alike. Higher and lower mean p below 0.05 after Holm's correction for all comparisons "
        "shown. That influence, involvement and resources stand for an equal part is ours.",
    ),
    (
        "zip",
        "The zip",
        "For a tier, the engagement of A with B is the share of A's people of that tier who work with B and whose "
        "trust in it is 3 (mostly) or more, of 4. The tooth is the lesser of the two engagements, closure the mean of "
        "the teeth, and the zip holds down to the last tier from the board without a tooth below 30 %. The system's "
        "zip is the mean over declared pairs of partners. Intervals come from 1,000 samples of the people who "
        "answered, drawn with replacement within body and tier (Davison and Hinkley 1997, "
        "doi:10.1017/CBO9780511802843). The smaller of two shares that are nearly equal comes out a little too low in "
        "such samples, so the intervals are centred on the estimate and widened upwards for it. Chance is the same "
        "ties with tiers shuffled among the people of each body. The idea of the zip is Moore, Elliott and "
        "Hesselgreaves's; the shares that make a tie one of trust, hold a tooth and call a zip closed at the top only "
        "are ours and unvalidated.",
    ),
    (
        "cog-jam",
        "If a cog jams",
        "Each body is taken out in turn. Cut apart is the share of pairs of the other bodies that then have no way to "
        "each other any more; longer ways round is the loss in the mean of 1 over the distance between two others "
        "(Borgatti 2006, doi:10.1007/s10588-006-7084-x). A body with many ties takes much away whoever it is, so each "
        "is set against bodies with as many ties in networks in which ties fall by chance; p is corrected for all "
        "bodies. A body is the only link of others when these reach most of the rest through it alone.",
    ),
    (
        "brokerage",
        "Standing between others",
        "Roles of Gould and Fernandez (1989, doi:10.2307/270949): how many pairs of bodies without a tie to each "
        "other are joined by this one, by the sectors of the three. Working together has no direction here, so "
        "gatekeeper and representative are one. Chance is 499 deals of the sectors of the others. Constraint and "
        "effective size are Burt's (1992, Structural Holes): a low constraint belongs to a body between many who do "
        "not work together. Nothing is said of a body by name below 65 % response, and what is said is provisional "
        "below 80 %.",
    ),
)
"""Id, name and text of each method."""
