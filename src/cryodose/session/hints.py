"""What a user may have meant by a key or a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["key_hint", "name_hint"]

# Unit endings that people write; the ones of the schema are among them.
# fmt: off
_UNITS = frozenset((
    "c", "k", "f", "degc", "degf", "celsius", "kelvin", "fahrenheit", "s", "sec", "secs",
    "second", "seconds", "ms", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour",
    "hours", "mm", "cm", "m", "um", "in", "inch", "inches", "ft", "feet", "mm2", "cm2", "m2",
    "in2", "mm3", "cm3", "m3", "ml", "ul", "l", "kg", "g", "mg", "ug", "lb", "lbs", "oz", "st",
    "percent", "pct", "fraction", "y", "yr", "yrs", "year", "years", "months", "mmhg", "kpa",
    "pa", "bar", "mbar", "psi", "hz", "khz", "mhz", "ma", "ua", "a", "w", "j", "kj", "mk",
    "kgk", "mol", "mmol", "ph",
))
# fmt: on
_LONGEST = 100
_SHOWN = 60


def name_hint(value: object, names: Iterable[str]) -> str:
    """Suggest the closest name.

    Parameters
    ----------
    value : object
        What the file says.
    names : iterable of str
        What it may say.

    Returns
    -------
    str
        ``'; did you mean "cubed-ice"?'``, or nothing where no name is close.
    """
    match = _closest(value, names)
    return f'; did you mean "{match}"?' if match else ""


def key_hint(
    key: str, allowed: Iterable[str], owner: str, elsewhere: Mapping[str, list[str]]
) -> str:
    """Say what is wrong with an unknown key.

    Parameters
    ----------
    key : str
        The unknown key.
    allowed : iterable of str
        Keys that its table has.
    owner : str
        Name of the table for the user, such as ``cold-pack``.
    elsewhere : mapping of str to list of str
        Keys of other modalities, with the names of these.

    Returns
    -------
    str
        What was expected in its place.
    """
    keys = list(allowed)
    same = [name for name in keys if _stem(name) == _stem(key) and _has_unit(name)]
    if same and _has_unit(key):
        units = " or ".join(f'"{name}"' for name in same)
        return f"the key {units}: this unit is not allowed here"
    if same:
        units = " or ".join(f'"{name}"' for name in same)
        return f"the key {units}: the unit ends the name"
    if key in elsewhere:
        return f"a key of {owner}; this one belongs to {', '.join(elsewhere[key])}"
    match = _closest(key, keys)
    if match:
        return f'a key of {owner}; did you mean "{match}"?'
    shown = ", ".join(keys[:_SHOWN])
    return f"a key of {owner}: one of {shown}" if keys else f"no key in {owner}"


def _closest(value: object, names: Iterable[str]) -> str | None:
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    # Imported here: only a file with a mistake needs it.
    from difflib import get_close_matches

    plain = {name.lower(): name for name in names}
    wanted = value.strip().lower()
    spelled = wanted.replace("_", "-").replace(" ", "-")
    for candidate in (wanted, spelled):
        found = get_close_matches(candidate, plain, n=1, cutoff=0.6)
        if found:
            return plain[found[0]]
    return None


def _parts(key: str) -> list[str]:
    parts = key[:_LONGEST].lower().split("_")
    return parts[:-1] if parts[-1] == "sd" else parts


def _stem(key: str) -> tuple[str, ...]:
    parts = _parts(key)
    while len(parts) > 1 and parts[-1] in _UNITS:
        parts.pop()
    return (*parts, "sd") if key.lower().endswith("_sd") else tuple(parts)


def _has_unit(key: str) -> bool:
    parts = _parts(key)
    return len(parts) > 1 and parts[-1] in _UNITS
