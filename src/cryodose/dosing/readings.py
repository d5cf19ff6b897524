"""Which readings of a person can be used, and what they tell of this person.

Usable is a reading of the cooled site's skin, or, of a whole body in cold gas, of the skin of any
segment and of the core, at a moment that the session has.
"""

from __future__ import annotations

from cryodose.body.segments import PART_OF, segment_names
from cryodose.dosing.calibrate import contradiction, plausible, update
from cryodose.dosing.simulation import Simulation
from cryodose.errors import BadInput
from cryodose.procedures import cycles_of, is_cold_gas, states_time
from cryodose.procedures.body_response import CORE
from cryodose.session import Measured, Session


def narrowed(run: Simulation) -> tuple[Simulation, tuple[str, ...]]:
    """Return an ensemble that knows the readings of its session, and words for what was left out.

    A reading that the model cannot explain is left out and named: it is more likely a slip than
    a person unlike all others, and believing it could lengthen a dose. Where readings contradict
    each other none is used.

    Parameters
    ----------
    run : Simulation
        Prepared so that the readings can be read off it.
    """
    readings = run.session.measured
    kept, ignored = plausible(run, readings)
    after = update(run, kept)
    if kept and (words := contradiction(after, kept)):
        return run, (*ignored, words)
    return after, ignored


def check_readings(session: Session, site: str, searched_s: float) -> None:
    """Refuse readings that say nothing of the session's own site and time.

    Parameters
    ----------
    site : str
        Site of the session.
    searched_s : float
        How long the cold stays on in the search, for a session that states no time.

    Raises
    ------
    BadInput
        Names the reading and what was expected of it.
    """
    states = states_time(session)
    end = searched_s
    if states:
        cycles, recovery = cycles_of(session)
        end = sum(c.on_s + c.off_s for c in cycles) + recovery
    for i, reading in enumerate(session.measured):
        at = f"measured[{i}]"
        if reading.when_skin_c is not None:
            raise BadInput(None, f"{at}.when_skin_C", reading.when_skin_c, "time_s for a reading")
        if reading.from_edge_mm is not None:
            expected = "a reading under the cold, not beside it"
            raise BadInput(None, f"{at}.from_edge_mm", reading.from_edge_mm, expected)
        _check_place(session, reading, site, at)
        if reading.since == "exit" and not states:
            expected = "a session that says how long the cold was on"
            raise BadInput(None, f"{at}.since", reading.since, expected)
        latest = max(reading.time_s or (0.0,))
        if reading.since == "start" and latest > end:
            raise BadInput(None, f"{at}.time_s", latest, f"at most {end:g} s, the session's end")


def _check_place(session: Session, reading: Measured, site: str, at: str) -> None:
    """Refuse a reading of a place that a run of this session does not have."""
    is_core = reading.quantity == "core-temperature"
    if not is_cold_gas(session):
        if is_core:
            expected = '"skin-temperature": only a whole body in cold gas has a core'
            raise BadInput(None, f"{at}.quantity", reading.quantity, expected)
        if reading.site not in (None, site):
            raise BadInput(None, f"{at}.site", reading.site, f'the cooled site, "{site}"')
        return
    places = CORE if is_core else (*segment_names(), *PART_OF)
    if reading.site not in places:
        expected = f"the place of the reading: one of {', '.join(places)}"
        raise BadInput(None, f"{at}.site", reading.site, expected)
