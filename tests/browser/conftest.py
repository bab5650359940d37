"""A real server with the demonstration, and a real Chromium. Without either the tests skip and say so."""

import shutil
import threading
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from tests.conftest import FULL
from tests.server import Server, free_port

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
    """Where there is no browser, every test says why. In the full run nothing skips."""
    reason = missing()
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if reason and not FULL:
                item.add_marker(pytest.mark.skip(reason=reason))


class Post:
    """A real SMTP server, and the letters that it took in."""

    def __init__(self):
        from aiosmtpd.controller import Controller
        from aiosmtpd.handlers import Message

        self.letters, self.news, post = [], threading.Condition(), self

        class Box(Message):
            def handle_message(self, message):
                with post.news:
                    post.letters.append(message)
                    post.news.notify_all()

        self.controller = Controller(Box(), hostname="127.0.0.1", port=free_port())
        self.url = f"smtp://127.0.0.1:{self.controller.port}"

    def letter_to(self, address, *words, after=0):
        """The words of the first letter to somebody that says all this, once it is there."""
        with self.news:
            found = self.news.wait_for(lambda: self.find(address, words, after), LETTERS_TAKE)
        assert found, f"no letter to {address} says {words}: {[one['Subject'] for one in self.letters]}"
        return found

    def find(self, address, words, after):
        told = (said(one) for one in self.letters[after:] if one["To"] == address)
        return next((text for text in told if all(word in text for word in words)), None)


LETTERS_TAKE = 90  # seconds, on a machine that has much else to do


def said(letter):
    """Subject, unfolded, and words of a letter; lines are not broken within an address."""
    subject = "".join(str(make_header(decode_header(letter["Subject"]))).splitlines())
    return subject + "\n\n" + letter.get_payload(decode=True).decode().replace("\r\n", "\n")


@pytest.fixture(scope="session")
def post():
    post = Post()
    post.controller.start()
    yield post
    post.controller.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory, post):
    server = Server(tmp_path_factory.mktemp("demo"), EXCHANGE_MAIL_URL=post.url).start()
    server.wait("ready")
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
