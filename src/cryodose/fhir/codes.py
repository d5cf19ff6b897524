"""Code systems, and the codes of what a clinic measures and does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ATC = "http://www.whocc.no/atc"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem"
OWN = "urn:cryodose"
# A code of FHIR: words with one blank between them, without control characters.
_WORD = r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+"
_CODE = re.compile(f"{_WORD}( {_WORD})*")

# SNOMED CT has no code for cold of the whole body or in water: the general one, and our own.
_CRYOTHERAPY = "26782000"
PROCEDURES = {
    "cryosauna": ("whole-body cryotherapy, open-top cabin", _CRYOTHERAPY),
    "cryochamber": ("whole-body cryotherapy, walk-in chamber", _CRYOTHERAPY),
    "cold-pack": ("cold pack on the skin", "229585002"),
    "immersion": ("immersion in cold water", _CRYOTHERAPY),
    "liquid-nitrogen": ("liquid nitrogen on a lesion of the skin", "302396003"),
    "cryoelectrophoresis": ("cryoelectrophoresis", ""),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity: its words, LOINC code (empty where none is known), unit and FHIR category."""

    words: str
    loinc: str
    unit: str
    category: str = "vital-signs"


# Unit: UCUM. Without a LOINC code: nothing fitting was found, so the code is our own alone.
MEASURES = {
    "skin": Measure("skin temperature", "39106-0", "Cel"),
    "core": Measure("body temperature", "8310-5", "Cel"),
    "gas": Measure("temperature of the gas in the cabin", "", "Cel", "procedure"),
    "supply": Measure("temperature of the supplied gas", "", "Cel", "procedure"),
    "set": Measure("temperature that was set", "", "Cel", "procedure"),
    "pack": Measure("temperature of the cold surface", "", "Cel", "procedure"),
    "water": Measure("temperature of the water", "", "Cel", "procedure"),
    "oxygen": Measure("oxygen in the air of the room", "", "%", "procedure"),
    "current": Measure("current through the electrode", "", "mA", "procedure"),
    "systolic": Measure("systolic blood pressure", "8480-6", "mm[Hg]"),
    "diastolic": Measure("diastolic blood pressure", "8462-4", "mm[Hg]"),
    "heart_rate": Measure("heart rate", "8867-4", "/min"),
    "oxygen_saturation": Measure("oxygen saturation", "2708-6", "%"),
    "height": Measure("body height", "8302-2", "cm"),
    "mass": Measure("body weight", "29463-7", "kg"),
    "body_fat": Measure("body fat", "41982-0", "%", "exam"),
    "haemoglobin": Measure("haemoglobin in blood", "718-7", "g/dL", "laboratory"),
    "pain": Measure("pain, 0 to 10", "72514-3", "{score}", "survey"),
}
_PANEL = ("85354-9", "blood pressure")


def concept(*codings: tuple[str, str], text: str = "") -> dict[str, Any]:
    """Return a CodeableConcept of (system, code) pairs; a text that is no code is left out."""
    made: dict[str, Any] = {}
    coded = [{"system": system, "code": code} for system, code in codings if _CODE.fullmatch(code)]
    if coded:
        made["coding"] = coded
    if text:
        made["text"] = text
    return made


def procedure_concept(procedure: str) -> dict[str, Any]:
    """Return what was done, by our own code and, where there is one, by SNOMED CT."""
    words, snomed = PROCEDURES[procedure]
    return concept((f"{OWN}:procedure", procedure), (SNOMED, snomed), text=words)


def measure_concept(quantity: str) -> dict[str, Any]:
    """Return what was measured, by LOINC where there is a code, and by our own code."""
    measure = MEASURES[quantity]
    return concept((LOINC, measure.loinc), (f"{OWN}:measure", quantity), text=measure.words)


def quantity_of(value: float, unit: str) -> dict[str, Any]:
    """Return a Quantity with its UCUM unit."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def category(name: str) -> list[dict[str, Any]]:
    """Return the category of an Observation."""
    return [concept((f"{HL7}/observation-category", name))]


def pressure_panel(systolic: float, diastolic: float) -> dict[str, Any]:
    """Return the parts of an Observation that hold a blood pressure."""
    code, words = _PANEL
    pairs = (("systolic", systolic), ("diastolic", diastolic))
    return {
        "code": concept((LOINC, code), text=words),
        "component": [
            {"code": measure_concept(key), "valueQuantity": quantity_of(value, "mm[Hg]")}
            for key, value in pairs
        ],
    }
