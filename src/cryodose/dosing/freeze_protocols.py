"""Published protocols beside a computed freeze, and in words how they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryodose import evidence
from cryodose.dosing.freeze_dose import FreezeDose, Protocol
from cryodose.evidence.diagnoses import LesionKind


def protocols_of(kind: LesionKind) -> tuple[Protocol, ...]:
    """Return every published protocol of a lesion, in the order of the table."""
    table = evidence.document("protocols")
    return tuple(
        _protocol(table[name]["name"], row) for name in kind.protocols for row in table[name]["row"]
    )


def _protocol(lesion: str, row: dict[str, Any]) -> Protocol:
    freeze_s = row.get("freeze_s")
    fewest, most = row["cycles"]
    return Protocol(
        lesion,
        row["technique"],
        (float(freeze_s[0]), float(freeze_s[1])) if freeze_s else None,
        row.get("until", ""),
        (fewest, most),
        row["outcome"],
        row["source"],
        row["confidence"],
    )


def compared(protocols: tuple[Protocol, ...], dose: FreezeDose) -> tuple[Protocol, ...]:
    """Return protocols with the difference to a dose in words."""
    return tuple(replace(p, difference=difference(p, dose)) for p in protocols)


def difference(protocol: Protocol, dose: FreezeDose) -> str:
    """Say how a dose differs from a protocol, and why it may."""
    said = []
    if protocol.technique != dose.technique:
        other, own = (t.replace("-", " ") for t in (protocol.technique, dose.technique))
        said.append(f"made by {other}, the plan is for {own}")
    if protocol.freeze_s is None:
        said.append(f'no time is published, only an end point ("{protocol.until}")')
    elif dose.freeze_s is not None:
        said.append(_of_time(protocol.freeze_s, dose))
    if dose.cycles is not None:
        fewest, most = protocol.cycles
        if not fewest <= dose.cycles <= most:
            published = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            said.append(f"{published} cycles published, {dose.cycles} planned")
    text = "; ".join(said)
    return text[:1].upper() + text[1:] + "." if text else ""


def _of_time(published_s: tuple[float, float], dose: FreezeDose) -> str:
    low, high = published_s
    own = dose.freeze_s or 0.0
    span = f"{low:g} s" if low == high else f"{low:g} to {high:g} s"
    if low <= own <= high:
        return f"{own:.0f} s lies within the published {span}"
    if own > high:
        return (
            f"{own:.0f} s is longer than the published {span}: it must kill "
            f"{dose.depth_mm:g} mm deep and {dose.margin_mm:g} mm beside it in "
            f"{dose.wanted:.0%} of cases at once; trials freeze again after two or three weeks"
        )
    return f"{own:.0f} s is shorter than the published {span}: " + (
        f"{dose.limiting} allows no more"
        if dose.verdict != "dose"
        else f"it already kills {dose.depth_mm:g} mm deep in {dose.probability:.0%} of cases"
    )
