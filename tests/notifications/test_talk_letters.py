"""Letters about talk: to those concerned, once, and never with a word that is hidden by then."""

import pytest

from exchange import reactions
from exchange.core.models import db
from exchange.network.service.talk import answering, challenges, questions, reports, routing
from exchange.notifications import wording
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from tests import cast
from tests.moderation.stage import milan
from tests.network.talk import stage


@pytest.fixture
def talk(app):
    """Ana's challenge, Otto to answer it, Bruno and Milan to moderate, Chloé who looks on."""
    with app.app_context():
        ana, otto = cast.ana(), stage.otto()
        people = ana, otto, cast.bruno(), milan(), cast.chloe()
        found = stage.posed(ana)
        tell()
        yield (*people, found)


def tell():
    db.session.commit()
    while reactions.journal.deliver(reactions.HANDLERS):
        pass


def letters():
    """(kind, name) of every letter, and its words by kind."""
    found = db.session.query(Letter).order_by(Letter.id).all()
    return [(one.kind, one.address.split("@")[0]) for one in found]


def words_of(kind):
    one = db.session.query(Letter).filter_by(kind=kind).first()
    things = things_of(one)
    return things and "\n".join(wording.words_of(one, things))


def test_an_answer_goes_to_the_asker_and_help_to_whoever_answered(talk):
    ana, otto, *_rest, found = talk
    answer = stage.advice(found, otto)
    answering.mark_helped(answer, ana)
    challenges.close(found, ana, "We hung twelve sails.")
    tell()
    assert letters() == [
        ("challenge-answered", "ana"),
        ("answer-helped", "otto"),
        ("challenge-closed", "otto"),
    ]
    assert "Hang sails" in words_of("challenge-answered") and found.title in words_of("answer-helped")
    assert "We hung twelve sails." in words_of("challenge-closed")


def test_a_comment_goes_to_those_whom_it_concerns_and_not_to_its_author(talk):
    ana, otto, _bruno, _milan, chloe, found = talk
    answer = stage.advice(found, otto)
    answering.comment(found, chloe, "How hot?", "en", answer)
    tell()
    told = {name for kind, name in letters() if kind == "challenge-commented"}
    assert told == {"ana", "otto"} and "How hot?" in words_of("challenge-commented")


def test_what_is_hidden_before_the_letter_goes_is_not_in_it(talk):
    _ana, otto, bruno, *_rest, found = talk
    answer = stage.advice(found, otto)
    tell()
    reports.hide(answer, bruno, "It advertises.")
    tell()
    assert words_of("challenge-answered") is None
    assert "It advertises." in words_of("hidden") and f"/reports/answer/{answer.id}/appeal" in words_of(
        "hidden"
    )
    assert [name for kind, name in letters() if kind == "hidden"] == ["otto"]


def test_a_comment_beneath_a_challenge_that_is_hidden_by_then_is_not_told(talk):
    _ana, _otto, bruno, _milan, chloe, found = talk
    answering.comment(found, chloe, "How hot?", "en")
    reports.hide(found, bruno, "It names a neighbour.")
    tell()
    assert ("challenge-commented", "ana") in letters() and words_of("challenge-commented") is None


def test_a_report_goes_to_moderators_and_its_answer_to_whoever_reported(talk):
    _ana, otto, bruno, _milan, chloe, found = talk
    answer = stage.advice(found, otto)
    reports.report(answer, chloe, "insult")
    tell()
    assert {name for kind, name in letters() if kind == "reported"} == {"bruno", "milan"}
    assert "Hang sails" in words_of("reported")
    reports.keep(answer, bruno, "It insults nobody.")
    tell()
    assert words_of("reported") is None, "nothing is left to decide"
    assert [name for kind, name in letters() if kind == "report-decided"] == ["chloe"]
    assert "It insults nobody." in words_of("report-decided")


def test_an_appeal_goes_to_the_others_and_its_answer_to_the_author(talk):
    _ana, otto, bruno, other, _chloe, found = talk
    answer = stage.advice(found, otto)
    reports.hide(answer, bruno, "It advertises.")
    reports.appeal(answer, otto, "I sell nothing.")
    tell()
    assert [name for kind, name in letters() if kind == "hiding-appealed"] == ["milan"]
    assert "I sell nothing." in words_of("hiding-appealed")
    reports.uphold(answer, other, "It names a shop.")
    reports.show(answer, other, "The shop is out.")
    tell()
    assert letters()[-2:] == [("hiding-upheld", "otto"), ("shown-again", "otto")]
    assert "It names a shop." in words_of("hiding-upheld") and "The shop is out." in words_of("shown-again")


def test_a_question_goes_to_those_who_are_asked_until_it_is_dealt_with(talk):
    ana, otto, bruno, *_rest = talk
    cast.published(otto, bruno, title="Sails", city="wien", topics=["governance"])
    made = stage.asked(ana)
    tell()
    assert ("question-put", "otto") in letters() and "We have no line for it." in words_of("question-put")
    questions.reply(made, otto, "The district pays.", "en")
    tell()
    assert words_of("question-put") is None
    assert ("question-replied", "ana") in letters() and "The district pays." in words_of("question-replied")
    questions.agree(made, ana)
    questions.close(made, ana)
    tell()
    assert letters()[-2:] == [("question-agreed", "otto"), ("question-closed", "otto")]
    assert words_of("question-agreed") and words_of("question-closed")


def test_a_question_for_which_nobody_is_found_goes_to_the_coordinators(talk):
    ana, *_rest = talk
    cast.person("Cora", "coordinator")
    made = stage.asked(ana, topics=["cycling"])
    assert routing.requests_of(made) == []
    tell()
    assert [name for kind, name in letters() if kind == "question-unplaced"] == ["cora"]
    assert "Choose a city to ask here" in words_of("question-unplaced")
