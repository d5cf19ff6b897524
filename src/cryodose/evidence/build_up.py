"""How long a session of whole-body cold may last, by how many the person has had before it.

The one place that says so: doses and courses both ask here.
"""

from __future__ import annotations

from cryodose.evidence.loader import Quantity, quantity, value


def longest_after_s(before: int) -> float:
    """Return the longest time of a session after `before` others, s.

    Equation: min(longest of all, first + before x step), with the values of ``gas_session`` in
    ``limits.toml``.

    Parameters
    ----------
    before : int
        Sessions of whole-body cold that the person has had, 0 or more.

    Raises
    ------
    ValueError
        For a negative number.

    Examples
    --------
    >>> [longest_after_s(before) for before in (0, 1, 2, 20)]
    [60.0, 120.0, 180.0, 180.0]
    """
    if before < 0:
        raise ValueError(f"sessions before: {before}, expected 0 or more")
    built_s = value("limits", "gas_session.first_s")
    built_s += before * value("limits", "gas_session.build_up_s")
    return min(value("limits", "gas_session.time_s"), built_s)


def is_built_up(before: int) -> bool:
    """Tell whether so many sessions are enough for the longest time of all.

    Examples
    --------
    >>> is_built_up(1), is_built_up(2)
    (False, True)
    """
    return longest_after_s(before) >= value("limits", "gas_session.time_s")


def decided_by(before: int) -> Quantity:
    """Return the quantity that decides how long the session after `before` others may last."""
    if is_built_up(before):
        return quantity("limits", "gas_session.time_s")
    return quantity("limits", f"gas_session.{'build_up_s' if before else 'first_s'}")
