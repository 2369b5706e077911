"""The application as a production server takes it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from leaderful.web.wellformed import wellformed_only

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderful.web.settings")
application = wellformed_only(get_wsgi_application())
