"""`cryodose course`: plan a course of sessions and see where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cryodose.cli.options import takes
from cryodose.cli.screen import console, print_json
from cryodose.cli.screening import Json, Overlay, day_of, facts_of, print_screening, rules_of
from cryodose.cli.targets import Targets

if TYPE_CHECKING:
    from cryodose.course import Course, Progress
    from cryodose.screening import Screening


@dataclass(frozen=True)
class Running:
    """Options of `course`."""

    file: Annotated[str, typer.Argument(metavar="FILE", help="Course file.")]
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="Say where the course stands on a day."),
    ] = None
    ical: Annotated[
        str | None, typer.Option("--ical", metavar="FILE", help="Write the sessions as iCalendar.")
    ] = None
    patient: Annotated[
        str | None,
        typer.Option(
            "--patient",
            metavar="FILE",
            help="Screen this person, for the first day or that of --on.",
        ),
    ] = None
    rules: Overlay = None
    json: Json = False


@takes(Running)
def course(options: Running) -> None:
    """Plan a course: its sessions, when to screen again, and when to stop."""
    from cryodose.course import icalendar, load_course, plan_course, progress_of
    from cryodose.screening import screen

    targets = Targets(options.file, paths={"--ical": options.ical})
    spec = load_course(options.file)
    day = day_of(options.on) if options.on else None
    screened = None
    if options.patient is not None:
        rules = rules_of(options.rules)
        facts = facts_of(options.patient, rules)
        if spec.goal:
            facts.wishes.append(spec.goal)
        screened = screen(facts, spec.procedure, day or spec.start, stage="once", rules=rules)
        if screened.verdict == "stop":
            if options.json:
                print_json(screened.to_dict())
            else:
                print_screening(screened)
            raise typer.Exit(screened.exit_code)
    made = plan_course(spec)
    stands = progress_of(made, day) if day else None
    if (path := targets["--ical"]) is not None:
        from cryodose.io.atomic import write_whole

        write_whole(path, icalendar(made, stands))
    if options.json:
        told = made.to_dict()
        told["progress"] = stands.to_dict() if stands else None
        told["screening"] = screened.to_dict() if screened else None
        told["released"] = (
            screened is not None
            and screened.verdict == "no-rule-hit"
            and not made.unsettled
            and (stands is None or stands.action == "go-on")
        )
        print_json(told)
        return
    _print_course(made, screened, stands)


def _print_course(made: Course, screened: Screening | None, stands: Progress | None) -> None:
    from rich.text import Text

    from cryodose.cli.tables import bullets, dim, plain_table

    out = console()
    verdict = screened.verdict if screened is not None else "nobody was screened"
    out.print(Text(f"{made.spec.title or made.spec.procedure}: {made.rests_on}", style="bold"))
    out.print(Text(f"Screening: {verdict}", style="yellow"))
    rows = [
        (
            str(s.number),
            s.day.isoformat(),
            "the dose says" if s.minutes is None else f"at most {s.minutes:g} min",
            "screen again" if s.screen_again else "",
        )
        for s in made.sittings
    ]
    out.print(plain_table(("Session", "Day", "Time", ""), rows))
    groups = [
        ("Evidence", made.notes),
        ("Other treatments on the day", [b.words for b in made.beside]),
        ("Order of the day", made.order),
        ("Stop rules", made.stop_rules),
    ]
    if stands is not None:
        groups.append(("Where it stands", _standing(stands, made.spec.outcome)))
    for words, lines in groups:
        for line in bullets(words, lines, "dim"):
            out.print(line)
    out.print(dim(f"\nSources: {', '.join(made.sources)}"))


def _standing(stands: Progress, outcome: str) -> list[str]:
    lines = [f"{stands.action}: {stands.done} done, {len(stands.left)} left", *stands.reasons]
    if stands.left:
        again = ", screen again before it" if stands.screen_again else ""
        lines.append(f"next: session {stands.left[0].number} on {stands.left[0].day}{again}")
    if stands.scores:
        scores = ", ".join(f"{day}: {score:g}" for day, score in stands.scores)
        lines.append(f"{outcome or 'outcome'}: {scores}")
    return lines


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(course)
