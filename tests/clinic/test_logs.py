"""The log of a real server under load and errors: it says what happened, and never to whom."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from cryodose.clinic.logs import JsonLines
from cryodose.clinic.views import people
from tests.clinic.server import TOKEN, Server, deliver, environment, world

# Made up, and found in no word of the program.
NAME, GIVEN, BORN = "Zyxwvut", "Qqorlax", "1971-02-03"
PRIVATE = (NAME, GIVEN, BORN, "zyx@example.org", "+49 555 0199", "Qqorlax said so")
FORM = {
    "family_name": NAME,
    "given_name": GIVEN,
    "birth_date": BORN,
    "sex": "unknown",
    "phone": "+49 555 0199",
    "email": "zyx@example.org",
    "note": "Qqorlax said so",
}


def test_no_name_and_no_birth_date_under_load_and_errors(tmp_path: Path) -> None:
    env = environment(tmp_path, "") | {"CRYODOSE_LOG_LEVEL": "DEBUG"}
    made = world(env, "make", "4", "600")
    server, cookie = Server(env), made["cookie"]
    server.start()
    threads = [threading.Thread(target=work, args=(server, cookie, s)) for s in made["sessions"]]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        asked = [server.ask(*wrong, cookie=cookie)[0] for wrong in wrong_requests(made)]
        server.ask("POST", "/account/login/", form=login())
        server.ask("POST", f"/people/new/?{NAME}", form=form(csrfmiddlewaretoken="wrong"))
    finally:
        server.kill()
    assert {400, 404, 405, 409, 422} <= set(asked)
    text = server.log.read_text()
    for private in PRIVATE:
        assert private not in text
        assert private.replace(" ", "%20") not in text
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert len([x for x in lines if x["what"] == "request"]) > 60
    assert {"person_new", "people", "session_event"} <= {x.get("route") for x in lines}
    # What starts and stops is told by uvicorn in words of its own; all else is one object a line.
    assert all(x["level"] in ("debug", "info", "warning", "error") for x in lines)


def form(**more: str) -> str:
    return urlencode(FORM | {"csrfmiddlewaretoken": TOKEN} | more)


def login() -> str:
    given = {"login": "zyx@example.org", "password": NAME, "csrfmiddlewaretoken": TOKEN}
    return urlencode(given)


def work(server: Server, cookie: str, session: str) -> None:
    """Write people down, look for them, and say their name in a session."""
    stop = threading.Event()
    for n in range(5):
        server.ask("POST", "/people/new/", cookie=cookie, form=form())
        server.ask("GET", f"/people/?q={NAME}", cookie=cookie)
        note = {"kind": "note", "key": f"{session}-{n}", "data": {"words": "Qqorlax said so"}}
        deliver(server, cookie, session, note, stop)


def wrong_requests(made: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield requests that are refused, each with a name in it."""
    session, person = made["sessions"][0], made["people"][0]
    events = f"/sessions/{session}/events/"
    yield "GET", f"/people/{NAME}/{BORN}/"
    yield "GET", f"/people/00000000-0000-4000-8000-000000000000/?q={NAME}"
    yield "POST", events, {"kind": "note", "key": "k", "data": {"words": [NAME]}}
    yield "POST", events, {"kind": NAME, "key": "k", "data": {}}
    yield "POST", events, {"kind": "resume", "key": NAME, "data": {}}
    yield "POST", "/api/persons/new", {"family_name": NAME, "birth_date": NAME}
    yield "POST", f"/api/persons/{person}/plans/new", {"session": {NAME: BORN}}
    yield "POST", "/api/fhir/in", {"resourceType": NAME, "name": GIVEN}
    yield "DELETE", events, {"kind": NAME}


def test_no_name_when_the_program_breaks(operator: Client, monkeypatch: Any) -> None:
    """An error that quotes what somebody typed is logged by its kind and place alone."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    def broken(rows: Any, words: str) -> Any:
        raise LookupError(f"nobody is called {words}")

    monkeypatch.setattr(people, "found", broken)
    keep = Keep()
    logging.getLogger().addHandler(keep)
    try:
        operator.raise_request_exception = False
        answer = operator.get(f"/people/?q={NAME}")
    finally:
        logging.getLogger().removeHandler(keep)
    assert answer.status_code == 500
    assert NAME not in answer.content.decode()
    text = "\n".join(lines)
    assert NAME not in text
    told = [json.loads(line) for line in lines]
    assert [t["error"] for t in told if "error" in t] == ["LookupError"]
    assert any("people.py" in place for t in told for place in t.get("where", ()))
    number = next(t["request"] for t in told if t.get("status") == 500)
    assert number in answer.content.decode()


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_arguments_of_other_programs_are_left_out(level: str) -> None:
    record = logging.LogRecord("x", getattr(logging, level), "p", 1, "found %s", (NAME,), None)
    assert NAME not in JsonLines().format(record)


@pytest.mark.parametrize(
    ("message", "args", "what"),
    [
        ("Started server process [%d]", (4711,), "Started server process [4711]"),
        ("%s of %d asked", (NAME, 2), "%s of %d asked"),
        ("%(who)s asked", ({"who": NAME},), "%(who)s asked"),
        ("100 % done", (), "100 % done"),
    ],
)
def test_only_numbers_are_put_into_a_line(message: str, args: tuple[Any, ...], what: str) -> None:
    record = logging.LogRecord("uvicorn.error", logging.INFO, "f.py", 1, message, args, None)
    assert json.loads(JsonLines().format(record))["what"] == what
