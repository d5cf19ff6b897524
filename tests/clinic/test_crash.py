"""The server is killed at random while sessions run: nothing acknowledged is lost, alarms are due.

The killed process gets no chance to say goodbye (SIGKILL). Clients behave like the page: each
event keeps its key and is sent until the server has answered.
"""

from __future__ import annotations

import http.client
import json
import math
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
    make_plans,
    new_database,
    world,
)

# So many sessions at least run at any time, and those still run at the end.
LIVE = 6
PLANNED_S = 2
LIFE_S = 12.0
ALARM_S = 1.0


def run_session(
    server: Server, cookie: str, session: str, stop: threading.Event, life_s: float
) -> None:
    """Start, send readings one after the other, a person now and then, and stop in the end."""
    start = {"kind": "started", "key": f"{session}-start"}
    if not deliver(server, cookie, session, start, stop):
        return
    end, n = time.monotonic() + life_s, 0
    while time.monotonic() < end and not stop.is_set():
        n += 1
        data = {"quantity": "skin", "value": 30 - n % 20 * 0.1, "source": "http", "site": "calf"}
        event = {"kind": "reading", "key": f"{session}-{n}", "data": data}
        deliver(server, cookie, session, event, stop)
        if n % 10 == 0:
            new_person(server, cookie, f"{session}-{n}")
        time.sleep(0.02)
    last = {"kind": "stop", "key": f"{session}-stop", "data": {"reason": "done"}}
    deliver(server, cookie, session, last, stop)


def new_person(server: Server, cookie: str, name: str) -> None:
    try:
        form = f"family_name={name}&sex=unknown&csrfmiddlewaretoken={TOKEN}"
        status, _ = server.ask("POST", "/people/new/", cookie=cookie, form=form)
        if status == 302:
            server.told.people.add(name)
    except (OSError, http.client.HTTPException):
        return


def crash(env: dict[str, str], kills: int, sessions: int, seed: int) -> tuple[Told, dict[str, Any]]:
    """Run live sessions under load, kill the server so often, and return what is there."""
    made = world(env, "make", str(sessions), str(PLANNED_S))
    server, chance, stop = Server(env), random.Random(seed), threading.Event()
    cookie, ids = made["cookie"], made["sessions"]
    server.start()
    threads = [threading.Thread(target=make_plans, args=(server, cookie, made["people"][0], stop))]
    lives = [LIFE_S] * (sessions - LIVE) + [math.inf] * LIVE
    threads += [
        threading.Thread(target=run_session, args=(server, cookie, session, stop, life_s))
        for session, life_s in zip(ids, lives, strict=True)
    ]
    try:
        for kill in range(kills):
            for thread in threads[
                kill * len(threads) // kills : (kill + 1) * len(threads) // kills
            ]:
                thread.start()
                time.sleep(chance.uniform(0.0, 0.1))
            time.sleep(chance.uniform(0.05, 1.0))
            server.kill()
            time.sleep(chance.uniform(0.0, 0.3))
            server.start()
        time.sleep(PLANNED_S + 2 * ALARM_S)
        check_clock(server, cookie, ids[-LIVE:])
    finally:
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join(timeout=15)
        server.kill()
    return server.told, world(env, "read")


def check_clock(server: Server, cookie: str, sessions: list[str]) -> None:
    """Each session that runs stands at the right second, with its alarm still due."""
    for session in sessions:
        before = time.time()
        status, body = server.ask("GET", f"/sessions/{session}/state/", cookie=cookie)
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
        assert is_started
        assert is_ended == any(e["kind"] == "stop" for e in mine)
        assert versions == 2 + is_ended
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


def check_plans(told: Told, env: dict[str, str]) -> int:
    """Each plan is whole: it has its version and comes out the same to the bit. Return how many."""
    plans = world(env, "plans")["plans"]
    assert told.plans.items() <= {title: digest for title, digest, _, _ in plans}.items()
    assert len({title for title, _, _, _ in plans}) == len(plans)
    assert [(versions, same) for _, _, versions, same in plans] == [(1, True)] * len(plans)
    return len(plans)


def run_and_check(env: dict[str, str], kills: int, sessions: int, seed: int) -> None:
    told, found = crash(env, kills, sessions, seed)
    check_written(told, found)
    plans = check_plans(told, env)
    # What a restore must prove holds after a crash as well.
    assert world(env, "faults")["faults"] == []
    assert len(told.downs) == kills + 1
    assert len(told.acknowledged) > 10 * sessions
    print(
        f"{kills} kills, {sessions} sessions: {len(told.acknowledged)} events acknowledged, "
        f"{len(found['events'])} written; {len(told.plans)} plans acknowledged, {plans} written; "
        f"{len(told.people)} people acknowledged, {len(found['people'])} written"
    )


def test_few_kills(fresh: Callable[[], dict[str, str]]) -> None:
    run_and_check(fresh(), kills=3, sessions=LIVE, seed=1)


@pytest.mark.slow
def test_two_hundred_kills(fresh: Callable[[], dict[str, str]]) -> None:
    run_and_check(fresh(), kills=200, sessions=200, seed=2)
