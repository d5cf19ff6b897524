"""What somebody could measure of a freeze, read out of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.procedures.freezes import GEL, HUMAN, freeze_session, run_freeze

from cryodose.dosing.simulation import simulation
from cryodose.procedures import Probe
from cryodose.procedures.freeze_death import (
    cell_names,
    death_field,
    least_lesion_death,
    lesion_killed,
    margin_killed,
    necrosis_depth_mm,
    necrosis_mm3,
)
from cryodose.procedures.freeze_harm import (
    layer_depth_mm,
    nerve_share,
    pigment_diameter_mm,
    risks_of,
)
from cryodose.procedures.freeze_readout import FREEZE_QUANTITIES, read_freeze
from cryodose.session import Session, Where

LESION = {"kind": "wart", "diameter_mm": 6.0, "depth_mm": 2.0, "keratin_mm": 0.3}


def where(quantity: str, **keys: Any) -> Where:
    return Where.model_validate({"quantity": quantity, **keys})


def reading(session: Session, *asked: Where, members: int = 1) -> list[np.ndarray]:
    run = simulation(session, asked, members=members)
    return [run.read(w) for w in asked]


def value(session: Session, quantity: str, **keys: Any) -> float:
    return float(reading(session, where(quantity, **keys))[0][0, 0])


def test_every_quantity_of_the_format_that_a_freeze_has_is_read() -> None:
    needs = {"time-to-temperature": {"target_C": 5}, "time-to-change": {"change_C": -5}}
    asked = [
        where(q, **needs.get(q, {}), **({"time_s": (5, 20)} if q.endswith("temperature")
              and not q.startswith("time") else {}))
        for q in FREEZE_QUANTITIES
    ]  # fmt: skip
    for w, found in zip(asked, reading(freeze_session(), *asked, members=3), strict=True):
        assert found.shape == (len(w.time_s or (0,)), 3), w.quantity
        assert np.isfinite(found).all(), w.quantity


def test_surface_is_colder_than_depth_and_centre_than_rim() -> None:
    session = freeze_session()
    skin = value(session, "surface-temperature", time_s=20)
    assert skin == value(session, "skin-temperature", time_s=20)
    assert skin == value(session, "tissue-temperature", time_s=20, depth_mm=0)
    deep = value(session, "tissue-temperature", time_s=20, depth_mm=2)
    beside = value(session, "surface-temperature", time_s=20, from_edge_mm=4)
    assert skin < deep
    assert skin < beside


def test_moments_since_start_and_exit_meet() -> None:
    session = freeze_session()
    a = value(session, "tissue-temperature", time_s=25, depth_mm=1)
    b = value(session, "tissue-temperature", time_s=5, since="exit", depth_mm=1)
    assert a == pytest.approx(b, abs=1e-6)
    before = value(session, "tissue-temperature", time_s=-5, since="exit", depth_mm=1)
    assert before == pytest.approx(value(session, "tissue-temperature", time_s=15, depth_mm=1))


def test_a_change_is_from_the_start_or_from_a_moment() -> None:
    session = freeze_session()
    t = value(session, "tissue-temperature", time_s=20, depth_mm=1)
    change = value(session, "tissue-temperature", time_s=20, depth_mm=1, change=True)
    assert change == pytest.approx(t - 22.0, abs=0.01)
    later = value(
        session, "tissue-temperature", time_s=20, depth_mm=1, change=True, change_from_s=10
    )
    assert later == pytest.approx(t - value(session, "tissue-temperature", time_s=10, depth_mm=1))


def test_times_to_a_temperature_down_and_up() -> None:
    session = freeze_session(cycles=[{"freeze_s": 20, "thaw": "complete"}])
    down = value(session, "time-to-temperature", depth_mm=0, target_C=0)
    assert 0 < down < 20
    assert value(session, "time-to-temperature", depth_mm=1, target_C=0) > down
    up = value(session, "time-to-temperature", depth_mm=0, target_C=0, since="exit")
    assert up > 1.0
    change = value(session, "time-to-change", depth_mm=0, change_C=-22)
    assert change == pytest.approx(down, abs=0.05)
    never = reading(session, where("time-to-temperature", depth_mm=0, target_C=-194))[0]
    assert np.isnan(never).all()


def test_the_coldest_moment_lies_deeper_the_later() -> None:
    session = freeze_session(cycles=[{"freeze_s": 20, "thaw": "complete"}])
    moments = [value(session, "time-of-minimum", depth_mm=d) for d in (0.0, 2.0, 5.0)]
    assert moments[0] == pytest.approx(20.0, abs=0.5)
    assert moments == sorted(moments)
    assert value(session, "time-of-minimum", depth_mm=5, since="exit") > 0


def test_depth_when_the_skin_reaches_a_temperature() -> None:
    session = freeze_session()
    t = value(session, "tissue-temperature", depth_mm=2, when_skin_C=-10)
    moment = value(session, "time-to-temperature", depth_mm=0, target_C=-10)
    assert t == pytest.approx(
        value(session, "tissue-temperature", depth_mm=2, time_s=moment), abs=0.3
    )


def test_a_late_camera_reads_warmer() -> None:
    session = freeze_session()
    prompt = value(session, "surface-temperature", time_s=0, since="exit")
    late = value(session, "surface-temperature", time_s=0, since="exit", read_delay_s=(1, 5))
    assert late > prompt + 1.0


def test_isotherms_at_a_moment_and_at_their_farthest() -> None:
    session = freeze_session()
    for quantity in ("isotherm-depth", "isotherm-diameter", "frozen-volume"):
        asked = ({"time_s": 20}, {}, {"time_s": 20, "isotherm_C": -20}, {"isotherm_C": -3.7})
        found = reading(session, *(where(quantity, **keys) for keys in asked))
        at, farthest, cold, odd = (float(row[0, 0]) for row in found)
        assert farthest >= at > cold > 0
        assert odd <= farthest


def test_frozen_volume_is_that_of_a_body_of_its_depth_and_width() -> None:
    session = freeze_session()
    depth, wide, volume = (
        value(session, q, time_s=20)
        for q in ("isotherm-depth", "isotherm-diameter", "frozen-volume")
    )
    box = np.pi / 4.0 * wide**2 * depth
    assert 0.4 * box < volume < box


def test_depth_below_the_fat_counts_from_there() -> None:
    session = freeze_session({"sex": "male", "adipose_mm": 4.0}, site="back")
    deep = value(session, "tissue-temperature", time_s=20, depth_mm=1, depth_from="adipose")
    assert deep > value(session, "tissue-temperature", time_s=20, depth_mm=1)
    assert np.isfinite(value(session, "tissue-temperature", time_s=20, layer="fat"))


def test_death_follows_temperature_by_kind_of_cell() -> None:
    response = run_freeze(
        freeze_session(dict(HUMAN), lesion=LESION), recovery_s=20.0, intensity=2.0
    )
    kinds = ("melanocyte", "vessel", "keratinocyte", "fibroblast", "cartilage")
    deep = [float(necrosis_depth_mm(response, c)[0]) for c in kinds]
    assert deep == sorted(deep, reverse=True)
    assert deep[0] <= response.deepest_mm()[0] + 0.05
    for cell in cell_names():
        field = death_field(response, cell)
        assert 0.0 <= field.min() <= field.max() <= 1.0
        froze = response.t_min_c.min(axis=0) < response.marks_c[response.edge]
        assert field[~froze].max() == 0.0


def test_longer_and_repeated_freezes_kill_no_less() -> None:
    killed = []
    for cycles in ([10], [30], [30, 30]):
        table = [{"freeze_s": s, "thaw": "complete"} for s in cycles]
        response = run_freeze(
            freeze_session(dict(HUMAN), lesion=LESION, cycles=table), recovery_s=20, intensity=2.0
        )
        killed.append(
            [float(necrosis_mm3(response)[0]), float(lesion_killed(response, "keratinocyte")[0]),
             float(margin_killed(response, "keratinocyte", 1.0)[0]),
             float(least_lesion_death(response, "keratinocyte")[0])]
        )  # fmt: skip
    assert np.all(np.diff(np.array(killed), axis=0) >= -1e-6)
    assert killed[1][1] >= killed[1][3]


def test_without_a_lesion_there_is_nothing_to_kill() -> None:
    response = run_freeze(freeze_session(dict(HUMAN)))
    for share in (lesion_killed(response, "skin"), margin_killed(response, "skin", 2.0),
                  least_lesion_death(response, "skin")):  # fmt: skip
        assert np.isnan(share).all()


def test_harm_beside_the_lesion() -> None:
    gentle = run_freeze(
        freeze_session(dict(HUMAN), site="ear", cycles=[{"freeze_s": 3, "thaw_s": 9}])
    )
    hard = run_freeze(
        freeze_session(dict(HUMAN), site="ear", cycles=[{"freeze_s": 60, "thaw_s": 9}]),
        intensity=3.0,
    )
    assert layer_depth_mm(hard, "cartilage", "cartilage") > layer_depth_mm(
        gentle, "cartilage", "skin"
    )
    assert pigment_diameter_mm(hard) > 8.0
    level = {r.name: r.level for r in risks_of(hard, 5)}
    assert level["cartilage"] == level["scar"] == level["pigment"] == "likely"
    cycles = [{"freeze_s": 60, "thaw_s": 9}]
    finger = run_freeze(freeze_session(dict(HUMAN), site="finger", cycles=cycles), intensity=3.0)
    assert 0.0 <= nerve_share(finger)[0] <= 1.0
    assert "nerve" in {r.name for r in risks_of(finger)}
    assert risks_of(run_freeze(freeze_session(dict(GEL)))) == ()


@pytest.mark.parametrize(
    ("skin_type", "says"), [(None, "not stated"), (2, "type 2"), (5, "type 5")]
)
def test_risk_of_pigment_depends_on_the_skin(skin_type: int | None, says: str) -> None:
    response = run_freeze(freeze_session(dict(HUMAN)), intensity=2.0)
    words = next(r.words for r in risks_of(response, skin_type) if r.name == "pigment")
    assert says in words
    for risk in risks_of(response, skin_type):
        assert risk.sources


def test_rates_and_halo() -> None:
    session = freeze_session(dict(GEL), cycles=[{"freeze_s": 20, "thaw_s": 200}])
    response = run_freeze(session, intensity=2.0)
    rate = response.cooling_k_s()
    assert rate[0, 0] > rate[10, 0] > 0
    assert 0.0 <= response.halo_mm()[0] < 10.0
    thaw = response.thawing_k_s(-10.0, -2.0)
    assert np.nanmax(thaw) > 0
    with pytest.raises(ValueError, match="not followed"):
        response.mark(-12.34)


def test_reading_of_one_response_does_not_need_a_simulation() -> None:
    response = run_freeze(freeze_session(), probes=(Probe(1.0),))
    found = read_freeze(where("tissue-temperature", depth_mm=1, time_s=(10, 20)), response)
    assert found.shape == (2, 1)
    assert found[1, 0] < found[0, 0]
