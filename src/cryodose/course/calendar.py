"""Writes a course as iCalendar (RFC 5545), for any calendar."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from cryodose.course.plan import Course
from cryodose.course.progress import Progress

_LINE_BYTES = 75
_DIGEST = 16
_ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\r": "", "\n": "\\n"}


def icalendar(course: Course, stands: Progress | None = None) -> str:
    """Return a course as a calendar of whole-day events, the same bytes for the same course.

    Parameters
    ----------
    course : Course
    stands : Progress, optional
        Where the course stands: then the sessions left, on their new days; where the course has
        stopped, those left as cancelled.

    Returns
    -------
    str
        Lines end with CR LF and have at most 75 bytes.
    """
    spec = course.spec
    # A course keeps its events under the same names while its days move; `id` keeps them for good.
    seed = spec.id or f"{spec.procedure}|{spec.goal}|{spec.title}|{spec.start}"
    key = hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:_DIGEST]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//cryodose//course//EN"]
    lines.append("CALSCALE:GREGORIAN")
    stamp = f"{spec.start:%Y%m%d}T000000Z"
    stops = "; ".join(course.stop_rules)
    day = f" On this day: {'; '.join(course.order)}." if course.order else ""
    stopped = stands is not None and stands.action == "stop"
    left = course.sittings if stands is None else stands.left
    if stands is not None and (stopped or not left):
        left = course.sittings[stands.done :] or course.sittings[-1:]
    for sitting in left:
        longest = "" if sitting.minutes is None else f" at most {sitting.minutes:g} min."
        again = " Screen again before it." if sitting.screen_again else ""
        title = f"{spec.title or spec.procedure} {sitting.number} of {len(course.sittings)}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{key}-{sitting.number}@cryodose",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{sitting.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{sitting.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(title)}",
            f"DESCRIPTION:{_escaped(f'{spec.procedure},{longest}{again}{day} {stops}')}",
            *(["STATUS:CANCELLED"] if stopped else []),
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    plain = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(_ESCAPES.get(c, c if c.isprintable() else " ") for c in plain)


def _folded(line: str) -> str:
    """Break a line so that no part has more bytes than allowed, and no letter is torn."""
    parts, part, size = [], "", 0
    for char in line:
        width = len(char.encode("utf-8"))
        if size + width > _LINE_BYTES:
            parts.append(part)
            part, size = "", 1  # the space that marks a continued line
        part += char
        size += width
    return "\r\n ".join([*parts, part])
