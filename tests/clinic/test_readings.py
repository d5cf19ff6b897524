"""Readings of a session narrow what is expected; what cannot be believed never does."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cryodose import front
from cryodose.clinic.live.expected import _simulated, expected, input_of
from cryodose.clinic.live.state import Event
from cryodose.clinic.live.store import events_of
from cryodose.clinic.live.uses import MOST_OF_A_CHANNEL, earlier_uses, rows_of, told, uses_of
from cryodose.clinic.models import Person, PlanRecord, SessionEvent, SessionRecord
from cryodose.clinic.services.plans import is_same, keep_plan, plan_again
from tests.clinic import make

GAS = {
    "subject": {"sex": "female", "age_y": 40, "height_m": 1.7, "mass_kg": 65},
    "exposure": {
        "modality": "cryosauna",
        "stages": [{"gas_temperature_C": -110, "duration_s": 150}],
    },
}


class Going:
    """A session that began three minutes ago; events are written at seconds since its start."""

    def __init__(self, house: make.House, session: dict[str, Any], procedure: str) -> None:
        self.house = house
        self.person = house.own.records[Person]
        self.by = house.own.users["operator"]
        self.plan = keep_plan(self.person, session, self.by, seed=7)
        self.begin: datetime = timezone.now() - timedelta(seconds=3000)
        self.row = SessionRecord(
            clinic=self.person.clinic, person=self.person, plan=self.plan, procedure=procedure,
            planned_for=self.begin, planned_s=int(self.plan.dose_s or 120),
        )  # fmt: skip
        self.row.started_at = self.begin
        self.row.keep(self.by, "for a test")
        self.say(0.0, "started")

    def say(self, at_s: float, kind: str, **data: Any) -> None:
        number = SessionEvent.objects.filter(session=self.row).count() + 1
        at = self.begin + timedelta(seconds=at_s)
        SessionEvent(
            session=self.row, number=number, key=f"k{number}", kind=kind, at=at, data=data
        ).save()

    def read(self, at_s: float, value: float, quantity: str = "skin", site: str = "") -> None:
        data = {"quantity": quantity, "value": value, "source": "http"}
        self.say(at_s, "reading", **data, **({"site": site} if site else {}))

    def band(self, name: str, at_s: float, curves: list[dict[str, Any]]) -> tuple[float, ...]:
        curve = next(c for c in curves if c["name"] == name)
        i = min(range(len(curve["time_s"])), key=lambda k: abs(curve["time_s"][k] - at_s))
        return curve["low"][i], curve["median"][i], curve["high"][i]

    def plain(self) -> list[dict[str, Any]]:
        """Return the curves of the same prediction without any reading."""
        data = input_of(self.row, events_of(self.row), [])
        return _simulated(json.dumps(data, sort_keys=True), self.plan.seed)["curves"]


@pytest.fixture
def pack(house: make.House) -> Going:
    return Going(house, make.SESSION, "cold-pack")


@pytest.fixture
def gas(house: make.House) -> Going:
    return Going(house, GAS, "cryosauna")


def width(band: tuple[float, ...]) -> float:
    return band[2] - band[0]


def test_readings_that_fit_narrow_the_band(pack: Going) -> None:
    plain = pack.plain()
    for at_s in (120.0, 240.0, 360.0):
        pack.read(at_s, round(pack.band("skin", at_s, plain)[1] + 0.8, 1))
    found = expected(pack.row)
    assert (found["used"], found["left"], found["warnings"]) == (3, [], [])
    before, after = (pack.band("skin", 500.0, c) for c in (plain, found["curves"]))
    assert width(after) < 0.8 * width(before)
    assert after[1] > before[1]


def test_skin_and_core_of_a_cabin_narrow_theirs(gas: Going) -> None:
    plain = gas.plain()
    gas.read(60.0, 36.9, "core", "rectal")
    gas.read(90.0, 36.9, "core", "rectal")
    found = expected(gas.row)
    assert found["used"] == 2
    before, after = (gas.band("core-rectal", 140.0, c) for c in (plain, found["curves"]))
    assert width(after) < 0.85 * width(before)


def test_what_cannot_be_believed_is_never_used(pack: Going) -> None:
    pack.read(60.0, 95.0)
    pack.read(70.0, -80.0)
    pack.read(80.0, 20.9, "oxygen")
    pack.read(90.0, -5.0, "pack")
    pack.read(100.0, 36.9, "core", "rectal")
    pack.read(110.0, 20.0, "skin", "knee")
    found = expected(pack.row)
    assert found["curves"] == []
    assert found["used"] == 0
    assert sum(count for _, count in found["left"]) == 6
    assert any("implausible" in why for why, _ in found["left"])


def test_implausible_reading_changes_nothing_beside_good_ones(pack: Going) -> None:
    plain = pack.plain()
    pack.read(120.0, round(pack.band("skin", 120.0, plain)[1], 1))
    good = expected(pack.row)
    pack.read(121.0, 60.0)
    both = expected(pack.row)
    assert both["curves"] == good["curves"]
    assert both["used"] == 1
    assert both["left"]


def test_reading_that_no_body_explains_is_left_out_and_named(pack: Going) -> None:
    # The sensor could show it; a skin under ice for nine minutes cannot.
    plain = pack.plain()
    pack.read(540.0, 36.5)
    found = expected(pack.row)
    assert "left out" in found["warnings"][0]
    assert found["curves"] == plain


def test_readings_that_contradict_each_other_are_named_and_not_used(pack: Going) -> None:
    plain = pack.plain()
    low, _, high = pack.band("skin", 300.0, plain)
    for n in range(4):
        pack.read(300.0 + 2 * n, round((low - 1.5, high + 1.5)[n % 2], 1))
    found = expected(pack.row)
    assert found["warnings"]
    assert found["curves"] == plain


def test_readings_before_after_and_past_a_pause(pack: Going) -> None:
    pack.say(100.0, "pause")
    pack.read(90.0, 25.0)
    pack.say(130.0, "resume")
    pack.read(200.0, 24.0)
    whys = [use.why for use in uses_of(pack.row)]
    assert whys == ["", "taken after a pause"]


def test_reading_after_the_end_counts_from_it(gas: Going) -> None:
    gas.say(120.0, "stop", reason="done", words="")
    gas.read(150.0, 12.0, "skin", "Thigh ")
    (use,) = uses_of(gas.row)
    assert use.row == {
        "quantity": "skin-temperature", "unit": "C", "mean": [12.0], "site": "thigh",
        "since": "exit", "time_s": [30.0],
    }  # fmt: skip
    data = input_of(gas.row, events_of(gas.row), rows_of([use]))
    assert data["exposure"]["stages"][0]["duration_s"] == 120.0
    assert expected(gas.row)["used"] == 1


def test_of_a_thousand_readings_a_handful_counts(pack: Going) -> None:
    begin = pack.begin
    events = [Event(1, "started", begin, {})]
    for n in range(1000):
        data = {"quantity": "skin", "value": 30.0 - n * 0.01, "source": "http"}
        events.append(Event(n + 2, "reading", begin + timedelta(seconds=n + 1), data))
    uses = uses_of(pack.row, events=events)
    rows = rows_of(uses)
    assert len(rows) == MOST_OF_A_CHANNEL
    assert (rows[0]["time_s"], rows[-1]["time_s"]) == ([1.0], [1000.0])
    assert told(uses)["left"] == [("one of many: not needed", 1000 - MOST_OF_A_CHANNEL)]


def test_what_is_expected_can_be_computed_again_to_the_bit(pack: Going) -> None:
    pack.read(120.0, 24.0)
    found = expected(pack.row)["curves"]
    data = input_of(pack.row, events_of(pack.row), rows_of(uses_of(pack.row)))
    shown = front.simulate(data, members=256, seed=7)
    again = {c.name: c.to_dict() for c in shown.curves}
    assert found == [{"quantity": "skin", **again["skin"]}]


def test_next_plan_starts_from_earlier_readings(pack: Going) -> None:
    plain = pack.plain()
    for at_s in (120.0, 300.0):
        pack.read(at_s, round(pack.band("skin", at_s, plain)[1] - 1.0, 1))
    uses = earlier_uses(pack.person, make.SESSION, timezone.now())
    assert len(rows_of(uses)) == 2
    record = keep_plan(pack.person, {**make.SESSION, "measured": rows_of(uses)}, pack.by, seed=7)
    assert [row["time_s"] for row in record.session["measured"]] == [[120.0], [300.0]]
    assert record.digest != pack.plan.digest
    assert is_same(record, plan_again(record))
    bands = [pack.band("skin", 300.0, p.answer["curves"]) for p in (pack.plan, record)]
    assert width(bands[1]) < 0.85 * width(bands[0])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"site": "knee"}, "the cold was another"),
        ({"agent": "frozen-peas"}, "the cold was another"),
        ({"barrier": "dry-towel"}, "the cold was another"),
        ({"cycles": [{"on_s": 100.0}]}, "taken later than this plan's cold lasts"),
    ],
)
def test_readings_of_another_cold_start_no_plan(
    pack: Going, change: dict[str, Any], why: str
) -> None:
    pack.read(120.0, 24.0)
    other = {**make.SESSION, "exposure": {**make.SESSION["exposure"], **change}}
    (use,) = earlier_uses(pack.person, other, timezone.now())
    assert (use.row, use.why) == (None, why)


def test_old_readings_start_no_plan(pack: Going) -> None:
    pack.read(120.0, 24.0)
    (use,) = earlier_uses(pack.person, make.SESSION, timezone.now() + timedelta(days=200))
    assert (use.row, use.why) == (None, "too long ago")


FORM = {
    "agent": "crushed-ice",
    "barrier": "damp-cloth",
    "minutes": "10",
    "site": "ankle",
    "adipose_mm": "8",
    "aim": "analgesia",
    "target_c": "15",
}


def test_planner_has_a_switch_and_says_which_readings(pack: Going, operator: Client) -> None:
    pack.read(120.0, 24.0)
    pack.read(130.0, 95.0)
    base = f"/people/{pack.person.pk}/plans/cold-pack/"
    shown = operator.post(f"{base}readings/", FORM).content.decode()
    assert "24" in shown
    assert "implausible" in shown
    assert 'name="readings"' in operator.get(base).content.decode()
    for given, count in (({}, 0), ({"readings": "on"}, 1)):
        answer = operator.post(base, FORM | given)
        record = PlanRecord.objects.get(pk=answer["Location"].split("/")[-2])
        assert len(record.session.get("measured", [])) == count
    assert operator.post(f"{base}try/", FORM | {"readings": "on"}).status_code == 200


def test_page_of_a_session_asks_what_is_expected(pack: Going, operator: Client) -> None:
    address = f"/sessions/{pack.row.pk}/expected/"
    assert operator.get(address).json() == {"curves": [], "words": []}
    pack.read(120.0, 24.0)
    pack.read(130.0, 95.0)
    told = operator.get(address).json()
    assert told["words"][0] == "Readings that narrow the band: 1"
    assert any("implausible" in words for words in told["words"])
    assert told["curves"][0]["name"] == "skin"
    assert address in operator.get(f"/sessions/{pack.row.pk}/").content.decode()
