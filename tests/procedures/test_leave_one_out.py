"""What if the pore had been fitted? Leaving any study out gives the published radius again."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from cryodose import evidence
from cryodose.dosing.simulation import Simulation
from cryodose.procedures import cryoelectrophoresis
from cryodose.procedures.drug import drug_of
from cryodose.procedures.drug_readout import read_drug
from cryodose.session import Measured, load_experiment
from cryodose.validate.ensembles import run_sessions

HOME = Path(__file__).parents[2] / "experiments" / "cryoelectrophoresis"
MEMBERS = 64
RADII_M = np.arange(9e-10, 17.01e-10, 0.5e-10)


def _miss(entry: Measured, run: Simulation, radius_m: float) -> float:
    values = run.values() | {"pore_m": np.full(MEMBERS, radius_m)}
    response = cryoelectrophoresis.run(run.session, run.site, values, run.request)
    return math.log(read_drug(entry, response).mean() / entry.mean[0])


def errors() -> dict[str, np.ndarray]:
    """Return ln(predicted / measured) of every ion under a current, by study, over the radii."""
    found = {}
    for path in sorted(HOME.glob("*.toml")):
        experiment = load_experiment(path)
        runs = run_sessions(experiment, MEMBERS, 0).ran
        for entry in experiment.measured:
            exposure = experiment.sessions[entry.variant].exposure
            if entry.variant == "passive" or drug_of(exposure.drug).kind not in ("cation", "anion"):
                continue
            run = runs[entry.variant]
            found[path.stem] = np.array([_miss(entry, run, radius) for radius in RADII_M])
    return found


@pytest.mark.slow
def test_leaving_any_study_out_gives_the_published_pore_again() -> None:
    misses = errors()
    assert len(misses) == 6
    taken = evidence.value("iontophoresis", "pore.radius_m")
    for left_out in misses:
        rest = sum(v**2 for k, v in misses.items() if k != left_out)
        best = int(np.argmin(rest))
        assert RADII_M[best] == pytest.approx(taken, abs=1.6e-10), left_out
        assert math.exp(abs(misses[left_out][best])) < 2, left_out
