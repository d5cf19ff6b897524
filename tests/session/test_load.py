"""Files: whatever is wrong with one ends as a line that names it, never as a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cryodose.errors import BadInput, CryodoseError
from cryodose.files import TOML_BYTES
from cryodose.session import (
    load_experiment,
    load_session,
    parse_session,
    session_from_dict,
)

SOUND = """
title = "Ankle sprain at home"
[subject]
adipose_mm = 12
[exposure]
modality = "cold-pack"
agent = "crushed-ice"
barrier = "damp-cloth"
site = "ankle"
[[goal]]
kind = "tissue-temperature"
depth_mm = 10
depth_from = "adipose"
change_C = -7
probability = 0.9
[[measured]]
quantity = "skin-temperature"
site = "ankle"
time_s = 300
unit = "C"
mean = 14
sd = 0.5
[plan]
start = "14:00"
seed = 7
members = 512
"""


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "ankle.toml"
    path.write_text(SOUND, encoding="utf-8")
    return path


def test_a_session_file_loads(sound: Path) -> None:
    session = load_session(sound)
    assert session.modality == "cold-pack"
    assert session.title == "Ankle sprain at home"
    assert session.subject.adipose_mm == 12.0
    assert session.exposure.cycles is None
    assert session.goals[0].kind == "tissue-temperature"
    assert session.goals[0].change_c == -7.0
    assert session.measured[0].mean == (14.0,)
    assert (session.plan.start, session.plan.seed, session.plan.members) == ("14:00", 7, 512)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    assert load_session(str(path)).title == "Ankle sprain at home"


def test_sessions_cannot_be_changed() -> None:
    session = parse_session(SOUND)
    for part, key in ((session, "title"), (session.subject, "age_y"), (session.plan, "seed")):
        with pytest.raises((AttributeError, ValueError), match=r"cannot assign|frozen"):
            setattr(part, key, None)


def one_line_of(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        load_session(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert caught.value.exit_code == 2
    assert len(line.splitlines()) == 1
    return line


def test_no_such_file(tmp_path: Path) -> None:
    assert "there is none of this name" in one_line_of(tmp_path / "none.toml")


def test_directory(tmp_path: Path) -> None:
    assert "directory" in one_line_of(tmp_path)


def test_name_too_long(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="readable file"):
        load_session(tmp_path / ("x" * 5000))


def test_name_with_a_null() -> None:
    with pytest.raises(BadInput, match="readable file"):
        load_session("a\0b.toml")


def test_unreadable_file(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(BadInput, match=r"a readable file \(Permission denied\)"):
        load_session(sound)


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b'title = "caf\xe9"')
    assert "byte 12 = b'\\xe9': expected text in UTF-8" in one_line_of(path)


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n"])
def test_empty_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(content, encoding="utf-8")
    assert "[subject] and [exposure]" in one_line_of(path)


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)

    def never(*_args: object) -> None:
        raise AssertionError("the file was opened")

    monkeypatch.setattr("builtins.open", never)
    assert f"100000000: expected a file of at most {TOML_BYTES} bytes" in one_line_of(path)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs an endless device")
def test_an_endless_device_is_refused() -> None:
    with pytest.raises(BadInput, match="at most 2000000 bytes"):
        load_session("/dev/zero")


def test_a_huge_text_is_refused() -> None:
    with pytest.raises(BadInput, match="at most 2000000 bytes"):
        parse_session("#" * (TOML_BYTES + 1))


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("title = 'a'\nagent cubed\n", 'line 2, column 7 = "agent cubed"', "valid TOML"),
        ("title = 'a", "line 1", "valid TOML"),
        ("a = 1\na = 2\n", "line 2", "valid TOML"),
        ("a = " + "9" * 5000, "line 1", "valid TOML"),
        ("a = '\x01'", "line 1", "valid TOML"),
        ("a = " + "[" * 100_000, "<input>", "nested less deep"),
        ("a = " + "{ a = " * 50_000, "<input>", "nested less deep"),
        (".".join("a" * 100_000) + " = 1", "line 1", "fewer than 40 parts"),
        ("\n[" + " . ".join(["'a b'"] * 1000) + "]", "line 2", "fewer than 40 parts"),
        ("a = " + "[" * 30 + "]" * 30, "a[0][0]", "levels of nesting"),
        (".".join("a" * 20) + " = 1", "a.a.a", "levels of nesting"),
        ("title = 0x" + "f" * 5000, "title = (an integer", "64 bit"),
        ("title = 'a'\nplan.max_s = nan", "plan.max_s = nan", "finite"),
        ('title = "a\\u001b[31m"', 'title = "a\\x1b[31m"', "without control characters"),
        ('"a\\nb" = 1', "a\\nb", "a key of a session file"),
    ],
)
def test_syntax_and_bombs(text: str, place: str, reason: str) -> None:
    with pytest.raises(CryodoseError) as caught:
        parse_session(text)
    lines = str(caught.value).splitlines()
    assert [line for line in lines if place in line and reason in line], lines
    assert all(line.startswith("<input>: ") and len(line) < 1500 for line in lines)


@pytest.mark.parametrize(
    "data",
    [None, [], "text", 3, {1: 2}, {"subject": {1: 2}}, {"subject": {"sex": object()}}, {"a": b"x"}],
)
def test_data_that_is_no_toml(data: object) -> None:
    with pytest.raises(CryodoseError, match="expected "):
        session_from_dict(data)


def test_many_problems_are_told_at_once() -> None:
    text = "subject.age_y = 300\nsubject.sex = 'x'\nexposure.modality = 'immersion'"
    with pytest.raises(CryodoseError) as caught:
        parse_session(text, "b.toml")
    keys = [line.split(" = ")[0] for line in str(caught.value).splitlines()]
    names = ("subject.sex", "subject.age_y", "exposure.water_temperature_C", "exposure.immersed")
    assert keys == [f"b.toml: {name}" for name in names]


def test_a_session_file_is_no_experiment(sound: Path) -> None:
    with pytest.raises(BadInput, match=r"source = \(missing\): expected a table \[source\]"):
        load_experiment(sound)


def test_a_session_survives_the_way_through_its_dict() -> None:
    session = parse_session(SOUND)
    assert session_from_dict(session.to_dict()) == session
