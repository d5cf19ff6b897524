"""The report of a room."""

from __future__ import annotations

from cryodose.outcome.markup import el, table
from cryodose.outcome.room import NOTICE, RoomResult
from cryodose.report import special
from cryodose.report.page import page, section

_CAPTIONS = {
    "oxygen": "Oxygen over a normal day: at the floor, where cold gas pools, and in the "
    "breathing zone. Dashed: the two alarms.",
    "worst": "Lowest oxygen of each bad day. Dashed: the two alarms.",
}
_HEAD = ("If", "Breathing zone", "Floor", "Effect", "19.5 % in", "18 % in", "Re-entry in")


def _whole(text: str) -> str:
    """Keep a number and its percent sign on one line."""
    return text.replace(" %", "\u00a0%")


def room_page(result: RoomResult, drawn: dict[str, str]) -> str:
    """Return the report as one HTML document.

    Parameters
    ----------
    result : RoomResult
    drawn : dict
        Drawings as SVG text by name; may be empty.
    """
    title = result.assessment.file.title or "Oxygen of a room"
    verdict = "refused" if result.exit_code else "dose"
    word = "Not enough air" if result.exit_code else "Room"
    facts: list[tuple[object, ...]] = [*result.rows()]
    worst: list[tuple[object, ...]] = [*result.worst_rows()]
    return page(
        f"{title} · cryodose",
        "report.css",
        special.answer(verdict, word, title, (_whole(result.told.answer), result.told.detail)),
        el(
            "main",
            section("Oxygen and air", table(("What", "Value"), facts), name="facts"),
            special.drawings(drawn, _CAPTIONS),
            section("On a bad day", table(_HEAD, worst), name="worst"),
        ),
        el("footer", el("p", NOTICE), role="contentinfo"),
    )
