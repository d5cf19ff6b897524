"""All drawings of a freeze."""

from __future__ import annotations

from cryodose.outcome import FreezeResult
from cryodose.plots.freeze_reach import reach_figure
from cryodose.plots.freeze_section import map_figure, section_figure
from cryodose.plots.style import styled, svg_of


def freeze_figures(result: FreezeResult) -> dict[str, str]:
    """Return ``section``, ``reach`` and ``map`` as SVG text; nothing for a refusal."""
    shown = result.pictures
    if shown is None:
        return {}
    with styled():
        found = {
            "section": section_figure(shown.section),
            "reach": reach_figure(shown.reach, shown.section.depth_mm),
            "map": map_figure(shown.surface),
        }
    return {name: svg_of(figure, name) for name, figure in found.items()}
