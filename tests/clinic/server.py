"""The clinic as a server in a process of its own, for tests that stop it or look at its pages."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

TOKEN = "c" * 32
WORLD = Path(__file__).with_name("crash_world.py")
UP_S = 60.0
PACK = {"modality": "cold-pack", "agent": "crushed-ice", "barrier": "damp-cloth", "site": "calf"}


@dataclass
class Told:
    """What the server has acknowledged, and when it answered again after each start."""

    acknowledged: dict[str, tuple[str, int]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    plans: dict[str, str] = field(default_factory=dict)
    pictures: int = 0
    ups: list[float] = field(default_factory=list)
    downs: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Server:
    """`cryodose serve` in a process of its own."""

    def __init__(self, env: dict[str, str], *options: str) -> None:
        self.env, self.told, self.options = env, Told(), options
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The file with everything that the server has said."""
        return Path(self.env["CRYODOSE_DATA"]).with_name("server.log")

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def first_link(self) -> str:
        """Return the last one-time link that was printed."""
        return re.findall(r"http://\S+/welcome/\S+", self.log.read_text())[-1]

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "cryodose",
            "serve",
            "--port",
            str(self.port),
            *self.options,
        ]
        log = self.log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as stream:
            self.process = subprocess.Popen(command, env=self.env, stdout=stream, stderr=stream)
        end = time.monotonic() + UP_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                pytest.fail(f"the server ended: {log.read_text()[-2000:]}")
            try:
                if self.ask("GET", "/health")[0] == 200:
                    self.told.ups.append(time.time())
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        pytest.fail("the server did not answer")

    def kill(self) -> None:
        self.told.downs.append(time.time())
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        cookie: str = "",
        form: str | bytes = "",
        kind: str = "application/x-www-form-urlencoded",
    ) -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Cookie": f"cryodose={cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        if form:
            headers["Content-Type"] = kind
        elif body is not None:
            headers["Content-Type"] = "application/json"
        try:
            link.request(method, path, form or (json.dumps(body) if body else None), headers)
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()


def environment(folder: Path, url: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CRYODOSE_", "DJANGO_"))}
    extra = {"CRYODOSE_DATA": str(folder / "data"), "CRYODOSE_SECOND_FACTOR": "optional"}
    return kept | extra | ({"CRYODOSE_DATABASE_URL": url} if url else {})


def world(env: dict[str, str], *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(WORLD), *words], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def deliver(server: Server, cookie: str, session: str, event: dict[str, Any], stop: Any) -> bool:
    """Send one event until it is acknowledged; False where the test is over before that."""
    while not stop.is_set():
        try:
            status, body = server.ask("POST", f"/sessions/{session}/events/", event, cookie)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            continue
        if status == 201:
            server.told.acknowledged[event["key"]] = (session, json.loads(body)["number"])
            return True
        if status != 429 and status < 500:
            server.told.refused.append(f"{status} {body[:200]!r}")
            return False
        time.sleep(0.05)
    return False


def make_plans(server: Server, cookie: str, person: str, stop: Any) -> None:
    """Plan one session after the other, each another one; what fails is not tried again."""
    n = 0
    while not stop.is_set():
        n += 1
        session = {
            "subject": {"adipose_mm": 2.0 + n % 300 * 0.1},
            "exposure": PACK,
            "goal": [{"kind": "analgesia"}],
        }
        body = {"session": session, "title": f"plan {n}"}
        try:
            status, told = server.ask("POST", f"/api/persons/{person}/plans/new", body, cookie)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            continue
        if status == 201:
            server.told.plans[body["title"]] = json.loads(told)["digest"]
        elif status < 500:
            server.told.refused.append(f"{status} {told[:200]!r}")
            return
        time.sleep(0.2)


def send_pictures(server: Server, cookie: str, person: str, content: bytes, stop: Any) -> None:
    """Attach one picture after the other."""
    edge = "edge-of-a-part"
    fields = {"csrfmiddlewaretoken": TOKEN, "kind": "photo", "words": "x"}
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
             for k, v in fields.items()]  # fmt: skip
    file = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\n'
    file += "Content-Type: image/png\r\n\r\n"
    body = "".join([*parts, file]).encode() + content + f"\r\n--{edge}--\r\n".encode()
    kind = f"multipart/form-data; boundary={edge}"
    while not stop.is_set():
        path = f"/people/{person}/pictures/new/"
        status, told = server.ask("POST", path, cookie=cookie, form=body, kind=kind)
        if status == 302:
            server.told.pictures += 1
        else:
            server.told.refused.append(f"{status} {told[:200]!r}")
        time.sleep(0.02)


def new_database(url: str, name: str) -> str:
    import psycopg

    with psycopg.connect(url, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"')
    return url.replace("/postgres?", f"/{name}?")
