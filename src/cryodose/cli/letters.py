"""What becomes of letters that a terminal cannot show."""

from __future__ import annotations

import codecs
import sys

NAME = "cryodose-plain"
# A minus that got lost would turn a cooling into a warming.
_PLAIN = {
    "−": "-",
    "–": "-",
    "—": "-",
    "°": " deg ",
    "•": "*",
    "·": "-",
    "◂": "<",
    "²": "2",
    "…": "...",
}


def plain(error: UnicodeError) -> tuple[str, int]:
    """Give letters that the terminal knows in place of those it does not.

    Examples
    --------
    >>> codecs.register_error(NAME, plain)
    >>> "−3 °C".encode("ascii", NAME)
    b'-3  deg C'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(_PLAIN.get(letter, "?") for letter in lost), error.end


def let_every_terminal_print() -> None:
    """Make standard output and error never fail for a letter."""
    codecs.register_error(NAME, plain)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=NAME)
