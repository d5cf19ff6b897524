"""Pack FHIR data from elsewhere for the tests: official examples and synthetic patients.

The packages are fetched by hand, with their usual clients, in these versions:
`npm pack hl7.fhir.r4.examples@4.0.1` (unpacked), and `pip install carebundle==0.5.0` with
`carebundle generate --profile P --count 10 --seed 7 --sex mixed --age-range 16-88
--reference-date 2026-11-01 --out FOLDER/P` for each profile.
"""

from __future__ import annotations

import json
import lzma
import sys
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent / "tests"
DATA = TESTS / "screening" / "data"
EXCHANGE = TESTS / "fhir" / "data"
KINDS = (
    "Patient", "Condition", "AllergyIntolerance", "MedicationStatement", "MedicationRequest",
    "Observation", "DeviceUseStatement", "Device", "FamilyMemberHistory", "QuestionnaireResponse",
    "Procedure",
)  # fmt: skip
# What the exchange reads or refuses beside what the screening reads.
MORE_KINDS = (
    "AdverseEvent", "AuditEvent", "CarePlan", "Composition", "Consent", "DetectedIssue", "Media",
    "Provenance", "Questionnaire", "RiskAssessment", "ServiceRequest",
)  # fmt: skip


def examples(folder: Path) -> dict[str, Any]:
    """Return the bundles with a Patient, and the single resources, without their narrative."""
    bundles, resources = {}, {}
    for path in sorted(folder.glob("*.json")):
        kind = path.name.partition("-")[0]
        if kind not in ("Bundle", *KINDS):
            continue
        data = json.loads(path.read_text(encoding="utf-8"))
        data.pop("text", None)
        kinds = [e.get("resource", {}).get("resourceType") for e in data.get("entry", [])]
        if kind == "Bundle" and "Patient" in kinds:
            bundles[path.name] = data
        elif kind != "Bundle":
            resources[path.name] = data
    return {"bundles": bundles, "resources": resources}


def more_examples(folder: Path) -> dict[str, Any]:
    """Return the single resources of the other kinds, without their narrative."""
    found = {}
    for kind in MORE_KINDS:
        for path in sorted(folder.glob(f"{kind}-*.json")):
            found[path.name] = json.loads(path.read_text(encoding="utf-8"))
            found[path.name].pop("text", None)
    return found


def synthetic(folder: Path) -> dict[str, Any]:
    """Return the generated bundles by profile and file."""
    paths = sorted(folder.glob("*/*.json"))
    return {"/".join(p.parts[-2:]): json.loads(p.read_text(encoding="utf-8")) for p in paths}


def pack(data: dict[str, Any], name: str, folder: Path = DATA) -> None:
    """Write data as compressed JSON, the same bytes for the same data."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (folder / f"{name}.json.xz").write_bytes(lzma.compress(text.encode("utf-8"), preset=9))


def main() -> None:
    """Pack what lies in the two folders that the command line names."""
    pack(examples(Path(sys.argv[1])), "fhir-r4-examples")
    pack(more_examples(Path(sys.argv[1])), "fhir-r4-more", EXCHANGE)
    pack(synthetic(Path(sys.argv[2])), "carebundle")


if __name__ == "__main__":
    main()
