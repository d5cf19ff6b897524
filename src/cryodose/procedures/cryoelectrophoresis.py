"""Drugs driven by current from a liquid or frozen donor: the cold, the transport, the depot."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.frozen_donor import melt_m_s, melt_supply_mol_m2s
from cryodose.procedures import cold_pack
from cryodose.procedures.currents import Leg, duration_s, legs_of
from cryodose.procedures.drug import Drug, drug_of
from cryodose.procedures.drug_beliefs import prior
from cryodose.procedures.drug_session import (
    exposure_of,
    is_in_vitro,
    site_of,
    thermal_session,
)
from cryodose.procedures.drug_transport import (
    Skin,
    clearance_per_s,
    current_factor,
    driven_mol_m2s,
    passive_clock_s,
    passive_mol_m2,
    skin_of,
    tissue_m2s,
)
from cryodose.procedures.request import Cycle, Request, Response
from cryodose.session import Cryoelectrophoresis, Session
from cryodose.solve.depot import Depot, DepotHistory, follow_depot
from cryodose.units import MM_PER_M

__all__ = ["DrugResponse", "cycles_of", "entered_mol_m2", "prior", "run", "site_of"]

Array = NDArray[np.float64]
Values = dict[str, Array]


@dataclass(frozen=True, kw_only=True)
class DrugResponse(Response):
    """What skin and drug did; time 0 is the start of the current, precooling lies before.

    Attributes
    ----------
    drug : Drug
    depot : DepotHistory
        Where the drug is, per area.
    driven_mol_m2s : (n_out - 1, n), carried in by the current during each step
    passive_mol_m2s : (n_out - 1, n), diffused in
    net_ma_cm2 : (n_out - 1, n)
    supply_mol_m2s : (n_out - 1, n), what melting sets free; inf for a liquid donor
    skin : Skin
    area_cm2 : (n,)
    c_probe_mol_m3 : probe name -> (n_out, n)
    """

    drug: Drug
    depot: DepotHistory
    driven_mol_m2s: Array
    passive_mol_m2s: Array
    net_ma_cm2: Array
    supply_mol_m2s: Array
    skin: Skin
    area_cm2: Array
    c_probe_mol_m3: dict[str, Array]


def cycles_of(session: Session) -> tuple[tuple[Cycle, ...], float]:
    """Return the current as one cycle and what follows it."""
    return (Cycle(duration_s(exposure_of(session)), 0.0),), 0.0


def run(session: Session, site: str, values: Values, request: Request) -> DrugResponse:
    """Carry the drug through every member's skin.

    Parameters
    ----------
    session : Session
    site : str
    values : dict of ndarray, shape (n,)
        Drawn quantities, as `Prior.values` returns them.
    request : Request
        One cycle: the current; the recovery follows it.
    """
    exposure = exposure_of(session)
    drug = drug_of(exposure.drug)
    nominal = float(np.median(values["electrode_cm2"]))
    legs = legs_of(exposure, exposure.area_cm2 or nominal)
    time = _times(legs, request)
    warm = (
        _membrane(site, values, time, request)
        if is_in_vitro(session)
        else _living(session, site, values, time, request)
    )
    skin = skin_of(drug, values, exposure.polarity)
    return _carry(warm, skin, legs, request, exposure)


def _times(legs: tuple[Leg, ...], request: Request) -> Array:
    """Return the ends of the steps: every switch of the current among them, denser early."""
    steps = int(evidence.value("iontophoresis", "numerics.steps")) * request.resolution
    end = request.exit_s + request.recovery_s
    even = end * np.linspace(0.0, 1.0, steps + 1) ** 2
    switches = [t for leg in legs for t in (leg.begin_s, leg.end_s)]
    return np.unique(np.concatenate([even, [t for t in switches if t <= end], [request.exit_s]]))


def _membrane(site: str, values: Values, time: Array, request: Request) -> Response:
    n = len(values["t_membrane_c"])
    t = np.broadcast_to(values["t_membrane_c"], (len(time), n))
    one, zero, depths = np.ones_like(t), np.zeros_like(t), request.probes
    return Response(
        time,
        request.exit_s,
        t,
        {p.name: t for p in depths},
        {p.name: np.full(n, p.depth_mm) for p in depths},
        one,
        one,
        zero,
        np.full(t.shape, np.nan),
        {**values, "t_artery_c": values["t_membrane_c"], "sensor_share": np.zeros(n)},
        site,
        request.spans(),
        0.0,
    )


def _living(session: Session, site: str, values: Values, time: Array, request: Request) -> Response:
    """Run the skin through precooling, donor and recovery, and read it at `time`."""
    exposure = exposure_of(session)
    before = exposure.precooling.duration_s if exposure.precooling else 0.0
    on = request.exit_s
    is_frozen = exposure.donor_state == "frozen"
    cycle = Cycle(before + on, 0.0) if is_frozen else Cycle(before, on)
    thermal = Request((cycle,), request.recovery_s, request.probes, request.resolution)
    found = cold_pack.run(thermal_session(session), site, values, thermal)

    def at(series: Array) -> Array:
        return _interpolated(found.time_s, series, time + before)

    heat = at(found.heat_out_j_m2)
    return Response(
        time,
        request.exit_s,
        at(found.t_skin_c),
        {k: at(v) for k, v in found.t_probe_c.items()},
        found.depth_mm,
        at(found.skin_flow),
        at(found.muscle_flow),
        heat - heat[0],
        at(found.t_pack_c),
        found.values,
        found.site,
        request.spans(),
        found.energy_residual,
    )


def _interpolated(time_s: Array, series: Array, wanted_s: Array) -> Array:
    """Return a series at many moments, linearly, (n_wanted, n)."""
    j = np.clip(np.searchsorted(time_s, wanted_s, side="right") - 1, 0, len(time_s) - 2)
    share = np.clip((wanted_s - time_s[j]) / (time_s[j + 1] - time_s[j]), 0.0, 1.0)[:, None]
    return np.asarray(series[j] + share * (series[j + 1] - series[j]))


def _carry(
    warm: Response,
    skin: Skin,
    legs: tuple[Leg, ...],
    request: Request,
    exposure: Cryoelectrophoresis,
) -> DrugResponse:
    time, v = warm.time_s, skin.values
    middle_s = (time[:-1] + time[1:]) / 2.0
    t_skin = (warm.t_skin_c[:-1] + warm.t_skin_c[1:]) / 2.0
    net = np.array([_net_at(legs, t) for t in middle_s])[:, None] * np.ones(t_skin.shape[1])
    supply = np.full_like(t_skin, np.inf)
    if exposure.donor_state == "frozen" and "t_membrane_c" not in v:
        supply = _supply(skin, np.diff(warm.heat_out_j_m2, axis=0) / np.diff(time)[:, None])
    driven, passive = _uptake(skin, warm, net, supply)
    release = np.where(net > 0, v["release_s"], v["hold_s"]) / current_factor(skin, t_skin)
    clearance, depth_m = _clearance(skin, warm, middle_s, request.exit_s), _depth_m()
    depths = {p.name: p.depth_mm for p in request.probes if p.depth_from == "skin"}
    depths["skin+0"] = 0.0
    depot = follow_depot(
        Depot(time, driven + passive, release, tissue_m2s(skin, t_skin), clearance, depth_m),
        np.array(list(depths.values())) / MM_PER_M,
        int(evidence.value("iontophoresis", "numerics.modes")) * request.resolution,
    )
    inherited = {f.name: getattr(warm, f.name) for f in fields(Response)}
    return DrugResponse(
        **inherited,
        drug=skin.drug,
        depot=depot,
        driven_mol_m2s=driven,
        passive_mol_m2s=passive,
        net_ma_cm2=net,
        supply_mol_m2s=supply,
        skin=skin,
        area_cm2=v["electrode_cm2"],
        # Ahead of a slow front the cut series swings round zero by parts per million.
        c_probe_mol_m3={
            name: np.maximum(depot.concentration[:, i], 0.0) for i, name in enumerate(depths)
        },
    )


def _uptake(skin: Skin, warm: Response, net: Array, supply: Array) -> tuple[Array, Array]:
    """Return what current and diffusion carry in during each step, at most what melting gives."""
    time = warm.time_s
    t_skin = (warm.t_skin_c[:-1] + warm.t_skin_c[1:]) / 2.0
    driven = driven_mol_m2s(skin, net, t_skin)
    clock = passive_mol_m2(skin, passive_clock_s(skin, time, t_skin))
    on = (time[1:] <= warm.exit_s * (1.0 + 1e-12))[:, None]
    passive = np.where(on, np.diff(clock, axis=0) / np.diff(time)[:, None], 0.0)
    share = np.minimum(1.0, supply / np.maximum(driven + passive, 1e-30))
    return driven * share, passive * share


def entered_mol_m2(response: DrugResponse, times: float) -> Array:
    """Return what leaves the donor if the current is so many times that of a response.

    The heat of the current does not count, so nothing else changes; (n_out, n).
    """
    net = response.net_ma_cm2 * times
    driven, passive = _uptake(response.skin, response, net, response.supply_mol_m2s)
    steps = (driven + passive) * np.diff(response.time_s)[:, None]
    return np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)])


def _net_at(legs: tuple[Leg, ...], time_s: float) -> float:
    return next((leg.net_ma_cm2 for leg in legs if leg.begin_s <= time_s < leg.end_s), 0.0)


def _depth_m() -> float:
    return evidence.value("iontophoresis", "skin.depth_mm") / MM_PER_M


def _supply(skin: Skin, heat_w_m2: Array) -> Array:
    ice, water, latent = (
        evidence.value("iontophoresis", f"donor.{k}")
        for k in ("ice_kg_m3", "water_kg_m3", "latent_j_kg")
    )
    speed = melt_m_s(np.maximum(heat_w_m2, 0.0), ice, latent)
    return melt_supply_mol_m2s(speed, ice, water, skin.values["donor_mol_m3"])


def _clearance(skin: Skin, warm: Response, middle_s: Array, exit_s: float) -> Array:
    if "t_membrane_c" in skin.values:
        return np.zeros((len(middle_s), warm.t_skin_c.shape[1]))
    flow = (warm.skin_flow[:-1] + warm.skin_flow[1:]) / 2.0
    if "vasoactive_flow" in skin.values:
        since = np.maximum(middle_s - exit_s, 0.0)[:, None]
        effect = np.exp(-since / skin.values["vasoactive_s"])
        flow = flow * (1.0 + (skin.values["vasoactive_flow"] - 1.0) * effect)
    return clearance_per_s(skin, flow)
