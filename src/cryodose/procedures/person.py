"""What is believed of a person's site before a session: sizes, tissue, start temperatures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryodose import evidence
from cryodose.body import Anatomy, Build, build_anatomy
from cryodose.body.anatomy import LAYERS, default_adipose
from cryodose.evidence import Quantity
from cryodose.procedures.column import Column, Values
from cryodose.procedures.draws import Assumption, Prior, stated, stated_positive
from cryodose.session import Session

_VARIED = {
    "dermis": ("k_w_mk",),
    "fat": ("k_w_mk", "perfusion_per_s"),
    "soft": ("k_w_mk", "perfusion_per_s"),
}
_VESSELS = ("floor", "half_k", "narrow_s", "recover_s")


def person_prior(session: Session, site: str) -> Prior:
    """Return the quantities of a person's site and what was assumed for them."""
    found: dict[str, Quantity] = {}
    assumed: list[Assumption] = []
    _sizes(session, site, found, assumed)
    _tissue(site, found)
    _start(session, site, found, assumed)
    return Prior(found, tuple(assumed))


def assume(assumed: list[Assumption], key: str, quantity: Quantity) -> Quantity:
    """Note that a quantity was taken from the tables and return it."""
    note = quantity.note
    shown = f"{quantity.value:.3g} ({quantity.low:.3g} to {quantity.high:.3g})"
    if quantity.spread == "fixed":
        shown = f"{quantity.value:.3g}"
    assumed.append(Assumption(key, shown, quantity.unit, quantity.source, note))
    return quantity


def _sizes(
    session: Session, site: str, found: dict[str, Quantity], assumed: list[Assumption]
) -> None:
    subject = session.subject
    found["epidermis_mm"] = evidence.quantity("physiology", "body.epidermis_mm")
    found["dermis_mm"] = evidence.quantity("sites", f"{site}.dermis_mm")
    for key in ("soft_mm", "deep_mm", "nerve_depth_mm"):
        if evidence.has("sites", f"{site}.{key}"):
            found[key] = evidence.quantity("sites", f"{site}.{key}")
    for nerve in evidence.names("nerves"):
        found[f"nerve_depth_mm.{nerve}"] = evidence.quantity("nerves", f"{nerve}.depth_mm")
    found.setdefault("nerve_depth_mm", found["nerve_depth_mm.superficial"])
    found["adipose_mm"] = _adipose(session, site, found["dermis_mm"], assumed)
    if evidence.has("sites", f"{site}.girth_mm"):
        if subject.girth_mm is not None:
            found["girth_mm"] = _with_sd(
                "subject.girth_mm", subject.girth_mm, subject.girth_mm_sd, "mm"
            )
        else:
            table = evidence.quantity("sites", f"{site}.girth_mm")
            found["girth_mm"] = assume(assumed, "subject.girth_mm", table)


def _adipose(session: Session, site: str, dermis: Quantity, assumed: list[Assumption]) -> Quantity:
    """Fat layer: a stated single layer, half the skinfold less the skin, or the table's."""
    subject = session.subject
    if subject.adipose_mm is not None:
        return _with_sd("subject.adipose_mm", subject.adipose_mm, subject.adipose_mm_sd, "mm")
    if subject.skinfold_mm is None:
        table = default_adipose(site, subject.sex, subject.body_fat_percent)
        return assume(assumed, "subject.adipose_mm", table)
    share = evidence.quantity("physiology", "body.skinfold_share")
    least = evidence.value("physiology", "body.least_adipose_mm")

    def layer(fold_mm: float, part: float) -> float:
        return max(fold_mm * part - dermis.value, least)

    fold, spread = subject.skinfold_mm, subject.skinfold_mm_sd or 0.0
    centre = layer(fold, share.value)
    # The fold's own spread between people and the doubt about the share add in quadrature.
    low = centre - np.hypot(centre - layer(fold, share.low), 1.645 * spread / 2.0)
    high = centre + np.hypot(layer(fold, share.high) - centre, 1.645 * spread / 2.0)
    return Quantity(
        "subject.adipose_mm",
        centre,
        "mm",
        max(float(low), min(least, centre)),
        max(float(high), centre),
        share.source,
        "derived",
        "lognormal" if high > centre else "fixed",
        "from the skinfold",
    )


def _with_sd(key: str, value: float, sd: float | None, unit: str) -> Quantity:
    relative = evidence.value("physiology", "body.size_error")
    return stated_positive(key, value, unit, max(relative, (sd or 0.0) / value))


def _tissue(site: str, found: dict[str, Quantity]) -> None:
    soft = evidence.text("sites", f"{site}.soft")
    names = {"dermis": "dermis", "fat": "fat", "soft": soft}
    for layer, keys in _VARIED.items():
        for key in keys:
            found[f"{layer}.{key}"] = evidence.quantity("tissues", f"{names[layer]}.{key}")
    for tissue in ("dermis", "fat", "muscle"):
        for key in _VESSELS:
            found[f"{tissue}.{key}"] = evidence.quantity("physiology", f"vasomotion.{tissue}.{key}")
    found["skin_blood_flow_ml_min_m2"] = evidence.quantity(
        "sites", f"{site}.skin_blood_flow_ml_min_m2"
    )
    for name, key in {
        "muscle_share": "rest.muscle_share",
        "countercurrent": "rest.countercurrent",
        "probe_share": "probe.depth_share",
        "sensor_share": "sensor.share",
        "nerve_q10": "nerve.q10",
        "analgesia_c": "analgesia.onset_c",
    }.items():
        found[name] = evidence.quantity("physiology", key)


def _start(
    session: Session, site: str, found: dict[str, Quantity], assumed: list[Assumption]
) -> None:
    subject = session.subject
    baseline = subject.baseline
    error = evidence.value("physiology", "rest.baseline_error_k")
    skin = baseline.skin_c if baseline else None
    table = evidence.quantity("sites", f"{site}.t_skin_c")
    found["t_skin_c"] = (
        stated("subject.baseline.skin_C", skin, "degC", error)
        if skin is not None
        else assume(assumed, "subject.baseline.skin_C", table)
    )
    found["t_artery_c"] = evidence.quantity("sites", f"{site}.t_artery_c")
    if baseline and baseline.muscle_c is not None:
        found["t_muscle_c"] = stated("subject.baseline.muscle_C", baseline.muscle_c, "degC", error)
    if subject.prior_exercise:
        for name, key in (("exercise_k", "exercise_muscle_k"), ("exercise_flow", "exercise_flow")):
            found[name] = evidence.quantity("physiology", f"rest.{key}")
    air_prior(session, found, assumed)


def air_prior(session: Session, found: dict[str, Quantity], assumed: list[Assumption]) -> None:
    """Add the room, its air and what the outside of a pack takes up from it."""
    room = getattr(session.exposure, "room_temperature_c", None)
    found["t_room_c"] = (
        stated("exposure.room_temperature_C", room, "degC")
        if room is not None
        else assume(
            assumed, "exposure.room_temperature_C", evidence.quantity("physiology", "rest.t_room_c")
        )
    )
    found["h_air_w_m2k"] = evidence.quantity("ambient", "air.h_convection_w_m2k")
    found["relative_humidity"] = evidence.quantity("ambient", "air.relative_humidity")
    found["pack_room_w_m2k"] = evidence.quantity("contact", "law.pack_room_w_m2k")


def person_column(site: str, values: Mapping[str, np.ndarray]) -> Column:
    """Return the column of a site for drawn values."""
    v: Values = dict(values)
    if "exercise_flow" in v:
        v["muscle_share"] = v["muscle_share"] * v["exercise_flow"]
        v["t_artery_c"] = v["t_artery_c"] + v["exercise_k"]
    build = Build(
        v["epidermis_mm"],
        v["dermis_mm"],
        v["adipose_mm"],
        v.get("girth_mm"),
        v.get("soft_mm"),
        v["deep_mm"],
    )
    anatomy: Anatomy = build_anatomy(site, build)
    assert len(anatomy.tissues) == len(LAYERS)
    return Column(anatomy, v)
