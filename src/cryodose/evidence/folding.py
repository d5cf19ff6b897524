"""Text as it looks: spelling folded so that disguised and foreign letters compare equal."""

from __future__ import annotations

import re
import unicodedata

# Letters of other scripts, in lower case, that look like a Latin one. Known names are folded by the
# same map, so a Russian name still equals itself.
_TWINS = {
    "a": "аαɑⲁａᴀ",
    "b": "вβъьƅʙ",
    "c": "сϲᴄ",
    "d": "ԁɗđᴅ",
    "e": "еєεҽɛəᴇ",
    "f": "ƒẝ",
    "g": "ɡցġɢ",
    "h": "һнηհħʜ",
    "i": "іıιӏǀɩɪ",
    "j": "јϳᴊ",
    "k": "кκᴋ",
    "l": "ⅼłʟ|",
    "m": "мμⅿᴍ",
    "n": "ոռпɴ",
    "o": "оοօσøɵᴏ",
    "p": "рρþᴘ",
    "q": "ԛզ",
    "r": "гʀ",
    "s": "ѕꜱʂ",
    "t": "тτŧᴛ",
    "u": "υսʋцᴜ",
    "v": "ѵνᴠ",
    "w": "ԝωшѡᴡ",
    "x": "хχ",
    "y": "уγүʏ",
    "z": "ʐᴢ",
}
_TO_LATIN = str.maketrans({twin: letter for letter, twins in _TWINS.items() for twin in twins})
_DIGITS = str.maketrans("013457@$!", "oleastasi")
_BRITISH = (("ae", "e"), ("oe", "e"), ("our", "or"))
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return text without case, accents, invisible characters and look-alike letters.

    Ligatures and compatibility forms are resolved, British and American spelling made one, and
    everything that is no letter or digit becomes a space.

    Examples
    --------
    >>> folded("Seborrhœic_Keratosis"), folded("МОLЕ"), folded("m\u200bole")
    ('seborrheic keratosis', 'mole', 'mole')
    """
    while (once := _folded_once(text)) != text:
        text = once
    return text


def _folded_once(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", plain).replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    plain = plain.replace("’", "").replace("'", "").translate(_TO_LATIN)
    for long, short in _BRITISH:
        plain = plain.replace(long, short)
    return " ".join(_WORD.findall(plain))


def undisguised(text: str) -> str:
    """Return folded text with digits read as the letters they stand for.

    Examples
    --------
    >>> undisguised("m0le"), undisguised("me1anoma")
    ('mole', 'melanoma')
    """
    return folded(folded(text.replace("@", "a").replace("$", "s")).translate(_DIGITS))


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, each in the singular.

    Examples
    --------
    >>> words_of("Plantar-warts"), words_of("actinic keratoses")
    (('plantar', 'wart'), ('actinic', 'keratosis'))
    """
    return tuple(_singular(word) for word in folded(text).split())


def _singular(word: str) -> str:
    if word.endswith("oses"):
        return f"{word[:-4]}osis"
    is_plural = len(word) > 3 and word.endswith("s") and word[-2] not in "sui"
    return word[:-1] if is_plural else word
