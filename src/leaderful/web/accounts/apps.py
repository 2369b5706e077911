"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Settings of the app."""

    name = "leaderful.web.accounts"
    default_auto_field = "django.db.models.BigAutoField"
