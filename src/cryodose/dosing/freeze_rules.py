"""What must not be frozen, and where a freeze needs care: asked before any dose is computed."""

from __future__ import annotations

from dataclasses import dataclass

from cryodose import evidence
from cryodose.errors import show_value
from cryodose.evidence.diagnoses import (
    LesionKind,
    LesionRefusal,
    lesion_kinds,
    lesion_of,
    mentions_refused,
)
from cryodose.session import Lesion, LiquidNitrogen, Session

TABLE = "freeze_cautions"
_MALIGNANT = "malignant"


@dataclass(frozen=True)
class FreezeRefusal:
    """Why nothing is frozen: the rule, the reason in words, and its sources."""

    rule: str
    words: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Caution:
    """A named warning."""

    name: str
    rule: str
    words: str
    source: str


def exposure_of(session: Session) -> LiquidNitrogen:
    """Return the exposure of a session with a cryogen."""
    if not isinstance(session.exposure, LiquidNitrogen):
        raise TypeError("not a session with a cryogen")
    return session.exposure


def kind_of(session: Session) -> LesionKind | None:
    """Return the lesion that a session freezes; None where it has none that is dosed."""
    lesion = exposure_of(session).lesion
    found = lesion_of(lesion.kind if lesion else None)
    return found if isinstance(found, LesionKind) else None


def refusals_of(session: Session) -> tuple[FreezeRefusal, ...]:
    """Return every reason why a session gets no dose; empty where there is none.

    They stand on the session alone. What a patient file adds, screening says.
    """
    exposure = exposure_of(session)
    lesion = exposure.lesion or Lesion()
    found = lesion_of(lesion.kind)
    if isinstance(found, LesionRefusal):
        return (_by_name(found, lesion.kind),)
    return (
        *_undiagnosed(found, lesion),
        *_barred(lesion),
        *(_of_high_risk(session, lesion) if found.cell == _MALIGNANT else ()),
        *_too_young(session),
    )


def _by_name(found: LesionRefusal, name: str | None) -> FreezeRefusal:
    if not (name or "").strip():
        said = "no diagnosis is stated (exposure.lesion.kind)"
    elif found.key == "undiagnosed":
        known = ", ".join(kind.name for kind in lesion_kinds())
        said = f"{show_value(name)} is no diagnosis known here. Known are: {known}"
    else:
        said = f"{show_value(name)} is not frozen"
    return FreezeRefusal(found.rule, f"{said}: {found.why}", found.sources)


def _undiagnosed(kind: LesionKind, lesion: Lesion) -> tuple[FreezeRefusal, ...]:
    if not kind.needs or lesion.diagnosed_by in kind.needs:
        return ()
    key = "carcinoma" if kind.cell == _MALIGNANT else "pigmented"
    row = evidence.document("diagnoses")["refusal"][key]
    ways = " or ".join(kind.needs)
    stated = lesion.diagnosed_by or "not stated"
    words = (
        f"{kind.name} is frozen only once {ways} has named it "
        f"(exposure.lesion.diagnosed_by is {stated})"
    )
    return (FreezeRefusal(row["rule"], words, tuple(row["sources"])),)


def _barred(lesion: Lesion) -> tuple[FreezeRefusal, ...]:
    rows = evidence.document(TABLE)["barred"]
    listed = [rows[place] for place in lesion.near or () if place in rows]
    return tuple(FreezeRefusal(r["rule"], r["words"], (r["source"],)) for r in listed)


def _of_high_risk(session: Session, lesion: Lesion) -> tuple[FreezeRefusal, ...]:
    """Return why a carcinoma is of high risk by its place or size."""
    site = exposure_of(session).site
    found = []
    places = {"eyelid", "cartilage"} & set(lesion.near or ())
    if site in evidence.words(TABLE, "sites.carcinoma") or places:
        where = site if site in evidence.words(TABLE, "sites.carcinoma") else sorted(places)[0]
        found.append(f"a carcinoma at this place ({where}) is of high risk")
    most = evidence.value(TABLE, "limit.carcinoma_mm")
    if lesion.diameter_mm is not None and lesion.diameter_mm > most:
        found.append(f"a carcinoma wider than {most:g} mm is of high risk")
    return tuple(FreezeRefusal("LN2-04", words, ("AAFP2020", "pdq_skin")) for words in found)


def _too_young(session: Session) -> tuple[FreezeRefusal, ...]:
    age, least = session.subject.age_y, evidence.quantity(TABLE, "limit.infant_age_y")
    if age is None or age >= least.value:
        return ()
    words = f"no dose was found for a child below {least.value:g} years"
    return (FreezeRefusal("age", words, (least.source,)),)


def cautions_of(session: Session) -> tuple[Caution, ...]:
    """Return the named warnings of a session."""
    return tuple(_caution(name) for name in _names_of(session))


def _caution(name: str) -> Caution:
    row = evidence.document(TABLE)["caution"][name]
    return Caution(name, row["rule"], row["words"], row["source"])


def _names_of(session: Session) -> list[str]:
    exposure = exposure_of(session)
    lesion, kind = exposure.lesion or Lesion(), kind_of(session)
    rows = evidence.document(TABLE)["caution"]
    asked = {*(lesion.near or ()), *(kind.near if kind else ())}
    sites = evidence.document(TABLE)["sites"]
    by_site = {name for name, held in sites.items() if exposure.site in held}
    if lesion.near is not None:
        by_site.discard("face")
    names = [name for name in rows if name in asked | by_site]
    names += _of_person(session)
    if kind is not None and kind.pigment in ("often", "always"):
        names.append("looks-pigmented")
    if session.title and mentions_refused(session.title):
        names.append("title")
    return names


def _of_person(session: Session) -> list[str]:
    skin, age = session.subject.skin_type, session.subject.age_y
    found = []
    if skin is None:
        found.append("skin-type")
    elif skin >= evidence.value(TABLE, "limit.very_dark_skin_type"):
        found.append("very-dark-skin")
    elif skin >= evidence.value(TABLE, "limit.dark_skin_type"):
        found.append("dark-skin")
    if age is None:
        found.append("age")
    elif age < evidence.value(TABLE, "limit.child_age_y"):
        found.append("child")
    return found
