"""`cryodose plan` with a current, and `cryodose room`."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schema"
DRUG, ROOM = "examples/lidocaine-cold.toml", "examples/cryosauna-basement.toml"


def check(kind: str, text: str) -> dict:
    schema = json.loads((SCHEMA / f"{kind}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(text)
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)
    return data


def test_plan_of_a_drug(cryodose, tmp_path: Path) -> None:
    page, table = tmp_path / "plan.html", tmp_path / "curves.csv"
    files = ("--html", str(page), "--csv", str(table))
    ended = cryodose("plan", DRUG, "--members", "32", *files)
    assert ended.code == 0, ended.err
    assert "mA min" in ended.out
    html = page.read_text()
    assert html.count("<svg") == 3
    assert "0 to 10 cm deep is not credible" in html
    assert table.read_text().startswith("name,unit")


def test_json_of_drugs(cryodose) -> None:
    plan = check("drug", cryodose("plan", DRUG, "--members", "32", "--json").out)
    assert plan["verdict"] == "dose"
    vitro = "experiments/cryoelectrophoresis/manjunatha2018-continuous.toml"
    shown = check("drug", cryodose("simulate", vitro, "--members", "32", "--json").out)
    assert "verdict" not in shown


def test_simulation_of_a_drug_is_printed(cryodose) -> None:
    ended = cryodose("simulate", "experiments/cryoelectrophoresis/ala2002.toml", "--members", "32")
    assert ended.code == 0
    assert "leave the donor" in ended.out


def test_a_refused_current_ends_with_3(cryodose, tmp_path: Path) -> None:
    text = Path(DRUG).read_text().replace("epilepsy = false", "epilepsy = true")
    (tmp_path / "s.toml").write_text(text)
    ended = cryodose("plan", str(tmp_path / "s.toml"), "--html", str(tmp_path / "p.html"))
    assert ended.code == 3
    assert "refused for epilepsy" in " ".join(ended.out.split())
    assert check("drug", cryodose("plan", str(tmp_path / "s.toml"), "--json").out)["time_s"] is None


def test_leaflet_of_a_drug(cryodose, tmp_path: Path) -> None:
    page, paper = tmp_path / "l.html", tmp_path / "l.pdf"
    for path in (page, paper):
        ended = cryodose("plan", DRUG, "--members", "32", "--leaflet", str(path))
        assert ended.code == 0, ended.err
    assert "Not yet: this plan is not released." in page.read_text()
    assert "A current for" not in page.read_text()
    assert paper.read_bytes().startswith(b"%PDF")


def test_room(cryodose, tmp_path: Path) -> None:
    page = tmp_path / "room.html"
    ended = cryodose("room", ROOM, "--html", str(page))
    assert ended.code == 0, ended.err
    assert "A normal day stays above 19.5 %" in " ".join(ended.out.split())
    html = page.read_text()
    assert "operator alone" in html
    assert html.count("<svg") == 2
    assert check("room", cryodose("room", ROOM, "--json").out)["verdict"] == "holds"


@pytest.mark.parametrize("text", ["", "[room]\nvolume_m3 = 0\n", "[room]\nvolume_m3 = 3\nx = 1\n"])
def test_bad_rooms(cryodose, tmp_path: Path, text: str) -> None:
    (tmp_path / "r.toml").write_text(text)
    ended = cryodose("room", str(tmp_path / "r.toml"))
    assert ended.code == 2
    assert "r.toml" in ended.err


def test_a_room_without_air_ends_with_3(cryodose, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text("[room]\nvolume_m3 = 20\n[nitrogen]\nsessions_per_h = 2\n")
    assert cryodose("room", str(tmp_path / "r.toml")).code == 3


def test_a_goal_on_the_command_line(cryodose) -> None:
    ended = cryodose("plan", DRUG, "--goal", "drug:0.2mg", "--json")
    assert ended.code == 0, ended.err
    plan = check("drug", ended.out)
    assert plan["target_ug"] == 200
    assert plan["choices"]
    assert cryodose("plan", DRUG, "--goal", "drug:200").code == 2


def test_a_plan_that_nobody_may_use_says_so(cryodose) -> None:
    said = " ".join(cryodose("plan", DRUG).out.split())
    assert "NOT RELEASED: nobody was screened" in said
    assert "Which current for 300 ug" in said


def test_a_plan_in_a_room(cryodose, tmp_path: Path) -> None:
    cabin, page = "examples/cryosauna.toml", tmp_path / "plan.html"
    ended = cryodose("plan", cabin, "--members", "16", "--room", ROOM, "--html", str(page))
    assert ended.code == 0, ended.err
    assert "The air of the room" in ended.out
    assert "The air of the room" in page.read_text()
    small = tmp_path / "small.toml"
    small.write_text("[room]\nvolume_m3 = 20\n")
    plan = check("plan", cryodose("plan", cabin, "--room", str(small), "--json").out)
    assert plan["verdict"] == "refused"
    assert plan["room"]["bears_session"] is False
    ended = cryodose("plan", "examples/ankle-sprain.toml", "--room", ROOM)
    assert ended.code == 2
    assert "nitrogen" in ended.err
    over = cryodose("plan", cabin, "--room", str(small), "--csv", str(small))
    assert over.code == 2
