"""`cryodose fhir`: out, in, checked, and asked as a CDS service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

RECORDS = "examples/fhir/records.json"
REQUEST = "examples/fhir/cds-request.json"


def test_out_and_back(cryodose, tmp_path: Path) -> None:
    made, back = tmp_path / "doc.json", tmp_path / "back.json"
    assert cryodose("fhir", "export", RECORDS, "--out", made, "--author", "Sea").code == 0
    assert json.loads(made.read_text())["entry"][0]["resource"]["author"] == [{"display": "Sea"}]
    assert cryodose("fhir", "import", made, "--out", back).code == 0
    told = json.loads(back.read_text())
    assert told == {**json.loads(Path(RECORDS).read_text()), "history": []}


def test_check_on_the_terminal(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps({
        "resourceType": "Bundle", "entry": [
            {"resource": {"resourceType": "Patient", "id": "p", "photo": [{"title": "x"}] * 50}},
            {"resource": {"resourceType": "Condition", "id": "c"}},
            {"resource": {"resourceType": "Consent", "id": "k"}}],
    }))  # fmt: skip
    ended = cryodose("fhir", "check", path)
    assert ended.code == 0
    for part in ("Person", "kept whole", "Consent/k: a consent counts", "Patient/p: photo.title"):
        assert part in ended.out
    told = json.loads(cryodose("fhir", "check", path, "--json").out)
    assert [len(told[k]) for k in ("records", "history", "refused", "not_understood")] == [1] * 4
    ended = cryodose("fhir", "import", path)
    assert json.loads(ended.out)["history"][0]["id"] == "c"
    assert [line.partition(":")[0] for line in ended.lines] == ["refused", "not understood"]


def test_standard_input(shell) -> None:
    ended = shell("fhir", "check", "-", stdin=b'{"resourceType": "Patient"}')
    assert (ended.code, ended.err) == (0, "")
    assert "stored" in ended.out


def test_cds(cryodose) -> None:
    told = json.loads(cryodose("fhir", "cds", REQUEST, "--date", "2026-11-25").out)
    assert told["cards"][0]["indicator"] == "critical"
    services = json.loads(cryodose("fhir", "cds").out)["services"]
    assert "cryodose-order" in [s["id"] for s in services]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("check", "no-such-file.json"),
            "no-such-file.json: expected a file, but there is none",
        ),
        (("check", RECORDS), f"{RECORDS}: resourceType = "),
        (("export", REQUEST), f"{REQUEST}: format = "),
        (("cds", RECORDS, "--date", "2026-11-25"), f"{RECORDS}: hook = "),
        (("cds", REQUEST, "--date", "today"), "--date"),
        (("cds", REQUEST, "--date", "2026-11-25", "--service", "moon"), "no CDS service"),
        (("export", RECORDS, "--out", RECORDS), "a file that is read"),
    ],
)
def test_faults_are_one_line(cryodose, arguments: tuple[str, ...], words: str) -> None:
    ended = cryodose("fhir", *arguments)
    assert (ended.code, len(ended.lines), ended.out) == (2, 1, "")
    assert words in ended.err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"records": [5]}, "records[0] = 5"),
        ({"records": [{"record": "Moon"}]}, "records[0].record"),
        ({"records": [{"record": "Person", "id": "p", "colour": "x"}]}, "records[0].colour"),
        ({"records": [{"record": "Person"}]}, "records[0].id = (missing)"),
        ({"records": [{"record": "Person", "id": "p", "number": "7"}]}, "a whole number"),
        ({"records": [{"record": "Person", "id": "p", "birth_date": "1.1.80"}]}, "a day such as"),
        ({"records": [{"record": "Person", "id": "p", "made_at": "2026-01-01T10:00"}]}, "offset"),
        ({"records": [{"record": "Person", "id": "p", "mass_kg": True}]}, "a finite number"),
        ({"records": [{"record": "Session", "id": "s", "person": "p", "procedure": "immersion",
                       "events": {}}]}, "a list"),
        ({"records": [{"record": "Person", "id": "p"}] * 2}, "exactly one person"),
        ({"records": [{"record": "Person", "id": "p/"}]}, "hyphens"),
        ({"records": {}}, "a list of records"),
    ],
)  # fmt: skip
def test_faults_of_records(cryodose, tmp_path: Path, change: dict, words: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps({"format": "cryodose-records/1", **change}))
    ended = cryodose("fhir", "export", path, "--out", tmp_path / "out.json")
    assert (ended.code, len(ended.lines)) == (2, 1)
    assert words in ended.err
    assert str(path) in ended.err
    assert not (tmp_path / "out.json").exists()
