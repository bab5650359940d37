"""The map in a real browser: moved by mouse and keys, past the date line, and the drawing without scripts."""

import re
from itertools import combinations
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.looking import ALL_RULES

WIDE = {"width": 1280, "height": 1000}
MARKER = ".map-marker"
LAND_IN_SIGHT = (
    "[...document.querySelectorAll('.leaflet-container .map__land')].some((one) => one.getBBox().width > 50)"
)


def open_map(visit, query="", **options):
    """The page's map, once its first circles have come."""
    visitor = visit(**{"viewport": WIDE, **options})
    with visitor.page.expect_response(re.compile("clusters.json")):
        visitor.page.goto(f"/practices?view=map{query}")
    visitor.page.locator(".search-map__status:not(:empty)").wait_for()
    return visitor


def renewed(page, act):
    """Do something that moves the map, and wait for its new circles; returns what was asked for."""
    with page.expect_response(re.compile("clusters.json")) as waited:
        act()
    page.locator(".leaflet-zoom-anim").wait_for(state="detached")
    page.wait_for_timeout(100)  # ms; the circles are put down right after the answer
    return parse_qs(urlsplit(waited.value.url).query)


def edges(asked):
    return [float(edge) for edge in asked["bounds"][0].split(",")]


def count_on(page):
    """How many cases the circles stand for."""
    numbers = page.locator(".map-marker__dot").filter(visible=True).all_inner_texts()
    return sum(int(number or 1) for number in numbers[: page.locator(MARKER).count()])


def test_the_map_follows_mouse_and_keys(visit):
    visitor = open_map(visit)
    page = visitor.page
    frame = page.locator(".search-map__moving")
    first = renewed(page, lambda: frame.press("ArrowRight"))
    west = edges(first)[0]
    assert edges(renewed(page, lambda: frame.press("ArrowRight")))[0] > west
    zoom = float(first["zoom"][0])
    assert float(renewed(page, lambda: frame.press("+"))["zoom"][0]) > zoom
    assert (
        float(renewed(page, lambda: page.get_by_role("button", name="Zoom out").click())["zoom"][0]) == zoom
    )

    box = frame.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag():
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + 150, middle[1], steps=5)
        page.mouse.up()

    west = edges(renewed(page, lambda: frame.press("+")))[0]
    assert edges(renewed(page, drag))[0] < west
    assert not visitor.faults


def test_the_wheel_turns_the_page_until_the_map_is_meant(visit):
    page = open_map(visit).page
    page.locator(".search-map__moving").hover()
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(500)  # ms; scrolling is smooth
    assert page.evaluate("scrollY") > 100
    page.evaluate("scrollTo(0, 0)")
    page.locator(".search-map__moving").focus()
    before = float(page.evaluate("scrollY"))
    asked = renewed(page, lambda: page.mouse.wheel(0, -200))
    assert float(asked["zoom"][0]) > 1 and page.evaluate("scrollY") == before


def test_a_circle_opens_up_and_in_the_end_tells_its_case(visit):
    visitor = open_map(visit)
    page = visitor.page
    total = count_on(page)
    several = page.locator(MARKER, has_text=re.compile(r"^\d{2}")).first
    asked = renewed(page, several.click)
    assert float(asked["zoom"][0]) > 2 and 0 < count_on(page) < total
    page.locator(MARKER, has_text="Vienna").first.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".search-map__told")
    popup.wait_for()
    assert "Vienna" in popup.inner_text()
    assert page.evaluate("document.activeElement.closest('.search-map__told') !== null"), (
        "its title takes focus"
    )
    page.keyboard.press("Escape")
    popup.wait_for(state="detached")
    assert page.evaluate("document.activeElement.classList.contains('search-map__moving')")
    page.locator(MARKER, has_text="Vienna").first.click()
    with page.expect_navigation():
        page.locator(".search-map__told a[href^='/practices/']").first.click()
    assert "Wien" in page.title()
    assert not visitor.faults


def test_this_area_can_be_searched(visit):
    page = open_map(visit).page
    area = page.get_by_role("link", name="Search this area")
    assert not area.is_visible(), "nothing has been moved yet"
    renewed(page, page.locator(MARKER, has_text=re.compile(r"^\d{2}")).first.click)
    seen = count_on(page)
    with page.expect_response(re.compile("clusters.json")):
        area.click()
    page.locator(".search-map__status:not(:empty)").wait_for()
    assert "view=map" in page.url and "within=" in page.url
    assert page.locator("h1").inner_text() == f"{seen} practices"
    assert page.locator(".chips", has_text="Part of the map").is_visible()
    assert count_on(page) == seen


def test_the_map_goes_on_past_the_date_line(visit):
    page = open_map(visit, "&within=150,-50,-110,50").page
    assert {"San Francisco"} <= set(page.locator(".map-marker__label").all_inner_texts())
    frame = page.locator(".search-map__moving")
    asked = renewed(page, lambda: frame.press("Shift+ArrowRight"))
    for _ in range(6):
        asked = renewed(page, lambda: frame.press("Shift+ArrowLeft"))
        west, _south, east, _north = edges(asked)
        assert -360 <= (west + east) / 2 <= 360, "turned home again"
        assert page.evaluate(LAND_IN_SIGHT)
    href = page.locator(".search-map__area").get_attribute("href")
    assert all(
        -180 <= float(edge) <= 180 for edge in parse_qs(urlsplit(href).query)["within"][0].split(",")[::2]
    )


def test_a_map_that_gets_no_answer_says_so_and_works_again(visit):
    page = open_map(visit).page
    frame = page.locator(".search-map__moving")
    page.route(re.compile("clusters.json"), lambda route: route.abort())
    frame.press("ArrowRight")
    page.get_by_text("The map could not be brought up to date.").wait_for()
    page.unroute(re.compile("clusters.json"))
    renewed(page, lambda: frame.press("ArrowRight"))
    assert "practices here" in page.locator(".search-map__status").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_the_map_in_use(visit, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    visitor = open_map(visit, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, found = visitor.page, []
    found += Axe().run(page, options={"runOnly": ALL_RULES}).response["violations"]
    page.locator(MARKER).filter(has_not_text=re.compile(r"\d")).first.press("Enter")
    page.locator(".search-map__told").wait_for()
    found += Axe().run(page, options={"runOnly": ALL_RULES}).response["violations"]
    assert not [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert not visitor.faults, "no script stumbles, no rule of the page is broken"


@pytest.mark.parametrize("width", [320, 720, 1280])
def test_without_scripts_circles_are_links_that_a_finger_can_hit(visit, width):
    page = visit(viewport={"width": width, "height": 900}, java_script_enabled=False).page
    page.goto("/practices?view=map")
    hits = [one.bounding_box() for one in page.locator(".marker__hit").all() if one.is_visible()]
    assert len(hits) > 5
    assert min(min(box["width"], box["height"]) for box in hits) > 23.99, "24 px, but for rounding"
    for a, b in combinations(hits, 2):
        apart = max(abs(a["x"] + a["width"] / 2 - b["x"] - b["width"] / 2), abs(a["y"] - b["y"]))
        assert apart > 0
        assert distance(a, b) >= (a["width"] + b["width"]) / 2
    frame = page.locator(".search-map__frame").bounding_box()
    assert all(
        frame["y"] <= box["y"] and box["y"] + box["height"] <= frame["y"] + frame["height"] for box in hits
    )
    with page.expect_navigation():
        page.locator("a.marker:visible", has_text=re.compile(r"\d")).first.click()
    assert "within=" in page.url and "view=map" in page.url
    page.locator(".search-map__land").wait_for(state="attached")


def distance(a, b):
    middle = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in (a, b)]
    return ((middle[0][0] - middle[1][0]) ** 2 + (middle[0][1] - middle[1][1]) ** 2) ** 0.5


def test_without_scripts_a_city_s_name_is_enough(visit):
    page = visit(viewport=WIDE, java_script_enabled=False).page
    page.goto("/practices?topic=mobility")
    assert not page.get_by_role("button", name="Near me").is_visible()
    page.fill("#place", "Vienna")
    page.select_option("#km", "1000")
    with page.expect_navigation():
        page.click(".search__facets .button:text('Apply')")
    assert re.search(r"/practices\?topic=mobility&near=48\.2[\d.]*,16\.3[\d.]*,1000$", page.url)
    assert page.locator(".chips", has_text="Vienna, up to 1,000 km").is_visible()


def test_near_me_asks_the_browser_only_when_pressed(visit):
    here = {"latitude": 48.20849, "longitude": 16.37208}
    visitor = visit(viewport=WIDE, permissions=["geolocation"], geolocation=here)
    page = visitor.page
    page.goto("/practices?topic=mobility")
    with page.expect_navigation():
        page.get_by_role("button", name="Near me").click()
    assert "near=48.21,16.37,500" in page.url and "topic=mobility" in page.url, "no closer than a kilometre"
    assert not visitor.faults


def test_a_browser_that_does_not_say_where_it_is_leaves_the_field(visit):
    page = visit(viewport=WIDE, permissions=[]).page
    page.goto("/practices")
    page.get_by_role("button", name="Near me").click()
    page.get_by_text("Your browser did not say where you are.").wait_for()


def test_the_table_scrolls_by_itself(visit):
    page = visit(viewport={"width": 320, "height": 640}).page
    page.goto("/practices?view=table")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    table = page.locator(".search-table")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)  # ms; scrolling is smooth
    assert table.evaluate("(table) => table.scrollLeft") > 0
