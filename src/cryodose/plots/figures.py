"""All drawings of a report."""

from __future__ import annotations

from cryodose.dosing.search import Dose
from cryodose.outcome import Simulated
from cryodose.outcome.whole_body import body_map
from cryodose.plots import curves
from cryodose.plots.body_map import body_figure
from cryodose.plots.picture import picture_figure
from cryodose.plots.style import styled, svg_of


def report_figures(shown: Simulated, dose: Dose | None) -> dict[str, str]:
    """Return the drawings of a result as SVG text, by name.

    Parameters
    ----------
    shown : Simulated
        What to draw.
    dose : Dose or None
        Whose limits and goals to draw; None for a simulation.

    Returns
    -------
    dict
        ``skin``, ``picture``, ``tissue``, ``deep``, ``flow`` and ``pack``, and of a whole body
        ``body``, ``sites`` and ``core``, as far as there is something to show.
    """
    with styled():
        found = {"skin": curves.skin_figure(shown, dose), "picture": picture_figure(shown)}
        if any(curves.has(shown, n) for n in curves.TISSUE):
            found["tissue"] = curves.tissue_figure(shown)
        if any(curves.has(shown, n) for n in curves.DEEP):
            found["deep"] = curves.deep_figure(shown)
        if any(curves.has(shown, n) for n in curves.FLOWS):
            found["flow"] = curves.flow_figure(shown)
        if any(curves.has(shown, n) for n in ("pack", "heat")):
            found["pack"] = curves.pack_figure(shown)
        if shown.segments:
            body = {"body": body_figure(body_map(shown.run)), "sites": curves.sites_figure(shown)}
            found = {**body, "core": curves.core_figure(shown), **found}
    return {name: svg_of(figure, name) for name, figure in found.items()}
