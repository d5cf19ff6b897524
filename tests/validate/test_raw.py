"""Raw curves: reading the file, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cryodose.errors import BadInput
from cryodose.validate.raw import COLUMNS, is_raw_file, read_raw

HEAD = ",".join(COLUMNS)


def line(**keys: object) -> str:
    usual = {
        "subject": 1, "sex": "female", "age_yr": 23, "weight_kg": 66.0, "height_cm": 165,
        "skinfold_mm": 18, "calf_circumference_cm": 35.0, "location": "surface",
        "treatment": "cubed", "phase": "T", "t_from_ice_on_s": 0, "temp_C": 30.0, "suspect": 0,
    }  # fmt: skip
    return ",".join(str({**usual, **keys}[name]) for name in COLUMNS)


def write(folder: Path, *lines: str) -> Path:
    path = folder / "raw.csv"
    path.write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
    return path


END = line(phase="R", t_from_ice_on_s=600, temp_C=20.0)


def test_readings_by_person_agent_and_place(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        line(subject=10, treatment="wet"),
        line(subject=2, treatment="wet", location="intramuscular", temp_C=35.0),
        line(),
        line(t_from_ice_on_s=30, temp_C=99.0, suspect=1),
        END,
    )
    got = read_raw(path)
    assert got.on_s == 600.0
    assert [(a.agent, a.person.name) for a in got.arms] == [
        ("cubed-ice", "1"),
        ("wetted-ice", "2"),
        ("wetted-ice", "10"),
    ]
    assert got.arms[0].readings == {"skin": {0.0: 30.0, 600.0: 20.0}}
    assert got.arms[1].readings == {"muscle": {0.0: 35.0}}
    person = got.arms[0].person
    assert (person.height_m, person.girth_mm, person.skinfold_mm) == (1.65, 350.0, 18.0)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"temp_C": "warm"}, 'line 3: temp_C = "warm": expected a number'),
        ({"temp_C": "nan"}, 'line 3: temp_C = "nan": expected a number'),
        ({"t_from_ice_on_s": ""}, 'line 3: t_from_ice_on_s = "": expected a number'),
        ({"treatment": "fire"}, 'line 3: treatment = "fire": expected one of "cubed"'),
        ({"location": "nose"}, 'line 3: location = "nose": expected one of "surface"'),
        ({"phase": "X"}, 'line 3: phase = "X": expected one of "B", "T", "R"'),
        ({"subject": 2, "age_yr": "old"}, 'line 3: age_yr = "old": expected a number'),
    ],
)
def test_a_bad_value_is_named_with_its_line(
    tmp_path: Path, keys: dict[str, object], said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read_raw(write(tmp_path, line(), line(**keys), END))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "raw.csv"
    path.write_text(HEAD.replace(",suspect", "") + "\n")
    assert not is_raw_file(path)
    with pytest.raises(BadInput, match="suspect"):
        read_raw(path)


@pytest.mark.parametrize("lines", [(), (line(),)])
def test_a_file_without_an_end_of_the_ice_is_refused(tmp_path: Path, lines: tuple[str]) -> None:
    with pytest.raises(BadInput, match="all three phases"):
        read_raw(write(tmp_path, *lines))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "raw.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="readable CSV"):
        read_raw(path)
    with pytest.raises(BadInput, match="readable CSV"):
        read_raw(tmp_path / "none.csv")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "raw.csv"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    assert not is_raw_file(path)
    with pytest.raises(BadInput, match="size in bytes"):
        read_raw(path)
