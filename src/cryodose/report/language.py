"""What a leaflet says, in the language of the person: a catalogue read from its source.

Sentences of a plan come with their numbers inside. They are found again by their template, so that
`The skin may fall to 10 °C ...` is told in Russian with the same 10.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from cryodose.screening.language import pairs_of

LANGUAGES = ("en", "ru")
_HOLE = re.compile(r"\{(\w+)\}")
# Letters of a template beside its values, from which on it fits nothing else.
_CLEAR = 25
_LASTING = re.compile(r"(?:\d+ (?:h|min|s) ?)+")
_DURATION = re.compile(r"(?<=\d) (h|min|s)\b")


class Texts:
    """The texts of one language.

    Parameters
    ----------
    language : str
    texts : dict
        English text or template to its translation; empty for English.
    """

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self._texts = texts
        # The one that says most by itself comes first.
        self._templates = sorted(
            (
                (len(_HOLE.sub("", text)), re.compile(_pattern(text)), told)
                for text, told in texts.items()
                if _HOLE.search(text)
            ),
            key=lambda row: -row[0],
        )

    def __call__(self, text: str, **values: str) -> str:
        """Return a text of ours with its values, each in this language too."""
        told = {name: self.told(value) for name, value in values.items()}
        return (self._texts.get(text) or text).format(**told)

    def told(self, sentence: str) -> str:
        """Return a finished sentence; as it is where nobody has translated it."""
        if not self._texts:
            return sentence
        if sentence in self._texts:
            return self._texts[sentence]
        for length, pattern, told in self._templates:
            found = pattern.fullmatch(sentence)
            values = found.groupdict() if found else {}
            shown = {k: self.told(v) for k, v in values.items()}
            # A short template fits many a sentence: what stands in it must be known as well.
            if found and (length >= _CLEAR or all(_is_told(values[k], shown[k]) for k in values)):
                return told.format(**shown)
        return self.duration(sentence) if _LASTING.fullmatch(sentence) else sentence

    def duration(self, words: str) -> str:
        """Return a duration such as ``9 min 30 s`` with the units of this language."""
        return _DURATION.sub(lambda unit: " " + self._texts.get(unit[1], unit[1]), words)


def _is_told(value: str, shown: str) -> bool:
    return value != shown or not re.search("[A-Za-z]{2}", value)


def _pattern(template: str) -> str:
    """Return what a template looks like once its values are in it."""
    parts = _HOLE.split(template)
    shown = [re.escape(p) if n % 2 == 0 else f"(?P<{p}>.+?)" for n, p in enumerate(parts)]
    return "".join(shown)


@cache
def texts(language: str) -> Texts:
    """Return the texts of a language; English where there are none of it."""
    if language not in LANGUAGES or language == "en":
        return Texts("en", {})
    home = files("cryodose.report").joinpath("locale", language, "LC_MESSAGES", "leaflet.po")
    return Texts(language, dict(pairs_of(home.read_text(encoding="utf-8"))))
