"""How the travel of conversations was worked out, for the methods section."""

TRAVEL_METHODS = (
    (
        "travel",
        "How far conversations could have travelled",
        "A path leads from one person to another through meetings, calls and messages in order of time, each strictly "
        "later than the one before and within seven days of it (Holme and Saramäki 2012, "
        "doi:10.1016/j.physrep.2012.03.001). In a meeting all hear all; a message goes from its sender to the others. "
        "Conversations are followed for 28 days from starts spread evenly over the record that do not overlap, twelve "
        "at most; reach is the mean over starts and people, everybody on the list counted, also who is not in the "
        "record. Intervals are by t over starts, with the spread of people added; with one start there is none. Chance "
        "is the same record shuffled within each four weeks (Gauvin and others 2022, doi:10.1137/19M1242252): times "
        "dealt out among all meetings; the gaps between meetings of the same people; or who of an organisation takes "
        "part. Directly across between two partners means through people of these two alone; chance there is guests "
        "from outside dealt out anew to all meetings that cross, whichever organisation they are of, with everybody "
        "as often outside as before. p is corrected for all pairs by the single-step method of Westfall and Young "
        "(1993), and up to 40 people of each side are followed. The seven and 28 days, and the rule for where "
        "conversations stop, are ours and unvalidated; the rule was set before looking and is meant to speak rarely.",
    ),
    (
        "travel-carriers",
        "Who carries conversations on",
        "Temporal betweenness: of the paths by which people could have been reached first, the part that goes through "
        "a person on the way, worked out from a sample of people in large records (Buß and others 2020, "
        "doi:10.1145/3394486.3403259). It is added up for the twentieth of people who have most, for tiers and for "
        "organisations, in each of up to four starts; the interval is by t over these. Nothing is said of a person, "
        "and nothing of a twentieth that would be fewer than {fewest} people. Which few they are is found from the "
        "same starts, so their share is rather too high.",
    ),
)
"""Id, name and text of each method."""
