"""How single values stand in FHIR, and how they are read back.

A codec's `put` never fails for a value that a record may hold, save for what no JSON can hold; its
`take` raises ValueError or TypeError for what it cannot read.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cryodose.errors import BadInput
from cryodose.fhir.codes import PROCEDURES
from cryodose.fhir.plain import from_plain, to_plain
from cryodose.fhir.records import Event, FollowUp

Put = Callable[[Any], Any]
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_MARK = "'"
_WHOLE_MINUTES = 60
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII
)
# What the string of FHIR can hold: no control characters but tab and line ends, not only blanks.
_PLAIN = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]*")


@dataclass(frozen=True)
class Codec:
    """A pair of functions, and the ending of `value[x]` where the value stands in an extension."""

    suffix: str
    put: Put
    take: Put


def fits(text: str) -> bool:
    """Tell whether the string of FHIR can hold a text as it is."""
    return bool(text.strip()) and text == text.strip() and _PLAIN.fullmatch(text) is not None


def packed(text: str) -> str:
    """Return any text as base64, after a mark: FHIR has no empty values."""
    return base64.b64encode((_MARK + text).encode("utf-8", "surrogatepass")).decode("ascii")


def unpacked(data: str) -> str:
    """Return the text of `packed`."""
    text = _take_bytes(data).decode("utf-8", "surrogatepass")
    if not text.startswith(_MARK):
        raise ValueError(data)
    return text[len(_MARK) :]


def cleaned(text: str) -> str:
    """Return a text that FHIR can hold in the place of one that it cannot."""
    kept = "".join(c if _PLAIN.fullmatch(c) else "\N{REPLACEMENT CHARACTER}" for c in text)
    return kept.strip() or "-"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise BadInput(None, "id", value, "at most 64 letters, digits, hyphens and points")
    return value


def _take_date(value: Any) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError
    return date.fromisoformat(value)


def put_moment(moment: datetime) -> str:
    """Return a moment as FHIR writes it."""
    offset = moment.utcoffset()
    if offset is None:
        raise BadInput(None, "moment", moment.isoformat(), "a moment with its offset")
    if offset.total_seconds() % _WHOLE_MINUTES:
        moment = moment.astimezone(UTC)
    return moment.isoformat()


def _take_moment(value: Any) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError
    return datetime.fromisoformat(value)


def _put_number(value: float) -> float:
    if not math.isfinite(value):
        raise BadInput(None, "number", value, "a finite number")
    return value


def _take_number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise TypeError
    return float(value)


def _take_whole(value: Any) -> int:
    if type(value) not in (int, float) or value != int(value):
        raise TypeError
    return int(value)


def _take_flag(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


def _put_json(value: Any) -> dict[str, str]:
    try:
        text = json.dumps(value, allow_nan=False)
    except (ValueError, TypeError) as error:
        raise BadInput(None, "data", value, f"data that JSON can hold ({error})") from None
    return {"contentType": "application/json", "data": _put_bytes(text.encode("ascii"))}


def _take_json(value: Any) -> Any:
    if set(value) != {"contentType", "data"} or value["contentType"] != "application/json":
        raise ValueError
    return json.loads(_take_bytes(value["data"]))


def _take_table(value: Any) -> dict[str, Any]:
    found = _take_json(value)
    if not isinstance(found, dict):
        raise TypeError
    return found


def _put_bytes(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _take_bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError from None


def many(kind: type) -> Codec:
    """Return the codec of a tuple of objects of a kind, kept as JSON."""

    def take(value: Any) -> tuple[Any, ...]:
        try:
            return tuple(from_plain(kind, v) for v in _take_json(value))
        except BadInput as error:
            raise ValueError(str(error)) from None

    return Codec("Attachment", lambda items: _put_json([to_plain(i) for i in items]), take)


def choice(names: Mapping[str, str]) -> Codec:
    """Return the codec of a name of ours that FHIR calls otherwise."""
    back = {theirs: ours for ours, theirs in names.items()}

    def put(value: str) -> str:
        if value not in names:
            raise BadInput(None, "value", value, f"one of {', '.join(names)}")
        return names[value]

    def take(value: Any) -> str:
        if not isinstance(value, str) or value not in back:
            raise ValueError
        return back[value]

    return Codec("Code", put, take)


def reference(kind: str) -> Codec:
    """Return the codec of the id of another resource."""

    def take(value: Any) -> str:
        # More than a reference, such as a display, is left where it is.
        if set(value) != {"reference"} or not isinstance(value["reference"], str):
            raise ValueError
        named, _, own = value["reference"].partition("/")
        if named != kind or not _ID.fullmatch(own):
            raise ValueError
        return own

    return Codec("Reference", lambda own: {"reference": f"{kind}/{_id(own)}"}, take)


def _take_id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError
    return value


ID = Codec("Id", _id, _take_id)
TEXT = Codec("String", lambda value: value, _text)
UNPACKED = Codec("Base64Binary", packed, unpacked)
DATE = Codec("Date", date.isoformat, _take_date)
MOMENT = Codec("DateTime", put_moment, _take_moment)
NUMBER = Codec("Decimal", _put_number, _take_number)
WHOLE = Codec("Decimal", lambda value: value, _take_whole)
FLAG = Codec("Boolean", lambda value: value, _take_flag)
TABLE = Codec("Attachment", _put_json, _take_table)
BYTES = Codec("Base64Binary", _put_bytes, _take_bytes)
PROCEDURE = choice({name: name for name in PROCEDURES})
EVENTS, FOLLOW_UPS = many(Event), many(FollowUp)
