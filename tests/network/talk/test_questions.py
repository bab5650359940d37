"""Support questions: to whom they are put, who reads them, and when they become public."""

import pytest

from exchange.accounts.models import User
from exchange.core.models import db
from exchange.network.models.talk import Question, Request
from exchange.network.service.talk import questions, reports, routing
from exchange.network.service.talk.challenges import Closed
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation.stage import acts, both_at_once
from tests.network.talk import stage


@pytest.fixture
def wien(app):
    """Otto's Wien has a public case on governance, Dakar one on cycling with nobody to ask."""
    with app.app_context():
        otto, bruno = stage.otto(), cast.bruno()
        sails = cast.published(otto, bruno, title="Sails", city="wien", topics=["governance"])
        ana = cast.ana()
        cast.find_city("dakar")
        db.session.commit()
        return ana, otto, sails


def again(*rows):
    return [db.session.merge(row) for row in rows]


def test_it_goes_to_the_city_of_the_practice_and_to_cities_with_practices_on_the_topic(app, wien):
    with app.app_context():
        ana, otto, sails = again(*wien)
        about, topic = stage.asked(ana, practice=sails), stage.asked(ana, title="On the topic")
        asked = {one.question_id: (one.city.slug, one.why) for one in db.session.query(Request)}
        assert asked == {about.id: ("wien", "told"), topic.id: ("wien", "topic")}


def test_a_city_is_never_asked_its_own_question_and_one_without_people_is_not_asked(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        told = ("policy", "Ours?", "x", "en", ["governance"])
        made = questions.ask(otto, cast.find_city("wien"), *told)
        assert routing.requests_of(made) == []
        lonely = stage.asked(ana, topics=["cycling"])
        assert routing.requests_of(lonely) == []


def test_people_who_offered_help_are_asked_before_cities(app, wien, monkeypatch):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        helper = cast.chloe()
        others = [source for source in routing.SOURCES if source[0] != "offered"]
        offers = ("offered", lambda question: [helper.id], True)
        monkeypatch.setattr(routing, "SOURCES", [*others, offers])
        made = stage.asked(ana)
        told = [(one.why, one.user_id or one.city.slug) for one in routing.requests_of(made)]
        assert told == [("offered", helper.id), ("topic", "wien")]
        assert questions.is_party(made, helper)


def test_a_team_is_put_no_more_open_questions_than_it_takes(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        assert routing.set_most_open(cast.find_city("wien"), 1, otto)
        first, second = stage.asked(ana, title="First"), stage.asked(ana, title="Second")
        assert routing.requests_of(first) and not routing.requests_of(second)
        questions.reply(first, otto, "The district pays.", "en")
        assert routing.requests_of(stage.asked(ana, title="Third"))
        routing.set_most_open(cast.find_city("wien"), 0, otto)
        assert not routing.requests_of(stage.asked(ana, title="Fourth"))
        assert acts("set open questions") == ["set open questions"] * 2


def test_whoever_cannot_answer_passes_it_on_and_the_next_is_asked(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        fatou = cast.person("Fatou", city="dakar")
        cast.published(fatou, cast.person("Mo", "moderator"), city="dakar", topics=["governance"])
        routing.set_most_open(cast.find_city("dakar"), 0, fatou)
        made = stage.asked(ana)
        assert [one.city.slug for one in routing.requests_of(made)] == ["wien"]
        routing.set_most_open(cast.find_city("dakar"), 3, fatou)
        questions.pass_on(made, otto)
        assert [one.city.slug for one in routing.requests_of(made)] == ["wien", "dakar"]
        with pytest.raises(NotAllowed):
            questions.reply(made, otto, "After all:", "en")
        questions.pass_on(made, otto)
        assert acts("pass question on") == ["pass question on"]


def test_a_private_question_is_read_by_those_concerned_alone(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        cora, bruno = cast.person("Cora", "coordinator"), db.session.query(User).filter_by(name="Bruno").one()
        chloe = cast.chloe()
        made = stage.asked(ana)
        questions.reply(made, otto, "The district pays.", "en")
        db.session.commit()
        path = questions.path_of(made)
    for user in (None, chloe, bruno):
        answer = cast.client_of(app, user).get(path)
        assert answer.status_code == 404 and b"no line for it" not in answer.data
    for user in (ana, otto, cora):
        assert "The district pays." in stage.look(app, user, path)
    assert "upkeep" not in stage.look(app, None, "/questions")


def test_it_is_public_only_when_both_agree_and_shows_only_the_words_of_those_who_do(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        made = stage.asked(ana, agrees=True)
        questions.reply(made, ana, "A follow-up of mine.", "en", agrees=True)
        assert not questions.is_public(made), "the asker alone is not both"
        questions.reply(made, otto, "The district pays.", "en")
        assert not questions.is_public(made)
        questions.agree(made, otto)
        assert questions.is_public(made)
        questions.reply(made, otto, "Between you and me: badly.", "en")
        db.session.commit()
        path = questions.path_of(made)
    page = stage.look(app, None, path)
    assert "The district pays." in page and "Between you and me" not in page
    assert "upkeep" in stage.look(app, None, "/questions")
    answer = stage.post(app, otto, f"/questions/{made.public_id}/publicity", agrees="no")
    assert answer.status_code == 303
    assert cast.client_of(app, None).get(path).status_code == 404


def test_without_the_asker_it_stays_private_whatever_the_others_agree_to(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        made = stage.asked(ana)
        questions.reply(made, otto, "The district pays.", "en", agrees=True)
        assert not questions.is_public(made)
        questions.agree(made, ana)
        assert questions.is_public(made)
        questions.agree(made, ana, False)
        assert not questions.is_public(made) and questions.listing(otto, "public")[0] == []


def test_a_stranger_neither_replies_nor_agrees(app, wien):
    with app.app_context():
        ana, _otto, _sails = again(*wien)
        chloe, made = cast.chloe(), stage.asked(ana)
        for act in (lambda: questions.reply(made, chloe, "I!", "en"), lambda: questions.agree(made, chloe)):
            with pytest.raises(NotAllowed):
                act()


def test_two_admins_who_set_the_number_at_once_are_both_heard(app):
    with app.app_context():
        admins = [cast.person(name, city="porto", city_admin=True).id for name in ("Ines", "Iria")]
        db.session.commit()

    def wanting(most, number):
        return lambda: routing.set_most_open(cast.find_city("porto"), most, db.session.get(User, number))

    outcomes = both_at_once(app, wanting(1, admins[0]), wanting(2, admins[1]))
    assert outcomes == [True, True]
    with app.app_context():
        assert routing.most_open(cast.find_city("porto").id) in (1, 2)


def test_a_question_sent_twice_is_put_once(app, wien):
    with app.app_context():
        ana, _otto, _sails = again(*wien)
        first = stage.asked(ana)
        asked = len(routing.requests_of(first))
        assert stage.asked(ana).id == first.id and len(routing.requests_of(first)) == asked
        assert stage.asked(ana, text="And who mends them?").id != first.id


def test_a_closed_question_takes_no_reply_and_frees_the_team(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        made = stage.asked(ana)
        assert routing.open_requests(cast.find_city("wien").id) == 1
        questions.close(made, ana)
        questions.close(made, ana)
        assert routing.open_requests(cast.find_city("wien").id) == 0
        with pytest.raises(Closed):
            questions.reply(made, otto, "Late.", "en")
        assert acts("close question") == ["close question"]


def test_a_reply_to_a_question_that_was_closed_meanwhile_comes_back(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        made = stage.asked(ana)
        questions.close(made, ana)
        db.session.commit()
    answer = stage.post(app, otto, f"/questions/{made.public_id}/replies", text="The district pays.")
    assert answer.status_code == 409 and "The district pays." in answer.text


def test_a_coordinator_puts_it_to_one_more_city(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        cora, made = cast.person("Cora", "coordinator"), stage.asked(ana, topics=["cycling"])
        assert questions.listing(cora, "unanswered")[0] == [made]
        questions.forward(made, cast.find_city("wien"), cora)
        with pytest.raises(questions.AskedBefore):
            questions.forward(made, cast.find_city("wien"), cora)
        with pytest.raises(NotAllowed):
            questions.forward(made, cast.find_city("dakar"), otto)
        assert questions.listing(otto, "waiting")[0] == [made]


def test_a_hidden_reply_makes_it_private_again(app, wien):
    with app.app_context():
        ana, otto, _sails = again(*wien)
        made = stage.asked(ana, agrees=True)
        reply = questions.reply(made, otto, "The district pays.", "en", agrees=True)
        assert questions.is_public(made)
        reports.hide(reply, cast.person("Mo", "moderator"), "It names a colleague.")
        assert not questions.is_public(made)


def test_asking_goes_through_the_page_and_names_the_practice(app, wien):
    ana, _otto, sails = wien
    form = {"city": "porto", "kind": "technical", "title": "How do they hold in a storm?", "language": "en"}
    form |= {"text": "We have wind.", "topic_1": "governance", "practice": sails.public_id}
    assert stage.post(app, ana, "/questions", **{**form, "kind": ""}).status_code == 422
    answer = stage.post(app, ana, "/questions", **form)
    assert answer.status_code == 303
    page = stage.look(app, ana, answer.location)
    assert "Sails" in page and "Vienna" in page and "whose practice it is about" in page
    with app.app_context():
        assert db.session.query(Question).one().kind == "technical"


def test_a_city_admin_sets_how_much_its_team_takes(app):
    with app.app_context():
        ines = cast.person("Ines", city="porto", city_admin=True)
        db.session.commit()
    assert stage.post(app, ines, "/cities/porto/help", most_open="99").status_code == 422
    assert stage.post(app, ines, "/cities/porto/help", most_open="0").status_code == 303
    with app.app_context():
        assert not routing.takes_more(cast.find_city("porto").id)
