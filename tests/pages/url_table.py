"""Every address of the site with something behind it: run beside a server of the demonstration.

Adds one record of each kind to the clinic, gives the first user every role, and writes JSON:
route -> address, and what opens the links of a person and of an invitation.
"""

from __future__ import annotations

import json
import re
import sys
from types import SimpleNamespace
from typing import Any

# Something of each kind in the library.
EVIDENCE = {
    "evidence_value": "room.alarm.warn_share",
    "evidence_rule": "WBC-01",
    "evidence_claim": "fibromyalgia",
    "evidence_experiment": "cold-pack/algafly2007",
    "evidence_source": "PALMER",
}
NOBODYS = "00000000-0000-4000-8000-000000000000"


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
        given = tokens | {"key": EVIDENCE.get(name, ""), "protocol": str(rows[m.Protocol].pk)}
        filled = [_given(p, name, rule, rows, given) if n % 2 else p for n, p in enumerate(parts)]
        found[name] = "/" + "".join(filled)
        if rule.action == "own.read":
            of_person.append(name)
    told = {"routes": found, "of_person": of_person, "own": [f"/my/{token}/", code]}
    json.dump(told, sys.stdout)


def _given(part: str, name: str, rule: Any, rows: dict[type, Any], tokens: dict[str, str]) -> str:
    if part == "pk" and rule.of is not None:
        return str(rows[rule.of].pk)
    return {
        "procedure": "cold-pack",
        "membership": "1",
        "token": tokens.get(name, NOBODYS),
        "pk": "1",
        "key": tokens["key"],
        "protocol": tokens["protocol"],
    }[part]


if __name__ == "__main__":
    main()
