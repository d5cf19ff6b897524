"""Results as pages: the report and the leaflet. Drawings are handed in as SVG text."""
