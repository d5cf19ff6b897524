"""Texts of the pages in the reader's language: gettext sources, read when the site starts.

The catalogue stays the text file that translators write; nothing has to be compiled.
"""

from __future__ import annotations

import gettext
import io
import struct
from pathlib import Path

from django.utils.translation import trans_real

from cryodose.screening.language import pairs_of

HOME = Path(__file__).resolve().parent / "locale"
_MAGIC = 0x950412DE
_HEAD_BYTES = 28


def texts_of(language: str) -> dict[str, str]:
    """Return English text -> translation of a language of ours."""
    source = HOME / language / "LC_MESSAGES" / "clinic.po"
    return dict(pairs_of(source.read_text(encoding="utf-8")))


def catalogue(texts: dict[str, str]) -> gettext.GNUTranslations:
    """Return texts as the object that gettext makes of a compiled file."""
    rows = {
        "": "Content-Type: text/plain; charset=UTF-8\n",
        **{k: v for k, v in texts.items() if v},
    }
    # Templates double each percent sign before they ask, and halve it afterwards.
    rows |= {k.replace("%", "%%"): v.replace("%", "%%") for k, v in rows.items() if "%" in k}
    pairs = sorted((k.encode(), v.encode()) for k, v in rows.items())
    count = len(pairs)
    offset = _HEAD_BYTES + 16 * count
    tables: list[list[int]] = [[], []]
    data = b""
    for column in (0, 1):
        for pair in pairs:
            tables[column] += [len(pair[column]), offset + len(data)]
            data += pair[column] + b"\0"
    head = (_MAGIC, 0, count, _HEAD_BYTES, _HEAD_BYTES + 8 * count, 0, 0)
    content = struct.pack(f"<7I{4 * count}I", *head, *tables[0], *tables[1]) + data
    return gettext.GNUTranslations(io.BytesIO(content))


def load() -> None:
    """Give Django our texts beside its own; ours win."""
    for folder in sorted(HOME.iterdir()):
        known = trans_real.translation(folder.name)
        known.merge(catalogue(texts_of(folder.name)))
