"""What is taken home from a freeze and a current: everything sourced, on one sheet, in plain words.

Nothing that is refused or not released may read as if it were planned.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from tests.report.test_pages import Reader
from tests.report.test_paper import HOSTILE, sheets_of, streams

from cryodose import evidence
from cryodose.evidence.aftercare import said, statements
from cryodose.evidence.diagnoses import lesion_kinds
from cryodose.outcome import DrugResult, FreezeResult
from cryodose.outcome.tell import chance, time_words
from cryodose.report.language import texts
from cryodose.report.leaflet import leaflet_page
from cryodose.report.paper import pdf
from cryodose.report.take_home import Told, Visit, treatment
from cryodose.screening import Finding

NAMES = ["plantar-wart", "actinic-keratosis", "keloid-probe"]
DONE = Visit(done_on=date(2026, 11, 24), on_s=41.0, next_on=date(2026, 12, 8),
             clinic="Clinic N", telephone="+49 30 555")  # fmt: skip
GROUPS = evidence.document("freeze_cautions")["sites"]
MOST = {"child", "very-dark-skin", "nail-fold", "hair", "tendon", "cartilage", "viral-wart"}


def words_of(page: str) -> str:
    text = re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(text).split())


def traits_at(site: str) -> set[str]:
    return {site, *(name for name, sites in GROUPS.items() if site in sites)}


def told_of(procedure: str, traits: set[str]) -> Told:
    steps = ("x" * 40,) * 5
    title = "A lesion with a title of usual length at a place"
    return Told(procedure, title, "2 freezes of 1 min 15 s each.", steps, frozenset(traits), "N.")


@pytest.mark.parametrize("name", NAMES)
def test_a_freeze_is_told_with_the_numbers_of_its_plan(
    freezes: dict[str, FreezeResult], cleared, name: str
) -> None:
    result = cleared(freezes[name])
    dose = result.dose
    assert dose is not None
    told = words_of(leaflet_page(result))
    assert f"One freeze of {time_words(dose.freeze_s or 0)}." in told
    assert f"What and where: {dose.lesion}, {result.site}." in told
    assert f"dies in this sitting: {chance(dose.probability)}." in told
    assert (f"{dose.margin_mm:g} mm of skin around" in told) == (dose.margin_mm > 0)
    for heading in ("What is planned", "What you will feel", "What is normal", "How to look after",
                    "Call us or see a doctor if", "Risks", "Next visit"):  # fmt: skip
        assert heading in told
    assert result.session.title in told
    assert "A clinician must review" in told


def test_place_and_lesion_decide_what_is_said(freezes: dict[str, FreezeResult], cleared) -> None:
    sole = words_of(leaflet_page(cleared(freezes["plantar-wart"])))
    face = words_of(leaflet_page(cleared(freezes["actinic-keratosis"])))
    assert "below the knee takes two to six weeks" in sole
    assert "Warts are usually frozen again" in sole
    assert "on the face falls off by itself within one to two weeks" in face
    assert "headache" in face
    assert "headache" not in sole
    assert "Warts" not in face


def test_risks_follow_the_cautions_of_the_plan(freezes: dict[str, FreezeResult], cleared) -> None:
    result = cleared(freezes["keloid-probe"])
    dose = result.dose
    assert dose is not None
    assert "now and then for good" in words_of(leaflet_page(result))
    dark = replace(dose, cautions=(*dose.cautions, replace(dose.cautions[0], name="dark-skin")))
    told = words_of(leaflet_page(replace(result, dose=dark)))
    assert "On darker skin a pale place" in told
    assert "now and then for good" not in told


def test_a_rule_that_the_person_hit_is_a_risk_too(
    freezes: dict[str, FreezeResult], cleared
) -> None:
    result = cleared(freezes["keloid-probe"])
    assert "Hair does not grow back" not in words_of(leaflet_page(result))
    screening = result.screening
    hair = Finding("LN2-12", "Hair-bearing skin", "relative", "caution", (), ())
    hit = replace(result, screening=replace(screening, findings=(hair,)))
    assert "Hair does not grow back" in words_of(leaflet_page(hit))


def test_two_freezes(freezes: dict[str, FreezeResult], cleared) -> None:
    result = cleared(freezes["plantar-wart"])
    twice = replace(result, dose=replace(result.dose, cycles=2, freeze_s=20.0))
    told = words_of(leaflet_page(twice))
    assert "2 freezes of 20 s each." in told
    assert "It thaws in full in between." in told


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_told_as_planned_before_it_is_released(
    freezes: dict[str, FreezeResult], cleared, name: str, language: str
) -> None:
    result = freezes[name]
    assert not result.released
    incomplete = cleared(result)
    screening = replace(incomplete.screening, verdict="ask-clinician")
    for waiting in (result, replace(result, screening=screening)):
        told = words_of(leaflet_page(waiting, language)).replace(result.session.title, "")
        assert not re.search(r"\d+ (s|с)\b", told)
        assert texts(language)("What is planned") not in told
        assert texts(language)("Not yet: this plan is not released.") in told
        assert texts(language)("You have a fever or chills.") not in told


def test_refused_freeze_tells_no_treatment(freezes: dict[str, FreezeResult], cleared) -> None:
    for result in (freezes["mole"], cleared(freezes["mole"])):
        for visit in (Visit(), DONE):
            told = words_of(leaflet_page(result, "en", visit))
            assert "Do not freeze this." in told
            assert "A doctor looks at it first." in told
            assert "What is planned" not in told
            assert "What was planned and done" not in told
    limits = freezes["plantar-wart"]
    none = replace(limits.dose, verdict="refused", freeze_s=None, cycles=None)
    told = words_of(leaflet_page(cleared(replace(limits, dose=none))))
    assert "No freeze of this lesion is safe." in told
    assert "No freeze within the limits is likely enough to work." in told
    assert "Sources" not in told


def test_what_was_done_is_told_even_where_the_release_was_withdrawn(
    freezes: dict[str, FreezeResult],
) -> None:
    told = words_of(leaflet_page(freezes["plantar-wart"], "en", DONE))
    assert "Done on 2026-11-24." in told
    assert "What was planned and done" in told
    assert "It was on for 41 s in all." in told
    assert "On: 2026-12-08" in told
    assert "Clinic N" in told
    assert "Telephone: +49 30 555" in told
    assert "You have a fever or chills." in told


def test_a_current_is_told_with_the_numbers_of_its_plan(current: DrugResult, cleared) -> None:
    result = cleared(current)
    assert result.dose is not None
    told = words_of(leaflet_page(result))
    assert f"A current for {time_words(result.dose.time_s)}, with lidocaine." in told
    assert f"Current times time: {result.dose.ma_min:.3g} mA min." in told
    assert "Current: 2 mA." in told
    assert "Second pad: upper arm." in told
    assert "The pad is frozen and melts on the skin." in told
    for row in (*said("current.stop", {"frozen-donor", "numbing-drug"}), *said("current.call", ())):
        assert row.words in told


def test_current_that_waits_or_is_refused(current: DrugResult, cleared) -> None:
    waiting = words_of(leaflet_page(current))
    assert "Not yet" in waiting
    assert "A current for" not in waiting
    unasked = replace(cleared(current), not_asked=("epilepsy",))
    assert "Questions about safety are still open." in words_of(leaflet_page(unasked))
    dose = replace(current.dose, verdict="refused", time_s=None, reasons=("refused for epilepsy",))
    told = words_of(leaflet_page(cleared(replace(current, dose=dose))))
    assert "Do not switch this on." in told
    assert "refused for epilepsy" in told
    assert "mA min" not in told


def test_a_current_that_is_not_enough_says_so(current: DrugResult, cleared) -> None:
    dose = replace(current.dose, verdict="goal-not-reached")
    told = words_of(leaflet_page(cleared(replace(current, dose=dose))))
    assert "It may not be enough." in told


@pytest.mark.parametrize("procedure", ["freeze", "current"])
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("site", ["finger", "toe", "nose", "forehead", "back", "forearm"])
def test_one_sheet_whatever_has_to_be_said(procedure: str, language: str, site: str) -> None:
    flags = {"frozen-donor", "may-be-numb", "numbing-drug"}
    traits = traits_at(site) | (MOST if procedure == "freeze" else flags)
    text = treatment(told_of(procedure, traits), DONE, texts(language))
    assert sheets_of(pdf(text, is_large=True)) == 1


def test_large_letters_shrink_only_where_they_must(plans, freezes, cleared) -> None:
    def size(page: str) -> float:
        found = re.findall(rb"/f\d+ ([\d.]+) Tf", streams(pdf(page, is_large=True)))
        sizes = [float(s) for s in found]
        return max(set(sizes), key=sizes.count)

    assert size(leaflet_page(plans["cold-bath"])) == 12
    assert 9 <= size(leaflet_page(cleared(freezes["plantar-wart"]))) <= 12


@pytest.mark.parametrize("name", [*NAMES, "mole"])
@pytest.mark.parametrize("visit", [Visit(), DONE])
def test_russian_leaflet_is_russian(
    freezes: dict[str, FreezeResult], cleared, name: str, visit: Visit
) -> None:
    assert russian_left(cleared(freezes[name]), visit) == []
    assert russian_left(freezes[name], visit) == []


def test_russian_current_is_russian(current: DrugResult, cleared) -> None:
    answers = [evidence.text("current_limits", f"answers.{k}") for k in
               evidence.names("current_limits", "answers")]  # fmt: skip
    why = tuple(f"refused for {words}" for words in answers)
    none = replace(current.dose, verdict="refused", time_s=None, reasons=why)
    assert russian_left(cleared(replace(current, dose=none)), Visit()) == []
    assert 'lang="en"' not in leaflet_page(cleared(replace(current, dose=none)), "ru")
    assert russian_left(cleared(current), DONE) == []
    assert russian_left(current, Visit()) == []
    page = leaflet_page(cleared(current), "ru")
    assert "Перевод. Прежде чем выдать эту страницу, врач должен проверить её слова." in page


def russian_left(result: FreezeResult | DrugResult, visit: Visit) -> list[str]:
    """Return the Latin words of a page that do not say of themselves that they are English."""
    page = leaflet_page(result, "ru", visit)
    page = re.sub(r'<(\w+)[^>]* lang="en"[^>]*>.*?</\1>', " ", page, flags=re.DOTALL)
    told = words_of(page)
    for known in (result.session.title, "cryodose", visit.clinic):
        told = told.replace(known, "") if known else told
    return re.findall(r"[A-Za-z]{2,}", told)


def test_every_sentence_and_name_has_a_translation() -> None:
    ru = texts("ru")
    wanted = [row.words for row in statements()]
    wanted += [kind.name for kind in lesion_kinds()]
    wanted += [evidence.text("drugs", f"{key}.name") for key in evidence.names("drugs")]
    agents = evidence.names("cryogens", "agent")
    wanted += [evidence.text("cryogens", f"agent.{key}.name") for key in agents]
    tools = {key.replace("-", " ") for key in evidence.names("cryogens", "tool")}
    wanted += [*tools, "open spray", "cone spray", "vapour jet"]
    assert [words for words in wanted if ru.told(words) == words] == []


def test_statements_bring_their_sources_along(freezes: dict[str, FreezeResult], cleared) -> None:
    told = words_of(leaflet_page(cleared(freezes["plantar-wart"])))
    foot = told.partition("Sources: ")[2]
    for name in ("Kingston and Richmond NHS", "Connolly et al.", "Drugs.com", "Memorial Sloan"):
        assert name in foot


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_is_markup(freezes: dict[str, FreezeResult], cleared, title: str) -> None:
    result = cleared(freezes["plantar-wart"])
    session = replace(result.session, title=title)
    visit = replace(DONE, clinic=title)
    text = leaflet_page(replace(result, session=session), "en", visit)
    page = Reader(text)
    assert page.named("script") == page.named("img") == []
    assert len(page.named("h1")) == 1
    assert pdf(text, is_large=True).startswith(b"%PDF")


def test_page_can_be_read_aloud(freezes: dict[str, FreezeResult], cleared) -> None:
    page = Reader(leaflet_page(cleared(freezes["plantar-wart"])))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    labels = [a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a]
    assert len(ids) == len(set(ids))
    assert set(labels) == set(ids)
    assert page.named("html") == [{"lang": "en"}]
    paper = pdf(leaflet_page(cleared(freezes["plantar-wart"])), is_large=True)
    inside = paper + streams(paper)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside
    assert len(re.findall(rb"/S\s*/H2\b", inside)) == 7
