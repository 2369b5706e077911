"""Django's own commands, such as `python -m leaderful.web check --deploy`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderful.web.settings")
execute_from_command_line(["leaderful.web", *sys.argv[1:]])
