"""Pages: whole, self-contained, escaped, and with everything in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import pytest

from cryodose.outcome import Plan, Simulated
from cryodose.outcome.markup import VOID
from cryodose.outcome.segment_rows import SEGMENT_NOTE, segment_rows
from cryodose.outcome.tell import build_up_rows, chance, headline, time_words
from cryodose.outcome.types import NOTICE
from cryodose.report.leaflet import leaflet_page
from cryodose.report.plan_page import plan_page
from cryodose.report.simulated_page import simulated_page

SVG = {"skin": "<svg viewBox='0 0 1 1'></svg>"}
NAMES = ["ankle-sprain", "calf-gel-pack", "cold-bath", "home-headache", "refused", "with-readings"]


class Reader(HTMLParser):
    """Notes tags, attributes and text, and that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.parts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        self.text += data
        self.parts.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("name", NAMES)
def test_report_holds_everything(plans: Mapping[str, Plan], name: str) -> None:
    plan = plans[name]
    page = Reader(plan_page(plan, SVG))
    told = headline(plan.dose, plan.session.modality)
    wanted = [told.answer, told.detail, plan.session.title, NOTICE, f"seed {plan.seed}"]
    wanted += [*plan.warnings, *plan.reasons]
    wanted += [w for a in plan.timetable for w in (a.on, a.off)]
    wanted += [x.limit.words for x in plan.dose.limits] + [g.goal.words for g in plan.dose.goals]
    wanted += [a.words for a in plan.alternatives] + [a.key for a in plan.assumed]
    wanted += [s.citation for s in plan.sources] + [f"{plan.members} people"]
    assert [words for words in wanted if words not in page.text] == []
    links = {a["href"] for a in page.named("a")}
    assert links == {f"https://doi.org/{s.doi}" for s in plan.sources if s.doi}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("make", [lambda p: plan_page(p, SVG), leaflet_page])
def test_pages_stand_alone_and_can_be_read_aloud(
    plans: Mapping[str, Plan], name: str, make
) -> None:
    text = make(plans[name])
    page = Reader(text)
    assert text.startswith("<!doctype html>")
    assert page.named("html") == [{"lang": "en"}]
    assert len(page.named("h1")) == 1
    assert page.named("script") == page.named("link") == page.named("iframe") == []
    assert all("src" not in attributes for _, attributes in page.tags)
    assert "url(" not in text
    assert "@import" not in text
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    labels = [a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a]
    assert set(labels) <= set(ids)
    assert all(a.get("aria-label") for _, a in page.tags if a.get("role") == "img")
    assert all(a.get("scope") for a in page.named("th"))


def test_nothing_of_the_file_becomes_markup(hostile: Plan) -> None:
    for text in (plan_page(hostile, {}), leaflet_page(hostile)):
        page = Reader(text)
        assert page.named("script") == page.named("img") == []
        assert hostile.session.title in page.text


def test_simulation(gel: Simulated, plans: Mapping[str, Plan]) -> None:
    shown = plans["ankle-sprain"].simulated
    assert shown is not None
    for result in (gel, shown):
        page = Reader(simulated_page(result, SVG))
        assert result.session.title in page.text
        assert time_words(result.run.request.exit_s) in page.text


def test_leaflet_says_what_to_do(plans: Mapping[str, Plan]) -> None:
    plan = plans["ankle-sprain"]
    page = Reader(leaflet_page(plan))
    assert "Lay a damp cloth on your ankle" in page.text
    assert f"Leave it on for {time_words(plan.dose.dose_s or 0)}." in page.text
    assert "14:00 to " in page.text
    for heading in ("What to do", "What not to do", "Stop at once if", "See a doctor if"):
        assert heading in page.text
    bath = Reader(leaflet_page(plans["cold-bath"]))
    assert "Stay in the water for" in bath.text
    assert "after the first" in bath.text


def test_numbers_of_the_leaflet_are_those_of_the_plan(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        page = Reader(leaflet_page(plan))
        known = [plan.session.title or "", *plan.warnings, *plan.reasons]
        known += [f"{a.on} {a.off} {time_words(a.on_s)}" for a in plan.timetable]
        known += [" ".join(row) for row in build_up_rows(plan.build_up)]
        known += [time_words(plan.dose.dose_s or 0), "cryodose 0.1.0"]
        body = " ".join(page.parts).rpartition("}")[2]  # behind the style sheet
        numbers = set(re.findall(r"\d+", body))
        assert numbers <= set(re.findall(r"\d+", " ".join(known)))


def test_refused_leaflet_forbids(plans: Mapping[str, Plan]) -> None:
    page = Reader(leaflet_page(plans["refused"]))
    assert "Do not put this on" in page.text
    assert "Set a timer" not in page.text
    assert plans["refused"].reasons[0] in page.text


def test_a_whole_body_has_its_segments_and_words_of_its_own(plans: Mapping[str, Plan]) -> None:
    plan = plans["cryosauna"]
    assert plan.simulated is not None
    page = Reader(plan_page(plan, SVG | {"body": SVG["skin"]}))
    for row in segment_rows(plan.simulated.segments):
        assert [cell for cell in row if cell not in page.text] == []
    assert len(plan.simulated.segments) >= 17
    assert SEGMENT_NOTE[1:] in page.text
    assert "Come out after" in page.text
    assert "The mean skin." in page.text
    assert "hours, minutes and seconds" in page.text
    assert "Skin of every segment" not in Reader(plan_page(plans["ankle-sprain"], SVG)).text


def test_nobody_overlooks_what_a_first_session_lasts(plans: dict[str, Plan]) -> None:
    plan = plans["cryosauna"]
    first = plan.first_session
    assert first is not None
    assert plan.dose.dose_s is not None
    assert (first.longest_s, plan.dose.dose_s) == (60, 180)
    report, leaflet = Reader(plan_page(plan, SVG)), Reader(leaflet_page(plan))
    for page in (report, leaflet):
        assert "in a first session for 1 min at most" in page.text
    assert chance(first.probability_at_dose) in report.text
    for row in build_up_rows(plan.build_up):
        assert [cell for cell in row if cell not in report.parts] == []
    assert "If it is your first session, come out after 1 min." in leaflet.text
    assert "If it is your session 2, come out after 2 min." in leaflet.text
    assert "session 3" not in leaflet.text
    russian = Reader(leaflet_page(plan, "ru")).text
    assert "Оставайтесь в кабине не дольше 3 мин, а в первый раз не дольше 1 мин." in russian
    assert "Если это ваш первый сеанс, выходите через 1 мин." in russian
    assert "Если это ваш сеанс № 2, выходите через 2 мин." in russian
    for other in ("ankle-sprain", "cold-bath"):
        text = Reader(plan_page(plans[other], SVG)).text + Reader(leaflet_page(plans[other])).text
        assert "first session" not in text
