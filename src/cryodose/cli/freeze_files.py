"""The files of a freeze: report, curves, fields, volumes and film."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cryodose.cli.inputs import OPTIONS
from cryodose.cli.targets import MissingExtra, Targets, drawn, write_leaflet, write_page
from cryodose.errors import BadInput

if TYPE_CHECKING:
    from cryodose.outcome import FreezeResult
    from cryodose.outcome.freeze import FreezePictures

ENDINGS = {"--nifti": (".nii", ".nii.gz"), "--vtk": (".vtr",), "--gif": (".gif",)}
_VOXEL_MM = 0.2


def check_ending(option: str, path: str, endings: tuple[str, ...]) -> None:
    """Refuse a path whose ending the programs that open it would not know.

    Raises
    ------
    BadInput
    """
    if not path.lower().endswith(endings):
        raise BadInput(OPTIONS, option, path, f"a file name that ends in {' or '.join(endings)}")


def write_freeze(result: FreezeResult, targets: Targets) -> None:
    """Write the files of a freeze.

    Raises
    ------
    BadInput
        If a file cannot be written, or shall show a freeze that a refused plan does not have.
    MissingExtra
        If an option needs what is not installed.
    """
    from cryodose.io.atomic import write_whole

    if (table := targets["--csv"]) is not None:
        from cryodose.io.curves import curves_csv

        write_whole(table, curves_csv(result.curves))
    for option, write in (("--netcdf", _netcdf), ("--nifti", _nifti), ("--vtk", _vtk)):
        if (path := targets[option]) is not None:
            write(path, result, _shown(option, path, result))
    if (path := targets["--gif"]) is not None:
        film = _needed("--gif", "report", "cryodose.plots.freeze_film", "film_gif")
        write_whole(path, film(_shown("--gif", path, result).film))
    write_page(targets, lambda: _page(result))
    write_leaflet(targets, result)


def _page(result: FreezeResult) -> str:
    from cryodose.report.freeze_page import freeze_page

    return freeze_page(result, drawn("freeze_figures", result, "freeze"))


def _shown(option: str, path: str, result: FreezeResult) -> FreezePictures:
    if result.pictures is None:
        raise BadInput(OPTIONS, option, path, "a plan that freezes: this one is refused")
    return result.pictures


def _needed(option: str, extra: str, module: str, name: str) -> Callable[..., Any]:
    try:
        found: Callable[..., Any] = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        raise MissingExtra(option, extra, error.name or module) from None
    return found


def _netcdf(path: str, result: FreezeResult, shown: FreezePictures) -> None:
    write = _needed("--netcdf", "files", "cryodose.io.freeze_netcdf", "write_freeze_netcdf")
    write(path, result, shown)


def _nifti(path: str, _: FreezeResult, shown: FreezePictures) -> None:
    write = _needed("--nifti", "volume", "cryodose.io.volume", "write_nifti")
    write(path, shown.volume, _VOXEL_MM)


def _vtk(path: str, _: FreezeResult, shown: FreezePictures) -> None:
    write = _needed("--vtk", "volume", "cryodose.io.volume", "write_vtk")
    write(path, shown.volume)
