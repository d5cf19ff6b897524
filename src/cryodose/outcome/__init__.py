"""What a plan or a simulation hands over: curves, picture, timetable, words, plain data."""

from __future__ import annotations

from cryodose.outcome.drug import DrugResult
from cryodose.outcome.freeze import FreezeResult
from cryodose.outcome.picture import Picture
from cryodose.outcome.types import Application, Curve, Plan, Simulated

__all__ = ["Application", "Curve", "DrugResult", "FreezeResult", "Picture", "Plan", "Simulated"]
