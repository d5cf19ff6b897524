"""Tells when something goes away and when it is back, in one line each."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

Complain = Callable[[str], None]


class Outage:
    """What is known of something that may go away.

    Parameters
    ----------
    what : str
        Its name in our lines, such as ``modbus://cabin:502``.
    complain : callable
        Called with each line.
    """

    def __init__(self, what: str, complain: Complain) -> None:
        self._what, self._complain = what, complain
        self._why = ""
        self._since_s = 0.0
        self._told: set[str] = set()

    def away(self, why: str) -> None:
        """Note that it is away; told once, and again only for another reason."""
        if not self._why:
            self._since_s = time.monotonic()
        if why != self._why:
            self._complain(f"{self._what} {why}")
        self._why = why

    def once(self, what: str) -> None:
        """Tell something of it that does not change, a single time."""
        if what not in self._told:
            self._told.add(what)
            self._complain(f"{self._what} {what}")

    def back(self) -> None:
        """Note that it is there; told once, if it was away."""
        if self._why:
            gone_s = time.monotonic() - self._since_s
            self._complain(f"{self._what} is back after {gone_s:.0f} s")
        self._why = ""


def hush(name: str) -> None:
    """Let a library log nothing of a fault that a line or an error of ours tells."""
    logger = logging.getLogger(name)
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
