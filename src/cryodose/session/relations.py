"""Read `[[expected]]`: split each row into its relation and its two sides."""

from __future__ import annotations

from typing import Any

from cryodose.session.expected import Expected, RelationRow
from cryodose.session.measured import Where
from cryodose.session.problems import Problems
from cryodose.session.translate import file_keys

__all__ = ["WHERE_KEYS", "read_relation"]

WHERE_KEYS = tuple(key for key in file_keys(Where) if key != "variant")
_ROW_KEYS = tuple(file_keys(RelationRow))


def read_relation(row: dict[str, Any], at: str, problems: Problems) -> Expected | None:
    """Read one relation.

    Parameters
    ----------
    row : dict
        The table; keys with ``_a`` or ``_b`` at the end hold for that side only.
    at : str
        Its path in the file.
    problems : Problems
        Where to note what is wrong.

    Returns
    -------
    Expected or None
        None where something is wrong.
    """
    sided = [f"{key}_{side}" for key in WHERE_KEYS for side in "ab"]
    problems.only(row, [*_ROW_KEYS, *WHERE_KEYS, *sided], at, "expected")
    head = problems.read(
        RelationRow,
        {key: value for key, value in row.items() if key in _ROW_KEYS},
        at=at,
        owner="expected",
    )
    if head is None:
        return None
    where_a = _side(row, "a", head.a, at, problems)
    where_b = None if head.b is None else _side(row, "b", head.b, at, problems)
    if head.b is None:
        for key, value in row.items():
            if key.endswith("_b") and key[:-2] in WHERE_KEYS:
                problems.add(f"{at}.{key}", value, "no side b with this relation")
    if where_a is None or (where_b is None and head.b is not None):
        return None
    return Expected(
        relation=head.relation,
        a=head.a,
        b=head.b,
        low=head.low,
        high=head.high,
        note=head.note,
        where_a=where_a,
        where_b=where_b,
    )


def _side(
    row: dict[str, Any], side: str, variant: str, at: str, problems: Problems
) -> Where | None:
    values: dict[str, Any] = {"variant": variant}
    paths: dict[str, str] = {}
    for key in WHERE_KEYS:
        for name in (f"{key}_{side}", key):
            if name in row:
                values[key] = row[name]
                paths[key] = f"{at}.{name}"
                break
    where = problems.read(Where, values, at=at, owner="expected", paths=paths)
    if where is not None and where.time_s is not None and len(where.time_s) > 1:
        problems.add(paths["time_s"], values["time_s"], "one number in s, not a list")
        return None
    return where
