"""Drawings of a validation: as many as there is something for, readable SVG, the same each time."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from cryodose.plots.validation import validation_figures
from cryodose.validate import Validation, run_validation

HOME = Path(__file__).parents[2] / "experiments"


@pytest.fixture(scope="module")
def published() -> Validation:
    return run_validation([HOME / "cold-pack"], members=4)


def test_drawings_of_experiments_and_people(published: Validation) -> None:
    figures = validation_figures(published)
    captions = list(figures)
    assert captions[0].startswith("Predicted against measured")
    assert [c.startswith("dykstra2009: ") for c in captions[1:]] == [True, True]
    for svg in figures.values():
        assert ElementTree.fromstring(svg).tag.endswith("svg")
    people = figures[captions[2]]
    assert all(f"person {person.name}, " in people for person in published.individuals[0].people)
    panels = ("Temperatures", "Changes of temperature", "Times", "Flows and nerve")
    assert all(panel in figures[captions[0]] for panel in panels)


def test_ids_of_several_drawings_differ(published: Validation) -> None:
    ids = [
        element.get("id")
        for svg in validation_figures(published).values()
        for element in ElementTree.fromstring(svg).iter()
        if element.get("id")
    ]
    assert ids
    assert len(ids) == len(set(ids))


def test_the_same_validation_gives_the_same_drawings(published: Validation) -> None:
    assert validation_figures(published) == validation_figures(published)


def test_one_kind_of_number_is_one_panel() -> None:
    got = validation_figures(run_validation([HOME / "cold-pack" / "hodges2007.toml"], members=4))
    (svg,) = got.values()
    assert "Flows and nerve" in svg
    assert "Times" not in svg


def test_without_a_prediction_there_is_no_drawing() -> None:
    assert (
        validation_figures(run_validation([HOME / "liquid-nitrogen" / "gage1982.toml"], members=1))
        == {}
    )
