"""Counters of this process in the text format of Prometheus; no label names a person."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator

_BOUNDS_S = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
Labels = tuple[tuple[str, str], ...]


class Histogram:
    """How long something took, by labels."""

    def __init__(self, name: str, words: str) -> None:
        self.name, self.words = name, words
        self._rows: dict[Labels, list[float]] = {}
        self._lock = threading.Lock()

    def observe(self, took_s: float, **labels: str) -> None:
        """Count one."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            row = self._rows.setdefault(key, [0.0] * (len(_BOUNDS_S) + 2))
            row[bisect_left(_BOUNDS_S, took_s)] += 1
            row[-1] += took_s

    def lines(self) -> Iterator[str]:
        """Yield the text."""
        yield from _head(self.name, self.words, "histogram")
        with self._lock:
            rows = {key: list(row) for key, row in self._rows.items()}
        for labels, row in sorted(rows.items()):
            total = 0.0
            for bound, count in zip((*map(str, _BOUNDS_S), "+Inf"), row[:-1], strict=True):
                total += count
                yield f"{self.name}_bucket{_braces((*labels, ('le', bound)))} {total:g}"
            yield f"{self.name}_sum{_braces(labels)} {row[-1]:.6f}"
            yield f"{self.name}_count{_braces(labels)} {total:g}"


class Counter:
    """How often something happened, by labels."""

    def __init__(self, name: str, words: str) -> None:
        self.name, self.words = name, words
        self._rows: dict[Labels, int] = {}
        self._lock = threading.Lock()

    def add(self, **labels: str) -> None:
        """Count one."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            self._rows[key] = self._rows.get(key, 0) + 1

    def lines(self) -> Iterator[str]:
        """Yield the text."""
        yield from _head(self.name, self.words, "counter")
        with self._lock:
            rows = dict(self._rows)
        for labels, count in sorted(rows.items()):
            yield f"{self.name}{_braces(labels)} {count}"


def gauge(name: str, words: str, value: float) -> Iterator[str]:
    """Yield the text of a number that was just measured."""
    yield from _head(name, words, "gauge")
    yield f"{name} {value:g}"


REQUESTS = Histogram("cryodose_request_seconds", "Time to answer a request.")
EVENTS = Counter("cryodose_session_events_total", "Events of live sessions that were recorded.")


def _head(name: str, words: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} {kind}"


def _braces(labels: Labels) -> str:
    if not labels:
        return ""
    inside = ",".join(f'{k}="{_escaped(v)}"' for k, v in labels)
    return f"{{{inside}}}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
