"""Whole experiment files, with answers known on paper or by structure."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from cryodose import evidence
from cryodose.errors import BadInput
from cryodose.session import load_experiment
from cryodose.validate import run_validation, to_json
from cryodose.validate.ensembles import run_sessions

FORMAT_MEASURED = {
    "quantity", "variant", "site", "time_s", "unit", "mean", "sd", "predicted", "predicted_sd",
    "error", "z",
}  # fmt: skip
FORMAT_SUMMARY = {"n", "bias", "rmse", "within_1sd", "within_2sd"}
CHAMBER = """
[[variant]]
key = "in-a-chamber"
exposure.modality = "cryochamber"
exposure.stages = [{ gas_temperature_C = -60, duration_s = 60 }]
[[measured]]
variant = "in-a-chamber"
quantity = "tissue-temperature"
depth_mm = 5
time_s = 10
unit = "C"
mean = -20.0
[[expected]]
relation = "less"
a = "in-a-chamber"
b = "base"
quantity = "tissue-temperature"
depth_mm = 5
time_s = 10
"""


def erf_c(depth_m: float, time_s: float) -> float:
    """Half-space at 30 C under a plate at 10 C, for the gel of conftest.

    The paste under the plate stands for so much more gel.
    """
    paste_m = 0.6 / evidence.value("contact", "law.thermode_w_m2k")
    alpha = 0.6 / (1000.0 * 4000.0)
    return 10.0 + 20.0 * math.erf((depth_m + paste_m) / (2.0 * math.sqrt(alpha * time_s)))


def test_a_gel_under_a_plate_is_an_error_function(write) -> None:
    got = run_validation([write()], members=1).experiments[0]
    predicted = [row.predicted for row in got.measured]
    assert predicted == pytest.approx([erf_c(0.005, 300.0), erf_c(0.005, 600.0)], abs=0.1)
    assert [row.modality for row in got.measured] == ["cold-pack", "cold-pack"]
    assert got.not_run is None


def test_json_has_the_keys_of_the_format(write) -> None:
    relation = (
        '[[expected]]\nrelation = "less"\na = "base"\nb = "base"\ndepth_mm = 5\nnote = "cools"\n'
        'quantity = "tissue-temperature"\ntime_s_a = 600\ntime_s_b = 0\n'
    )
    text = write().read_text()
    path = write(text[text.index("[[measured]]") :] + relation)
    got = to_json(run_validation([path], members=4))
    json.dumps(got, allow_nan=False)
    experiment = got["experiments"][0]
    assert {"key", "modality", "measured", "expected", "assumed"} <= set(experiment)
    assert all(set(row) >= FORMAT_MEASURED for row in experiment["measured"])
    assert [(r["note"], r["holds"]) for r in experiment["expected"]] == [("cools", True)]
    assert experiment["expected"][0]["value"] < 0
    assert set(got["summary"]) == {"cold-pack"}
    assert set(got["summary"]["cold-pack"]) >= FORMAT_SUMMARY
    assert got["summary"]["cold-pack"]["n"] == 2
    assert got["overall"]["relations"] == {"n": 1, "tried": 1, "holding": 1}
    room = [a for a in experiment["assumed"] if a["key"] == "exposure.room_temperature_C"]
    assert [(a["value"], a["source"], a["variants"]) for a in room] == [("23", "file", ["base"])]


def test_a_variant_without_a_procedure_is_listed_and_the_rest_is_run(write) -> None:
    text = write().read_text()
    got = run_validation([write(text[text.index("[[measured]]") :] + CHAMBER)], members=2)
    experiment = got.experiments[0]
    assert experiment.not_run is None
    assert [row.predicted is None for row in experiment.measured] == [False, False, True]
    assert experiment.measured[2].modality == "cryochamber"
    assert experiment.expected[0].holds is None
    assert got.summary["cryochamber"].temperatures.n == 0
    assert got.summary["cryochamber"].temperatures.not_predicted == 1
    assert (got.overall.relations, got.overall.relations_tried) == (1, 0)


def test_an_experiment_without_a_procedure_is_counted(experiments: Path, not_run: Path) -> None:
    got = run_validation([not_run, experiments / "immersion"], members=2)
    left_out = [e for e in got.experiments if e.not_run is not None]
    assert [e.modality for e in left_out] == ["cryochamber"]
    assert "cryochamber" in str(left_out[0].not_run)
    assert len(left_out[0].measured) == 2
    assert got.overall.experiments_not_run == 1
    assert got.summary["cryochamber"].temperatures.rmse is None
    json.dumps(to_json(got), allow_nan=False)


def test_variants_may_mix_modalities(experiments: Path) -> None:
    got = run_validation([experiments / "cold-pack" / "rupp2012.toml"], members=8).experiments[0]
    assert len(got.expected) == 2
    assert all(row.holds is not None for row in got.expected)


def test_every_published_experiment_is_taken(experiments: Path) -> None:
    got = run_validation([experiments], members=4)
    assert len(got.experiments) == len(list(experiments.rglob("*.toml")))
    for score in got.experiments:
        source = load_experiment(experiments / score.modality / f"{score.key}.toml")
        assert len(score.measured) == sum(len(m.mean) for m in source.measured)
        assert len(score.expected) == len(source.expected)
        for row in score.measured:
            assert row.predicted is not None or row.note
        assert (score.not_run is None) == bool(score.assumed)
    assert {e.modality for e in got.experiments if e.not_run is None} >= {"cold-pack", "immersion"}
    json.dumps(to_json(got), allow_nan=False)


def test_the_same_seed_gives_the_same_result(write, experiments: Path) -> None:
    path = experiments / "cold-pack" / "tsang1997.toml"
    one, again, other = (run_validation([path], members=8, seed=s) for s in (3, 3, 4))
    assert to_json(one) == to_json(again)
    assert to_json(one)["experiments"] != to_json(other)["experiments"]


def test_sessions_of_an_experiment_share_their_draws(experiments: Path) -> None:
    experiment = load_experiment(experiments / "cold-pack" / "lavelle1985.toml")
    runs = run_sessions(experiment, 16, 0).ran
    bare, dry = runs["base"], runs["dry-cloth"]
    assert set(bare.prior().uncertain) != set(dry.prior().uncertain)
    shared = set(bare.prior().uncertain) & set(dry.prior().uncertain)
    drawn = bare.values(), dry.values()
    assert shared
    assert all((drawn[0][name] == drawn[1][name]).all() for name in shared)


def test_a_change_may_start_after_the_session(write) -> None:
    path = write(
        '[[measured]]\nquantity = "tissue-temperature"\ndepth_mm = 5\ntime_s = 60\nunit = "C"\n'
        "change = true\nchange_from_s = 3000\nmean = 1.0\n"
    )
    row = run_validation([path], members=1).experiments[0].measured[0]
    assert row.predicted is not None


def test_a_nerve_in_a_gel_has_no_model_and_the_rest_is_run(write) -> None:
    text = write().read_text()
    nerve = (
        '[[measured]]\nquantity = "nerve-velocity-change"\ntime_s = 60\nunit = "percent"\n'
        "mean = -5\n"
    )
    rows = run_validation([write(text[text.index("[[measured]]") :] + nerve)], members=2)
    measured = rows.experiments[0].measured
    assert [row.predicted is None for row in measured] == [False, False, True]
    assert "gel" in str(measured[2].note)


def test_a_session_without_a_duration_is_named(write) -> None:
    path = write()
    path.write_text(path.read_text().replace("cycles = [{ on_s = 600, off_s = 0 }]\n", ""))
    with pytest.raises(BadInput, match=r"test.toml: exposure.cycles"):
        run_validation([path])


def test_members_must_be_positive(write) -> None:
    with pytest.raises(BadInput, match="members = 0"):
        run_validation([write()], members=0)


def test_progress_counts_to_the_end(write, tmp_path: Path) -> None:
    write(key="one")
    write(key="two")
    seen: list[tuple[int, int, str]] = []
    run_validation([tmp_path], members=1, progress=lambda *step: seen.append(step))
    assert seen == [(0, 2, "one"), (1, 2, "two"), (2, 2, "")]
