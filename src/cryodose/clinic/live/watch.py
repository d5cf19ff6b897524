"""Watches every live session: raises alarms in time, and tells open pages what is new.

One thread of the server looks at the database several times a second. It keeps what it has seen, so
that a look costs one or two queries, and after a restart it finds every alarm that fell due.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from cryodose.clinic import clock
from cryodose.clinic.beat import Beat
from cryodose.clinic.live.state import Story
from cryodose.clinic.live.store import NotNow, Sender, append, events_after, terms_of
from cryodose.clinic.models import SessionEvent, SessionRecord

LOOK_S = 0.2
RUNNING = Q(started_at__isnull=False, ended_at=None)
_LOG = logging.getLogger("cryodose.clinic.live")


@dataclass
class Seen:
    """What is known of one session; whoever reads or adds to its story holds the lock."""

    story: Story
    # Alarms that are due or to come, and were not written down yet.
    ahead: list[tuple[str, datetime]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def number(self) -> int:
        """The number of the last event."""
        return self.story.number


class Watch(Beat):
    """The sessions that run, and those that somebody looks at."""

    def __init__(self) -> None:
        super().__init__("watch", LOOK_S, self.look)
        self._seen: dict[uuid.UUID, Seen] = {}
        self._wanted: Counter[uuid.UUID] = Counter()
        self._lock = threading.Lock()
        self._looking = threading.Lock()

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

    def fetch(self, session_id: uuid.UUID) -> None:
        """Take a session in that somebody is about to look at, so that they need not wait."""
        with self._looking:
            if session_id not in self._seen:
                self._take_in(_last_numbers(Q(pk=session_id)))

    def _look(self, now: datetime | None) -> int:
        with self._lock:
            wanted = set(self._wanted)
        newest = _last_numbers(RUNNING | Q(pk__in=wanted))
        for gone in set(self._seen) - set(newest):
            del self._seen[gone]
        self._take_in(newest)
        return sum(self._raise(i, now or clock.now()) for i in newest)

    def _take_in(self, newest: dict[uuid.UUID, int]) -> None:
        """Fetch what is new of sessions, given the number of the last event of each."""
        strange = [i for i in newest if i not in self._seen]
        fresh: dict[uuid.UUID, Seen] = {}
        if strange:
            for session in SessionRecord.objects.filter(pk__in=strange).select_related("plan"):
                fresh[session.pk] = Seen(Story(terms_of(session)))
        known = {i: fresh.get(i) or self._seen[i] for i in newest}
        behind = {i: known[i].number for i, last in newest.items() if last > known[i].number}
        for session_id, events in events_after(behind).items():
            seen = known[session_id]
            with seen.lock:
                for event in events:
                    seen.story.add(event)
                seen.ahead = seen.story.ahead()
        # Only now: a page must not see a session of which a part is missing.
        self._seen.update(fresh)

    def _raise(self, session_id: uuid.UUID, now: datetime) -> int:
        due = [key for key, at in self._seen[session_id].ahead if at <= now]
        for key in due:
            try:
                append(session_id, "alarm-due", {"alarm": key}, f"due-{key}", Sender())
            except NotNow:
                _LOG.exception("alarm not written")
        return len(due)


def _last_numbers(which: Q) -> dict[uuid.UUID, int]:
    """Return the number of the last event of sessions."""
    mine = SessionEvent.objects.filter(session=OuterRef("pk")).order_by("-number")
    last = Subquery(mine.values("number")[:1])
    rows = SessionRecord.objects.filter(which).order_by().values_list("pk", last)
    return {session_id: number or 0 for session_id, number in rows}


WATCH = Watch()
