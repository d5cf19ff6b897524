"""People of every size the format admits, and the numbers a body needs beside them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from cryodose import evidence
from cryodose.body.size import Person

VESSELS = ("floor", "half_k", "narrow_s", "recover_s")


def table_values(n: int) -> dict[str, np.ndarray]:
    """Return the table's values of everything a body varies, (n,) each."""
    found = dict.fromkeys(("skin_flow_share", "muscle_flow_share", "dermis_share"), 1.0)
    found["film_share"] = evidence.value("thermoregulation", "people.film_share")
    for key in ("rest_share", "awake_share"):
        found[key] = evidence.value("thermoregulation", f"metabolism.{key}")
    for key in ("dermis.k_w_mk", "fat.k_w_mk", "fat.perfusion_per_s"):
        found[key] = evidence.value("tissues", key)
    for tissue in ("dermis", "fat", "muscle"):
        for key in VESSELS:
            found[f"{tissue}.{key}"] = evidence.value("physiology", f"vasomotion.{tissue}.{key}")
    return {k: np.full(n, v) for k, v in found.items()}


@pytest.fixture
def values() -> Callable[[int], dict[str, np.ndarray]]:
    return table_values


@pytest.fixture
def people() -> Callable[..., Person]:
    """Return a maker of people; what is not said is a man of 78 kg."""

    def make(**given: list[float]) -> Person:
        n = len(next(iter(given.values())))
        usual = {
            "female": 0.0,
            "age_y": 27.0,
            "height_m": 1.78,
            "mass_kg": 78.0,
            "fat_percent": 15.0,
            "subcutaneous_share": 0.82,
            "dermis_share": 1.0,
        }
        return Person(**{k: np.array(given.get(k, [v] * n), float) for k, v in usual.items()})

    return make
