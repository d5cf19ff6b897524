"""Who carries the current: limits that theory gives, and published facts of other studies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose import evidence
from cryodose.dosing.simulation import simulation
from cryodose.physics.pore import donnan_factor, migration_hindrance, stokes_radius_m
from cryodose.procedures.cryoelectrophoresis import DrugResponse, prior
from cryodose.procedures.drug import drug_of
from cryodose.procedures.drug_readout import rate_ug_cm2_h
from cryodose.procedures.drug_transport import Skin, skin_of
from cryodose.procedures.ion_shares import cation_preference, shares_of
from cryodose.session import session_from_dict

CATIONS = [n for n in evidence.names("drugs") if drug_of(n).kind == "cation"]
ANIONS = [n for n in evidence.names("drugs") if drug_of(n).kind == "anion"]
POLARITY = {"cation": "anode", "protein": "anode", "neutral": "anode", "anion": "cathode"}


def session_of(drug: str, donor: float, species: str = "pig", **exposure: Any):
    data = {
        "subject": {"kind": "skin-in-vitro", "species": species, "initial_temperature_C": 32},
        "exposure": {
            "modality": "cryoelectrophoresis",
            "drug": drug,
            "polarity": POLARITY[drug_of(drug).kind],
            "donor_mmol_l": donor,
            "area_cm2": 1,
            "current": {"mean_mA_cm2": 0.5},
            "duration_s": 21600,
            **exposure,
        },
    }
    return session_from_dict(data)


def values_of(drug: str, donor: float = 50.0, species: str = "pig", **exposure: Any) -> dict:
    return prior(session_of(drug, donor, species, **exposure)).nominal()


def share(drug: str, donor: float = 50.0, species: str = "pig", **exposure: Any) -> float:
    session = session_of(drug, donor, species, **exposure)
    found = shares_of(drug_of(drug), prior(session).nominal(), session.exposure.polarity)
    return float(found.drug[0])


def skin(drug: str, donor: float = 50.0, species: str = "pig", **exposure: Any) -> Skin:
    session = session_of(drug, donor, species, **exposure)
    return skin_of(drug_of(drug), prior(session).nominal(), session.exposure.polarity)


def flux(drug: str, donor: float, **exposure: Any) -> float:
    """Return the median steady flux, ug/cm2/h."""
    response = simulation(session_of(drug, donor, **exposure), members=128).response()
    assert isinstance(response, DrugResponse)
    return float(np.median(rate_ug_cm2_h(response)[-1]))


def test_nothing_that_a_current_carries_was_fitted_to_the_experiments() -> None:
    fitted = {q.key for q in evidence.walk("iontophoresis") if q.confidence == "calibrated"}
    assert fitted == {f"iontophoresis.class.{kind}.passive_m_s" for kind in ("cation", "neutral")}
    assert not [q.key for q in evidence.walk("drugs") if q.confidence == "calibrated"]


def test_sodium_carries_1_4_times_its_share_in_water() -> None:
    # Mudry 2007: transport numbers in skin against those in water, without competing ions.
    pore = evidence.value("iontophoresis", "pore.radius_m")
    prefers = evidence.value("iontophoresis", "pore.cation_preference")
    known = evidence.value("iontophoresis", "ion.radius_m3_s")

    def strength(name: str, charge: float, in_skin: bool) -> float:
        d = evidence.value("iontophoresis", f"ion.d_{name}_m2s")
        hindered = migration_hindrance(stokes_radius_m(d, known), pore)
        return d * (float(hindered * donnan_factor(charge, prefers)) if in_skin else 1.0)

    def number(in_skin: bool) -> float:
        cation, anion = strength("sodium", 1, in_skin), strength("chloride", -1, in_skin)
        return cation / (cation + anion)

    assert number(False) == pytest.approx(0.396, abs=1e-3)
    assert number(True) / number(False) == pytest.approx(1.4, abs=0.05)


@pytest.mark.parametrize("drug", CATIONS)
def test_alone_its_share_does_not_depend_on_its_strength(drug: str) -> None:
    # The single-ion limit (Mudry 2006): independent of the concentration.
    weak, strong = (share(drug, c, donor_ph=5.5) for c in (10.0, 300.0))
    assert weak == pytest.approx(strong, rel=0.01)


@pytest.mark.parametrize("drug", [*CATIONS, *ANIONS])
def test_beside_others_its_share_follows_its_part_of_them(drug: str) -> None:
    shares = [share(drug, 20.0, competing_ion_mmol_l=c) for c in (0, 5, 20, 100, 500)]
    assert np.all(np.diff(shares) < 0)
    assert shares[-1] < 0.2 * shares[0]


def test_the_share_is_strength_over_all_strengths() -> None:
    v = values_of("lidocaine", 50.0, donor_ph=6.0, competing_ion_mmol_l=70.0)
    pore, prefers = float(v["pore_m"][0]), float(cation_preference(v)[0])
    known = evidence.value("iontophoresis", "ion.radius_m3_s")

    def strength(d: float, sign: int, c: float) -> float:
        return d * c * float(migration_hindrance(known / d, pore)) * prefers ** (sign / 2)

    charged = 1 / (1 + 10 ** (6.0 - 7.9))
    titrant, proton = 50 * (1 - charged), 1e-3
    sodium = 70 + titrant
    drug = strength(5.59e-10, 1, 50 * charged)
    chloride = strength(2.032e-9, -1, 50 * charged + sodium + proton)
    others = strength(1.334e-9, 1, sodium) + strength(9.311e-9, 1, proton) + chloride
    found = share("lidocaine", 50.0, donor_ph=6.0, competing_ion_mmol_l=70.0)
    assert found == pytest.approx(drug / (drug + others), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([*CATIONS, *ANIONS, "cytochrome-c", "5-aminolevulinic-acid"]),
    st.floats(0.01, 2000),
    st.floats(0, 3000),
    st.floats(0, 14),
)
def test_a_share_is_a_share(drug: str, donor: float, beside: float, ph: float) -> None:
    found = share(drug, donor, donor_ph=ph, competing_ion_mmol_l=beside)
    assert 0 <= found < 1


@pytest.mark.parametrize("species", ["human", "pig", "mouse"])
def test_water_turns_round_at_the_isoelectric_point(species: str) -> None:
    key = "isoelectric_ph" if species == "human" else f"isoelectric_ph_{species}"
    ph = evidence.value("iontophoresis", f"skin.{key}")
    found = [float(skin("glycine", species=species, donor_ph=ph + d).water_m3_c[0])
             for d in (-1.0, 0.0, 1.0, 3.0)]  # fmt: skip
    assert found[0] < 0
    assert found[1] == pytest.approx(0, abs=1e-15)
    assert 0 < found[2] < found[3]


def test_water_comes_against_a_drug_of_the_cathode() -> None:
    for drug in ANIONS:
        assert float(skin(drug, donor_ph=7.4).water_m3_c[0]) < 0


def test_pure_water_in_the_donor_raises_a_neutral_flux_three_to_fourfold() -> None:
    # Lopez 2003: 3- to 4-fold on leaving the salt out.
    saline = skin("glycine", donor_ph=7.4, competing_ion_mmol_l=154).water_m3_c[0]
    pure = skin("glycine", donor_ph=7.4, competing_ion_mmol_l=0).water_m3_c[0]
    assert 3 <= float(pure / saline) <= 4


def test_aminolevulinic_acid_moves_alike_at_ph_4_and_7_4() -> None:
    # Lopez 2001: migration makes up for the water as the skin loses its charge.
    acid, neutral = (
        flux("5-aminolevulinic-acid", 100, donor_ph=ph, competing_ion_mmol_l=133)
        for ph in (4.0, 7.4)
    )
    assert acid / neutral == pytest.approx(1, abs=0.6)


def test_aminolevulinic_acid_follows_its_strength_at_ph_7_4() -> None:
    # Lopez 2001: linear from 1 to 100 mM.
    one, many = (
        flux("5-aminolevulinic-acid", c, donor_ph=7.4, competing_ion_mmol_l=133) for c in (1, 100)
    )
    assert many / one == pytest.approx(100, rel=0.5)


def test_a_less_acid_donor_moves_more_sumatriptan() -> None:
    # Patel 2007: 389 ug/cm2 at pH 4.7, 652 at 6.8.
    acid, mild = (flux("sumatriptan", 40, donor_ph=ph) for ph in (4.7, 6.8))
    assert 1.2 < mild / acid < 2.2


def test_a_less_acid_donor_moves_more_apomorphine() -> None:
    # Li, Danhof and Bouwstra: 27.9 nmol/cm2/h at pH 3, 78.2 at pH 6; salt beside the drug.
    acid, mild = (
        flux("apomorphine", 15, species="human", donor_ph=ph, competing_ion_mmol_l=137)
        for ph in (3.0, 6.0)
    )
    assert mild / acid > 2


@pytest.mark.parametrize(
    ("drug", "low", "high"),
    [
        ("lidocaine", 0.09, 0.23), ("ropinirole", 0.08, 0.139), ("fentanyl", 0.05, 0.1125),
        ("sumatriptan", 0.06, 0.12), ("dexamethasone-phosphate", 0.006, 0.024),
    ],
)  # fmt: skip
def test_shares_of_drugs_without_competitors_as_published(
    drug: str, low: float, high: float
) -> None:
    assert low <= share(drug, 50.0 if drug != "dexamethasone-phosphate" else 8.5) <= high


def test_a_bound_drug_moves_little_and_sets_other_ions_free() -> None:
    held = share("methyl-aminolevulinate")
    v = values_of("methyl-aminolevulinate") | {"free_share": np.ones(1)}
    free = shares_of(drug_of("methyl-aminolevulinate"), v, "anode")
    assert held < 0.1 * float(free.drug[0])
