"""Watches the air of rooms day and night: silent sensors, and sessions that must stop for it."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from cryodose.clinic.air.causes import causes, is_gone, is_new
from cryodose.clinic.air.store import STANDS, heard_of, settle, watched
from cryodose.clinic.air.thin import thin
from cryodose.clinic.beat import Beat
from cryodose.clinic.live.kinds import ROOM
from cryodose.clinic.live.store import Sender, append
from cryodose.clinic.models import RoomAlarm, RoomSensor, SessionEvent, SessionRecord

LOOK_S = 1.0
# How often it is asked whether old readings can go.
_THIN_S = 3600.0


class RoomWatch(Beat):
    """All rooms that have a sensor of their own."""

    def __init__(self) -> None:
        super().__init__("room watch", LOOK_S, self.look)
        self._looking = threading.Lock()
        self._since: datetime | None = None
        self._thinned_s: float | None = None

    def look(self, now: datetime | None = None) -> int:
        """Look once; return how many sensors have a new alarm, or one that is over."""
        with self._looking:
            moment = now or timezone.now()
            # While the server was down nobody could be heard: that is not the sensor's silence.
            self._since = self._since or moment
            changed = self._settle(moment)
            tell()
            self._thin(moment)
        return changed

    def _settle(self, now: datetime) -> int:
        standing: dict[uuid.UUID, dict[str, RoomAlarm]] = {}
        for alarm in RoomAlarm.objects.filter(STANDS):
            standing.setdefault(alarm.sensor_id, {})[alarm.kind] = alarm
        since = self._since or now
        today = timezone.localdate(now)
        changed: list[RoomSensor] = []
        for sensor, heard in heard_of(watched(), since):
            found = causes(heard, now, today)
            known = standing.pop(sensor.pk, {})
            ended = any(a.is_acknowledged and is_gone(k, found) for k, a in known.items())
            if ended or any(is_new(kind, known) for kind in found):
                changed.append(sensor)
        # Of a sensor that was taken out of use only what nobody has acknowledged stands on.
        left = [
            i for i, known in standing.items() if any(a.is_acknowledged for a in known.values())
        ]
        changed += RoomSensor.objects.filter(pk__in=left)
        for sensor in changed:
            settle(sensor, now, since)
        return len(changed)

    def _thin(self, now: datetime) -> None:
        if self._thinned_s is not None and time.monotonic() - self._thinned_s < _THIN_S:
            return
        # What is left to be thinned is thinned at the next look, so that alarms do not wait.
        if not thin(now, settings.ENVIRONMENT.room_air_days):
            self._thinned_s = time.monotonic()


def tell() -> int:
    """Tell each session that runs in a room with an alarm of its air to stop; return how many."""
    alarms = RoomAlarm.objects.filter(STANDS).exclude(kind=RoomAlarm.Kind.CALIBRATION)
    rooms: dict[object, list[RoomAlarm]] = {}
    for alarm in alarms.select_related("sensor"):
        rooms.setdefault(alarm.sensor.room_id, []).append(alarm)
    if not rooms:
        return 0
    running = SessionRecord.objects.filter(
        started_at__isnull=False, ended_at=None, device__room__in=list(rooms)
    )
    told = 0
    for session in running.select_related("device"):
        for alarm in rooms[session.device.room_id] if session.device else ():
            key = f"{ROOM}{alarm.kind}-{alarm.pk.hex}"
            if not SessionEvent.objects.filter(session=session, key=f"due-{key}").exists():
                append(session.pk, "alarm-due", {"alarm": key}, f"due-{key}", Sender())
                told += 1
    return told


ROOM_WATCH = RoomWatch()
