"""Ask the server within the container whether pages and database are there, as its proxy would ask."""

from __future__ import annotations

import os
from http.client import HTTPConnection

host = os.environ.get("LEADERFUL_HOSTS", "localhost").split(",")[0].strip()
line = HTTPConnection("127.0.0.1", int(os.environ.get("LEADERFUL_PORT", "8000")), timeout=4)
line.request("GET", "/alive", headers={"Host": host, "X-Forwarded-Proto": "https"})
raise SystemExit(line.getresponse().status != 200)
