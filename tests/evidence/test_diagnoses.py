"""Names of lesions: what is accepted, and that nothing else gets through however it is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cryodose import evidence
from cryodose.evidence.diagnoses import (
    LesionKind,
    LesionRefusal,
    lesion_kinds,
    lesion_of,
    mentions_refused,
)
from cryodose.evidence.folding import _TWINS, folded, words_of
from cryodose.screening import load_rules

TABLE = evidence.document("diagnoses")
REFUSED = [
    "mole", "moles", "Naevus", "nevus", "nevi", "naevi", "nävus", "nævus", "melanocytic naevus",
    "dysplastic nevus", "blue nevus", "Spitz", "birthmark", "beauty spot", "dark spot", "lentigo",
    "pigmented lesion", "melanoma", "lentigo maligna", "родинка", "невус", "пигментное пятно",
    "меланома", "родимое пятно", "Muttermal", "naevus NOS", "mole (benign)", "BCC",
    "basal cell carcinoma", "squamous cell carcinoma", "carcinoma", "базалиома", "tumour",
]  # fmt: skip
ALLOWED = [name for kind in TABLE["kind"].values() for name in kind["names"]]
CELLS = {"melanocyte", "keratinocyte", "fibroblast", "vessel", "follicle", "malignant"}


@pytest.mark.parametrize("name", ALLOWED)
def test_every_listed_name_is_its_own_kind(name: str) -> None:
    kind = lesion_of(name)
    assert isinstance(kind, LesionKind)
    assert name in TABLE["kind"][kind.key]["names"]
    for spelled in (name.upper(), name.title(), name.replace(" ", "-"), name.replace(" ", "_")):
        assert lesion_of(f"  {spelled} ") == kind


@pytest.mark.parametrize("name", REFUSED)
def test_refused_names_name_rule_and_sources(name: str) -> None:
    found = lesion_of(name)
    assert isinstance(found, LesionRefusal)
    assert found.rule in {rule.id for rule in load_rules().of("liquid-nitrogen")}
    assert found.sources
    assert all(evidence.source(key).citation for key in found.sources)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("melanoma of a mole", "LN2-02"),
        ("solar lentigo maligna", "LN2-02"),
        ("recurrent superficial bcc", "LN2-04"),
        ("morphoeic basal cell carcinoma low risk", "LN2-04"),
        ("keratoacanthoma", "LN2-03"),
        ("mole", "LN2-01"),
        ("me1an0ma", "LN2-02"),
        ("wart?", "LN2-01"),
        ("wart or something", "LN2-01"),
        (None, "LN2-01"),
        ("", "LN2-01"),
        (" \u200b ", "LN2-01"),
    ],
)
def test_which_rule(name: str | None, rule: str) -> None:
    found = lesion_of(name)
    assert isinstance(found, LesionRefusal)
    assert found.rule == rule


twins = {letter: f"{letter}{others}" for letter, others in _TWINS.items()}
INVISIBLE = ["\u200b", "\u00ad", "\u2060", "\u0301", "\ufeff", "\u202e"]


@st.composite
def disguised(draw: st.DrawFn, names: list[str]) -> str:
    """Write a name the way somebody could who wants it through: other letters, marks, words."""
    text = draw(st.sampled_from(names))
    out = []
    for char in text:
        way = draw(st.integers(0, 5))
        if way == 0:
            out.append(char.upper())
        elif way == 1:
            out.append(draw(st.sampled_from(twins.get(char.lower(), char))))
        elif way == 2:
            out.append(char + draw(st.sampled_from(INVISIBLE)))
        elif way == 3 and char.isalpha() and ord(char) < 128:
            out.append(chr(ord(char.upper()) + 0xFEE0))  # full width
        elif way == 4 and char in " -":
            out.append(draw(st.sampled_from([" ", "-", "_", "  ", "/", "."])))
        else:
            out.append(char)
    beside = st.sampled_from(["", "", *ALLOWED, "benign", "left hand", "(benign)", "no", "?"])
    words = [draw(beside), "".join(out), draw(beside)]
    return draw(st.sampled_from([" ", "-", ", ", " + ", " and ", "/"])).join(w for w in words if w)


@given(disguised(REFUSED))
def test_no_spelling_of_a_refused_name_is_dosed(text: str) -> None:
    found = lesion_of(text)
    assert isinstance(found, LesionRefusal), text
    assert found.rule.startswith("LN2-0")


@given(st.text(max_size=100))
def test_any_text_is_a_known_name_or_refused(text: str) -> None:
    found = lesion_of(text)
    if isinstance(found, LesionKind):
        names = {"".join(words_of(n)) for n in (found.key, *TABLE["kind"][found.key]["names"])}
        neutral = {w for entry in TABLE["qualifiers"]["words"] for w in words_of(entry)}
        left = "".join(words_of(text))
        for word in sorted(neutral, key=len, reverse=True):
            left = left if left in names else left.replace(word, "")
        assert left in names


@given(st.sampled_from(ALLOWED), st.text(min_size=1, max_size=20))
def test_what_is_added_to_a_name_must_be_neutral(name: str, more: str) -> None:
    words = words_of(more)
    neutral = {w for entry in TABLE["qualifiers"]["words"] for w in words_of(entry)}
    assume(words and not set(words) <= neutral)
    joined = {"".join(words_of(n)) for n in ALLOWED}
    text = f"{name} {more}"
    kept = "".join(w for w in words_of(text) if w not in neutral)
    assume("".join(words_of(text)) not in joined and kept not in joined)
    assert isinstance(lesion_of(text), LesionRefusal)


@given(st.text(max_size=60))
def test_folding_settles(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert folded(unicodedata.normalize("NFC", text)) == folded(unicodedata.normalize("NFD", text))


def test_no_allowed_name_sounds_like_a_mole() -> None:
    """Only diagnoses that somebody must have confirmed may hold a word of the refused ones."""
    stems = [folded(s) for k in ("melanoma", "naevus") for s in TABLE["refusal"][k]["stems"]]
    for name in ALLOWED:
        assert [stem for stem in stems if stem in folded(name)] == []
    dark = [k for k in lesion_kinds() if k.pigment in ("often", "always") or k.cell == "malignant"]
    assert all(k.needs for k in dark)
    assert not any(k.key for k in lesion_kinds() if "looking" in k.needs)


def test_no_neutral_word_speaks_of_a_diagnosis() -> None:
    stems = [folded(s) for row in TABLE["refusal"].values() for s in row["stems"]]
    for entry in TABLE["qualifiers"]["words"]:
        assert [s for s in stems if s in folded(entry)] == []


def test_kinds_are_whole() -> None:
    protocols = evidence.names("protocols")
    for kind in lesion_kinds():
        assert kind.cell in CELLS
        assert set(kind.protocols) <= set(protocols)
        assert kind.size("depth_mm") is not None
        assert kind.size("margin_mm") is not None
        assert set(kind.needs) <= {"dermoscopy", "histology"}


def test_protocols_are_whole() -> None:
    for name in evidence.names("protocols"):
        for row in evidence.document("protocols")[name]["row"]:
            assert evidence.source(row["source"]).citation
            assert row["confidence"] in evidence.CONFIDENCES
            assert row.get("until") or row["freeze_s"][0] <= row["freeze_s"][1]
            assert row["cycles"][0] <= row["cycles"][1]


def test_titles() -> None:
    assert mentions_refused("My mole") is not None
    assert mentions_refused("A wart on the sole, not scaled up") is None
