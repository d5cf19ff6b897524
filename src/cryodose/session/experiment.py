"""An experiment: sessions made by variants, and what somebody measured in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cryodose.session.expected import Expected
from cryodose.session.fields import OneOf, Table, Text
from cryodose.session.measured import Measured
from cryodose.session.names import Read
from cryodose.session.session import Session

__all__ = ["Experiment", "Source"]

_KEY = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
_DOI = r"^10\.[0-9]{4,9}/\S{1,200}$"


class Source(Table):
    """Where the numbers were published."""

    key: Annotated[str, Text("the name of the file: letters, digits, . _ -", 100, _KEY)]
    citation: Annotated[str, Text("authors, journal, year", 1000)]
    doi: Annotated[str, Text('a DOI such as "10.1000/xyz"', 250, _DOI)] | None = None
    read: Annotated[Read, OneOf("how it was read")]
    note: Annotated[str, Text("a text", 5000)] | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    """A published experiment.

    Attributes
    ----------
    key : str
        Name of the experiment, from its source.
    sessions : dict of str to Session
        ``"base"`` first, then the variants in the order of the file.
    measured : tuple of Measured
        The numbers; `Measured.variant` names their session.
    expected : tuple of Expected
        The relations.
    path : Path or None
        The file; None where the experiment was not read from a file.
    """

    key: str
    title: str
    source: Source
    sessions: dict[str, Session]
    measured: tuple[Measured, ...]
    expected: tuple[Expected, ...]
    path: Path | None = None

    @property
    def base(self) -> Session:
        """The session without overrides."""
        return self.sessions["base"]
