"""Pages in a real browser: opened from disk, or from a clinic that runs, and watched."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.clinic.server import Server, environment
from tests.pages.desk import enter, watch
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


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> tuple[Path, dict[str, Any]]:
    """Return the data folder of a clinic with made-up people, and cookies of its administrator.

    It is made once, by the link that the first start prints; every module gets a copy.
    """
    server = Server(environment(tmp_path_factory.mktemp("demo"), ""), "--demo")
    server.start()
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.first_link())
    enter(page, "ann@example.org")
    page.wait_for_url(f"{server.address}/")  # by way of /home/
    cookies = context.storage_state()
    context.close()
    server.kill()
    return Path(server.env["CRYODOSE_DATA"]), cookies


@pytest.fixture(scope="module")
def server(
    demo: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Return a server with made-up people, on data of its own."""
    one = Server(environment(tmp_path_factory.mktemp("clinic"), ""), "--demo")
    shutil.copytree(demo[0], one.env["CRYODOSE_DATA"])
    one.start()
    yield one
    one.kill()


@pytest.fixture(scope="module")
def state(demo: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    """Return the cookies of the administrator, who has logged in."""
    return demo[1]


@pytest.fixture
def viewport() -> dict[str, int]:
    """Return the size of a tablet, which a module may change."""
    return {"width": 820, "height": 1180}


@pytest.fixture
def desk(
    server: Server, browser: Any, state: dict[str, Any], viewport: dict[str, int]
) -> Iterator[Any]:
    """Return a page that fails the test on any complaint of the browser."""
    assert server.process is not None
    context = browser.new_context(storage_state=state, viewport=viewport)
    page = context.new_page()
    watch(page)
    yield page
    complaints, page.complaints = page.complaints, []
    context.close()
    assert complaints == []
