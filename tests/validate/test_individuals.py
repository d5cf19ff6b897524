"""Single people: with readings made from the predictions themselves nothing is wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cryodose.errors import BadInput
from cryodose.session import load_experiment
from cryodose.validate.curves import Study
from cryodose.validate.individuals import SCORED_S, run_individuals
from cryodose.validate.raw import COLUMNS

PEOPLE = {"1": ("female", 18, 35.0), "2": ("male", 9, 38.0)}
BEFORE = {"surface": 31.0, "intramuscular": 35.0}
NAMES = {"surface": "skin", "intramuscular": "muscle"}
AGENTS = {"cubed": "cubed-ice", "wet": "wetted-ice"}
MEMBERS = 16


def write(path: Path, shown: Study | None = None, off_c: float = 0.0) -> Path:
    """Write raw curves: constant ones, or those that a study predicts, put off by so much."""
    curves = {
        (c.agent, c.person, c.place): dict(zip(c.time_s, c.predicted_c, strict=True))
        for arm in (shown.arms if shown else ())
        for c in arm.curves
    }
    with path.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.DictWriter(stream, COLUMNS)
        rows.writeheader()
        for (name, (sex, fold, girth)), location, treatment in (
            (p, where, t) for p in PEOPLE.items() for where in BEFORE for t in AGENTS
        ):
            curve = curves.get((AGENTS[treatment], name, NAMES[location]), {})
            for time_s in range(-300, 7201, 60):
                before = BEFORE[location] + (5.0 if time_s < -120 else 0.0)
                t_c = before if time_s < 0 else curve.get(time_s, before) + off_c
                phase = "B" if time_s < 0 else "T" if time_s < 1200 else "R"
                values = (name, sex, 23, 70, 170, fold, girth, location, treatment, phase)
                rows.writerow(dict(zip(COLUMNS, (*values, time_s, f"{t_c:.9f}", 0), strict=True)))
    return path


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("raw")
    return run_individuals(write(folder / "flat.csv"), MEMBERS, 0)


def test_structure(study: Study) -> None:
    assert (study.key, study.on_s) == ("flat", 1200.0)
    assert [person.name for person in study.people] == ["1", "2"]
    assert {(arm.agent, arm.person.name) for arm in study.arms} == {
        (agent, name) for agent in AGENTS.values() for name in PEOPLE
    }
    assert set(study.by_agent) == set(AGENTS.values())
    assert len(study.group) == 4
    for score in study.scores.values():
        assert 0 <= score.coverage <= 1
    assert study.scores["both"].n == 2 * 2 * 2 * len(SCORED_S)
    assert study.scores["both"].group_rmse_c is None


def test_the_start_is_that_of_the_last_two_minutes(study: Study) -> None:
    assert {arm.baseline_skin_c for arm in study.arms} == {31.0}
    assert {arm.baseline_muscle_c for arm in study.arms} == {35.0}


def test_bands_hold_their_curves(study: Study) -> None:
    for arm in study.arms:
        for curve in arm.curves:
            assert set(SCORED_S) <= set(curve.time_s)
            assert sum(curve.is_scored) == len(SCORED_S)
            assert all(map(lambda low, high: low <= high, curve.low_c, curve.high_c))


def test_readings_as_predicted_score_without_an_error(study: Study, tmp_path: Path) -> None:
    got = run_individuals(write(tmp_path / "same.csv", study), MEMBERS, 0)
    for score in got.scores.values():
        assert score.individual_rmse_c == pytest.approx(0.0, abs=1e-6)
        assert score.coverage == 1.0
    assert got.scores["skin"].group_rmse_c == pytest.approx(0.0, abs=1e-6)


def test_readings_far_off_score_so(study: Study, tmp_path: Path) -> None:
    got = run_individuals(write(tmp_path / "off.csv", study, off_c=-30.0), MEMBERS, 0)
    for place in ("skin", "muscle"):
        assert got.scores[place].individual_bias_c == pytest.approx(30.0, abs=1e-6)
        assert got.scores[place].group_rmse_c == pytest.approx(30.0, abs=1e-6)
        assert got.scores[place].coverage == 0.0
        assert got.by_agent["cubed-ice"][place].coverage == 0.0


def test_a_person_without_readings_before_the_ice_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "raw.csv")
    lines = [line for line in path.read_text().splitlines() if ",B," not in line]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(BadInput, match=r"person 1, cubed-ice.*before and after"):
        run_individuals(path, MEMBERS, 0)


def test_a_person_out_of_all_bounds_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "raw.csv")
    path.write_text(path.read_text().replace(",23,70,170,18,", ",23,70,170,999,"))
    with pytest.raises(BadInput, match=r"raw.csv: subject.skinfold_mm"):
        run_individuals(path, MEMBERS, 0)


def test_group_means_are_those_of_the_published_files(experiments: Path) -> None:
    got = run_individuals(experiments / "cold-pack" / "dykstra2009.csv", 1, 0)
    assert (len(got.people), len(got.arms)) == (6, 18)
    quantities = {"skin": "skin-temperature", "muscle": "tissue-temperature"}
    for curve in got.group:
        kind = curve.agent.removesuffix("-ice")
        file = experiments / "cold-pack" / f"dykstra2009-{kind}.toml"
        entry = next(
            m for m in load_experiment(file).measured if m.quantity == quantities[curve.place]
        )
        assert curve.time_s == entry.time_s
        assert curve.measured_c == pytest.approx(entry.mean, abs=0.02)
