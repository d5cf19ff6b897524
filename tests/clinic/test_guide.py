"""The pages of the docs about the clinic are what the clinic does."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from cryodose.clinic.api.site import schema
from cryodose.clinic.checks import routes
from cryodose.clinic.live.kinds import KINDS
from cryodose.clinic.models import Role
from cryodose.fhir.cds import discovery

ROOT = Path(__file__).resolve().parents[2]


def test_permissions_page_is_up_to_date() -> None:
    found = importlib.util.spec_from_file_location("page", ROOT / "tools" / "clinic_page.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    written = module.PAGE.read_text(encoding="utf-8")
    assert written == module.page(), "run: make docs"
    assert written.count("\n| `/") == len(list(routes()))


def test_guide_names_roles_and_events() -> None:
    text = (ROOT / "docs" / "guide" / "clinic.md").read_text(encoding="utf-8")
    missing = [w for w in (*Role.values, *KINDS) if f"`{w}`" not in text]
    assert missing == []


def test_guide_names_every_address_of_the_api() -> None:
    text = (ROOT / "docs" / "guide" / "api.md").read_text(encoding="utf-8")
    services = {f"/api/cds-services/{s['id']}" for s in discovery()["services"]}
    missing = [
        path
        for path in schema()["paths"]
        if path.removesuffix("/feedback") not in services and path.replace("{pk}", "ID") not in text
    ]
    assert missing == []
