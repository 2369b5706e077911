"""PostgreSQL refuses to empty the log at one stroke too; SQLite knows no such command."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_POSTGRESQL = """
CREATE TRIGGER audit_no_emptying BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_grows_only();
"""


def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001 (Django passes it)
    """Add the trigger."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRESQL)


def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    """Take the trigger away."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER audit_no_emptying ON audit_entry")


class Migration(migrations.Migration):
    """Forbid emptying."""

    dependencies: ClassVar = [("audit", "0002_grows_only")]
    operations: ClassVar = [migrations.RunPython(forbid, allow)]
