"""Lenses: where a field of a record stands in a resource, for both ways at once.

Reading takes out of a resource what it understands, so what is left over is what nobody understood.
One description serves writing and reading: neither can forget what the other does.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Final, Protocol

from cryodose.fhir.codecs import TEXT, UNPACKED, Codec, cleaned, fits, packed, unpacked
from cryodose.fhir.plain import default_of
from cryodose.fhir.records import Record

Resource = dict[str, Any]
ABSENT: Final = object()
URN = "urn:cryodose"
TAG = f"{URN}:record"
_EXACT = f"{URN}:exact"
_PACKED = "valueBase64Binary"
# Never part of a record: the kind was looked at.
_SILENT = frozenset({"resourceType"})


class Lens(Protocol):
    """One place in a resource."""

    def put(self, resource: Resource, value: Any) -> None:
        """Write a value."""

    def take(self, resource: Resource) -> Any:
        """Return the value and remove it; leave what cannot be read, and return ABSENT."""


def _steps(path: str) -> list[str | int]:
    return [int(s) if s.isdigit() else s for s in path.split(".")]


def get(node: Any, path: str) -> Any:
    """Return what stands at a path such as ``name.0.family``, else ABSENT."""
    for step in _steps(path):
        if isinstance(step, int):
            if not isinstance(node, list) or step >= len(node):
                return ABSENT
        elif not isinstance(node, dict) or step not in node:
            return ABSENT
        node = node[step]
    return node


def put(node: Any, path: str, value: Any) -> None:
    """Write at a path, making what is missing on the way."""
    steps = _steps(path)
    for step, following in zip(steps, [*steps[1:], ""], strict=True):
        last = following == ""
        made: Any = value if last else [] if isinstance(following, int) else {}
        if isinstance(step, int):
            while len(node) <= step:
                node.append(made)
        elif last:
            node[step] = value
        node = node[step] if isinstance(step, int) else node.setdefault(step, made)


def pop(node: Any, path: str) -> None:
    """Take out what stands at a path; items of lists leave their place empty."""
    head, _, last = path.rpartition(".")
    holder = get(node, head) if head else node
    if isinstance(holder, list):
        holder[int(last)] = None
    elif isinstance(holder, dict):
        holder.pop(last, None)


@dataclass(frozen=True)
class At:
    """A value at a path."""

    path: str
    codec: Codec = TEXT

    @property
    def _beside(self) -> str:
        # The extensions of `birthDate` stand in `_birthDate`, those of `given.0` in `_given.0`.
        steps = self.path.split(".")
        named = max(n for n, s in enumerate(steps) if not s.isdigit())
        steps[named] = f"_{steps[named]}"
        return ".".join(steps)

    def put(self, resource: Resource, value: Any) -> None:
        """Write a value; a text that FHIR cannot hold stands whole in an extension beside it."""
        if self.codec is TEXT and not fits(value):
            exact = {"url": _EXACT, _PACKED: packed(value)}
            put(resource, self._beside, {"extension": [exact]})
            value = cleaned(value)
        put(resource, self.path, self.codec.put(value))

    def take(self, resource: Resource) -> Any:
        """Return the value and remove it."""
        found = get(resource, self.path)
        if found is ABSENT:
            return ABSENT
        try:
            value = self.codec.take(found)
            exact = get(resource, f"{self._beside}.extension.0")
            if self.codec is TEXT and isinstance(exact, dict) and exact.get("url") == _EXACT:
                value = unpacked(exact[_PACKED])
                pop(resource, f"{self._beside}.extension.0")
        except (ValueError, TypeError, KeyError, OverflowError):
            return ABSENT
        pop(resource, self.path)
        return value


@dataclass(frozen=True)
class Ext:
    """A value in an extension of ours, for what FHIR has no place."""

    name: str
    codec: Codec = TEXT

    @property
    def _url(self) -> str:
        return f"{URN}:{self.name}"

    def put(self, resource: Resource, value: Any) -> None:
        """Write a value; a text that FHIR cannot hold is packed."""
        made: Resource = {"url": self._url}
        if self.codec is TEXT and not fits(value):
            made[_PACKED] = packed(value)
        else:
            made[f"value{self.codec.suffix}"] = self.codec.put(value)
        resource.setdefault("extension", []).append(made)

    def take(self, resource: Resource) -> Any:
        """Return the value and remove the extension."""
        listed = resource.get("extension")
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and one.get("url") == self._url:
                value = At(f"value{self.codec.suffix}", self.codec).take(one)
                if value is ABSENT and self.codec is TEXT:
                    value = At(_PACKED, UNPACKED).take(one)
                if value is not ABSENT:
                    one.pop("url")
                return value
        return ABSENT


@dataclass(frozen=True)
class Telecom:
    """The first number or address of a system such as ``phone``."""

    system: str

    def put(self, resource: Resource, value: Any) -> None:
        """Write a value."""
        made: Resource = {"system": self.system}
        At("value").put(made, value)
        resource.setdefault("telecom", []).append(made)

    def take(self, resource: Resource) -> Any:
        """Return the value and remove it."""
        listed = resource.get("telecom")
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and one.get("system") == self.system:
                value = At("value").take(one)
                if value is not ABSENT:
                    one.pop("system")
                return value
        return ABSENT


def without(found: Any, expected: Any) -> Any:
    """Return what of a value is not as expected; None where all of it is."""
    if found == expected:
        return None
    if isinstance(found, dict) and isinstance(expected, dict):
        kept = {k: without(v, expected[k]) if k in expected else v for k, v in found.items()}
        return {k: v for k, v in kept.items() if v is not None} or None
    if isinstance(found, list) and isinstance(expected, list):
        kept_items = [
            without(v, expected[n]) if n < len(expected) else v for n, v in enumerate(found)
        ]
        return [v for v in kept_items if v is not None] or None
    return found


@dataclass(frozen=True)
class Map:
    """What becomes of one kind of record.

    Attributes
    ----------
    fields : dict
        A lens for every field of the record.
    derived : dict
        Path -> what follows from the record, written for others and compared when read back.
    modifiers : tuple of str
        Elements that change the meaning of the rest: what is left there refuses the resource.
    bars : tuple of (path, value)
        What refuses it only with this value.
    harmless : dict
        Path -> what it may say without changing anything.
    """

    record: type[Record]
    kind: str
    fields: Mapping[str, Lens]
    derived: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    modifiers: tuple[str, ...] = ("status",)
    bars: tuple[tuple[str, Any], ...] = ()
    harmless: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tag(self) -> dict[str, str]:
        """The mark by which a resource of ours is known again."""
        return {"system": TAG, "code": self.record.__name__}

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of the fields without which there is no record."""
        return tuple(
            f.name
            for f in fields(self.record)
            if f.default is MISSING and f.default_factory is MISSING
        )

    def write(self, record: Record) -> Resource:
        """Return a record as a resource."""
        made: Resource = {"resourceType": self.kind, "meta": {"tag": [self.tag]}}
        for spec in fields(record):
            value = getattr(record, spec.name)
            if value is not None and value != default_of(spec):
                self.fields[spec.name].put(made, value)
        for path, derive in self.derived.items():
            value = derive(record)
            if value is not None:
                put(made, path, value)
        return made

    def read(self, resource: Resource) -> tuple[Record | None, Resource, str]:
        """Return the record, what was not understood, and why there is no record."""
        left = copy.deepcopy(resource)
        given = {}
        for name, lens in self.fields.items():
            value = lens.take(left)
            if value is not ABSENT:
                given[name] = value
        missing = [n for n in self.needed if n not in given]
        if missing:
            return None, left, f"it does not say, in a way that we can read, {', '.join(missing)}"
        record = self.record(**given)
        self._compare(left, record)
        return self._unless_modified(record, left)

    def _unless_modified(
        self, record: Record, left: Resource
    ) -> tuple[Record | None, Resource, str]:
        told = list(leaves(left))
        for path in (*self.modifiers, "implicitRules", "modifierExtension"):
            for at, value in told:
                if at == path or at.startswith(f"{path}."):
                    return None, left, f"its {at} changes what it means: {value!r:.80}"
        for path, value in self.bars:
            if (path, value) in told:
                return None, left, f"its {path} is {value}"
        return record, left, ""

    def _compare(self, left: Resource, record: Record) -> None:
        """Take out of a resource what follows from its record."""
        expected = {path: derive(record) for path, derive in self.derived.items()}
        for path, value in {**self.harmless, **expected, "meta.tag": [self.tag]}.items():
            found = get(left, path)
            if found is ABSENT or value is None:
                continue
            rest = without(found, value)
            pop(left, path)
            if rest is not None:
                put(left, path, rest)


def leaves(left: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield path and value of everything that is left in a resource; lists share one path."""
    if isinstance(left, dict):
        for key, value in left.items():
            if place or key not in _SILENT:
                yield from leaves(value, f"{place}.{key}" if place else key)
    elif isinstance(left, list):
        for value in left:
            yield from leaves(value, place)
    elif left is not None:
        yield place, left


def unread(left: Any) -> list[str]:
    """Return the paths of everything that is left in a resource, each once, in order."""
    return sorted({path for path, _ in leaves(left)})
