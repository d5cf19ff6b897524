"""The clock of live sessions: the server's own, and the only one that they go by.

A test may let it run faster, so that three minutes of cold pass in some seconds. That needs a data
folder of its own, marked when it is made: a folder with real records is never opened with a fast
clock, and one that was begun with a fast clock is never opened without.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cryodose.clinic.environment import Environment
from cryodose.errors import BadInput

NAME = "CRYODOSE_TEST_CLOCK_SPEED"
MARK = "test-clock"


def claim(env: Environment, host: str) -> None:
    """Mark a new data folder as one whose clock is fast; nothing is done for an ordinary one.

    Parameters
    ----------
    env : Environment
    host : str
        Where the server will listen.

    Raises
    ------
    BadInput
        For a folder in which something is already, and a server that others can reach.
    """
    if env.clock_speed == 1:
        return
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise BadInput("environment", NAME, env.clock_speed, f"1 for a server at {host}")
    mark = env.data / MARK
    if env.data.exists() and not env.data.is_dir():
        return  # `prepare_folder` says so
    if not mark.exists() and env.data.exists() and any(env.data.iterdir()):
        expected = f"1: {env.data} holds records of the ordinary clock"
        raise BadInput("environment", NAME, env.clock_speed, expected)
    if not mark.exists():
        env.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.write_text(f"{env.clock_speed}\n", "ascii")


def speed_of(env: Environment) -> int:
    """Return how many times faster than others the clock runs.

    Raises
    ------
    BadInput
        Where the data folder was begun with another speed.
    """
    begun = _marked(env.data)
    if begun != env.clock_speed:
        expected = f"{begun}, with which {env.data} was begun"
        raise BadInput("environment", NAME, env.clock_speed, expected)
    return begun


def _marked(folder: Path) -> int:
    """Return the speed with which a folder was begun; 0 where its mark cannot be read."""
    try:
        text = (folder / MARK).read_text("ascii", "replace").strip()
    except FileNotFoundError:
        return 1
    return int(text) if text.isascii() and text.isdigit() else 0


@cache
def _begun() -> tuple[int, datetime, float]:
    """Return the speed, and the moment from which a fast clock counts."""
    return speed_of(settings.ENVIRONMENT), timezone.now(), time.monotonic()


def speed() -> int:
    """Return how many times faster than others the clock of this server runs; 1 outside tests."""
    return _begun()[0]


def now() -> datetime:
    """Return the time by which live sessions go."""
    times, begin, begin_s = _begun()
    if times == 1:
        return timezone.now()
    return begin + timedelta(seconds=(time.monotonic() - begin_s) * times)
