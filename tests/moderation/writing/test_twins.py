"""Is this case told already? Similar ones while writing; likely duplicates at submit."""

import pytest

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import twins
from exchange.practices import service as practices
from exchange.search import indexing
from exchange.search.engine import Unusable, get_engine
from tests import cast
from tests.moderation import paper, stage
from tests.moderation.review.test_desk import Browser

PLAIN = {"topics": ["cycling"], "challenge": "Something was wrong.", "solution": "Something was done."}
OTHERS = (
    ("Cycle streets through the old town", "Bicycles first on twelve streets; cars are guests."),
    ("Rent regulation street by street", "Rents are capped where they rose most."),
    ("Community kitchens for elders", "Meals cooked together in parish halls."),
    ("Fahrradstraßen", "Zwölf Straßen, in denen Räder Vorrang haben."),
)


TOPICS = ("cycling", "rent-regulation", "social-inclusion", "cycling")


class Town:
    def __init__(self, app):
        self.app = app
        with app.app_context():
            self.ana, self.bruno = cast.ana(), cast.bruno()
            wim = cast.person("Wim", city="wien")
            for (title, summary), topic in zip(OTHERS, TOPICS, strict=True):
                said = {**PLAIN, "summary": summary, "topics": [topic], "city": "wien"}
                cast.published(wim, self.bruno, title=title, **said)
            draft = cast.draft(
                self.ana,
                title="Streets where bicycles go first",
                summary="Cars are guests in cycle streets.",
                **PLAIN,
            )
            self.id = draft.practice.public_id
            db.session.commit()
            indexing.rebuild()
        self.step = f"/write/{self.id}/what-and-where"

    def browser(self):
        return Browser(self.app, self.ana)

    def similar(self, by=None):
        with self.app.test_request_context():
            practice = practices.find(self.id)
            revision = practices.latest_revision(practice)
            found = twins.similar(practice, revision, db.session.get(cast.User, (by or self.ana).id))
            return [hit.revision.title for hit in found]


@pytest.fixture
def town(app):
    return Town(app)


def test_the_cases_of_others_stand_beside_title_and_summary(town):
    page = town.browser().see(town.step)
    beside = page.partition("data-similar")[2].partition("</ul>")[0]
    assert "Cycle streets through the old town" in beside and "Community kitchens" not in beside
    assert beside.index("Cycle streets") < beside.index("Fahrradstraßen")
    assert "data-similar" not in town.browser().see(f"/write/{town.id}/problem")


def test_each_saving_brings_them_anew(town):
    client = town.browser().client
    form = paper.filled(
        client.get(town.step),
        {"topics-0": "social-inclusion"},
        title="Meals for elders",
        summary="Community kitchens in parish halls.",
    )
    answer = client.post(town.step, data=form, headers={"Accept": "application/json"})
    assert "Community kitchens for elders" in answer.json["similar_html"]
    assert "Cycle streets" not in answer.json["similar_html"]


def test_neither_ones_own_cases_nor_hidden_ones_are_shown(town):
    with town.app.app_context():
        ana, bruno = (db.session.get(cast.User, one.id) for one in (town.ana, town.bruno))
        cast.published(ana, bruno, title="Cycle streets: bicycles go first", **PLAIN)
        gone = cast.published(
            cast.person("Dia", city="dakar"),
            bruno,
            title="Bicycles first in cycle streets",
            city="dakar",
            **PLAIN,
        )
        db.session.commit()
        indexing.rebuild()
        assert "Cycle streets: bicycles go first" not in town.similar()
    assert "Bicycles first in cycle streets" in town.similar()
    with town.app.app_context():
        practices.show(practices.find(gone.public_id), "tombstone", stage.dora(), "Gone.")
        db.session.commit()
    assert "Bicycles first in cycle streets" not in town.similar()


def test_while_the_engine_is_away_one_writes_on(town, monkeypatch):
    def away(*_args, **_more):
        raise Unusable("away")

    monkeypatch.setattr(type(get_engine(town.app)), "alike", away)
    assert town.similar() == [] and town.browser().see(town.step)


def test_a_very_like_case_of_the_city_is_shown_and_the_author_says_that_it_is_another(town):
    with town.app.app_context():
        bruno = db.session.get(cast.User, town.bruno.id)
        berta = cast.person("Berta", city="porto")
        twin = cast.published(berta, bruno, title="Streets where bicycles go first!")
        cast.published(berta, bruno, title="Something else altogether")
        twin = twin.public_id
        db.session.commit()
    browser, address = town.browser(), f"/write/{town.id}/submission"
    page = browser.see(address)
    assert f"/practices/{twin}" in page and "Something else altogether" not in page.partition('id="twins"')[2]
    page = browser.send(address, 422)
    assert "Say that it is another case" in page
    with town.app.app_context():
        assert practices.latest_revision(practices.find(town.id)).state == "draft"
    browser.send(address, another="y")
    with town.app.app_context():
        (line,) = db.session.query(AuditLine).filter(
            AuditLine.act == "submit", AuditLine.subject == f"practice:{town.id}"
        )
        assert line.details["another_than"] == [twin]


def test_the_same_title_in_another_city_is_no_duplicate(town):
    with town.app.app_context():
        wim = db.session.query(cast.User).filter_by(name="Wim").one()
        bruno = db.session.get(cast.User, town.bruno.id)
        cast.published(wim, bruno, title="Streets where bicycles go first", city="wien")
        db.session.commit()
    assert 'id="twins"' not in town.browser().see(f"/write/{town.id}/submission")
    town.browser().send(f"/write/{town.id}/submission")


def test_two_cases_of_one_origin_are_duplicates(app):
    with app.app_context():
        first = cast.published(cast.ana(), cast.bruno(), title="One title")
        first.origin = {"url": "https://library.example/7"}
        other = stage.imported(8)
        assert twins.likely(other.practice, other) == []
        other.practice.origin = {"url": "https://library.example/7"}
        assert [practice.id for practice, _ in twins.likely(other.practice, other)] == [first.id]


@pytest.mark.parametrize(
    "one,other,alike",
    [
        ("A budget that residents decide", "A Budget, that residents decide", True),
        ("Cycle streets in the centre", "In the centre: cycle streets", True),
        ("Бюджет участия жителей", "Бюджет участия жителей города", True),
        ("Cycle streets", "Rent regulation", False),
        ("Cycle streets in the centre", "Cycle lanes along the river", False),
    ],
)
def test_two_titles_are_very_like_each_other_or_not(one, other, alike):
    assert twins.are_alike(one, other) is alike
