"""`screen`, `questions`, `rules`, `evidence`, `course`, and `plan --patient`."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

HOME = "examples/screening"
SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schema" / "screening.schema.json"
DATE = ("--date", "2026-11-22")
STOPPED = (f"{HOME}/patient-fhir.json", "--procedure", "cryosauna", *DATE)
PATIENT = '{"format": "cryodose-patient/1", "date": "2026-11-22", "condition": [%s]}'


@pytest.fixture
def patient(tmp_path: Path):
    def write(*conditions: dict) -> Path:
        path = tmp_path / "p.json"
        path.write_text(PATIENT % ", ".join(map(json.dumps, conditions)))
        return path

    return write


def test_screen_as_json(cryodose) -> None:
    ended = cryodose("screen", *STOPPED, "--json")
    assert (ended.code, ended.err) == (3, "")
    told = json.loads(ended.out)
    jsonschema.validate(told, json.loads(SCHEMA.read_text()))
    finding = told["findings"][0]
    assert (told["verdict"], finding["rule"], finding["effect"]) == ("stop", "WBC-02", "stop")
    assert finding["until"] == "2027-03-01"
    assert told["not_assessed"]


def test_screen_on_the_terminal(cryodose) -> None:
    out = cryodose("screen", *STOPPED).out
    for part in ("STOP", "WBC-02", "from 2027-03-01 on", "Not assessed", "does not mean"):
        assert part in out


def test_screen_that_hits_nothing(cryodose) -> None:
    ended = cryodose("screen", f"{HOME}/patient.toml", "--procedure", "cold-pack", *DATE)
    assert ended.code == 0
    assert "does not mean safe" in ended.out


def test_screen_from_standard_input(shell) -> None:
    content = Path(f"{HOME}/patient-fhir.json").read_bytes()
    ended = shell("screen", "-", "--procedure", "cryosauna", *DATE, "--json", stdin=content)
    assert ended.code == 3
    assert json.loads(ended.out)["verdict"] == "stop"
    broken = shell("screen", "-", "--procedure", "cryosauna", *DATE, stdin=b"{\xff")
    assert (broken.code, len(broken.lines)) == (2, 1)


def test_half_a_surrogate_pair_is_no_crash(shell) -> None:
    record = b'{"resourceType": "Condition", "id": "\\ud800", "code": {"text": "Raynaud \\udfff"}}'
    for more in ([], ["--json"]):
        ended = shell("screen", "-", "--procedure", "cryosauna", *DATE, *more, stdin=record)
        assert ended.code == 3, ended.err
    assert json.loads(ended.out)["verdict"] == "stop"


@pytest.mark.parametrize(
    "arguments",
    [
        ("screen", "none.json", "--procedure", "cryosauna", *DATE),
        ("screen", f"{HOME}/patient.toml", "--procedure", "sauna", *DATE),
        ("screen", f"{HOME}/patient.toml", "--procedure", "cold-pack", "--date", "2026"),
        (
            "screen",
            f"{HOME}/patient.toml",
            "--procedure",
            "cold-pack",
            *DATE,
            "--device",
            "box",
        ),
        ("screen", "examples/ankle-sprain.toml", "--procedure", "cold-pack", *DATE),
        ("questions", "sauna"),
        ("questions", "cryosauna", "--language", "xx"),
        ("rules", "show", "WBC-99"),
        ("rules", "diff", "none.toml"),
        ("rules", "lint", "none"),
        ("evidence", "eternal-youth"),
        ("course", "none.toml"),
        ("course", f"{HOME}/course.toml", "--on", "soon"),
        ("course", f"{HOME}/course.toml", "--ical", f"{HOME}/course.toml"),
        ("plan", "examples/ankle-sprain.toml", "--patient", f"{HOME}/patient.toml"),
    ],
)
def test_bad_input_is_one_line(cryodose, arguments: tuple[str, ...]) -> None:
    ended = cryodose(*arguments)
    assert (ended.code, len(ended.lines)) == (2, 1), ended.err


def test_rule_in_one_screen(cryodose, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = cryodose("rules", "show", "WBC-01").out
    for part in ("160/100", "DRAUSSEN", "SKYLAR", "variants", "all listed", "I10", "38341003"):
        assert part in out
    for rule in json.loads(cryodose("rules", "show", "--json").out)["rules"]:
        shown = cryodose("rules", "show", rule["rule"]).out.splitlines()
        # The smallest terminal in use has 80 columns and 24 lines, one of them for the prompt.
        assert len(shown) <= 23, rule["rule"]
        assert max(map(len, shown)) <= 80, rule["rule"]
        text = " ".join(" ".join(shown).split())
        assert all(key in text for key in rule["sources"]), rule["rule"]
        assert all(v["says"] in text for v in rule["variants"]), rule["rule"]


def test_whole_rule(cryodose) -> None:
    out = cryodose("rules", "show", "WBC-01", "--full").out
    for part in ("48146000", "Lubkowska A", "MISSMANN2016", "Variant", "hypertensive"):
        assert part in out
    told = json.loads(cryodose("rules", "show", "WBC-01", "--json").out)
    assert (told["rule"], told["effect"]) == ("WBC-01", "stop")
    assert len(json.loads(cryodose("rules", "show", "--json").out)["rules"]) == 111


def test_lint_and_diff(cryodose, tmp_path: Path) -> None:
    assert "0 faults" in cryodose("rules", "lint").out
    found = json.loads(cryodose("rules", "diff", f"{HOME}/clinic-rules.toml", "--json").out)
    assert {d["rule"]: bool(d["weaker"]) for d in found["differences"]} == {
        "WBC-61": False,
        "WBC-62": True,
    }
    home = Path("src/cryodose/evidence/rules")
    for path in home.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text().replace('["claustrophobia"]', "[]"))
    ended = cryodose("rules", "lint", tmp_path)
    assert ended.code == 2
    assert "question claustrophobia: no rule asks it" in ended.out
    assert "1 rules differ" in cryodose("rules", "diff", tmp_path).out


def test_questions(cryodose) -> None:
    assert "raynaud" in cryodose("questions", "cold-pack").out
    form = json.loads(cryodose("questions", "cryosauna", "--language", "ru", "--json").out)
    assert (form["resourceType"], form["language"]) == ("Questionnaire", "ru")


def test_evidence(cryodose) -> None:
    out = cryodose("evidence", "migraine").out
    assert "SMD -3.21 (-5.94 to -0.48)" in out
    assert "no trial found" in cryodose("evidence").out
    assert json.loads(cryodose("evidence", "cellulite", "--json").out)["offered"] == []


def test_course(cryodose, tmp_path: Path, patient) -> None:
    target = tmp_path / "c.ics"
    ended = cryodose("course", f"{HOME}/course.toml", "--ical", target, "--json")
    told = json.loads(ended.out)
    assert (len(told["sessions"]), told["released"]) == (10, False)
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    stopped = cryodose("course", f"{HOME}/course.toml", "--patient", patient({"icd10": "I73.0"}))
    assert stopped.code == 3
    assert "WBC-12" in stopped.out
    assert "go-on" in cryodose("course", f"{HOME}/course.toml", "--on", "2026-12-03").out


def planned(cryodose, path: object) -> tuple[int, dict]:
    options = ("--members", "16", "--patient", path, *DATE, "--json")
    ended = cryodose("plan", "examples/ankle-sprain.toml", *options)
    return ended.code, json.loads(ended.out)


def test_plan_is_stopped_by_screening(cryodose, patient) -> None:
    code, told = planned(cryodose, patient({"icd10": "I73.0"}))
    assert (code, told["kind"], told["verdict"]) == (3, "screening", "stop")
    assert told["findings"][0]["rule"] == "LOC-01"


def test_plan_that_a_clinician_must_release(cryodose, tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    text = (
        Path(f"{HOME}/patient.toml").read_text().replace('rheumatoid = "no"', 'rheumatoid = "yes"')
    )
    path.write_text(
        text + '\n[[override]]\nrule = "LOC-17"\nby = "Dr A"\nreason = "in remission"\n'
    )
    code, told = planned(cryodose, path)
    assert (code, told["released"], told["screening"]["verdict"]) == (0, False, "ask-clinician")
    assert told["warnings"][0].startswith("NOT RELEASED: a clinician must decide first (LOC-17")
    assert any("overridden by Dr A" in w for w in told["warnings"])
    leaflet = tmp_path / "l.html"
    options = ("--members", "16", "--patient", path, *DATE, "--leaflet", leaflet)
    assert "NOT RELEASED" in cryodose("plan", "examples/ankle-sprain.toml", *options).out
    assert "Not yet: this plan is not released." in leaflet.read_text()
    assert "Put it on" not in leaflet.read_text()


def test_plan_of_a_screened_person(cryodose) -> None:
    code, told = planned(cryodose, f"{HOME}/patient.toml")
    assert (code, told["released"]) == (0, True)
    assert told["warnings"][-1].startswith("Screened for 2026-11-22")
    assert not any("Nobody was screened" in w for w in told["warnings"])


def test_plan_with_open_questions_is_not_released(cryodose, patient) -> None:
    _, told = planned(cryodose, patient({"icd10": "J30.1"}))
    assert (told["released"], told["screening"]["verdict"]) == (False, "incomplete")
    assert told["warnings"][0].startswith("NOT RELEASED")


def test_plan_without_a_person_says_so(cryodose) -> None:
    told = json.loads(
        cryodose("plan", "examples/ankle-sprain.toml", "--members", "16", "--json").out
    )
    assert (told["released"], told["screening"]) == (False, None)
    assert told["warnings"][-1].startswith("Nobody was screened")


def drug_planned(cryodose, patient: str, session: str) -> tuple[int, dict]:
    options = ("--members", "16", "--patient", patient, *DATE, "--json")
    ended = cryodose("plan", session, *options)
    return ended.code, json.loads(ended.out)


def test_screening_and_the_limits_of_a_current_both_count(cryodose, tmp_path: Path) -> None:
    path, known = "examples/lidocaine-cold.toml", tmp_path / "known.toml"
    text = Path(path).read_text(encoding="utf-8")
    known.write_text(text.replace("epilepsy = false", "epilepsy = true"), encoding="utf-8")
    code, told = drug_planned(cryodose, f"{HOME}/patient.toml", path)
    assert code == 0
    assert told["warnings"][-1].startswith("Screened for")
    verdict = told["screening"]["verdict"]
    assert (told["released"], told["not_asked"], verdict) == (False, [], "incomplete")
    code, told = drug_planned(cryodose, f"{HOME}/patient.toml", str(known))
    assert (code, told["verdict"], told["released"]) == (3, "refused", False)
    assert told["screening"]["verdict"] == verdict


def test_a_current_is_stopped_by_screening(cryodose, patient) -> None:
    path = patient({"icd10": "I73.0"})
    code, told = drug_planned(cryodose, path, "examples/lidocaine-cold.toml")
    assert (code, told["kind"], told["verdict"]) == (3, "screening", "stop")
