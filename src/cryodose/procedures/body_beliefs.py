"""What is believed of a person in cold gas before a session: size, vessels, device, clothes."""

from __future__ import annotations

import numpy as np

from cryodose import evidence
from cryodose.body.segments import segment_of, shape_of
from cryodose.body.size import estimated_fat_percent
from cryodose.evidence import Quantity
from cryodose.procedures import immersion
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.draws import Z95, Prior, stated, stated_positive
from cryodose.procedures.person import adipose_from_skinfold
from cryodose.session import CryoChamber, CryoSauna, Immersion, Session, SiteSize
from cryodose.solve.grid import Shape

_TABLES = {
    "subcutaneous_share": ("thermoregulation", "size.subcutaneous_share"),
    "rest_share": ("thermoregulation", "metabolism.rest_share"),
    "awake_share": ("thermoregulation", "metabolism.awake_share"),
    "tympanic_skin_share": ("thermoregulation", "core.tympanic_skin_share"),
    "gut_lag_s": ("thermoregulation", "core.gut_lag_s"),
    "rectal_lag_s": ("thermoregulation", "core.rectal_lag_s"),
    "relative_humidity": ("ambient", "air.relative_humidity"),
    "probe_share": ("physiology", "probe.depth_share"),
    "nerve_q10": ("physiology", "nerve.q10"),
    "analgesia_c": ("physiology", "analgesia.onset_c"),
    "wait_clo": ("devices", "room.wait_clo"),
    "robe_clo": ("devices", "room.robe_clo"),
    "room_speed_m_s": ("devices", "room.speed_m_s"),
}
_CONTROL = (
    "t_core_c",
    "central_s",
    "shiver_from_k",
    "shiver_lag_s",
    "shiver_most_share",
    "civd_t_c",
    "civd_share",
    "civd_s",
)
_PEOPLE = ("dermis_share", "skin_flow_share", "muscle_flow_share", "film_share")
_VESSELS = ("floor", "half_k", "narrow_s", "recover_s")
_SEXES = {"female": 1.0, "male": 0.0}
# Drawn sizes of single segments carry the segment's name behind these.
ADIPOSE_AT, GIRTH_AT = "adipose_mm.", "girth_mm."


def gas_exposure(session: Session) -> CryoSauna | CryoChamber:
    """Return the exposure of a session in cold gas."""
    if not isinstance(session.exposure, CryoSauna | CryoChamber):
        raise TypeError("not a session in cold gas")
    return session.exposure


def is_displayed(exposure: CryoSauna | CryoChamber) -> bool:
    """Tell whether nothing but a display says how cold the gas of some stage is."""
    shown = any(s.displayed_temperature_c is not None for s in exposure.stages)
    return shown and not exposure.gas_profile


def garment_key(garment: str) -> str:
    """Return the key of a garment in the evidence tables."""
    return garment.replace(" ", "-")


def focus_of(session: Session) -> str:
    """Return the site that stands for the whole: what a size or skin without a site belongs to."""
    if isinstance(session.exposure, Immersion):
        return immersion.site_of(session.exposure)
    return evidence.text("devices", f"{session.modality}.focus")


def body_prior(session: Session) -> Prior:
    """Return what is believed of every quantity of a whole body in cold gas or in water."""
    beliefs = Beliefs(session)
    _person(beliefs)
    for key in _PEOPLE:
        beliefs.table(key, "thermoregulation", f"people.{key}")
    for key in _CONTROL:
        beliefs.table(f"control.{key}", "thermoregulation", f"control.{key}")
    for name, (table, key) in _TABLES.items():
        beliefs.table(name, table, key)
    for tissue, keys in {"dermis": ("k_w_mk",), "fat": ("k_w_mk", "perfusion_per_s")}.items():
        for key in keys:
            beliefs.table(f"{tissue}.{key}", "tissues", f"{tissue}.{key}")
    for tissue in ("dermis", "fat", "muscle"):
        for key in _VESSELS:
            beliefs.table(f"{tissue}.{key}", "physiology", f"vasomotion.{tissue}.{key}")
    _sites(beliefs)
    _room(beliefs)
    if isinstance(session.exposure, Immersion):
        immersion.add_water(beliefs)
    else:
        _device(beliefs)
    _baseline(beliefs)
    return beliefs.prior()


def _sites(beliefs: Beliefs) -> None:
    """Take what tape and caliper found at single sites; a key without a site is the thigh's."""
    subject = beliefs.session.subject
    focus = focus_of(beliefs.session)
    measured: dict[str, SiteSize] = dict((subject.sites or {}).items())
    alone = {k: x for k in SiteSize.model_fields if (x := getattr(subject, k)) is not None}
    spread = {k: getattr(subject, f"{k}_sd") or 0.0 for k in alone}
    if alone and focus not in measured:
        measured[focus] = SiteSize.model_validate(alone)
        beliefs.assume_word(f"site of {', '.join(alone)}", focus)
    for site, found in measured.items():
        _site(beliefs, site, found, spread if site == focus else {})


def _site(beliefs: Beliefs, site: str, found: SiteSize, sd: dict[str, float]) -> None:
    name, path = segment_of(site), f"subject.sites.{site}"
    least = evidence.value("physiology", "body.size_error")

    def error(key: str, value: float) -> float:
        return max(least, _relative(sd.get(key), value))

    if (fold := found.skinfold_mm) is not None:
        dermis = evidence.value("sites", f"{name}.dermis_mm")
        spread = error("skinfold_mm", fold) * fold
        beliefs.found[ADIPOSE_AT + name] = adipose_from_skinfold(fold, spread, dermis)
    elif found.adipose_mm is not None:
        layer = max(found.adipose_mm, evidence.value("physiology", "body.least_adipose_mm"))
        relative = error("adipose_mm", layer)
        beliefs.found[ADIPOSE_AT + name] = stated_positive(path, layer, "mm", relative)
    if (girth := found.girth_mm) is None:
        return
    if shape_of(name) is Shape.SLAB:
        beliefs.unused(f"{path}.girth_mm", "a flat part of the body")
        return
    relative = error("girth_mm", girth)
    beliefs.found[GIRTH_AT + name] = stated_positive(path, girth, "mm", relative)


def _baseline(beliefs: Beliefs) -> None:
    """Take measured start temperatures: of the skin by area, of one site, and of the core."""
    if beliefs.session.subject.prior_exercise:
        beliefs.unused("subject.prior_exercise", "people begin rested")
    baseline = beliefs.session.subject.baseline
    if baseline is None:
        return
    error = evidence.value("physiology", "rest.baseline_error_k")
    table = {
        "mean_skin_c": (baseline.mean_skin_c, baseline.mean_skin_c_sd),
        "control.t_core_c": (baseline.core_c, baseline.core_c_sd),
    }
    if baseline.mean_skin_c is None and baseline.skin_c is not None:
        table["focus_skin_c"] = (baseline.skin_c, baseline.skin_c_sd)
        beliefs.assume_word("site of baseline.skin_C", focus_of(beliefs.session))
    elif baseline.skin_c is not None:
        beliefs.unused("subject.baseline.skin_C", "mean_skin_C goes before it")
    for name, (value, sd) in table.items():
        if value is not None:
            beliefs.found[name] = stated(f"subject.baseline.{name}", value, "degC", sd or error)
    if baseline.muscle_c is not None:
        beliefs.unused("subject.baseline.muscle_C", "muscle follows from the rest")


def _person(beliefs: Beliefs) -> None:
    subject = beliefs.session.subject
    if subject.sex is None:
        beliefs.assume_word("subject.sex", "mixed")
    female = _SEXES.get(subject.sex or "", 0.5)
    beliefs.found["female"] = stated("subject.sex", female, "-")
    doubt = evidence.value("thermoregulation", "size.individual_share")
    age = evidence.quantity("thermoregulation", "size.age_y")
    _size(beliefs, "age_y", age, 0.0)
    tall = _between(female, "size.height_{}_m")
    _size(beliefs, "height_m", tall, doubt)
    height = beliefs.found["height_m"].value
    bmi = evidence.quantity("thermoregulation", "size.bmi")
    square = height * height
    mass = Quantity(
        bmi.key, bmi.value * square, "kg", bmi.low * square, bmi.high * square,
        bmi.source, bmi.confidence, "lognormal", "from the height",
    )  # fmt: skip
    _size(beliefs, "mass_kg", mass, doubt)
    _fat(beliefs, female, beliefs.found["mass_kg"].value / square)


def _between(female: float, key: str) -> Quantity:
    """Return the quantity of a sex; of a mixed group the mean of both and the wider range."""
    both = [evidence.quantity("thermoregulation", key.format(s)) for s in ("female", "male")]
    if female in (0.0, 1.0):
        return both[0] if female else both[1]
    mean = (both[0].value + both[1].value) / 2.0
    low, high = min(q.low for q in both), max(q.high for q in both)
    first = both[0]
    return Quantity(
        first.key, mean, first.unit, low, high, first.source, first.confidence, "lognormal"
    )


def _size(beliefs: Beliefs, name: str, table: Quantity, doubt: float) -> None:
    """Take a stated size with the group's spread, or the doubt of a file that assumes it."""
    subject, path = beliefs.session.subject, f"subject.{name}"
    value, sd = getattr(subject, name), getattr(subject, f"{name}_sd")
    if value is None:
        beliefs.found[name] = beliefs.assume(path, table)
        return
    relative = _relative(sd, value)
    if path in beliefs.session.assumed:
        relative = max(relative, doubt)
    beliefs.found[name] = (
        stated_positive(path, value, table.unit, relative)
        if value > 0  # a newborn's age is certain
        else stated(path, value, table.unit)
    )


def _relative(sd: float | None, value: float) -> float:
    """Return the relative spread of a size, as far as people of one name can differ."""
    most = evidence.value("physiology", "body.spread_most")
    return min(sd / value, most) if sd and value > 0 else 0.0


def _fat(beliefs: Beliefs, female: float, bmi: float) -> None:
    subject, path = beliefs.session.subject, "subject.body_fat_percent"
    error = evidence.value("thermoregulation", "size.fat_error")
    least, most = (evidence.value("thermoregulation", f"size.fat_{k}") for k in ("least", "most"))
    stated_fat = subject.body_fat_percent
    if stated_fat is not None:
        sd = subject.body_fat_percent_sd or 0.0
        if path in beliefs.session.assumed:
            sd = max(sd, error)
        beliefs.found["body_fat_percent"] = stated_positive(
            path, stated_fat, "percent", _relative(sd, stated_fat)
        )
        return
    guess = estimated_fat_percent(female, beliefs.found["age_y"].value, bmi)
    low, high = (float(np.clip(guess + z * Z95 * error, least, most)) for z in (-1.0, 1.0))
    table = evidence.quantity("thermoregulation", "size.fat_error")
    beliefs.found["body_fat_percent"] = beliefs.assume(
        path,
        Quantity(
            table.key, guess, "percent", low, high, table.source, table.confidence, "lognormal",
            "from mass, height, age and sex",
        ),
    )  # fmt: skip


def _room(beliefs: Beliefs) -> None:
    table = evidence.quantity("physiology", "rest.t_room_c")
    path = "exposure.room_temperature_C"
    stated_c = getattr(beliefs.session.exposure, "room_temperature_c", None)
    beliefs.temperature("t_room_c", path, stated_c, table, beliefs.doubt(path, "room_k"))


def _device(beliefs: Beliefs) -> None:
    exposure = gas_exposure(beliefs.session)
    device = exposure.modality
    for key in ("gas_share", "display_share", "gradient_k_m", "wall_share"):
        beliefs.table(key, "devices", f"{device}.{key}")
    if evidence.has("devices", f"{device}.rim_share"):
        beliefs.table("rim_share", "devices", f"{device}.rim_share")
    if is_displayed(exposure):
        share = evidence.quantity("devices", f"{device}.display_share")
        beliefs.assume("exposure.stages: gas near the body", share)
    table = evidence.quantity("devices", f"{device}.speed_m_s")
    path = "exposure.gas_speed_m_s"
    beliefs.size("gas_speed_m_s", path, exposure.gas_speed_m_s, table, 0.0)
    if exposure.coverings is None:
        beliefs.assume_word("exposure.coverings", "none: bare skin everywhere")
    for region, garment in (exposure.coverings or {}).items():
        key = f"garment.{garment_key(garment)}.resistance_clo"
        beliefs.table(f"covering.{region}", "devices", key)
