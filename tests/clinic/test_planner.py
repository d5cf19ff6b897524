"""The planner: what the form says becomes a session file, and what is kept is its plan."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from cryodose.clinic.models import Access, Person, PlanRecord, Procedure
from cryodose.clinic.services.plans import QUICK, keep_plan
from cryodose.clinic.views import planner_current, planner_freeze
from cryodose.clinic.views.planner_fields import SITES
from cryodose.clinic.views.planner_forms import AGENTS, BARRIERS, COVERINGS, FORMS, GOALS, IMMERSED
from cryodose.session import names, session_from_dict
from cryodose.session.safety import Safety
from tests.clinic.planner_input import CURRENT, FREEZE, GIVEN

HOSTILE = [
    "nan",
    "inf",
    "-1e308",
    "1e309",
    "",
    "0x10",
    "12; DROP TABLE",
    "<script>alert(1)</script>",
    "9" * 400,
    "\x00",
    "1,5",
]


def path_of(house: Any, procedure: str, kind: str = "") -> str:
    return f"/people/{house.own.records[Person].pk}/plans/{procedure}/{kind}"


def tried(browser: Client, house: Any, procedure: str, **change: object) -> str:
    answer = browser.post(path_of(house, procedure, "try/"), GIVEN[procedure] | change)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_procedure_of_the_program_has_a_planner() -> None:
    assert sorted(FORMS) == sorted(Procedure.values) == sorted(GIVEN)
    assert set(QUICK) == set(FORMS)


def test_choices_are_names_of_session_files() -> None:
    for ours, theirs in (
        (AGENTS, names.PackAgent),
        (BARRIERS, names.Barrier),
        (IMMERSED, names.Immersed),
        (COVERINGS, names.CoveredRegion),
        (planner_freeze.TECHNIQUES, names.Technique),
        (planner_freeze.NEAR, names.NearLesion),
        (planner_current.POLARITY, names.Polarity),
        (planner_current.STATES, names.DonorState),
        (planner_current.WAVES, names.Waveform),
    ):
        assert set(ours) <= set(theirs.__args__)
    assert set(SITES) == set(names.Site.__args__)
    assert set(planner_current.DRUGS) == set(names.Drug.__args__)
    assert set(planner_freeze.DIAGNOSED) - {""} == set(names.DiagnosedBy.__args__)
    assert {garment for _, garment in COVERINGS.values()} <= set(names.Garment.__args__)
    assert set(planner_current.QUESTIONS) <= set(Safety.model_fields)


def test_every_question_that_could_forbid_a_current_is_asked() -> None:
    form = planner_current.CurrentForm({**CURRENT, **dict.fromkeys(planner_current.QUESTIONS, "")})
    assert form.is_valid()
    from cryodose.dosing.current_answers import unasked

    open_ = unasked(session_from_dict(form.session()))
    assert set(open_) == set(planner_current.QUESTIONS)
    answered = planner_current.CurrentForm(CURRENT)
    assert answered.is_valid()
    assert unasked(session_from_dict(answered.session())) == ()


@pytest.mark.parametrize("procedure", sorted(FORMS))
def test_form_becomes_a_session_and_comes_back(procedure: str) -> None:
    form = FORMS[procedure](GIVEN[procedure])
    assert form.is_valid(), form.errors
    made = session_from_dict(form.session()).to_dict()
    assert made["exposure"]["modality"] == procedure
    start = FORMS[procedure].given_by(made)
    shown = {k: field.initial for k, field in FORMS[procedure]().fields.items()} | start
    again = FORMS[procedure]({k: v for k, v in shown.items() if v not in (None, False)})
    assert again.is_valid(), again.errors
    assert session_from_dict(again.session()).to_dict() == made


@pytest.mark.parametrize("procedure", sorted(FORMS))
def test_every_field_stands_in_a_group_once(procedure: str) -> None:
    form = FORMS[procedure]()
    shown = [field.name for _, fields in form.parts() for field in fields]
    assert sorted(shown) == sorted(form.fields)


def test_what_was_left_open_stays_open() -> None:
    form = FORMS["cryoelectrophoresis"](CURRENT | {"donor_ph": "", "target_ug": "", "fresh": ""})
    assert form.is_valid()
    start = FORMS["cryoelectrophoresis"].given_by(session_from_dict(form.session()).to_dict())
    assert (start["donor_ph"], start["target_ug"], start["fresh"]) == (None, None, False)


@pytest.mark.parametrize("aim", sorted(GOALS))
def test_every_goal_is_one_of_a_session(aim: str) -> None:
    form = FORMS["cold-pack"](GIVEN["cold-pack"] | {"aim": aim})
    assert form.is_valid()
    assert session_from_dict(form.session()).goals[0].kind == aim


def test_displayed_temperature_is_not_taken_for_gas() -> None:
    for is_displayed, key in (("on", "displayed_temperature_C"), ("", "gas_temperature_C")):
        form = FORMS["cryosauna"](GIVEN["cryosauna"] | {"is_displayed": is_displayed})
        assert form.is_valid()
        assert key in form.session()["exposure"]["stages"][0]


def test_nobody_asks_to_be_less_sure_of_a_cancer() -> None:
    given = FREEZE | {"kind": "Bowen disease", "diagnosed_by": "histology", "sure": "0.5"}
    form = FORMS["liquid-nitrogen"](given)
    assert form.is_valid()
    assert "plan" not in form.session()
    form = FORMS["liquid-nitrogen"](FREEZE | {"sure": "0.5"})
    assert form.is_valid()
    assert form.session()["plan"] == {"probability": 0.5}


@pytest.mark.parametrize("procedure", sorted(FORMS))
def test_plan_is_tried_with_pictures_and_kept(operator: Client, house: Any, procedure: str) -> None:
    page = operator.get(path_of(house, procedure)).content.decode()
    ranges = re.findall(r'<input type="range"[^>]*data-moves="([^"]+)"', page)
    assert ranges
    for one in ranges:
        assert f'id="{one}"' in page
    before = PlanRecord.objects.count()
    text = tried(operator, house, procedure)
    assert text.count("<svg") >= 2
    assert 'id="told"' in text
    assert " style=" not in text
    assert "<script" not in text
    assert PlanRecord.objects.count() == before
    made = operator.post(path_of(house, procedure), GIVEN[procedure])
    assert made.status_code == 302, made.content.decode()[-500:]
    row = PlanRecord.objects.get(pk=made.headers["Location"].split("/")[2])
    assert row.procedure == procedure
    assert not row.released
    kept = operator.get(made.headers["Location"]).content.decode()
    assert kept.count("<svg") >= 2
    # A kept plan computes with everybody, and what the page draws is kept with it.
    assert row.members > QUICK[procedure]
    assert row.answer["sketch"]
    checked = operator.post(f"/plans/{row.pk}/check/", follow=True).content.decode()
    assert "Computed again: the same to the bit." in checked


def test_person_is_in_the_session(operator: Client, house: Any) -> None:
    person = house.own.records[Person]
    made = operator.post(path_of(house, "cold-pack"), GIVEN["cold-pack"])
    row = PlanRecord.objects.get(pk=made.headers["Location"].split("/")[2])
    assert row.session["subject"]["age_y"] == person.age_y(row.made_at.date())
    assert row.session["exposure"]["agent"] == "crushed-ice"
    assert row.dose_s == row.answer["dose_s"]


def test_dose_of_a_freeze_is_its_seconds(operator: Client, house: Any) -> None:
    made = operator.post(path_of(house, "liquid-nitrogen"), GIVEN["liquid-nitrogen"])
    row = PlanRecord.objects.get(pk=made.headers["Location"].split("/")[2])
    assert row.dose_s == row.answer["freeze_s"]


@pytest.mark.parametrize(
    "kind", ["mole", "dark spot", "melanoma", "", "<img src=x onerror=alert(1)>", "родинка"]
)
def test_what_is_no_diagnosis_is_refused(operator: Client, house: Any, kind: str) -> None:
    text = tried(operator, house, "liquid-nitrogen", kind=kind)
    assert "Refused by the rules" in text
    assert "<svg" not in text
    assert "<img" not in text
    made = operator.post(
        path_of(house, "liquid-nitrogen"), GIVEN["liquid-nitrogen"] | {"kind": kind}
    )
    row = PlanRecord.objects.get(pk=made.headers["Location"].split("/")[2])
    assert (row.verdict, row.dose_s, row.released) == ("refused", None, False)
    assert "Refused by the rules" in operator.get(made.headers["Location"]).content.decode()


def test_eyelid_bars_a_freeze(operator: Client, house: Any) -> None:
    text = tried(operator, house, "liquid-nitrogen", near=["eyelid"])
    assert "Refused" in text


@pytest.mark.parametrize(
    ("procedure", "change", "words"),
    [
        ("cold-pack", {"minutes": "40"}, "Too long"),
        ("immersion", {"water_temperature_c": "2", "minutes": "40"}, "No safe dose"),
        ("cryosauna", {"minutes": "4"}, "Too long"),
        ("liquid-nitrogen", {"seconds": "90"}, "90 s are too long"),
        ("liquid-nitrogen", {"cycles": "3"}, "frozen 1 or 2 times"),
        ("cryoelectrophoresis", {"pregnant": "yes"}, "pregnan"),
        ("cryoelectrophoresis", {"mean_ma": "10"}, "density"),
        ("cryoelectrophoresis", {"polarity": "cathode"}, "anode"),
    ],
)
def test_refusal_of_the_engine_is_shown(
    operator: Client, house: Any, procedure: str, change: dict[str, str], words: str
) -> None:
    text = tried(operator, house, procedure, **change)
    assert "Refused" in text
    assert words in html.unescape(text)


def test_open_question_of_a_current_is_named(operator: Client, house: Any) -> None:
    text = tried(operator, house, "cryoelectrophoresis", epilepsy="")
    assert "Not asked, and each could forbid the current" in text
    assert "Epilepsy" in text


@pytest.mark.parametrize("procedure", sorted(FORMS))
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_numbers_are_told_and_keep_nothing(
    operator: Client, house: Any, procedure: str, value: str
) -> None:
    before = PlanRecord.objects.count()
    for name in FORMS[procedure].base_fields:
        if name in ("kind", "near", "coverings") or name in {"looked", "stirred", "fresh"}:
            continue
        text = tried(operator, house, procedure, **{name: value})
        assert "<script>alert" not in text
        break
    given = GIVEN[procedure] | {"minutes": value, "seconds": value, "cycles": value}
    assert operator.post(path_of(house, procedure), given).status_code == 200
    assert PlanRecord.objects.count() == before


@pytest.mark.parametrize(
    "change",
    [
        {"agent": "dry-ice"},
        {"site": "eye"},
        {"adipose_mm": "400"},
        {"minutes": "nan"},
        {"site": ""},
        {"target_c": "-40"},
        {"aim": "fame"},
    ],
)
def test_absurd_plan_is_refused(operator: Client, house: Any, change: dict[str, str]) -> None:
    before = PlanRecord.objects.count()
    path = path_of(house, "cold-pack")
    assert operator.post(path, GIVEN["cold-pack"] | change).status_code == 200
    assert "Something is missing" in tried(operator, house, "cold-pack", **change)
    assert PlanRecord.objects.count() == before


def test_what_cannot_be_planned_here_is_not_found(operator: Client, house: Any) -> None:
    assert operator.get(path_of(house, "boiling")).status_code == 404
    assert operator.post(path_of(house, "boiling", "try/")).status_code == 404


def test_a_kept_plan_stands_beside_what_is_tried(operator: Client, house: Any) -> None:
    user = house.own.users["operator"]
    person = house.own.records[Person]
    form = FORMS["cold-pack"](GIVEN["cold-pack"] | {"minutes": "9", "adipose_mm": "11"})
    assert form.is_valid()
    kept = keep_plan(person, form.session(), user)
    page = operator.get(f"{path_of(house, 'cold-pack')}?against={kept.pk}").content.decode()
    assert 'value="11' in page
    assert f'name="against" value="{kept.pk}"' in page
    text = tried(operator, house, "cold-pack", against=str(kept.pk))
    assert "Beside the kept plan" in text
    assert "kept: skin" in text


def test_no_foreign_plan_is_named_as_the_other(operator: Client, house: Any) -> None:
    theirs = house.other.records[PlanRecord]
    for named in (str(theirs.pk), str(uuid.uuid4()), "x", "'; --"):
        page = operator.get(path_of(house, "cold-pack"), {"against": named})
        assert page.status_code == 404
        text = operator.post(
            path_of(house, "cold-pack", "try/"), GIVEN["cold-pack"] | {"against": named}
        )
        assert text.status_code == 404


def test_trying_is_written_down_as_reading(operator: Client, house: Any) -> None:
    before = Access.objects.count()
    tried(operator, house, "cold-pack")
    row = Access.objects.order_by("-pk").first()
    assert Access.objects.count() == before + 1
    assert row is not None
    assert (row.person, row.action) == (house.own.records[Person], "plan.write")
