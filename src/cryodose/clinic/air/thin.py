"""Thins old readings out, so that the database does not grow without end.

Of an hour that is older than the days kept in full, one reading of a sensor stays as it was: the
lowest that its sensor can have shown, good or late; where there was none, the first one, which says
that the hour was not known. Alarms are records of their own and stay.
"""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet

from cryodose.clinic.air.bins import Bin
from cryodose.clinic.models import RoomReading
from cryodose.clinic.models.room_air import QUALITIES

_LOG = logging.getLogger("cryodose.clinic.air")
_HOUR_S = 3600
# So many hours of a sensor at a time: in between the watch looks after alarms.
_MOST_HOURS = 24
BELIEVED = ("good", "stale")


def thin(now: datetime, days: int) -> int:
    """Thin some hours out, the oldest first.

    Parameters
    ----------
    now : datetime
    days : int
        Every reading of so many days stays.

    Returns
    -------
    int
        How many readings went; 0 where nothing is left to be thinned.
    """
    old_s = int((now - timedelta(days=days)).timestamp())
    # Whole hours alone, so that the lowest of an hour is known before the others go.
    end = datetime.fromtimestamp(old_s - old_s % _HOUR_S, UTC)
    rows = RoomReading.objects.filter(at__lt=end).order_by()
    hours = rows.annotate(hour=Bin("at", _HOUR_S)).values_list("sensor", "hour")
    full = hours.annotate(count=Count("id")).filter(count__gt=1).order_by("hour", "sensor")
    gone = sum(_thin_hour(sensor, hour) for sensor, hour, _ in full[:_MOST_HOURS])
    if gone:
        _LOG.info("thinned", extra={"fields": {"readings": gone}})
    return gone


def _thin_hour(sensor: uuid.UUID, hour: int) -> int:
    begin = datetime.fromtimestamp(hour * _HOUR_S, UTC)
    with transaction.atomic():
        rows = RoomReading.objects.filter(
            sensor=sensor,
            quality__in=QUALITIES,
            at__gte=begin,
            at__lt=begin + timedelta(seconds=_HOUR_S),
        ).order_by("at", "id")
        believed = rows.filter(quality__in=BELIEVED, percent__isnull=False)
        kept = believed.order_by("percent", "at", "id").first() or rows.first()
        if kept is None:
            return 0
        # The one way past `Unchanging`, whose manager lets nobody delete.
        everything: QuerySet[RoomReading] = QuerySet(RoomReading)
        old = everything.filter(pk__in=rows.order_by().values("pk"))
        return old.exclude(pk=kept.pk).delete()[0]
