"""Records: every change with who, when and why; nothing passes by the history; reads are logged."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.test import Client

from cryodose.clinic.forms import WhyForm
from cryodose.clinic.models import Access, Clinic, Kept, Person, Record, SessionEvent, Unchanging
from cryodose.clinic.models.base import LONGEST_REASON
from cryodose.clinic.services.numbering import add_person

RECORDS = sorted(Record.__subclasses__(), key=lambda m: m.__name__)
ONCE = sorted(Unchanging.__subclasses__(), key=lambda m: m.__name__)


def test_every_model_with_a_clinic_is_a_record_or_written_once() -> None:
    past = {m.history.model for m in (*RECORDS, Clinic)}
    plain = {"Clinic", "User", "Membership", "Invitation", "ApiToken"}
    for model in apps.get_app_config("clinic").get_models():
        kept = issubclass(model, (Record, Unchanging)) or model in past
        assert kept or model.__name__ in plain, model


@pytest.mark.parametrize("model", [*RECORDS, *ONCE], ids=lambda m: m.__name__)
def test_nothing_passes_by_the_history(model: Any, house: Any) -> None:
    rows = model.objects.all()
    for call in (
        lambda: rows.update(id=rows.first().pk if rows else None),
        rows.delete,
        lambda: model.objects.bulk_create([]),
        lambda: model.objects.bulk_update([], ["id"]),
        model.objects.filter(pk=None).delete,
    ):
        with pytest.raises(Kept):
            call()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["new", "changed"])
def test_a_record_without_its_version_is_not_written(monkeypatch: Any, change: str) -> None:
    """Whatever stops the program between the two rows: neither is there."""
    clinic = Clinic.objects.create(name="Half")
    person = Person(clinic=clinic, number=1, family_name="Old")
    if change == "changed":
        person.keep(None, "made")

    def stopped(*args: Any, **kwargs: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(Person.history.model, "save", stopped)
    person.family_name = "New"
    with pytest.raises(SystemExit):
        person.keep(None, "typo")
    names = list(Person.objects.values_list("family_name", flat=True))
    assert names == (["Old"] if change == "changed" else [])


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
def test_the_history_keeps_a_reason_as_long_as_a_form_takes_it(model: Any, house: Any) -> None:
    row, why = house.own.records[model], "ж" * LONGEST_REASON
    row.retire(house.own.users["clinician"], why)
    assert row.history.first().history_change_reason == why
    assert WhyForm.base_fields["why"].max_length == LONGEST_REASON


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
def test_record_keeps_every_version(model: Any, house: Any) -> None:
    row, by = house.own.records[model], house.own.users["clinician"]
    with pytest.raises(Kept, match="reason"):
        row.save()
    with pytest.raises(Kept, match="reason"):
        row.keep(by, "  ")
    with pytest.raises(Kept, match="never deleted"):
        row.delete()
    row.retire(by, "made by mistake")
    last = row.history.first()
    assert last.history_user == by
    assert last.history_change_reason == "made by mistake"
    assert last.retired_at is not None
    assert row.history.count() == 2
    assert row.history.last().retired_at is None
    with pytest.raises(Kept):
        last.delete()
    assert model.objects.in_use().filter(pk=row.pk).count() == 0
    assert model.objects.filter(pk=row.pk).count() == 1


def test_rows_written_once_stay(house: Any) -> None:
    session = next(r for r in house.own.records.values() if type(r).__name__ == "SessionRecord")
    event = SessionEvent(session=session, number=1, key="a", kind="note", at=session.made_at)
    event.save()
    event.kind = "other"
    for call in (event.save, event.delete):
        with pytest.raises(Kept):
            call()
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionEvent(session=session, number=2, key="a", kind="note", at=session.made_at).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionEvent(session=session, number=1, key="b", kind="note", at=session.made_at).save()


def test_every_link_between_records_protects(house: Any) -> None:
    for model in (*RECORDS, *ONCE):
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                assert field.remote_field.on_delete is models.PROTECT, f"{model} {field}"


def test_every_read_of_a_person_is_logged(operator: Client, house: Any) -> None:
    person = house.own.records[Person]
    before = Access.objects.count()
    operator.get(f"/people/{person.pk}/")
    seen = Access.objects.first()
    assert Access.objects.count() == before + 1
    assert (seen.person, seen.user, seen.allowed, seen.route) == (
        person,
        house.own.users["operator"],
        True,
        "person",
    )


def test_refused_read_is_logged_too(logged_in: Any, house: Any) -> None:
    stranger = logged_in(house.other.users["clinician"])
    person = house.own.records[Person]
    assert stranger.get(f"/people/{person.pk}/").status_code == 404
    seen = Access.objects.first()
    assert (seen.person, seen.allowed) == (person, False)


def test_change_on_a_page_asks_why(operator: Client, house: Any) -> None:
    person = house.own.records[Person]
    given = {"family_name": "New", "sex": "female"}
    assert operator.post(f"/people/{person.pk}/edit/", given).status_code == 200
    person.refresh_from_db()
    assert person.family_name != "New"
    assert operator.post(f"/people/{person.pk}/edit/", given | {"why": "typo"}).status_code == 302
    last = person.history.first()
    assert (last.family_name, last.history_change_reason) == ("New", "typo")
    assert last.history_user == house.own.users["operator"]


def test_numbers_count_within_a_clinic(house: Any) -> None:
    for place in (house.own, house.other):
        made = add_person(Person(family_name="X"), place.clinic, place.users["operator"])
        assert made.number == 2


HOSTILE = [
    "<script>window.hacked = 1</script>",
    "'; DROP TABLE clinic_person; --",
    "{{ settings.SECRET_KEY }}",
    '=HYPERLINK("http://x")',
    "../../etc/passwd",
    "\u202egnirts",
    "ж" * 80,
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_name_is_only_a_name(operator: Client, words: str) -> None:
    made = operator.post("/people/new/", {"family_name": words, "sex": "unknown"})
    assert made.status_code == 302
    page = operator.get(made.headers["Location"]).content.decode()
    assert "<script>window" not in page
    assert Person.objects.filter(family_name=words).count() == 1
    assert operator.get("/people/", {"q": words}).status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        {"family_name": "x" * 100_000},
        {"family_name": "a\x00b"},
        {"family_name": ""},
        {"family_name": "X", "height_m": "1e309"},
        {"family_name": "X", "height_m": "nan"},
        {"family_name": "X", "birth_date": "2026-02-30"},
        {"family_name": "X", "sex": "other'"},
    ],
)
def test_absurd_person_is_refused(operator: Client, given: dict[str, str]) -> None:
    before = Person.objects.count()
    answer = operator.post("/people/new/", {"sex": "unknown"} | given)
    assert answer.status_code in (200, 400)
    assert Person.objects.count() == before
