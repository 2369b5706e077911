"""The settings of the web application under test: a key that opens nothing, and no waiting for slow hashes."""

from __future__ import annotations

import os

os.environ.setdefault("LEADERFUL_SECRET_KEY", "a key for tests alone, which opens nothing, and is long enough")

from leaderful.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
