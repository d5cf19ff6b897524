"""The front door screens first."""

from __future__ import annotations

import pickle
from datetime import date

import pytest

from cryodose import plan
from cryodose.errors import BadInput, Refused
from cryodose.outcome.release import Barred
from cryodose.screening import Facts, screen
from cryodose.screening.facts import Code, Coded

DAY = date(2026, 11, 22)
SESSION = {
    "subject": {"adipose_mm": 12},
    "exposure": {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"},
}
RAYNAUD = Facts(coded=[Coded("record", (Code("icd10", "I73.0", True),), ())])


def test_stop_carries_its_findings() -> None:
    with pytest.raises(Barred, match="LOC-01") as caught:
        plan(SESSION, members=16, patient=RAYNAUD, on=DAY)
    assert isinstance(caught.value, Refused)
    assert caught.value.exit_code == 3
    assert caught.value.screening.findings[0].rule == "LOC-01"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_screening_made_before_is_taken_as_it_is() -> None:
    told = screen(Facts(), "cold-pack", DAY)
    answer = plan(SESSION, members=16, patient=told)
    assert answer.screening is told
    assert not answer.released
    with pytest.raises(BadInput, match="a screening for cold-pack"):
        plan(SESSION, members=16, patient=screen(Facts(), "cryosauna", DAY))


@pytest.mark.parametrize("on", [None, "soon", 5])
def test_day_is_needed(on: object) -> None:
    with pytest.raises(BadInput, match="the day of the session"):
        plan(SESSION, members=16, patient=Facts(), on=on)


def test_wish_without_a_trial_is_said() -> None:
    answer = plan(SESSION, members=16, patient=Facts(wishes=["bruise"]), on="2026-11-22")
    assert any("No trial found" in w for w in answer.warnings)
