"""Formulas of currents, donors, electrodes and rooms against cases C1, C4, C6 to C9."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose import evidence
from cryodose.physics import electrode, frozen_donor, pulses, room_oxygen
from cryodose.physics import electrodiffusion as ed
from cryodose.physics.ionisation import mean_charge, skin_selectivity
from cryodose.procedures.drug import drug_of

HOME = Path(__file__).parents[1] / "solve"
CASES = json.loads((HOME / "iontophoresis_cases.json").read_text())


@pytest.mark.parametrize("row", CASES["C1_goldman"])
def test_c1_goldman(row: dict) -> None:
    drop = ed.dimensionless_drop(row["z"], row["dV_V"], row["T_K"])
    assert float(drop) == pytest.approx(row["K"], rel=1e-6)
    assert float(ed.goldman_enhancement(drop)) == pytest.approx(row["E"], rel=1e-6)


@given(st.floats(-600, 600))
def test_bernoulli_weights(x: float) -> None:
    assert float(ed.bernoulli(x)) >= 0
    assert float(ed.bernoulli(-x) - ed.bernoulli(x)) == pytest.approx(x, rel=1e-9, abs=1e-12)


@given(st.floats(-30, 30))
def test_bernoulli_slope_is_its_slope(x: float) -> None:
    h = 1e-4
    step = float(ed.bernoulli(x + h) - ed.bernoulli(x - h)) / (2 * h)
    assert float(ed.bernoulli_slope(x)) == pytest.approx(step, abs=1e-6)


@pytest.mark.parametrize("row", CASES["C4_pulse_ripple"], ids=lambda r: str(r["f_Hz"]))
def test_c4_ripple_of_pulses(row: dict) -> None:
    half_space = CASES["C3_halfspace_clearance"]
    d, flux = half_space["D_cm2_s"] * 1e-4, half_space["J0_mol_cm2_s"] * 1e4
    f = row["f_Hz"]
    assert float(pulses.ripple_depth_m(d, f)) * 1e6 == pytest.approx(row["ripple_depth_um"])
    found = pulses.ripple_mol_m3(flux, d, f, np.array([0.0, 20e-6]))
    assert found == pytest.approx([row["surface_ripple_mM"], row["ripple_at_20um_mM"]], rel=1e-5)


@pytest.mark.parametrize(("name", "most"), CASES["C6_faraday_max_ug_per_mA_min"].items())
def test_c6_faraday_bound(name: str, most: float) -> None:
    drug = drug_of(name.replace("_", "-"))
    charge = 2 if name.startswith("dexa") else 1
    # The case takes dexamethasone phosphate as the acid, the table as the ion.
    mass = drug.mass_g_mol + (2.01 if charge == 2 else 0.0)
    found = float(ed.faraday_bound_g(0.06, charge, mass)) * 1e6
    assert found == pytest.approx(most, rel=1e-4)


@pytest.mark.parametrize("row", CASES["C7_pH_unbuffered"]["rows"], ids=lambda r: str(r["mA_min"]))
def test_c7_acid_and_base(row: dict) -> None:
    made = electrode.electrode_mol(row["mA_min"] * 0.06)
    one = CASES["C7_pH_unbuffered"]["umol_per_mA_min"]
    assert made * 1e6 / row["mA_min"] == pytest.approx(one, rel=1e-6)
    litres = row["V_mL"] / 1000
    assert electrode.ph_after(made / litres, 7.0) == pytest.approx(row["pH_anode"], abs=1e-4)
    assert electrode.ph_after(-made / litres, 7.0) == pytest.approx(row["pH_cathode"], abs=1e-4)


def test_a_buffer_holds_the_ph() -> None:
    bare = electrode.ph_after(0.01, 7.0)
    held = electrode.ph_after(0.01, 7.0, 0.1, 7.0)
    assert bare < 2.1
    assert 6.5 < held < 7.0


@pytest.mark.parametrize("row", CASES["C8_ice_donor"]["rows"], ids=lambda r: str(r["T_C"]))
def test_c8_brine(row: dict) -> None:
    brine = frozen_donor.brine_molality(row["T_C"], CASES["C8_ice_donor"]["Kf"], 2)
    assert float(brine) == pytest.approx(row["brine_mol_kg_ideal"], rel=1e-5)
    share = float(frozen_donor.unfrozen_share(0.05, brine))
    assert share == pytest.approx(row["unfrozen_fraction_if_0p05m"], rel=1e-3)


def test_c8_melt_feeds_far_more_than_the_current_asks() -> None:
    case = CASES["C8_ice_donor"]
    speed = frozen_donor.melt_m_s(1000.0, 917.0, 334e3)
    assert float(speed) * 1e6 == pytest.approx(case["melt_at_1kW_m2_um_s"], rel=1e-5)
    supply = float(frozen_donor.melt_supply_mol_m2s(speed, 917.0, 1000.0, 50.0))
    assert supply / 1e4 == pytest.approx(case["drug_supply_50mM_mol_cm2_s"], rel=1e-5)
    asked = float(ed.ion_flux_mol_m2s(0.2, 1.0, 1)) / 1e4
    assert asked == pytest.approx(case["demand_0p1mA_cm2_t0p2"], rel=1e-5)


def test_c9_temperature() -> None:
    case = CASES["C9_temperature"]
    for name, ratio in case["R_skin_ratio_vs_32C_Ea_14p2kJ"].items():
        t = 273.15 + float(name.removesuffix("C"))
        energy = 3.4 * 4184  # as published, kcal/mol
        assert 1 / float(ed.arrhenius_factor(energy, t, 305.15)) == pytest.approx(ratio, rel=1e-5)
    for name, energy in case["apomorphine_x2p3_to_37C_Ea_kJ_mol"].items():
        room = 273.15 + float(name.removeprefix("from_").removesuffix("C"))
        assert float(ed.activation_j_mol(2.3, 310.15, room)) / 1e3 == pytest.approx(
            energy, rel=1e-5
        )


def test_charge_of_drugs() -> None:
    assert float(mean_charge(7.9, (7.9,), ())) == pytest.approx(0.5)
    assert float(drug_of("dexamethasone-phosphate").charge(7.4)) == pytest.approx(-1.91, abs=0.01)
    assert float(drug_of("iodide").charge(3.0)) == -1
    assert abs(float(drug_of("glycine").charge(6.0))) < 0.01


@pytest.mark.parametrize("name", evidence.names("drugs"))
def test_every_drug_moves_in_from_its_own_electrode(name: str) -> None:
    drug = drug_of(name)
    ph = evidence.value("iontophoresis", f"class.{drug.kind}.ph_donor")
    charge = float(drug.charge(ph))
    if drug.kind in ("cation", "protein"):
        assert charge > 0.5
        assert drug.polarity == "anode"
    if drug.kind == "anion":
        assert charge < -0.5
        assert drug.polarity == "cathode"


def test_selectivity_turns_at_the_isoelectric_point() -> None:
    assert float(skin_selectivity(4.6, 4.6)) == 0
    assert float(skin_selectivity(7.4, 4.6)) > 0.99
    assert float(skin_selectivity(3.0, 4.6)) < -0.9


def test_published_ventilation() -> None:
    for least, supply, exhaust in ((0.195, 13.4, 14.4), (0.19, 9.7, 10.7), (0.18, 6.1, 7.1)):
        assert room_oxygen.ventilation_for(least, 1, 0.2095, "supply") == pytest.approx(
            supply, abs=0.06
        )
        assert room_oxygen.ventilation_for(least, 1, 0.2095, "exhaust") == pytest.approx(
            exhaust, abs=0.06
        )


def test_published_sessions_in_a_small_room() -> None:
    gas = 3.77 / 1.1646
    assert room_oxygen.displaced_share(30, gas, 0.2095) == pytest.approx(0.1869, abs=5e-5)
    assert room_oxygen.diluted_share(30, gas, 0.2095) == pytest.approx(0.1881, abs=5e-5)
    rate = gas / 180
    for changes, share in ((6, 0.1909), (10, 0.1926), (20, 0.1958)):
        fan = changes * 30 / 3600
        steady = room_oxygen.steady_share(fan, rate, 0.2095, "supply")
        found = room_oxygen.mixed_share(180, 0.2095, steady, fan + rate, 30)
        assert float(found) == pytest.approx(share, abs=1e-4)


def test_reentry() -> None:
    assert room_oxygen.reentry_s(0.2, 0.195, 0.2095, 0.0, 30) == 0
    assert room_oxygen.reentry_s(0.1, 0.195, 0.2095, 0.0, 30) == float("inf")
    again = room_oxygen.reentry_s(0.1, 0.195, 0.2095, 0.1, 30)
    assert float(room_oxygen.mixed_share(again, 0.1, 0.2095, 0.1, 30)) == pytest.approx(0.195)


def test_published_worst_cases_of_vessels() -> None:
    # FOR-01: 180 l boil to 124.7 m3; in 250 m3 10.5 % are left where nothing mixes (air at 21 %).
    assert room_oxygen.displaced_share(250, 124.7, 0.21) == pytest.approx(0.105, abs=5e-4)
    # FOR-03: 36 m3, 0.04375 m3/h of gas, 0.4 changes an hour: 0.0638 % less oxygen.
    steady = room_oxygen.steady_share(36 * 0.4, 0.04375, 0.21, "exhaust")
    assert 0.21 - steady == pytest.approx(0.000638, rel=2e-3)
    # FOR-04: 6 changes an hour of 50 m3 bear 21.4 m3/h at 19.5 %.
    leak = 6 * 50 * (1 - 0.195 / 0.21)
    assert leak == pytest.approx(21.4, abs=0.05)
    assert room_oxygen.steady_share(300, leak, 0.21, "exhaust") == pytest.approx(0.195)
    # FOR-09: a room must exceed 46.8 m3 to bear one session without air.
    gas = 3.77 / 1.1646
    assert room_oxygen.displaced_share(46.8, gas, 0.2095) == pytest.approx(0.195, abs=1e-5)
