"""The clients of `clinic.py`: sensors, tablets and people, cheap enough to measure the server."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Mapping
from typing import Any

from tests.clinic.server import TOKEN

READING_S = 1.0
# Until then the server has seen every page once; what it took is not counted.
WARM_S = 3.0
PAGES = ("/", "/people/", "/people/?q=P1", "/places/", "/audit/", "/people/{}/", "/sessions/{}/")


class Line:
    """One connection to the server, opened again where it was closed."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._port = port
        self._head = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Return status and content of one answer."""
        reader, headers, status = await self.begin(method, path, body)
        return status, await reader.readexactly(int(headers.get("content-length", "0")))

    async def begin(
        self, method: str, path: str, body: Any = None
    ) -> tuple[asyncio.StreamReader, dict[str, str], int]:
        """Send a request, and read the head of the answer."""
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
        reader, writer = self._open
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{self._head}"
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        writer.write(head.encode() + content)
        status = int((await reader.readline()).split()[1])
        headers: dict[str, str] = {}
        while (line := (await reader.readline()).decode().strip()) != "":
            key, _, value = line.partition(":")
            headers[key.lower()] = value.strip()
        return reader, headers, status

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open[1].close()
            self._open = None


class Clients:
    """Everybody who asks one server, and how long each had to wait."""

    def __init__(self, port: int, made: Mapping[str, Any]) -> None:
        self.port, self.made = port, made
        cookie = f"cryodose={made['cookie']}; csrftoken={TOKEN}"
        self._page = {"Cookie": cookie, "X-CSRFToken": TOKEN}
        self.sent = 0
        self._count_from = 0.0
        self.acknowledged: dict[tuple[str, int], float] = {}
        self.readings_s: list[float] = []
        self.seen_s: list[float] = []
        self.pages_s: list[float] = []

    async def run(self, people: int, seconds: float, pace: tuple[float, float]) -> None:
        """Start every session, then let all go on for some seconds."""
        sessions = self.made["sessions"]
        line = Line(self.port, self._page)
        for session in sessions:
            start = {"kind": "started", "key": "start"}
            status, body = await line.ask("POST", f"/sessions/{session}/events/", start)
            if status != 201:
                raise SystemExit(f"a session did not start: {status} {body!r}")
        line.close()
        tablets = [asyncio.create_task(self.tablet(s)) for s in sessions]
        self._count_from = time.monotonic() + WARM_S
        end = self._count_from + seconds
        pairs = zip(sessions, self.made["tokens"], strict=True)
        async with asyncio.TaskGroup() as group:
            for session, token in pairs:
                group.create_task(self.sensor(session, token, end))
            for _ in range(people):
                group.create_task(self.person(pace, end))
        await asyncio.sleep(1.0)
        for task in tablets:
            if task.done() and not task.cancelled() and task.exception():
                raise SystemExit(f"a stream broke: {task.exception()!r}")
            task.cancel()

    async def sensor(self, session: str, token: str, end: float) -> None:
        """Send a reading a second, as `cryodose listen --post` does: by a new connection each."""
        value, due = 25.0, time.monotonic() + random.random() * READING_S
        while due < end:
            await asyncio.sleep(due - time.monotonic())
            due += READING_S
            value = round(value + 0.001, 3)
            reading = {"quantity": "skin", "value": value, "unit": "degC", "site": "calf"}
            begun = time.monotonic()
            self.sent += 1
            line = Line(self.port, {"Authorization": f"Bearer {token}"})
            path = f"/api/sessions/{session}/readings"
            status, body = await line.ask("POST", path, {"readings": [reading]})
            line.close()
            if status != 200:
                raise SystemExit(f"a reading was refused: {status} {body!r}")
            self._took(self.readings_s, begun)
            self.acknowledged[session, json.loads(body)["readings"][0]["number"]] = value

    async def tablet(self, session: str) -> None:
        """Show the stream of a session, and note how late each reading came."""
        line = Line(self.port, self._page)
        reader, _, status = await line.begin("GET", f"/sessions/{session}/stream/")
        if status != 200:
            raise SystemExit(f"a stream was refused: {status}")
        is_first = True
        while line_ := await reader.readline():
            if not line_.startswith(b"data: "):
                continue
            told, now = json.loads(line_[6:]), time.time()
            if not is_first:
                self.seen_s += [now - r["at"] for r in told["readings"]]
            is_first = False

    async def person(self, pace: tuple[float, float], end: float) -> None:
        """Look at one page after the other, with a moment to read each."""
        line = Line(self.port, self._page)
        while True:
            await asyncio.sleep(random.uniform(*pace))
            if time.monotonic() >= end:
                return
            page = random.choice(PAGES)
            kind = "people" if "people" in page else "sessions"
            path = page.format(random.choice(self.made[kind]))
            begun = time.monotonic()
            status, _ = await line.ask("GET", path)
            if status != 200:
                raise SystemExit(f"{path}: {status}")
            self._took(self.pages_s, begun)

    def _took(self, times_s: list[float], begun: float) -> None:
        if begun >= self._count_from:
            times_s.append(time.monotonic() - begun)
