"""What else could be done in cold gas: a step colder or warmer, and covering more."""

from __future__ import annotations

from dataclasses import replace

from cryodose import evidence
from cryodose.body.segments import segment_names
from cryodose.session import CryoChamber, CryoSauna, GasLevel, Session, Stage
from cryodose.session.names import CoveredRegion, Garment

_COVERINGS: dict[CoveredRegion, Garment] = {
    "hands": "wool mittens",
    "feet": "wool socks",
    "face": "mask",
    "ears": "headband",
}
_INSIDE_ONLY = ("face", "ears")
# What would cover a site that no usual garment does.
_OVER_SITES: dict[CoveredRegion, Garment] = {
    "calf": "wool socks",
    "knee": "winter clothing",
    "thigh": "winter clothing",
    "pelvis": "underwear",
    "abdomen": "winter clothing",
    "chest": "winter clothing",
    "back": "winter clothing",
    "shoulder": "winter clothing",
    "upper-arm": "winter clothing",
    "forearm": "winter clothing",
    "neck": "winter clothing",
}


def site_of_limit(name: str) -> str | None:
    """Return the site that a limit of skin is about, such as ``toe`` of ``freezing, toe``."""
    site = name.rpartition(", ")[2]
    return site if site in segment_names() else None


def other_gas(
    session: Session, exposure: CryoSauna | CryoChamber, limiting: str = ""
) -> list[tuple[str, Session]]:
    """Return variants of a session with what sets each apart, in words.

    Gas a step colder and warmer, the usual garments that are missing or wet, alone and together,
    and something over the site that decides the longest time.
    """
    step = evidence.value("devices", "room.alternative_step_k")
    found = []
    for change in (-step, step):
        gas: dict[str, object] = {"stages": tuple(_shifted(s, change) for s in exposure.stages)}
        if exposure.gas_profile:
            gas["gas_profile"] = tuple(_level_shifted(p, change) for p in exposure.gas_profile)
        words = f"gas {abs(change):g} °C {'colder' if change < 0 else 'warmer'}"
        found.append((words, _with(session, gas)))
    worn = exposure.coverings or {}
    missing = {
        region: garment
        for region, garment in _COVERINGS.items()
        if worn.get(region) != garment
        and not (region in _INSIDE_ONLY and isinstance(exposure, CryoSauna))
    }
    for region, garment in missing.items():
        found.append((f"dry {garment}", _with(session, {"coverings": {**worn, region: garment}})))
    if len(missing) > 1:
        # Each part of the skin may limit alone: one garment then changes nothing.
        words = "dry " + ", ".join(missing.values()) + " together"
        found.append((words, _with(session, {"coverings": {**worn, **missing}})))
    site = site_of_limit(limiting)
    for region, garment in _OVER_SITES.items():
        if region == site and region not in worn:
            more = {**worn, region: garment}
            found.append((f"{garment} over the {region}", _with(session, {"coverings": more})))
    return found


def _shifted(stage: Stage, change_k: float) -> Stage:
    low = evidence.value("devices", "room.coldest_c")
    for key in ("gas_temperature_c", "displayed_temperature_c"):
        given = getattr(stage, key)
        if given is not None:
            return stage.model_copy(update={key: max(given + change_k, low)})
    return stage


def _level_shifted(level: GasLevel, change_k: float) -> GasLevel:
    low = evidence.value("devices", "room.coldest_c")
    t_c = max(level.gas_temperature_c + change_k, low)
    return level.model_copy(update={"gas_temperature_c": t_c})


def _with(session: Session, update: dict[str, object]) -> Session:
    return replace(session, exposure=session.exposure.model_copy(update=update))
