"""Old readings of rooms are thinned out: the lowest of each hour and every alarm stay."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cryodose.clinic.air.bins import Bin
from cryodose.clinic.air.curve import HEIGHT, WIDTH, curve_of
from cryodose.clinic.air.thin import thin
from cryodose.clinic.models import RoomAlarm, RoomReading, RoomSensor
from tests.clinic import make

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)


@pytest.fixture
def sensor(house: make.House) -> RoomSensor:
    return house.own.records[RoomSensor]


def kept(sensor: RoomSensor, at: datetime, percent: float | None, quality: str = "good") -> Any:
    key = f"{RoomReading.objects.count()}"
    row = RoomReading(sensor=sensor, key=key, at=at, came_at=at, percent=percent, quality=quality)
    row.save()
    return row


def test_bins_count_alike_on_every_database(sensor: RoomSensor) -> None:
    for text in ("1999-12-31T23:59:59.999999+00:00", "2026-11-26T01:30:00+03:00"):
        at = datetime.fromisoformat(text)
        row = kept(sensor, at, 20.9)
        for span_s in (1, 300, 3600):
            (found,) = RoomReading.objects.filter(pk=row.pk).annotate(
                bin=Bin("at", span_s)
            ).values_list("bin", flat=True)  # fmt: skip
            assert found == int(at.timestamp() // span_s), (text, span_s)


def test_the_lowest_of_each_old_hour_stays(sensor: RoomSensor) -> None:
    chance = random.Random(7)
    begin = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
    lowest: dict[int, float] = {}
    for minute in range(8 * 24 * 60 // 7):
        at = begin + timedelta(minutes=7 * minute, seconds=3)
        value = round(20.9 - 3 * chance.random(), 3)
        kept(sensor, at, value, "stale" if minute % 5 == 0 else "good")
        kept(sensor, at, 5.0, "implausible")
        hour = int(at.timestamp()) // 3600
        lowest[hour] = min(value, lowest.get(hour, 99.0))
    alarms = RoomAlarm.objects.count()
    days = 2
    end = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    young = set(RoomReading.objects.filter(at__gte=end).values_list("pk", flat=True))
    before = dict(RoomReading.objects.values_list("pk", "percent"))
    calls = 0
    while thin(NOW, days):
        calls += 1
    assert calls > 1  # some hours at a time
    old = RoomReading.objects.filter(at__lt=end)
    found = {int(row.at.timestamp()) // 3600: row.percent for row in old}
    assert len(found) == old.count()
    assert found == {h: v for h, v in lowest.items() if h * 3600 < end.timestamp()}
    assert set(RoomReading.objects.filter(at__gte=end).values_list("pk", flat=True)) == young
    assert all(before[pk] == v for pk, v in RoomReading.objects.values_list("pk", "percent"))
    assert RoomAlarm.objects.count() == alarms


def test_an_hour_that_was_not_known_says_so(sensor: RoomSensor) -> None:
    at = NOW - timedelta(days=20)
    first = kept(sensor, at, None, "missing")
    kept(sensor, at + timedelta(minutes=5), 40.0, "implausible")
    assert thin(NOW, 7) == 1
    assert RoomReading.objects.get().pk == first.pk
    assert thin(NOW, 7) == 0


def test_curve_shows_the_lowest_and_the_gaps(sensor: RoomSensor) -> None:
    for minute in (0, 5, 10, 60, 65, 200):
        kept(sensor, NOW - timedelta(hours=5) + timedelta(minutes=minute), 20.0 - minute / 100)
    kept(sensor, NOW - timedelta(hours=5) + timedelta(seconds=20), 20.8)
    kept(sensor, NOW - timedelta(hours=1), 50.0, "implausible")
    kept(sensor, NOW - timedelta(hours=30), 1.0)
    curve = curve_of(sensor, NOW)
    assert [len(line.split()) for line in curve.lines] == [3, 2]
    assert len(curve.dots) == 1
    assert (curve.lowest, curve.good, curve.doubts, len(curve.doubted)) == (18.0, 7, 1, 1)
    for line in curve.lines:
        for point in line.split():
            x, y = map(float, point.split(","))
            assert 0 < x < WIDTH
            assert 0 < y < HEIGHT
    assert curve.warn < curve.leave
    low = kept(sensor, NOW - timedelta(minutes=3), 3.0)
    deep = curve_of(sensor, NOW)
    assert deep.lowest_at == low.at
    assert min(float(mark.words) for mark in deep.levels) == 2


def test_curve_of_nothing(sensor: RoomSensor) -> None:
    curve = curve_of(sensor, NOW)
    assert (curve.lines, curve.dots, curve.lowest, curve.good) == ([], [], None, 0)
