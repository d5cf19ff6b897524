"""Measure the clinic under load: live sessions with a reading a second, and people who browse.

    python benchmarks/clinic.py [--sessions 50] [--people 20] [--seconds 30] [--docs FILE]

SQLite always, PostgreSQL beside it where `tools/database.sh` finds one. Clients run in this process
and share the processors with the server, so the figures are on the safe side.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.clinic.server import Server, deliver, environment, new_database, world  # noqa: E402

PLANNED_S = 3600
PAGES = ("/", "/people/", "/people/?q=P1", "/audit/", "/places/")
HEAD = ("database", "readings", "lost", "reading p95, ms", "pages", "page p50, ms", "page p95, ms")


class Load:
    """Clients of one server, and how long each had to wait."""

    def __init__(self, server: Server, cookie: str, seconds: float) -> None:
        self.server, self.cookie = server, cookie
        self.end = time.monotonic() + seconds
        self.pages: list[float] = []
        self.readings: list[float] = []
        self.stop = threading.Event()

    def session(self, session: str) -> None:
        """Start a session, and send a reading each second."""
        start = {"kind": "started", "key": "start"}
        deliver(self.server, self.cookie, session, start, self.stop)
        n = 0
        time.sleep(random.random())
        while time.monotonic() < self.end:
            n += 1
            begun = time.monotonic()
            data = {"quantity": "skin", "value": 25.0, "source": "http", "site": "calf"}
            event = {"kind": "reading", "key": f"{session}-{n}", "data": data}
            deliver(self.server, self.cookie, session, event, self.stop)
            took = time.monotonic() - begun
            self.readings.append(took)
            time.sleep(max(0.0, 1.0 - took))

    def browse(self, sessions: list[str]) -> None:
        """Look at one page after the other, with a moment to read each."""
        while time.monotonic() < self.end:
            time.sleep(random.uniform(0.5, 1.5))
            path = random.choice([*PAGES, f"/sessions/{random.choice(sessions)}/"])
            begun = time.monotonic()
            try:
                status, _ = self.server.ask("GET", path, cookie=self.cookie)
            except (OSError, http.client.HTTPException) as error:
                raise SystemExit(f"{path}: {error}") from error
            if status != 200:
                raise SystemExit(f"{path}: {status}")
            self.pages.append(time.monotonic() - begun)


def measure(env: dict[str, str], sessions: int, people: int, seconds: float) -> list[str]:
    """Return one line of the table."""
    made = world(env, "make", str(sessions), str(PLANNED_S))
    server = Server(env)
    server.start()
    load = Load(server, made["cookie"], seconds)
    ids = made["sessions"]
    threads = [threading.Thread(target=load.session, args=(s,)) for s in ids]
    threads += [threading.Thread(target=load.browse, args=(ids,)) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.kill()
    written = {(e["session"], e["key"]) for e in world(env, "read")["events"]}
    lost = {(s, k) for k, (s, _) in server.told.acknowledged.items() if k != "start"} - written
    shown = [part(load.readings, 0.95), part(load.pages, 0.5), part(load.pages, 0.95)]
    return [
        str(len(load.readings)),
        str(len(lost)),
        shown[0],
        str(len(load.pages)),
        shown[1],
        shown[2],
    ]


def part(times_s: list[float], share: float) -> str:
    """Return a quantile in milliseconds."""
    return f"{sorted(times_s)[int(share * (len(times_s) - 1))] * 1e3:.0f}"


def main() -> None:
    """Print the table and, if asked, write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--docs", type=Path)
    options = parser.parse_args()
    size = (options.sessions, options.people, options.seconds)
    lines: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        lines.append(["SQLite", *measure(environment(Path(folder) / "a", ""), *size)])
        script = str(ROOT / "tools" / "database.sh")
        found = subprocess.run(["sh", script, "start"], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            home, url = found.stdout.split()
            try:
                env = environment(Path(folder) / "b", new_database(url, "bench"))
                lines.append(["PostgreSQL", *measure(env, *size)])
            finally:
                subprocess.run(["sh", script, "stop", home], check=True)
        else:
            print(found.stderr, file=sys.stderr)
    table = "\n".join(f"| {' | '.join(row)} |" for row in (HEAD, ["---"] * len(HEAD), *lines))
    print(table)
    if options.docs:
        options.docs.write_text(
            "# The clinic under load\n\nWritten by `benchmarks/clinic.py`. "
            f"{size[0]} live sessions with a reading each per second and {size[1]} people who "
            f"browse for {size[2]:g} s; server and clients share {os.cpu_count()} processors, with "
            f"{os.getloadavg()[0]:.0f} other processes waiting at the end.\n\n{table}\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
