"""The app as Django knows it."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class StudiesConfig(AppConfig):
    """Settings of the app."""

    name = "leaderful.web.studies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for people who sign in."""
        import_module("leaderful.web.studies.signing_in")
