"""Mass, area and fat of a person come back from the segments, whoever it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cryodose.body.segments import LAYERS, segment_names, stack
from cryodose.body.size import Person, body_sizes, estimated_fat_percent
from cryodose.body.whole import _widths_m, awake, whole_body

ADMITTED = st.tuples(
    st.floats(0, 1), st.floats(12, 90), st.floats(1.4, 2.1), st.floats(40, 180), st.floats(5, 55)
)


def person_of(numbers: tuple[float, ...]) -> Person:
    return Person(*(np.array([x]) for x in (*numbers, 0.82, 1.0)))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(numbers=ADMITTED)
def test_mass_area_and_fat_are_conserved(values, numbers: tuple[float, ...]) -> None:
    person = person_of(numbers)
    body = whole_body(person, values(1))
    of = body.tissue.layer
    mass = body.tissue.heat_j_m2k / stack("specific_heat_j_kgk")[of]  # per skin area
    by_cell = (body.tissue.area_m2 * mass).sum(axis=1)[:, 0]
    fat = by_cell[of == LAYERS.index("fat")].sum()
    assert by_cell.sum() == pytest.approx(person.mass_kg[0], rel=1e-9)
    assert fat == pytest.approx(person.mass_kg[0] * person.fat_percent[0] / 100 * 0.82, rel=1e-9)
    assert body.tissue.area_m2.sum() == pytest.approx(person.area_m2[0], rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(ADMITTED)
def test_every_layer_is_there(numbers: tuple[float, ...]) -> None:
    sizes = body_sizes(person_of(numbers))
    assert np.all(sizes.thickness_m > 0)
    assert np.all(sizes.diameter_m < 1.5)


def test_a_middle_man_has_the_girths_of_one(people) -> None:
    sizes = body_sizes(people(mass_kg=[78.0]))
    girth = dict(zip(segment_names(), np.pi * 1e3 * sizes.diameter_m[:, 0], strict=True))
    assert 400 < girth["thigh"] < 600
    assert 300 < girth["calf"] < 400
    assert 260 < girth["upper-arm"] < 340
    assert 45 < girth["finger"] < 75


def test_du_bois_and_harris_benedict(people) -> None:
    man = people(height_m=[1.80], mass_kg=[80.0], age_y=[30.0])
    assert man.area_m2[0] == pytest.approx(0.2025 * 80**0.425 * 1.80**0.725)
    kcal = 88.362 + 13.397 * 80 + 479.9 * 1.80 - 5.677 * 30
    assert man.basal_w[0] == pytest.approx(0.048 * kcal)


def test_fat_is_estimated_and_held_in_its_range() -> None:
    assert estimated_fat_percent(0.0, 30.0, 24.0) == pytest.approx(1.2 * 24 + 0.23 * 30 - 16.2)
    women, men = (estimated_fat_percent(f, 30.0, 24.0) for f in (1.0, 0.0))
    assert women - men == pytest.approx(10.8)
    assert estimated_fat_percent(0.0, 12.0, 10.0) == 4.0
    assert estimated_fat_percent(1.0, 90.0, 90.0) == 60.0


def test_more_fat_is_a_thicker_layer_everywhere(people) -> None:
    sizes = body_sizes(people(fat_percent=[10.0, 20.0, 40.0]))
    assert np.all(np.diff(sizes.thickness_m[LAYERS.index("fat")], axis=1) > 0)


def test_measured_sites_stand_and_the_person_stays_whole(values) -> None:
    n = 3
    person = Person(
        np.array([0.0, 1.0, 1.0]), np.full(n, 30.0), np.array([1.8, 1.65, 1.5]),
        np.array([80.0, 62.0, 90.0]), np.array([16.0, 27.0, 45.0]), np.full(n, 0.82), np.ones(n),
        {"thigh": np.array([4.0, 12.0, 30.0]), "abdomen": np.array([8.0, 25.0, 40.0])},
        {"calf": np.array([380.0, 350.0, 420.0])},
    )  # fmt: skip
    body = whole_body(person, values(n))
    names, layers = segment_names(), body.sizes.thickness_m * 1e3
    fat = layers[LAYERS.index("fat")]
    assert fat[names.index("thigh")] == pytest.approx(person.adipose_mm["thigh"])
    assert fat[names.index("abdomen")] == pytest.approx(person.adipose_mm["abdomen"])
    assert 2 * np.pi * layers[:, names.index("calf")].sum(axis=0) == pytest.approx(
        person.girth_mm["calf"]
    )
    mass = body.tissue.heat_j_m2k / stack("specific_heat_j_kgk")[body.tissue.layer]
    assert (body.tissue.area_m2 * mass).sum(axis=(0, 1)) == pytest.approx(person.mass_kg, rel=1e-6)


def test_a_girth_too_small_for_its_fat_is_held(values) -> None:
    person = Person(*(np.array([x]) for x in (0.0, 30.0, 1.8, 80.0, 20.0, 0.82, 1.0)),
                    {"calf": np.array([80.0])}, {"calf": np.array([200.0])})  # fmt: skip
    sizes = body_sizes(person)
    assert np.all(np.isfinite(sizes.thickness_m))
    assert np.all(sizes.thickness_m > 0)


def test_hands_of_women_get_the_measured_share_of_the_flow_of_men(people, values) -> None:
    both = whole_body(people(female=[0.0, 1.0]), values(2))
    skin = both.tissue.layer == LAYERS.index("dermis")
    flow = both.tissue.flow_w_m2k[skin].sum(axis=0)
    ratio = dict(zip(segment_names(), flow[:, 1] / flow[:, 0], strict=True))
    assert ratio["hand"] == pytest.approx(6.2 / 12.1, abs=0.01)
    assert ratio["finger"] == pytest.approx(7.7 / 19.5, abs=0.01)
    assert ratio["thigh"] == pytest.approx(1.0)


def test_who_is_awake_makes_more_in_muscle_alone(people, values) -> None:
    body = whole_body(people(mass_kg=[78.0]), values(1))
    up = awake(body)
    more = up.rest_w - body.rest_w
    shares = body.values["awake_share"] - body.values["rest_share"]
    assert more == pytest.approx(body.person.basal_w * shares)
    soft = body.tissue.layer == LAYERS.index("soft")
    assert np.array_equal(up.tissue.heat_w_m2[~soft], body.tissue.heat_w_m2[~soft])
    ear = segment_names().index("ear")
    assert np.array_equal(up.tissue.heat_w_m2[:, ear], body.tissue.heat_w_m2[:, ear])


def fine_mm(body) -> float:
    """Return the widest cell whose middle lies in the outer 2 mm, mm."""
    outer, dx = body.depth_m < 2e-3, _widths_m(body.sizes, 1)[0]
    return float(dx[outer].max() * 1e3)


@pytest.mark.parametrize("fat_percent", [10.0, 15.0, 30.0, 50.0])
@pytest.mark.parametrize("female", [0.0, 1.0])
def test_the_outer_two_millimetres_are_resolved(people, values, female, fat_percent) -> None:
    person = people(female=[female], mass_kg=[70.0], fat_percent=[fat_percent])
    assert fine_mm(whole_body(person, values(1))) <= 0.201


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(numbers=ADMITTED, dermis_share=st.floats(0.8, 1.25))
def test_nobody_has_coarse_skin(values, numbers: tuple[float, ...], dermis_share: float) -> None:
    person = Person(*(np.array([x]) for x in (*numbers, 0.82, dermis_share)))
    assert fine_mm(whole_body(person, values(1))) <= 0.35
