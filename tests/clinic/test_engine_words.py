"""What the engine warns of reaches Russian readers in Russian."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from cryodose import evidence, plan, simulate
from cryodose.clinic.engine_words import said
from cryodose.dosing.freeze_rules import TABLE
from cryodose.evidence.diagnoses import lesion_kinds
from cryodose.front import preview
from cryodose.session import load_session

EXAMPLES = Path(__file__).parents[2] / "examples"
LATIN_RUN = re.compile(r"(?:[A-Za-z]{3,} ){3}")


def in_russian(words: str) -> str:
    with translation.override("ru"):
        return said(words)


def is_russian(words: str) -> bool:
    """Tell whether a sentence was translated, but for names in brackets and commands."""
    shown = in_russian(words)
    return shown != words and not LATIN_RUN.search(re.sub(r"\([^()]*\)", "", shown))


def cautions() -> list[str]:
    rows = evidence.document(TABLE)
    listed = [row["words"] for part in ("barred", "caution") for row in rows[part].values()]
    return [*listed, *(kind.caution for kind in lesion_kinds() if kind.caution)]


@pytest.mark.parametrize("words", cautions())
def test_every_caution_about_a_freeze(words: str) -> None:
    assert is_russian(words)


@pytest.mark.parametrize("name", ["ankle-sprain", "cold-bath", "cryosauna", "lidocaine-cold",
                                  "plantar-wart"])  # fmt: skip
def test_every_warning_of_a_plan(name: str) -> None:
    answer = plan(EXAMPLES / f"{name}.toml", members=32)
    parts = (getattr(answer, name, ()) for name in ("warnings", "reasons", "harms"))
    told = [words for part in parts for words in part]
    assert told
    assert [words for words in told if not is_russian(words)] == []


@pytest.mark.parametrize("before", [0, 1])
def test_what_is_told_of_the_first_whole_body_sessions(before: int) -> None:
    data = load_session(EXAMPLES / "cryosauna.toml").to_dict()
    data["subject"]["sessions_before"] = before
    answer, long = plan(data, members=32), simulate(data, members=16)
    told = [*answer.reasons, *long.warnings, *preview(data, members=16).reasons]
    told += [x.limit.words for x in answer.dose.limits if x.limit.name == answer.dose.limiting]
    assert len(told) >= 5
    assert [words for words in told if not is_russian(words)] == []


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (
            "mean skin cooled by 8 °C (with probability 80%) would take 4 min 1 s; the limit is "
            "3 min (never more than 3 min). At that time the probability is 64%.",
            "с вероятностью 80% на это нужно 4 мин 1 с; предел — 3 мин",
        ),
        ("Skin at or below 5 °C is likely at: thigh, calf, toe.", "до 5 °C и ниже: бедро, "),
        (
            "Screened for 2026-11-26 by rules 1.2.0, no-rule-hit: never use cold with cold "
            "urticaria, cryoglobulinaemia, Raynaud's disease, numb skin or poor circulation.",
            "на 2026-11-26 по правилам 1.2.0: ни одно правило не сработало; холод недопустим",
        ),
        ("NOT RELEASED: 2 questions are open that could stop it.", "остановить сеанс: 2."),
        ("NOT RELEASED: a clinician must decide first (CAR-01 Angina).", "врач (CAR-01 Angina)"),
    ],
)
def test_sentences_with_parts(words: str, shown: str) -> None:
    assert shown in in_russian(words)


def test_what_is_not_known_stays_english() -> None:
    words = "A sentence that nobody translated (with probability 80%)."
    assert in_russian(words) == words
