"""Headless Chromium against a live server with committed rows. Whatever the console complains of fails the test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django.live_server_helper import LiveServer

from casework.demo.people import People, load_people
from tests.browser.visitor import Visitor
from tests.emptied import empty_all_tables

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT_MS = 10_000
# Playwright keeps an event loop running in this thread; Django would take our own queries for a mistake
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def _without(reason: str) -> None:
    """Skip, or fail where the browser is asked for by ROUNDTABLE_REQUIRE_BROWSER."""
    if os.environ.get("ROUNDTABLE_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args) -> dict:
    if not CHROMIUM.exists():
        _without(f"There is no {CHROMIUM}: install Chromium, or name it in CHROMIUM.")
    if not (settings.KIT_DIR / "app.css").exists():
        _without("Styles and script are not built: `make setup` builds them.")
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": FLAGS}


@pytest.fixture(scope="session")
def server(django_db_setup) -> Iterator[LiveServer]:
    """The product on a free port of this machine, over the suite's database."""
    running = LiveServer("127.0.0.1")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def windows(browser) -> Iterator[dict]:
    """One window with script and one without, for all tests: a new one costs more than clearing its cookies."""
    made = {
        script: browser.new_context(java_script_enabled=script, locale="en-GB", timezone_id="Europe/London")
        for script in (True, False)
    }
    for window in made.values():
        window.set_default_timeout(WAIT_MS)
    yield made
    for window in made.values():
        window.close()


def _visitor(window, server: LiveServer, looks: bool = False) -> Iterator[Visitor]:
    cache.clear()  # the count of sign-ins from one address
    window.clear_cookies()
    page = window.new_page()
    try:
        visitor = Visitor(page, server.url, looks)
        yield visitor
        assert visitor.complaints == []
    finally:
        page.close()


@pytest.fixture
def visitor(windows, server) -> Iterator[Visitor]:
    """Somebody at a window with script, not signed in."""
    yield from _visitor(windows[True], server)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def either(request, windows, server) -> Iterator[Visitor]:
    """As `visitor`, once with script, looking at every kind of page on the way, and once without."""
    yield from _visitor(windows[request.param], server, looks=request.param)


@pytest.fixture
def town(django_db_setup, django_db_blocker) -> Iterator[People]:
    """Safer Harbourne and Northgate, committed; taken away afterwards. The test may use the database itself."""
    with django_db_blocker.unblock():
        try:
            yield load_people()
        finally:
            empty_all_tables()
