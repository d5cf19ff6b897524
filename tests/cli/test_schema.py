"""The JSON that is written is what docs/schema says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

FAST = ("--members", "16", "--json")
SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schema"


def check(kind: str, text: str) -> dict:
    schema = json.loads((SCHEMA / f"{kind}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(text)
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)
    return data


@pytest.mark.parametrize(
    "name", ["ankle-sprain", "cold-bath", "cryosauna", "refused", "with-readings"]
)
def test_plan(cryodose, name: str) -> None:
    check("plan", cryodose("plan", f"examples/{name}.toml", *FAST).out)


def test_plan_that_misses_its_goal(cryodose) -> None:
    options = ("--goal", "tissue:-25C@40mm")
    data = check("plan", cryodose("plan", "examples/ankle-sprain.toml", *FAST, *options).out)
    assert data["verdict"] == "goal-not-reached"
    assert data["alternatives"]


@pytest.mark.parametrize("file", ["examples/ankle-sprain.toml", "examples/cold-bath.toml"])
def test_simulation(cryodose, file: str) -> None:
    check("simulation", cryodose("simulate", file, *FAST, "--on", "4min", "--after", "10min").out)


def test_simulation_of_a_gel(cryodose, session_file) -> None:
    gel = session_file(
        '[subject]\nkind = "gel"\nmedium = "agar"\ninitial_temperature_C = 37\n'
        '[exposure]\nmodality = "cold-pack"\nagent = "crushed-ice"\ncycles = [{ on_s = 300 }]\n'
    )
    data = check("simulation", cryodose("simulate", gel, *FAST).out)
    assert {c["name"] for c in data["curves"]} >= {"skin", "skin+10"}


def test_validation(cryodose, tmp_path) -> None:
    (tmp_path / "not-run.toml").write_text(
        'title = "A gel in a chamber"\n[source]\nkey = "not-run"\ncitation = "Nobody, 2020"\n'
        'read = "text"\n[subject]\nkind = "gel"\nmedium = "agar"\n[exposure]\n'
        'modality = "cryochamber"\nstages = [{ gas_temperature_C = -60, duration_s = 60 }]\n'
        '[[measured]]\nquantity = "tissue-temperature"\ndepth_mm = 1\ntime_s = 20\n'
        'unit = "C"\nmean = -20\n'
    )
    folder = "experiments/cold-pack"
    paths = [f"{folder}/{n}.toml" for n in ("tsang1997", "rupp2012", "hodges2007")]
    data = check(
        "validation",
        cryodose("validate", *paths, str(tmp_path / "not-run.toml"), *FAST).out,
    )
    assert {e["run"] for e in data["experiments"]} == {True, False}


def test_schema_can_fail(cryodose) -> None:
    data = json.loads(cryodose("plan", "examples/refused.toml", *FAST).out)
    with pytest.raises(jsonschema.ValidationError):
        check("plan", json.dumps(data | {"verdict": "maybe"}))
    with pytest.raises(jsonschema.ValidationError):
        check("plan", json.dumps(data | {"surprise": 1}))
