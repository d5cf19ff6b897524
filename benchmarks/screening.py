"""Measure how many FHIR bundles a second are screened on one core, and how much is assessed.

    python benchmarks/screening.py [--docs docs/benchmarks-screening.md]

The bundles are those of the tests. Times are processor time of one thread, the least of some
repeats, with and without reading the JSON.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from cryodose.files import parse_json
from cryodose.screening import PROCEDURES, facts_from, load_rules, screen

DATA = Path(__file__).resolve().parent.parent / "tests" / "screening" / "data"
DAY = date(2026, 11, 22)
REPEATS = 9


def sets() -> dict[str, list[Any]]:
    """Return the bundles of each set."""
    read = {
        name: json.loads(lzma.decompress((DATA / f"{name}.json.xz").read_bytes()))
        for name in ("carebundle", "fhir-r4-examples")
    }
    official = read["fhir-r4-examples"]
    return {
        "60 synthetic bundles (carebundle)": list(read["carebundle"].values()),
        "10 official R4 bundles with a Patient": list(official["bundles"].values()),
        "177 official R4 resources": list(official["resources"].values()),
    }


def least_s(work: Callable[[], object]) -> float:
    """Return the least processor time of some repeats."""
    found = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def speed_row(name: str, data: list[Any]) -> str:
    """Measure one set."""
    rules = load_rules()
    texts = [json.dumps(d) for d in data]
    facts = [facts_from(d, rules) for d in data]
    count = len(data)
    parse = least_s(lambda: [parse_json(t) for t in texts])
    read = least_s(lambda: [facts_from(d, rules) for d in data])
    judge = least_s(lambda: [screen(f, "cryosauna", DAY, rules=rules) for f in facts])
    size = sum(map(len, texts)) / count / 1e3
    with_json, without = count / (parse + read + judge), count / (read + judge)
    parts = " | ".join(f"{t / count * 1e6:,.0f}" for t in (parse, read, judge))
    return f"| {name} | {size:.1f} kB | {parts} | {with_json:,.0f} | {without:,.0f} |"


def share_row(name: str, data: list[Any]) -> str:
    """Return which part of the rules could be assessed for each procedure."""
    shares = []
    for procedure in PROCEDURES:
        found = [screen(facts_from(d), procedure, DAY).share_assessed for d in data]
        shares.append(f"{statistics.mean(found):.0%} ({min(found):.0%} to {max(found):.0%})")
    return f"| {name} | " + " | ".join(shares) + " |"


def verdict_row(name: str, data: list[Any]) -> str:
    """Count the verdicts of all procedures, and the codes that no rule knows."""
    told = [screen(facts_from(d), p, DAY) for d in data for p in PROCEDURES]
    kinds = ("stop", "ask-clinician", "incomplete", "no-rule-hit")
    counts = [sum(t.verdict == k for t in told) for k in kinds]
    codes = {(u["system"], u["code"]) for t in told for u in t.unknown_codes}
    return f"| {name} | " + " | ".join(map(str, counts)) + f" | {len(codes)} |"


def main() -> None:
    """Measure, and print or write the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--docs", type=Path)
    docs = asked.parse_args().docs
    load = os.getloadavg()[0]
    found = sets()
    lines = [
        "# Speed and reach of screening",
        "",
        "Written by `python benchmarks/screening.py --docs docs/benchmarks-screening.md`;",
        "do not edit.",
        "",
        f"One core, processor time, cryosauna on {DAY}, rules {load_rules().version}. Load of",
        f"the machine (one minute average) before: {load:.1f}; other work on it lengthens these",
        "times too. JSON: reading the text, each key checked to be there once.",
        "",
        "| set | mean size | JSON, us | facts, us | rules, us | a second, from text "
        "| a second, from parsed JSON |",
        "|---|---|---|---|---|---|---|",
        *[speed_row(name, data) for name, data in found.items()],
        "",
        "Part of the rules that could stop or ask with nothing missing: mean, least and most.",
        "The records alone answer few of the questions; the rest must be asked.",
        "",
        "| set | " + " | ".join(PROCEDURES) + " |",
        "|---|" + "---|" * len(PROCEDURES),
        *[share_row(name, data) for name, data in found.items()],
        "",
        "Verdicts over all six procedures, and different codes that no rule knows.",
        "",
        "| set | stop | ask-clinician | incomplete | no-rule-hit | unknown codes |",
        "|---|---|---|---|---|---|",
        *[verdict_row(name, data) for name, data in found.items()],
        "",
    ]
    text = "\n".join(lines)
    print(text)
    if docs is not None:
        docs.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
