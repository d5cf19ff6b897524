"""Volts, heat, brine and what a plan of a current warns of."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dosing.test_current_limits import planned

from cryodose import evidence


def facts(**exposure: Any) -> dict[str, float]:
    return {f.name: f.median for f in planned(**exposure).facts}


def test_volts_and_heat_by_hand() -> None:
    found = facts(current={"mean_mA_cm2": 0.2})
    skin_c = found["skin_c"]
    assert skin_c > 30  # warm skin: the table's resistance within a few percent
    ohm_m2 = evidence.value("iontophoresis", "electrode.resistance_kohm_cm2") * 0.1
    assert found["peak_v"] == pytest.approx(2.0 * ohm_m2, rel=0.1)
    assert found["heat_w_m2"] == pytest.approx(2.0**2 * ohm_m2, rel=0.1)


def test_pulses_raise_volts_and_not_heat() -> None:
    pulses = {"mean_mA_cm2": 0.2, "waveform": "pulsed", "frequency_hz": 1000, "duty": 0.2}
    steady, pulsed = facts(current={"mean_mA_cm2": 0.2}), facts(current=pulses)
    assert pulsed["peak_v"] == pytest.approx(5 * steady["peak_v"], rel=1e-6)
    assert pulsed["heat_w_m2"] == pytest.approx(steady["heat_w_m2"], rel=1e-6)


def test_cold_skin_resists_more() -> None:
    warm, cold = (
        facts(donor_state=s, current={"mean_mA": 1})["peak_v"] for s in ("liquid", "frozen")
    )
    assert cold > 1.2 * warm


def test_brine_of_a_frozen_donor() -> None:
    # 4 % lidocaine is 170.7 mmol/l; ideal brine of a 1:1 salt at -1 degC holds 0.2691 mol/kg.
    found = facts(donor_state="frozen", current={"mean_mA": 1})
    assert found["brine_share"] == pytest.approx(0.1707 / 0.2691, rel=2e-3)
    assert "brine_share" not in facts()


def test_what_diffuses_alone_is_part_of_the_whole() -> None:
    found = facts()
    assert 0 < found["passive_ug"] < found["delivered_ug"]


def warned(word: str, **exposure: Any) -> bool:
    return any(word in w for w in planned(**exposure).warnings)


def test_warnings() -> None:
    assert warned("dry skin", current={"mean_mA_cm2": 0.4})
    assert not warned("dry skin", current={"mean_mA_cm2": 0.1})
    peaks = {"mean_mA_cm2": 0.4, "waveform": "pulsed", "frequency_hz": 1000, "duty": 0.25}
    assert warned("give way", current=peaks)
    assert not warned("Peaks may reach", current={"mean_mA_cm2": 0.1})
    assert warned("numbs the skin", drug="procaine")
    assert not warned("numbs the skin", drug="ropinirole")
    assert warned("more of a protein", drug="hbfgf", current={"mean_mA_cm2": 0.3})
    assert not warned("more of a protein", drug="hbfgf", current={"mean_mA_cm2": 0.2})
    assert warned("not assessed: that is prescribed")
