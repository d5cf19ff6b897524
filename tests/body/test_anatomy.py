"""Layers at every site, for every build the format admits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose import evidence
from cryodose.body import Build, anatomy_names, build_anatomy
from cryodose.body.anatomy import default_adipose
from cryodose.evidence import EvidenceError
from cryodose.solve import Shape


def _build(girth: float, fat: float, *, soft: float | None = None) -> Build:
    one = np.ones(1)
    return Build(
        0.1 * one, 1.5 * one, fat * one, girth * one, None if soft is None else soft * one, 15 * one
    )


def test_limb_fills_its_girth() -> None:
    anatomy = build_anatomy("calf", _build(370.0, 8.0))
    assert anatomy.shape is Shape.CYLINDER
    assert anatomy.thickness_m.sum() * 1000 == pytest.approx(370.0 / (2 * np.pi), rel=1e-12)
    assert not anatomy.fixed_core


@given(st.floats(50, 2000), st.floats(0.5, 100))
def test_every_girth_and_fat_gives_positive_layers(girth: float, fat: float) -> None:
    for soft in (None, 6.0):
        anatomy = build_anatomy("thigh", _build(girth, fat, soft=soft))
        assert np.all(np.isfinite(anatomy.thickness_m))
        assert np.all(anatomy.thickness_m > 0)


@pytest.mark.parametrize("site", anatomy_names())
def test_every_site_has_an_anatomy(site: str) -> None:
    soft = np.full(1, 5.0) if evidence.has("sites", f"{site}.soft_mm") else None
    girth = (
        np.full(1, evidence.value("sites", f"{site}.girth_mm"))
        if evidence.has("sites", f"{site}.girth_mm")
        else None
    )
    one = np.ones(1)
    anatomy = build_anatomy(site, Build(0.1 * one, 1.5 * one, 3 * one, girth, soft, 6 * one))
    assert np.all(anatomy.thickness_m > 0)
    assert anatomy.depth_of_m("fat")[0] == pytest.approx(1.6e-3)


def test_unknown_site_is_named() -> None:
    with pytest.raises(EvidenceError, match="tail"):
        build_anatomy("tail", _build(300.0, 5.0))


def test_fat_follows_body_fat_and_sex() -> None:
    lean, fat = default_adipose("calf", "male", 10.0), default_adipose("calf", "male", 30.0)
    assert fat.value == pytest.approx(3 * lean.value)
    both = default_adipose("calf", "mixed", None)
    women, men = (default_adipose("calf", s, None) for s in ("female", "male"))
    assert men.value < both.value < women.value
    assert (both.low, both.high) == (men.low, women.high)
