"""Moderators at the vocabulary: they look, search, add and remove, all without a script."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from exchange.accounts.models import City
from exchange.core.journal import AuditLine, News
from exchange.core.models import db
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import Tag
from tests import cast
from tests.moderation import stage
from tests.moderation.review.test_desk import Browser, queries_of

PAGE = "/desk/vocabulary"
CYCLING = "/desk/vocabulary/topic/cycling/synonyms"


@pytest.fixture
def bruno(app):
    """Bruno at a browser, in an installation where Porto and Wien have names and 'Bicis' is a tag."""
    with app.app_context():
        cast.find_city("porto"), cast.find_city("wien")
        taxonomy.let_in_tags(["Bicis", "Öffentlicher Raum"])
        bruno = cast.bruno()
        db.session.commit()
    return Browser(app, bruno)


def words(app, value="cycling"):
    with app.app_context():
        return {one.text for one in taxonomy.synonyms() if one.value == value}


def names_on(page):
    """The names at the heads of the rows, in their order."""
    heads = re.findall(r'<th scope="row">(.*?)</th>', page, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", head)).strip() for head in heads]


def removal_of(page, word):
    return unescape(re.search(rf'formaction="([^"]+)" aria-label="{word} –', page)[1])


# Looking


def test_the_desk_leads_moderators_there_and_nobody_else(app, bruno):
    assert f'href="{PAGE}"' in bruno.see("/review")
    with app.app_context():
        eva, dora = stage.eva(), stage.dora()
        db.session.commit()
    expert = Browser(app, eva)
    assert PAGE not in expert.see("/review")
    expert.see(PAGE, 404)
    assert "Cycling" in names_on(Browser(app, dora).see(PAGE))


def test_topics_stand_as_in_their_tree_with_names_in_four_languages(bruno):
    page = bruno.see(PAGE)
    names = names_on(page)
    assert names[:2] == ["Housing", "Social housing"] and names.index("Retrofit") < names.index("Mobility")
    assert len(names) == 30
    for name in ("Vélo", "Bicicleta", "Radverkehr"):
        assert name in page


@pytest.mark.parametrize(
    "facet, first, count",
    [
        ("sdg", ["1 No poverty", "2 Zero hunger"], 17),
        ("country", ["Afghanistan", "Åland Islands"], 40),
        ("city", ["Porto", "Vienna"], 2),
        ("tag", ["Bicis", "Öffentlicher Raum"], 2),
    ],
)
def test_each_part_of_the_vocabulary_has_its_list(bruno, facet, first, count):
    names = names_on(bruno.see(f"{PAGE}?facet={facet}"))
    assert names[:2] == first and len(names) == count


def test_a_long_list_has_pages(bruno):
    page = bruno.see(f"{PAGE}?facet=country&page=7")
    assert len(names_on(page)) == 249 - 6 * 40 and "241–249 of 249" in page
    assert names_on(bruno.see(f"{PAGE}?facet=country&page=99")) == names_on(page)


@pytest.mark.parametrize(
    "asked, found",
    [
        ("facet=topic&q=DECHETS", ["Waste"]),  # a name in another language, written anyhow
        ("facet=topic&q=radw", ["Cycling"]),  # the beginning of a synonym
        ("facet=topic&q=lane", ["Cycling"]),  # … and of its second word
        ("facet=topic&q=adweg", []),
        ("facet=city&q=wien", ["Vienna"]),
        ("facet=country&q=holland", ["Netherlands"]),
        ("facet=topic&q=zzzz", []),
        ("facet=topic&q=%00%25%27", []),
    ],
)
def test_names_and_words_are_searched(bruno, asked, found):
    assert names_on(bruno.see(f"{PAGE}?{asked}")) == found


def test_what_makes_no_sense_in_the_address_is_left_out(bruno):
    for asked in ("facet=stage", "facet=nonsense&page=-3", "page=nonsense&open=nonsense", "language=klingon"):
        assert len(names_on(bruno.see(f"{PAGE}?{asked}"))) == 30


def test_a_closed_row_shows_the_words_of_the_readers_language_and_an_open_one_all(bruno):
    closed, opened = bruno.see(PAGE), bruno.see(f"{PAGE}?open=cycling")
    assert "bike lane" in closed and "Radweg" not in closed and 'formaction="' not in closed
    assert '<span lang="de">Radweg</span>' in opened and removal_of(opened, "Radweg")
    german = bruno.see(f"{PAGE}?hl=de")
    assert "Radweg" in german and "bike lane" not in german


def test_the_page_costs_the_same_for_two_cities_and_for_thirty(app, bruno):
    costs = []
    for many in (1, 30):
        with app.app_context():
            names = [f"City {many} {number}" for number in range(many)]
            db.session.add_all(City(slug=name.replace(" ", "-"), name=name, country="FR") for name in names)
            db.session.commit()
        costs.append(queries_of(app, lambda: bruno.see(f"{PAGE}?facet=city")))
    assert costs[0] == costs[1] < 15


# Adding


def test_bruno_adds_a_word_and_the_row_stays_open_for_the_next(app, bruno):
    location = bruno.send(f"{CYCLING}?q=radw", text="Drahtesel", language="de")
    assert location == f"{PAGE}?facet=topic&q=radw&open=cycling&language=de#topic-cycling"
    page = bruno.see(location)
    assert "“Drahtesel” now finds what is about “Cycling”" in page and removal_of(page, "Drahtesel")
    assert re.search(r'<option selected value="de">', page)
    with app.app_context():
        line = db.session.scalar(select(AuditLine).where(AuditLine.act == "vocabulary changed"))
        assert line.by_id and line.details["added"] == "Drahtesel"
        assert db.session.scalar(select(News.act)) == "vocabulary changed"


@pytest.mark.parametrize(
    "typed, told",
    [
        ({"text": "", "language": "en"}, "Write the word first."),
        ({"text": "x" * 81, "language": "en"}, "At most 80 characters."),
        ({"text": "?!", "language": "en"}, "Write a word with at least one letter or digit."),
        ({"text": "velo", "language": "en"}, "This word finds it already."),
        ({"text": "BIKE LANE", "language": "en"}, "This word finds it already."),
        ({"text": "Wort", "language": "klingon"}, "Not a valid choice."),
    ],
)
def test_a_word_that_is_not_taken_is_explained_and_not_lost(app, bruno, typed, told):
    before = words(app)
    page = bruno.send(f"{CYCLING}?q=radw", 422, **typed)
    assert page.count(told) == 2  # in the summary, and at its field
    assert names_on(page) == ["Cycling"] and f'value="{typed["text"]}"' in page
    assert words(app) == before


def test_a_word_for_something_else_is_taken_once_bruno_says_that_readers_mean_both(app, bruno):
    page = bruno.send(CYCLING, 422, text="Vienna", language="")
    assert "“Vienna” is also a word for: Vienna (city)." in page and 'name="means_both"' in page
    assert "Vienna" not in words(app)
    bruno.send(CYCLING, text="Vienna", language="", means_both="y")
    assert "Vienna" in words(app)


def test_cities_goals_countries_and_tags_take_words_too(app, bruno):
    for facet, value in (("city", "porto"), ("sdg", "11"), ("country", "PT"), ("tag", "öffentlicher-raum")):
        address = f"/desk/vocabulary/{facet}/{value}/synonyms"
        bruno.send(address, text="A newer word", language="", means_both="y")
        assert "A newer word" in words(app, value)


@pytest.mark.parametrize("of", ["topic/unicycling", "region/150", "stage/running", "city/atlantis", "sdg/18"])
def test_what_is_not_there_takes_no_word(bruno, of):
    bruno.send(f"/desk/vocabulary/{of}/synonyms", 404, text="word", language="")


def test_a_word_is_shown_as_typed_and_never_as_markup(bruno):
    evil = "<script>alert(1)</script>%(word)s{{7*7}}"
    page = bruno.see(bruno.send(CYCLING, text=evil, language=""))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page and "{{7*7}}" in page
    assert re.search(r"\sstyle=|\son[a-z]+=", page) is None


# Removing


def test_bruno_removes_a_word_and_may_add_it_again(app, bruno):
    address = removal_of(bruno.see(f"{PAGE}?facet=topic&q=radweg"), "Radweg")
    location = bruno.send(address)
    assert "“Radweg” no longer stands for “Cycling”." in bruno.see(location)
    assert "Radweg" not in words(app)
    bruno.send(address)  # pressed twice, from an old page
    bruno.send(CYCLING, text="Radweg", language="de")
    assert "Radweg" in words(app)


def test_a_word_of_a_tag_that_is_gone_can_still_be_removed(app, bruno):
    bruno.send("/desk/vocabulary/tag/bicis/synonyms", text="pushbikes", language="en")
    with app.app_context():
        (one,) = taxonomy.synonyms("tag")
        db.session.query(Tag).filter_by(slug="bicis").delete()
        db.session.commit()
    assert "no longer stands for “bicis”" in bruno.see(bruno.send(f"{PAGE}/synonyms/{one.id}/removal"))


def test_a_word_that_never_was_cannot_be_removed(bruno):
    bruno.send(f"{PAGE}/synonyms/99999999/removal", 404)
