"""`cryodose plan` and `cryodose simulate` with a cryogen on a lesion."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from cryodose import front

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schema" / "freeze.schema.json"
MOLE = "examples/mole.toml"


def check(text: str) -> dict:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(text)
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)
    return data


def spelled(tmp_path: Path, kind: str) -> str:
    text = Path(MOLE).read_text(encoding="utf-8")
    path = tmp_path / "session.toml"
    path.write_text(text.replace('"mole"', json.dumps(kind, ensure_ascii=False)), encoding="utf-8")
    return str(path)


def test_a_mole_is_refused_with_rule_and_source(cryodose, tmp_path: Path) -> None:
    ended = cryodose("plan", MOLE, "--html", tmp_path / "r.html")
    assert ended.code == 3
    said = " ".join(ended.out.split())
    assert "Do not freeze this" in said
    assert "LN2-01" in said
    assert "GINSBURG" in said
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "LN2-01" in page
    assert "Ginsburg".lower() in page.lower()
    assert "<svg" not in page


SPELLINGS = [
    "Mole", "MOLES", "mоle", "m-o-l-e", "naevus", "Nevus NOS", "nævus", "родинка", "невус",
    "pigmented wart?", "mole (benign)", "wart on a mole", "dark spot", "melanoma",
    "lentigo maligna",
    "m0le", "ｍｏｌｅ", "mo\u200ble", "something", " ", "?", "basal cell carcinoma",
]  # fmt: skip


@pytest.mark.parametrize("kind", SPELLINGS)
def test_however_it_is_spelled(cryodose, tmp_path: Path, kind: str) -> None:
    ended = cryodose("plan", spelled(tmp_path, kind), "--json")
    assert ended.code == 3
    data = check(ended.out)
    assert data["verdict"] == "refused"
    assert data["freeze_s"] is None
    assert data["released"] is False
    assert all(r["rule"].startswith("LN2-") and r["sources"] for r in data["refusals"])


@pytest.mark.parametrize("kind", [*SPELLINGS, None])
def test_through_python_and_plain_data_too(kind: str | None) -> None:
    lesion = {} if kind is None else {"kind": kind}
    for more in ({}, {"lesion": lesion}):
        exposure = {"modality": "liquid-nitrogen", "site": "back", **more}
        answer = front.plan({"subject": {}, "exposure": exposure})
        assert answer.exit_code == 3
        assert not answer.released


@pytest.mark.parametrize(
    ("option", "name"),
    [("--nifti", "a.nii"), ("--vtk", "a.vtr"), ("--gif", "a.gif"), ("--netcdf", "a.nc")],
)
def test_no_files_of_a_refusal(cryodose, tmp_path: Path, option: str, name: str) -> None:
    ended = cryodose("plan", MOLE, option, tmp_path / name)
    assert ended.code == 2
    assert option in ended.err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("option", ["--nifti", "--vtk", "--gif"])
def test_endings_are_looked_at_before_anything_is_run(
    cryodose, tmp_path: Path, option: str
) -> None:
    ended = cryodose("plan", "nothing.toml", option, tmp_path / "a.txt")
    assert ended.code == 2
    assert "ends in" in ended.err


@pytest.mark.parametrize("option", ["--nifti", "--vtk", "--gif"])
def test_volumes_are_of_freezes_only(cryodose, tmp_path: Path, option: str) -> None:
    ending = {"--nifti": ".nii.gz", "--vtk": ".vtr", "--gif": ".gif"}[option]
    path = tmp_path / f"a{ending}"
    ended = cryodose("plan", "examples/ankle-sprain.toml", "--members", "16", option, path)
    assert ended.code == 2
    assert "cryogen" in ended.err
    assert not path.exists()


def test_no_leaflet_for_home(cryodose, tmp_path: Path) -> None:
    ended = cryodose("plan", MOLE, "--leaflet", tmp_path / "l.html")
    assert ended.code == 2
    assert "at home" in ended.err
