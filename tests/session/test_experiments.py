"""Every published experiment loads, and says what its file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from cryodose.session import load_experiment, load_session, session_from_dict

HOME = Path(__file__).parents[2] / "experiments"
FILES = sorted(HOME.glob("*/*.toml"))


def test_there_are_experiments_of_every_modality() -> None:
    assert len(FILES) >= 44
    assert len({path.parent.name for path in FILES}) == 6


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_experiment_loads(path: Path) -> None:
    got = load_experiment(path)
    assert got.key == path.stem
    assert got.path == path
    assert next(iter(got.sessions)) == "base"
    assert got.base.modality == path.parent.name
    assert got.base.title == got.title
    assert len(got.measured) + len(got.expected) > 0
    text = path.read_text(encoding="utf-8")
    assert len(got.measured) == text.count("[[measured]]")
    assert len(got.expected) == text.count("[[expected]]")
    assert len(got.sessions) == text.count("[[variant]]") + 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sessions_survive_the_way_through_their_dicts(path: Path) -> None:
    for session in load_experiment(path).sessions.values():
        again = session_from_dict(session.to_dict())
        assert again.subject == session.subject
        assert again.exposure == session.exposure
        assert set(again.assumed) == set(session.assumed)


def test_a_modality_changes_in_a_variant() -> None:
    got = load_experiment(HOME / "cold-pack" / "rupp2012.toml")
    assert got.sessions["water"].modality == "immersion"
    assert got.sessions["water"].exposure.water_temperature_c == 10


def test_an_experiment_file_is_a_session_file_too() -> None:
    path = HOME / "cold-pack" / "rupp2012.toml"
    assert load_session(path) == load_experiment(path).base
