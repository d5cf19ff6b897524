"""Whatever is wrong ends as one line (each) on standard error, and with the right exit code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ANKLE = "examples/ankle-sprain.toml"
GOOD = '[subject]\n[exposure]\nmodality = "cold-pack"\nagent = "crushed-ice"\nsite = "calf"\n'


def one_line(ended) -> str:
    assert ended.code == 2, ended
    assert ended.out == ""
    assert len(ended.lines) == 1, ended.err
    assert "Traceback" not in ended.err
    return ended.lines[0]


@pytest.mark.parametrize("command", ["plan", "simulate"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "nothing in it"),
        ("= 3", "valid TOML"),
        (GOOD.replace('"calf"', '"kalf"'), 'exposure.site = "kalf"'),
        (GOOD.replace('"calf"', "3"), "exposure.site = 3"),
        (GOOD.replace("[subject]", "[subject]\nadipose_mm = -4"), "subject.adipose_mm = -4"),
        (GOOD.replace("[subject]", "[subject]\nadipose_cm = 4"), "subject.adipose_cm"),
        (GOOD.replace('"cold-pack"', '"cold-pak"'), "exposure.modality"),
        (GOOD + '[[goal]]\nkind = "happiness"', "goal[0].kind"),
        (GOOD + "[plan]\nseed = 1.5", "plan.seed = 1.5"),
        (GOOD.replace('"calf"', '"[bold]calf[/bold]"'), '"[bold]calf[/bold]"'),
    ],
)
def test_wrong_content(cryodose, session_file, command: str, content: str, told: str) -> None:
    path = session_file(content)
    line = one_line(cryodose(command, path))
    assert line.startswith(f"{path}: ")
    assert told in line


def test_no_such_file(cryodose) -> None:
    assert "there is none of this name" in one_line(cryodose("plan", "nowhere.toml"))


def test_directory(cryodose, tmp_path: Path) -> None:
    assert "directory" in one_line(cryodose("plan", tmp_path))


def test_binary_file(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "picture.toml"
    path.write_bytes(bytes(range(256)))
    assert "UTF-8" in one_line(cryodose("plan", path))


def test_huge_file_is_refused_unread(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert "at most" in one_line(cryodose("plan", path))


@pytest.mark.parametrize(
    ("content", "told"), [(b"\xff\xfe", "UTF-8"), (b"#" * 2_000_001, "at most"), (b"", "nothing")]
)
def test_bad_standard_input(shell, content: bytes, told: str) -> None:
    line = one_line(shell("plan", "-", stdin=content))
    assert line.startswith("<stdin>: ")
    assert told in line


def test_control_characters_of_a_file_do_not_reach_the_terminal(cryodose, session_file) -> None:
    path = session_file(GOOD.replace('"calf"', '"\\u001b[31mcalf"'))
    assert "\x1b" not in one_line(cryodose("plan", path))
    titled = session_file('title = "a\\u001b]0;owned\\u0007b"\n' + GOOD)
    assert "\x1b" not in one_line(cryodose("plan", titled))


def test_nothing_in_a_file_is_read_as_markup(cryodose, session_file) -> None:
    path = session_file('title = "[red]loud[/red] :warning: [/]"\n' + GOOD)
    assert "[red]loud[/red] :warning: [/]" in cryodose("plan", path, "--members", "16").out


def test_several_faults_get_a_line_each(cryodose, session_file) -> None:
    path = session_file(GOOD.replace('"calf"', "3").replace('"crushed-ice"', "4"))
    ended = cryodose("plan", path)
    assert (ended.code, len(ended.lines)) == (2, 2)
    assert all(line.startswith(f"{path}: ") for line in ended.lines)


def test_no_plan_of_an_experiment_with_a_cryogen(cryodose, here: Path) -> None:
    for path in sorted((here / "experiments" / "liquid-nitrogen").glob("*.toml")):
        ended = cryodose("plan", path)
        no_human = 'a plan doses a "human"' in ended.err
        assert (ended.code == 2 and no_human) or (ended.code == 3 and "LN2-01" in ended.out)


@pytest.mark.parametrize("command", ["plan", "simulate"])
def test_modality_without_a_procedure(cryodose, session_file, command: str) -> None:
    gel = session_file(
        '[subject]\nkind = "gel"\nmedium = "agar"\n[exposure]\nmodality = "cryochamber"\n'
        "stages = [{ gas_temperature_C = -60, duration_s = 60 }]\n"
    )
    line = one_line(cryodose(command, gel))
    assert line.startswith(f'{gel}: subject.kind = "gel": expected one that this version can run')


def test_simulate_without_a_time_names_the_file(cryodose) -> None:
    line = one_line(cryodose("simulate", ANKLE))
    assert line.startswith(f"{ANKLE}: exposure.cycles = (missing)")


@pytest.mark.parametrize(
    "option",
    [
        ("--goal", "happiness"),
        ("--goal", "skin:12F"),
        ("--goal", "skin:1200C"),
        ("--goal", "analgesia:soon"),
        ("--goal", "tissue:-7C"),
        ("--goal", "nerve:-20%@optic"),
        ("--measured", "14C"),
        ("--measured", "hot@10min"),
        ("--measured", "14C@-10min"),
        ("--start", "25:00"),
        ("--members", "3"),
        ("--members", "many"),
        ("--seed", "-1"),
    ],
)
def test_wrong_option(cryodose, option: tuple[str, str]) -> None:
    line = one_line(cryodose("plan", ANKLE, *option))
    assert "expected" in line or "Invalid value" in line


def test_wrong_usage_is_one_line(cryodose) -> None:
    assert "FILE" in one_line(cryodose("plan"))
    assert "--colour" in one_line(cryodose("plan", ANKLE, "--colour"))
    assert "dose-me" in one_line(cryodose("dose-me"))


@pytest.mark.parametrize("option", ["--csv", "--html", "--pdf", "--leaflet", "--netcdf"])
def test_unwritable_target(cryodose, tmp_path: Path, option: str) -> None:
    nowhere = tmp_path / "no" / "such" / "folder.txt"
    line = one_line(cryodose("plan", ANKLE, "--members", "16", option, nowhere))
    assert line.startswith(f"{nowhere}: ")
    assert "directory" in one_line(cryodose("plan", ANKLE, "--members", "16", option, tmp_path))


@pytest.mark.parametrize("option", ["--csv", "--html", "--pdf", "--leaflet", "--netcdf"])
def test_a_folder_is_not_a_target(cryodose, tmp_path: Path, option: str) -> None:
    line = one_line(cryodose("plan", ANKLE, "--members", "16", option, f"{tmp_path}/new/"))
    assert "this names a folder" in line
    assert option in line
    assert list(tmp_path.iterdir()) == []


def test_session_file_is_never_written_over(cryodose, session_file) -> None:
    path = session_file(GOOD)
    assert "a file that is read" in one_line(cryodose("plan", path, "--csv", path))
    assert path.read_text() == GOOD


def test_two_outputs_need_two_files(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "out"
    line = one_line(cryodose("plan", ANKLE, "--csv", path, "--html", path))
    assert "that of --csv" in line
    assert not path.exists()


def test_extra_that_is_not_installed(shell, tmp_path: Path) -> None:
    for module in ("matplotlib", "h5netcdf", "typst"):
        (tmp_path / f"{module}.py").write_text(
            f"raise ModuleNotFoundError('none', name={module!r})"
        )
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    for option, extra in (("--html", "report"), ("--netcdf", "files"), ("--leaflet", "clinic")):
        target = tmp_path / "out.pdf"
        ended = shell("plan", ANKLE, "--members", "16", option, target, PYTHONPATH=path)
        assert f"pip install cryodose[{extra}]" in one_line(ended)
        assert not target.exists()
