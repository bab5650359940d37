"""One question as list, map and table: circles, rectangles, places by their names."""

import json
import random
import re
from itertools import combinations
from math import hypot

import numpy as np
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from exchange.accounts import service as accounts
from exchange.accounts.models import City
from exchange.core import maps
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.search.query import Query
from exchange.search.views import clusters, mapping, sheets
from exchange.search.views import practices as views
from tests import cast, conftest
from tests.search import stage

RENT, COOP, BICIS, FAHRRAD = (title for title, _ in stage.CASES)  # Porto, Porto, Dakar, Wien


@pytest.fixture(scope="module")
def town(template, tmp_path_factory):
    """The stage's network, only to be read."""
    app = conftest.copied_app(template, tmp_path_factory.mktemp("town"))
    stage.play(app)
    yield app
    conftest.put_away(app)


@pytest.fixture
def visitor(town):
    return town.test_client()


def get(visitor, query="", status=200):
    response = visitor.get(f"/practices{query}")
    assert response.status_code == status
    return response.get_data(as_text=True)


def circles_on(page, size):
    """(address, name, count) of each circle of one of the two drawings."""
    drawing = page.split(f"search-map__circles--{size}")[1].split("</svg>")[0]
    found = re.findall(r'<a class="marker" href="([^"]+)".*?aria-label="([^"]+)">(.*?)</a>', drawing, re.S)
    return [
        (href.replace("&amp;", "&"), name, int((re.search(r">(\d+)</text>", inside) or [0, 1])[1]))
        for href, name, inside in found
    ]


def ask_circles(visitor, query="", bounds="-180,-90,180,90", zoom=1):
    response = visitor.get(f"/practices/clusters.json?{query}&bounds={bounds}&zoom={zoom}")
    assert response.status_code == 200
    return response.get_json()


# Views


def test_each_view_is_an_address_and_says_which_one_it_is(visitor):
    for view in ("list", "map", "table"):
        page = get(visitor, f"?q=told&topic=mobility&view={view}")
        switch = re.search(r'<nav class="view-switch".*?</nav>', page, re.S)[0]
        links = re.findall(r'href="([^"]+)" rel="nofollow"( aria-current="true")?>(\w+)', switch)
        assert [(href.replace("&amp;", "&"), text) for href, _, text in links] == [
            ("/practices?q=told&topic=mobility", "List"),
            ("/practices?q=told&topic=mobility&view=map", "Map"),
            ("/practices?q=told&topic=mobility&view=table", "Table"),
        ]
        assert [text.lower() for _, current, text in links if current] == [view]


def test_an_unknown_view_is_the_list(visitor):
    assert '<ol class="results">' in get(visitor, "?view=globe")


def test_every_view_shows_the_same_cases(visitor):
    for view in ("list", "map", "table"):
        page = get(visitor, f"?q=told&view={view}&sort=title")
        found = re.findall(r'href="/practices/([A-Z0-9]{6})-[^"]+"[^>]*>', page.split('id="main"')[1])
        assert len(set(found)) == 4, view


@pytest.mark.parametrize("view", ["map", "table"])
def test_every_link_and_form_of_a_view_keeps_it(app, view, monkeypatch):
    monkeypatch.setattr(views, "IN_TABLE", 5)
    stage.play(app, [(f"Case {n:02}", {}) for n in range(11)])
    asked = "q=case&topic=governance&within=-20,30,10,50&near=41.15,-8.61,900&sort=title"
    main = get(app.test_client(), f"?{asked}&view={view}").split('id="main"')[1].split("</main>")[0]
    main = re.sub(r"<svg.*?</svg>", "", main, flags=re.S)  # circles may lead to a list
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="(/practices\?q=case&[^"]+)"', main)]
    assert f"/practices?{asked}&page=2&view={view}" in links
    assert f"/practices?q=case&within=-20,30,10,50&near=41.15,-8.61,900&sort=title&view={view}" in links
    assert [one for one in links if "view=" not in one] == [f"/practices?{asked}"], "the list alone"
    forms = re.findall(r'<form class="(?:search-box|search__facets|sort)".*?</form>', main, re.S)
    assert len(forms) == 3
    for form in forms:
        assert f'<input type="hidden" name="view" value="{view}">' in form
        assert '<input type="hidden" name="within" value="-20,30,10,50">' in form
        assert ('name="near"' in form) != ('name="place"' in form), "near is kept, or its field shows it"


def test_a_view_is_not_for_robots(visitor):
    for view in ("map", "table"):
        assert visitor.get(f"/practices?view={view}").headers["X-Robots-Tag"] == "noindex"


def test_no_view_sets_a_cookie(visitor):
    for path in (
        "?view=map",
        "?view=table",
        "?near=41.15,-8.61,100",
        "/clusters.json?bounds=-9,0,9,9&zoom=1",
    ):
        assert "Set-Cookie" not in visitor.get(f"/practices{path}").headers


def test_fifty_cases_cost_no_more_queries_than_one(app):
    paths = ("?view=map", "?view=table&near=41.15,-8.61,5000", "/clusters.json?bounds=-180,-90,180,90&zoom=8")
    counts = []
    for cases in (1, 49):
        told = [(f"Case {cases} {n}", dict(city="porto" if n % 2 else "wien")) for n in range(cases)]
        stage.play(app, told)
        get(app.test_client())
        counts.append([queries_of(app.test_client(), path) for path in paths])
    assert counts[0] == counts[1] and min(counts[0]) > 0


def queries_of(visitor, path):
    said = []

    def note(*args):
        said.append(args[2])

    event.listen(Engine, "before_cursor_execute", note)
    visitor.get(f"/practices{path}")
    event.remove(Engine, "before_cursor_execute", note)
    return len(said)


# The table


def test_the_table_is_a_real_one_whose_headings_sort(visitor):
    page = get(visitor, "?view=table&sort=title")
    region = re.search(r'<div class="table-wrap[^>]*>', page)[0]
    assert 'role="region"' in region and 'aria-label="4 practices"' in region and 'tabindex="0"' in region
    headings = re.findall(r'<th scope="col"([^>]*)>(?:<a href="([^"]+)"[^>]*>)?([^<]+)', page)
    assert [text for _, _, text in headings] == [
        "Title",
        "City",
        "Country",
        "Topic",
        "Stage",
        "Start",
        "Evidence",
        "Taken up",
    ]
    assert [href.replace("&amp;", "&") for _, href, _ in headings if href] == [
        "/practices?sort=title&view=table",
        "/practices?sort=year&view=table",
        "/practices?sort=evidence&view=table",
        "/practices?sort=adoptions&view=table",
    ]
    assert [text for attributes, _, text in headings if "aria-sort" in attributes] == ["Title"]
    rows = re.findall(r'<th scope="row"><a [^>]*>([^<]+)', page)
    assert rows == sorted([RENT, COOP, BICIS, FAHRRAD])


def test_the_table_tells_the_distance_where_a_place_is_asked_about(visitor):
    page = get(visitor, "?view=table&near=41.15,-8.61,9000")
    assert re.findall(r'<td class="number">([^<]+)', page)[0] == "0 km away"
    assert re.search(r'<th scope="col" class="number" aria-sort="ascending">', page)
    assert "Distance" not in get(visitor, "?view=table")


def test_a_page_of_the_table_holds_more_than_one_of_the_list(visitor, monkeypatch):
    assert views.IN_TABLE > 10
    monkeypatch.setattr(views, "IN_TABLE", 3)
    assert get(visitor, "?view=table").count('<th scope="row">') == 3
    assert "4–4 of 4" in get(visitor, "?view=table&page=2")


# The map that the server draws


def test_circles_lead_on_without_any_script(visitor):
    page = get(visitor, "?view=map")
    circles = circles_on(page, "wide")
    assert sorted(count for _, _, count in circles) == [1, 1, 2]
    porto = next(one for one in circles if one[2] == 2)
    assert porto[1] == "Porto: 2 practices"
    assert "view=" not in porto[0] and "within=-8.66,41.1,-8.56,41.2" in porto[0], "one place: its list"
    assert get(visitor, porto[0].removeprefix("/practices")).count('<li class="result') == 2
    wien = next(one for one in circles if "Fahrrad" in one[1])
    assert wien[1] == "Fahrradstraßen in Zürich – Vienna" and wien[0].startswith("/practices/")


def test_a_circle_of_several_places_narrows_the_map_until_they_come_apart(app):
    with app.app_context():
        for slug, lat, lon in (("gaia", 41.13, -8.6), ("braga", 41.55, -8.42)):
            db.session.add(City(slug=slug, name=slug.title(), country="PT", lat=lat, lon=lon))
        db.session.commit()
    stage.play(app, [*stage.CASES, ("In Gaia", dict(city="gaia")), ("In Braga", dict(city="braga"))])
    visitor = app.test_client()
    (several,) = [one for one in circles_on(get(visitor, "?view=map"), "wide") if one[2] == 4]
    assert several[1].endswith("and near it: 4 practices") and "view=map" in several[0]
    page = get(visitor, several[0].removeprefix("/practices"))
    assert "<h1>4 practices</h1>" in page
    inside = circles_on(page, "wide")
    assert sum(count for _, _, count in inside) == 4 and len(inside) == 2
    assert get(visitor, several[0].removeprefix("/practices")).count("search-map__land") == 1


def test_a_case_without_a_place_is_counted_and_not_drawn(app):
    with app.app_context():
        db.session.add(City(slug="nowhere", name="Nowhere", country="PT"))
        db.session.commit()
    stage.play(app, [*stage.CASES, ("Somewhere", dict(city="nowhere"))])
    page = get(app.test_client(), "?view=map")
    assert "1 case without a place is not on the map." in page
    assert sum(count for _, _, count in circles_on(page, "narrow")) == 4
    assert "Somewhere" in page, "the list beside it holds it"
    assert "without a place" not in get(app.test_client(), "?view=map&city=porto")


def test_the_map_says_whose_outlines_it_shows(visitor):
    assert "Outlines: Natural Earth; land without national borders." in get(visitor, "?view=map")


def test_an_empty_map_helps_like_an_empty_list(visitor):
    page = get(visitor, "?view=map&within=0,0,1,1")
    assert "Nothing found" in page and "Wherever they are: 4 practices" in page


def test_the_map_takes_the_colour_of_its_topic(visitor):
    assert 'class="search-map__frame topic--mobility"' in get(visitor, "?view=map&topic=cycling")
    assert 'class="search-map__frame"' in get(visitor, "?view=map&topic=cycling&topic=rent-regulation")


def scattered(count, seed, box=(-180, -57, 180, 80)):
    rng = random.Random(seed)
    west, south, east, north = box
    cities = [(rng.uniform(south, north), rng.uniform(west, east)) for _ in range(max(count // 3, 1))]
    return np.array([rng.choice(cities) for _ in range(count)])


@pytest.mark.parametrize("count", [1, 2, 30, 3000])
@pytest.mark.parametrize("width", mapping.WIDTHS.values())
def test_circles_stand_apart_and_lose_nobody(count, width):
    lats, lons = scattered(count, count).T
    xs, ys = sheets.positions(sheets.World(), lats, lons)
    found = clusters.circles(xs * width / 1000, ys * width / 1000)
    assert sorted(key for one in found for key in one.keys) == list(range(count))
    for one, other in combinations(found, 2):
        assert hypot(one.x - other.x, one.y - other.y) >= one.hit + other.hit + clusters.GAP - 1e-9
    assert all(one.hit >= 12 for one in found)


def test_no_places_make_no_circles():
    assert clusters.circles(np.array([]), np.array([])) == []


@pytest.mark.parametrize("seed", range(20))
def test_a_rectangle_is_the_smallest_on_the_globe_and_holds_its_places(seed):
    rng = random.Random(seed)
    middle = rng.uniform(-180, 180)
    lons = np.array([(middle + rng.uniform(-40, 40) + 180) % 360 - 180 for _ in range(9)])
    lats = np.array([rng.uniform(-60, 70) for _ in range(9)])
    west, south, east, north = clusters.box_of(lats, lons)
    assert 0 <= east - west <= 80 and -180 <= west <= 180
    kept = clusters.home(clusters.padded((west, south, east, north)))
    asked = Query.from_args({"within": ",".join(map(str, kept))}).within
    assert asked == kept
    assert all(is_within(asked, lat, lon) for lat, lon in zip(lats, lons, strict=True))


def is_within(box, lat, lon):
    west, south, east, north = box
    across = west <= lon <= east if west <= east else lon >= west or lon <= east
    return across and south <= lat <= north


@pytest.mark.parametrize(
    "box",
    [
        (-10, 35, 30, 60),
        (170, -45, 195, -10),
        (8.5, 47.3, 8.6, 47.4),
        (-40, 44, 60, 48),
        (-180, -57, 180, 80),
    ],
)
def test_a_drawing_shows_the_whole_rectangle_that_was_asked_for(box):
    sheet = sheets.sheet_of(Query(within=clusters.home(box)), (), ())
    for lat in np.linspace(box[1], box[3], 5):
        for lon in np.linspace(box[0], box[2], 5):
            x, y = sheet.xy(lat, lon)
            assert 0 <= x <= 1000 and abs(y - 500) <= 280


def test_a_drawing_round_a_place_shows_its_circle():
    sheet = sheets.sheet_of(Query(near=(-17.7, 178.0, 800.0)), (), ())
    x, y = sheet.xy(-17.7, 178.0)
    assert (round(x), round(y)) == (500, 500)
    suva_to_wallis = maps.distance_km((-17.7, 178.0), (-13.3, -176.2))
    x, y = sheet.xy(-13.3, -176.2)
    assert hypot(x - 500, y - 500) == pytest.approx(sheet.ring * suva_to_wallis / 800, rel=0.01)
    assert sheet.ring <= 280


# What the map in the browser asks for


def test_the_browser_gets_circles_with_all_that_it_shows(visitor):
    answer = ask_circles(visitor)
    assert answer["count"] == 4 and answer["words"] == "4 practices here"
    porto = next(one for one in answer["circles"] if one["count"] == 2)
    assert (round(porto["lat"], 2), round(porto["lon"], 2)) == (41.15, -8.61)
    assert {case["title"] for case in porto["cases"]} == {RENT, COOP}
    assert porto["cases"][0]["city"] == "Porto" and porto["href"].startswith("/practices?within=")
    case = visitor.get(porto["cases"][0]["href"])
    assert case.status_code == 200


def test_the_question_and_its_own_rectangle_still_apply(visitor):
    assert ask_circles(visitor, "topic=cycling")["count"] == 2
    assert ask_circles(visitor, "topic=cycling&within=0,40,30,60")["count"] == 1
    assert ask_circles(visitor, "near=48.2,16.4,100")["count"] == 1


def test_only_the_part_that_is_seen_is_answered(visitor):
    assert ask_circles(visitor, bounds="10,40,20,50", zoom=4)["count"] == 1
    assert ask_circles(visitor, bounds="-170,-10,-160,0", zoom=4) == {
        "count": 0,
        "circles": [],
        "words": "0 practices here",
    }


def test_a_map_that_was_turned_past_the_date_line_gets_its_circles_there(app):
    with app.app_context():
        for slug, lat, lon in (("suva", -18.1, 178.4), ("apia", -13.8, -171.8)):
            db.session.add(City(slug=slug, name=slug.title(), country="FJ", lat=lat, lon=lon))
        db.session.commit()
    stage.play(app, [("In Suva", dict(city="suva")), ("In Apia", dict(city="apia"))])
    visitor = app.test_client()
    for turn in (-360, 0, 360):
        answer = ask_circles(visitor, bounds=f"{170 + turn},-30,{200 + turn},0", zoom=5)
        assert sorted(round(one["lon"], 1) for one in answer["circles"]) == [178.4 + turn, 188.2 + turn]
    together = ask_circles(visitor, bounds="0,-80,360,80", zoom=-1)["circles"]
    assert [one["count"] for one in together] == [2]
    west, _south, east, _north = together[0]["box"]
    assert west > 0 > east, "its rectangle crosses the line"
    assert ask_circles(visitor, f"within={','.join(map(str, together[0]['box']))}")["count"] == 2


@pytest.mark.parametrize(
    "args",
    [
        "",
        "bounds=1,2,3,4",
        "zoom=3",
        "bounds=a,b,c,d&zoom=1",
        "bounds=5,0,1,9&zoom=1",
        "bounds=0,9,9,0&zoom=1",
        "bounds=1,2,3&zoom=1",
        "bounds=0,0,9e9,9&zoom=1",
        "bounds=nan,0,1,1&zoom=1",
        "bounds=0,0,9,9&zoom=inf",
    ],
)
def test_nonsense_gets_a_sentence(visitor, args):
    response = visitor.get(f"/practices/clusters.json?{args}")
    assert response.status_code == 400
    assert response.get_json()["error"].startswith("Say which part of the map")


def test_a_zoom_beyond_the_map_is_its_deepest(visitor):
    assert ask_circles(visitor, zoom=99) == ask_circles(visitor, zoom=8)
    assert ask_circles(visitor, zoom=-99) == ask_circles(visitor, zoom=-1)


def test_a_map_that_is_not_new_is_not_sent_again(visitor):
    path = "/practices/clusters.json?bounds=-180,-90,180,90&zoom=1"
    first = visitor.get(path)
    assert first.headers["X-Robots-Tag"] == "noindex"
    again = visitor.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    other = visitor.get(path + "&topic=cycling", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_an_answer_stays_small_whatever_is_asked(app, monkeypatch):
    """3,000 cases in 1,000 cities at the deepest zoom of the whole world."""
    lats, lons = scattered(3000, 7).T
    points = [(f"P{n:05}", lat, lon) for n, (lat, lon) in enumerate(zip(lats, lons, strict=True))]
    every = {one: mapping.Case(one, "A title", "en", f"/practices/{one}", "City") for one, _, _ in points}
    monkeypatch.setattr(mapping.service, "points", lambda query: points)
    monkeypatch.setattr(mapping, "cases_of", lambda *args: every)
    with app.test_request_context():
        circles, count = mapping.in_view(Query(), (-180, -90, 180, 90), 8)
    assert count == 3000 == sum(one.count for one in circles)
    assert len(circles) <= mapping.MOST_CIRCLES


def test_what_is_hidden_a_moment_ago_is_on_no_map(app):
    told = stage.play(app)
    with app.app_context():
        gone = practices.find(told[FAHRRAD])
        practices.show(gone, "tombstone", stage.moderator(), "Withdrawn a moment ago.")
        db.session.commit()
    visitor = app.test_client()
    assert ask_circles(visitor)["count"] == 3
    assert "Fahrradstra" not in json.dumps(ask_circles(visitor))
    assert sum(count for _, _, count in circles_on(get(visitor, "?view=map"), "wide")) == 3


def test_labels_never_write_over_anything():
    circles = [
        mapping.Circle(x, y, 12, 12, 2, (), [], True, "", "A city’s name")
        for x, y in scattered(40, 3, (0, 0, 700, 500))[:, ::-1]
    ]
    kept = [one for one in mapping.with_labels(circles, 704) if one.label]
    assert 0 < len(kept) < len(circles)
    rooms = [mapping.label_box(one) for one in kept]
    assert not any(mapping.overlap(a, b) for a, b in combinations(rooms, 2))
    assert all(right <= 704 for _, _, right, _ in rooms)


def test_the_land_of_the_browser_s_map_lies_flat():
    file = json.loads(maps.flat_land())
    unit = file["units_per_degree"]
    for ring in file["rings"]:
        lons, lats = np.cumsum(ring[::2]) / unit, np.cumsum(ring[1::2]) / unit
        assert lons.min() >= -185 and lons.max() <= 195 and -90 <= lats.min() <= lats.max() <= 84
        assert all(abs(a - b) < 15 or lat < -84 for a, b, lat in zip(lons, lons[1:], lats[1:], strict=False))
    assert min(np.cumsum(ring[1::2]).min() for ring in file["rings"]) == -90 * unit, "the South Pole is land"


def test_leaflet_and_the_land_are_served_for_ever_and_only_on_the_map(visitor):
    page = get(visitor, "?view=map")
    addresses = re.findall(r'"(/static/[^"]+/(?:leaflet/[^"]+|land\.json))"', page)
    assert len(addresses) == 3
    for address in addresses:
        response = visitor.get(address, buffered=True)
        assert response.status_code == 200 and "immutable" in response.headers["Cache-Control"]
    assert "leaflet" not in get(visitor) + get(visitor, "?view=table")
    assert visitor.get("/static/x/leaflet/../../secret").status_code == 404
    assert visitor.get("/static/x/leaflet/none.js").status_code == 404


# Places


def location(visitor, query):
    return visitor.get(f"/practices{query}", follow_redirects=False).headers.get("Location", "")


def test_a_city_s_name_becomes_a_place_and_the_rest_is_kept(visitor):
    assert location(visitor, "?place=Porto&km=200&q=rent&topic=housing&view=map&sort=title") == (
        "/practices?q=rent&topic=housing&near=41.15,-8.61,200&sort=title&view=map"
    )


@pytest.mark.parametrize(
    "typed", ["vienna", "WIEN", "Vienne", "wien, Austria", "Wien, AT", "Viéna", " wien "]
)
def test_a_name_is_known_in_every_language_and_spelling(visitor, typed):
    assert "near=48.21,16.37,500" in location(visitor, f"?place={typed}")


def test_degrees_are_a_place_too(visitor):
    assert location(visitor, "?place=41.2, -8.6&km=50") == "/practices?near=41.2,-8.6,50"


@pytest.mark.parametrize(
    "km,meant", [("", "500"), ("abc", "500"), ("-5", "1"), ("1e9", "20040"), ("nan", "500")]
)
def test_a_distance_that_makes_no_sense_does_no_harm(visitor, km, meant):
    assert location(visitor, f"?place=Porto&km={km}") == f"/practices?near=41.15,-8.61,{meant}"


def test_an_unknown_name_is_explained_and_nothing_is_lost(visitor):
    page = get(visitor, "?place=Atlantis%3Cb%3E&km=200&q=told&topic=mobility&near=41.15,-8.61,9000")
    assert "We know no city called “Atlantis&lt;b&gt;”." in page
    assert 'value="Atlantis&lt;b&gt;"' in page and 'aria-invalid="true"' in page
    assert "2 practices for “told”" in page and "data-focus" in page
    assert 'href="#place"' in page and 'id="place"' in page
    page = get(visitor, "?like=Atlantis&topic=cycling")
    assert "We know no city called “Atlantis”." in page and "<h1>2 practices</h1>" in page
    assert 'name="like" value="Atlantis"' in page
    assert "like=" not in page and "Cities like:" not in page, "the question goes on without it"


def test_one_of_two_cities_of_a_name_is_asked_for(app):
    with app.app_context():
        for slug, country in (("valencia", "ES"), ("valencia-ve", "VE")):
            db.session.add(City(slug=slug, name="Valencia", country=country, lat=39.5, lon=-0.4))
        db.session.commit()
    visitor = app.test_client()
    page = get(visitor, "?place=Valencia")
    assert "Which one: Valencia, Spain; Valencia, Venezuela" in page
    assert "near=39.5,-0.4,500" in location(visitor, "?place=valencia, españa")


def test_the_beginning_of_a_name_is_enough_where_only_one_begins_so(app):
    with app.app_context():
        db.session.add(City(slug="santiago-de-chile", name="Santiago", country="CL", lat=-33.4, lon=-70.7))
        db.session.commit()
    assert "near=-33.4,-70.7,500" in location(app.test_client(), "?place=santi")
    assert "We know no city called “sa”" in get(app.test_client(), "?place=sa")


def test_a_city_of_which_nobody_knows_where_it_is_says_so(app):
    with app.app_context():
        db.session.add(City(slug="utopia", name="Utopia", country="PT"))
        db.session.commit()
    assert "Nobody has told us where Utopia lies" in get(app.test_client(), "?place=Utopia")


def test_near_narrows_sorts_and_tells_how_far(visitor):
    page = get(visitor, "?near=41.15,-8.61,4000")
    assert "<h1>4 practices</h1>" in page
    away = [
        maps.distance_km((41.15, -8.61), place[2:4]) for place in (cast.CITIES["wien"], cast.CITIES["dakar"])
    ]
    told = re.findall(r'<li class="figure">([\d,]+) km away', page)
    assert told == ["0", "0", *(f"{km:,.0f}" for km in away)]
    assert "<h1>2 practices</h1>" in get(visitor, "?near=41.15,-8.61,100")
    assert "km away" not in get(visitor)


def test_each_place_is_a_chip_that_can_be_taken_away(visitor):
    page = get(visitor, "?within=-20,0,20,60&near=41.15,-8.61,4000&like=wien&topic=housing")
    chips = re.findall(r'<a class="chip" href="([^"]+)" rel="nofollow" aria-label="([^"]+) – remove', page)
    assert [(href.replace("&amp;", "&"), words) for href, words in chips[1:]] == [
        (
            "/practices?topic=housing&near=41.15,-8.61,4000&like=wien",
            "Part of the map: 0°00′N 20°00′W – 60°00′N 20°00′E",
        ),
        ("/practices?topic=housing&within=-20,0,20,60&like=wien", "Near: Porto, up to 4,000 km"),
        ("/practices?topic=housing&within=-20,0,20,60&near=41.15,-8.61,4000", "Cities like: Vienna"),
    ]
    assert re.search(r'<a href="/practices" rel="nofollow">Clear all', page)


def test_a_place_where_no_city_lies_is_told_in_degrees(visitor):
    page = get(visitor, "?near=10.5,20.25,300")
    assert "Near: 10°30′N 20°15′E, up to 300 km" in page
    assert 'value="10.5000, 20.2500"' in page


def test_the_form_shows_the_place_and_any_distance(visitor):
    page = get(visitor, "?near=41.15,-8.61,320")
    assert 'name="place" value="Porto, Portugal"' in page
    assert '<option value="320" selected>320 km</option>' in page
    assert location(visitor, "?place=Porto, Portugal&km=320") == "/practices?near=41.15,-8.61,320"


@pytest.fixture
def sized(app):
    stage.play(app)
    with app.app_context():
        for slug, people in (("porto", 230_000), ("wien", 400_000), ("dakar", 3_000_000)):
            accounts.find_city(slug).population = people
        db.session.commit()
    return app


def test_cities_like_mine_filter_and_sort(sized):
    page = get(sized.test_client(), "?like=porto")
    assert "<h1>1 practice</h1>" in page and FAHRRAD in page
    assert "Cities like:" in page and 'name="like" value="Porto"' in page
    assert location(sized.test_client(), "?like=Vienna&view=table") == "/practices?like=wien&view=table"
    assert '<option value="likeness" selected>' in get(sized.test_client(), "?like=wien")
    assert 'value="likeness"' not in get(sized.test_client()), "without a city nothing is alike"


def test_people_of_a_city_are_offered_cities_like_theirs(sized):
    with sized.app_context():
        ana = accounts.find_user("ana@cast.example")
    page = cast.client_of(sized, ana).get("/practices?topic=cycling").get_data(as_text=True)
    assert '<a href="/practices?topic=cycling&amp;like=porto" rel="nofollow">Cities like Porto</a>' in page
    assert "Cities like Porto</a>" not in get(sized.test_client())


def test_only_this_page_may_ask_where_the_reader_is(visitor):
    policy = "Permissions-Policy"
    assert "geolocation=(self)" in visitor.get("/practices").headers[policy]
    assert "camera=()" in visitor.get("/practices").headers[policy]
    for path in ("/", "/about", "/sign-in", "/cities"):
        assert "geolocation=()" in visitor.get(path).headers[policy]
