"""One session run for a whole ensemble; sites are run when somebody asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import mean_sd
from cryodose.dosing.ensemble import scores
from cryodose.procedures import (
    Assumption,
    Cycle,
    Everywhere,
    Prior,
    Probe,
    Request,
    Response,
    activity_of,
    cools_the_trunk,
    cycles_of,
    followed_s,
    is_freeze,
    procedure_at,
    procedure_for,
    site_of,
)
from cryodose.procedures.body_response import CORE, INNER
from cryodose.procedures.freeze_cold import NEEDLE, technique_of
from cryodose.procedures.freeze_readout import freeze_probes, read_freeze, wanted_isotherms
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.procedures.readout import (
    lowest_of_mean_s,
    mean_rule,
    muscle_probe,
    probes_for,
    read,
)
from cryodose.session import Immersion, Session, Where

Array = NDArray[np.float64]


@dataclass
class Simulation:
    """An ensemble of one session.

    Attributes
    ----------
    session : Session
    members : int
        Draws of the uncertain quantities; 1 runs the central values alone.
    seed : int
    request : Request
    weights : ndarray, shape (members,)
        Belief in each member; even until a reading of the person changes it.
    z : ndarray, shape (n_uncertain, members), optional
        Scores of the draws at the session's own site; default: a Latin hypercube from `seed`.
    """

    session: Session
    members: int
    seed: int
    request: Request
    weights: Array
    z: Array | None = None
    shift: Array | None = None
    _responses: dict[str, Response] = field(default_factory=dict, repr=False)

    @property
    def site(self) -> str:
        """Site that the session cools."""
        return site_of(self.session)

    def prior(self, site: str | None = None) -> Prior:
        """Return what is believed of the quantities at a site."""
        where = site or self.site
        return procedure_at(self.session, where).prior(self.session, where)

    def values(self, site: str | None = None) -> dict[str, Array]:
        """Return the drawn quantities at a site, name -> (members,)."""
        prior = self.prior(site)
        if self.members == 1:
            return prior.nominal()
        return prior.values(self.scores(site))

    def scores(self, site: str | None = None) -> Array:
        """Return the standard normal scores behind the draws at a site."""
        if self.z is not None and (site is None or site == self.site or self._is_whole):
            return self.z
        n = self.members
        if site == INNER and not self._is_whole:  # read by a limit alone
            n = min(n, int(evidence.value("numerics", "members_core")))
        return scores(len(self.prior(site).uncertain), n, self.seed)

    def response(self, site: str | None = None) -> Response:
        """Return what a site does; computed once."""
        where = site or self.site
        if where not in self._responses:
            procedure = procedure_at(self.session, where)
            if isinstance(procedure, Everywhere):
                found = procedure.run_everywhere(self.session, self.values(where), self.request)
                # Of a bath every single site keeps its own procedure.
                own = (where,) if where == INNER else CORE
                self._responses.update(found if self._is_whole else {k: found[k] for k in own})
            else:
                self._responses[where] = procedure.run(
                    self.session, where, self.values(where), self.request
                )
        return self._responses[where]

    def response_everywhere(self, *, core: bool = True) -> Response:
        """Return the response of the session's site with those of all other sites under water.

        Where the water reaches the trunk the tissue of the core is among them, unless `core` says
        that nobody asks for it.
        """
        own = self.response()
        exposure = self.session.exposure
        if own.everywhere or not isinstance(exposure, Immersion) or own.site == "gel":
            return own
        others = evidence.words("regions", f"immersed.{exposure.immersed}")
        if core and cools_the_trunk(self.session):
            others = (*others, INNER)
        return replace(own, everywhere={s: self.response(s) for s in others if s != own.site})

    @property
    def _is_whole(self) -> bool:
        """True where one run of the whole body answers for every site."""
        return isinstance(procedure_for(self.session), Everywhere)

    def read(self, where: Where) -> Array:
        """Return what the members show for a measurement, (n_places, members)."""
        if is_freeze(self.session):
            return read_freeze(where, self.freeze())
        return read(where, self.site, self.response, is_whole=self._is_whole)

    def lowest_of_mean_s(self, where: Where) -> float | None:
        """Return when the mean curve at a place is lowest; None of a freeze: it has no curves."""
        if is_freeze(self.session):
            return None
        return lowest_of_mean_s(
            where, self.site, self.response, self.weights, is_whole=self._is_whole
        )

    def freeze(self) -> FreezeResponse:
        """Return what a freeze did to its site.

        Raises
        ------
        TypeError
            For a session without a cryogen.
        """
        found = self.response()
        if not isinstance(found, FreezeResponse):
            raise TypeError("not a session with a cryogen")
        return found

    def predict(self, where: Where) -> tuple[Array, Array]:
        """Return predicted mean and standard deviation at each place of a measurement."""
        return mean_sd(self.read(where), self.weights)

    def assumed(self) -> tuple[Assumption, ...]:
        """Return what the session did not state, values marked `[assumed]` in the file included."""
        marked = tuple(
            Assumption(key, "as the file assumes", "", "file") for key in self.session.assumed
        )
        own = self.prior().assumed
        # The core of a bath was read from a whole body, which needs to know more of a person.
        core = [k for k in CORE if k in self._responses and not self._is_whole][:1]
        known = {a.key for a in own}
        more = [a for k in core for a in self.prior(k).assumed if a.key not in known]
        return (*marked, *own, *more)


def simulation(
    session: Session,
    wanted: Sequence[Where] = (),
    *,
    members: int = 512,
    seed: int = 0,
    probes: Sequence[Probe] = (),
    resolution: int = 1,
) -> Simulation:
    """Prepare the ensemble of a session as its file states it.

    Parameters
    ----------
    wanted : sequence of Where
        Measurements that will be read: they decide which depths are kept.
    probes : sequence of Probe
        Further depths to keep.

    Raises
    ------
    NoProcedure
        For a session that this version cannot run.
    BadInput
        For one that does not say how long the cold is on.
    """
    procedure_for(session)
    cycles, recovery = cycles_of(session)
    activity = activity_of(session)
    if is_freeze(session) and wanted:
        # The last thaw is followed as far as somebody asks: a whole one takes minutes.
        cycles = (*cycles[:-1], Cycle(cycles[-1].on_s, 0.0))
    recovery = max(recovery, sum(s for s, _ in activity) - cycles[-1].off_s)
    recovery = max(recovery, _latest(wanted, cycles) - _length(cycles), followed_s(session, wanted))
    if is_freeze(session):
        needed = freeze_probes(wanted, is_needle=technique_of(session) == NEEDLE)
        places = _merged(probes, needed)
        request = _freeze_request(wanted, members, (cycles, recovery), places, resolution)
    else:
        places = _merged(probes, probes_for(wanted))
        muscle, rule = muscle_probe(wanted), mean_rule(wanted)
        request = Request(cycles, recovery, places, resolution, activity, muscle, rule)
    return Simulation(session, members, seed, request, np.full(members, 1.0 / members))


def _freeze_request(
    wanted: Sequence[Where],
    members: int,
    course: tuple[tuple[Cycle, ...], float],
    places: tuple[Probe, ...],
    resolution: int,
) -> Request:
    """Return how a freeze is run: in single precision, an ensemble on a coarser grid."""
    one = members < int(evidence.value("numerics", "freeze_many"))
    return Request(
        *course,
        places,
        resolution,
        precision="f32",
        isotherms_c=wanted_isotherms(wanted),
        coarseness=1.0 if one else evidence.value("numerics", "freeze_coarseness"),
    )


def _merged(*lists: Sequence[Probe]) -> tuple[Probe, ...]:
    return tuple({p.name: p for some in lists for p in some}.values())


def _length(cycles: Sequence[Cycle]) -> float:
    return sum(c.on_s + c.off_s for c in cycles)


def _latest(wanted: Sequence[Where], cycles: Sequence[Cycle]) -> float:
    """Latest moment that a measurement asks for, since the start."""
    end = sum(c.on_s + c.off_s for c in cycles[:-1]) + cycles[-1].on_s
    moments = [0.0]
    for where in wanted:
        offset = end if where.since == "exit" else 0.0
        delay = where.read_delay_s[1] if where.read_delay_s else 0.0
        moments.append(where.change_from_s or 0.0)
        moments += [t + offset + delay for t in where.time_s or ()]
    return max(moments)
