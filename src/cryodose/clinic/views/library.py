"""The evidence library: search it, and read each number, rule, claim, experiment and source."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _l

from cryodose import evidence
from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.services.library import (
    KINDS,
    Entry,
    claim,
    entry,
    experiment,
    found,
    number,
    resting_on,
)
from cryodose.evidence import CONFIDENCES
from cryodose.screening import load_rules
from cryodose.screening.describe import case_words, rule_rows

_A_PAGE = 50
_LONGEST = 80
KIND_WORDS = {
    "value": _l("Numbers"),
    "rule": _l("Rules of screening"),
    "claim": _l("What cold is said to do"),
    "experiment": _l("Published experiments"),
    "source": _l("Sources"),
}
CONFIDENCE_WORDS = {
    "measured": _l("measured"),
    "direct": _l("read in the source itself"),
    "secondary": _l("read in a work that cites it"),
    "derived": _l("computed from what the source states"),
    "calibrated": _l("fitted to experiments"),
    "memory": _l("from memory, to be checked"),
    "assumed": _l("assumed, no source"),
}


@rule("evidence.read")
def library(request: ClinicRequest) -> HttpResponse:
    """Search the evidence."""
    words = request.GET.get("q", "").strip()[:_LONGEST]
    kind, confidence = request.GET.get("kind", ""), request.GET.get("confidence", "")
    kind = kind if kind in KINDS else ""
    confidence = confidence if confidence in CONFIDENCES else ""
    page = Paginator(found(words, kind, confidence), _A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "q": words,
        "kind": kind,
        "confidence": confidence,
        "kinds": KIND_WORDS.items(),
        "confidences": CONFIDENCE_WORDS.items(),
        "rows": [(e, KIND_WORDS[e.kind], CONFIDENCE_WORDS.get(e.confidence, "")) for e in page],
    }
    is_part = request.headers.get("HX-Request")
    part = "clinic/library_rows.html" if is_part else "clinic/library.html"
    return render(request, part, told)


@rule("evidence.read")
def evidence_value(request: ClinicRequest, key: str) -> HttpResponse:
    """Show one number with its range, its source and how it is known."""
    _entry("value", key)
    table, _, rest = key.partition(".")
    q = evidence.quantity(table, rest)
    rows = [
        (_l("Value"), f"{number(q.value)} {q.unit}"),
        (_l("From 5 to 95 %"), "" if q.low == q.high else f"{number(q.low)} – {number(q.high)}"),
        (_l("Spread"), q.spread),
        (_l("How it is known"), CONFIDENCE_WORDS[q.confidence]),
        (_l("Note"), q.note),
    ]
    return _page(request, "value", key.replace(".", " › "), rows, (q.source,))


@rule("evidence.read")
def evidence_rule(request: ClinicRequest, key: str) -> HttpResponse:
    """Show one rule of screening: when it counts, and who says so."""
    _entry("rule", key)
    one = load_rules().rules[key]
    more = {
        "cases": [case_words(case) for case in one.cases],
        "variants": one.variants,
    }
    title = f"{one.id}: {one.condition}"
    return _page(request, "rule", title, rule_rows(one), one.sources, **more)


@rule("evidence.read")
def evidence_claim(request: ClinicRequest, key: str) -> HttpResponse:
    """Show what is claimed of cold, and the best evidence for it."""
    told = claim(key)
    if told is None:
        raise Http404
    names = ("verdict", "claim", "design", "people", "course", "outcome", "effect", "interval",
             "certainty_basis", "note")  # fmt: skip
    rows = [(name.replace("_", " "), told.get(name, "")) for name in names]
    rows += [("procedures", ", ".join(told["procedures"]))]
    rows += [("proposed by a plan for", ", ".join(told["offered"]))]
    sources = tuple(s["key"] for s in told["sources"])
    return _page(request, "claim", str(told["name"]), rows, sources, sizes=told["sizes"])


@rule("evidence.read")
def evidence_experiment(request: ClinicRequest, key: str) -> HttpResponse:
    """Show a published experiment: what was done and what was measured."""
    told = experiment(key)
    if told is None:
        raise Http404
    source = told.get("source", {})
    rows = [
        (_l("Published in"), source.get("citation", "")),
        (_l("Read"), source.get("read", "")),
        (_l("Note"), source.get("note", "")),
    ]
    more = {"doi": source.get("doi", ""), "tables": _tables(told)}
    return _page(request, "experiment", str(told.get("title", key)), rows, (), **more)


@rule("evidence.read")
def evidence_source(request: ClinicRequest, key: str) -> HttpResponse:
    """Show a source and everything that rests on it."""
    _entry("source", key)
    one = evidence.source(key)
    resting = [(e, KIND_WORDS[e.kind]) for e in resting_on(key)]
    rows = [(_l("Published in"), one.citation)]
    return _page(request, "source", key, rows, (), doi=one.doi, resting=resting)


def _entry(kind: str, key: str) -> Entry:
    one = entry(kind, key)
    if one is None:
        raise Http404
    return one


def _page(
    request: ClinicRequest,
    kind: str,
    title: str,
    rows: list[Any],
    sources: tuple[str, ...],
    **more: Any,
) -> HttpResponse:
    known = evidence.source_keys()
    cited = [evidence.source(s) for s in sources if s in known]
    told = {
        "kind_words": KIND_WORDS[kind],
        "title": title,
        "rows": [(name, words) for name, words in rows if words],
        "sources": cited,
        **more,
    }
    return render(request, "clinic/library_entry.html", told)


def _tables(data: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the parts of an experiment file, each as name and rows."""
    made = []
    for name in ("subject", "exposure", "assumed", "measured", "expected"):
        part = data.get(name)
        for n, one in enumerate(part if isinstance(part, list) else [part] if part else []):
            rows = [(k.replace("_", " "), _short(v)) for k, v in one.items()]
            made.append((f"{name} {n + 1}" if isinstance(part, list) else name, rows))
    return made


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_short, value))
    if isinstance(value, dict):
        return "; ".join(f"{k.replace('_', ' ')} {_short(v)}" for k, v in value.items())
    return number(value) if type(value) in (int, float) else str(value)
