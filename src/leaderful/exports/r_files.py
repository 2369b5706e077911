"""Lists of bodies and ties for R, and a script that reads them."""

from __future__ import annotations

from leaderful.exports.contents import Contents
from leaderful.exports.folders import README, readme
from leaderful.exports.network import network
from leaderful.exports.safe import no_formulas

SCRIPT = """\
# Reads bodies.csv and ties.csv, which lie beside this script, as networks.
# README.txt says what they hold, how they were made and what they do not say.
# A hidden value is NA: drop it, or model it as missing, but never read it as 0.

bodies <- read.csv("bodies.csv", na.strings = "", encoding = "UTF-8", check.names = FALSE)
ties <- read.csv("ties.csv", na.strings = "", encoding = "UTF-8", check.names = FALSE)

# The first column of bodies is the code that ties refer to. Bodies without ties are kept.
# layer is reported (people say that they work together), hidden (whether they do is hidden) or formal.
reported <- ties[ties$layer == "reported", ]
formal <- ties[ties$layer == "formal", ]

# With igraph. No column is called weight, so that nothing is weighted unawares.
if (requireNamespace("igraph", quietly = TRUE)) {
  people_say <- igraph::graph_from_data_frame(reported, directed = TRUE, vertices = bodies)
  on_paper <- igraph::graph_from_data_frame(formal, directed = TRUE, vertices = bodies)
  print(people_say)
}

# With network, the base of statnet.
if (requireNamespace("network", quietly = TRUE) && nrow(reported) > 0) {
  people_say_net <- network::as.network(reported, directed = TRUE, vertices = bodies, multiple = FALSE)
  print(people_say_net)
}
"""


def r_files(contents: Contents) -> dict[str, bytes]:
    """Return the bodies, the ties, a script that reads them, and what they are."""
    net = network(contents)
    return {
        README: readme(net.about),
        "bodies.csv": no_formulas(net.bodies).write_csv().encode(),
        "ties.csv": no_formulas(net.ties).write_csv().encode(),
        "read.R": SCRIPT.encode(),
    }
