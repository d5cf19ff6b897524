"""Every text of the pages has its Russian, and nothing in the catalogue is left over."""

from __future__ import annotations

import ast
import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

import cryodose.clinic
from cryodose.clinic.language import catalogue, texts_of

HOME = Path(cryodose.clinic.__file__).parent
TAG = re.compile(r"\{%\s*translate\s+(\"[^\"]*\"|'[^']*')\s*%\}")
CALLS = {"_", "_l", "gettext", "gettext_lazy"}
# Numbers, units and names that are the same everywhere.
SAME = re.compile(r"^[\W\d]*$|^cryodose$")


def marked_texts() -> set[str]:
    found: set[str] = set()
    for page in (HOME / "templates").rglob("*.html"):
        found |= {m.group(1)[1:-1] for m in TAG.finditer(page.read_text(encoding="utf-8"))}
    for source in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id in CALLS and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def test_every_text_has_its_russian() -> None:
    known = texts_of("ru")
    texts = marked_texts()
    assert len(texts) > 150
    assert sorted(t for t in texts if not known.get(t) and not SAME.match(t)) == []
    assert sorted(set(known) - texts) == []


def test_pages_hold_no_text_that_is_not_marked() -> None:
    """What stands between tags goes through `translate`, apart from names and signs."""
    loose = []
    for page in (HOME / "templates").rglob("*.html"):
        text = re.sub(
            r"<script.*?</script>|\{%.*?%\}|\{\{.*?\}\}", " ", page.read_text("utf-8"), flags=re.S
        )
        for words in re.findall(r">([^<>]*[A-Za-z]{4,}[^<>]*)<", text):
            left = words.replace("cryodose", "").strip(" ·\n")
            if re.search(r"[A-Za-z]{4,}", left):
                loose.append(f"{page.name}: {left}")
    assert loose == []


def test_page_speaks_russian(operator: Client, house: Any) -> None:
    assert "Сегодня" in operator.get("/", headers={"accept-language": "ru"}).content.decode()
    assert "Today" in operator.get("/", headers={"accept-language": "de"}).content.decode()
    operator.post("/language/", {"language": "ru", "next": "/"})
    assert 'lang="ru"' in operator.get("/").content.decode()
    with translation.override("ru"):
        assert translation.gettext("This field is required.") != "This field is required."


def test_a_percent_sign_hinders_no_translation() -> None:
    """A template doubles percent signs before it asks for the translation."""
    texts = [t for t in marked_texts() if "%" in t and texts_of("ru").get(t)]
    assert len(texts) > 3
    with translation.override("ru"):
        for text in texts:
            shown = Template(f'{{% load i18n %}}{{% translate "{text}" %}}').render(Context())
            assert html.unescape(shown) == texts_of("ru")[text]


@pytest.mark.parametrize("text", ["a", "Ж", "x" * 10_000])
def test_catalogue_gives_back_what_it_was_given(text: str) -> None:
    made = catalogue({"key": text, "empty": ""})
    assert made.gettext("key") == text
    assert made.gettext("empty") == "empty"
