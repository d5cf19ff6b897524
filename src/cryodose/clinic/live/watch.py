"""Watches every live session: raises alarms in time, and tells open pages what is new.

One thread of the server looks at the database several times a second. It keeps the events it has
seen, so that a look costs one query, and after a restart it finds every alarm that fell due.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Max

from cryodose.clinic import clock
from cryodose.clinic.live.state import Event, Terms, schedule
from cryodose.clinic.live.store import NotNow, Sender, append, events_of, terms_of
from cryodose.clinic.models import SessionEvent, SessionRecord

LOOK_S = 0.2
_LOG = logging.getLogger("cryodose.clinic.live")


@dataclass
class Seen:
    """What is known of one session."""

    terms: Terms
    events: list[Event] = field(default_factory=list)
    # Alarms that are due or to come, and were not written down yet.
    ahead: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number of the last event."""
        return self.events[-1].number if self.events else 0


class Watch:
    """The sessions that run, and those that somebody looks at."""

    def __init__(self) -> None:
        self._seen: dict[uuid.UUID, Seen] = {}
        self._wanted: Counter[uuid.UUID] = Counter()
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def get(self, session_id: uuid.UUID) -> Seen | None:
        """Return what is known of a session."""
        return self._seen.get(session_id)

    @contextmanager
    def wanted(self, session_id: uuid.UUID) -> Iterator[None]:
        """Keep an eye on a session while somebody looks at it."""
        with self._lock:
            self._wanted[session_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._wanted[session_id] -= 1
                self._wanted += Counter()  # drops those that nobody wants any more

    def look(self, now: datetime | None = None) -> int:
        """Look once: fetch what is new and write down alarms that are due; return their number."""
        with self._looking:
            return self._look(now)

    def _look(self, now: datetime | None) -> int:
        with self._lock:
            wanted = set(self._wanted)
        running = SessionRecord.objects.exclude(started_at=None).filter(ended_at=None)
        ids = wanted | set(running.values_list("pk", flat=True))
        last = SessionEvent.objects.filter(session__in=ids).values_list("session")
        newest = dict(last.annotate(number=Max("number")).order_by())
        for gone in set(self._seen) - ids:
            del self._seen[gone]
        for session_id in ids:
            self._refresh(session_id, newest.get(session_id, 0))
        return sum(self._raise(i, now or clock.now()) for i in ids)

    def _refresh(self, session_id: uuid.UUID, newest: int) -> None:
        seen = self._seen.get(session_id)
        if seen is not None and seen.number == newest:
            return
        rows = SessionRecord.objects.select_related("plan")
        session = rows.get(pk=session_id)
        if seen is None:
            seen = Seen(terms_of(session))
        seen.events = [*seen.events, *events_of(session, seen.number)]
        raised = {e.data["alarm"] for e in seen.events if e.kind == "alarm-due"}
        planned = schedule(seen.events, seen.terms)
        seen.ahead = [(key, at) for key, _, at in planned if key not in raised]
        self._seen[session_id] = seen

    def _raise(self, session_id: uuid.UUID, now: datetime) -> int:
        due = [key for key, at in self._seen[session_id].ahead if at <= now]
        for key in due:
            try:
                append(session_id, "alarm-due", {"alarm": key}, f"due-{key}", Sender())
            except NotNow:
                _LOG.exception("alarm not written")
        return len(due)

    def start(self) -> None:
        """Begin to look, in a thread of its own."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
            self._thread = None

    def _run(self) -> None:
        while not self._stop.is_set():
            begun_s = time.monotonic()
            try:
                self.look()
            except DatabaseError:
                # The database is away: go on looking, alarms come late rather than never.
                _LOG.exception("database away")
                close_old_connections()
            except Exception:
                _LOG.exception("watch failed")
            self._stop.wait(max(0.0, LOOK_S - (time.monotonic() - begun_s)))
        connection.close()


WATCH = Watch()
