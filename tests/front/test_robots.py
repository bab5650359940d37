"""A robot that obeys robots.txt and nofollow sees every page once, and does not drown in questions."""

import re
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import pytest

from exchange.core.models import db
from tests import cast
from tests.search import stage

SITE = "http://127.0.0.1:8000"
MOST = 500  # addresses, at which a robot gives up


class Links(HTMLParser):
    """The links of a page: (address, whether robots are to follow it). And whether it wants to be listed."""

    def __init__(self, page):
        super().__init__()
        self.links, self.is_listed = [], True
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a" and attrs.get("href"):
            self.links.append((attrs["href"], "nofollow" not in attrs.get("rel", "").split()))
        if tag == "meta" and attrs.get("name") == "robots":
            self.is_listed = "noindex" not in attrs["content"]


class Robot:
    """Goes wherever links and the sitemap lead it and robots.txt lets it; knows no wildcards."""

    def __init__(self, app):
        self.client, self.seen, self.listed = app.test_client(), {}, {}
        self.rules = RobotFileParser()
        self.rules.parse(self.client.get("/robots.txt").text.splitlines())
        self.waiting = deque(["/"])
        for sitemap in self.rules.site_maps():
            self.waiting += re.findall(r"<loc>([^<]+)</loc>", self.get(sitemap).text)
        while self.waiting and len(self.seen) < MOST:
            self.visit(self.waiting.popleft())

    def get(self, address):
        return self.client.get(urlsplit(address)._replace(scheme="", netloc="").geturl(), buffered=True)

    def visit(self, address):
        address = urldefrag(urljoin(SITE, address)).url
        if not address.startswith(f"{SITE}/") or address in self.seen or "/static/" in address:
            return
        if not self.rules.can_fetch("Robot", address):
            return
        answer = self.seen[address] = self.get(address)
        if answer.mimetype == "text/html":
            page = Links(answer.text)
            self.waiting += [urljoin(address, link) for link, follow in page.links if follow]
            if page.is_listed and "noindex" not in answer.headers.get("X-Robots-Tag", ""):
                self.listed[address] = answer.text.split("<main")[1].split("</main>")[0]

    @property
    def paths(self):
        return {address.removeprefix(SITE) for address in self.seen}


def crawled(app, cases):
    stage.play(app, [(f"Case {n:02}", {}) for n in range(cases)])
    return Robot(app)


def test_a_robot_sees_every_page_once(app):
    told = stage.play(app)
    robot = Robot(app)
    assert all(answer.status_code == 200 for answer in robot.seen.values())
    for public_id in told.values():
        assert len([path for path in robot.paths if public_id in path]) == 1
    assert {"/", "/practices", "/cities", "/cities/porto", "/topics/cycling", "/about"} <= robot.paths
    assert len(set(robot.listed.values())) == len(robot.listed), "no two addresses show the same"


def test_twice_the_cases_are_twice_the_addresses_and_no_more(app):
    counts = []
    for more in (1, 10, 19):  # 1, 11, 30 cases
        counts.append(len(crawled(app, more).seen))
    first, second, third = counts
    assert (second - first, third - second) == (10, 19)
    assert first < 53  # the network brought three lists


def test_robots_txt_closes_questions_and_leaves_pages_open(app):
    told = stage.play(app)
    rules = RobotFileParser()
    rules.parse(app.test_client().get("/robots.txt").text.splitlines())
    for path in ("/", "/practices", "/cities/porto", "/topics/cycling", "/about", "/sitemap.xml", *NETWORK):
        assert rules.can_fetch("Robot", SITE + path), path
    for public_id in told.values():
        assert rules.can_fetch("Robot", f"{SITE}/practices/{public_id}-a-case")
    for path in CLOSED:
        assert not rules.can_fetch("Robot", SITE + path), path


NETWORK = [
    *("/events", "/events/past", "/events/ABC234-a-day", "/news", "/challenges/ABC234-shade", "/questions"),
    *("/partners/giz", "/positions", "/transfers/ABC234-wien", "/collections/ABC234-trials", "/offices"),
]
CLOSED = [
    *("/events?city=porto", "/events/past?topic=water", "/challenges?state=open", "/offices?on=2019-01-01"),
    *("/transfers?stage=stopped", "/people", "/people/ABC234-anke", "/questions?kind=policy", "/news?page=2"),
    *("/practices?q=rent", "/practices?topic=cycling", "/practices?page=2", "/practices?view=map"),
    *(f"/practices.{ext}?q=rent" for ext in ("json", "csv", "xlsx", "geojson", "bib", "ris", "atom")),
    *("/practices.json", "/practices/clusters.json?zoom=0", "/suggest.json?q=re"),
    *(
        "/alerts/new?q=rent",
        "/alerts",
        "/language",
        "/language/fr",
        "/sign-in",
        "/sign-up",
        "/write",
        "/review",
    ),
]


ASKED = ["", "?q=told", "?q=told&topic=cycling", "?q=nothing+like+this", "?page=9", "?q=told&view=table"]
ASKED += ["?q=told&view=map", "?q=told+-rent&off=stems", "?near=41,-8,900&sort=nearest", "?q=tolt&per_page=1"]


@pytest.mark.parametrize("asked", ASKED)
def test_every_link_that_narrows_sorts_or_turns_a_page_is_not_to_be_followed(app, asked):
    stage.play(app, [(f"Case {n:02}", {"tags": ["Bicis"]}) for n in range(12)])
    answer = app.test_client().get(f"/practices{asked}")
    links = Links(answer.text).links
    assert any("?" in address for address, _ in links)
    assert [address for address, follow in links if "?" in address and follow] == []
    assert Links(answer.text).is_listed is (asked == "")
    assert ("noindex" in answer.headers.get("X-Robots-Tag", "")) is (asked != "")


def test_no_page_leads_robots_to_a_question(app):
    with app.app_context():
        cast.find_city("dakar").lat, cast.find_city("dakar").lon = 41.2, -8.6  # beside Porto
        db.session.commit()
    stage.play(app)
    robot = Robot(app)
    circle = 'city=dakar&amp;city=porto" rel="nofollow"'
    assert any(circle in page for page in robot.listed.values()), "two cities in one circle"
    for address, answer in robot.seen.items():
        links = Links(answer.text).links if answer.mimetype == "text/html" else ()
        assert not [link for link, follow in links if follow and re.match(r"/[^#]*\?", link)], address
