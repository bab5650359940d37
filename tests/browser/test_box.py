"""The search box by keyboard, by finger and by paste, in a real browser."""

import re

import pytest

from tests.browser.looking import ALL_RULES

OPEN = ".offers:not([hidden])"
STRATEGY = "1. housing OR rent*\n2. cap OR control\n3. 1 AND 2"


def type_in(page, text):
    page.locator("#q").press_sequentially(text)
    page.locator(OPEN).wait_for()


def active(page):
    """The text of the option that a screen reader is on, or None."""
    return page.evaluate(
        "document.getElementById(document.querySelector('#q').getAttribute('aria-activedescendant'))?.innerText"
    )


def is_expanded(page):
    return page.locator("#q").get_attribute("aria-expanded") == "true"


@pytest.mark.parametrize("address", ["/", "/practices"])
def test_a_reader_goes_to_a_suggestion_by_keyboard_alone(address, visit):
    page = visit().page
    page.goto(address)
    box = page.get_by_role("combobox", name="Search practices")
    assert box.count() == 1 and not is_expanded(page)
    box.focus()
    type_in(page, "berl")
    assert is_expanded(page) and active(page) is None
    assert page.get_by_role("status").filter(has_text=re.compile(r"\d suggestions")).count() == 1
    page.keyboard.press("ArrowDown")
    assert active(page).startswith("Berlin")
    assert page.locator('[aria-selected="true"]').count() == 1
    page.keyboard.press("End")
    last = active(page)
    page.keyboard.press("ArrowDown")
    assert active(page) is None, "after the last one comes the box"
    page.keyboard.press("ArrowUp")
    assert active(page) == last
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.id") == "q", "the focus never leaves the box"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/cities/berlin")


def test_enter_alone_searches_for_what_was_typed(visit):
    page = visit().page
    page.goto("/practices?topic=housing")
    type_in(page, "berl")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert re.search(r"/practices\?q=berl&topic=housing$", page.url)
    assert page.input_value("#q") == "berl"


def test_escape_closes_and_keeps_what_was_typed_and_tab_leaves(visit):
    page = visit().page
    page.goto("/practices")
    type_in(page, "berl")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert not is_expanded(page) and active(page) is None
    assert page.input_value("#q") == "berl"
    page.keyboard.press("ArrowDown")
    page.locator(OPEN).wait_for()
    page.keyboard.press("Tab")
    assert not is_expanded(page)
    assert page.evaluate("document.activeElement.textContent") == "Search"


def test_a_finger_opens_a_suggestion(visit):
    page = visit(viewport={"width": 320, "height": 640}, has_touch=True).page
    page.goto("/practices")
    type_in(page, "berl")
    option = page.get_by_role("option").filter(has_text="Berlin").first
    assert all(
        box["height"] >= 24 for box in map(lambda one: one.bounding_box(), page.locator(".offer").all())
    )
    with page.expect_navigation():
        option.tap()
    assert page.url.endswith("/cities/berlin")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_while_suggestions_and_help_are_open(width, scheme, visit):
    from axe_playwright_python.sync_playwright import Axe

    window = visit(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, found = window.page, []
    for address in ("/practices?q=the+rent+OR+price", "/"):
        page.goto(address)
        page.locator(".search-help summary").click()
        page.locator("#q").fill("")
        type_in(page, "hous")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = Axe().run(page, options={"runOnly": ALL_RULES}).response["violations"]
        found += [f"{address}: {one['id']} {one['nodes'][0]['target']}" for one in violations]
    assert not found and not window.faults, (found, window.faults)


def test_several_pasted_lines_move_to_where_there_is_room(visit):
    page = visit().page
    page.goto("/practices?topic=housing")
    paste(page, "rent")
    assert page.input_value("#q") == "", "one line is the browser's own business"
    paste(page, STRATEGY)
    assert page.locator(".search-help[open]").count() == 1
    assert page.evaluate("document.activeElement.id") == "lines"
    assert page.input_value("#lines") == STRATEGY
    with page.expect_navigation():
        page.get_by_role("button", name="Search these lines").click()
    assert page.get_by_text("Read as a search strategy").count() == 1
    assert page.input_value("textarea#q") == STRATEGY
    assert "topic=housing" in page.url


def paste(page, text):
    page.locator("#q").evaluate(
        """(box, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", text);
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_without_a_script_the_box_is_a_box(visit):
    page = visit(java_script_enabled=False).page
    page.goto("/practices")
    assert page.get_by_role("searchbox", name="Search practices").count() == 1
    page.locator(".search-help summary").click()
    page.fill("#lines", "Berlin\nWien")
    with page.expect_navigation():
        page.get_by_role("button", name="Search these lines").click()
    assert page.get_by_text("Read as a list of places").count() == 1


def test_a_broken_network_is_in_nobodys_way(visit):
    window = visit()
    page = window.page
    page.goto("/practices")
    page.route("**/suggest.json*", lambda route: route.abort())
    page.locator("#q").press_sequentially("berl")
    page.wait_for_timeout(400)
    assert not is_expanded(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "q=berl" in page.url
