"""What scripts do while somebody writes, and what they say of it; groups of rows, with and without them."""

import base64
import re

import pytest

from tests import cast
from tests.browser.hands import HANDS, Mouse

SUMMARY = '[name="summary"]'
AGE = re.compile(r"Saved [1-9]\d* s ago")
DROP = """([name, type, bytes]) => {
    const files = new DataTransfer();
    files.items.add(new File([Uint8Array.from(atob(bytes), one => one.charCodeAt(0))], name, { type }));
    return files;
}"""


@pytest.fixture
def begin(visit):
    """`begin('Half a story')` → Oriol at the first step of a new draft, and the draft's code."""

    def begin(title, hand=Mouse, step="what-and-where"):
        oriol = hand(visit("oriol", **hand.options)).go("/write/new")
        oriol.answer({"title": title})
        oriol.press("main form .button--primary")
        code = re.search(r"/write/(\w+)/", oriol.page.url)[1]
        return oriol.go(f"/write/{code}/{step}"), code

    return begin


def state(page):
    from playwright.sync_api import expect

    return expect(page.locator("[data-save-state]"))


@pytest.fixture(autouse=True)
def patience():
    """Seconds of this machine that has much else to do, not a promise."""
    from playwright.sync_api import expect

    expect.set_options(timeout=60_000)


def test_what_is_typed_is_saved_while_one_types_and_its_age_is_told(begin, visit):
    oriol, code = begin("Half a story")
    oriol.page.fill(SUMMARY, "Saved without a button.")
    state(oriol.page).to_contain_text(AGE)
    other = visit("oriol").page
    other.goto(f"/write/{code}/what-and-where")
    assert other.input_value(SUMMARY) == "Saved without a button."


def test_without_a_connection_it_says_so_and_saves_once_it_is_back(begin, visit):
    oriol, code = begin("A story from a train")
    page = oriol.page
    page.context.set_offline(True)
    page.fill(SUMMARY, "Typed in a tunnel.")
    state(page).to_contain_text(re.compile(r"No connection, not saved since \d\d:\d\d"))
    assert page.input_value(SUMMARY) == "Typed in a tunnel."
    page.context.set_offline(False)  # nobody presses anything
    state(page).to_contain_text(AGE)
    other = visit("oriol").page
    other.goto(f"/write/{code}/what-and-where")
    assert other.input_value(SUMMARY) == "Typed in a tunnel."


def test_when_the_server_does_not_answer_it_says_not_saved_and_tries_again_by_itself(begin):
    oriol, code = begin("A story for a tired server")
    page, tries = oriol.page, []

    def refuse_twice(route):
        if route.request.method == "POST" and len(tries) < 2:
            tries.append(route.request.url)
            return route.abort()
        return route.continue_()

    page.route(f"**/write/{code}/what-and-where", refuse_twice)
    page.fill(SUMMARY, "Told three times.")
    state(page).to_contain_text(re.compile(r"Not saved since \d\d:\d\d – trying again"))
    state(page).to_contain_text(AGE)
    assert len(tries) == 2


def test_two_windows_that_write_the_same_field_end_in_one_text_that_holds_both(begin, visit):
    oriol, code = begin("A story of two")
    other = Mouse(visit("oriol")).go(f"/write/{code}/what-and-where")
    oriol.page.fill(SUMMARY, "The buses are free.")
    state(oriol.page).to_contain_text(AGE)
    other.page.fill(SUMMARY, "The trams are late.")
    state(other.page).to_contain_text("Changed by someone else")
    other.press('[data-save-state] button:text-is("See both and choose")')
    assert other.says("Somebody else changed this step meanwhile")
    assert other.page.input_value(SUMMARY) == "The trams are late."
    assert other.page.locator("#both-summary").get_by_text("The buses are free.").count()
    other.answer({"choose-summary": ["both"]})
    other.press('.actions button[value="save"]')
    text = other.page.input_value(SUMMARY)
    assert "The trams are late." in text and "The buses are free." in text


def drop(page, name, kind, data):
    """Let go of a file over the place for pictures."""
    files = page.evaluate_handle(DROP, [name, kind, base64.b64encode(data).decode()])
    for event in ("dragover", "drop"):
        page.dispatch_event('[data-kind="media"] .drop', event, {"dataTransfer": files})


def on_its_way(page, held):
    """The request that was held back, once the browser has made it."""
    for _ in range(600):
        if held:
            break
        page.wait_for_timeout(50)
    return held.pop()


def test_a_picture_that_is_dropped_goes_up_with_progress_and_stands_in_the_form(begin):
    from playwright.sync_api import expect

    oriol, code = begin("A story with a picture", step="contact-and-rights")
    page, held = oriol.page, []
    page.route("**/files", lambda route: held.append(route))
    drop(page, "square.png", "image/png", cast.picture())
    bar = page.locator('[data-kind="media"] progress')
    expect(bar).to_have_attribute("aria-label", "square.png is being sent.")
    on_its_way(page, held).continue_()
    expect(page.locator('[data-kind="media"] .arriving')).to_have_text("square.png has arrived.")
    expect(bar).to_have_count(0)
    state(page).to_contain_text(AGE)
    oriol.go(f"/write/{code}/contact-and-rights")
    assert page.locator('[data-kind="media"] .held-file img').count() == 3  # whole, and its two cuts


def test_a_drop_can_be_cancelled_and_what_is_no_picture_is_refused_with_a_reason(begin):
    from playwright.sync_api import expect

    oriol, _code = begin("A story without a picture", step="contact-and-rights")
    page, held = oriol.page, []
    page.route("**/files", lambda route: held.append(route))
    drop(page, "square.png", "image/png", cast.picture())
    page.get_by_role("button", name="Cancel: square.png").click()
    expect(page.locator(".arriving")).to_have_count(0)
    page.unroute("**/files")
    drop(page, "words.png", "image/png", b"no picture at all")
    expect(page.locator('.arriving[role="alert"]')).to_contain_text("words.png:")
    assert page.locator('[data-kind="media"] .held-file').count() == 0


@pytest.mark.parametrize("way", HANDS)
def test_rows_are_added_moved_and_removed(begin, way):
    oriol, code = begin(f"Rows {way}", HANDS[way], "results")
    name = "results-{}-indicator"
    oriol.answer({name.format(0): "Riders"})
    oriol.press('button[name="add"][value="results"]')
    oriol.answer({name.format(1): "Noise"})
    oriol.press('button[name="add"][value="results"]')
    oriol.answer({name.format(2): "Accidents"})
    oriol.press('button[name="up"][value="results-2"]')
    assert told(oriol, name) == ["Riders", "Accidents", "Noise"]
    oriol.press('button[name="down"][value="results-0"]')
    assert told(oriol, name) == ["Accidents", "Riders", "Noise"]
    oriol.press('button[name="remove"][value="results-1"]')
    oriol.go(f"/write/{code}/results")
    assert told(oriol, name) == ["Accidents", "Noise"]


def told(hand, name):
    """What the rows say, in their order; empty ones left out."""
    fields = hand.page.locator(f'[name^="results-"][name$="{name.rpartition("-")[2]}"]')
    return [words for words in (field.input_value() for field in fields.all()) if words]


def test_whoever_was_signed_out_while_writing_finds_the_text_again(visit, server):
    """The session ends in the middle of a form; signing in again, by a link in another tab, sends it on."""
    oriol = Mouse(visit("oriol", java_script_enabled=False)).go("/write/new")
    oriol.page.context.clear_cookies()
    oriol.answer({"title": "A title typed while signed out"})
    oriol.press("main form button")
    assert oriol.page.locator("h1").inner_text() == "Sign in"
    assert oriol.says("Your text is kept on this page")
    other = oriol.page.context.new_page()
    other.goto(server.sign_in_link("oriol"))
    with other.expect_navigation():
        other.locator("main button").click()
    oriol.press("main form button")
    assert oriol.says("A title typed while signed out")
    oriol.press("main form button")
    assert oriol.page.input_value('[name="title"]') == "A title typed while signed out"
