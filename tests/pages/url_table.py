"""Every address of the site with something behind it: run beside a server of the demonstration.

Adds one record of each kind to the clinic, gives the first user every role, and writes JSON:
route -> address, and what opens the links of a person and of an invitation.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from types import SimpleNamespace
from typing import Any


def main() -> None:
    from cryodose.clinic.serve import set_up_django

    set_up_django()
    from tests.clinic import make

    from cryodose.clinic import models as m
    from cryodose.clinic.checks import routes
    from cryodose.clinic.middleware.gate import rule_for

    user = m.User.objects.get()
    clinic = m.Clinic.objects.get()
    for role in m.Role.values:
        m.Membership.objects.get_or_create(user=user, clinic=clinic, role=role)
    place = SimpleNamespace(clinic=clinic, users={"operator": user})
    rows = {type(row): row for row in make.records(place, number=99)}
    # Plans and sessions of the demonstration show more than made-up ones.
    for model in (m.PlanRecord, m.SessionRecord, m.ScreeningRecord):
        rows[model] = model.objects.order_by("made_at").first()
    _, invitation = m.Invitation.issue(clinic=clinic)
    _, token, code = m.PersonLink.issue(rows[m.Person], user, "for a test")
    tokens = {"welcome": invitation, "own_enter": token}
    found, of_person = {}, []
    for name, address, view in routes():
        rule = rule_for(view, name)
        parts = re.split(r"<(?:\w+:)?(\w+)>", address)
        tokens["key"] = make.EVIDENCE.get(f"{address}//".split("/")[1], "")
        filled = [_given(p, name, rule, rows, tokens) if n % 2 else p for n, p in enumerate(parts)]
        found[name] = "/" + "".join(filled)
        if rule.action == "own.read":
            of_person.append(name)
    told = {"routes": found, "of_person": of_person, "own": [f"/my/{token}/", code]}
    json.dump(told, sys.stdout)


def _given(part: str, name: str, rule: Any, rows: dict[type, Any], tokens: dict[str, str]) -> str:
    if part == "pk" and rule.of is not None:
        return str(rows[rule.of].pk)
    if part == "protocol":
        return next(str(row.pk) for model, row in rows.items() if model.__name__ == "Protocol")
    return {
        "procedure": "cold-pack",
        "membership": "1",
        "token": tokens.get(name, str(uuid.UUID(int=0))),
        "pk": "1",
        "key": tokens["key"],
    }[part]


if __name__ == "__main__":
    main()
