"""What an administrator wants to know of the site: settings, database, backup, health."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from cryodose.clinic.backup import LAST
from cryodose.clinic.environment import VARIABLES

# Set or not set is all that anybody is told of these.
_HIDDEN = frozenset({"CRYODOSE_DATABASE_URL", "CRYODOSE_SECRET_KEY", "CRYODOSE_METRICS_TOKEN"})


@dataclass(frozen=True)
class Setting:
    """One setting of the environment; of a secret only whether it is set."""

    name: str
    words: str
    value: str
    is_set: bool
    is_hidden: bool


@dataclass(frozen=True)
class Backup:
    """The last backup that the command has written."""

    made_at: datetime
    file: str
    bytes: int
    version: str


def settings_shown() -> list[Setting]:
    """Return the settings of the environment as this process has read them."""
    shown = []
    for variable in VARIABLES:
        given = os.environ.get(variable.name, "").strip()
        hidden = variable.name in _HIDDEN
        value = "" if hidden else given or variable.default
        shown.append(Setting(variable.name, variable.words, value, bool(given), hidden))
    return shown


def last_backup() -> Backup | None:
    """Return what is noted of the last backup; None where there was none."""
    try:
        told = json.loads((settings.ENVIRONMENT.data / LAST).read_text(encoding="utf-8"))
        return Backup(
            datetime.fromisoformat(told["made_at"]),
            str(told["file"]),
            int(told["bytes"]),
            str(told["version"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def health() -> dict[str, Any]:
    """Return whether the database answers, what it is, and how much room is left."""
    env = settings.ENVIRONMENT
    found: dict[str, Any] = {
        "database": "SQLite" if env.database is None else "PostgreSQL",
        "answers": True,
        "free_bytes": shutil.disk_usage(env.data).free if env.data.exists() else None,
        "bytes": _bytes(),
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found["step"] = (
            MigrationRecorder(connection)
            .migration_qs.filter(app="clinic")
            .order_by("-id")
            .values_list("name", flat=True)
            .first()
        )
    except DatabaseError:
        found["answers"] = False
    return found


def _bytes() -> int | None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            row = cursor.fetchone()
        return int(row[0])
    name = str(connection.settings_dict["NAME"])
    # What was written last stands in a file beside the database.
    files = [f for f in (Path(name), Path(f"{name}-wal")) if f.exists()]
    return sum(f.stat().st_size for f in files) if files else None
