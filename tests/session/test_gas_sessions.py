"""Sessions in cold gas that contradict themselves."""

from __future__ import annotations

from typing import Any

import pytest

from cryodose.errors import BadInput
from cryodose.session import session_from_dict

STAGE = {"gas_temperature_C": -110, "duration_s": 180}


def refusal(*, subject: dict[str, Any] | None = None, **exposure: Any) -> BadInput:
    data = {"subject": subject or {}, "exposure": {"modality": "cryochamber", "stages": [STAGE]}}
    data["exposure"] |= exposure
    with pytest.raises(BadInput) as caught:
        session_from_dict(data, "f.toml")
    return caught.value


def test_a_height_has_one_gas_temperature() -> None:
    levels = [{"height_m": 1, "gas_temperature_C": t} for t in (-70, -90)]
    problem = refusal(gas_profile=levels)
    assert problem.key == "exposure.gas_profile"
    assert "each height_m" in problem.expected


def test_stages_end_within_a_day() -> None:
    problem = refusal(stages=[{**STAGE, "duration_s": 50000}] * 2)
    assert problem.key == "exposure.stages"
    assert "at most 86400 s in all stages together (here 100000 s)" in str(problem)


def test_a_list_that_is_too_long_says_how_long_it_may_be() -> None:
    problem = refusal(stages=[{**STAGE, "duration_s": 1}] * 1001)
    assert "at most 1000 entries" in problem.expected


def test_no_skin_is_as_warm_as_the_core() -> None:
    problem = refusal(subject={"baseline": {"core_C": 36, "mean_skin_C": 36}})
    assert problem.key == "subject.baseline.mean_skin_C"
    assert "less than core_C = 36 C" in problem.expected
