"""What all tests share: the browser, and that a build server never skips for want of a tool."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import hypothesis
import pytest

from tests.order import sort_long_first

# What is started in the background ignores Ctrl-C, and so would every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests never time anything: a busy machine must not fail one. The same examples every time.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def is_ci() -> bool:
    """Tell whether a build server runs us (.ci/run)."""
    return os.environ.get("CRYODOSE_CI") == "1"


def forbid_skip_for_tools(report: Any) -> None:
    """Turn a skip whose reason is a missing browser, database or broker into a failure."""
    if not is_ci() or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = str(report.longrepr)
    if re.search(r"browser|chromium|database|broker", reason, re.IGNORECASE):
        report.outcome = "failed"
        report.longrepr = f"CRYODOSE_CI=1 allows no skip for want of a tool: {reason}"


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Start one worker more than processors: tests of pages and servers wait half of their time."""
    found = yield
    return found if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS") else found + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long files begin first."""
    sort_long_first(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Check each test's own skip."""
    report = yield
    forbid_skip_for_tools(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Check the skip of a whole module."""
    report = yield
    forbid_skip_for_tools(report)
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium, where playwright would look for a download of its own."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no browser: tools/browser.sh installs Chromium")
    # Chromium refuses its sandbox to root, which is who runs in a container.
    args = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": found, "args": args}


@contextmanager
def beside_a_loop() -> Iterator[None]:
    """Let fixtures use Django's database while playwright's loop is in the thread.

    That of a session is made and removed where `no_loop_of_a_browser` cannot reach. A test itself
    runs without this: there Django goes on to refuse its database to what is asynchronous.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        yield
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Generator[None, None, None]:
    """Make what a test needs beside a loop that was left."""
    with beside_a_loop():
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    """And remove it."""
    with beside_a_loop():
        yield


@pytest.fixture(autouse=True)
def no_loop_of_a_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide the event loop that playwright leaves in its worker from tests without a browser.

    While it is there, nothing else in this thread may run a loop of its own.
    """
    left = asyncio._get_running_loop()
    if left is None or "page" in request.fixturenames or "browser" in request.fixturenames:
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(left)
