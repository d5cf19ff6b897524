"""The files that a command writes: each whole or not at all, none over a file that is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cryodose.cli.inputs import OPTIONS, STDIN
from cryodose.errors import BadInput, CryodoseError, one_line

if TYPE_CHECKING:
    from cryodose.outcome import Curve, DrugResult, Plan, Simulated
    from cryodose.outcome.room import RoomResult

_KINDS = {
    "--csv": "curves",
    "--html": "report",
    "--leaflet": "leaflet",
    "--netcdf": "NetCDF",
    "--docs": "page",
    "--ical": "calendar",
}


class MissingExtra(CryodoseError):
    """An optional part of the installation that an option needs.

    Parameters
    ----------
    option : str
        Such as ``--html``.
    extra : str
        Name of the extra that brings it.
    missing : str
        Name of the module that was not found.
    """

    exit_code = 2

    def __init__(self, option: str, extra: str, missing: str) -> None:
        super().__init__(option, extra, missing)
        self.option, self.extra, self.missing = option, extra, missing

    def __str__(self) -> str:
        return f"{self.option} needs {self.missing}: pip install cryodose[{self.extra}]"


class Targets:
    """Where a command shall write, by option.

    Parameters
    ----------
    *sources : str
        The files that are read, which must not be written over.
    paths : dict
        Option to path; None where the option was not given.

    Raises
    ------
    BadInput
        If two options name one file, one names a file that is read, or a folder.
    """

    def __init__(self, *sources: str, paths: dict[str, str | None]) -> None:
        self.paths = {option: path for option, path in paths.items() if path is not None}
        read = [source for source in sources if source != STDIN]
        taken = {os.path.realpath(source): "a file that is read" for source in read}
        for option, path in self.paths.items():
            real = os.path.realpath(path)
            if path.endswith(("/", os.sep)):
                raise BadInput(OPTIONS, option, path, "a file to write; this names a folder")
            if real in taken:
                raise BadInput(OPTIONS, option, path, f"a file of its own: this is {taken[real]}")
            if real != os.devnull:
                taken[real] = f"that of {option}"

    def __getitem__(self, option: str) -> str | None:
        return self.paths.get(option)

    def written(self) -> Iterator[tuple[str, str]]:
        """Yield kind and path of every file, once they are written."""
        for option, path in self.paths.items():
            yield _KINDS[option], one_line(path)


def write_plan(plan: Plan | DrugResult, targets: Targets) -> None:
    """Write the files of a plan.

    Raises
    ------
    BadInput
        If a file cannot be written, or shall hold curves that a refused plan does not have.
    MissingExtra
        If an option needs what is not installed.
    """
    from cryodose.io.atomic import write_whole
    from cryodose.outcome import DrugResult

    if isinstance(plan, DrugResult):
        _write_drug(plan, targets)
        return
    shown = plan.simulated
    _write_data(targets, shown.curves if shown else (), shown)
    if (page := targets["--html"]) is not None:
        from cryodose.report.plan_page import plan_page

        write_whole(page, plan_page(plan, _figures(shown, plan)))
    if (leaflet := targets["--leaflet"]) is not None:
        from cryodose.report.leaflet import leaflet_page

        write_whole(leaflet, leaflet_page(plan))


def write_simulated(shown: Simulated | DrugResult, targets: Targets) -> None:
    """Write the files of a simulation; errors as for `write_plan`."""
    from cryodose.io.atomic import write_whole
    from cryodose.outcome import DrugResult

    if isinstance(shown, DrugResult):
        _write_drug(shown, targets)
        return
    _write_data(targets, shown.curves, shown)
    if (page := targets["--html"]) is not None:
        from cryodose.report.simulated_page import simulated_page

        write_whole(page, simulated_page(shown, _figures(shown, None)))


def _write_drug(result: DrugResult, targets: Targets) -> None:
    from cryodose.io.atomic import write_whole

    for option in ("--leaflet", "--netcdf"):
        if (path := targets[option]) is not None:
            raise BadInput(OPTIONS, option, path, "--html or --csv for a current with a drug")
    _write_data(targets, result.curves, None)
    if (page := targets["--html"]) is not None:
        from cryodose.report.drug_page import drug_page

        write_whole(page, drug_page(result, _drawn("drug_figures", result)))


def write_room(result: RoomResult, targets: Targets) -> None:
    """Write the files of a room; errors as for `write_plan`."""
    from cryodose.io.atomic import write_whole

    if (page := targets["--html"]) is not None:
        from cryodose.report.room_page import room_page

        write_whole(page, room_page(result, _drawn("room_figures", result)))


def _drawn(name: str, result: object) -> dict[str, str]:
    """Return the drawings of a result of its own kind as SVG, by name."""
    try:
        from cryodose.plots import special
    except ModuleNotFoundError as error:
        raise MissingExtra("--html", "report", error.name or "matplotlib") from None
    found: dict[str, str] = getattr(special, name)(result)
    return found


def _write_data(targets: Targets, curves: tuple[Curve, ...], shown: Simulated | None) -> None:
    if (table := targets["--csv"]) is not None:
        from cryodose.io.atomic import write_whole
        from cryodose.io.curves import curves_csv

        write_whole(table, curves_csv(curves))
    if (data := targets["--netcdf"]) is not None:
        if shown is None:
            raise BadInput(OPTIONS, "--netcdf", data, "a plan with a dose: this one is refused")
        try:
            from cryodose.io.netcdf import write_netcdf
        except ModuleNotFoundError as error:
            raise MissingExtra("--netcdf", "files", error.name or "h5netcdf") from None
        write_netcdf(data, shown)


def _figures(shown: Simulated | None, plan: Plan | None) -> dict[str, str]:
    """Return the drawings of a report as SVG, by name."""
    try:
        from cryodose.plots.figures import report_figures
    except ModuleNotFoundError as error:
        raise MissingExtra("--html", "report", error.name or "matplotlib") from None
    return {} if shown is None else report_figures(shown, plan.dose if plan else None)
