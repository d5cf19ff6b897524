"""A person's readings narrow the band, and slips do not move it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.dosing.conftest import make_session

from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.calibrate import by_infrared, effective_members, plausible, update
from cryodose.dosing.plan import plan_dose
from cryodose.dosing.simulation import Simulation, simulation
from cryodose.errors import BadInput
from cryodose.session import Measured

MEMBERS = 256
CYCLES = [{"on_s": 900.0, "off_s": 0.0}]


def _reading(mean: float, time_s: float = 600.0, sd: float = 0.5) -> Measured:
    return Measured(
        quantity="skin-temperature", site="calf", time_s=(time_s,), unit="C", mean=(mean,), sd=(sd,)
    )


def _run(*readings: Measured) -> Simulation:
    return simulation(make_session(cycles=CYCLES), readings, members=MEMBERS)


def _band(run: Simulation, where: Measured) -> tuple[float, float]:
    low, high = weighted_quantiles(run.read(by_infrared(where))[0], (0.05, 0.95), run.weights)
    return float(low), float(high)


@pytest.mark.parametrize("shift", [-2.0, 0.0, 2.0])
def test_a_reading_narrows_and_moves_the_band(shift: float) -> None:
    where = _reading(0.0)
    before = _run(where)
    centre = float(np.median(before.read(by_infrared(where))[0]))
    reading = _reading(centre + shift)
    after = update(_run(reading), [reading])
    low, high = _band(after, reading)
    first = _band(before, where)
    assert high - low < 0.8 * (first[1] - first[0])
    assert low - 0.5 <= centre + shift <= high + 0.5


def test_the_update_is_bayes_rule_for_a_linear_case() -> None:
    """Prior N(m, s) of the reading and error e give the posterior mean of conjugate normals."""
    where = _reading(0.0)
    before = _run(where)
    prior = before.read(by_infrared(where))[0]
    m, s = float(prior.mean()), float(prior.std())
    value = m - s
    reading = _reading(value, sd=1.0)
    after = update(_run(reading), [reading])
    error2 = 1.0**2 + 0.7**2  # the reading's own and the model's
    exact = (m / s**2 + value / error2) / (1 / s**2 + 1 / error2)
    got = float(after.read(by_infrared(where))[0] @ after.weights)
    assert got == pytest.approx(exact, abs=0.25)


def test_two_readings_narrow_more_than_one() -> None:
    one, two = _reading(14.0, 300.0), _reading(12.0, 800.0)
    single = update(_run(one, two), [one])
    both = update(_run(one, two), [one, two])
    wide, narrow = (_band(r, two) for r in (single, both))
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_without_readings_nothing_changes() -> None:
    run = _run()
    assert update(run, []) is run
    assert effective_members(run.weights) == pytest.approx(MEMBERS)


def test_a_slip_is_left_out_and_named() -> None:
    run = _run(_reading(31.0))
    kept, words = plausible(run, [_reading(31.0), _reading(13.0)])
    assert len(kept) == 1
    assert "31 °C was left out" in words[0]


def test_a_warm_reading_never_lengthens_a_dose_beyond_the_limits() -> None:
    data = [{"quantity": "skin-temperature", "time_s": 600.0, "unit": "C", "mean": 18.0}]
    planned = plan_dose(make_session(measured=data), 64, 0, ())
    assert planned.dose.longest_s <= 1200.0


def test_readings_during_and_after_the_session_both_count() -> None:
    after = [
        {
            "quantity": "skin-temperature",
            "time_s": 120.0,
            "since": "exit",
            "unit": "C",
            "mean": 18.0,
        }
    ]
    session = make_session(cycles=CYCLES, measured=after)
    planned = plan_dose(session, 64, 0, ())
    assert planned.ignored == ()
    assert effective_members(planned.searched.weights) < 64


def test_contradictory_readings_are_not_used() -> None:
    data = [
        {"quantity": "skin-temperature", "time_s": 600.0, "unit": "C", "mean": m}
        for m in (9.0, 19.0)
    ]
    planned = plan_dose(make_session(measured=data), 128, 0, ())
    assert any("none was used" in w or "left out" in w for w in planned.ignored)


def test_a_hundred_readings_do_not_count_as_a_hundred() -> None:
    one = [_reading(13.0)]
    many = [_reading(13.0)] * 50
    run = _run(*one)
    assert effective_members(update(run, many).weights) > 0.3 * effective_members(
        update(run, one).weights
    )


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"when_skin_C": 20.0}, "when_skin_C"),
        ({"time_s": 600.0, "site": "knee"}, "site"),
        ({"time_s": 600.0, "from_edge_mm": 20.0}, "from_edge_mm"),
        ({"time_s": 60.0, "since": "exit"}, "since"),
        ({"time_s": 80000.0}, "time_s"),
    ],
)
def test_a_reading_of_another_place_or_time_is_bad_input(
    wrong: dict[str, object], key: str
) -> None:
    data = [{"quantity": "skin-temperature", "unit": "C", "mean": 15.0, **wrong}]
    with pytest.raises(BadInput, match=key):
        plan_dose(make_session(measured=data), 32, 0, ())


def test_a_reading_never_takes_a_precaution_away() -> None:
    lean = {"subject__adipose_mm": 3.2, "site": "shoulder"}
    without = plan_dose(make_session(**lean), 128, 0, ()).dose.longest_s
    data = [{"quantity": "skin-temperature", "time_s": 600.0, "unit": "C", "mean": 12.0}]
    assert plan_dose(make_session(**lean, measured=data), 128, 0, ()).dose.longest_s <= max(
        without, 900.0
    )
