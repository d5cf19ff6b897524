"""Made-up people for the tests of the body kernels."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from cryodose.solve.body_problem import (
    BodyControl,
    BodyIce,
    BodyProblem,
    BodySchedule,
    BodyState,
    BodyTissue,
)

CELLS, SEGMENTS, LAYERS = 9, 3, 4
LAYER = np.array([0, 0, 1, 1, 2, 2, 3, 3, 3], np.int32)
OUT = (
    "t_surface_c", "t_deep_c", "skin_flow", "muscle_flow", "heat_out_j_m2", "ice_m", "t_probe_c",
)  # fmt: skip


def random_problem(n: int, seed: int = 0, steps: int = 30) -> BodyProblem:
    """Return people with made-up but plausible bodies."""
    rng = np.random.default_rng(seed)
    cell, seg, lay, one = (CELLS, SEGMENTS, n), (SEGMENTS, n), (LAYERS, n), (n,)

    def draw(shape: tuple[int, ...], low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, shape)

    face = draw(cell, 40, 300)
    face[-1] = 0
    kinds = (LAYERS, SEGMENTS)
    ice = BodyIce(
        draw(kinds, -1, -0.4), draw(kinds, 3, 9), draw(kinds, 3, 12), draw(kinds, 0.4, 0.7),
        draw(kinds, 1.5, 4), draw(kinds, 2e6, 4e6),
    )  # fmt: skip
    tissue = BodyTissue(
        draw(cell, 800, 4000), face, draw(cell, 1e-3, 1e-2), draw(seg, 500, 3000),
        draw(cell, 0.2, 8), draw(cell, 0, 5), draw(cell, 0, 0.05), draw(cell, 33, 37),
        draw(seg, 0.1, 0.9), LAYER, ice,
    )  # fmt: skip
    sense = draw(seg, 0.1, 1)
    spans = {
        "floor": (0.05, 0.5), "half_k": (1, 6), "narrow_s": (60, 200), "recover_s": (500, 9000),
        "constriction": (0.02, 0.15), "dilation": (0.001, 0.02), "opens": (0, 0.5),
        "exchange_w_m2k": (0, 20), "t_skin_set_c": (32, 35), "t_core_set_c": (36.5, 37.2),
        "pool_j_k": (8e3, 1.5e4), "central_s": (30, 90), "constriction_per_k": (8, 13),
        "dilation_core": (80, 130), "dilation_skin": (5, 9), "cold_most_k": (8, 12),
        "core_most_k": (1, 3), "shiver_w_k2": (10, 30), "shiver_from_k": (0.1, 0.5),
        "shiver_lag_s": (200, 900), "shiver_most_w": (100, 400), "shiver_flow_w_k_w": (0.1, 1),
        "opens_t_c": (5, 12), "opens_width_k": (1, 3), "opens_s": (200, 500),
    }  # fmt: skip
    by_layer = ("floor", "half_k", "narrow_s", "recover_s")
    by_segment = ("constriction", "dilation", "opens", "exchange_w_m2k", "t_skin_set_c")
    parts = {}
    for name, (low, high) in spans.items():
        shape = lay if name in by_layer else seg if name in by_segment else one
        parts[name] = draw(shape, low, high)
    control = BodyControl(
        **parts, cold_sense=sense / sense.sum(axis=0), skin_layer=1, brain_segment=0
    )
    assert {f.name for f in fields(BodyControl)} == {
        *parts,
        "cold_sense",
        "skin_layer",
        "brain_segment",
    }
    u = np.stack([draw((3, *seg), *span) for span in ((8, 12), (4, 8))])
    u[:, 1:] *= 1e-3
    g = u * draw((2, 1, *seg), -120, 23)
    schedule = BodySchedule(
        rng.uniform(1, 20, steps), (np.arange(steps) >= steps // 2).astype(np.int32), u, g,
        draw((2, n), 5, 15), -10.0, 40.0,
    )  # fmt: skip
    start = BodyState(
        draw(cell, 30, 37), draw(cell, 0.5, 1), draw(seg, 28, 33), draw(one, 36, 37),
        draw(one, 0, 20), draw(one, 0, 5), draw(one, 0, 50),
    )  # fmt: skip
    probes = 4
    return BodyProblem(
        tissue, control, schedule, start,
        rng.integers(0, SEGMENTS, probes).astype(np.int32),
        rng.integers(-1, CELLS - 1, (probes, n)).astype(np.int32),
        draw((probes, n), 0, 1),
        np.array([0, steps // 2, steps - 1]),
    )  # fmt: skip


def people(problem: BodyProblem, which: np.ndarray) -> BodyProblem:
    """Return the same problem for some of its people."""

    def of(part: object) -> object:
        cut = {
            k: np.ascontiguousarray(v[..., which])
            for k, v in vars(part).items()
            if isinstance(v, np.ndarray) and k not in ("layer", "dt_s", "phase")
        }
        return replace(part, **cut)

    return replace(
        problem,
        tissue=of(problem.tissue), control=of(problem.control), schedule=of(problem.schedule),
        start=of(problem.start), probe_cell=np.ascontiguousarray(problem.probe_cell[:, which]),
        probe_weight=np.ascontiguousarray(problem.probe_weight[:, which]),
    )  # fmt: skip
