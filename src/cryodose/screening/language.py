"""Texts in the language of the reader: gettext catalogues read from their sources.

The catalogue stays the text file that translators write; nothing has to be compiled.
"""

from __future__ import annotations

import ast
import gettext
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from cryodose.errors import BadInput

LANGUAGES = ("en", "ru")
_DOMAIN = "screening.po"


class Catalogue(gettext.NullTranslations):
    """Translations of one language.

    Parameters
    ----------
    texts : dict
        English text to its translation.
    """

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self.texts = texts

    def gettext(self, message: str) -> str:
        """Return the translation of a text, or the text itself."""
        return self.texts.get(message) or message


@cache
def catalogue(language: str) -> Catalogue:
    """Return the catalogue of a language.

    Raises
    ------
    BadInput
        For a language that there is none of.
    """
    if language not in LANGUAGES:
        raise BadInput(None, "language", language, f"one of {', '.join(LANGUAGES)}")
    if language == "en":
        return Catalogue({})
    home = files("cryodose.screening").joinpath("locale", language, "LC_MESSAGES", _DOMAIN)
    return Catalogue(dict(pairs_of(home.read_text(encoding="utf-8"))))


def pairs_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a .po file without plurals and contexts, which ours has none of."""
    now, found = "", {"msgid": "", "msgstr": ""}
    for line in [*text.splitlines(), "msgid"]:
        word, _, rest = line.partition(" ")
        if word == "msgid":
            if found["msgid"]:
                yield found["msgid"], found["msgstr"]
            found = {"msgid": "", "msgstr": ""}
        now, quoted = (word, rest) if word in found else (now, line)
        if now and quoted.startswith('"'):
            found[now] += ast.literal_eval(quoted)
