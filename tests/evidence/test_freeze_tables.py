"""The tables of freezing fit the names of the format and one another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from cryodose import evidence
from cryodose.session import names

HERE = Path(__file__).parents[2] / "src" / "cryodose"
SOURCES = "".join(p.read_text(encoding="utf-8") for p in sorted(HERE.rglob("*.py")))
TABLES = ("freezing", "cryogens", "cell_death", "animals", "lesions")


def test_agents_tools_and_nozzles_are_those_of_the_format() -> None:
    agents = set(get_args(names.Cryogen))
    assert set(evidence.names("cryogens", "agent")) == agents
    for tool in evidence.names("cryogens", "tool"):
        assert tool in get_args(names.Technique)
        assert agents <= set(evidence.names("cryogens", f"tool.{tool}"))
    widths = [evidence.value("cryogens", f"nozzle.{letter}") for letter in "ABCD"]
    assert widths == sorted(widths, reverse=True)


def test_animals_are_those_of_the_format() -> None:
    kinds = {k for k in get_args(names.Kind) if k.endswith("-skin")}
    assert set(evidence.names("animals")) == kinds


def test_lesions_name_tissues_and_cells_that_are_there() -> None:
    tissues, cells = evidence.names("freezing", "tissue"), evidence.names("cell_death", "cell")
    for kind in evidence.names("lesions"):
        assert evidence.text("lesions", f"{kind}.tissue") in tissues
        assert evidence.text("lesions", f"{kind}.cell") in cells


@pytest.mark.parametrize("tissue", evidence.names("freezing", "tissue"))
def test_shares_of_a_tissue_are_shares(tissue: str) -> None:
    part = {k: evidence.value("freezing", f"tissue.{tissue}.{k}")
            for k in ("water", "protein", "mineral")}  # fmt: skip
    assert 0.0 <= sum(part.values()) <= 1.0


def test_cold_tools_lie_between_boiling_and_freezing() -> None:
    for tool in evidence.names("cryogens", "tool"):
        for agent in evidence.names("cryogens", "agent"):
            q = evidence.quantity("cryogens", f"tool.{tool}.{agent}")
            boils = evidence.value("cryogens", f"agent.{agent}.t_boil_c")
            assert boils <= q.low <= q.value <= q.high < 0.0


def test_thresholds_of_death_rise_from_cartilage_to_pigment() -> None:
    cells = ("cartilage", "fibroblast", "keratinocyte", "vessel", "melanocyte")
    half = [evidence.value("cell_death", f"cell.{c}.half_c") for c in cells]
    assert half == sorted(half)


# Names that code puts together, by what it puts before or behind a part.
BUILT = {
    *(f"reference_{k}" for k in ("width_mm", "distance_mm")),
    *(f"longest_thaw_{k}" for k in ("factor", "s")),
    *(f"spot_{k}_mm" for k in ("least", "most")),
    *(f"{k}_per_k" for k in ("k", "c")),
    "contact_gel_w_m2k",
    *evidence.names("cell_death", "isotherm"),
    *evidence.names("cryogens", "agent"),
    *evidence.names("cryogens", "nozzle"),
}


@pytest.mark.parametrize(
    "key", sorted({q.key.rpartition(".")[2] for t in TABLES for q in evidence.walk(t)} - BUILT)
)
def test_every_number_of_freezing_is_used(key: str) -> None:
    assert re.search(rf"\b{key}\b", SOURCES)
