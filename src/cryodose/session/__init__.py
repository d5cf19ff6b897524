"""Session and experiment files: schema, loader and errors.

The format is described in `experiments/FORMAT.md`. `load_session` and `load_experiment` read
files, `parse_session` reads text and `session_from_dict` takes data; whatever is wrong is a
`cryodose.errors.BadInput` or `BadInputs` that names file, key, value and expectation.
"""

from __future__ import annotations

from cryodose.session.contact import ActivitySpan, ColdPack, Immersion, PackCycle
from cryodose.session.electrophoresis import (
    Cryoelectrophoresis,
    Current,
    Precooling,
    ProgrammeStep,
)
from cryodose.session.expected import Expected
from cryodose.session.experiment import Experiment, Source
from cryodose.session.exposure import Exposure
from cryodose.session.gas import CryoChamber, CryoSauna, GasLevel, Stage
from cryodose.session.goals import (
    AnalgesiaGoal,
    DeliveredMassGoal,
    Goal,
    MeanSkinGoal,
    NerveVelocityGoal,
    PlanOptions,
    SkinTemperatureGoal,
    TissueTemperatureGoal,
)
from cryodose.session.load import (
    load_experiment,
    load_session,
    parse_session,
    session_from_dict,
)
from cryodose.session.measured import Measured, Where
from cryodose.session.nitrogen import FreezeCycle, Lesion, LiquidNitrogen
from cryodose.session.safety import EarlierDose, Safety
from cryodose.session.session import Session
from cryodose.session.subject import Baseline, GelProperties, SiteSize, Subject

__all__ = [
    "ActivitySpan",
    "AnalgesiaGoal",
    "Baseline",
    "ColdPack",
    "CryoChamber",
    "CryoSauna",
    "Cryoelectrophoresis",
    "Current",
    "DeliveredMassGoal",
    "EarlierDose",
    "Expected",
    "Experiment",
    "Exposure",
    "FreezeCycle",
    "GasLevel",
    "GelProperties",
    "Goal",
    "Immersion",
    "Lesion",
    "LiquidNitrogen",
    "MeanSkinGoal",
    "Measured",
    "NerveVelocityGoal",
    "PackCycle",
    "PlanOptions",
    "Precooling",
    "ProgrammeStep",
    "Safety",
    "Session",
    "SiteSize",
    "SkinTemperatureGoal",
    "Source",
    "Stage",
    "Subject",
    "TissueTemperatureGoal",
    "Where",
    "load_experiment",
    "load_session",
    "parse_session",
    "session_from_dict",
]
