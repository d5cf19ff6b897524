"""Runs published experiments and reports how well the program foretells them."""

from __future__ import annotations

from cryodose.validate.jsonable import to_json
from cryodose.validate.markdown import to_markdown
from cryodose.validate.page import to_html
from cryodose.validate.results import Validation
from cryodose.validate.run import run_validation
from cryodose.validate.terminal import scoreboard

__all__ = ["Validation", "run_validation", "scoreboard", "to_html", "to_json", "to_markdown"]
