"""The files that plans, simulations and rooms write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryodose.cli.inputs import OPTIONS
from cryodose.cli.targets import MissingExtra, Targets, drawn, write_leaflet, write_page
from cryodose.errors import BadInput

if TYPE_CHECKING:
    from cryodose.outcome import Curve, DrugResult, FreezeResult, Plan, Simulated
    from cryodose.outcome.room import RoomResult


def write_plan(plan: Plan | DrugResult | FreezeResult, targets: Targets) -> None:
    """Write the files of a plan.

    Raises
    ------
    BadInput
        If a file cannot be written, or shall hold curves that a refused plan does not have.
    MissingExtra
        If an option needs what is not installed.
    """
    from cryodose.outcome import Plan

    if not isinstance(plan, Plan):
        _write_special(plan, targets)
        return
    _only_for_freezes(targets)
    shown = plan.simulated
    _write_data(targets, shown.curves if shown else (), shown)
    write_page(targets, lambda: _plan_page(plan))
    write_leaflet(targets, plan)


def _plan_page(plan: Plan) -> str:
    from cryodose.report.plan_page import plan_page

    return plan_page(plan, _figures(plan.simulated, plan))


def write_simulated(shown: Simulated | DrugResult | FreezeResult, targets: Targets) -> None:
    """Write the files of a simulation; errors as for `write_plan`."""
    from cryodose.outcome import Simulated

    if not isinstance(shown, Simulated):
        _write_special(shown, targets)
        return
    _only_for_freezes(targets)
    _write_data(targets, shown.curves, shown)
    write_page(targets, lambda: _simulated_page(shown))


def _simulated_page(shown: Simulated) -> str:
    from cryodose.report.simulated_page import simulated_page

    return simulated_page(shown, _figures(shown, None))


def _write_special(result: DrugResult | FreezeResult, targets: Targets) -> None:
    from cryodose.cli.freeze_files import write_freeze
    from cryodose.outcome import DrugResult

    if isinstance(result, DrugResult):
        _only_for_freezes(targets)
        _write_drug(result, targets)
    else:
        write_freeze(result, targets)


def _only_for_freezes(targets: Targets) -> None:
    for option in ("--nifti", "--vtk", "--gif"):
        if (path := targets[option]) is not None:
            raise BadInput(OPTIONS, option, path, "a session with a cryogen on a lesion")


def _write_drug(result: DrugResult, targets: Targets) -> None:
    if (path := targets["--netcdf"]) is not None:
        raise BadInput(OPTIONS, "--netcdf", path, "--html or --csv for a current with a drug")
    _write_data(targets, result.curves, None)
    write_page(targets, lambda: _drug_page(result))
    write_leaflet(targets, result)


def _drug_page(result: DrugResult) -> str:
    from cryodose.report.drug_page import drug_page

    return drug_page(result, drawn("drug_figures", result))


def write_room(result: RoomResult, targets: Targets) -> None:
    """Write the files of a room; errors as for `write_plan`."""
    from cryodose.io.atomic import write_whole

    if (page := targets["--html"]) is not None:
        from cryodose.report.room_page import room_page

        write_whole(page, room_page(result, drawn("room_figures", result)))


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
