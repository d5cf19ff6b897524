"""The files that a command writes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

ANKLE = "examples/ankle-sprain.toml"
FAST = ("--members", "16")


def test_all_files_of_a_plan(cryodose, tmp_path: Path) -> None:
    options = {
        o: tmp_path / f"out.{o[2:]}" for o in ("--csv", "--html", "--pdf", "--leaflet", "--netcdf")
    }
    ended = cryodose("plan", ANKLE, *FAST, *(x for pair in options.items() for x in pair))
    assert (ended.code, ended.err) == (0, "")
    for path in options.values():
        assert f": {path}" in ended.out
        assert path.stat().st_size > 0
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in options.values())


def test_report_and_leaflet_on_paper(cryodose, tmp_path: Path) -> None:
    report, leaflet = tmp_path / "r.pdf", tmp_path / "l.PDF"
    ended = cryodose("plan", ANKLE, *FAST, "--pdf", report, "--leaflet", leaflet)
    assert (ended.code, ended.err) == (0, "")
    first = report.read_bytes()
    assert first.startswith(b"%PDF")
    assert leaflet.read_bytes().startswith(b"%PDF")
    cryodose("plan", ANKLE, *FAST, "--pdf", report)
    assert report.read_bytes() == first


@pytest.mark.parametrize("name", ["plantar-wart", "mole", "lidocaine-cold", "refused", "cryosauna"])
def test_every_kind_of_plan_goes_on_paper(cryodose, tmp_path: Path, name: str) -> None:
    paper = tmp_path / "r.pdf"
    ended = cryodose("plan", f"examples/{name}.toml", "--members", "32", "--pdf", paper)
    assert ended.err == ""
    assert paper.read_bytes().startswith(b"%PDF")


def test_csv_is_long_format(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "curves.csv"
    cryodose("plan", ANKLE, *FAST, "--csv", path, "--json")
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert list(rows[0]) == ["name", "unit", "time_s", "low", "median", "high"]
    assert {"skin", "adipose+10", "muscle-flow"} <= {row["name"] for row in rows}
    assert all(float(r["low"]) <= float(r["median"]) <= float(r["high"]) for r in rows)


def test_refused_plan_has_no_curves_but_a_page(cryodose, tmp_path: Path) -> None:
    table, page, leaflet = (tmp_path / n for n in ("a.csv", "a.html", "l.html"))
    files = ("--csv", table, "--html", page, "--leaflet", leaflet)
    assert cryodose("plan", "examples/refused.toml", *FAST, *files).code == 3
    assert len(table.read_text().splitlines()) == 1
    assert "<svg" not in page.read_text()
    assert "no dose is safe" in leaflet.read_text()
    ended = cryodose("plan", "examples/refused.toml", *FAST, "--netcdf", tmp_path / "a.nc")
    assert ended.code == 2
    assert "refused" in ended.err


def test_simulation_writes_the_same_kinds(cryodose, tmp_path: Path) -> None:
    files = [x for o in ("--csv", "--html", "--netcdf") for x in (o, tmp_path / f"out{o}")]
    ended = cryodose("simulate", ANKLE, *FAST, "--on", "5min", "--after", "10min", *files)
    assert (ended.code, ended.err) == (0, "")
    assert len(list(tmp_path.iterdir())) == 3


def test_json_stays_alone_beside_files(cryodose, tmp_path: Path) -> None:
    ended = cryodose("plan", ANKLE, *FAST, "--json", "--csv", tmp_path / "a.csv")
    assert len(ended.out.splitlines()) == 1


def test_validation_writes_its_pages(cryodose, tmp_path: Path) -> None:
    page, docs = tmp_path / "v.html", tmp_path / "v.md"
    file = "experiments/cold-pack/tsang1997.toml"
    ended = cryodose("validate", file, *FAST, "--html", page, "--docs", docs)
    assert (ended.code, ended.err) == (0, "")
    assert "tsang1997" in docs.read_text()
    assert "<svg" in page.read_text()


@pytest.mark.parametrize("option", ["--html", "--docs"])
def test_validation_does_not_write_over_an_experiment(cryodose, session_file, option: str) -> None:
    path = session_file("")
    ended = cryodose("validate", "experiments/immersion", path, option, path)
    assert ended.code == 2
    assert path.read_text() == ""
