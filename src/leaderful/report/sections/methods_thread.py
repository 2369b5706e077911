"""How the golden thread was worked out, for the methods section."""

THREAD_METHODS = (
    (
        "thread",
        "The golden thread",
        "A purpose is a statement by a body that serves other purposes, a Sustainable Development Goal or one of its "
        "targets; to serve a target is to serve its goal. A body claims a goal when one of its purposes reaches it "
        "through what it serves, never by way of a body further down, or when a link from its plan that commits to "
        "the goal or continues it has been confirmed. A claimed goal is carried when nobody above the body has spoken, "
        "or when a body above it carries the goal; else it is orphaned. A goal is dropped by a body that does not "
        "claim it though one of the first bodies above that have spoken carries it, or by one whose plan says so. "
        "Above means governance: oversees, regulates, funds, commissions, delegates to, and for a team the employer "
        "of its people. Partners do not hand a thread down. A silent body lets the thread through and is never counted "
        "as dropping. What a body said that has ended is taken as said by its successor until that one speaks. "
        "Continuity is carried over carried and dropped; it counts a list and has no interval, and its bounds are "
        "what it would be if every silent body that it reaches dropped the goal, or carried it. A break stands out "
        "when two bodies or more of a scale above teams, and half of those that carry or drop it there, drop a goal "
        "that everybody above them who has spoken carries, not by regulation alone. The idea is Moore, Elliott and "
        "Hesselgreaves's; every rule is ours.",
    ),
    (
        "thread-links",
        "Links read from plans",
        "Passages of plans are tagged with goals and with what they do with them: commit, continue, defer, drop or "
        "mention. Each link is a suggestion until a person confirms or refuses it, and only confirmed ones count. The "
        "core purposes that national policy gives every system are suggested in the same way.",
    ),
)
"""Id, name and text of each method."""

NATIONAL_METHODS = (
    (
        "thread-national",
        "What national plans speak of",
        "National policy texts under the Open Government Licence were cut into passages, and each passage tagged with "
        "the goals it speaks of and with what it does with them, by the same reading that suggests links from plans. "
        "The bars count pairs of a passage and a goal. Nobody has confirmed any, and none enters the thread. Where a "
        "text had two columns and its lines ran together when it was made plain text, which is taken to be so when in "
        "more than a fifth of its passages a sentence begins in the middle of another, only goals were read: words "
        "stay on their page, but sentences do not. How many tags may be right is their number times the 95 % score "
        "interval (Wilson) of the share that a person judged right among those drawn for that goal; goals were drawn "
        "in turns, each judged once, with the tag known. Stances come from rules and were not judged on these texts. "
        "Which texts were read was decided by what was at hand, not by a sample of all national policy.",
    ),
)
"""The same for what national texts speak of, which the report of a real system shows."""
