"""The text of a new session file: every line that may matter, with what it means."""

from __future__ import annotations

import json

from cryodose.cli.phrases import goal_of
from cryodose.cli.questions import UNKNOWN, Answers

_GOAL_NOTES = {
    "kind": "analgesia, skin-temperature, tissue-temperature or nerve-velocity",
    "duration_s": "how long it shall last",
    "target_C": "at this temperature or below",
    "change_C": "colder by this much",
    "depth_mm": "how deep",
    "depth_from": "skin, or adipose: below the fat",
    "change_percent": "slower by this much",
}


def session_text(answers: Answers) -> str:
    """Return a session file with comments.

    Parameters
    ----------
    answers : dict
        What `complete` returns.
    """
    bath = answers["modality"] == "immersion"
    where = answers["immersed"] if bath else answers["site"]
    what = f"water at {answers['water']} C" if bath else answers["agent"].replace("-", " ")
    title = f"{what}, {where.replace('-', ' ')}"
    lines = [
        "# A session of cryodose. Leave out what you do not know: the program takes what is usual,",
        "# says so, and is less sure. Units stand at the end of each name.",
        f"title = {_quoted(title[:1].upper() + title[1:])}",
        "",
        "[subject]",
        f"sex = {_quoted(answers['sex'])}",
        f"age_y = {answers['age']}",
        "# height_m = 1.70",
        "# mass_kg = 70",
        *_fat_lines(answers["fat"]),
        "",
        *(_bath_lines(answers) if bath else _pack_lines(answers)),
        "",
        "# What the cold is for. More than one [[goal]] may stand here.",
        "[[goal]]",
        *_goal_lines(answers["goal"]),
        "",
        "# A skin temperature taken during an earlier use makes the answer surer.",
        "# [[measured]]",
        '# quantity = "skin-temperature"',
        '# unit = "C"',
        "# time_s = 600   # since the start",
        "# mean = 14.2",
        "",
        "[plan]",
        '# start = "14:00"     # time of day of the first use',
        "# max_s = 900         # never longer than this",
        "# probability = 0.8   # how sure the goal must be",
        "",
    ]
    return "\n".join(lines)


def _fat_lines(fat: str) -> list[str]:
    note = "# one layer of fat under the skin there; half of a skinfold"
    return [f"# adipose_mm = 10   {note}" if fat == UNKNOWN else f"adipose_mm = {fat}   {note}"]


def _pack_lines(answers: Answers) -> list[str]:
    return [
        "[exposure]",
        'modality = "cold-pack"',
        f"agent = {_quoted(answers['agent'])}",
        "# agent_temperature_C = 0   # of the pack when it is laid on",
        "# agent_mass_kg = 0.7",
        f"barrier = {_quoted(answers['barrier'])}",
        '# compression = "elastic-wrap"',
        f"site = {_quoted(answers['site'])}",
        "# contact_area_cm2 = 300",
        "# room_temperature_C = 22",
    ]


def _bath_lines(answers: Answers) -> list[str]:
    return [
        "[exposure]",
        'modality = "immersion"',
        f"water_temperature_C = {answers['water']}",
        "# stirred = true",
        f"immersed = {_quoted(answers['immersed'])}",
        "# room_temperature_C = 22",
    ]


def _goal_lines(goal: str) -> list[str]:
    rows = goal_of(goal)
    return [
        f"{key} = {_value(value)}   # {_GOAL_NOTES.get(key, key)}" for key, value in rows.items()
    ]


def _value(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else f"{value:g}"


def _quoted(text: str) -> str:
    # JSON and TOML write such strings alike.
    return json.dumps(text, ensure_ascii=False)
