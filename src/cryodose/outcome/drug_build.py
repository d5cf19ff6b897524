"""Makes the result of a current with a drug out of a finished ensemble."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.current_answers import answers, unasked
from cryodose.dosing.current_limits import density_share, limits_of_current, time_words
from cryodose.dosing.drug_plan import DrugPlanned, response_of
from cryodose.dosing.simulation import Simulation
from cryodose.outcome.build import BAND, sources_of
from cryodose.outcome.drug import DepthProfile, DrugResult
from cryodose.outcome.fact import Fact
from cryodose.outcome.release import told_drug_release
from cryodose.outcome.types import Curve
from cryodose.physics.electrode import joule_heat_w_m2, skin_voltage_v
from cryodose.physics.electrodiffusion import arrhenius_factor, faraday_bound_g
from cryodose.physics.frozen_donor import brine_molality, unfrozen_share
from cryodose.procedures.cryoelectrophoresis import DrugResponse
from cryodose.procedures.currents import Leg, charge_ma_min_cm2, legs_of
from cryodose.procedures.drug import measured_of
from cryodose.procedures.drug_readout import concentration_ug_cm3, delivered_ug, skin_ug, ug_of
from cryodose.procedures.drug_session import exposure_of, is_in_vitro
from cryodose.procedures.drug_transport import share_of_current
from cryodose.procedures.request import Probe
from cryodose.screening import Screening
from cryodose.session import Session
from cryodose.units import (
    A_PER_MA,
    CM2_PER_M2,
    KILO,
    PERCENT,
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
    UG_PER_G,
    a_m2_from_ma_cm2,
    kelvin,
)

Array = NDArray[np.float64]

_DEPTHS_MM = np.linspace(0.0, 4.0, 33)


def drug_plan_of(
    planned: DrugPlanned,
    session: Session,
    screening: Screening | None = None,
    *,
    quick: bool = False,
) -> DrugResult:
    """Return everything that a plan has to show, with what screening said of the person.

    `quick` leaves out what the same current does without any cold, which is a run of its own.
    """
    run = planned.at_dose or planned.searched
    shown = planned.at_dose is not None
    facts = _facts(run) if shown else ()
    facts += _warm(run) if shown and not quick else ()
    warnings = _warnings(session, planned) if shown else ()
    return DrugResult(
        "drug-plan",
        session,
        planned.dose,
        _curves(run) if shown else (),
        _profile(run) if shown else None,
        facts,
        told_drug_release(warnings, screening),
        _claims(session),
        unasked(session),
        run.assumed(),
        _sources(run, planned),
        run.site,
        run.seed,
        run.members,
        screening,
    )


def drug_simulation_of(run: Simulation) -> DrugResult:
    """Return everything that a simulated session has to show."""
    session = run.session
    return DrugResult(
        "drug-simulation",
        session,
        None,
        _curves(run),
        _profile(run),
        _facts(run),
        _passed(run),
        _claims(session),
        (),
        run.assumed(),
        sources_of(run, None),
        run.site,
        run.seed,
        run.members,
    )


def _passed(run: Simulation) -> tuple[str, ...]:
    """Return what no plan would allow of a session that a person is simulated to have."""
    session, exposure = run.session, exposure_of(run.session)
    drug = response_of(run).drug
    if exposure.polarity != drug.polarity:
        return (f"{drug.name} moves out under this electrode: it needs the {drug.polarity}.",)
    if session.subject.kind != "human" or exposure.area_cm2 is None:
        return ()
    r = response_of(run)
    on = r.time_s <= r.exit_s
    share, _ = density_share(r.t_skin_c[on], r.values["analgesia_c"], run.weights)
    limits = limits_of_current(session, exposure, legs_of(exposure, exposure.area_cm2), share)
    found = [time_words(x) for x in limits if not x.holds]
    return tuple(f"No plan would allow this: {x}." for x in (*answers(session, exposure), *found))


def _sources(run: Simulation, planned: DrugPlanned) -> tuple[evidence.Source, ...]:
    more = {x.source for x in planned.dose.limits}
    known = {s.key: s for s in sources_of(run, None)}
    known |= {key: evidence.source(key) for key in more}
    return tuple(known[key] for key in sorted(known))


def _curves(run: Simulation) -> tuple[Curve, ...]:
    r = response_of(run)
    table: list[tuple[str, str, str, Array]] = [
        ("delivered", "left the donor", "ug", delivered_ug(r)),
        ("in-skin", "in the skin", "ug", skin_ug(r)),
        ("in-blood", "taken up by the blood", "ug", delivered_ug(r, in_blood=True)),
        ("skin", "skin", "C", r.t_skin_c),
        ("skin-flow", "skin blood flow", "percent", r.skin_flow * PERCENT),
    ]
    if "skin+1" in r.c_probe_mol_m3:
        row = ("depth-1mm", "drug 1 mm deep", "ug/cm3", concentration_ug_cm3(r, "skin+1"))
        table.append(row)
    return tuple(
        Curve(name, words, unit, r.time_s, *weighted_quantiles(series, BAND, run.weights))
        for name, words, unit, series in table
    )


def _profile(run: Simulation) -> DepthProfile:
    """Drug over depth and time of the central member."""
    probes = tuple(Probe(float(d)) for d in _DEPTHS_MM)
    request = replace(run.request, probes=probes)
    r = response_of(Simulation(run.session, 1, run.seed, request, np.ones(1)))
    rows = [concentration_ug_cm3(r, p.name)[:, 0] for p in probes]
    return DepthProfile(_DEPTHS_MM, r.time_s, np.stack(rows))


def _fact(run: Simulation, name: str, words: str, unit: str, values: Array) -> Fact:
    low, median, high = (float(q) for q in weighted_quantiles(values, BAND, run.weights))
    return Fact(name, words, unit, low, median, high)


def _facts(run: Simulation) -> tuple[Fact, ...]:
    r = response_of(run)
    end, last = r.exit_s, float(r.time_s[-1])
    mass, held, blood = delivered_ug(r), skin_ug(r), delivered_ug(r, in_blood=True)
    hour = min(end + SECONDS_PER_HOUR, last)
    table: list[tuple[str, str, str, Array]] = [
        ("delivered_ug", "Leaves the donor by the end of the current", "ug", r.at(mass, end)),
        ("delivered_ug_cm2", "... per area", "ug/cm2", r.at(mass, end) / r.area_cm2),
        ("passive_ug", "... of it without help of the current", "ug", _passive_ug(r)),
        ("in_skin_ug", "In the skin at the end of the current", "ug", r.at(held, end)),
    ]
    if not is_in_vitro(run.session):
        table += [
            ("in_skin_later_ug", "In the skin an hour later", "ug", r.at(held, hour)),
            ("in_blood_later_ug", "In the blood an hour later", "ug", r.at(blood, hour)),
            ("skin_c", "Skin at the end of the current", "°C", r.at(r.t_skin_c, end)),
        ]
    facts = [_fact(run, *row) for row in table]
    share = share_of_current(r.skin, r.driven_mol_m2s, r.net_ma_cm2)
    driven = np.isfinite(share).all(axis=1)
    if driven.any():
        last_share = share[np.flatnonzero(driven)[-1]]
        facts.append(
            _fact(run, "transport_number", "Share of the current it carries", "", last_share)
        )
    return (*facts, *_bound(run, r), *_volts(run, r), *_brine(run, r), *_published(r))


def _passive_ug(r: DrugResponse) -> Array:
    """Return what diffuses in by itself until the current ends."""
    amount = (r.passive_mol_m2s * np.diff(r.time_s)[:, None]).sum(axis=0)
    return ug_of(r, amount)


def _brine(run: Simulation, r: DrugResponse) -> tuple[Fact, ...]:
    """Return how much of a frozen donor is liquid and conducts, just below melting."""
    if exposure_of(run.session).donor_state != "frozen":
        return ()
    t_c = evidence.value("iontophoresis", "donor.brine_c")
    cryoscopic = evidence.value("iontophoresis", "donor.cryoscopic_k_kg_mol")
    ions = 1.0 + r.drug.salt_ions
    salt = r.skin.values["competing_mol_m3"]
    strength = (r.skin.values["donor_mol_m3"] + salt) / KILO
    share = unfrozen_share(strength, brine_molality(t_c, cryoscopic, ions))
    words = f"Share of the frozen donor that is brine at {t_c:g} °C and conducts"
    return (_fact(run, "brine_share", words, "", share),)


def _bound(run: Simulation, r: DrugResponse) -> tuple[Fact, ...]:
    exposure, area = exposure_of(run.session), float(r.area_cm2[0])
    legs = [leg for leg in legs_of(exposure, area) if leg.net_ma_cm2 > 0]
    charge = charge_ma_min_cm2(tuple(legs)) * area * A_PER_MA * SECONDS_PER_MINUTE
    valence = float(np.median(r.skin.valence))
    most = float(faraday_bound_g(charge, valence, r.drug.mass_g_mol)) * UG_PER_G
    words = "Faraday's bound: the drug alone carrying all current"
    return (Fact("faraday_ug", words, "ug", most, most, most),)


def _volts(run: Simulation, r: DrugResponse) -> tuple[Fact, ...]:
    q = evidence.quantity("iontophoresis", "electrode.resistance_kohm_cm2")
    activation = evidence.value("iontophoresis", "electrode.activation_conduction_j_mol")
    reference = evidence.value("iontophoresis", "skin.t_reference_c")
    coldest = float(np.median(r.t_skin_c.min(axis=0)))
    factor = 1.0 / float(arrhenius_factor(activation, kelvin(coldest), kelvin(reference)))
    peak = max(leg.peak_ma_cm2 for leg in legs_of(exposure_of(run.session), float(r.area_cm2[0])))
    density = a_m2_from_ma_cm2(peak)
    unit = KILO / CM2_PER_M2  # kohm cm2 to ohm m2
    low, middle, high = (
        float(skin_voltage_v(density, x * unit * factor)) for x in (q.low, q.value, q.high)
    )
    mean = _mean_density(run, r)
    watts = [
        float(joule_heat_w_m2(mean, skin_voltage_v(mean, x * unit * factor)))
        for x in (q.low, q.value, q.high)
    ]
    return (
        Fact("peak_v", "Peak voltage over the skin, cold", "V", low, middle, high),
        Fact("heat_w_m2", "Heat of the current in the skin", "W/m2", *watts),
    )


def _mean_density(run: Simulation, r: DrugResponse) -> float:
    """Return the largest mean density of the session, A/m2."""
    legs = legs_of(exposure_of(run.session), float(r.area_cm2[0]))
    return a_m2_from_ma_cm2(max(leg.mean_ma_cm2 for leg in legs))


def _published(r: DrugResponse) -> tuple[Fact, ...]:
    """Return what was measured of this drug, to stand beside the prediction."""
    words = {
        "transport_number": "Published share of the current ({})",
        "to_blood_1h": "Published share in the blood within an hour ({})",
    }
    return tuple(
        Fact(f"published_{k}", words[k].format(q.source), "", q.low, q.value, q.high)
        for k, q in measured_of(r.drug).items()
    )


def _warm(run: Simulation) -> tuple[Fact, ...]:
    """Return the depot of the same current without any cold."""
    exposure = exposure_of(run.session)
    if exposure.donor_state != "frozen" and exposure.precooling is None:
        return ()
    fresh = exposure.model_copy(update={"donor_state": "liquid", "precooling": None})
    warm = Simulation(
        replace(run.session, exposure=fresh), run.members, run.seed, run.request, run.weights
    )
    r = response_of(warm)
    later = min(r.exit_s + SECONDS_PER_HOUR, float(r.time_s[-1]))
    return (
        _fact(
            warm,
            "warm_delivered_ug",
            "Without the cold: leaves the donor",
            "ug",
            r.at(delivered_ug(r), r.exit_s),
        ),
        _fact(
            warm,
            "warm_in_skin_later_ug",
            "Without the cold: in the skin an hour later",
            "ug",
            r.at(skin_ug(r), later),
        ),
    )


def _claims(session: Session) -> tuple[str, ...]:
    names = ["deep", "allergy"]
    if exposure_of(session).donor_state == "frozen":
        names.append("frozen")
    return tuple(evidence.text("current_limits", f"claims.{n}") for n in names)


def _voltage_warnings(legs: tuple[Leg, ...]) -> list[str]:
    """Say where the skin could give way, and what dry skin would ask of the device."""
    peak = max(leg.peak_ma_cm2 for leg in legs)
    wet, dry, gives = (
        evidence.quantity("iontophoresis", f"electrode.{k}")
        for k in ("resistance_kohm_cm2", "resistance_dry_kohm_cm2", "breakdown_v")
    )
    found = []
    if peak * wet.high > gives.value:  # mA/cm2 times kohm cm2 are volts
        found.append(
            f"Peaks may reach {peak * wet.high:.0f} V over the skin; above {gives.value:g} V sweat "
            "ducts and then the horny layer give way."
        )
    if peak * dry.value > gives.value:
        found.append(
            f"Wet the skin first: dry skin would ask for about {peak * dry.value:.0f} V, and where "
            "it gives way first it burns."
        )
    return found


def _warnings(session: Session, planned: DrugPlanned) -> tuple[str, ...]:
    exposure, dose = exposure_of(session), planned.dose
    found = []
    legs = legs_of(exposure, exposure.area_cm2 or 1.0)
    density = max(leg.mean_ma_cm2 for leg in legs)
    if density > evidence.value("current_limits", "notice.reversible_ma_cm2"):
        found.append("Above 0.2 mA/cm2 more than passing redness was seen after half an hour.")
    if response_of(planned.searched).drug.kind == "protein" and density > evidence.value(
        "current_limits", "notice.benefit_ma_cm2"
    ):
        found.append("Above 0.22 mA/cm2 no more of a protein was found to go in.")
    found += _voltage_warnings(legs)
    if dose.numb_probability > 0:
        found.append(
            f"The skin may be numb ({dose.numb_probability:.0%} of the ensemble below the onset of "
            "numbness) and cannot report a burn: look under the pad, and stop at the first change."
        )
    if exposure.donor_state == "frozen":
        found.append(
            "Current passes only where the ice melts: never dry ice, never bare copper, iron or "
            "aluminium in the ice, and move a pad that is colder than the melt."
        )
    if session.safety.electrode is None:
        found.append("The electrode is not stated and was taken as inert and unbuffered.")
    if exposure.drug in evidence.words("current_limits", "drugs.numbing"):
        found.append(
            "The drug itself numbs the skin: a burn may not be felt, so look under the pad."
        )
    if exposure.site not in evidence.words("current_limits", "sites.face"):
        found.append("Both pads on the same side of the body: between two arms lies the heart.")
    found.append("Not on a red site: wait three days where redness stays.")
    found.append("How much of this drug a person may have is not assessed: that is prescribed.")
    return tuple(found)
