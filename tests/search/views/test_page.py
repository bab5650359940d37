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
    assert 'name="topic" value="mobility" checked>' in form
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


# How a question was read, and what else there is


def read_as(page):
    found = re.search(r'<div class="read-as">(.*?)</div>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split()) if found else ""


def test_the_page_says_how_the_question_was_read(visitor):
    assert "Read as: words and (told or rent), not market" in read_as(
        get(visitor, "?q=the+words+told+OR+rent+-market")
    )
    assert "Small words are not looked for: the" in read_as(get(visitor, "?q=the+words+told"))
    assert "Read as:" not in read_as(get(visitor, "?q=words")), "one plain word needs no words"
    assert read_as(get(visitor, "?topic=cycling")) == ""


def test_what_was_left_out_is_said(visitor):
    page = read_as(get(visitor, "?q=Porto%0ADakar%0AAtlantis"))
    assert page.startswith("Read as a list of places: city: Porto or Dakar")
    assert "we could not read it: Atlantis" in page
    page = read_as(get(visitor, "?q=1.+words%0A2.+told%0A3.+1+and+2%0A"))
    assert "Read as a search strategy, of which the last line counts: words and told" in page


def test_what_was_typed_is_harmless_in_all_that_is_said_of_it(visitor):
    page = get(visitor, "?q=<b>x%0A<i>y&city=<u>")
    for tag in ("<b>x", "<i>y", "<u>"):
        assert tag not in page
    assert "&lt;b&gt;x" in page


def test_each_switch_says_whether_it_is_on_and_turns(visitor):
    page = get(visitor, "?q=rents&topic=housing")
    assert "Other forms of the words: on" in read_as(page)
    turn = re.search(r'<a href="([^"]+)" rel="nofollow">turn off<span class="unseen"> – Other forms', page)[1]
    assert turn == "/practices?q=rents&amp;topic=housing&amp;off=stems"
    assert RENT in page
    page = get(visitor, "?q=rents&topic=housing&off=stems")
    assert "Other forms of the words: off" in read_as(page) and "Synonyms: on" in read_as(page)
    assert RENT not in page, "without other forms 'rents' does not find 'rent'"
    assert 'href="/practices?q=rents&amp;topic=housing" rel="nofollow">turn on' in page


def test_a_reader_is_told_when_no_case_holds_every_word(visitor):
    said = "No practice, or hardly one, holds all of these words"
    assert said in get(visitor, "?q=words+elephants")
    assert said not in get(visitor, "?q=words+told")


def test_a_slip_is_met_by_what_was_perhaps_meant(visitor):
    page = get(visitor, "?q=carrilse&sort=title")
    assert "Nothing found" in page
    assert 'Did you mean <a href="/practices?q=carriles&amp;sort=title" rel="nofollow">carriles</a>?' in page
    assert 'value="carrilse"' in page, "what was typed is kept"
    assert "Did you mean" not in get(visitor, "?q=carriles")


def test_an_empty_page_offers_the_costliest_filter_the_words_and_what_is_near(visitor):
    page = get(visitor, "?q=rent&country=SN&stage=piloting&year=2019")
    offered = re.findall(r'<li><a href="([^"]+)" rel="nofollow">(With[^<]+|Wher[^<]+)</a>', page)
    assert [words for _, words in offered] == [
        "Without the filter “Country”: 1 practice",
        "Without any filter: 1 practice",
    ]
    assert "q=rent" in offered[0][0] and "SN" not in offered[0][0]
    near = re.search(r"Perhaps there is something here:.*?</ul>", page, re.DOTALL)[0]
    assert '<a class="chip" href="/topics/rent-regulation">' in near
    page = get(visitor, "?q=rent&near=0,0,50")
    assert "Wherever it is: 1 practice" in page


def test_the_help_opens_without_a_script_and_its_examples_are_links(visitor):
    page = get(visitor, "?topic=cycling&view=table")
    help_ = re.search(r"<details class=\"search-help\".*?</details>", page, re.DOTALL)[0]
    assert "<summary>How to search</summary>" in help_
    assert '<textarea class="input input--sans" id="lines" name="q"' in help_
    assert '<input type="hidden" name="topic" value="cycling">' in help_
    assert '<input type="hidden" name="view" value="table">' in help_
    links = re.findall(r'<dt><a href="([^"]+)" rel="nofollow">', help_)
    assert len(links) > 6
    for link in links:
        assert visitor.get(link.replace("&amp;", "&")).status_code == 200


def test_a_question_of_several_lines_stays_one(visitor):
    page = get(visitor, "?q=1.+words%0D%0A2.+told%0D%0A3.+1+and+2")
    box = re.search(
        r'<textarea class="input input--sans" id="q" name="q" rows="3">\n(.*?)</textarea>', page, re.S
    )
    assert box[1] == "1. words\n2. told\n3. 1 and 2"
    assert 'type="search"' not in page
    assert "4 practices" in page


def test_while_search_is_being_repaired_no_switch_is_offered(app, visitor):
    shutil.rmtree(app.config["SETTINGS"].index)
    page = get(visitor, "?q=rent+words")
    assert "Read as: rent and words" in read_as(page)
    assert "turn off" not in page
