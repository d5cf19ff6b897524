"""A problem refuses arrays that do not fit, and places its probes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: {"n": 0}, "at least one column"),
        (lambda p: {"t_start_c": p.t_start_c[1:]}, "each cell"),
        (lambda p: {"t_start_c": np.full_like(p.t_start_c, np.nan)}, "t_start_c holds a value"),
        (lambda p: {"t_start_c": p.t_start_c[:, :2]}, "last axis 2, expected 1 or 5"),
        (lambda p: {"out_steps": np.array([3, 3])}, "rise strictly"),
        (lambda p: {"out_steps": np.array([40])}, "within the schedule"),
        (
            lambda p: {"schedule": dataclasses.replace(p.schedule, dt_s=0 * p.schedule.dt_s)},
            "steps must be positive",
        ),
    ],
)
def test_wrong_arrays_are_refused(features, random_problem, change, message) -> None:
    problem = random_problem(features())
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(problem, **change(problem))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("t_solidus_c", 50.0, "liquidus must lie above"),
        ("k_w_mk", 0.0, "k_w_mk must be positive"),
        ("latent_j_m3", -1.0, "latent heat"),
    ],
)
def test_wrong_materials_are_refused(features, random_problem, name, value, message) -> None:
    materials = random_problem(features()).materials
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(materials, **{name: np.full((3, 1), value)})


def test_probes_follow_the_resistance_across_a_joint(features, random_problem) -> None:
    problem = random_problem(features(seed=2))
    grid = problem.grid
    joint = grid.thickness_m[0]
    at_joint = dataclasses.replace(problem, probe_depth_m=joint[None, :])
    index, weight = at_joint.probe_weights()
    dx = grid.thickness_m[grid.layer_of_cell] * grid.fractions[:, None]
    last = len(grid.cells[0]) - 1
    above = dx[last] / problem.materials.k_w_mk[0]
    below = dx[last + 1] / problem.materials.k_w_mk[1]
    assert np.all(index == last)
    assert np.allclose(weight, above / (above + below))


def test_probe_at_the_skin_and_far_below(features, random_problem) -> None:
    problem = random_problem(features())
    deep = np.vstack([np.zeros(5), np.full(5, 9.0)])
    index, weight = dataclasses.replace(problem, probe_depth_m=deep).probe_weights()
    assert np.all(index[0] == -1)
    assert np.all(weight[0] == 0.0)
    assert np.all(index[1] == problem.grid.n_cells - 2)
    assert np.all(weight[1] == 1.0)
