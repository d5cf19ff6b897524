"""Measure the sliders of the planner: the whole request, from the click to the last byte.

    python benchmarks/clinic_planner.py [--requests 60] [--docs FILE]

One person moves the sliders of each procedure as fast as the server answers, while somebody else
looks at the board ten times a second. SQLite always, PostgreSQL beside it where `tools/database.sh`
finds one. The clients run in this process and share the processors with the server; what the server
itself computes for one answer stands beside how long it took, since other programs may be running.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.clinic.planner_input import GIVEN, MOVES  # noqa: E402
from tests.clinic.server import TOKEN, Server, environment, new_database  # noqa: E402

HEAD = (
    "procedure", "slider", "database", "requests", "p50, ms", "p95, ms", "longest, ms",
    "computing, ms", "board meanwhile p95, ms",
)  # fmt: skip
BOARD_EVERY_S = 0.1
WARM = 3
BOUND_MS = 300.0


def moved(procedure: str, slider: str, count: int) -> Iterator[dict[str, object]]:
    """Return what the form sends while one slider goes from one end to the other."""
    low, high, step = MOVES[procedure][slider]
    places = round((high - low) / step) + 1
    for i in range(count):
        value = low + step * (i % places)
        yield GIVEN[procedure] | {slider: f"{value:g}"}


def asked(server: Server, cookie: str, path: str, given: dict[str, object]) -> float:
    """Return how long one answer took, s; fails on anything but an answer with pictures."""
    form = urlencode(given | {"csrfmiddlewaretoken": TOKEN}, doseq=True)
    begun = time.perf_counter()
    status, body = server.ask("POST", path, cookie=cookie, form=form)
    took = time.perf_counter() - begun
    if status != 200 or b"<table" not in body:
        raise SystemExit(f"{path}: {status} {body[:300]!r}")
    return took


def computed_s(server: Server) -> float:
    """Return the time that the processors have worked for the server, board and all, s."""
    if server.process is None:
        return 0.0
    row = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
    user, system = row.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Board:
    """Somebody else who looks at the board all the time: does a slider keep them waiting?"""

    def __init__(self, server: Server, cookie: str) -> None:
        self.server, self.cookie = server, cookie
        self.times: list[float] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self) -> None:
        """Ask for the board, wait a moment, and ask again."""
        while not self.over.wait(BOARD_EVERY_S):
            begun = time.perf_counter()
            status, _ = self.server.ask("GET", "/", cookie=self.cookie)
            if status != 200:
                raise SystemExit(f"board: {status}")
            self.times.append(time.perf_counter() - begun)

    def __enter__(self) -> Board:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


def measure(env: dict[str, str], database: str, count: int) -> list[list[str]]:
    """Return the lines of one database."""
    script = str(Path(__file__).with_name("clinic_planner_world.py"))
    told = subprocess.run([sys.executable, script], env=env, capture_output=True, check=True)
    made = json.loads(told.stdout)
    server = Server(env)
    server.start()
    lines = []
    try:
        person = f"/people/{made['person']}/plans"
        for procedure, sliders in MOVES.items():
            for slider in sliders:
                path = f"{person}/{procedure}/try/"
                places = moved(procedure, slider, count + WARM)
                begun_s = computed_s(server)
                with Board(server, made["cookie"]) as board:
                    took = [asked(server, made["cookie"], path, given) for given in places]
                spent_ms = (computed_s(server) - begun_s) / len(took) * 1e3
                times = sorted(took[WARM:])
                shown = [part(times, 0.5), part(times, 0.95), part(times, 1.0)]
                shown.append(f"{spent_ms:.0f}")
                shown.append(part(sorted(board.times), 0.95) if board.times else "")
                lines.append([procedure, slider, database, str(len(times)), *shown])
                print(" ".join(lines[-1]), flush=True)
    finally:
        server.kill()
    return lines


def part(times_s: list[float], share: float) -> str:
    """Return a quantile in milliseconds."""
    return f"{times_s[int(share * (len(times_s) - 1))] * 1e3:.0f}"


def main() -> None:
    """Print the table and, if asked, write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--docs", type=Path)
    options = parser.parse_args()
    before = os.getloadavg()[0]
    lines: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        lines += measure(environment(Path(folder) / "a", ""), "SQLite", options.requests)
        script = str(ROOT / "tools" / "database.sh")
        found = subprocess.run(["sh", script, "start"], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            home, url = found.stdout.split()
            try:
                env = environment(Path(folder) / "b", new_database(url, "bench"))
                lines += measure(env, "PostgreSQL", options.requests)
            finally:
                subprocess.run(["sh", script, "stop", home], check=True)
        else:
            print(found.stderr, file=sys.stderr)
    lines.sort(key=lambda row: (list(MOVES).index(row[0]), row[1], row[2]))
    table = "\n".join(f"| {' | '.join(row)} |" for row in (HEAD, ["---"] * len(HEAD), *lines))
    slow = [f"{r[0]} {r[1]} ({r[2]})" for r in lines if float(r[5]) > BOUND_MS]
    said = f"Above {BOUND_MS:g} ms: {', '.join(slow)}." if slow else f"All within {BOUND_MS:g} ms."
    print(table, said, sep="\n")
    if options.docs:
        options.docs.write_text(
            "# The sliders of the planner\n\nWritten by `benchmarks/clinic_planner.py`: the whole "
            "request while one slider goes from one end to the other as fast as the server "
            "answers, drawings included, beside somebody who looks at the board ten times a "
            f"second. Server and clients share {os.cpu_count()} processors, for which {before:.1f} "
            "programs were waiting when it began and "
            f"{os.getloadavg()[0]:.1f} when it ended.\n\n{table}\n\n{said}\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
