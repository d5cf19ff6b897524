"""How a command can end: interrupted, cut off, killed, or by a fault of ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cryodose.cli.guard import guarded
from cryodose.solve.run import NoCoreWarning

ANKLE = "examples/ankle-sprain.toml"


def raising(error: BaseException):
    def run() -> int:
        raise error

    return run


def test_interrupt_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(raising(KeyboardInterrupt()), debug=False) == 130
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_interrupted_process(here: Path) -> None:
    code = textwrap.dedent(
        """
        import os, signal
        from cryodose import front
        from cryodose.cli import main
        front.plan = lambda *a, **k: os.kill(os.getpid(), signal.SIGINT)
        raise SystemExit(main.run(["plan", "examples/ankle-sprain.toml"]))
        """
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert len(done.stderr.splitlines()) == 1


def test_closed_pipe_is_silent(here: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    for options in (["--json"], []):
        done = subprocess.run(
            [sys.executable, "-m", "cryodose", "plan", ANKLE, "--members", "16", *options],
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert done.stderr == b""
        assert done.returncode == 128 + signal.SIGPIPE
    os.close(write)


def test_fault_of_ours_hides_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(raising(ZeroDivisionError("by\nnought")), debug=False) == 1
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert "--debug" in err
    assert guarded(raising(ZeroDivisionError("by nought")), debug=True) == 1
    assert "Traceback" in capsys.readouterr().err


def test_warning_is_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    def run() -> int:
        import warnings

        warnings.simplefilter("always")
        warnings.warn("no core:\nslower", NoCoreWarning, stacklevel=1)
        return 0

    assert guarded(run, debug=False) == 0
    assert capsys.readouterr().err == "cryodose: warning: no core:\\nslower\n"


def test_terminal_without_utf8(shell) -> None:
    ended = shell("plan", ANKLE, "--members", "16", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ended.code == 0
    # A lost minus would turn a cooling into a warming.
    assert "-" in ended.out
    assert "?" not in ended.out
