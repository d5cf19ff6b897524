"""The newest question of a page wins: one that is out of date before its turn is not computed.

A browser drops the answer of a slider's last place when the next is asked for, but the server would
go on computing it. Here the questions of one page wait for each other, and all but the newest give
up. Each process keeps its own table, which is enough: it saves work and decides nothing.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_PAGES = 500  # that are remembered


@dataclass
class _Page:
    turn: threading.Lock = field(default_factory=threading.Lock)
    newest: int = 0


class Newest:
    """Knows the newest question of each page."""

    def __init__(self, most: int = _PAGES) -> None:
        self._pages: OrderedDict[Hashable, _Page] = OrderedDict()
        self._lock, self._count, self._most = threading.Lock(), itertools.count(1), most

    @contextmanager
    def turn(self, page: Hashable) -> Iterator[bool]:
        """Wait for one's turn; gives whether the question is still the newest of its page."""
        with self._lock:
            mine = self._pages.setdefault(page, _Page())
            self._pages.move_to_end(page)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
            number = mine.newest = next(self._count)
        with mine.turn:
            yield mine.newest == number


NEWEST = Newest()
