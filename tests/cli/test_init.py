"""`init`: what it writes can be planned, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from cryodose.cli.questions import QUESTIONS
from cryodose.session import load_session


def test_defaults_make_a_session(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    ended = cryodose("init", path, "--yes")
    assert (ended.code, ended.err) == (0, "")
    session = load_session(path)
    assert session.modality == "cold-pack"
    assert path.read_text().count("#") > 10
    assert cryodose("plan", path, "--members", "16").code in (0, 3)


@pytest.mark.parametrize("site", ["ankle", "forehead", "back"])
@pytest.mark.parametrize(
    "goal", ["analgesia:5min", "skin:15C", "tissue:-3C@10mm-below-fat", "nerve:-20%"]
)
def test_options_reach_the_file(cryodose, tmp_path: Path, site: str, goal: str) -> None:
    path = tmp_path / "new.toml"
    options = ("--site", site, "--agent", "gel-pack", "--fat", "7.5", "--goal", goal)
    assert cryodose("init", path, "--yes", *options).code == 0
    session = load_session(path)
    assert session.exposure.site == site
    assert session.exposure.agent == "gel-pack"
    assert session.subject.adipose_mm == 7.5
    assert len(session.goals) == 1


def test_bath(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "bath.toml"
    options = ("--modality", "immersion", "--water", "11.5", "--immersed", "legs")
    assert cryodose("init", path, "--yes", *options).code == 0
    assert load_session(path).exposure.water_temperature_c == 11.5


def test_never_writes_over_a_file_unasked(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("mine")
    ended = cryodose("init", path, "--yes")
    assert (ended.code, len(ended.lines)) == (2, 1)
    assert path.read_text() == "mine"
    assert cryodose("init", path, "--yes", "--force").code == 0
    assert path.read_text() != "mine"


def test_asks_again_until_an_answer_fits(shell, tmp_path: Path) -> None:
    path = tmp_path / "asked.toml"
    answers = ["cold-pack", "calf", "frozen-pees", "frozen-peas", "", "male", "old", "30", "", ""]
    ended = shell("init", path, stdin="\n".join([*answers, ""]).encode())
    assert ended.code == 0, ended.err
    session = load_session(path)
    assert (session.exposure.agent, session.subject.age_y) == ("frozen-peas", 30)


def test_end_of_the_answers_writes_nothing(shell, tmp_path: Path) -> None:
    path = tmp_path / "half.toml"
    ended = shell("init", path, stdin=b"cold-pack\n")
    assert ended.code == 2
    assert "--yes" in ended.lines[-1]
    assert not path.exists()


@pytest.mark.parametrize(
    "option",
    [("--site", "kalf"), ("--age", "old"), ("--fat", "-3"), ("--goal", "x"), ("--water", "12")],
)
def test_wrong_option(cryodose, tmp_path: Path, option: tuple[str, str]) -> None:
    path = tmp_path / "wrong.toml"
    ended = cryodose("init", path, "--yes", *option)
    assert (ended.code, len(ended.lines)) == (2, 1)
    assert not path.exists()


def test_suggestions_are_allowed() -> None:
    for question in QUESTIONS:
        allowed = question.allowed()
        assert not allowed or question.suggested in allowed
