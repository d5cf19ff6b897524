"""Tiny experiment files, and simulations whose answers are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cryodose.procedures import Cycle, Request
from cryodose.session import Session, Where, session_from_dict

# Gel with stated values under a plate that holds its surface: the answer is an error function.
HEAD = """
title = "{title}"
[source]
key = "{key}"
citation = "Nobody, Nowhere, 2020"
doi = "10.1000/test(1)<2>"
read = "text"
[subject]
kind = "gel"
medium = "agar"
initial_temperature_C = 30
[subject.properties]
conductivity_W_mK = 0.6
density_kg_m3 = 1000
specific_heat_J_kgK = 4000
[exposure]
modality = "cold-pack"
agent = "thermode"
agent_temperature_C = 10
contact_area_cm2 = 20000
cycles = [{{ on_s = 600, off_s = 0 }}]
[assumed.exposure]
room_temperature_C = 23
"""
DEEP = """
[[measured]]
quantity = "tissue-temperature"
depth_mm = 5
time_s = [300, 600]
unit = "C"
mean = [20.0, 18.0]
sd = [1.0, 1.0]
n = 4
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write an experiment file: the gel under a plate, and what is said of it."""

    def written(text: str = DEEP, key: str = "test", title: str = "A gel") -> Path:
        path = tmp_path / f"{key}.toml"
        path.write_text(HEAD.format(key=key, title=title) + text, encoding="utf-8")
        return path

    return written


# No procedure puts a gel into a chamber for people.
NOT_RUN = """
title = "A gel in a chamber"
[source]
key = "not-run"
citation = "Nobody, Nowhere, 2020"
read = "text"
[subject]
kind = "gel"
medium = "agar"
[exposure]
modality = "cryochamber"
stages = [{ gas_temperature_C = -60, duration_s = 60 }]
[[measured]]
quantity = "tissue-temperature"
depth_mm = 1
time_s = [20, 40]
unit = "C"
mean = [-20.0, -57.0]
"""


@pytest.fixture(scope="session")
def not_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an experiment that no procedure can run."""
    path = tmp_path_factory.mktemp("not-run") / "not-run.toml"
    path.write_text(NOT_RUN, encoding="utf-8")
    return path


@pytest.fixture
def experiments(root: Path) -> Path:
    """Folder of the published experiments."""
    return root / "experiments"


@pytest.fixture
def root() -> Path:
    return Path(__file__).parents[2]


@dataclass
class Known:
    """Stands in for a `Simulation`: every reading is given."""

    values: np.ndarray
    cycles: tuple[Cycle, ...] = (Cycle(600.0, 60.0),)
    recovery_s: float = 340.0
    session: Session = field(
        default_factory=lambda: session_from_dict(
            {"exposure": {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"}}
        )
    )

    @property
    def weights(self) -> np.ndarray:
        n = self.values.shape[-1]
        return np.full(n, 1.0 / n)

    @property
    def request(self) -> Request:
        return Request(self.cycles, self.recovery_s)

    def read(self, where: Where) -> np.ndarray:
        return self.values

    def lowest_of_mean_s(self, where: Where) -> float | None:
        return float(self.values.mean())


@pytest.fixture
def known() -> Callable[..., Known]:
    """Make a simulation that shows given members at each place."""

    def made(*places: list[float]) -> Known:
        return Known(np.array(places, dtype=np.float64))

    return made


@pytest.fixture
def ensembles() -> Callable[..., SimpleNamespace]:
    """Put known simulations together as the sessions of an experiment."""

    def made(refused: dict[str, str] | None = None, **ran: Known) -> SimpleNamespace:
        return SimpleNamespace(ran=ran, refused=refused or {})

    return made
