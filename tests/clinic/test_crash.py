"""The server is killed at random while sessions run: nothing acknowledged is lost, alarms are due.

The killed process gets no chance to say goodbye (SIGKILL). Clients behave like the page: each
event keeps its key and is sent until the server has answered.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clinic.server import (
    TOKEN,
    Server,
    Told,
    deliver,
    environment,
    new_database,
    world,
)

SESSIONS = 6
PLANNED_S = 2
ALARM_S = 1.0


def run_session(server: Server, cookie: str, session: str, stop: threading.Event) -> None:
    """Start, then send readings one after the other, and a person now and then."""
    start = {"kind": "started", "key": f"{session}-start"}
    if not deliver(server, cookie, session, start, stop):
        return
    n = 0
    while not stop.is_set():
        n += 1
        data = {"quantity": "skin", "value": 30 - n % 20 * 0.1, "source": "http", "site": "calf"}
        event = {"kind": "reading", "key": f"{session}-{n}", "data": data}
        deliver(server, cookie, session, event, stop)
        if n % 10 == 0:
            new_person(server, cookie, f"{session}-{n}")
        time.sleep(0.02)


def new_person(server: Server, cookie: str, name: str) -> None:
    try:
        form = f"family_name={name}&sex=unknown&csrfmiddlewaretoken={TOKEN}"
        status, _ = server.ask("POST", "/people/new/", cookie=cookie, form=form)
        if status == 302:
            server.told.people.add(name)
    except (OSError, http.client.HTTPException):
        return


def crash(env: dict[str, str], kills: int, seed: int) -> tuple[Told, dict[str, Any]]:
    """Run live sessions under load, kill the server so often, and return what is there."""
    made = world(env, "make", str(SESSIONS), str(PLANNED_S))
    server, chance, stop = Server(env), random.Random(seed), threading.Event()
    server.start()
    threads = [
        threading.Thread(target=run_session, args=(server, made["cookie"], s, stop), daemon=True)
        for s in made["sessions"]
    ]
    try:
        for thread in threads:
            thread.start()
            time.sleep(chance.uniform(0.0, 0.2))
        for _ in range(kills):
            time.sleep(chance.uniform(0.05, 1.5))
            server.kill()
            time.sleep(chance.uniform(0.0, 0.8))
            server.start()
        time.sleep(PLANNED_S + 2 * ALARM_S)
        check_clock(server, made)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=15)
        server.kill()
    return server.told, world(env, "read")


def check_clock(server: Server, made: dict[str, Any]) -> None:
    """Each session stands at the right second, with its alarm still due."""
    for session in made["sessions"]:
        before = time.time()
        status, body = server.ask("GET", f"/sessions/{session}/state/", cookie=made["cookie"])
        after = time.time()
        state = json.loads(body)
        assert status == 200
        assert before - 0.1 <= state["started_s"] + state["cold_s"] <= after + 0.1
        due = [a["kind"] for a in state["alarms"] if not a["acknowledged"]]
        assert "time-up" in due


def check_written(told: Told, found: dict[str, Any]) -> None:
    """What was acknowledged is there once, nothing is half there, and alarms came in time."""
    assert told.refused == []
    events = found["events"]
    by_key = {(e["session"], e["key"]): e for e in events}
    assert len(by_key) == len(events)
    lost = [
        key
        for key, (session, number) in told.acknowledged.items()
        if by_key.get((session, key), {}).get("number") != number
    ]
    assert lost == []
    for session, is_started, is_ended, versions in found["sessions"]:
        mine = [e for e in events if e["session"] == session]
        assert [e["number"] for e in mine] == list(range(1, len(mine) + 1))
        assert [e["at_s"] for e in mine] == sorted(e["at_s"] for e in mine)
        # The event and what it changes in the session are written together or not at all.
        assert is_started == any(e["kind"] == "started" for e in mine)
        assert (is_ended, versions) == (False, 2 if is_started else 1)
        check_alarm(told, mine)
    names = {name for name, _, _ in found["people"]}
    assert told.people <= names
    assert [versions for _, _, versions in found["people"]] == [1] * len(found["people"])
    numbers = [number for _, number, _ in found["people"]]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def check_alarm(told: Told, events: list[dict[str, Any]]) -> None:
    """The alarm came once, within a second after it was due or after the server was back."""
    begun = next(e["at_s"] for e in events if e["kind"] == "started")
    raised = [e["at_s"] for e in events if e["kind"] == "alarm-due"]
    assert len(raised) == 1
    due = begun + PLANNED_S
    # It may be due while the server is down, or be killed within the second that it has.
    possible = [due, *(up for up in told.ups if up > due)]
    cut = [d for d in told.downs if any(p <= d <= p + ALARM_S for p in possible)]
    latest = max(
        [due, *(next((u for u in told.ups if u > d), d) for d in [*cut, *down_at(told, due)])]
    )
    assert due <= raised[0] <= latest + ALARM_S, f"{raised[0] - due:.2f} s after it was due"


def down_at(told: Told, moment: float) -> list[float]:
    """Return the kill that the server was down from at a moment, if it was down."""
    before = [d for d in told.downs if d <= moment]
    return [d for d in before[-1:] if not any(d < up <= moment for up in told.ups)]


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], dict[str, str]]:
    """Return a function that gives the settings of a server with a new database."""
    url = request.getfixturevalue("postgres") if request.param == "postgres" else ""

    def make_environment() -> dict[str, str]:
        name = f"crash_{os.getpid()}_{time.time_ns()}"
        return environment(tmp_path / name, new_database(url, name) if url else "")

    return make_environment


def test_few_kills(fresh: Callable[[], dict[str, str]]) -> None:
    told, found = crash(fresh(), kills=3, seed=1)
    assert len(told.acknowledged) > SESSIONS
    check_written(told, found)


@pytest.mark.slow
def test_two_hundred_kills(fresh: Callable[[], dict[str, str]]) -> None:
    rounds, kills = 20, 10
    for seed in range(rounds):
        told, found = crash(fresh(), kills=kills, seed=seed)
        check_written(told, found)
