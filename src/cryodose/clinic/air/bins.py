"""Readings by spans of time, counted by the database."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField


class Bin(Func):
    """Which span of so many seconds since 1970 a moment lies in; both databases do it alike.

    Parameters
    ----------
    field : str
        Of a moment.
    span_s : int
    """

    output_field = IntegerField()

    def __init__(self, field: str, span_s: int = 1, **more: Any) -> None:
        super().__init__(field, span_s=int(span_s), **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Return the SQL of SQLite, which keeps moments as text in UTC."""
        # Without its fraction, which SQLite would round up. Both the template and the driver halve
        # percent signs.
        moment = "substr(%(expressions)s, 1, 19)"
        template = f"(CAST(strftime('%%%%s', {moment}) AS INTEGER) / %(span_s)s)"
        return super().as_sql(compiler, connection, template=template, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Return the SQL of PostgreSQL."""
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / %(span_s)s)::bigint"
        return super().as_sql(compiler, connection, template=template, **more)
