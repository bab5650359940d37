"""A real server with the demonstration, and a real Chromium. Without either the tests skip and say so."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import FULL
from tests.server import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


def missing():
    try:
        import axe_playwright_python  # noqa: F401
        import playwright  # noqa: F401
    except ImportError:
        return "playwright and axe are not installed (python3 bootstrap browser)"
    return "" if CHROMIUM else "there is no Chromium (Debian: chromium)"


def pytest_collection_modifyitems(items):
    """One worker drives the browser; where it cannot, every test says why. In the full run nothing skips."""
    reason = missing()
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if reason and not FULL:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("demo")).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


class Visit:
    """One person's browser window, signed in through a one-time link as in life."""

    def __init__(self, chromium, server, name="", **options):
        self.server = server
        self.context = chromium.new_context(base_url=server.url, **options)
        self.context.set_default_timeout(30_000)  # ms
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        if name:
            self.page.goto(server.sign_in_link(name))
            self.page.locator("main button").click()
            self.page.wait_for_load_state()

    def close(self):
        self.context.close()


@pytest.fixture
def visit(chromium, server):
    """`visit('oriol', java_script_enabled=False)` → a Visit; closed when the test ends."""
    opened = []

    def open_visit(name="", **options):
        opened.append(Visit(chromium, server, name, **options))
        return opened[-1]

    yield open_visit
    for one in opened:
        one.close()
