"""What a dose must not pass, as objects that find the moment each member passes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.segments import segment_names
from cryodose.evidence.build_up import decided_by, is_built_up, longest_after_s
from cryodose.procedures import Probe, Response, cools_the_trunk, is_cold_gas
from cryodose.procedures.body_response import INNER
from cryodose.procedures.readout import first_below
from cryodose.session import Immersion, Session
from cryodose.units import minutes

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Limit:
    """One bound: a longest time, or a lowest temperature with the accepted chance of passing it.

    Attributes
    ----------
    time_s : float or None
        Longest time for a limit of time.
    t_c : float or None
        Lowest temperature, of the skin or at `probe`.
    probability : float
        Accepted chance that a member passes a limit of temperature.
    site : str
        Where it is read in a whole body; "": at the session's own site.
    """

    name: str
    words: str
    source: str
    time_s: float | None = None
    t_c: float | None = None
    probe: Probe | None = None
    probability: float = 0.0
    site: str = ""

    def place(self, response: Response) -> Response:
        """Return the response of the site that the limit is about."""
        return response.everywhere[self.site] if self.site else response

    def series(self, response: Response) -> Array:
        """Return the temperatures the limit is about, (n_out, n), at its place's moments."""
        return self._series(self.place(response))

    def _series(self, place: Response) -> Array:
        return place.t_skin_c if self.probe is None else place.t_probe_c[self.probe.name]

    def passed_s(self, response: Response) -> Array:
        """Return when each member passes the limit, (n,); inf: never."""
        place = self.place(response)
        n = place.t_skin_c.shape[1]
        if self.t_c is None:
            return np.full(n, np.inf)
        # The standard run may lie a little above the converged one: keep that much clear.
        level = self.t_c + evidence.value("numerics", "margin_k")
        moment = first_below(place.time_s, self._series(place), np.full(n, level))
        return np.asarray(np.where(np.isnan(moment), np.inf, moment))

    def margin_k(self, response: Response) -> Array:
        """Return the smallest distance to the limit over the run, (n,); inf for a limit of time."""
        if self.t_c is None:
            return np.full(response.t_skin_c.shape[1], np.inf)
        return np.asarray(self.series(response).min(axis=0) - self.t_c)


def step_s(session: Session) -> float:
    """Return the step in which doses of a session are told: minutes, or seconds in cold gas."""
    key = "gas_session.step_s" if is_cold_gas(session) else "rounding.time_s"
    return evidence.value("limits", key)


def limits_of(session: Session, site: str, adipose_mm: float) -> tuple[Limit, ...]:
    """Return every limit that applies to a session at a site.

    Parameters
    ----------
    adipose_mm : float
        Fat over the site in the leaner half of what is believed (its fifth percentile decides
        whether the site counts as bony or lean).
    """
    found = [
        _temperature("freezing", "freezing", "skin must not freeze: above {:g} °C"),
        _temperature("skin_floor", "skin floor", "skin above {:g} °C"),
    ]
    if session.subject.kind == "gel":
        return ()
    if is_cold_gas(session):
        clock, *cold = gas_limits()
        return (clock, *build_up_limits(session), *cold, *_asked(session))
    cap = "immersion" if isinstance(session.exposure, Immersion) else "single_application"
    found.append(_time(cap, "time", "at most {:g} min at a time"))
    if site in evidence.names("sites"):
        found += _of_the_site(site, adipose_mm)
    if cools_the_trunk(session):
        found.append(_core())
    return (*found, *_asked(session))


def _core() -> Limit:
    q = evidence.quantity("limits", "core_floor.t_core_c")
    chance = evidence.value("limits", "core_floor.probability")
    return Limit(
        "core", f"core above {q.value:g} °C", q.source, t_c=q.value, probability=chance, site=INNER
    )


def _asked(session: Session) -> list[Limit]:
    if session.plan.max_s is None:
        return []
    words = f"at most {minutes(session.plan.max_s):g} min, as the session asks"
    return [Limit("asked", words, "session", time_s=session.plan.max_s)]


def gas_limits() -> tuple[Limit, ...]:
    """Return the limits of a whole body in cold gas: the clock, the core, and every site's skin."""
    found = [_time("gas_session", "time", "never more than {:g} min"), _core()]
    for key in ("freezing", "skin_floor"):
        for site in segment_names():
            limit = _temperature(key, f"{key.replace('_', ' ')}, {site}", f"{site} above {{:g}} °C")
            found.append(replace(limit, site=site))
    return tuple(found)


def build_up_limits(session: Session) -> tuple[Limit, ...]:
    """Return the limit of one of the first sessions in cold gas; none of a later one.

    Where the session does not say how many came before, there is none either.
    """
    before = session.subject.sessions_before
    if before is None or is_built_up(before):
        return ()
    longest_s, source = longest_after_s(before), decided_by(before).source
    name, words = "first session", f"at most {minutes(longest_s):g} min in a first session"
    if before:
        name = "build-up"
        words = f"at most {minutes(longest_s):g} min in session {before + 1} of a build-up"
    return (Limit(name, words, source, time_s=longest_s),)


def limits_elsewhere(lean_mm: Mapping[str, float]) -> tuple[Limit, ...]:
    """Return the limits of the other sites of an immersion, each named.

    Parameters
    ----------
    lean_mm : mapping of str to float
        Fat over each site, as for `limits_of`.
    """
    found = []
    for site, adipose_mm in lean_mm.items():
        here = [
            _temperature("freezing", "freezing", "skin must not freeze: above {:g} °C"),
            _temperature("skin_floor", "skin floor", "skin above {:g} °C"),
            *_of_the_site(site, adipose_mm),
        ]
        found += [
            replace(x, name=f"{x.name}, {site}", words=f"{site}: {x.words}", site=site)
            for x in here
        ]
    return tuple(found)


def _of_the_site(site: str, adipose_mm: float) -> list[Limit]:
    found = []
    is_bony = bool(evidence.flag("sites", f"{site}.bony"))
    if is_bony and adipose_mm < evidence.value("limits", "bony_site.adipose_mm"):
        found.append(_time("bony_site", "bone near the skin", "at most {:g} min over bone"))
    if adipose_mm < evidence.value("limits", "thin_fat.adipose_mm"):
        found.append(_time("thin_fat", "thin fat", "at most {:g} min over a thin layer of fat"))
    if evidence.has("sites", f"{site}.nerve"):
        nerve = evidence.text("sites", f"{site}.nerve")
        key = "superficial_nerve"
        q = evidence.quantity("limits", f"{key}.t_nerve_c")
        chance = evidence.value("limits", f"{key}.probability")
        words = f"{nerve} nerve above {q.value:g} °C"
        found.append(
            Limit(
                "nerve", words, q.source, t_c=q.value, probe=Probe(0.0, "nerve"), probability=chance
            )
        )
    return found


def _temperature(key: str, name: str, words: str) -> Limit:
    q = evidence.quantity("limits", f"{key}.t_skin_c")
    chance = evidence.value("limits", f"{key}.probability")
    return Limit(name, words.format(q.value), q.source, t_c=q.value, probability=chance)


def _time(key: str, name: str, words: str) -> Limit:
    q = evidence.quantity("limits", f"{key}.time_s")
    return Limit(name, words.format(minutes(q.value)), q.source, time_s=q.value)
