"""Runs published experiments and reports how well the program foretells them."""

from __future__ import annotations

from cryodose.validate.jsonable import to_json
from cryodose.validate.results import Validation
from cryodose.validate.run import run_validation

__all__ = ["Validation", "run_validation", "to_json"]
