"""A clinic's own rules: stricter freely, weaker only with a name and a reason, always shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from people import effect_of

from cryodose.errors import BadInput, BadInputs
from cryodose.screening import load_rules, overlaid
from cryodose.screening.lint import differences

HEAD = 'format = "cryodose-rules/1"\nname = "clinic"\n'
WHO = 'by = "Dr A"\nreason = "agreed on"\n'


@pytest.fixture
def clinic(tmp_path: Path):
    def make(text: str, head: str = HEAD):
        path = tmp_path / "clinic.toml"
        path.write_text(head + text, encoding="utf-8")
        return overlaid(load_rules(), path)

    return make


def pressure(number: float, who: str = "") -> str:
    return (
        f'[rules.WBC-61]\n{who}[[rules.WBC-61.case]]\nclass = "absolute"\nby = "measure"\n'
        f'quantity = "age"\nbelow = {number}\nsource = "NEVADA2015"\n'
    )


def test_stricter_rule_needs_nobody(clinic, ask, person) -> None:
    rules = clinic(pressure(21))
    told = ask(person(set={"birth_date": "2006-01-01"}), rules=rules)
    assert effect_of(told, "WBC-61") == "stop"
    assert [c.weaker for c in told.changes] == [False]
    assert told.rules_version != load_rules().version


WEAKER = [
    pressure(16, "{who}"),
    '[rules.WBC-22]\n{who}class = "caution"\n',
    "[rules.WBC-22]\n{who}disabled = true\n",
    '[rules.WBC-22]\n{who}procedures = ["cryochamber"]\n',
    "[rules.WBC-22]\n{who}icd10 = []\n",
    "[rules.WBC-22]\n{who}questions = []\n",
    '[rules.WBC-22]\n{who}not_words = ["claustrophobia"]\n',
    '[rules.WBC-22]\n{who}stage = "session"\n',
    "[rules.WBC-67]\n{who}hard = false\n",
    '[rules.WBC-02]\n{who}[[rules.WBC-02.case]]\nclass = "absolute"\nby = "finding"\n'
    'state = "ever"\nmonths = 3\n',
    '[rules.WBC-12]\n{who}[[rules.WBC-12.case]]\nclass = "absolute"\nby = "finding"\n',
    '[rules.WBC-01]\n{who}[[rules.WBC-01.case]]\nclass = "absolute"\nby = "finding"\n',
    '[rules.CEP-01]\n{who}rules = ["LOC-01"]\n',
    # A number that need not be asked for, one for a device only, one beside a further question.
    pressure(18, "{who}").rstrip() + "\noptional = true\n",
    pressure(18, "{who}").rstrip() + '\ndevice = "open-top"\n',
    pressure(18, "{who}").rstrip() + '\nalso = "diabetes"\n',
    pressure(18, "{who}").replace("below", "above"),
    "[rules.WBC-40]\n{who}broad = []\nicd10 = ['L50.2']\n",
    '[rules.WBC-15]\n{who}not_words = ["stroke"]\n',
    '[rules.WBC-32]\n{who}[[rules.WBC-32.case]]\nclass = "absolute"\nby = "finding"\n'
    'settled_by = ["haemoglobin"]\n',
]


@pytest.mark.parametrize("text", WEAKER, ids=range(len(WEAKER)))
def test_weaker_rule_needs_name_and_reason(clinic, ask, person, text: str) -> None:
    with pytest.raises(BadInput, match="weaker"):
        clinic(text.replace("{who}", ""))
    with pytest.raises(BadInput, match="weaker"):
        clinic(text.replace("{who}", 'by = "Dr A"\n'))
    rules = clinic(text.replace("{who}", WHO))
    shown = ask(person(), rules=rules).to_dict()["rule_changes"]
    assert [(c["weaker"], c["by"], c["reason"]) for c in shown] == [(True, "Dr A", "agreed on")]
    assert [d["weaker"] for d in differences(load_rules(), rules)] != [[]]


@pytest.mark.parametrize("rule", load_rules().rules.values(), ids=lambda rule: rule.id)
def test_no_rule_is_weakened_in_silence(clinic, rule) -> None:
    changes = ["disabled = true"]
    if rule.class_ != "caution":
        changes.append('class = "caution"')
    if len(rule.procedures) > 1:
        changes.append(f'procedures = ["{rule.procedures[0]}"]')
    if not any(case.own_evidence for case in rule.cases):
        changes += ["questions = []"] * bool(rule.questions)
        changes += ['icd10 = ["X99"]'] * bool(set(rule.icd10) - set(rule.broad))
        changes += ['snomed = ["100000001"]'] * bool(set(rule.snomed) - set(rule.broad))
        changes += ["words = []"] * bool(rule.words)
    if rule.stage != "session":
        changes.append('stage = "session"')
    for change in changes:
        measured = all(case.by != "finding" for case in rule.cases)
        if measured and change.startswith(("icd10", "snomed", "words", "questions")):
            continue  # the codes of such a rule are for the reader only
        with pytest.raises(BadInput, match="weaker"):
            clinic(f"[rules.{rule.id}]\n{change}\n")


def test_new_rule_is_added(clinic, ask, person) -> None:
    rules = clinic(
        '[rules.OWN-01]\ncondition = "Tattoo of last week"\nclass = "temporary"\n'
        'procedures = ["cryosauna"]\nstage = "once"\nicd10 = ["L81.8"]\nsources = ["SEED"]\n'
        'confidence = "assumed"\n[[rules.OWN-01.case]]\nclass = "temporary"\nby = "finding"\n'
    )
    told = ask(person(condition={"icd10": "L81.8"}), rules=rules)
    assert effect_of(told, "OWN-01") == "stop"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[rules.WBC-22]\nclass = "mild"\n', "one of absolute"),
        ("[rules.WBC-22]\ncolour = 1\n", "a key of this table"),
        ('[rules.WBC-22]\nicd10 = ["ZZ"]\n', "an ICD-10 code"),
        ('[rules.WBC-22]\nsnomed = ["x"]\n', "digits only"),
        ('[rules.WBC-22]\nquestions = ["claustrophobia", "nothing"]\n', "a known question"),
        ('[rules.NEW-01]\ncondition = "x"\n', "one of absolute"),
        ("[rules.WBC-22\n", "valid TOML"),
    ],
)
def test_wrong_file_gives_one_line(clinic, text: str, expected: str) -> None:
    with pytest.raises((BadInput, BadInputs), match=expected):
        clinic(text)


def test_format_and_file_are_checked(clinic, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cryodose-rules/1"):
        clinic("", head='format = "x"\nname = "c"\n')
    with pytest.raises(BadInput, match="there is none of this name"):
        overlaid(load_rules(), tmp_path / "none.toml")
