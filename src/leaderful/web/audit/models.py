"""The log: who did what of note, in which study, and when."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models


class GrowsOnlyError(Exception):
    """Somebody tried to change or remove an entry of the log."""


class Entry(models.Model):
    """One thing done. It names no person but the one who did it, and holds no answer."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    account = models.UUIDField(null=True)
    """Who did it; kept when the account is gone. Missing for what the server did by itself."""
    study = models.UUIDField(null=True, db_index=True)
    did = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True)
    """What it was done to, such as a wave or a kind of export."""

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.did}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; the database refuses to change one."""
        if self.pk is not None:
            raise GrowsOnlyError("an entry of the log is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:  # noqa: ARG002 (as Django calls it)
        """Refuse."""
        raise GrowsOnlyError("an entry of the log is never removed")


def note(did: str, *, account: uuid.UUID | None, study: uuid.UUID | None = None, about: str = "") -> None:
    """Add an entry to the log."""
    Entry.objects.create(did=did, account=account, study=study, about=about[:200])
