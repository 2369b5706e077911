"""The database itself refuses to change or remove an entry of the log."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SQLITE = """
CREATE TRIGGER audit_no_{what} BEFORE {what} ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END
"""
_POSTGRESQL = """
CREATE FUNCTION audit_grows_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log only grows'; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_grows_only();
"""


def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001 (Django passes it)
    """Add the triggers."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRESQL)
    else:
        for what in ("UPDATE", "DELETE"):
            editor.execute(_SQLITE.format(what=what))


def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    """Take the triggers away."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER audit_no_change ON audit_entry; DROP FUNCTION audit_grows_only();")
    else:
        for what in ("UPDATE", "DELETE"):
            editor.execute(f"DROP TRIGGER audit_no_{what}")


class Migration(migrations.Migration):
    """Forbid changes."""

    dependencies: ClassVar = [("audit", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(forbid, allow)]
