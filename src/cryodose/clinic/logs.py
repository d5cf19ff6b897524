"""The log: one JSON object a line, with what happened and never with whom it happened to."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Writes a record as one line.

    Texts of exceptions are left out, since they may quote what somebody typed: the line holds
    the kind of the error and where it arose. Of arguments only numbers are put into a message,
    which name nobody: with a text among them it stays a template.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "what": _message(record),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= fields
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-8:]]
        return json.dumps(line, ensure_ascii=True)


def _message(record: logging.LogRecord) -> str:
    args = record.args if isinstance(record.args, tuple) else ()
    only_numbers = args and all(isinstance(a, int | float) for a in args)
    return record.getMessage() if only_numbers else str(record.msg)
