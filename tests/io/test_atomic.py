"""Files appear whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cryodose.errors import BadInput
from cryodose.io.atomic import replacing, write_whole

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and devices of POSIX")


def test_new_and_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "−1 °C")
    assert path.read_text(encoding="utf-8") == "−1 °C"
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_error_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail_halfway() -> None:
        with replacing(path) as part:
            part.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@posix
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_killed_while_writing(tmp_path: Path, blow: signal.Signals) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    code = textwrap.dedent(
        f"""
        import os
        from cryodose.io.atomic import replacing
        with replacing({str(path)!r}) as part:
            part.write_text("half of the new")
            os.kill(os.getpid(), {blow.value})
        """
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode != 0
    assert path.read_text() == "old"
    if blow is signal.SIGINT:
        assert list(tmp_path.iterdir()) == [path]


@posix
def test_rights_of_the_old_file_stay_and_new_ones_follow_the_mask(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    mask = os.umask(0o027)
    try:
        write_whole(path, "x")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    write_whole(path, "y")
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


@posix
def test_link_and_device_stay_what_they_are(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    write_whole("/dev/null", "gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize("name", ["no/folder/a.txt", "x" * 300, "a\0b", "."])
def test_where_nothing_can_be_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput):
        write_whole(f"{tmp_path}/{name}", "x")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_ends_like_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="directory"):
        write_whole(f"{tmp_path}/page/", "x")
    assert list(tmp_path.iterdir()) == []
