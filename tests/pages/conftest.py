"""Pages in a real browser: opened from disk, watched for everything they try to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.report.test_take_home import DONE, MOST, told_of, traits_at

from cryodose import plan, simulate
from cryodose.plots.figures import report_figures
from cryodose.report.language import LANGUAGES, texts
from cryodose.report.leaflet import leaflet_page
from cryodose.report.plan_page import plan_page
from cryodose.report.simulated_page import simulated_page
from cryodose.report.take_home import treatment
from cryodose.session import load_session

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "</title><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsknöchel" * 3


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a report, a leaflet and so on, made from the examples."""
    home = tmp_path_factory.mktemp("pages")
    for name in ("ankle-sprain", "cold-bath", "refused", "home-headache"):
        answer = plan(ROOT / "examples" / f"{name}.toml", members=64)
        drawn = report_figures(answer.simulated, answer.dose) if answer.simulated else {}
        (home / f"{name}.html").write_text(plan_page(answer, drawn), encoding="utf-8")
        (home / f"{name}-leaflet.html").write_text(leaflet_page(answer), encoding="utf-8")
    patient = ROOT / "examples" / "screening" / "patient-freeze.toml"
    freeze = plan(ROOT / "examples" / "plantar-wart.toml", patient=patient, on="2026-11-22")
    drug = plan(ROOT / "examples" / "lidocaine-cold.toml", members=64)
    current = replace(drug, screening=freeze.screening)
    for name, answer in (("wart", freeze), ("lidocaine", current)):
        for language in LANGUAGES:
            text = leaflet_page(answer, language)
            (home / f"{name}-{language}-leaflet.html").write_text(text, encoding="utf-8")
    most = treatment(told_of("freeze", traits_at("toe") | MOST), DONE, texts("ru"))
    (home / "most-leaflet.html").write_text(most, encoding="utf-8")
    data = load_session(ROOT / "examples" / "ankle-sprain.toml").to_dict()
    for name, title in (("hostile", HOSTILE), ("long", LONG)):
        answer = plan(data | {"title": title}, members=16)
        (home / f"{name}.html").write_text(plan_page(answer, {}), encoding="utf-8")
        (home / f"{name}-leaflet.html").write_text(leaflet_page(answer), encoding="utf-8")
    data["exposure"]["cycles"] = [{"on_s": 600}]
    shown = simulate(data, members=32)
    text = simulated_page(shown, report_figures(shown, None))
    (home / "simulation.html").write_text(text, encoding="utf-8")
    return home


@pytest.fixture
def opened(page: Any, folder: Path) -> Callable[..., Any]:
    """Return a function that opens a page and fails on any request or complaint of the browser."""
    noticed: list[str] = []
    page.on("console", lambda message: noticed.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: noticed.append(str(error)))

    def note(request: Any) -> None:
        if not request.url.startswith(("file://", "data:")):
            noticed.append(f"request: {request.url}")

    page.on("request", note)

    def open_page(name: str, width: int = 1440, **media: str) -> Any:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(**media)
        page.goto((folder / f"{name}.html").as_uri())
        assert noticed == []
        return page

    return open_page
