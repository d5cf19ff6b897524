"""A thread of the server that looks at the database again and again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connection

_LOG = logging.getLogger("cryodose.clinic.live")
_END_S = 5.0


class Beat:
    """Looks once in so many seconds, whatever happens.

    Parameters
    ----------
    name : str
        Of the thread.
    every_s : float
    look : callable
        Looks once.
    """

    def __init__(self, name: str, every_s: float, look: Callable[[], object]) -> None:
        self._name, self._every_s, self._look_once = name, every_s, look
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._looked_s = 0.0

    @property
    def is_started(self) -> bool:
        """Whether it looks, or tries to."""
        return self._thread is not None

    def late_s(self) -> float:
        """Return how long ago it has looked; 0 where it was not started."""
        return 0.0 if self._thread is None else time.monotonic() - self._looked_s

    def start(self) -> None:
        """Begin to look, in a thread of its own."""
        if self._thread is None:
            self._stop.clear()
            self._looked_s = time.monotonic()
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=_END_S)
            self._thread = None

    def _run(self) -> None:
        while not self._stop.is_set():
            begun_s = time.monotonic()
            try:
                self._look_once()
                self._looked_s = time.monotonic()
            except DatabaseError:
                # The database is away: go on looking, alarms come late rather than never.
                _LOG.exception("database away")
                close_old_connections()
            except Exception:
                _LOG.exception("%s failed", self._name)
            self._stop.wait(max(0.0, self._every_s - (time.monotonic() - begun_s)))
        connection.close()
