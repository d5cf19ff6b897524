"""What is given goes before what is assumed, and variants override both."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.errors import BadInput, CryodoseError
from cryodose.session import Experiment, Session, session_from_dict
from cryodose.session.compose import compose_experiment

PACK = {"modality": "cold-pack", "agent": "cubed-ice", "site": "calf"}


def session(**tables: Any) -> Session:
    return session_from_dict({"exposure": PACK, **tables})


def experiment(*variants: dict[str, Any], **tables: Any) -> Experiment:
    head = {"title": "T", "source": {"key": "k", "citation": "c", "read": "text"}}
    data = {**head, "exposure": PACK, **tables, "variant": list(variants)}
    return compose_experiment(data, "e.toml")


def test_assumed_values_fill_and_are_listed() -> None:
    got = session(
        subject={"age_y": 30},
        assumed={"subject": {"age_y": 50, "sex": "male"}, "exposure": {"barrier": "none"}},
    )
    assert got.subject.age_y == 30
    assert got.subject.sex == "male"
    assert got.exposure.barrier == "none"
    assert got.assumed == ("subject.sex", "exposure.barrier")


def test_everything_may_be_assumed() -> None:
    got = session_from_dict({"assumed": {"exposure": PACK}})
    assert got.assumed == ("exposure.modality", "exposure.agent", "exposure.site")
    assert session_from_dict(got.to_dict()) == got


def test_a_given_skinfold_goes_before_an_assumed_layer() -> None:
    assumed = {"subject": {"adipose_mm": 9, "adipose_mm_sd": 2}}
    got = session(subject={"skinfold_mm": 20}, assumed=assumed)
    assert (got.subject.skinfold_mm, got.subject.adipose_mm) == (20, None)
    assert got.subject.adipose_mm_sd is None
    assert got.assumed == ()


def test_tables_are_replaced_whole() -> None:
    got = session(
        subject={"baseline": {"skin_C": 31}},
        assumed={"subject": {"baseline": {"core_C": 37}}},
    )
    assert got.subject.baseline.skin_c == 31
    assert got.subject.baseline.core_c is None


def test_an_assumed_value_that_does_not_count_must_still_be_possible() -> None:
    with pytest.raises(BadInput, match=r"assumed\.subject\.age_y = 500"):
        session(subject={"age_y": 30}, assumed={"subject": {"age_y": 500}})


def test_errors_name_the_place_under_assumed() -> None:
    with pytest.raises(BadInput, match=r'assumed\.exposure\.agent_mass_g = 5: .*"agent_mass_kg"'):
        session(assumed={"exposure": {"agent_mass_g": 5}})


def test_variants_override_single_keys() -> None:
    got = experiment(
        {"key": "gel", "exposure": {"agent": "gel-pack"}, "subject": {"age_y": 40}},
        {"key": "cold", "assumed": {"exposure": {"agent_temperature_C": -10}}},
        subject={"age_y": 20},
        assumed={"exposure": {"agent_temperature_C": -5}},
    )
    assert list(got.sessions) == ["base", "gel", "cold"]
    assert got.base.exposure.agent == "cubed-ice"
    assert got.sessions["gel"].exposure.agent == "gel-pack"
    assert got.sessions["gel"].subject.age_y == 40
    assert got.sessions["cold"].exposure.agent_temperature_c == -10
    assert got.sessions["cold"].subject.age_y == 20
    assert "exposure.agent_temperature_C" in got.sessions["cold"].assumed


def test_a_given_value_goes_before_what_a_variant_assumes() -> None:
    got = experiment({"key": "v", "assumed": {"exposure": {"agent": "gel-pack"}}})
    assert got.sessions["v"].exposure.agent == "cubed-ice"


def test_a_variant_replaces_the_alternative_of_its_key() -> None:
    got = experiment(
        {"key": "layer", "subject": {"adipose_mm": 5}},
        subject={"skinfold_mm": 20, "skinfold_mm_sd": 3},
    )
    subject = got.sessions["layer"].subject
    assert (subject.adipose_mm, subject.skinfold_mm, subject.skinfold_mm_sd) == (5, None, None)


def test_a_new_modality_starts_from_an_empty_exposure() -> None:
    bath = {"modality": "immersion", "water_temperature_C": 10}
    got = experiment(
        {"key": "bath", "exposure": bath, "assumed": {"exposure": {"immersed": "legs"}}},
        assumed={"exposure": {"barrier": "none", "room_temperature_C": 23}},
    )
    assert got.sessions["bath"].modality == "immersion"
    assert got.sessions["bath"].exposure.room_temperature_c is None
    assert got.sessions["bath"].assumed == ("exposure.immersed",)


@pytest.mark.parametrize(
    ("variant", "fragments"),
    [
        ({"key": "base"}, ('variant[0].key = "base"', "no other session")),
        ({"exposure": {}}, ("variant[0].key = (missing)", "a name")),
        ({"key": 3}, ("variant[0].key = 3", "a name")),
        ({"key": "v", "agent": "x"}, ("variant[0].agent", "a key of a variant")),
        ({"key": "v", "exposure": 3}, ("variant[0].exposure = 3", "a table")),
        ({"key": "v", "assumed": {"plan": 3}}, ("variant[0].assumed.plan = 3", "assumed")),
        ({"key": "v", "exposure": {"agent": "ice"}}, ("variant[0].exposure.agent", "one of")),
        (
            {"key": "v", "exposure": {"modality": "immersion"}},
            ("variant[0].exposure.immersed = (missing)", "one of"),
        ),
        (
            {"key": "v", "exposure": {"modality": "cold-pack", "agent": "none"}},
            ("variant[0].exposure.site = (missing)", "calf"),
        ),
        (
            {"key": "v", "assumed": {"exposure": {"agent": "ice"}}},
            ("variant[0].assumed.exposure.agent", "one of"),
        ),
    ],
)
def test_errors_name_the_place_in_the_variant(
    variant: dict[str, Any], fragments: tuple[str, ...]
) -> None:
    with pytest.raises(CryodoseError) as caught:
        experiment(variant)
    assert all(part in str(caught.value) for part in fragments), str(caught.value)


def test_a_fault_of_the_base_is_told_once() -> None:
    with pytest.raises(BadInput, match=r"subject\.age_y = 500"):
        experiment({"key": "a"}, {"key": "b"}, subject={"age_y": 500})


def test_a_base_that_cannot_run_is_an_error() -> None:
    with pytest.raises(BadInput, match=r"e\.toml: exposure\.agent = \(missing\)"):
        experiment(
            {"key": "v", "exposure": {"agent": "none"}},
            exposure={"modality": "cold-pack", "site": "calf"},
        )


KEYS = ("age_y", "mass_kg", "girth_mm", "body_fat_percent")
LAYERS = st.dictionaries(st.sampled_from(KEYS), st.integers(50, 70), max_size=4)


@given(LAYERS, LAYERS, LAYERS, LAYERS)
def test_every_value_comes_from_the_strongest_layer(
    given_: dict[str, int],
    assumed: dict[str, int],
    new_given: dict[str, int],
    new_assumed: dict[str, int],
) -> None:
    variant = {"key": "v", "subject": new_given, "assumed": {"subject": new_assumed}}
    got = experiment(variant, subject=given_, assumed={"subject": assumed}).sessions["v"]
    for key in KEYS:
        layers = (new_given, given_, new_assumed, assumed)
        wanted = next((layer[key] for layer in layers if key in layer), None)
        assert getattr(got.subject, key) == wanted
        is_assumed = wanted is not None and key not in {**given_, **new_given}
        assert (f"subject.{key}" in got.assumed) == is_assumed
