"""Which files a validation takes up."""

from __future__ import annotations

from pathlib import Path

import pytest

from cryodose.errors import BadInput, CryodoseError
from cryodose.validate.find import find

SESSION = '[exposure]\nmodality = "cold-pack"\nagent = "crushed-ice"\nsite = "calf"\n'


def keys(*paths: Path) -> list[str]:
    return [e.key for e in find(paths).experiments]


def test_a_folder_gives_its_experiments_sorted(write, tmp_path: Path) -> None:
    write(key="zebra")
    write(key="ant")
    deeper = tmp_path / "deeper"
    deeper.mkdir()
    write(key="bee").rename(deeper / "bee.toml")
    assert keys(tmp_path) == ["ant", "bee", "zebra"]


def test_modalities_stand_together(experiments: Path) -> None:
    found = find([experiments]).experiments
    assert len(found) == len(list(experiments.rglob("*.toml")))
    modalities = [e.base.modality for e in found]
    assert modalities == sorted(modalities)


def test_a_file_named_twice_counts_once(write, tmp_path: Path) -> None:
    path = write()
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    assert keys(path, tmp_path, path, link) == ["test"]


def test_session_files_in_a_folder_are_passed_over(write, tmp_path: Path) -> None:
    write()
    (tmp_path / "session.toml").write_text(SESSION)
    (tmp_path / "project.toml").write_text("[tool]\nx = 1\n")
    assert keys(tmp_path) == ["test"]


def test_a_session_file_by_name_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "session.toml"
    path.write_text(SESSION)
    with pytest.raises(BadInput, match=r"session\.toml: source"):
        find([path])


@pytest.mark.parametrize("content", [b"[source", b"\xff\xfe", b"[source]\nkey = 1\n"])
def test_a_broken_file_in_a_folder_is_named(write, tmp_path: Path, content: bytes) -> None:
    write()
    (tmp_path / "broken.toml").write_bytes(content)
    with pytest.raises(CryodoseError, match=r"broken\.toml") as caught:
        find([tmp_path])
    assert caught.value.exit_code == 2


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        find([tmp_path / "nowhere"])


def test_nothing_to_validate_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="experiment files"):
        find([tmp_path])
    with pytest.raises(BadInput, match="experiment files"):
        find([])


def test_only_csv_files_with_the_columns_are_raw_curves(
    write, tmp_path: Path, experiments: Path
) -> None:
    write()
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "noise.csv").write_bytes(b"\xff\x00\n")
    assert find([tmp_path]).raw_files == ()
    raw = find([experiments / "cold-pack", experiments]).raw_files
    assert [path.name for path in raw] == ["dykstra2009.csv"]
