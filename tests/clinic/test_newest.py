"""Of the questions of one page only the newest is computed, and no page waits for another."""

from __future__ import annotations

import threading
import time
from typing import Any

from django.test import Client

from cryodose.clinic.models import Person
from cryodose.clinic.services.newest import NEWEST, Newest
from tests.clinic.planner_input import GIVEN


def test_what_waited_and_is_out_of_date_gives_up() -> None:
    newest = Newest()
    told: list[tuple[int, bool]] = []
    first_runs = threading.Event()
    go_on = threading.Event()

    def ask(number: int) -> None:
        with newest.turn("page") as is_newest:
            told.append((number, is_newest))
            if number == 0:
                first_runs.set()
                assert go_on.wait(5.0)

    threads = [threading.Thread(target=ask, args=(0,))]
    threads[0].start()
    assert first_runs.wait(5.0)
    for number in (1, 2, 3):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        time.sleep(0.05)
    go_on.set()
    for thread in threads:
        thread.join(5.0)
    assert dict(told) == {0: True, 1: False, 2: False, 3: True}


def test_pages_do_not_wait_for_each_other() -> None:
    newest = Newest()
    with newest.turn("a") as one, newest.turn("b") as other:
        assert (one, other) == (True, True)


def test_old_pages_are_forgotten() -> None:
    newest = Newest(most=3)
    for page in range(50):
        with newest.turn(page) as is_newest:
            assert is_newest
    assert len(newest._pages) == 3


def test_planner_answers_nothing_to_what_is_out_of_date(
    operator: Client, house: Any, monkeypatch: Any
) -> None:
    person = house.own.records[Person]
    path = f"/people/{person.pk}/plans/cold-pack/try/"
    given = GIVEN["cold-pack"] | {"page": "a-page"}
    assert operator.post(path, given).status_code == 200
    # Another question of the same page arrives while this one waits.
    turn = NEWEST.turn

    def overtaken(page: Any) -> Any:
        found = turn(page)
        monkeypatch.setattr(NEWEST, "turn", turn)

        class Late:
            def __enter__(self) -> bool:
                found.__enter__()
                return False

            def __exit__(self, *raised: Any) -> None:
                found.__exit__(*raised)

        return Late()

    monkeypatch.setattr(NEWEST, "turn", overtaken)
    late = operator.post(path, given)
    assert (late.status_code, late.content) == (204, b"")
    assert operator.post(path, given).status_code == 200
