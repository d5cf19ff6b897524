"""Makes and reads the clinic of a crash test, in a process with the settings of its server.

python crash_world.py make SESSIONS PLANNED_S [READINGS]
                                                 print who is logged in and what can be started;
                                                 each session with so many readings already
python crash_world.py read                       print everything that was written down
python crash_world.py plans                      print the plans, each computed again
python crash_world.py room                       hang a sensor up where the first session runs
python crash_world.py air                        print what the sensors of rooms have said
python crash_world.py faults                     print what is wrong with the database
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any


def make(count: int, planned_s: int, readings: int = 0) -> dict[str, object]:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from cryodose.clinic import models as m
    from cryodose.clinic.live.checklist import items_for
    from cryodose.clinic.live.store import Sender, append

    clinic = m.Clinic.objects.create(name="Crash")
    user = m.User.objects.create_user("ann@example.org", "Ann", "a long enough phrase")
    m.Membership.objects.create(user=user, clinic=clinic, role="administrator")
    today = timezone.localdate()
    ids, people, tokens = [], [], []
    for number in range(1, count + 1):
        person = m.Person(clinic=clinic, number=number, family_name=f"P{number}").keep(user, "made")
        m.Consent(
            clinic=clinic,
            person=person,
            procedure="cold-pack",
            text="x",
            given_on=today - timedelta(days=1),
            expires_on=today + timedelta(days=2),
            for_research=False,
        ).keep(user, "made")
        m.ScreeningRecord(
            clinic=clinic,
            person=person,
            procedure="cold-pack",
            day=today,
            answers={},
            result={},
            verdict="no-rule-hit",
            rules_version="x",
        ).keep(user, "made")
        device = m.Device(clinic=clinic, name=f"Pack {number}", kind="other")
        tokens.append(device.new_token(user, "made"))
        session = m.SessionRecord(
            clinic=clinic,
            person=person,
            device=device,
            procedure="cold-pack",
            planned_for=timezone.now(),
            planned_s=planned_s,
        ).keep(user, "made")
        for item in items_for("cold-pack", "other"):
            said = {"item": item.key, "done": True}
            append(session.pk, "check", said, f"c-{item.key}", Sender(user=user))
        add_readings(session, device, readings)
        ids.append(str(session.pk))
        people.append(str(person.pk))
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return {
        "cookie": store.session_key,
        "sessions": ids,
        "people": people,
        "tokens": tokens,
    }


def add_readings(session: Any, device: Any, count: int) -> None:
    """Write readings past the front door, as many as an hour of a sensor in a moment."""
    from django.db.models import QuerySet

    from cryodose.clinic.models import SessionEvent

    rows = SessionEvent.objects.filter(session=session)
    last = rows.order_by("-number")[0]
    QuerySet(SessionEvent).bulk_create(
        SessionEvent(
            session=session,
            number=last.number + n,
            key=f"before-{n}",
            kind="reading",
            at=last.at,
            data={"quantity": "skin", "value": 25.0, "source": "http", "site": "calf"},
            device=device,
        )
        for n in range(1, count + 1)
    )


def read() -> dict[str, object]:
    from cryodose.clinic.models import Attachment, Person, SessionEvent, SessionRecord

    rows = SessionEvent.objects.order_by("session", "number")
    return {
        "events": [
            {
                "session": str(e.session_id),
                "number": e.number,
                "key": e.key,
                "kind": e.kind,
                "at_s": e.at.timestamp(),
                "data": e.data,
            }
            for e in rows
        ],
        "pictures": Attachment.objects.count(),
        "people": [[p.family_name, p.number, p.history.count()] for p in Person.objects.all()],
        "sessions": [
            [str(s.pk), s.started_at is not None, s.ended_at is not None, s.history.count()]
            for s in SessionRecord.objects.all()
        ],
    }


def plans() -> dict[str, object]:
    from cryodose.clinic.models import PlanRecord
    from cryodose.clinic.services.plans import is_same, plan_again

    rows = PlanRecord.objects.all()
    told = [[p.title, p.digest, p.history.count(), is_same(p, plan_again(p))] for p in rows]
    return {"plans": told}


def room() -> dict[str, object]:
    """Put the device of the first session into a room with a sensor, and start the session."""
    from django.utils import timezone

    from cryodose.clinic import models as m
    from cryodose.clinic.live.store import Sender, append

    session = m.SessionRecord.objects.select_related("device", "clinic").order_by("made_at")[0]
    row = m.Room(clinic=session.clinic, name="Cellar").keep(None, "made")
    m.RoomSensor(
        clinic=session.clinic, room=row, name="wall", place="x", height_m=1, every_s=5,
        calibrated_on=timezone.localdate(), calibrate_days=99,
    ).keep(None, "made")  # fmt: skip
    session.device.room = row
    session.device.keep(None, "moved")
    append(session.pk, "started", {}, "start", Sender())
    return {"room": str(row.pk), "session": str(session.pk)}


def air() -> dict[str, object]:
    from cryodose.clinic.models import RoomAlarm, RoomReading

    readings = RoomReading.objects.order_by("id")
    alarms = RoomAlarm.objects.order_by("began_at")
    return {
        "readings": [[r.at.isoformat(), r.percent, r.quality] for r in readings],
        "alarms": [[a.kind, a.percent, a.began_at.timestamp(), a.history.count()] for a in alarms],
    }


def faults() -> dict[str, object]:
    from cryodose.clinic import sound

    return {"faults": sound.faults()}


def main() -> None:
    from cryodose.clinic.environment import read_environment
    from cryodose.clinic.serve import migrate, prepare_folder, set_up_django

    prepare_folder(read_environment())
    set_up_django()
    if sys.argv[1] == "make":
        migrate()
        told = make(*map(int, sys.argv[2:]))
    else:
        told = {"read": read, "plans": plans, "faults": faults, "room": room, "air": air}[
            sys.argv[1]
        ]()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
