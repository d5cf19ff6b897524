"""An ensemble of one freeze: drawn once, run with any times and cycles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.ensemble import scores
from cryodose.dosing.freeze_target import POLICY, Target, on_axis, posed
from cryodose.dosing.simulation import Simulation
from cryodose.physics.cell_death import hold_shift_k
from cryodose.procedures import Cycle, Prior, Request, liquid_nitrogen
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.procedures.freeze_run import gathered, members_of, respond
from cryodose.procedures.freeze_setup import Setup, setup
from cryodose.session import Session
from cryodose.solve.freeze_problem import FreezeProblem
from cryodose.solve.freeze_run import solve_freeze

Array = NDArray[np.float64]
Result = TypeVar("Result")

# numerical: isotherms whose passage is kept, so that any temperature between can be read
LADDER_C = (-60.0, -50.0, -42.0, -36.0, -31.0, -27.0, -23.0, -20.0, -16.0, -11.0, -5.0)
# numerical: isotherms that are shown and that holds are counted at
SHOWN_C = (-50.0, -30.0, -20.0, -5.0)
# numerical: an ensemble is run on a grid so much coarser than a single freeze: its depths are then
# right to a tenth of a millimetre, where the spread between members is several
COARSE = 4.0
# numerical: and by so much in the small ensembles of other ways to freeze
COARSER = 5.0
# numerical: ensembles and boxes take longer steps than a single freeze: mean depths move by 0.01 mm
STEP_GROWTH = 0.1
# numerical: over several cycles still longer: by 0.02 mm
LONG_GROWTH = 0.2


@dataclass(frozen=True)
class FreezeEnsemble:
    """Members of one session, posed for one technique and spot."""

    session: Session
    site: str
    prior: Prior
    z: Array
    values: dict[str, Array]
    coarseness: float

    @property
    def n(self) -> int:
        """Number of members."""
        return len(next(iter(self.values.values())))

    def run(self, freeze_s: float, cycles: int) -> FreezeResponse:
        """Return what some freezes do, with full thaws between; the last is followed a while."""
        request = request_of(freeze_s, cycles, self.coarseness)
        return finite(
            lambda r: respond(self.made(r), self.site, self.values, r),
            request,
        )

    def made(self, request: Request) -> Setup:
        """Return the heat problem of a request, with the steps of an ensemble."""
        made = setup(self.session, self.site, self.values, request)
        if self.n == 1:
            return made
        return replace(made, problem=stepped(made.problem, len(request.cycles)))


def stepped(problem: FreezeProblem, cycles: int) -> FreezeProblem:
    """Return a problem with the long steps of an ensemble."""
    growth = STEP_GROWTH if cycles == 1 else LONG_GROWTH
    return replace(problem, step_growth=growth)


def request_of(freeze_s: float, cycles: int, coarseness: float) -> Request:
    """Return the request for some freezes; after the last the cold goes on inwards for a while."""
    thaw_s = liquid_nitrogen.longest_thaw_s(freeze_s)
    follow_s = evidence.value("cryogens", "usual.follow_s") + freeze_s
    whole = (Cycle(freeze_s, thaw_s, until_thawed=True),) * (cycles - 1)
    return Request(
        (*whole, Cycle(freeze_s, follow_s)),
        0.0,
        isotherms_c=SHOWN_C,
        precision="f32",
        coarseness=coarseness,
    )


def ensemble_of(
    session: Session, target: Target, way: tuple[str, float], members: int, seed: int
) -> FreezeEnsemble:
    """Return the ensemble of a way to freeze: technique and spot in mm.

    The same seed gives every way the same people, lesions and cells.
    """
    shown = posed(session, target, *way)
    site = liquid_nitrogen.site_of(shown)
    prior = liquid_nitrogen.prior(shown, site)
    z = _scores(prior, members, seed)
    coarse = COARSE if members > evidence.value(POLICY, "search.others") else COARSER
    return FreezeEnsemble(shown, site, prior, z, prior.values(z), coarse)


def _scores(prior: Prior, members: int, seed: int) -> Array:
    if members == 1:
        return np.zeros((len(prior.uncertain), 1))
    return scores(len(prior.uncertain), members, seed)


def finite(run: Callable[[Request], Result], request: Request) -> Result:
    """Run a freeze in single precision, and where that overflows again in double.

    A member with a hair-thin layer makes cells so thin that long steps lose single precision.
    """
    try:
        return run(request)
    except FloatingPointError:
        return run(replace(request, precision="f64"))


@dataclass(frozen=True)
class Passages:
    """When the cold, once on and never off, first reaches each place.

    Attributes
    ----------
    marks_c : (n_marks,), rising; fell_s : (n_marks, n_z, n_r, n), inf where never
    response : FreezeResponse
        Of the same run, for its geometry.
    """

    marks_c: Array
    fell_s: Array
    response: FreezeResponse

    def reach_s(self, t_c: Array) -> Array:
        """Return when each place first lies at a temperature of each member's own, (n_z, n_r, n).

        Between two isotherms by linear interpolation; never earlier than the warmer one.
        """
        marks, n = self.marks_c, self.fell_s.shape[-1]
        above = np.clip(np.searchsorted(marks, t_c, side="left"), 1, len(marks) - 1)
        members = np.arange(n)
        cold, warm = marks[above - 1], marks[above]
        late = self.fell_s[above - 1, :, :, members]  # members come first: they are an index
        early = self.fell_s[above, :, :, members]
        share = np.clip((t_c - cold) / (warm - cold), 0.0, 1.0)[:, None, None]
        known = np.isfinite(late) & np.isfinite(early)
        between = np.where(known, late, 0.0) * (1.0 - share) + np.where(known, early, 0.0) * share
        found = np.where(known, between, np.where(share >= 1.0, early, np.inf))
        found = np.where((t_c < marks[0])[:, None, None], np.inf, found)
        return np.moveaxis(found, 0, -1)


def passages(ensemble: FreezeEnsemble, longest_s: float) -> Passages:
    """Run the cold on to the longest time and return when it reaches each place."""
    request = Request(
        (Cycle(longest_s, 0.0),),
        0.0,
        isotherms_c=LADDER_C,
        precision="f32",
        coarseness=ensemble.coarseness,
    )
    made = ensemble.made(request)
    problem = members_of(made.problem, slice(0, ensemble.n), with_fields=False)
    solution = finite(lambda r: solve_freeze(problem, precision=r.precision), request)
    fell = np.where(np.isfinite(solution.fell_s[:, 0]), solution.fell_s[:, 0], np.inf)
    response = gathered(made, ensemble.site, ensemble.values, request, [(solution, {})])
    return Passages(made.marks_c, fell, response)


def kill_s(found: Passages, target: Target, cycles: int) -> Array:
    """Return how long one freeze must last for each member so that all of the target dies, (n,).

    Later cycles begin on cold tissue without blood and reach as deep sooner: they are taken as
    reaching it no sooner than the first.
    """
    v = found.response.values
    share = evidence.value(POLICY, "lethal.share")
    needed = v[f"{target.cell}.half_c"] - v[f"{target.cell}.width_k"] * np.log(share / (1 - share))
    needed = needed + _usual_shift_k(v) + (v["repeat_k"] if cycles > 1 else 0.0)
    reach = found.reach_s(needed)
    return np.asarray(np.where(target.cells(found.response), reach, 0.0).max(axis=(0, 1)))


def harm_s(found: Passages, depth_m: Array, cell: str, cycles: int) -> Array:
    """Return after how long a structure at a depth below the axis dies, (n,); inf: never."""
    v = found.response.values
    t_c = v[f"{cell}.half_c"] + _usual_shift_k(v) + (v["repeat_k"] if cycles > 1 else 0.0)
    reach = found.reach_s(t_c)[:, 0]
    z = on_axis(found.response).z_m
    out = np.full(len(depth_m), np.inf)
    for m, depth in enumerate(depth_m):
        known = np.isfinite(reach[:, m])
        if known.any() and depth <= z[known, m][-1]:
            out[m] = np.interp(depth, z[known, m], reach[known, m])
    return out


def _usual_shift_k(values: dict[str, Array]) -> Array:
    """Return the shift of a usual hold: how long a place stays near its coldest."""
    hold = np.full_like(values["hold_k"], evidence.value(POLICY, "search.hold_s"))
    reference = evidence.value("cell_death", "hold.reference_s")
    return hold_shift_k(hold, reference, values["hold_k"])


def as_stated(run: Simulation) -> Simulation:
    """Return an ensemble of a session's own freezes, followed until the cold has spread."""
    last = run.request.cycles[-1]
    follow_s = evidence.value("cryogens", "usual.follow_s") + last.on_s
    request = replace(
        run.request,
        recovery_s=max(run.request.recovery_s, follow_s - last.off_s, 0.0),
        isotherms_c=SHOWN_C,
        precision="f32",
        coarseness=COARSE if run.members > 1 else 1.0,
    )
    found = replace(run, request=request, _responses={})
    try:
        found.freeze()
    except FloatingPointError:
        return replace(run, request=replace(request, precision="f64"), _responses={})
    return found
