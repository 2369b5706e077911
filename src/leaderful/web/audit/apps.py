"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Settings of the app."""

    name = "leaderful.web.audit"
    default_auto_field = "django.db.models.BigAutoField"
