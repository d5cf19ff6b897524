"""`cryodose screen`, `cryodose questions`: who may have cold, and what must be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cryodose.cli.options import takes
from cryodose.cli.screen import console, print_json
from cryodose.errors import BadInput
from cryodose.files import JSON_BYTES, STDIN_NAME, parse_json, read_json, read_stdin

if TYPE_CHECKING:
    from datetime import date

    from cryodose.screening import Facts, RuleSet, Screening

STDIN = "-"
Json = Annotated[
    bool, typer.Option("--json", help="Write the whole result as JSON to standard output.")
]
PROCEDURES = "cryosauna, cryochamber, cold-pack, immersion, liquid-nitrogen or cryoelectrophoresis"
Overlay = Annotated[
    str | None,
    typer.Option("--rules", metavar="FILE", help="A clinic's own changes of the rules."),
]


@dataclass(frozen=True)
class Asking:
    """Options of `screen`."""

    patient: Annotated[
        str, typer.Argument(metavar="PATIENT", help="FHIR R4 as JSON, a patient file, or -.")
    ]
    procedure: Annotated[
        str, typer.Option("--procedure", metavar="NAME", help=f"{PROCEDURES.capitalize()}.")
    ]
    date: Annotated[str, typer.Option("--date", metavar="DATE", help="Day of the session.")]
    device: Annotated[
        str, typer.Option("--device", metavar="NAME", help="open-top, walk-in or cold-air.")
    ] = ""
    stage: Annotated[
        str,
        typer.Option(
            "--stage",
            metavar="NAME",
            help="What must be answered: once, session (before each session) or all.",
        ),
    ] = "all"
    rules: Overlay = None
    subject: Annotated[
        str, typer.Option("--subject", metavar="ID", help="Whose records count in a bundle.")
    ] = ""
    json: Json = False


@takes(Asking)
def screen(options: Asking) -> None:
    """Say whether a person may have a procedure with cold on a day, and why."""
    from cryodose.screening import screen as judge

    rules = rules_of(options.rules)
    facts = facts_of(options.patient, rules, options.subject)
    result = judge(
        facts,
        options.procedure,
        day_of(options.date),
        device=options.device,
        stage=options.stage,
        rules=rules,
    )
    if options.json:
        print_json(result.to_dict())
    else:
        print_screening(result)
    if result.exit_code:
        raise typer.Exit(result.exit_code)


def questions(
    procedure: Annotated[str, typer.Argument(metavar="PROCEDURE", help=f"{PROCEDURES}.")],
    language: Annotated[str, typer.Option("--language", metavar="NAME", help="en or ru.")] = "en",
    stage: Annotated[
        str, typer.Option("--stage", metavar="NAME", help="once, session or all.")
    ] = "all",
    rules: Overlay = None,
    json: Annotated[
        bool, typer.Option("--json", help="Write a FHIR R4 Questionnaire to standard output.")
    ] = False,
) -> None:
    """Write the questions that the rules of one procedure need, and no others."""
    from cryodose.screening.questionnaire import asked, fhir_questionnaire

    used = rules_of(rules)
    if json:
        print_json(fhir_questionnaire(procedure, language, stage, used))
        return
    out = console()
    topic = ""
    for item in asked(procedure, language, stage, used):
        if item.topic != topic:
            topic = item.topic
            out.print(f"\n{topic}")
        unit = f" ({item.unit})" if item.unit else ""
        out.print(f"  {item.id}: {item.text}{unit}")


def rules_of(overlay: str | None) -> RuleSet:
    """Return the rules of the package, with a clinic's own file over them."""
    from cryodose.screening import load_rules, overlaid

    return load_rules() if overlay is None else overlaid(load_rules(), overlay)


def facts_of(patient: str, rules: RuleSet, subject: str = "") -> Facts:
    """Read a patient file, or standard input for ``-``."""
    from cryodose.screening.read import facts_from, read_facts

    if patient != STDIN:
        return read_facts(patient, rules, subject=subject)
    return facts_from(json_of(STDIN), rules, subject=subject, file=STDIN_NAME)


def json_of(path: str) -> Any:
    """Read a JSON file, or standard input for ``-``."""
    if path != STDIN:
        return read_json(path)
    return parse_json(read_stdin(JSON_BYTES), STDIN_NAME)


def day_of(text: str) -> date:
    """Return the day that an option names."""
    from cryodose.screening.dates import when

    found = when(text.strip())
    if found is None or found.first != found.last:
        raise BadInput("command line", "--date", text, "a day such as 2026-11-22")
    return found.first


_STYLES = {"stop": "bold red", "ask-clinician": "bold yellow", "incomplete": "bold yellow"}
_HEADS = {
    "stop": "STOP: not on this day, by these rules.",
    "ask-clinician": "ASK A CLINICIAN before any cold.",
    "incomplete": "INCOMPLETE: questions are open that could stop it.",
    "no-rule-hit": "NO RULE HIT. That does not mean safe.",
}


def print_screening(result: Screening) -> None:
    """Show a screening on the terminal."""
    from rich.text import Text

    from cryodose.cli.tables import bullets, dim, heading, plain_table
    from cryodose.screening.result import NOTICE

    out = console()
    out.print(Text(_HEADS[result.verdict], style=_STYLES.get(result.verdict, "bold green")))
    out.print(dim(f"{result.procedure}, {result.on}, rules {result.rules_version}"))
    if result.findings:
        out.print(heading("Findings"))
        rows = [(f.rule, f.effect, _story(f)) for f in result.findings]
        out.print(plain_table(("Rule", "Effect", "Why"), rows, whole_keys=True))
    groups: list[tuple[str, list[str]]] = [
        ("What would change it", list(result.would_change)),
        ("Facts that contradict each other", [f"{a}: {b}" for a, b in result.conflicts]),
        ("Not assessed", sorted({o.ask for o in result.not_assessed})),
        ("Codes that the rules do not know", [_code(u) for u in result.unknown_codes]),
        ("Ignored", [f"{fact}: {why}" for fact, why in result.ignored]),
        ("Rules changed here", [_changed(c.to_dict()) for c in result.changes]),
    ]
    for words, lines in groups:
        for line in bullets(words, lines, "dim"):
            out.print(line)
    out.print(dim(f"\n{NOTICE}"))


def _story(finding: Any) -> str:
    told = f"{finding.condition}. {'; '.join(finding.because)}. "
    told += f"Sources: {', '.join(finding.sources)}."
    if finding.override:
        told += f" Overridden by {finding.override.by}: {finding.override.reason}."
    return told


def _code(unknown: dict[str, Any]) -> str:
    return f"{unknown['system']} {unknown['code']} {unknown['display']} ({unknown['count']})"


def _changed(change: dict[str, Any]) -> str:
    who = f" by {change['by']}: {change['reason']}" if change["by"] else ""
    return f"{change['rule']}: {change['what']}{who}"


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(screen)
    app.command()(questions)
