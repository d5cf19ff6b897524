"""Tissue, control and blood of whole people, as arrays for the body kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.films import Frame
from cryodose.body.segments import (
    LAYERS,
    column,
    property_of,
    segment_names,
    shapes,
    site_column,
    stack,
    tissue_of,
)
from cryodose.body.size import Person, Sizes, body_sizes
from cryodose.physics.blood import perfusion_w_m3k
from cryodose.solve.body_problem import BodyControl, BodyIce, BodyTissue
from cryodose.solve.grid import graded_fractions, growing_widths_m, measures_of
from cryodose.units import L_PER_M3, ML_PER_M3, MM_PER_M, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

Array = NDArray[np.float64]
Values = Mapping[str, Array]

_BRAIN = "forehead"
_GRADED = ("soft", "deep")
_DRAWN = {"dermis": ("k_w_mk",), "fat": ("k_w_mk", "perfusion_per_s")}


@dataclass(frozen=True)
class WholeBody:
    """People ready to be exposed.

    Attributes
    ----------
    tissue, control : with the temperatures of neutrality still at zero
    depth_m : ndarray, shape (C, S, n), of the cell centres
    frame : what the gas sees
    """

    person: Person
    sizes: Sizes
    values: Values
    tissue: BodyTissue
    control: BodyControl
    depth_m: Array
    frame: Frame

    def begins_m(self, layer: str, segment: str) -> Array:
        """Return the depth at which a layer of a segment begins, (n,)."""
        s = segment_names().index(segment)
        return np.asarray(self.sizes.thickness_m[: LAYERS.index(layer), s].sum(axis=0))

    @property
    def rest_w(self) -> Array:
        """Metabolic heat at rest, (n,)."""
        return np.asarray((self.tissue.area_m2 * self.tissue.heat_w_m2.sum(axis=0)).sum(axis=0))


def blood_j_m3k() -> float:
    """Return the heat capacity of blood by volume."""
    return evidence.value("tissues", "blood.density_kg_m3") * evidence.value(
        "tissues", "blood.specific_heat_j_kgk"
    )


def whole_body(person: Person, values: Values, resolution: int = 1) -> WholeBody:
    """Return people with the drawn values of `values`, each (n,).

    Parameters
    ----------
    values : mapping
        Draws of the keys under `people` and `control` of the evidence table `thermoregulation`, of
        vessels (``dermis.floor`` ...) and of tissue (``dermis.k_w_mk``, ``fat.k_w_mk``,
        ``fat.perfusion_per_s``).
    resolution : int
        Multiplies the cells of every layer.
    """
    sizes = body_sizes(person)
    tissue, depth = _tissue(person, sizes, values, resolution)
    runs = (
        column("run_m") * person.height_m / evidence.value("thermoregulation", "size.height_male_m")
    )
    frame = Frame(_across_m(sizes), runs, values["film_share"])
    return WholeBody(person, sizes, values, tissue, _control(person, tissue, values), depth, frame)


def _across_m(sizes: Sizes) -> Array:
    """Return what a cross flow meets: the width of flat segments, the diameter of round ones."""
    found = sizes.diameter_m.copy()
    for i, name in enumerate(segment_names()):
        if evidence.has("segments", f"{name}.width_m"):
            found[i] = evidence.value("segments", f"{name}.width_m")
    return found


def _widths_m(sizes: Sizes, resolution: int) -> tuple[Array, NDArray[np.int32]]:
    """Return the widths of all cells, (C, S, n), and the layer of each, (C,)."""

    def table(key: str) -> float:
        return evidence.value("thermoregulation", f"grid.{key}")

    found = []
    for layer, thickness in zip(LAYERS, sizes.thickness_m, strict=True):
        count = int(table(f"cells_{layer}")) * resolution
        if layer == "fat":
            # The fat begins as fine as the skin over it, however thick it is.
            first_m = table("fat_first_mm") / MM_PER_M / resolution
            found.append(growing_widths_m(first_m, thickness, count))
        else:
            ratio = table(f"grading_{layer}") if layer in _GRADED else 1.0
            found.append(np.multiply.outer(graded_fractions(count, ratio), thickness))
    of = np.repeat(np.arange(len(LAYERS), dtype=np.int32), [len(x) for x in found])
    return np.concatenate(found), of


def _layered(name: str, values: Values, n: int) -> Array:
    found = np.broadcast_to(stack(name), (len(LAYERS), len(segment_names()), n)).copy()
    for layer, keys in _DRAWN.items():
        if name in keys:
            found[LAYERS.index(layer)] = values[f"{layer}.{name}"]
    return found


def _tissue(
    person: Person, sizes: Sizes, values: Values, resolution: int
) -> tuple[BodyTissue, Array]:
    n = person.n
    dx, of = _widths_m(sizes, resolution)
    area, volume = np.empty_like(dx), np.empty_like(dx)
    for shape in set(shapes()):
        same = [i for i, other in enumerate(shapes()) if other is shape]
        found = measures_of(shape, dx[:, same].reshape(len(of), -1), np.zeros(1))
        area[:, same] = found.area_in.reshape(len(of), len(same), n)
        volume[:, same] = found.volume_m.reshape(len(of), len(same), n)
    depth = np.cumsum(dx, axis=0) - dx / 2.0
    k = _layered("k_w_mk", values, n)[of]
    capacity = (stack("density_kg_m3") * stack("specific_heat_j_kgk"))[of]
    resistance = dx / (2.0 * k)
    face = np.zeros_like(dx)
    face[:-1] = area[:-1] / (resistance[:-1] + resistance[1:])
    heat = volume * stack("metabolic_w_m3")[of]
    wanted = person.basal_w * values["rest_share"]
    heat *= wanted / (sizes.area_m2 * heat.sum(axis=0)).sum(axis=0)
    soft = (of == LAYERS.index("soft"))[:, None, None]
    part = np.where(soft, volume, 0.0)
    shiver = part / part.sum(axis=0) * column("shiver_share") / sizes.area_m2
    tissue = BodyTissue(
        volume * capacity,
        face,
        resistance,
        1.0 / resistance[0],
        _flow(volume, of, values, person.female),
        heat,
        shiver,
        np.zeros_like(dx),
        sizes.area_m2,
        of,
        _ice(),
    )
    return tissue, depth


@cache
def _ice() -> BodyIce:
    """Return how every layer of every segment freezes; organs, which never do, as muscle would."""
    names = [[tissue_of(s, x) for s in segment_names()] for x in LAYERS]

    def table(key: str) -> Array:
        return np.array(
            [
                [property_of(t if evidence.has("tissues", t) else "muscle", key) for t in row]
                for row in names
            ]
        )

    liquidus = table("t_liquidus_c")
    width = liquidus - table("t_solidus_c")
    c, c_frozen = table("specific_heat_j_kgk"), table("specific_heat_frozen_j_kgk")
    mushy = table("latent_heat_j_kg") / width + (c + c_frozen) / 2.0
    conducts = table("k_frozen_w_mk") / table("k_w_mk")
    capacity = (stack("density_kg_m3") * stack("specific_heat_j_kgk"))[..., 0]
    return BodyIce(liquidus, width, mushy / c, c_frozen / c, conducts, capacity)


def _flow(volume: Array, of: NDArray[np.int32], values: Values, female: Array) -> Array:
    """Return Pennes' exchange of every cell, per skin area; the skin's goes by area."""
    n = volume.shape[2]
    flow = _layered("perfusion_per_s", values, n)[of] * volume
    soft = (of == LAYERS.index("soft"))[:, None, None] & _is_muscle()
    flow = np.where(soft, flow * values["muscle_flow_share"], flow)
    skin = (of == LAYERS.index("dermis"))[:, None, None]
    by_area = site_column("skin_blood_flow_ml_min_m2") / ML_PER_M3 / SECONDS_PER_MINUTE
    part = np.where(skin, volume, 0.0)
    by_sex = 1.0 - female * (1.0 - _female_flow())
    skin_flow = part / part.sum(axis=0) * by_area * by_sex * values["skin_flow_share"]
    flow = np.where(skin, skin_flow, flow)
    blood = (property_of("blood", k) for k in ("density_kg_m3", "specific_heat_j_kgk"))
    return perfusion_w_m3k(flow, *blood)


@cache
def _is_muscle() -> NDArray[np.bool_]:
    """Tell which segments have muscle under their fat, (S, 1)."""
    return np.array([[tissue_of(s, "soft") == "muscle"] for s in segment_names()])


@cache
def _female_flow() -> Array:
    """Return the skin flow of women over that of men, (S, 1)."""
    shares = np.ones((len(segment_names()), 1))
    for name in evidence.names("thermoregulation", "female_flow"):
        i = segment_names().index(name)
        shares[i] = evidence.value("thermoregulation", f"female_flow.{name}")
    return shares


def awake(body: WholeBody) -> WholeBody:
    """Return people who sit or stand: what they make beyond rest is made in muscle.

    Set points stay those of rest, where nobody moves.
    """
    tissue = body.tissue
    soft = (tissue.layer == LAYERS.index("soft"))[:, None, None] & _is_muscle()
    muscle = np.where(soft, tissue.heat_w_m2, 0.0)
    made = (tissue.area_m2 * muscle.sum(axis=0)).sum(axis=0)
    more = body.person.basal_w * np.maximum(
        body.values["awake_share"] - body.values["rest_share"], 0.0
    )
    heat = tissue.heat_w_m2 + muscle / made * more
    return replace(body, tissue=replace(tissue, heat_w_m2=heat))


def _vessel(key: str, values: Values, n: int) -> Array:
    kinds = {"epidermis": "dermis", "dermis": "dermis", "fat": "fat", "soft": "muscle"}
    rows = []
    for layer in LAYERS:
        kind = kinds.get(layer)
        # Bone and organs do not react; any time constant then does.
        rows.append(np.ones(n) if kind is None else values[f"{kind}.{key}"])
    return np.stack(rows)


def _control(person: Person, tissue: BodyTissue, values: Values) -> BodyControl:
    n, area = person.n, person.area_m2

    def number(key: str) -> Array:
        name = f"control.{key}"
        drawn = values.get(name)
        return np.full(n, evidence.value("thermoregulation", name)) if drawn is None else drawn

    skin = tissue.layer == LAYERS.index("dermis")
    basal = tissue.area_m2 * tissue.flow_w_m2k[skin].sum(axis=0)  # W/K, both sides
    added = column("dilation_l_h") * column("sides") / L_PER_M3 / SECONDS_PER_HOUR * blood_j_m3k()
    sense = column("cold_sense_share")
    opens = np.array([[evidence.flag("segments", f"{s}.civd")] for s in segment_names()])
    rest = (tissue.area_m2 * tissue.heat_w_m2.sum(axis=0)).sum(axis=0)
    pool = area * evidence.value("thermoregulation", "blood.pool_l_m2") / L_PER_M3 * blood_j_m3k()
    shape = tissue.area_m2.shape
    return BodyControl(
        floor=_vessel("floor", values, n),
        half_k=_vessel("half_k", values, n),
        narrow_s=_vessel("narrow_s", values, n),
        recover_s=_vessel("recover_s", values, n),
        cold_sense=np.broadcast_to(sense / sense.sum(), shape),
        constriction=np.broadcast_to(column("constriction"), shape),
        dilation=added / basal,
        opens=opens * number("civd_share"),
        exchange_w_m2k=column("countercurrent_w_k") / column("area_m2") * np.ones(n),
        t_skin_set_c=np.zeros(shape),
        t_core_set_c=number("t_core_c"),
        pool_j_k=pool,
        central_s=number("central_s"),
        constriction_per_k=number("constriction_per_k"),
        dilation_core=number("dilation_core"),
        dilation_skin=number("dilation_skin"),
        cold_most_k=number("cold_most_k"),
        core_most_k=number("core_most_k"),
        shiver_w_k2=number("shiver_w_k2"),
        shiver_from_k=number("shiver_from_k"),
        shiver_lag_s=number("shiver_lag_s"),
        shiver_most_w=number("shiver_most_share") * rest,
        shiver_flow_w_k_w=number("shiver_flow_per_w") * blood_j_m3k(),
        opens_t_c=number("civd_t_c"),
        opens_width_k=number("civd_width_k"),
        opens_s=number("civd_s"),
        skin_layer=LAYERS.index("dermis"),
        brain_segment=segment_names().index(_BRAIN),
    )
