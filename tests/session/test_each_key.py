"""Each key of the schema refuses a wrong type, value, unit and name in one telling line."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from cryodose.errors import BadInput, BadInputs, CryodoseError
from cryodose.session import parse_session, session_from_dict
from cryodose.session.compose import compose_experiment
from cryodose.session.contact import ActivitySpan, ColdPack, Immersion, PackCycle
from cryodose.session.electrophoresis import (
    Cryoelectrophoresis,
    Current,
    Precooling,
    ProgrammeStep,
)
from cryodose.session.expected import RelationRow
from cryodose.session.experiment import Source
from cryodose.session.fields import Number, OneOf, Table, Whole, file_key
from cryodose.session.gas import CryoChamber, CryoSauna, GasLevel, Stage
from cryodose.session.goals import (
    AnalgesiaGoal,
    DeliveredMassGoal,
    NerveVelocityGoal,
    PlanOptions,
    SkinTemperatureGoal,
    TissueTemperatureGoal,
)
from cryodose.session.measured import Measured
from cryodose.session.nitrogen import FreezeCycle, Lesion, LiquidNitrogen
from cryodose.session.safety import EarlierDose, Safety
from cryodose.session.subject import Baseline, GelProperties, SiteSize, Subject

Data = dict[str, Any]
Place = tuple[str | int, ...]

STAGE = {"gas_temperature_C": -110, "duration_s": 180}
FREEZE = {"freeze_s": 20, "thaw": "complete"}
PACK: Data = {
    "exposure": {
        "modality": "cold-pack",
        "agent": "cubed-ice",
        "site": "calf",
        "cycles": [{"on_s": 600, "off_s": 0}],
        "recovery_activity": [{"kind": "rest", "duration_s": 60}],
    },
    "subject": {"baseline": {"skin_C": 31}},
    "goal": [
        {"kind": "analgesia"},
        {"kind": "skin-temperature", "target_C": 12},
        {"kind": "tissue-temperature", "depth_mm": 10, "change_C": -7},
        {"kind": "nerve-velocity", "change_percent": -30},
    ],
    "plan": {"seed": 1},
}
GEL: Data = {
    "subject": {"kind": "gel", "medium": "agar", "properties": {"freezing_C": 0}},
    "exposure": {"modality": "cold-pack", "agent": "none"},
}
BATH: Data = {
    "exposure": {"modality": "immersion", "water_temperature_C": 8, "immersed": "legs"},
}
SAUNA: Data = {
    "exposure": {
        "modality": "cryosauna",
        "stages": [STAGE],
        "gas_profile": [{"height_m": 1, "gas_temperature_C": -90}],
    },
}
SIZED: Data = {**SAUNA, "subject": {"sites": {"thigh": {"girth_mm": 540}}}}
CHAMBER: Data = {"exposure": {"modality": "cryochamber", "stages": [STAGE]}}
NITROGEN: Data = {
    "exposure": {"modality": "liquid-nitrogen", "cycles": [FREEZE], "lesion": {"depth_mm": 1}},
}
CURRENT: Data = {
    "exposure": {
        "modality": "cryoelectrophoresis",
        "drug": "lidocaine",
        "polarity": "anode",
        "current": {"mean_mA": 1},
        "duration_s": 600,
        "precooling": {"agent": "cubed-ice", "duration_s": 60},
    },
    "goal": [{"kind": "delivered-mass", "target_ug": 100}],
    "safety": {"electrode": "inert", "earlier": [{"site": "hand", "mA_min": 10}]},
}
PROGRAMME: Data = {
    "exposure": {
        "modality": "cryoelectrophoresis",
        "drug": "lidocaine",
        "polarity": "anode",
        "programme": [{"mean_mA": 1, "duration_s": 600}],
    },
}
EXPERIMENT: Data = {
    "title": "A title",
    "source": {"key": "x2020", "citation": "X, 2020", "read": "table"},
    **BATH,
    "measured": [
        {"quantity": "skin-temperature", "site": "calf", "time_s": 60, "unit": "C", "mean": 20}
    ],
    "expected": [
        {
            "relation": "less",
            "a": "base",
            "b": "base",
            "quantity": "skin-temperature",
            "time_s_a": 60,
            "time_s_b": 0,
        }
    ],
}
TABLES: list[tuple[Data, Place, type[Table]]] = [
    (PACK, ("subject",), Subject),
    (PACK, ("subject", "baseline"), Baseline),
    (GEL, ("subject", "properties"), GelProperties),
    (PACK, ("exposure",), ColdPack),
    (PACK, ("exposure", "cycles", 0), PackCycle),
    (PACK, ("exposure", "recovery_activity", 0), ActivitySpan),
    (PACK, ("goal", 0), AnalgesiaGoal),
    (PACK, ("goal", 1), SkinTemperatureGoal),
    (PACK, ("goal", 2), TissueTemperatureGoal),
    (PACK, ("goal", 3), NerveVelocityGoal),
    (PACK, ("plan",), PlanOptions),
    (BATH, ("exposure",), Immersion),
    (SAUNA, ("exposure",), CryoSauna),
    (SAUNA, ("exposure", "stages", 0), Stage),
    (SAUNA, ("exposure", "gas_profile", 0), GasLevel),
    (SIZED, ("subject", "sites", "thigh"), SiteSize),
    (CHAMBER, ("exposure",), CryoChamber),
    (NITROGEN, ("exposure",), LiquidNitrogen),
    (NITROGEN, ("exposure", "cycles", 0), FreezeCycle),
    (NITROGEN, ("exposure", "lesion"), Lesion),
    (CURRENT, ("exposure",), Cryoelectrophoresis),
    (CURRENT, ("exposure", "current"), Current),
    (CURRENT, ("exposure", "precooling"), Precooling),
    (CURRENT, ("goal", 0), DeliveredMassGoal),
    (CURRENT, ("safety",), Safety),
    (CURRENT, ("safety", "earlier", 0), EarlierDose),
    (PROGRAMME, ("exposure", "programme", 0), ProgrammeStep),
    (EXPERIMENT, ("source",), Source),
    (EXPERIMENT, ("measured", 0), Measured),
    (EXPERIMENT, ("expected", 0), RelationRow),
]
WRONG_ENDINGS = {"C": "F", "s": "min", "mm": "inch", "m": "ft", "kg": "lb", "cm2": "in2"}


def dotted(place: Place) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def build(data: Data) -> None:
    if "source" in data:
        compose_experiment(data, "x.toml")
    else:
        session_from_dict(data, "x.toml")


def problems_of(data: Data) -> list[BadInput]:
    with pytest.raises((BadInput, BadInputs)) as caught:
        build(data)
    error = caught.value
    return [error] if isinstance(error, BadInput) else list(error.problems)


def with_value(data: Data, place: Place, key: str, value: object) -> Data:
    changed = copy.deepcopy(data)
    inner: Any = changed
    for part in place:
        inner = inner[part]
    inner[key] = value
    return changed


def markers(table: type[Table]) -> Iterator[tuple[str, Any]]:
    for name, field in table.model_fields.items():
        optional = [part for part in get_args(field.annotation) if part is not type(None)]
        inner = list(field.metadata)
        for part in optional:
            inner += getattr(part, "__metadata__", ())
        yield file_key(name), next((mark for mark in inner if hasattr(mark, "__slots__")), None)


ALL = [
    pytest.param(data, place, key, mark, id=f"{dotted(place)}.{key}-{table.__name__}")
    for data, place, table in TABLES
    for key, mark in markers(table)
]
NUMBERS = [case for case in ALL if isinstance(case.values[3], Number | Whole)]
NAMED = [case for case in ALL if isinstance(case.values[3], OneOf)]
WITH_UNIT = [
    case
    for case in NUMBERS
    if isinstance(case.values[3], Number)
    and "_" in case.values[2]
    and case.values[2].rpartition("_")[2] not in {"sd", "ph"}
]


def assert_told(data: Data, place: Place, key: str, *fragments: str) -> None:
    """Assert that one line names file, key and value, and says all fragments."""
    path = dotted((*place, key))
    lines = [str(problem) for problem in problems_of(data) if problem.key.startswith(path)]
    assert lines, [str(problem) for problem in problems_of(data)]
    assert lines[0].startswith(f"x.toml: {path}")
    assert len(lines[0].splitlines()) == 1
    assert [part for part in (": expected ", *fragments) if part not in lines[0]] == []


@pytest.mark.parametrize("data", [PACK, GEL, BATH, SAUNA, CHAMBER, NITROGEN, CURRENT, PROGRAMME])
def test_the_sound_sessions_load(data: Data) -> None:
    assert session_from_dict(data).modality == data["exposure"]["modality"]


def test_the_sound_experiment_loads() -> None:
    assert compose_experiment(EXPERIMENT, "x.toml").key == "x2020"


@pytest.mark.parametrize(("data", "place", "key", "mark"), ALL)
def test_wrong_type(data: Data, place: Place, key: str, mark: object) -> None:
    assert_told(with_value(data, place, key, ["x", 7]), place, key, " = ")


@pytest.mark.parametrize(("data", "place", "key", "mark"), NUMBERS)
@pytest.mark.parametrize("value", ["12", True])
def test_numbers_are_not_texts_or_truths(
    data: Data, place: Place, key: str, mark: Any, value: object
) -> None:
    shown = '"12"' if value == "12" else "true"
    assert_told(with_value(data, place, key, value), place, key, f"= {shown}", "number")


@pytest.mark.parametrize(("data", "place", "key", "mark"), NUMBERS)
@pytest.mark.parametrize("side", ["low", "high"])
def test_out_of_range(data: Data, place: Place, key: str, mark: Any, side: str) -> None:
    value = mark.low - 1 if side == "low" else mark.high + 1
    told = f"from {mark.low:.12g} to {mark.high:.12g}"
    assert_told(with_value(data, place, key, value), place, key, told, getattr(mark, "unit", ""))


@pytest.mark.parametrize(("data", "place", "key", "mark"), NUMBERS)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400])
def test_not_finite(data: Data, place: Place, key: str, mark: object, value: float) -> None:
    assert_told(with_value(data, place, key, value), place, key, "number")


@pytest.mark.parametrize(("data", "place", "key", "mark"), NAMED)
def test_wrong_name(data: Data, place: Place, key: str, mark: object) -> None:
    bad = with_value(data, place, key, "no-such-name")
    assert_told(bad, place, key, '"no-such-name"', "one of ")


@pytest.mark.parametrize(("data", "place", "key", "mark"), ALL)
def test_misspelt_key(data: Data, place: Place, key: str, mark: object) -> None:
    wrong = f"{key}x" if len(key) > 3 else f"{key}_nonsense"
    assert_told(with_value(data, place, wrong, 1), place, wrong, " = 1", "key")


@pytest.mark.parametrize(("data", "place", "key", "mark"), WITH_UNIT)
def test_key_in_a_wrong_unit(data: Data, place: Place, key: str, mark: object) -> None:
    stem, _, unit = key.rpartition("_")
    wrong = f"{stem}_{WRONG_ENDINGS.get(unit, 'lb')}"
    assert_told(with_value(data, place, wrong, 1), place, wrong, f'"{key}"', "unit")


HAND_WRITTEN = [
    ('[subject]\nskinfold_cm = 1.2', "subject.skinfold_cm = 1.2", 'the key "skinfold_mm"'),
    ('[subject]\nage = 3', "subject.age = 3", 'the key "age_y"'),
    ('[subject]\nsex = "mal"', 'subject.sex = "mal"', 'did you mean "male"?'),
    ("[subject]\nskinfold_mm = 9\nadipose_mm = 4", "subject.adipose_mm = 4", "not both"),
    ('[subject]\nmedium = "agar"', 'subject.medium = "agar"', 'only with kind = "gel"'),
    ('[subject]\nspecies = "pig"', "subject.species", 'only with kind = "skin-in-vitro"'),
    ("[subject]\ninitial_temperature_C = 30", "subject.initial_temperature_C = 30", "baseline"),
    ('[subject]\nkind = "gel"', "subject.medium = (missing)", "a medium"),
    ('[exposure]\nagent = "cubed"', 'exposure.agent = "cubed"', 'did you mean "cubed-ice"?'),
    ('[exposure]\nagent = "Cubed ice"', "exposure.agent", 'did you mean "cubed-ice"?'),
    ("[exposure]\nwater_temperature_C = 8", "exposure.water_temperature_C", "immersion"),
    ("[exposure]\ncycles = []", "exposure.cycles = []", "at least one entry"),
    ("[exposure]\ncycles = 600", "exposure.cycles = 600", "a list"),
    ("[exposure]\ncycles = [{ off_s = 1 }]", "exposure.cycles[0].on_s = (missing)", "86400 s"),
    ("[exposure]\ncycles = [{ on_s = 1 }, { on_s = 1 }]", "exposure.cycles[0].off_s", "next"),
    ("[exposure]\ncycles = [1]", "exposure.cycles[0] = 1", "a table"),
    ('[exposure]\ncompression = "none"\ncompression_mmHg = 20', "compression_mmHg", "no pressure"),
    ("[exposure]\nagent_temperature_C = -90", "agent_temperature_C = -90", "from -80 to 60 C"),
    ("[exposure]\nstirred = true", "exposure.stirred = true", "belongs to immersion"),
    ("[plan]\nstart = 09:30:00", "plan.start = datetime.time(9, 30)", '"HH:MM"'),
    ("[plan]\nstart = '24:00'", 'plan.start = "24:00"', '"HH:MM"'),
    ("[[goal]]\nkind = 'sleep'", 'goal[0].kind = "sleep"', '"analgesia"'),
    ("[[goal]]\ntarget_C = 1", "goal[0].kind = (missing)", '"analgesia"'),
    ("goal = 3", "goal = 3", "[[goal]]"),
    ("[[measured]]\nquantity = 'mean-skin-temperature'\ntime_s = 1\nunit = 'C'\nmean = 37",
     "measured[0].quantity", '"skin-temperature" or "core-temperature" in a session'),
    ("[[variant]]\nkey = 'x'", "variant = ", "only in an experiment"),
    ("[weather]", "weather = {}", "a key of a session file"),
    ("assumed.goal = 1", "assumed.goal = 1", "[assumed.subject]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found", "expectation"), HAND_WRITTEN)
def test_lines_as_a_user_reads_them(text: str, found: str, expectation: str) -> None:
    sound = '[exposure]\nmodality = "cold-pack"\nsite = "calf"\n'
    if "[exposure]" in text:
        whole = text.replace("[exposure]\n", sound)
        whole += "" if "\nagent =" in text else '\nagent = "cubed-ice"'
    else:
        whole = f'{text}\n{sound}agent = "cubed-ice"'
    with pytest.raises(CryodoseError) as caught:
        parse_session(whole, "x.toml")
    line = next((line for line in str(caught.value).splitlines() if found in line), "")
    assert line.startswith("x.toml: "), str(caught.value)
    assert expectation in line


@pytest.mark.parametrize(
    ("modality", "key"),
    [
        ("cold-pack", "agent"),
        ("cold-pack", "site"),
        ("immersion", "water_temperature_C"),
        ("immersion", "immersed"),
        ("cryosauna", "stages"),
        ("cryochamber", "stages"),
        ("cryoelectrophoresis", "drug"),
        ("cryoelectrophoresis", "polarity"),
        ("cryoelectrophoresis", "current"),
        ("cryoelectrophoresis", "duration_s"),
    ],
)
def test_required_keys(modality: str, key: str) -> None:
    sound = (PACK, BATH, SAUNA, CHAMBER, NITROGEN, CURRENT)
    data = next(d for d in sound if d["exposure"]["modality"] == modality)
    short = {k: v for k, v in data["exposure"].items() if k != key}
    found = problems_of({**data, "exposure": short})
    assert [problem.key for problem in found] == [f"exposure.{key}"]
    assert "(missing)" in str(found[0])


@pytest.mark.parametrize("text", ["[subject]", "[exposure]\nagent = 'none'", "title = 'x'"])
def test_modality_is_required(text: str) -> None:
    with pytest.raises(BadInput, match=r"exposure\.modality = \(missing\): expected one of"):
        parse_session(text)
