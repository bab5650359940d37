"""The search page: what a visitor sees and can press, without any script."""

import re
import shutil

import pytest

from tests.search import stage

RENT, COOP, BICIS, FAHRRAD = (title for title, _ in stage.CASES)


@pytest.fixture
def visitor(app):
    stage.play(app)
    return app.test_client()


def get(visitor, query=""):
    response = visitor.get(f"/practices{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_page_says_how_many_and_marks_the_words(visitor):
    page = get(visitor, "?q=rents")
    assert "<title>1 practice for “rents” – Exchange</title>" in page
    assert "<h1>1 practice for “rents”</h1>" in page
    page = get(visitor, "?q=words")
    assert "4 practices for “words”" in page
    assert page.count("Told in few <mark>words</mark>.") == 4


def test_the_address_of_a_case_is_its_permanent_one(visitor):
    page = get(visitor, "?q=rents")
    assert re.search(r'href="/practices/[A-Z0-9]{6}-rent-regulation-street-by-street"', page)


def test_what_was_typed_is_shown_and_never_run(visitor):
    page = get(visitor, "?q=<script>alert(1)</script>%22&topic=<b>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b><b>" not in page


def test_a_snippet_of_hostile_text_is_harmless(app):
    stage.play(app, [("A case", dict(summary="<img src=x onerror=alert(1)> rent & <b>more</b>"))])
    page = get(app.test_client(), "?q=rent")
    assert "<img src=x" not in page
    assert "<mark>rent</mark> &amp;" in page


def test_facets_are_real_checkboxes_that_keep_the_words(visitor):
    page = get(visitor, "?q=told&topic=mobility&sort=title")
    form = re.search(r'<form class="search__facets".*?</form>', page, re.DOTALL)[0]
    assert '<input type="hidden" name="q" value="told">' in form
    assert '<input type="hidden" name="sort" value="title">' in form
    assert re.search(r'name="topic" value="mobility" id="topic-\d" checked>', form)
    assert 'name="topic" value="cycling"' in form, "sub-topics of a chosen topic are offered"
    assert 'name="topic" value="rent-regulation"' not in form
    assert 'name="page"' not in form
    assert len(re.findall(r'id="([^"]+)"', page)) == len(set(re.findall(r'id="([^"]+)"', page)))


def test_each_chip_takes_its_filter_away(visitor):
    page = get(visitor, "?topic=cycling&country=SN&country=AT")
    chips = re.findall(r'<a class="chip" href="([^"]+)" rel="nofollow"', page)
    assert [one.replace("&amp;", "&") for one in chips] == [
        "/practices?country=SN&country=AT",
        "/practices?topic=cycling&country=AT",
        "/practices?topic=cycling&country=SN",
    ]
    assert "<span>Country:</span> <b>Senegal</b>" in page
    assert "Clear all" in page


def test_an_empty_page_helps(visitor):
    page = get(visitor, "?q=rent&country=SN")
    assert "Nothing found" in page
    assert "Without the filter “Country”: 1 practice" in page
    assert "Without the words: 1 practice" in page
    assert "No case has been published yet" not in page
    assert "Back to the first page" in get(visitor, "?page=7")


def test_an_empty_network_says_so(app):
    assert "No case has been published yet" in get(app.test_client())


def test_only_the_plain_page_is_for_robots(visitor):
    plain, narrowed = visitor.get("/practices"), visitor.get("/practices?topic=cycling")
    assert "X-Robots-Tag" not in plain.headers
    assert narrowed.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in narrowed.get_data(as_text=True)
    assert visitor.get("/practices?page=2").headers["X-Robots-Tag"] == "noindex"


def test_a_reader_is_told_when_search_is_being_repaired(app, visitor):
    assert "Search is being repaired" not in get(visitor, "?q=rent")
    shutil.rmtree(app.config["SETTINGS"].index)
    page = get(visitor, "?q=rent")
    assert "Search is being repaired" in page
    assert RENT in page


def test_pages_are_linked_with_the_question(app):
    stage.play(app, [(f"Case {n:02}", {}) for n in range(12)])
    page = get(app.test_client(), "?q=case&sort=title")
    assert 'href="/practices?q=case&amp;sort=title&amp;page=2"' in page
    assert "1–10 of 12" in page
    assert "11–12 of 12" in get(app.test_client(), "?q=case&sort=title&page=2")


def test_no_cookie_is_set_for_a_visitor(visitor):
    assert "Set-Cookie" not in visitor.get("/practices?q=rent").headers
