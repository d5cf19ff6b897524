"""Drawings of results, as SVG text; matplotlib comes with the extra `report`."""
