"""What holds for any set of facts: no absolute rule is missed, more facts never make it milder."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import DAY, ICD, LIST, SCT, with_changes

from cryodose.screening import Facts, facts_from, load_rules, screen
from cryodose.screening.facts import Answer, Coded
from cryodose.screening.fhir import facts_from_fhir

ABSOLUTE = {"absolute", "conflict", "temporary", "rule"}
PROCEDURE = {
    "WBC": "cryosauna", "PBC": "cryosauna", "LOC": "cold-pack", "LN2": "liquid-nitrogen",
    "CEP": "cryoelectrophoresis",
}  # fmt: skip
CHAPTERS = {"I": "A41.9", "II": "C50.9", "VI": "G43.0"}
HARMFUL = [
    (row["id"], system, CHAPTERS.get(code, code.split("-")[0]))
    for row in LIST
    if row["strictest_class"] in ABSOLUTE and row["id"] != "LOC-18"
    for system, key in ((ICD, "icd10"), (SCT, "snomed_ct"))
    for code in filter(None, row[key].split(";"))
]
CLEAR = facts_from(with_changes({}))
SYSTEMS = {
    ICD: [
        ICD,
        f"{ICD}-cm",
        "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
        "urn:oid:2.16.840.1.113883.6.3",
    ],
    SCT: [SCT, f"{SCT}/900000000000207008", "urn:oid:2.16.840.1.113883.6.96"],
}
# Nothing here says that the condition is not so: present, suspected, or not stated.
STATUSES = st.sampled_from([None, "active", "recurrence", "relapse", "?", "unknown"])
VERIFIED = st.sampled_from([None, "confirmed", "provisional", "differential", "unconfirmed", "?"])
NOISE_CODES = ["J30.1", "H52.1", "M54.5", "K21.9", "Z00.0", "L40.0", "N97", "Q66"]


def spelled(system: str, code: str, how: int) -> str:
    """Return a code as records spell it."""
    if system == SCT:
        return code
    return [code, code.lower(), code.replace(".", ""), f" {code} ", f"{code}+"][how % 5]


@st.composite
def present(draw: Any) -> tuple[str, dict[str, Any]]:
    """Return an absolute rule and a record in which its condition is present."""
    rule, system, code = draw(st.sampled_from(HARMFUL))
    record: dict[str, Any] = {
        "resourceType": draw(st.sampled_from(["Condition", "AllergyIntolerance", "Procedure"])),
        "id": "h",
        "code": {
            "coding": [
                {
                    "system": draw(st.sampled_from(SYSTEMS[system])),
                    "code": spelled(system, code, draw(st.integers(0, 4))),
                }
            ]
        },
    }
    for key, values in (("clinicalStatus", STATUSES), ("verificationStatus", VERIFIED)):
        value = draw(values)
        if value is not None:
            record[key] = draw(st.sampled_from([value, {"coding": [{"code": value}]}]))
    since = draw(st.none() | st.integers(0, 150))
    if since is not None:
        day = (DAY - timedelta(days=since)).isoformat()
        record["onsetDateTime"] = draw(st.sampled_from([day, day[:7], f"{day}T08:00:00+02:00"]))
    return rule, record


NOISE = st.lists(
    st.builds(
        lambda code, status: {
            "resourceType": "Condition",
            "id": code,
            "clinicalStatus": status,
            "code": {"coding": [{"system": ICD, "code": code}]},
        },
        st.sampled_from(NOISE_CODES),
        st.sampled_from(["active", "resolved"]),
    ),
    max_size=4,
)


def merged(*parts: Facts) -> Facts:
    made = Facts()
    for part in parts:
        for key in ("births", "coded", "measured", "answers", "overrides", "wishes", "ignored",
                    "conflicts", "unknown", "open_points"):  # fmt: skip
            getattr(made, key).extend(getattr(part, key))
    return made


def read(records: list[dict[str, Any]]) -> Facts:
    data = {"resourceType": "Bundle", "entry": [{"resource": r} for r in records]}
    return facts_from_fhir(data, load_rules())


def never_missed(found: tuple[str, dict[str, Any]], noise: list[dict[str, Any]]) -> None:
    rule, record = found
    # Every question is answered as if nothing were the matter: the record must win.
    told = screen(merged(CLEAR, read([*noise, record])), PROCEDURE[rule[:3]], DAY)
    assert told.verdict != "no-rule-hit", (rule, record, told.ignored)


def never_milder(found: Any, noise: list[dict[str, Any]], more: list[Any], on: date) -> None:
    rule, record = found
    procedure = PROCEDURE[rule[:3]]
    before = merged(read([*noise, record]))
    added = read([r for _, r in more])
    added.answers += [Answer("form", q, "no", None) for q in ("raynaud", "epilepsy")]
    first, then = screen(before, procedure, on), screen(merged(before, added), procedure, on)
    if first.verdict == "stop":
        assert then.verdict == "stop", (record, more)


def order_is_nothing(facts: Facts, procedure: str, shuffled: Facts) -> None:
    told = screen(facts, procedure, DAY).to_dict()
    assert screen(shuffled, procedure, DAY).to_dict() == told


QUICK = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=100_000, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(present(), NOISE)
def test_no_absolute_rule_is_missed(found, noise) -> None:
    never_missed(found, noise)


@pytest.mark.slow
@LONG
@given(present(), NOISE)
def test_no_absolute_rule_is_missed_at_length(found, noise) -> None:
    never_missed(found, noise)


# Measurements are left out: the latest takes the place of those before it, as it must.
@QUICK
@given(present(), NOISE, st.lists(present(), max_size=3), st.just(DAY))
def test_a_fact_more_is_never_milder(found, noise, more, on) -> None:
    never_milder(found, noise, more, on)


@QUICK
@given(st.lists(present(), max_size=4), NOISE, st.randoms(use_true_random=False))
def test_order_of_facts_never_matters(found, noise, random) -> None:
    records = [{**r, "id": f"{r['id']}{n}"} for n, (_, r) in enumerate(found)]
    facts = merged(CLEAR, read([*noise, *records]))
    other = merged(facts)
    for entries in (other.coded, other.measured, other.answers, other.ignored, other.unknown):
        random.shuffle(entries)
    for procedure in sorted(set(PROCEDURE.values())):
        order_is_nothing(facts, procedure, other)


@QUICK
@given(st.sets(st.sampled_from(sorted(load_rules().questions)), max_size=6))
def test_unanswered_question_is_never_clear(dropped) -> None:
    facts = merged(CLEAR)
    facts.answers = [a for a in facts.answers if a.question not in dropped]
    for procedure in sorted(set(PROCEDURE.values())):
        told = screen(facts, procedure, DAY)
        open_ones = {o.question for o in told.not_assessed}
        assert open_ones <= dropped
        assert (told.verdict == "no-rule-hit") == (not open_ones)


def test_the_wall_can_fall() -> None:
    nothing = Coded("x", (), ("hay fever",))
    told = screen(merged(CLEAR, Facts(coded=[nothing])), "cryosauna", DAY)
    assert told.verdict == "no-rule-hit"
