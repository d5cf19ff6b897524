"""Is a database sound? What a restore must prove before anybody trusts it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator


def faults() -> list[str]:
    """Return what is wrong with the database and the pictures, one line each.

    Sets Django up and brings the database up to date first.
    """
    from cryodose.clinic.serve import migrate, set_up_django

    set_up_django()
    migrate()
    return [*_of_the_file(), *_of_events(), *_of_versions(), *_of_pictures()]


def _of_the_file() -> Iterator[str]:
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        told = [row[0] for row in cursor.fetchall()]
        if told != ["ok"]:
            yield f"the database file is damaged: {told[0]}"
        cursor.execute("PRAGMA foreign_key_check")
        if cursor.fetchall():
            yield "rows point at rows that are not there"


def _of_events() -> Iterator[str]:
    from django.db.models import Count, Max

    from cryodose.clinic.models import SessionEvent, SessionRecord

    rows = SessionEvent.objects.values_list("session").order_by()
    for session, count, last in rows.annotate(count=Count("id"), last=Max("number")):
        if count != last:
            yield f"session {session}: {last} events were counted and {count} are there"
    begun = set(SessionEvent.objects.filter(kind="started").values_list("session", flat=True))
    for session in SessionRecord.objects.all():
        if (session.started_at is not None) != (session.pk in begun):
            yield f"session {session.pk}: its beginning is written down by halves"


def _of_versions() -> Iterator[str]:
    from cryodose.clinic.models import Record

    for model in Record.__subclasses__():
        ids = set(model._default_manager.values_list("pk", flat=True))
        past = set(model.history.values_list("id", flat=True))
        if ids - past:
            yield f"{model.__name__}: {len(ids - past)} rows have no history"


def _of_pictures() -> Iterator[str]:
    from cryodose.clinic.models import Attachment

    for row in Attachment.objects.all():
        try:
            with row.file.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            yield f"picture {row.pk}: its file is missing"
            continue
        if found != row.sha256:
            yield f"picture {row.pk}: its file has changed"
