"""The board of blind spots, as visitors and officials meet it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from exchange import reactions
from exchange.core.models import db, now
from exchange.front import coverage
from exchange.practices import service as practices
from exchange.search import indexing
from exchange.taxonomy import service as taxonomy
from tests import cast
from tests.moderation.review.test_desk import Browser, queries_of

PLACES = {"porto": 231_000, "wien": 1_900_000, "dakar": 1_100_000}


@pytest.fixture
def town(app):
    """Wien told of cycling in 2020 and of freight in 1999; Porto has a draft; Dakar has nothing."""
    with app.app_context():
        for slug, population in PLACES.items():
            cast.find_city(slug).population = population
        ana, bruno, otto = cast.ana(), cast.bruno(), cast.person("Otto", city="wien")
        for title, topic, start in (("Lanes", "cycling", "2020"), ("Boats", "freight", "1999")):
            cast.published(otto, bruno, title=title, city="wien", topics=[topic], start=start)
        cast.draft(ana, title="Hidden lanes", topics=["cycling"])
        db.session.commit()
        settle()
        indexing.rebuild()
    return {"visitor": Browser(app, None), "ana": Browser(app, ana)}


def settle():
    while reactions.react():
        pass


def square(page, topic, region, size):
    """What the square of a cell says."""
    return re.search(
        rf'class="square([^"]*)" href="/coverage/{topic}/{region}/{size}"[^>]*>([^<]*)</a>', page
    ).groups()


def test_the_board_counts_public_cases_by_topic_region_and_size_and_nothing_else(town):
    page = town["visitor"].see("/coverage")
    assert square(page, "cycling", "150", "large")[1] == "1"
    assert square(page, "mobility", "150", "large")[1] == "2"  # the topic above has both
    assert square(page, "cycling", "150", "middle")[1] == "0"  # Porto's is a draft
    assert square(page, "cycling", "002", "large")[1] == "0"
    assert "square--old" in square(page, "freight", "150", "large")[0]
    assert "square--old" not in square(page, "cycling", "150", "large")[0]
    assert "Freight, Europe, over 1 million: 1, the newest began in 1999 – long ago" in page


def rows_of(page):
    heads = re.findall(r'<th scope="row">(.*?)</th>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", head).strip() for head in heads]


@pytest.mark.parametrize(
    "asked,first,count",
    [
        ("", "Housing", 30),
        ("topic=mobility", "Mobility", 10),
        ("topic=mobility&sort=gaps", None, 10),
        ("sort=cases", "Housing", 30),
        ("topic=mobility&sort=newest&region=150", None, 10),
        ("topic=strange&region=1&size=x&sort=y", "Housing", 30),
    ],
)
def test_it_is_narrowed_and_sorted_by_its_address(town, asked, first, count):
    page = town["visitor"].see(f"/coverage?{asked}")
    with_names = rows_of(page)
    assert first in (None, with_names[0]) and abs(len(with_names) - count) <= 1
    if "sort=gaps" in asked:
        gaps = [int(one) for one in re.findall(r'<td class="number">(\d+)</td>\s*</tr>', page)]
        assert gaps == sorted(gaps, reverse=True)


def test_one_region_and_size_leave_one_column(town):
    page = town["visitor"].see("/coverage?region=150&size=large&topic=mobility")
    assert page.count('class="coverage__size') == 1 and "/coverage/cycling/002" not in page


def test_an_empty_square_becomes_a_call_that_one_can_send(town):
    page = town["visitor"].see("/coverage/cycling/002/large")
    assert "Wanted: a case on Cycling" in page and "Nobody has told a case from there yet." in page
    assert 'href="/write/new?topic=cycling"' in page and 'href="/cities/dakar"' in page
    letter = re.search(r'href="(mailto:[^"]+)"', page)[1].replace("&amp;", "&")
    told = parse_qs(urlsplit(letter).query)
    assert "Cycling" in told["subject"][0] and told["body"][0].strip().endswith("/coverage/cycling/002/large")
    assert "+" not in letter


def test_an_old_square_is_a_call_too_and_a_fresh_one_is_not(town):
    old = town["visitor"].see("/coverage/freight/150/large")
    assert (
        "One case has been told from there; it began in 1999." in old
        and "Tell a case" in old
        and "Boats" in old
    )
    fresh = town["visitor"].see("/coverage/cycling/150/large")
    assert "Wanted" not in fresh and "Lanes" in fresh and "Hidden" not in fresh


def test_an_official_who_follows_the_call_begins_with_its_topic(app, town):
    ana = town["ana"]
    page = ana.see("/write/new?topic=cycling")
    assert "Topic: Cycling." in page and 'value="cycling"' in page
    location = ana.send("/write/new", title="Night lanes", language="en", city="porto", topic="cycling")
    with app.app_context():
        draft = practices.find(location.split("/")[2])
        assert practices.working_revision(draft).get("topics") == ["cycling"]
    assert "Topic:" not in ana.see("/write/new?topic=nonsense")
    ana.send("/write/new", title="Other", language="en", city="porto", topic="nonsense")


def test_whoever_is_not_signed_in_comes_back_to_the_call_after_signing_in(town):
    answer = town["visitor"].client.get("/write/new?topic=cycling")
    assert answer.status_code == 401 and "/write/new?topic=cycling" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["nowhere/150/small", "cycling/999/small", "cycling/150/huge"])
def test_what_is_no_square_is_not_found(town, path):
    town["visitor"].see(f"/coverage/{path}", 404)


def test_a_withdrawn_case_is_gone_from_the_board_at_once(app, town):
    town["visitor"].see("/coverage")
    with app.app_context():
        (case,) = [one for one, text in db.session.execute(practices.public()) if text.title == "Lanes"]
        practices.show(case, "tombstone", case.authors[0].user, "The city asked.")
        db.session.commit()
    assert square(town["visitor"].see("/coverage"), "cycling", "150", "large")[1] == "0"
    assert "Lanes" not in town["visitor"].see("/coverage/cycling/150/large")


def test_a_merge_moves_the_square_and_its_address(app, town):
    with app.app_context():
        taxonomy.merge("topic", "cycling", "walking", cast.person("Dora", "coordinator"))
        db.session.commit()
        settle()
    page = town["visitor"].see("/coverage")
    assert square(page, "walking", "150", "large")[1] == "1" and "/coverage/cycling/" not in page
    answer = town["visitor"].client.get("/coverage/cycling/150/large")
    assert (answer.status_code, answer.location) == (301, "/coverage/walking/150/large")


def test_the_board_costs_the_same_for_one_case_and_for_many_and_less_when_it_was_made_before(app, town):
    visitor, costs = town["visitor"], []
    for more in (0, 20):
        with app.app_context():
            otto = db.session.query(cast.User).filter_by(name="Otto").one()
            bruno = db.session.query(cast.User).filter_by(name="Bruno").one()
            for number in range(more):
                cast.published(otto, bruno, title=f"Case {number}", city="wien", topics=["parking"])
            db.session.commit()
            settle()
        app.extensions.pop("coverage", None)
        costs.append(queries_of(app, lambda: visitor.see("/coverage")))
    assert costs[0] == costs[1] < 15
    assert queries_of(app, lambda: visitor.see("/coverage")) < costs[1]


def test_without_the_index_it_is_counted_all_the_same(app, town):
    import shutil

    shutil.rmtree(app.config["SETTINGS"].index)
    assert square(town["visitor"].see("/coverage"), "cycling", "150", "large")[1] == "1"


def test_which_sizes_there_are():
    assert [coverage.size_of(one) for one in (None, 0, 99_999, 100_000, 10**6, 3 * 10**7)] == [
        "",
        "",
        "small",
        "middle",
        "large",
        "large",
    ]
    assert coverage.Cell(1, now().year - coverage.OLD).is_old and not coverage.Cell(1, now().year).is_old
