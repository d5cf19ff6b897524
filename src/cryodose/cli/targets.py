"""Where a command writes: each file whole or not at all, none over a file that is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from cryodose.cli.inputs import OPTIONS, STDIN
from cryodose.errors import BadInput, CryodoseError, one_line

if TYPE_CHECKING:
    from cryodose.outcome import DrugResult, FreezeResult, Plan

_KINDS = {
    "--csv": "curves",
    "--html": "report",
    "--leaflet": "leaflet",
    "--pdf": "report",
    "--netcdf": "NetCDF",
    "--nifti": "NIfTI volume",
    "--vtk": "VTK volume",
    "--gif": "moving picture",
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


def write_page(targets: Targets, make: Callable[[], str]) -> None:
    """Write a report as HTML, as PDF, or both; make it only where one is wanted.

    Raises
    ------
    BadInput
        If a file cannot be written.
    MissingExtra
        For a PDF without typst.
    """
    from cryodose.io.atomic import write_whole

    page, paper = targets["--html"], targets["--pdf"]
    if page is None and paper is None:
        return
    text = make()
    sheets = None if paper is None else as_pdf("--pdf", text)
    if page is not None:
        write_whole(page, text)
    if paper is not None and sheets is not None:
        write_whole(paper, sheets)


def write_leaflet(targets: Targets, result: Plan | DrugResult | FreezeResult) -> None:
    """Write what a person takes home, as HTML or by its name as PDF; errors as `write_page`."""
    path = targets["--leaflet"]
    if path is None:
        return
    from cryodose.io.atomic import write_whole
    from cryodose.report.leaflet import leaflet_page

    text = leaflet_page(result)
    is_paper = path.lower().endswith(".pdf")
    write_whole(path, as_pdf("--leaflet", text, is_large=True) if is_paper else text)


def as_pdf(option: str, page: str, *, is_large: bool = False) -> bytes:
    """Return a page as PDF.

    Raises
    ------
    MissingExtra
        Without typst.
    """
    from cryodose.report.paper import NoTypst, pdf

    try:
        return pdf(page, is_large=is_large)
    except NoTypst:
        raise MissingExtra(option, "clinic", "typst") from None


def drawn(name: str, result: object, module: str = "special") -> dict[str, str]:
    """Return the drawings of a result of its own kind as SVG, by name.

    Raises
    ------
    MissingExtra
        Without matplotlib.
    """
    try:
        room = import_module(f"cryodose.plots.{module}")
    except ModuleNotFoundError as error:
        raise MissingExtra("--html", "report", error.name or "matplotlib") from None
    found: dict[str, str] = getattr(room, name)(result)
    return found
