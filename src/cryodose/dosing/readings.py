"""Which readings of a person can be used: of this site's skin, at a moment the session has."""

from __future__ import annotations

from cryodose.errors import BadInput
from cryodose.procedures import cycles_of, states_time
from cryodose.session import Session


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
        if reading.site not in (None, site):
            raise BadInput(None, f"{at}.site", reading.site, f'the cooled site, "{site}"')
        if reading.since == "exit" and not states:
            expected = "a session that says how long the cold was on"
            raise BadInput(None, f"{at}.since", reading.since, expected)
        latest = max(reading.time_s or (0.0,))
        if reading.since == "start" and latest > end:
            raise BadInput(None, f"{at}.time_s", latest, f"at most {end:g} s, the session's end")
