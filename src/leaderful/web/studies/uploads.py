"""Lists of people that wait to be confirmed: forgotten after a day, and rid of whoever withdraws meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from leaderful.web.accounts.models import Account
from leaderful.web.studies.models import Upload
from leaderful.web.studies.rosters import plain

_LASTING: Final = timedelta(days=1)


def forget_old() -> None:
    """Remove the lists that nobody confirmed within a day."""
    Upload.objects.filter(made_at__lt=timezone.now() - _LASTING).delete()


def forget_person(study: UUID, account: Account) -> None:
    """Remove from the waiting lists of a study the rows that name somebody."""
    for upload in Upload.objects.select_for_update().filter(study=study).order_by("pk"):
        rows = [row for row in upload.rows if not _names(row, account)]
        if len(rows) < len(upload.rows):
            upload.rows = rows
            upload.save(update_fields=["rows"])


def _names(row: Mapping[str, Any], account: Account) -> bool:
    """Tell whether a row names somebody: by address, or by name where one of the two has no address."""
    if row["email"] and account.email:
        return bool(row["email"] == account.email)
    return bool(account.name) and plain(row["name"]) == plain(account.name)
