"""`[[expected]]`: relations between sessions that a model must reproduce."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import model_validator

from cryodose.session.fields import Number, OneOf, Table, Text, fail
from cryodose.session.measured import Where
from cryodose.session.names import Relation

__all__ = ["Expected", "RelationRow"]

_Band = Annotated[float, Number(-1e9, 1e9)]
_Variant = Annotated[str, Text("the key of a variant", 100)]


class RelationRow(Table):
    """The relation itself, without what it compares."""

    relation: Annotated[Relation, OneOf("relation")]
    a: _Variant
    b: _Variant | None = None
    low: _Band | None = None
    high: _Band | None = None
    note: Annotated[str, Text("a text", 5000)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        name = f'relation = "{self.relation}"'
        bounded = self.low is not None or self.high is not None
        if self.relation == "between":
            if self.b is not None:
                fail("b", f"no b with {name}")
        elif self.b is None:
            fail("b", f"the key of a variant with {name}")
        if self.relation in ("less", "greater"):
            for key in ("low", "high"):
                if getattr(self, key) is not None:
                    fail(key, f"no {key} with {name}")
        elif not bounded:
            fail("low", f"a number for low, for high or for both with {name}")
        if self.low is not None and self.high is not None and self.low > self.high:
            fail("low", f"a number not above high = {self.high:g}")
        return self


@dataclass(frozen=True, slots=True)
class Expected:
    """A relation between two predictions, or of one prediction to a band.

    Attributes
    ----------
    relation : str
        ``less`` (a < b), ``greater`` (a > b), ``ratio`` (a / b), ``difference`` (a - b)
        or ``between`` (a alone).
    a, b : str
        Keys of the sessions compared; `b` is None for ``between``.
    low, high : float or None
        Band, in the first unit of the quantity or pure for ``ratio``.
    where_a, where_b : Where
        What is compared on either side; `where_b` is None for ``between``.
    """

    relation: Relation
    a: str
    b: str | None
    low: float | None
    high: float | None
    note: str | None
    where_a: Where
    where_b: Where | None

    def side(self, name: Literal["a", "b"]) -> Where:
        """Give what is compared on one side.

        Parameters
        ----------
        name : {"a", "b"}
            The side.

        Returns
        -------
        Where
            With `variant` set to the session of that side.

        Raises
        ------
        ValueError
            If the relation has no such side.
        """
        where = {"a": self.where_a, "b": self.where_b}.get(name)
        if where is None:
            raise ValueError(f"relation {self.relation!r} has no side {name!r}")
        return where
