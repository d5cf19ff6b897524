"""`plan` and `simulate`: answers, exit codes, options."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FAST = ("--members", "32")
ANKLE = "examples/ankle-sprain.toml"
REFUSED = "examples/refused.toml"


def test_plan_tells_the_dose_first(cryodose) -> None:
    ended = cryodose("plan", ANKLE, *FAST)
    assert ended.code == 0
    assert ended.err == ""
    lines = [line.strip() for line in ended.out.splitlines() if line.strip()]
    assert lines[1].startswith("Put it on for ")
    for heading in ("When, on the first day", "Goals", "Limits", "What the cold does", "Mind"):
        assert heading in lines
    assert "not a certified medical device" in " ".join(lines)


def test_plan_as_json_stands_alone(cryodose) -> None:
    ended = cryodose("plan", ANKLE, *FAST, "--json")
    data = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert data["kind"] == "plan"
    assert data["members"] == 256
    assert data["dose_s"] <= data["longest_s"]


def test_same_seed_same_plan(cryodose) -> None:
    first, again, other = (
        cryodose("plan", ANKLE, *FAST, "--json", "--seed", seed).out for seed in (5, 5, 6)
    )
    assert first == again
    assert first != other


def test_refused_plan_ends_with_three_and_says_why(cryodose) -> None:
    ended = cryodose("plan", REFUSED, *FAST)
    assert ended.code == 3
    assert "no dose is safe" in ended.out
    assert "Why" in ended.out
    data = json.loads(cryodose("plan", REFUSED, *FAST, "--json").out)
    assert data["verdict"] == "refused"
    assert data["dose_s"] is None
    assert data["curves"] == []


SESSIONS = [p for p in Path("examples").glob("*.toml") if "[exposure]" in p.read_text()]


@pytest.mark.parametrize("name", sorted(p.name for p in SESSIONS))
def test_every_example_is_planned(cryodose, name: str) -> None:
    ended = cryodose("plan", f"examples/{name}", "--members", "16")
    assert ended.code == (3 if name in ("refused.toml", "mole.toml") else 0), ended.err
    assert ended.err == ""


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("analgesia", "analgesia"),
        ("analgesia:10min", "analgesia"),
        ("skin:12C", "skin-temperature"),
        ("tissue:-7C@10mm-below-fat", "tissue-temperature"),
        ("tissue:25 °C@5mm", "tissue-temperature"),
        ("nerve:-20%", "nerve-velocity"),
        ("nerve:−20%@sural-sensory", "nerve-velocity"),
    ],
)
def test_goal_takes_the_place_of_the_files(cryodose, phrase: str, kind: str) -> None:
    data = json.loads(cryodose("plan", ANKLE, *FAST, "--json", "--goal", phrase).out)
    assert [g["kind"] for g in data["goals"]] == [kind]


def test_goals_and_readings_may_be_repeated(cryodose) -> None:
    options = ["--goal", "skin:15C", "--goal", "analgesia", "--measured", "24C@2min"]
    data = json.loads(cryodose("plan", ANKLE, *FAST, "--json", *options).out)
    assert len(data["goals"]) == 2
    assert data["session"]["measured"][0]["mean"] in (24.0, [24.0])


def test_readings_are_added_to_those_of_the_file(cryodose) -> None:
    file = "examples/with-readings.toml"
    data = json.loads(cryodose("plan", file, *FAST, "--json", "--measured", "15C@8min").out)
    assert len(data["session"]["measured"]) == 3


def test_start_sets_the_clock(cryodose) -> None:
    data = json.loads(cryodose("plan", ANKLE, *FAST, "--json", "--start", "07:30").out)
    assert data["timetable"][0]["on"] == "07:30"


def test_session_from_standard_input(shell, here) -> None:
    text = (here / ANKLE).read_bytes()
    from_pipe = shell("plan", "-", *FAST, "--json", stdin=text)
    assert from_pipe.code == 0
    assert json.loads(from_pipe.out) == json.loads(shell("plan", ANKLE, *FAST, "--json").out)


def test_simulate_runs_what_the_file_states(cryodose, session_file) -> None:
    text = (
        Path(ANKLE)
        .read_text()
        .replace(
            'site = "ankle"',
            'site = "ankle"\ncycles = [{ on_s = 300, off_s = 60 }, { on_s = 120 }]',
        )
    )
    data = json.loads(cryodose("simulate", session_file(text), *FAST, "--json").out)
    assert data["exit_s"] == 480
    shown = cryodose("simulate", session_file(text), *FAST)
    assert "0 s to 5 min, 6 min to 8 min" in shown.out


def test_simulate_takes_times_from_options(cryodose) -> None:
    options = ("--on", "5min", "--after", "0.5h", "--json")
    for file in (ANKLE, "examples/cold-bath.toml"):
        data = json.loads(cryodose("simulate", file, *FAST, *options).out)
        assert data["exit_s"] == 300
        assert data["curves"][0]["time_s"][-1] == pytest.approx(2100)


def test_json_holds_no_nan(cryodose) -> None:
    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    for file in (ANKLE, "examples/cold-bath.toml", REFUSED):
        json.loads(cryodose("plan", file, *FAST, "--json").out, parse_constant=no_constant)


CABIN = "examples/cryosauna.toml"


@pytest.fixture
def said(here: Path, tmp_path: Path) -> Path:
    """Return the cabin of the examples for somebody who has never been in one."""
    text = (here / CABIN).read_text(encoding="utf-8")
    file = tmp_path / "first.toml"
    file.write_text(text.replace("[subject]", "[subject]\nsessions_before = 0"))
    return file


def test_first_session_stands_in_the_answer(cryodose, said: Path) -> None:
    unsaid = cryodose("plan", CABIN, *FAST).out
    assert "in a first session for 1 min at most" in " ".join(unsaid.split())
    assert "How sessions are built up" in unsaid
    assert "on the first day" not in unsaid
    first = cryodose("plan", said, *FAST)
    assert first.code == 0
    words = " ".join(first.out.split())
    assert "Stay in the cabin for 1 min at most." in words
    assert "the limit is 1 min (at most 1 min in a first session)" in words
    assert "From session 3 on it may last 3 min" in words


def test_first_session_in_json(cryodose, said: Path) -> None:
    unsaid, first = (
        json.loads(cryodose("plan", file, *FAST, "--json").out) for file in (CABIN, said)
    )
    assert [row["number"] for row in unsaid["build_up"]] == [1, 2, 3]
    assert unsaid["build_up"] == first["build_up"]
    for key in ("verdict", "dose_s", "longest_s", "limiting"):
        assert first[key] == unsaid["build_up"][0][key]
    assert first["session"]["subject"]["sessions_before"] == 0
    assert json.loads(cryodose("plan", ANKLE, *FAST, "--json").out)["build_up"] == []


def test_simulation_cautions_of_a_long_first_session(cryodose, said: Path) -> None:
    assert "A first session is shorter" in cryodose("simulate", CABIN, "--members", "16").out
    told = cryodose("simulate", said, "--members", "16")
    assert told.code == 0
    assert "Too long: at most 1 min in a first session." in told.out
    assert "Mind" not in cryodose("simulate", said, "--members", "16", "--on", "1min").out


def test_a_wrong_number_of_sessions_is_one_line(cryodose, said: Path) -> None:
    said.write_text(said.read_text().replace("sessions_before = 0", "sessions_before = -1"))
    ended = cryodose("plan", said)
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.lines) == 1
    assert "subject.sessions_before = -1: expected" in ended.lines[0]
