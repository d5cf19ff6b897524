"""Sends readings to a clinic's site, with the token of a device."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Sequence

from cryodose.errors import BadInput, CryodoseError
from cryodose.sensors.readings import Reading

_TIMEOUT_S = 5.0
_SHOWN = 200
_LONGEST = 10_000_000


class NotTaken(CryodoseError):
    """The site did not take the readings."""

    exit_code = 1


def post_readings(url: str, token: str, readings: Sequence[Reading]) -> list[str]:
    """Send readings in one request.

    Parameters
    ----------
    url : str
        Where the site takes readings, beginning with http.
    token : str
        Of the device.
    readings : sequence of Reading
        The site judges them again, by its own clock.

    Returns
    -------
    list of str
        What it has no place for, in one line each: another try would change nothing.

    Raises
    ------
    NotTaken
        If the site cannot be reached or refuses; the caller keeps them and tries again.
    BadInput
        For an address that is none.
    """
    if not url.startswith(("http://", "https://")):
        raise BadInput("command line", "--post", url, "an address that begins with http")
    keys = ("quantity", "value", "unit", "at", "site", "sensor")
    listed = [{k: v for k, v in r.to_dict().items() if k in keys} for r in readings]
    request = urllib.request.Request(  # noqa: S310  # http or https, checked above
        url,
        data=json.dumps({"readings": listed}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310  # as above
            return _without_place(readings, answer.read(_LONGEST))
    except urllib.error.HTTPError as error:
        told = error.read(_SHOWN).decode("utf-8", "replace")
        raise NotTaken(f"{url} answered {error.code}: {told}") from None
    except (OSError, ValueError) as error:
        raise NotTaken(f"{url} cannot be reached: {error}") from None


def _without_place(readings: Sequence[Reading], answer: bytes) -> list[str]:
    """Return what the answer of a site says of readings that had a number and got no place."""
    try:
        told = json.loads(answer)["readings"]
        rows = [(r, str(t["quality"]), str(t["why"])) for r, t in zip(readings, told, strict=False)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []  # something else than a clinic's site, which took them
    lost = [
        f"{r.sensor or 'a sensor'}, {r.quantity}: {why}"
        for r, quality, why in rows
        if quality == "missing" and r.value is not None
    ]
    return list(dict.fromkeys(lost))
