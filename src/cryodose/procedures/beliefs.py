"""Collects what is believed of a session: stated, assumed by the file, or from a table."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryodose import evidence
from cryodose.evidence import Quantity
from cryodose.procedures.draws import Assumption, Prior, stated, stated_positive
from cryodose.session import Session


@dataclass
class Beliefs:
    """Quantities of one session while they are being collected, and what was assumed for them."""

    session: Session
    found: dict[str, Quantity] = field(default_factory=dict)
    assumed: list[Assumption] = field(default_factory=list)

    def table(self, name: str, table: str, key: str) -> None:
        """Take a quantity from a table without saying so: every session uses it."""
        self.found[name] = evidence.quantity(table, key)

    def assume(self, path: str, quantity: Quantity) -> Quantity:
        """Note that a key was not stated and return the table's quantity for it."""
        shown = f"{quantity.value:.3g}"
        if quantity.spread != "fixed":
            shown += f" ({quantity.low:.3g} to {quantity.high:.3g})"
        self.assumed.append(Assumption(path, shown, quantity.unit, quantity.source, quantity.note))
        return quantity

    def assume_word(self, path: str, word: str) -> None:
        """Note that a key was not stated and which word stands for it."""
        self.assumed.append(Assumption(path, word, "", "session", "not stated"))

    def unused(self, path: str, why: str) -> None:
        """Note that a key was stated and is not used, and why."""
        self.assumed.append(Assumption(path, f"not used: {why}", "", "session", "stated"))

    def doubt(self, path: str, key: str) -> float:
        """Return the standard deviation of a value that the file assumes, else 0."""
        in_file = path in self.session.assumed
        return evidence.value("physiology", f"assumed.{key}") if in_file else 0.0

    def temperature(
        self, name: str, path: str, value: float | None, quantity: Quantity, error: float
    ) -> None:
        """Take a stated temperature with its error, else the table's."""
        self.found[name] = (
            self.assume(path, quantity) if value is None else stated(path, value, "degC", error)
        )

    def size(
        self, name: str, path: str, value: float | None, quantity: Quantity, relative: float
    ) -> None:
        """Take a stated positive size with its relative error, else the table's."""
        if value is None:
            self.found[name] = self.assume(path, quantity)
            return
        if value == 0:  # nothing is certainly nothing
            self.found[name] = stated(path, 0.0, quantity.unit)
            return
        error = max(relative, self.doubt(path, "size_share"))
        self.found[name] = stated_positive(path, value, quantity.unit, error)

    def prior(self) -> Prior:
        """Return everything collected."""
        return Prior(self.found, tuple(self.assumed))
