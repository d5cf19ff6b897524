"""Events are written once, in order, and only where they can follow."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cryodose.clinic.live import ready
from cryodose.clinic.live.command import NotReady, send
from cryodose.clinic.live.store import NotNow, Sender, append, state_now
from cryodose.clinic.live.watch import Watch
from cryodose.clinic.models import Consent, Person, ScreeningRecord, SessionEvent, SessionRecord


@pytest.fixture
def session(house: Any) -> SessionRecord:
    return house.own.records[SessionRecord]


@pytest.fixture
def by(house: Any) -> Sender:
    return Sender(user=house.own.users["operator"])


def test_same_key_is_recorded_once(session: SessionRecord, by: Sender) -> None:
    key = str(uuid.uuid4())
    first = append(session.pk, "note", {"words": "a"}, key, by)
    assert append(session.pk, "note", {"words": "a"}, key, by).pk == first.pk
    with pytest.raises(NotNow, match="key"):
        append(session.pk, "note", {"words": "b"}, key, by)
    assert SessionEvent.objects.filter(session=session).count() == 1


def test_numbers_count_without_a_gap_and_time_never_turns(
    session: SessionRecord, by: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    for n, offset_s in enumerate((0, 5, -60, 6)):
        monkeypatch.setattr(timezone, "now", lambda s=offset_s: now + timedelta(seconds=s))
        append(session.pk, "note", {"words": "x"}, str(n), by)
    rows = list(SessionEvent.objects.filter(session=session).values_list("number", "at"))
    assert [n for n, _ in rows] == [1, 2, 3, 4]
    assert [at for _, at in rows] == sorted(at for _, at in rows)


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ((), "pause"),
        ((), "stop"),
        ((), "resume"),
        (("started",), "started"),
        (("started",), "resume"),
        (("started",), "check"),
        (("started", "pause"), "pause"),
        (("started", "stop"), "started"),
        (("started", "stop"), "resume"),
    ],
)
def test_what_cannot_follow_is_refused(
    session: SessionRecord, by: Sender, before: tuple[str, ...], kind: str
) -> None:
    said = {"stop": {"reason": "done"}, "check": {"item": "dry", "done": True}}
    for n, one in enumerate(before):
        append(session.pk, one, said.get(one, {}), f"k{n}", by)
    with pytest.raises(NotNow, match="cannot follow"):
        append(session.pk, kind, said.get(kind, {}), "last", by)
    assert SessionEvent.objects.filter(session=session).count() == len(before)


def test_begin_and_end_stand_in_the_session(session: SessionRecord, by: Sender) -> None:
    append(session.pk, "started", {}, "1", by)
    append(session.pk, "stop", {"reason": "pain"}, "2", by)
    append(session.pk, "felt", {"pain": 7}, "3", by)
    session.refresh_from_db()
    assert session.started_at <= session.ended_at
    assert session.ended_how == "pain"
    assert session.cold_s == pytest.approx((session.ended_at - session.started_at).total_seconds())
    assert session.felt == {"pain": 7.0}
    assert session.history.count() == 4


def test_start_needs_everything(session: SessionRecord, by: Sender, house: Any) -> None:
    with pytest.raises(NotReady) as caught:
        send(session, "started", {}, "1", by)
    reasons = " ".join(caught.value.reasons)
    assert "screening of today" in reasons
    assert "checklist" in reasons
    release(session, by)
    send(session, "started", {}, "1", by)
    # The same start sent again is the same start, though now something stands against a new one.
    consent = house.own.records[Consent]
    consent.withdrawn_on = timezone.localdate()
    consent.keep(by.user, "withdrawn")
    send(session, "started", {}, "1", by)
    assert SessionEvent.objects.filter(session=session, kind="started").count() == 1


def release(session: SessionRecord, by: Sender) -> None:
    """Screen the person of a session, tick everything, and measure the pressure."""
    ScreeningRecord(
        clinic=session.clinic,
        person=session.person,
        procedure=session.procedure,
        day=timezone.localdate(),
        answers={},
        result={},
        verdict="no-rule-hit",
        rules_version="test",
    ).keep(by.user, "screened")
    kind = session.device.kind if session.device else ""
    for item in ready.items_for(session.procedure, kind):
        append(session.pk, "check", {"item": item.key, "done": True}, f"c-{item.key}", by)
    said = {"when": "before", "systolic_mmhg": 120, "diastolic_mmhg": 80}
    append(session.pk, "pressure", said, "bp", by)


@pytest.mark.parametrize(
    "spoil", ["consent", "verdict", "too-long", "refused", "unticked", "retired", "yesterday"]
)
def test_each_reason_alone_stops_a_start(
    session: SessionRecord, by: Sender, house: Any, spoil: str
) -> None:
    release(session, by)
    day = timezone.localdate()
    if spoil == "consent":
        consent = house.own.records[Consent]
        consent.expires_on = day - timedelta(days=1)
        consent.keep(by.user, spoil)
    elif spoil == "verdict":
        screening = ready.latest_screening(session, day)
        screening.verdict = "ask-clinician"
        screening.keep(by.user, spoil)
    elif spoil == "too-long":
        session.plan.answer = {"longest_s": session.planned_s - 1}
    elif spoil == "refused":
        session.plan.verdict = "refused"
    elif spoil == "unticked":
        append(session.pk, "check", {"item": "stop", "done": False}, "off", by)
    elif spoil == "retired":
        house.own.records[Person].retire(by.user, spoil)
        session.person.refresh_from_db()
    else:
        day += timedelta(days=1)
    assert len(ready.against(session, state_now(session), day)) == 1


def test_server_alone_raises_alarms(session: SessionRecord, by: Sender) -> None:
    with pytest.raises(NotNow, match="server alone"):
        send(session, "alarm-due", {"alarm": "time-up"}, "1", by)


def test_watch_raises_each_alarm_once_and_survives_a_restart(
    session: SessionRecord, by: Sender
) -> None:
    session.planned_s = 60
    session.keep(by.user, "shorter")
    begun = append(session.pk, "started", {}, "1", by).at
    watch = Watch()
    assert watch.look(begun + timedelta(seconds=59)) == 0
    assert watch.look(begun + timedelta(seconds=60)) == 1
    assert watch.look(begun + timedelta(seconds=61)) == 0
    assert Watch().look(begun + timedelta(seconds=62)) == 0
    assert SessionEvent.objects.filter(kind="alarm-due").count() == 1
    append(session.pk, "stop", {"reason": "done"}, "2", by)
    assert watch.look() == 0
    assert watch.get(session.pk) is None
    with watch.wanted(session.pk):
        watch.look()
        assert watch.get(session.pk).number == 3
