"""Write the wall of screening cases: positive, negative, boundary and missing for each rule.

What is expected comes from the list of contraindications alone (its column `strictest_class`) and
from the few lines below, never from the engine. The files are read and reviewed like any text.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "tests" / "screening"
DAY = "2026-11-22"
PROCEDURE = {
    "WBC": "cryosauna",
    "PBC": "cryosauna",
    "LOC": "cold-pack",
    "LN2": "liquid-nitrogen",
    "CEP": "cryoelectrophoresis",
}
EFFECT = {
    "absolute": "stop", "rule": "stop", "temporary": "stop", "conflict": "stop",
    "relative": "ask", "caution": "caution",
}  # fmt: skip
VERDICT = {"stop": "stop", "ask": "ask-clinician", "caution": "no-rule-hit"}

# The question that each rule asks; those with "-" are good when answered with no.
QUESTIONS = """
WBC-01 hypertension|WBC-02 infarction|WBC-03 angina|WBC-04 heart_failure|WBC-05 coronary_disease
WBC-06 valve_disease|WBC-07 arrhythmia|WBC-08 heart_surgery|WBC-09 cardiac_device
WBC-10 aortic_disease|WBC-11 arterial_disease|WBC-12 raynaud|WBC-13 vasculitis|WBC-14 thrombosis
WBC-15 stroke|WBC-16 rcvs|WBC-17 global_amnesia|WBC-18 epilepsy|WBC-19 nervous_disease
WBC-20 numb_skin|WBC-21 autonomic|WBC-22 claustrophobia|WBC-23 cooperation|WBC-24 chest_infection
WBC-25 respiratory_failure|WBC-26 copd|WBC-27 asthma|WBC-28 lung_shunt|WBC-29 urinary_acute
WBC-30 renal_failure|WBC-31 colic|WBC-32 anaemia|WBC-33 cryoglobulins|WBC-34 cryofibrinogen
WBC-35 haemoglobinuria|WBC-36 cold_agglutinins|WBC-37 sickle_cell|WBC-38 bleeding
WBC-39 agammaglobulinaemia|WBC-40 cold_allergy|WBC-41 infection_fever|WBC-42 tuberculosis_wasting
WBC-43 skin_infection|WBC-44 open_wound|WBC-45 recent_surgery|WBC-46 cold_injury|WBC-47 wet_skin
WBC-48 metal_worn|WBC-49 shaved|WBC-50 tumour|WBC-51 underweight|WBC-52 pregnancy
WBC-53 breast_feeding|WBC-54 hypothyroidism|WBC-55 hyperthyroidism|WBC-56 diabetes
WBC-57 gout_attack|WBC-58 intoxicated|WBC-59 neuroleptics|WBC-60 cold_sensitising|WBC-63 obesity
WBC-65 -pressure_measured|WBC-66 -examined|WBC-67 -attendant|PBC-02 -head_above_rim|PBC-03 syncope
LOC-01 raynaud|LOC-02 cold_allergy|LOC-03 cryoglobulins|LOC-04 cold_agglutinins
LOC-05 poor_circulation|LOC-06 buerger|LOC-07 numb_skin|LOC-08 nerve_repair|LOC-09 over_nerve
LOC-10 severe_heart|LOC-11 open_wound|LOC-12 phaeochromocytoma|LOC-13 sickle_cell
LOC-14 earlier_cold_injury|LOC-15 unresponsive|LOC-17 rheumatoid|LN2-01 lesion_undiagnosed
LN2-02 melanoma|LN2-03 pathology_wanted|LN2-04 skin_cancer|LN2-05 bad_reaction|LN2-06 cold_allergy
LN2-07 cryoglobulins|LN2-08 raynaud|LN2-09 connective_tissue|LN2-10 immune_platelet
LN2-12 hairy_site|LN2-13 delicate_site|LN2-14 leg_healing|LN2-15 numb_skin|LN2-16 near_tendon
CEP-01 buerger|CEP-02 wound_electrode|CEP-03 metal_implant|CEP-04 numb_skin|CEP-05 drug_allergy
CEP-06 epilepsy|CEP-07 infected_skin
"""
MORE = ("pressure_medicine", "tranquilliser", "sedating_medicine", "stent")
# Rules about a number: harmful, just harmless, the quantity.
NUMBERS = {
    "WBC-62": ("birth_date", "1960-11-22", "1960-11-23"),
    "WBC-61": ("birth_date", "2008-11-23", "2008-11-22"),
    "LOC-16": ("birth_date", "2023-11-23", "2023-11-22"),
    "WBC-64": ("session_min", 3.1, 3),
    "PBC-01": ("height", 152.3, 152.4),
    "LOC-18": ("application_min", 21, 20),
    "LN2-11": ("skin_type", 4, 3),
}
BOUNDS = {  # a number at the edge of a rule that asks a question, too: number, what is expected
    "WBC-01": ("systolic", 160, "stop"),
    "WBC-07": ("heart_rate", 100, None),
    "WBC-32": ("haemoglobin", 8, None),
    "WBC-51": ("mass", 40, None),
}
PAST_COUNTS = {  # in the past: the whole effect, a milder one, or (all others) none
    **dict.fromkeys(["WBC-12", "WBC-15", "WBC-33", "WBC-35", "WBC-36", "WBC-40"], "stop"),
    **dict.fromkeys(["WBC-10", "WBC-17", "WBC-37"], "caution"),
    **dict.fromkeys(["LOC-01", "LOC-02", "LOC-03", "LOC-04", "LOC-13", "LOC-14"], "stop"),
    **dict.fromkeys(["LN2-06", "LN2-07", "LN2-08"], "stop"),
    "WBC-14": "ask", "WBC-02": "stop", "WBC-08": "stop",
}  # fmt: skip
EDGE = ("boundary",)
DATED = {"WBC-02": ("2026-05-22", None), "WBC-08": ("2026-05-22", "ask")}
CODE = {"WBC-08": "Z95.5", "WBC-19": "G43", "WBC-41": "A41", "WBC-50": "C50"}
MEASURED = {
    "systolic": 125, "diastolic": 80, "heart_rate": 65, "haemoglobin": 14, "mass": 70,
    "height": 175, "skin_type": 2, "session_min": 2, "sessions_today": 0, "application_min": 15,
    "pause_min": 120,
}  # fmt: skip


def asked() -> dict[str, str]:
    """Return the question of each rule."""
    pairs = QUESTIONS.replace("\n", "|").strip("|").split("|")
    return dict(p.split() for p in pairs)


def good(question: str) -> str:
    """Return the harmless answer."""
    return "yes" if question.startswith("-") else "no"


def bad(question: str) -> str:
    """Return the harmful answer."""
    return "no" if question.startswith("-") else "yes"


def base() -> str:
    """Return a person against whom no rule stands, with every question answered."""
    answers = {q.lstrip("-"): good(q) for q in (*asked().values(), *MORE)}
    lines = ['format = "cryodose-patient/1"', f"date = {DAY}", "birth_date = 1980-01-01", ""]
    lines += ["[answers]", *(f'{q} = "{say}"' for q, say in sorted(answers.items())), ""]
    for quantity, value in MEASURED.items():
        lines += ["[[measured]]", f'quantity = "{quantity}"', f"value = {value}", ""]
    return "\n".join(lines)


def code_of(row: dict[str, str]) -> dict[str, str]:
    """Return a code of a rule as a patient file has it."""
    rule = row["id"]
    if rule in CODE or row["icd10"]:
        return {"icd10": CODE.get(rule, row["icd10"].split(";")[0].split("-")[0])}
    return {"snomed": row["snomed_ct"].split(";")[0]} if row["snomed_ct"] else {}


def cases_of(row: dict[str, str]) -> list[dict[str, object]]:
    """Return the four cases of a rule."""
    rule, effect = row["id"], EFFECT[row["strictest_class"]]
    hit = {"effect": effect, "verdict": VERDICT[effect]}
    none = {"effect": "none", "verdict": "no-rule-hit"}
    if rule in NUMBERS:
        quantity, harmful, harmless = NUMBERS[rule]
        open_ended = effect == "caution"
        return [
            {"kind": "positive", "set": {quantity: harmful}, **hit},
            {"kind": "negative", "set": {}, **none},
            {"kind": "boundary", "set": {quantity: harmless}, **none},
            {"kind": "missing", "drop": quantity}
            | (none if open_ended else none | {"verdict": "incomplete"}),
        ]
    question = asked()[rule]
    key, code = question.lstrip("-"), code_of(row)
    cases: list[dict[str, object]] = [{"kind": "positive", "set": {key: bad(question)}, **hit}]
    refuted = {**code, "verification": "refuted"} if code else None
    cases.append(
        {
            "kind": "negative",
            **({"condition": refuted} if refuted else {"set": {key: good(question)}}),
            **none,
        }
    )
    cases.append(boundary(rule, code, key, question, effect))
    if rule == "LOC-11":
        cases[0]["verdict"] = "incomplete"  # a wound of unknown age may be older than 48 h
    if rule == "WBC-65":
        # Where pressure and pulse were measured on the day, nobody need be asked.
        return [{**c, "measured_on": "2026-11-20"} if c["kind"] in EDGE else c for c in cases] + [
            {"kind": "missing", "drop": key, "measured_on": "2026-11-20", **none}
            | {"verdict": "incomplete"}
        ]
    asks = effect != "caution" or rule == "LOC-11"
    cases.append(
        {"kind": "missing", "drop": key, **none} | ({"verdict": "incomplete"} if asks else {})
    )
    return cases


def boundary(
    rule: str, code: dict[str, str], key: str, question: str, effect: str
) -> dict[str, object]:
    """Return the case at the edge: a number, a date, the past, or an answer of "unknown"."""
    if rule in BOUNDS:
        quantity, number, found = BOUNDS[rule]
        edge: dict[str, object] = {"set": {quantity: number}, "effect": found or "none"}
    elif rule in DATED:
        day, found = DATED[rule]
        edge = {"condition": {**code, "since": day}, "effect": found or "none"}
    elif code:
        edge = {
            "condition": {**code, "status": "resolved"},
            "effect": PAST_COUNTS.get(rule, "none"),
        }
    else:
        told = {"effect": "none", "verdict": "incomplete" if effect != "caution" else "no-rule-hit"}
        return {"kind": "boundary", "set": {key: "unknown"}, **told}
    return {"kind": "boundary", **edge}


def inline(value: object) -> str:
    """Return a value as TOML on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {inline(v)}" for k, v in value.items()) + " }"
    return json.dumps(value)


def main() -> None:
    """Write base.toml and one file for each family of rules."""
    with (HOME / "data" / "contraindications.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    (HOME / "cases").mkdir(exist_ok=True)
    (HOME / "cases" / "base.toml").write_text(base(), encoding="utf-8")
    for family, procedure in PROCEDURE.items():
        lines = [f'procedure = "{procedure}"', f"date = {DAY}", ""]
        for row in rows:
            if row["id"].startswith(family):
                for case in cases_of(row):
                    pairs = {"rule": row["id"], **case}
                    lines += ["[[case]]", *(f"{k} = {inline(v)}" for k, v in pairs.items()), ""]
        (HOME / "cases" / f"{family.lower()}.toml").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
