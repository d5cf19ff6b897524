"""Sessions with a cryogen, drawn at random within the schema."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from cryodose.evidence.diagnoses import lesion_kinds
from cryodose.session import names

SITES = get_args(names.Site)
TECHNIQUES = get_args(names.Technique)
AGENTS = get_args(names.Cryogen)
NEAR = get_args(names.NearLesion)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def sizes(low: float, high: float, usual: tuple[float, float]) -> st.SearchStrategy[float]:
    """Return numbers between two ends, the ends among them, most of them as they usually are."""
    common = st.floats(*usual)
    return common | common | st.floats(low, high) | st.sampled_from([low, high])


def without_none(data: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if v is not None}


@st.composite
def sessions(draw: st.DrawFn, *, cycles: bool = False) -> dict[str, Any]:
    """Return a session: a lesion that is dosed, everything else as the schema lets it be."""
    kind = draw(st.sampled_from(lesion_kinds()))
    lesion = {
        "kind": kind.name,
        "diameter_mm": draw(sizes(0.1, 200.0, (3.0, 15.0))),
        "depth_mm": draw(maybe(sizes(0.0, 100.0, (0.3, 4.0)))),
        "keratin_mm": draw(maybe(sizes(0.0, 50.0, (0.0, 0.3)))),
        "diagnosed_by": "histology",
        "near": draw(maybe(st.lists(st.sampled_from(NEAR), max_size=2))),
    }
    freeze = st.fixed_dictionaries(
        {"freeze_s": sizes(0.0, 120.0, (5.0, 30.0)), "thaw_s": sizes(0.0, 200.0, (10.0, 90.0))}
    )
    whole = st.fixed_dictionaries(
        {"freeze_s": sizes(0.1, 60.0, (5.0, 30.0)), "thaw": st.just("complete")}
    )
    exposure = {
        "modality": "liquid-nitrogen",
        "agent": draw(maybe(st.sampled_from(AGENTS))),
        "technique": draw(maybe(st.sampled_from(TECHNIQUES))),
        "spot_diameter_mm": draw(maybe(sizes(0.1, 300.0, (4.0, 20.0)))),
        "probe_diameter_mm": draw(maybe(sizes(0.1, 200.0, (4.0, 20.0)))),
        "probe_temperature_C": draw(maybe(st.floats(-210.0, 40.0))),
        "insertion_mm": draw(maybe(sizes(0.0, 300.0, (5.0, 30.0)))),
        "distance_mm": draw(maybe(sizes(0.0, 1000.0, (5.0, 40.0)))),
        "nozzle": draw(maybe(st.sampled_from(["A", "D", "3 x 0.5 mm", "999 x 99.9999 mm"]))),
        "site": draw(maybe(st.sampled_from(SITES))),
        "cycles": draw(st.lists(freeze | whole, min_size=1, max_size=2)) if cycles else None,
        "lesion": without_none(lesion),
    }
    subject = {
        "age_y": draw(maybe(st.floats(0.0, 120.0))),
        "skin_type": draw(maybe(st.integers(1, 6))),
        "adipose_mm": draw(maybe(sizes(0.0, 100.0, (2.0, 20.0)))),
    }
    probability = draw(maybe(st.floats(0.5, 0.999)))
    plan = {"max_s": draw(maybe(sizes(1.0, 86400.0, (10.0, 90.0)))), "probability": probability}
    return {
        "subject": without_none(subject),
        "exposure": without_none(exposure),
        "plan": without_none(plan),
    }
