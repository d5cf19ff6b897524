"""Pages on paper: accessible, reproducible, and whatever somebody is called stays text."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from cryodose.outcome import Plan
from cryodose.outcome.markup import Markup, el, table
from cryodose.plots.figures import report_figures
from cryodose.report.leaflet import leaflet_page
from cryodose.report.page import page, section
from cryodose.report.paper import NoTypst, pdf, pictures, tree_of
from cryodose.report.plan_page import plan_page

WHEN = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
NAMES = ["ankle-sprain", "calf-gel-pack", "cold-bath", "cryosauna", "home-headache", "refused"]
HOSTILE = [
    '#panic() $x$ ]] [#eval("1") \\ ` *a* _b_ <label> @ref // /* ~ -- ...',
    '#import "/etc/passwd": *',
    "</title><script>alert(1)</script>",
    "{name} %s {{0}} \\u0000",
    "مرحبا שלום Привет Ω 漢字 😀",
    "abc\u202etxt.exe\u2066x\u2069",
    "\x00\x01\x1b[31m\ud800",
    "Donaudampfschifffahrt" * 200,
    "a" * 20_000,
    "\n\n\n",
    "",
]


def streams(paper: bytes) -> bytes:
    """Return everything in a PDF that is packed, unpacked."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", paper, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return b"\n".join(found)


def sheets_of(paper: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", paper + streams(paper)))


def one(text: str) -> str:
    return page(text, "report.css", el("header", el("h1", text or "-")), el("main", el("p", text)))


def words_of(node: object) -> str:
    return node if isinstance(node, str) else "".join(words_of(k) for k in node[2])


@pytest.mark.parametrize("name", NAMES)
def test_report_on_paper_is_for_everybody_and_to_keep(plans: Mapping[str, Plan], name: str) -> None:
    plan = plans[name]
    shown = plan.simulated
    text = plan_page(plan, report_figures(shown, plan.dose) if shown else {})
    paper = pdf(text, made_at=WHEN, author="Clinic North")
    inside = paper + streams(paper)
    assert paper.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside
    assert b"<pdfaid:part>2</pdfaid:part>" in inside
    assert b"/MarkInfo" in inside
    assert re.search(rb"/S\s*/H1\b", inside)
    assert re.search(rb"/S\s*/TH\b", inside) or name == "refused"
    assert len(re.findall(rb"/S\s*/Figure\b", inside)) >= (4 if shown else 0)
    assert b"2026-11-25T10:00:00" in inside
    assert plan.session.title.encode() in inside or plan.session.title.isascii() is False


def test_same_page_is_the_same_file(plans: Mapping[str, Plan]) -> None:
    text = plan_page(plans["ankle-sprain"], {})
    first, later = pdf(text), pdf(text)
    assert first == later
    assert pdf(text, made_at=WHEN) == pdf(text, made_at=WHEN) != first
    year = str(datetime.now(UTC).year).encode()
    assert b"D:" + year not in first


def test_tree_says_all_that_the_page_says(plans: Mapping[str, Plan]) -> None:
    text = plan_page(plans["ankle-sprain"], {})
    told = "".join(words_of(k) for k in tree_of(text)["body"])
    plain = told.replace("\u200b", "").replace("\u00a0", " ")
    for wanted in (
        *plans["ankle-sprain"].warnings,
        "Put it on for",
        "skin above 5 °C",
        "bugaj1975",
    ):
        assert wanted in plain


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup(text: str) -> None:
    told = tree_of(one(text))["body"][1]
    kept = re.sub("[\x00-\x08\x1b\ud800\u202e\u2066\u2069]", "", text)
    assert words_of(told).replace("\u200b", "") == kept
    assert pdf(one(text)).startswith(b"%PDF")
    assert len(pictures(one(text))) < 20


def test_long_words_stay_on_the_sheet() -> None:
    rows = [("W" * 300, "i" * 300, "x" * 300)]
    part = section("t", table(("a",) * 3, rows), name="t")
    text = page("x", "report.css", el("h1", "x" * 200), part)
    picture = Image.open(BytesIO(pictures(text)[0])).convert("L")
    width, height = picture.size
    margin = int(width * 1.6 / 21)
    assert picture.crop((width - margin, 0, width, height)).getextrema() == (255, 255)


def test_letters_that_no_font_has_are_a_sign_and_stay_in_the_text() -> None:
    for text in ("\u0378 is no letter", "Привет, Ωmega", "漢字"):
        paper = pdf(one(text))
        inside = paper + streams(paper)
        assert b"<pdfuaid:part>1</pdfuaid:part>" in inside
        # A PDF says beside its signs which letters they are: <glyph> <letters in UTF-16>.
        assert f"{ord(text[0]):04x}".encode() in inside.lower()


def test_without_any_font_for_it_the_file_claims_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryodose.report import paper

    paper._fonts.cache_clear()
    monkeypatch.setattr(paper, "find_spec", lambda name: None)
    try:
        made = pdf(one("\u0378"))
    finally:
        paper._fonts.cache_clear()
    assert b"pdfuaid" not in made + streams(made)


def test_drawing_needs_its_words_and_keeps_them() -> None:
    svg = Markup("<svg viewBox='0 0 9 9' xmlns='http://www.w3.org/2000/svg'><rect width='9' "
                 "height='9' fill='var(--ink, #ff0000)'/></svg>")  # fmt: skip
    seen = el("div", svg, role="img", aria_label="A red square")
    drawn = el("figure", seen, el("figcaption", "C"))
    text = page("x", "report.css", el("h1", "x"), el("div", drawn, class_="grid"))
    paper = pdf(text)
    assert b"A red square" in paper + streams(paper)
    colours = Image.open(BytesIO(pictures(text)[0])).convert("RGB").getcolors(10**7)
    assert any(colour == (255, 0, 0) for _, colour in colours)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", [*NAMES, "with-readings"])
def test_leaflet_is_one_sheet_in_the_language_of_the_person(
    plans: Mapping[str, Plan], name: str, language: str
) -> None:
    text = leaflet_page(plans[name], language)
    paper = pdf(text, is_large=True)
    assert sheets_of(paper) == 1
    assert f"/Lang({language})".encode() in paper + streams(paper)
    if language == "en":
        return
    title = plans[name].session.title
    told = re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL).replace(title, "")
    left = re.findall(r"[A-Za-z]{2,}", told.replace("cryodose", ""))
    assert left == []


def test_leaflet_in_a_language_that_is_not_there_is_english(plans: Mapping[str, Plan]) -> None:
    assert leaflet_page(plans["cold-bath"], "xx") == leaflet_page(plans["cold-bath"])


def test_paper_is_quick(plans: Mapping[str, Plan]) -> None:
    text = plan_page(plans["ankle-sprain"], {})
    pdf(text)
    spent = []
    for _ in range(3):
        begin = time.process_time()
        pdf(text)
        spent.append(time.process_time() - begin)
    assert min(spent) < 1.0


def test_without_typst_it_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NoTypst, match=r"cryodose\[clinic\]"):
        pdf(one("x"))


def test_typst_is_loaded_when_paper_is_wanted_and_not_before() -> None:
    code = "import sys, cryodose.report.paper; print('typst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
