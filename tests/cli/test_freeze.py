"""`cryodose plan` and `cryodose simulate` with a cryogen on a lesion."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from PIL import Image

from cryodose import front

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "docs" / "schema" / "freeze.schema.json"
MOLE = "examples/mole.toml"
WART = "examples/plantar-wart.toml"
PATIENT = ("--patient", "examples/screening/patient-freeze.toml", "--date", "2026-11-22")
FEW = ("--members", "24")


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


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, int]:
    """Plan the lesion with a mask once, with another beside it, and write every kind of file."""
    folder = tmp_path_factory.mktemp("freeze")
    files = {
        "--html": "r.html", "--csv": "c.csv", "--netcdf": "f.nc", "--nifti": "v.nii.gz",
        "--vtk": "v.vtr", "--gif": "f.gif",
    }  # fmt: skip
    options = [part for k, v in files.items() for part in (k, str(folder / v))]
    out = folder / "out.json"
    command = [sys.executable, "-m", "cryodose", "plan", "examples/irregular-lesion.toml"]
    with out.open("wb") as stream:
        done = subprocess.run(
            [*command, "--json", "--compare", MOLE, *options], cwd=ROOT, stdout=stream, check=False
        )
    return folder, out.read_text(encoding="utf-8"), done.returncode


def test_plan_of_a_lesion_with_a_mask(written: tuple[Path, str, int]) -> None:
    _, text, code = written
    data = check(text)
    assert code == (3 if data["verdict"] == "refused" else 0)
    assert data["verdict"] in ("dose", "goal-not-reached")
    assert data["members"] == 200
    assert 0.9 < data["covered_lesion"] <= 1.0
    assert data["covered_target"] <= data["covered_lesion"]
    assert data["unknowns"][0]["share"] > 0.3
    assert data["compared"]["verdict"] == "refused"
    assert "mask" in " ".join(data["notes"])
    low, median, high = (data["facts"]["depth_m20_mm"][k] for k in ("low", "median", "high"))
    assert low < median < high
    curve = next(c for c in data["curves"] if c["name"] == "depth-20")
    assert max(curve["median"]) <= high


def test_report_of_a_plan(written: tuple[Path, str, int]) -> None:
    page = (written[0] / "r.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    for words in (
        "Alternatives",
        "Published protocols",
        "Side by side",
        "Watching the ice",
        "Harm to expect",
        "What is least known",
        "What was assumed",
    ):
        assert words in page
    assert "http-equiv" in page
    assert "<script" not in page


def test_fields_are_read_back(written: tuple[Path, str, int]) -> None:
    import xarray

    with xarray.open_dataset(written[0] / "f.nc", engine="h5netcdf") as data:
        assert data["isotherm_depth"].dims == ("isotherm", "time", "quantile")
        assert float(data["coldest"].min()) < -20.0
        assert data["temperature"].shape[1:] == data["coldest"].shape
        assert float((data["temperature"].min("film_time") - data["coldest"]).min()) > -1.0
        assert set(data["map_lesion"].values.ravel()) == {0, 1}
        assert int(data["map_lesion"].sum()) < int(data["map_target"].sum())
        assert data.attrs["Conventions"] == "CF-1.11"
        assert json.loads(data.attrs["session"])["exposure"]["lesion"]["diagnosed_by"]


def test_volumes_and_film_are_there(written: tuple[Path, str, int]) -> None:
    import nibabel

    folder = written[0]
    cold, dead = (nibabel.load(folder / f) for f in ("v.nii.gz", "v-death.nii.gz"))
    assert cold.shape == dead.shape
    assert cold.header.get_zooms() == pytest.approx((0.2, 0.2, 0.2))
    assert cold.get_fdata().min() < -20.0
    assert 0.0 <= dead.get_fdata().min() <= dead.get_fdata().max() <= 1.0
    assert (folder / "v.vtr").read_bytes().startswith(b"<?xml")
    with Image.open(folder / "f.gif") as film:
        assert film.n_frames > 20
    assert (folder / "c.csv").read_text().startswith("name,unit")


def test_a_simulation_says_that_it_is_no_plan(cryodose, tmp_path: Path) -> None:
    text = Path(MOLE).read_text(encoding="utf-8")
    cycles = 'cycles = [{ freeze_s = 10, thaw = "complete" }]'
    path = tmp_path / "s.toml"
    path.write_text(text.replace("lesion = {", f"{cycles}\nlesion = {{"), encoding="utf-8")
    ended = cryodose("simulate", path, "--members", "16", "--json")
    assert ended.code == 0, ended.err
    data = check(ended.out)
    assert data["kind"] == "freeze-simulation"
    assert "not a plan" in data["warnings"][0]
    assert "verdict" not in data


def test_nothing_is_simulated_without_cycles(cryodose) -> None:
    ended = cryodose("simulate", MOLE)
    assert ended.code == 2
    assert "exposure.cycles" in ended.err


def test_compare_is_for_freezes(cryodose) -> None:
    ended = cryodose("plan", MOLE, "--compare", "examples/refused.toml", "--members", "16")
    assert ended.code == 2
    assert "--compare" in ended.err


def test_a_mask_that_is_not_there(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(Path("examples/irregular-lesion.toml").read_text(encoding="utf-8"))
    ended = cryodose("plan", path)
    assert ended.code == 2
    assert "exposure.lesion_mask" in ended.err
    assert str(path) in ended.err


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


def test_leaflet_of_a_freeze(cryodose, tmp_path: Path) -> None:
    page, paper = tmp_path / "l.html", tmp_path / "l.pdf"
    for path in (page, paper):
        ended = cryodose("plan", WART, *FEW, *PATIENT, "--leaflet", path)
        assert ended.code == 0
        assert f"Wrote leaflet: {path}" in ended.out
    time = re.search(r"Freeze (\d+ s) once", ended.out)[1]
    told = page.read_text()
    assert f"One freeze of {time}." in told
    assert "You have a fever or chills." in told
    assert paper.read_bytes().startswith(b"%PDF")


def test_leaflet_of_a_freeze_without_screening_tells_no_treatment(cryodose, tmp_path: Path) -> None:
    ended = cryodose("plan", WART, *FEW, "--leaflet", tmp_path / "l.html")
    told = (tmp_path / "l.html").read_text()
    assert ended.code == 0
    assert "Not yet: this plan is not released." in told
    assert "One freeze of" not in told


def test_leaflet_of_a_mole_says_that_it_is_not_frozen(cryodose, tmp_path: Path) -> None:
    ended = cryodose("plan", MOLE, *PATIENT, "--leaflet", tmp_path / "l.html")
    assert ended.code == 3
    told = (tmp_path / "l.html").read_text()
    assert "Do not freeze this." in told
    assert "A doctor looks at it first." in told
    assert "freeze of" not in told
