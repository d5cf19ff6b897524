"""What the engine says, in the reader's language: numbers are taken out, and put back.

A sentence that has no translation stays in English, and is marked as English.
"""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.engine_cautions import PATTERNS
from cryodose.outcome.tell import time_words

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
HOLE = "#"
# Sentences with parts that are said by themselves; {} stands for a part.
_NESTED: tuple[tuple[str, str | Promise], ...] = (
    *PATTERNS,
    (r"Too long: (.+) holds until (.+)\.", _l("Too long: {} holds until {}.")),
    (
        r"No safe dose: (.+) holds for less than (.+)\.",
        _l("No safe dose: {} holds for less than {}."),
    ),
    (
        r"(.+): (\S+ %) at this time, wanted are (\S+ %); that takes (.+)\.",
        _l("{}: {} at this time, wanted are {}; that takes {}."),
    ),
    (
        r"(.+): (\S+ %) at this time, wanted are (\S+ %)\.",
        _l("{}: {} at this time, wanted are {}."),
    ),
    (r"harmed too often: (.+)", _l("harmed too often: {}")),
    (r"(\S+ s) are too long: (.+)\.", _l("{} are too long: {}.")),
    (r"cold on the skin \((.+)\)", _l("cold on the skin ({})")),
    (r"cold: (.+)", _l("cold: {}")),
    (r"pad on the ([a-z-]+)", _l("pad on the {}")),
    (r"Bare ([a-z]+): cover them with dry wool\.", _l("Bare {}: cover them with dry wool.")),
    (r"skin, ([a-z-]+)", _l("skin, {}")),
    (r"([a-z -]+) nerve (above .+)", _l("{} nerve {}")),
    (r"([a-z-]+): (.+)", _l("{}: {}")),
    (r"([a-z-]+) (above .+)", _l("{} {}")),
)
# Every sentence of the engine that pages show in the reader's language; # stands for a number.
SENTENCES: tuple[str | Promise, ...] = (
    # Drawings.
    _l("front"),
    _l("back (view)"),
    _l("minutes"),
    _l("seconds"),
    _l("depth, mm"),
    _l("limit"),
    _l("goal"),
    _l("cold off"),
    _l("before the cold"),
    _l("when it comes off"),
    _l("{} min after"),
    _l("how cold it gets"),
    _l("which cells die"),
    _l("mm from the middle, mm deep"),
    _l("die: < 10 %"),
    _l("lesion"),
    _l("with its margin"),
    _l("spot"),
    _l("{} °C: {} mm deep, {} mm to each side"),
    _l("lesion: {} mm deep, {} mm to each side"),
    # Layers.
    _l("skin"),
    _l("fat"),
    _l("muscle"),
    _l("bone"),
    _l("epidermis"),
    _l("dermis"),
    _l("cartilage"),
    _l("keratin"),
    # Sites.
    _l("forehead"),
    _l("cheek"),
    _l("nose"),
    _l("ear"),
    _l("neck"),
    _l("chest"),
    _l("abdomen"),
    _l("back"),
    _l("pelvis"),
    _l("shoulder"),
    _l("upper-arm"),
    _l("forearm"),
    _l("hand"),
    _l("finger"),
    _l("thigh"),
    _l("knee"),
    _l("calf"),
    _l("ankle"),
    _l("foot"),
    _l("toe"),
    _l("sole"),
    # Curves.
    _l("mean skin"),
    _l("rectum"),
    _l("oesophagus (blood)"),
    _l("tissue # mm below the fat"),
    _l("nerve conduction"),
    _l("edge of the ice"),
    _l("−# °C isotherm"),
    _l("left the donor"),
    _l("in the skin"),
    _l("taken up by the blood"),
    # Limits and goals.
    _l("skin must not freeze: above # °C"),
    _l("skin above # °C"),
    _l("above # °C"),
    _l("core above # °C"),
    _l("never more than # min"),
    _l("at most # min in a first session"),
    _l("at most # min in session # of a build-up"),
    _l("at most # min at a time"),
    _l("at most # min over bone"),
    _l("at most # min over a thin layer of fat"),
    _l("radial"),
    _l("median"),
    _l("ulnar"),
    _l("digital"),
    _l("common peroneal"),
    _l("deep peroneal"),
    _l("sural-sensory"),
    _l("tibial-motor"),
    _l("the nerve below the spot stays alive"),
    _l("the cartilage below the spot stays alive"),
    _l("the bone below the spot stays alive"),
    _l("the dermis does not die through its thickness"),
    _l("one freeze by open spray lasts at most # s"),
    _l("one freeze by cone spray lasts at most # s"),
    _l("one freeze by contact probe lasts at most # s"),
    _l("one freeze by cotton swab lasts at most # s"),
    _l("one freeze by vapour jet lasts at most # s"),
    _l("a child is frozen for at most # s, once"),
    _l("mean current density"),
    _l("mean current density (halved: the skin may be numb)"),
    _l("peak current density"),
    _l("peak current density (halved: the skin may be numb)"),
    _l("current times time on this site"),
    _l("mean current through one pad"),
    _l("time with the current on"),
    _l("energy of one pulse into # ohm"),
    _l("peak voltage over well-connected skin"),
    _l("pH of the donor, # to # allowed"),
    _l("pH of the donor at the end, under an electrode that is not Ag/AgCl"),
    _l("pain relief: skin at or below # °C"),
    _l("skin at or below # °C"),
    _l("mean skin cooled by # °C"),
    _l("tissue # mm below the fat cooled by # °C"),
    _l("the whole lesion and # mm around it die"),
    _l("# ug of the drug go in"),
    _l("# ug"),
    # Reasons and cautions.
    _l("It kills the lesion with its margin in #% of cases: too few."),
    _l("It kills the lesion with its margin in #% of cases, wanted are #%."),
    _l("It kills the lesion with its margin in #% of cases, wanted are #%; that takes about # s."),
    _l("A nerve lies near the skin here: stop at tingling or weakness."),
    _l("The skin may fall to # °C or below (#% of the ensemble): look at it every few minutes."),
    _l("A first session is shorter: at most # min."),
    _l("hands"),
    _l("feet"),
    # What pauses or stops a course.
    _l("blister, white or hard skin, lumps, or any wound after a session"),
    _l("pain in chest, back or belly"),
    _l("confusion, loss of memory, fainting or any new sign of the nerves"),
    _l("blood pressure at or above #/# before or after a session"),
    _l("outcome score worse than at the start in two sessions one after the other"),
)


def said(words: str) -> str:
    """Return a sentence of the engine in the reader's language; itself where there is none."""
    if (get_language() or "en").startswith("en"):
        return words
    return _whole(words) or words


def _whole(words: str) -> str | None:
    """Return the translation of a sentence with all its parts; None where one is missing."""
    found = _translated(words)
    if found is not None or not _has_words(words):
        return found or _lasting(words)
    for pattern, template in _NESTED:
        match = re.fullmatch(pattern, words)
        parts = _parts(match) if match else [None]
        if all(part is not None for part in parts):
            return str(template).format(*parts)
    return None


def _parts(match: re.Match[str]) -> list[str | None]:
    """Return the translation of every part of a sentence; what is named `kept` stays."""
    kept = {i for name, i in match.re.groupindex.items() if name.startswith("kept")}
    return [part if i in kept else _whole(part) for i, part in enumerate(match.groups(), 1)]


def _has_words(text: str) -> bool:
    """Tell whether there is more to say than numbers with units of time and percent."""
    return bool(re.search(r"[A-Za-z]", re.sub(r"\b(?:h|min|s)\b", "", text)))


def lasting(time_s: float) -> str:
    """Return a duration with the units of the reader's language."""
    return _lasting(time_words(time_s))


def _lasting(words: str) -> str:
    units = {"h": gettext("h"), "min": gettext("min"), "s": gettext("s")}
    return re.sub(r"\b(h|min|s)\b", lambda m: units[m[1]], words)


def is_foreign(words: str, shown: str) -> bool:
    """Tell whether what is shown stayed English on a page of another language."""
    return words == shown and not (get_language() or "en").startswith("en")


def _translated(words: str) -> str | None:
    """Return the translation of one sentence; None where there is none."""
    text = gettext(words)
    if text != words:
        return text
    key = _NUMBER.sub(HOLE, words)
    text = gettext(key)
    if text == key:
        return None
    numbers = iter(_NUMBER.findall(words))
    return re.sub(HOLE, lambda _: next(numbers, HOLE), text)
