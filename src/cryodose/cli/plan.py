"""`cryodose plan` and `cryodose simulate`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cryodose.cli.inputs import about, changed, load, planning_changes, timing_changes
from cryodose.cli.options import takes
from cryodose.cli.outputs import write_plan, write_simulated
from cryodose.cli.release import screened, stop_with
from cryodose.cli.screen import print_json, print_result, working
from cryodose.cli.targets import Targets
from cryodose.errors import BadInput

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.outcome import DrugResult, FreezeResult, Plan, Simulated

File = Annotated[str, typer.Argument(metavar="FILE", help="Session file, or - for standard input.")]
Json = Annotated[
    bool, typer.Option("--json", help="Write the whole result as JSON to standard output.")
]
Csv = Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write the curves as CSV.")]
Html = Annotated[
    str | None, typer.Option("--html", metavar="FILE", help="Write the report, one HTML page.")
]
Pdf = Annotated[str | None, typer.Option("--pdf", metavar="FILE", help="Write the report as PDF.")]
Netcdf = Annotated[
    str | None, typer.Option("--netcdf", metavar="FILE", help="Write curves and picture as NetCDF.")
]
Nifti = Annotated[
    str | None,
    typer.Option("--nifti", metavar="FILE", help="Write the frozen volume for 3D Slicer, .nii.gz."),
]
Vtk = Annotated[
    str | None,
    typer.Option("--vtk", metavar="FILE", help="Write the frozen volume for ParaView, .vtr."),
]
Gif = Annotated[
    str | None, typer.Option("--gif", metavar="FILE", help="Write freeze and thaw as a film.")
]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="N", help="Seed of the draws; same seed, same plan.")
]
Members = Annotated[
    int | None, typer.Option("--members", metavar="N", help="People drawn, 16 to 100000.")
]


@dataclass(frozen=True)
class Planning:
    """Options of `plan`."""

    file: File
    json: Json = False
    csv: Csv = None
    html: Html = None
    pdf: Pdf = None
    leaflet: Annotated[
        str | None,
        typer.Option(
            "--leaflet",
            metavar="FILE",
            help="Write one page in plain words to take home; as PDF where it ends in .pdf.",
        ),
    ] = None
    netcdf: Netcdf = None
    nifti: Nifti = None
    vtk: Vtk = None
    gif: Gif = None
    goal: Annotated[
        list[str],
        typer.Option(
            "--goal",
            metavar="GOAL",
            help="What to reach, in place of the file's goals; may be repeated. analgesia, "
            "analgesia:10min, skin:12C, tissue:-7C@10mm-below-fat, nerve:-20%, drug:400ug.",
        ),
    ] = field(default_factory=list)
    measured: Annotated[
        list[str],
        typer.Option(
            "--measured",
            metavar="READING",
            help="A skin temperature of this person at a time since the start, such as "
            "14.2C@10min; may be repeated.",
        ),
    ] = field(default_factory=list)
    compare: Annotated[
        str | None,
        typer.Option(
            "--compare", metavar="FILE", help="Plan this session too, and show both side by side."
        ),
    ] = None
    patient: Annotated[
        str | None,
        typer.Option("--patient", metavar="FILE", help="Screen this person first; see screen."),
    ] = None
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="Day of the session, for the screening."),
    ] = None
    room: Annotated[
        str | None,
        typer.Option("--room", metavar="ROOM", help="Room of a nitrogen device; see room."),
    ] = None
    start: Annotated[
        str | None, typer.Option("--start", metavar="HH:MM", help="Time of day of the first use.")
    ] = None
    seed: Seed = None
    members: Members = None


@dataclass(frozen=True)
class Simulating:
    """Options of `simulate`."""

    file: File
    json: Json = False
    csv: Csv = None
    html: Html = None
    pdf: Pdf = None
    netcdf: Netcdf = None
    nifti: Nifti = None
    vtk: Vtk = None
    gif: Gif = None
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="TIME", help="How long the cold is on, such as 10min."),
    ] = None
    after: Annotated[
        str | None,
        typer.Option("--after", metavar="TIME", help="How long to look on afterwards, such as 2h."),
    ] = None
    seed: Seed = None
    members: Members = None


@takes(Planning)
def plan(options: Planning) -> None:
    """Say how long the cold stays on, how sure that is, and when it must come off."""
    read = [options.file, *([options.room] if options.room else [])]
    targets = Targets(
        *read,
        *([options.compare] if options.compare else []),
        paths={
            "--csv": options.csv,
            "--html": options.html,
            "--pdf": options.pdf,
            "--leaflet": options.leaflet,
            **_files(options),
        },
    )
    with working("planning"):
        session = load(options.file)
        changes = planning_changes(
            goals=options.goal,
            readings=options.measured,
            start=options.start,
            seed=options.seed,
            members=options.members,
        )
        from cryodose import front

        person = screened(options.patient, options.date, session.modality)
        if person is not None and person.verdict == "stop":
            stop_with(person, as_json=options.json)
        with about(options.file):
            answer = front.plan(changed(session, changes), patient=person, room=options.room)
        if options.compare is not None:
            answer = _beside(answer, options.compare, changes)
        write_plan(answer, targets)
    if options.json:
        print_json(answer.to_dict())
    else:
        print_result(_lines(answer), targets)
    if answer.exit_code:
        raise typer.Exit(answer.exit_code)


def _beside(
    answer: Plan | DrugResult | FreezeResult, file: str, changes: dict[str, Any]
) -> FreezeResult:
    """Return a plan with another one beside it.

    Raises
    ------
    BadInput
        Where either is no freeze of a lesion.
    """
    from cryodose import front
    from cryodose.outcome import FreezeResult

    with about(file):
        other = front.plan(changed(load(file), changes))
    if not isinstance(answer, FreezeResult) or not isinstance(other, FreezeResult):
        raise BadInput("command line", "--compare", file, "two sessions with a cryogen on a lesion")
    return replace(answer, compared=other)


@takes(Simulating)
def simulate(options: Simulating) -> None:
    """Say what a session, run as its file states it, does to the tissue."""
    targets = Targets(
        options.file,
        paths={
            "--csv": options.csv,
            "--html": options.html,
            "--pdf": options.pdf,
            **_files(options),
        },
    )
    with working("simulating"):
        session = load(options.file)
        timed = changed(session, timing_changes(session, options.on, options.after))
        changes = planning_changes(
            goals=[], readings=[], start=None, seed=options.seed, members=options.members
        )
        from cryodose import front

        with about(options.file):
            answer = front.simulate(changed(timed, changes))
        write_simulated(answer, targets)
    if options.json:
        print_json(answer.to_dict())
    else:
        print_result(_lines(answer), targets)


def _files(options: Planning | Simulating) -> dict[str, str | None]:
    """Return the paths of files of data and film, their endings checked before anything is run."""
    from cryodose.cli.freeze_files import ENDINGS, check_ending

    paths = {
        "--netcdf": options.netcdf,
        "--nifti": options.nifti,
        "--vtk": options.vtk,
        "--gif": options.gif,
    }
    for option, endings in ENDINGS.items():
        if (path := paths[option]) is not None:
            check_ending(option, path, endings)
    return paths


def _lines(answer: Plan | Simulated | DrugResult | FreezeResult) -> Iterator[RenderableType]:
    """Return what a result prints, by what kind of result it is."""
    from cryodose.cli.show_drug import drug_lines
    from cryodose.cli.show_freeze import freeze_lines
    from cryodose.cli.show_plan import plan_lines
    from cryodose.cli.show_simulated import simulated_lines
    from cryodose.outcome import DrugResult, FreezeResult, Plan

    if isinstance(answer, DrugResult):
        return drug_lines(answer)
    if isinstance(answer, FreezeResult):
        return freeze_lines(answer)
    return plan_lines(answer) if isinstance(answer, Plan) else simulated_lines(answer)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(plan)
    app.command()(simulate)
