"""Frozen properties from composition against a published model, and the curves made of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose import evidence
from cryodose.physics.composition import Shares
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.freeze_gel import gel_makeup, gel_material, medium_of
from cryodose.procedures.freeze_lesion import lesion_kind, lesion_tissue, target_cell
from cryodose.procedures.freeze_tissue import (
    Material,
    freeze_curves,
    properties,
    tissue,
    tissue_names,
)
from cryodose.session import session_from_dict

ONE = np.ones(1)
# The same composition model worked out apart from this code (Levy, Pham and Willix; c of ice from
# SeaFreeze): tissue -> latent heat, then k and c at a temperature.
APART = {
    "dermis": (
        184800,
        {34: (0.52, 3420), -20: (1.401, 2218), -50: (1.524, 2073), -100: (1.773, 1858)},
    ),
    "epidermis": (206400, {34: (0.533, 3528), -20: (1.514, 2186), -100: (1.952, 1783)}),
    "tumour": (249800, {34: (0.56, 3745), -20: (1.751, 2121), -100: (2.333, 1634)}),
    "muscle": (225800, {34: (0.536, 3614), -20: (1.552, 2177), -100: (2.059, 1714)}),
    "fat": (45000, {34: (0.238, 2312), -20: (0.319, 2019), -100: (0.341, 1931)}),
    "keratin": (34000, {34: (0.419, 2660), -20: (0.668, 2466), -100: (0.726, 2379)}),
}
LATENT_AT = {"dermis": {-2: 129.3, -5: 162.6, -20: 179.2}, "tumour": {-2: 174.9, -10: 234.8}}


def usual(name: str) -> Material:
    water = evidence.value("freezing", f"tissue.{name}.water")
    return tissue(name, water * ONE, -0.6 * ONE, ONE)


@pytest.mark.parametrize("name", APART)
def test_latent_heat_and_heat_capacity_follow_from_composition(name: str) -> None:
    latent, points = APART[name]
    for t_c, (_, c) in points.items():
        found = properties(usual(name), np.full(1, float(t_c)))
        assert found.latent_j_kg == pytest.approx(latent, rel=2e-3)
        assert found.c_j_kgk == pytest.approx(c, rel=0.07)


@pytest.mark.parametrize("name", [n for n in APART if n != "keratin"])
def test_conductivity_lies_within_a_fifth_of_the_same_mixture(name: str) -> None:
    for t_c, (k, _) in APART[name][1].items():
        found = properties(usual(name), np.full(1, float(t_c)))
        assert found.k_w_mk == pytest.approx(k, rel=0.20)


def test_unfrozen_conductivity_meets_measured_tissue() -> None:
    for name, low, high in (("dermis", 0.33, 0.50), ("muscle", 0.42, 0.56), ("fat", 0.16, 0.25)):
        assert low <= properties(usual(name), np.full(1, 34.0)).k_w_mk[0] <= high


@pytest.mark.parametrize("name", LATENT_AT)
def test_latent_heat_is_released_over_a_range(name: str) -> None:
    for t_c, released in LATENT_AT[name].items():
        found = properties(usual(name), np.full(1, float(t_c)))
        assert (1.0 - found.liquid) * found.latent_j_kg / 1e3 == pytest.approx(released, rel=2e-3)


def test_shares_of_every_tissue_add_up() -> None:
    for name in tissue_names():
        for water in (0.1, 0.5, 0.9):
            shares = tissue(name, water * ONE, -0.6 * ONE, ONE).shares
            assert sum(float(np.squeeze(x)) for x in shares) == pytest.approx(1.0)


@settings(deadline=None, max_examples=40)
@given(
    st.floats(0.02, 0.98),
    st.floats(-30.0, -0.02),
    st.sampled_from([{}, {"solidus_c": -31.0}, {"latent_j_kg": 0.0}, {"c_frozen_j_kgk": 100.0}]),
)
def test_curves_rise_and_end_liquid(
    water: float, freezing_c: float, stated: dict[str, float]
) -> None:
    given_values = {k: v * ONE for k, v in stated.items()}
    made = Material("x", Shares(water, 1.0 - water, 0.0), freezing_c * ONE, ONE, given_values)
    curves = freeze_curves([made])  # its own checks refuse curves that do not rise
    assert np.all(curves.liquid[:, -2:] == 1.0)
    assert curves.t_knot_c[0, 0, 0] < -196.0


def test_knots_are_dense_enough() -> None:
    made = usual("dermis")
    curves = freeze_curves([made])
    t = np.linspace(-60.0, 30.0, 400)
    fine = np.linspace(t[0], t[-1], 200_001)[:, None]
    found = properties(made, fine)
    step = float(fine[1, 0] - fine[0, 0])
    latent = (found.density_kg_m3 * found.liquid * found.latent_j_kg)[:, 0]
    exact = {
        "theta_w_m": np.cumsum(found.k_w_mk[:, 0]) * step,
        "h_j_m3": np.cumsum((found.c_j_kgk * found.density_kg_m3)[:, 0]) * step + latent,
    }
    for name, values in exact.items():
        knots = np.interp(t, curves.t_knot_c[0, :, 0], getattr(curves, name)[0, :, 0])
        assert np.ptp(knots - np.interp(t, fine[:, 0], values)) < 0.02 * np.ptp(values)


def gel(medium: str | None, **stated: float) -> Material:
    subject = {"kind": "gel", **({"medium": medium} if medium else {})}
    if stated:
        subject["properties"] = stated
    exposure = {"modality": "liquid-nitrogen", "cycles": [{"freeze_s": 5, "thaw_s": 0}]}
    beliefs = Beliefs(session_from_dict({"subject": subject, "exposure": exposure}))
    values = {k: q.value * ONE for k, q in gel_makeup(beliefs).items()}
    return gel_material({**values, "k_factor": ONE})


@pytest.mark.parametrize(
    ("medium", "kind"),
    [("agar", "agar"), ("agar-1.5%", "agar"), ("agarose-1%-nacl-2%", "agarose"),
     ("agar-lard-50%", "agar"), ("gelatin", "gelatin"), ("skin-phantom", "skin-phantom")],
)  # fmt: skip
def test_medium_of_a_name(medium: str, kind: str) -> None:
    assert medium_of(medium) == kind


def test_agar_is_nearly_water() -> None:
    found = properties(gel("agar-1.5%"), np.array([34.0]))
    assert found.k_w_mk == pytest.approx(0.62, abs=0.02)
    assert found.latent_j_kg == pytest.approx(327e3, rel=5e-3)
    assert properties(gel("agar-1.5%"), np.array([-50.0])).k_w_mk == pytest.approx(2.6, rel=0.06)


def test_salt_lowers_the_freezing_point() -> None:
    assert gel("agarose-1%").freezing_c[0] > -0.1
    assert gel("agarose-1%-nacl-2%").freezing_c[0] == pytest.approx(-1.2, abs=0.05)
    assert gel("collagen").freezing_c[0] == pytest.approx(-0.53, abs=0.02)


def test_lard_takes_the_place_of_water() -> None:
    latent = [float(properties(gel(m), np.zeros(1)).latent_j_kg[0]) for m in
              ("agar", "agar-lard-25%", "agar-lard-50%", "agar-lard-100%")]  # fmt: skip
    assert latent == sorted(latent, reverse=True)
    assert latent[2] == pytest.approx(latent[0] / 2.0)
    assert latent[3] == 0.0
    warm = [
        float(properties(gel(m), np.full(1, 22.0)).k_w_mk[0]) for m in ("agar", "agar-lard-100%")
    ]
    assert warm[0] > 3.0 * warm[1]


def test_stated_properties_are_taken() -> None:
    made = gel(
        None, conductivity_W_mK=0.5, density_kg_m3=1050, specific_heat_J_kgK=3600,
        latent_heat_kJ_kg=250, freezing_C=-1, solidus_C=-8, conductivity_frozen_W_mK=2,
        specific_heat_frozen_J_kgK=1800,
    )  # fmt: skip
    warm, cold = (properties(made, np.full(1, t)) for t in (20.0, -20.0))
    assert warm.k_w_mk == pytest.approx(0.5)
    assert cold.k_w_mk == pytest.approx(2.0)
    assert (warm.c_j_kgk, cold.c_j_kgk) == (pytest.approx(3600), pytest.approx(1800))
    assert (warm.density_kg_m3, warm.latent_j_kg) == (pytest.approx(1050), pytest.approx(250e3))
    assert properties(made, np.full(1, -4.5)).liquid == pytest.approx(0.5)


@pytest.mark.parametrize("freezing", [0.0, 5.0, 59.0, -99.0])
def test_odd_freezing_points_have_curves(freezing: float) -> None:
    freeze_curves([gel(None, freezing_C=freezing, conductivity_W_mK=0.5)])


@pytest.mark.parametrize(
    ("name", "kind", "cell"),
    [("Plantar wart", "wart", "keratinocyte"), ("a keratosis", "keratosis", "keratinocyte"),
     ("keloid", "scar", "fibroblast"), ("basal cell carcinoma", "malignant", "malignant"),
     ("lentigo maligna", "malignant", "malignant"), ("a naevus", "pigmented", "melanocyte"),
     ("something else", "other", "keratinocyte"), (None, "other", "keratinocyte")],
)  # fmt: skip
def test_kind_of_a_lesion(name: str | None, kind: str, cell: str) -> None:
    assert (lesion_kind(name), target_cell(name)) == (kind, cell)
    assert lesion_tissue(name) in tissue_names()
