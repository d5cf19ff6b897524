"""Random facts about random people, with what must come of them written down here."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st
from people import DAY, HERE, ICD, LIST, SCT, with_changes

from cryodose.screening import Facts, facts_from, load_rules
from cryodose.screening.fhir import facts_from_fhir

ABSOLUTE = {"absolute", "conflict", "temporary", "rule"}
PROCEDURE = {
    "WBC": "cryosauna", "PBC": "cryosauna", "LOC": "cold-pack", "LN2": "liquid-nitrogen",
    "CEP": "cryoelectrophoresis",
}  # fmt: skip
CODES = [
    (row["id"], system, code)
    for row in LIST
    if row["strictest_class"] in ABSOLUTE and row["id"] != "LOC-18"
    for system, key in ((ICD, "icd10"), (SCT, "snomed_ct"))
    for code in filter(None, row[key].split(";"))
]
WORDS = {
    "WBC-03": "unstable angina", "WBC-04": "congestive heart failure", "WBC-12": "Raynaud",
    "WBC-15": "stroke", "WBC-18": "epilepsy", "WBC-24": "pneumonia", "WBC-27": "asthma",
    "WBC-33": "cryoglobulinaemia", "WBC-34": "cryofibrinogenaemia", "WBC-40": "cold urticaria",
    "WBC-42": "tuberculosis", "WBC-50": "carcinoma of the colon", "WBC-52": "pregnant",
    "LOC-01": "Raynaud phenomenon", "LOC-06": "Buerger disease", "LN2-02": "melanoma",
    "CEP-06": "pacemaker",
}  # fmt: skip
FRAMES = [
    "{}", "{}?", "suspected {}", "{} cannot be ruled out", "{}, not excluded", "known {}",
    "no asthma attack; {}", "family history of diabetes. {}", "{}; cystitis ruled out",
    "history of {}", "{}: yes", "{}\nno fractures",
]  # fmt: skip
# Rule, quantity, LOINC, harmful values with their units, and a harmless one.
READINGS = [
    ("WBC-01", "systolic", "8480-6", [(160, "mmHg"), (21.34, "kPa"), (230, "mm[Hg]")], 120),
    ("WBC-01", "diastolic", "8462-4", [(100, "mmHg"), (13.34, "kPa"), (140, "mm[Hg]")], 75),
    ("WBC-07", "heart_rate", "8867-4", [(101, "/min"), (160, "{beats}/min")], 60),
    ("WBC-32", "haemoglobin", "718-7", [(7.9, "g/dL"), (60, "g/L"), (4.9, "mmol/L")], 14),
    ("WBC-41", "temperature", "8310-5", [(38, "Cel"), (101, "[degF]"), (313.2, "K")], 36.5),
    ("WBC-51", "mass", "29463-7", [(39.9, "kg"), (87, "[lb_av]"), (39000, "g")], 70),
    ("PBC-01", "height", "8302-2", [(152.3, "cm"), (59, "[in_i]"), (1.5, "m")], 175),
    ("LOC-10", "systolic", "8480-6", [(181, "mmHg"), (25, "kPa")], 120),
]  # fmt: skip
CLEAR = facts_from(with_changes({}))
SYSTEMS = {
    ICD: [
        ICD,
        f"{ICD}-cm",
        "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
        "urn:oid:2.16.840.1.113883.6.3",
        "ICD-10",
    ],
    SCT: [SCT, f"{SCT}/900000000000207008", "urn:oid:2.16.840.1.113883.6.96", "SNOMED-CT"],
}
# Nothing here says that the condition is not so: present, suspected, or not stated.
STATUSES = st.sampled_from([None, "active", "recurrence", "relapse", "?", "unknown"])
VERIFIED = st.sampled_from([None, "confirmed", "provisional", "differential", "unconfirmed", "?"])
NOISE_CODES = ["J30.1", "H52.1", "M54.5", "K21.9", "Z00.0", "L40.0", "N97", "Q66"]
WALL = [
    case
    for path in sorted((HERE / "cases").glob("[!b]*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    if case["kind"] == "positive" and case["effect"] == "stop" and set(case) >= {"set"}
]


class Harm(NamedTuple):
    """A rule that must count, and the facts by which it does; `quantity` where it is a number."""

    rule: str
    facts: Facts
    record: dict[str, Any] | None = None
    quantity: str = ""


def merged(*parts: Facts) -> Facts:
    made = Facts()
    for part in parts:
        made.sex = made.sex or part.sex
        for key in ("births", "coded", "measured", "unread", "answers", "overrides", "wishes",
                    "ignored", "conflicts", "unknown", "open_points"):  # fmt: skip
            getattr(made, key).extend(getattr(part, key))
    return made


def read(*records: dict[str, Any]) -> Facts:
    data = {"resourceType": "Bundle", "entry": [{"resource": r} for r in records]}
    return facts_from_fhir(data, load_rules())


def spelled(system: str, code: str, how: int) -> str:
    """Return a code as records spell it."""
    if system == SCT:
        return [code, f" {code} ", f"{code} |term|"][how % 3]
    return [code, code.lower(), code.replace(".", ""), f" {code} ", f"{code}+"][how % 5]


def moment(day: date, how: int) -> str:
    """Return a day as records spell it."""
    text = day.isoformat()
    return [text, f"{text}T08:00:00+02:00", f"{text}T08:00:00Z", f"{text}T23:59:59.9-05:00"][
        how % 4
    ]


@st.composite
def coded_harm(draw: Any) -> Harm:
    rule, system, code = draw(st.sampled_from(CODES))
    record: dict[str, Any] = {
        "resourceType": draw(st.sampled_from(["Condition", "AllergyIntolerance", "Procedure"])),
        "id": "h",
        "code": {
            "coding": [
                {
                    "system": draw(st.sampled_from(SYSTEMS[system])),
                    "code": spelled(system, code, draw(st.integers(0, 14))),
                }
            ]
        },
    }
    for key, values in (("clinicalStatus", STATUSES), ("verificationStatus", VERIFIED)):
        value = draw(values)
        if value is not None:
            record[key] = draw(st.sampled_from([value, {"coding": [{"code": value}]}]))
    since = draw(st.none() | st.integers(-400, 150))
    if since is not None:
        day = DAY - timedelta(days=since)
        record["onsetDateTime"] = draw(
            st.sampled_from([moment(day, draw(st.integers(0, 3))), day.isoformat()[:7]])
        )
    return Harm(rule, read(record), record)


@st.composite
def told_harm(draw: Any) -> Harm:
    rule = draw(st.sampled_from(sorted(WORDS)))
    words = draw(st.sampled_from(FRAMES)).format(WORDS[rule])
    words = draw(st.sampled_from([words, words.upper(), words.title()]))
    kind = draw(st.sampled_from(["Condition", "AllergyIntolerance", "Observation", "Procedure"]))
    record = {"resourceType": kind, "id": "h", "code": {"text": words}}
    return Harm(rule, read(record), record)


@st.composite
def measured_harm(draw: Any) -> Harm:
    rule, quantity, loinc, values, _ = draw(st.sampled_from(READINGS))
    value, unit = draw(st.sampled_from(values))
    record = reading(
        loinc, value, unit, draw(st.sampled_from([None, moment(DAY, 0), moment(DAY, 1)]))
    )
    return Harm(rule, read(record), record, quantity)


@st.composite
def answered_harm(draw: Any) -> Harm:
    case = draw(st.sampled_from(WALL))
    return Harm(case["rule"], facts_from(with_changes(case)))


def reading(loinc: str, value: object, unit: str, at: str | None) -> dict[str, Any]:
    record: dict[str, Any] = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "valueQuantity": {"value": value, "unit": unit},
    }
    return record if at is None else record | {"effectiveDateTime": at}


HARM = coded_harm() | told_harm() | measured_harm() | answered_harm()


def denials(harm: Harm) -> list[dict[str, Any]]:
    """Return records that speak of the same thing and do not say that this person has it."""
    if harm.record is None or harm.quantity:
        return []
    words = harm.record["code"].get("text", "raynaud")
    same = {**harm.record, "resourceType": "Condition", "id": "d"}
    return [
        {**same, "verificationStatus": "refuted", "clinicalStatus": "active"},
        {**same, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}},
        {**same, "clinicalStatus": "resolved", "abatementDateTime": "2020-01-01"},
        {**same, "code": {"text": f"no history of {words}"}},
        {"resourceType": "FamilyMemberHistory", "id": "f", "condition": [{"code": same["code"]}]},
    ]


@st.composite
def noise(draw: Any, harm: Harm) -> Facts:
    """Return facts that have nothing to do with it, and some that deny it."""
    codes = draw(st.lists(st.sampled_from(NOISE_CODES), max_size=3))
    records = [
        {
            "resourceType": "Condition",
            "id": code,
            "clinicalStatus": draw(st.sampled_from(["active", "resolved"])),
            "code": {"coding": [{"system": ICD, "code": code}]},
        }
        for code in codes
    ]
    records += draw(st.lists(st.sampled_from(denials(harm)), max_size=2)) if denials(harm) else []
    return read(*records)
