"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class CollectConfig(AppConfig):
    """Settings of the app."""

    name = "leaderful.web.collect"
    default_auto_field = "django.db.models.BigAutoField"
