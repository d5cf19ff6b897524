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


class NotTaken(CryodoseError):
    """The site did not take the readings."""

    exit_code = 1


def post_readings(url: str, token: str, readings: Sequence[Reading]) -> None:
    """Send readings in one request.

    Parameters
    ----------
    url : str
        Where the site takes readings, beginning with http.
    token : str
        Of the device.
    readings : sequence of Reading
        The site judges them again, by its own clock.

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
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S):  # noqa: S310  # as above
            return
    except urllib.error.HTTPError as error:
        told = error.read(_SHOWN).decode("utf-8", "replace")
        raise NotTaken(f"{url} answered {error.code}: {told}") from None
    except (OSError, ValueError) as error:
        raise NotTaken(f"{url} cannot be reached: {error}") from None
