"""People show themselves if they want to, are found by what they know, and are gone when they want that."""

import pytest

from exchange.core.models import db, now
from exchange.network.models.people import Profile
from exchange.network.service.people import profiles
from exchange.network.service.talk import reports, routing
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation.stage import acts
from tests.network.people import stage
from tests.network.talk import stage as talk


def names(**wish):
    return [one.by.name for one in profiles.people(profiles.Wish(**wish))[0]]


def test_nobody_is_shown_who_has_not_asked_for_it(app):
    with app.app_context():
        rita, _otto = cast.person("Rita"), talk.otto()
        db.session.commit()
        assert names() == []
        stage.shown(rita)
        assert names() == ["Rita"]


def test_people_are_found_by_topic_language_help_city_and_words(app):
    with app.app_context():
        stage.shown(talk.otto(), "wien")
        stage.shown(cast.person("Rita"), topics=["housing"], languages=["fr"], helps=[], about="Rents.")
        assert names() == ["Otto", "Rita"]
        assert names(topic="climate") == names(topic="sustainability") == ["Otto"]
        assert names(language="fr") == names(topic="housing") == names(q="rents") == ["Rita"]
        assert names(helps="financial") == names(city="wien") == names(q="sails otto") == ["Otto"]
        assert names(city="porto") == names(helps="policy") == names(q="%") == []


def test_a_city_is_named_only_by_those_who_work_for_it(app):
    with app.app_context():
        otto = talk.otto()
        with pytest.raises(NotAllowed):
            stage.shown(otto, "porto")
        found = stage.shown(otto, "wien")
        assert found.city.slug == "wien" and profiles.of_city(found.city)[1] == 1
        otto.memberships[0].state = "ended"
        db.session.flush()
        assert found.city is None and names(city="wien") == [] and names() == ["Otto"]


def test_the_suspended_and_those_who_left_are_not_listed(app):
    with app.app_context():
        rita = cast.person("Rita")
        found = stage.shown(rita)
        rita.suspended_at = now()
        db.session.commit()
        assert names() == []
        path = f"/people/{found.public_id}"
    assert app.test_client().get(path).status_code == 404


def test_what_is_taken_down_is_kept_nowhere_and_told_again_in_the_same_place(app):
    with app.app_context():
        rita = cast.person("Rita")
        first = stage.shown(rita)
        profiles.take_down(rita)
        profiles.take_down(rita)
        row = db.session.query(Profile).one()
        assert not (row.does or row.about or row.topics or row.languages or row.helps) and names() == []
        again = stage.shown(rita, does="Sails")
        assert again.public_id == first.public_id and names() == ["Rita"]
        assert acts("%profile%") == ["change profile", "take profile down", "change profile"]


def test_the_same_told_twice_has_no_second_effect(app):
    with app.app_context():
        rita = cast.person("Rita")
        stage.shown(rita)
        stage.shown(rita)
        assert acts("change profile") == ["change profile"]


def test_a_hidden_profile_does_not_come_back_by_making_it_anew(app):
    with app.app_context():
        rita, bruno = cast.person("Rita"), cast.bruno()
        reports.report(stage.shown(rita), cast.chloe(), "advertising")
        reports.hide(profiles.of(rita), bruno, "It sells sails.")
        assert names() == []
        profiles.take_down(rita)
        stage.shown(rita, about="Again.")
        assert names() == []
        path = profiles.path_of(profiles.of(rita))
        db.session.commit()
    assert cast.client_of(app, None).get(path).status_code == 404
    assert "It sells sails." in talk.look(app, rita, path)


def test_a_profile_is_made_changed_and_taken_down_on_its_pages(app):
    with app.app_context():
        otto = talk.otto()
        db.session.commit()
    told = {"does": "Shade", "topic_1": "climate", "languages": ["de"], "language": "de", "city": "wien"}
    wrong = talk.post(app, otto, "/account/profile", **{**told, "does": "", "about": "Sails."})
    assert wrong.status_code == 422 and "Sails." in wrong.get_data(as_text=True)
    answer = talk.post(app, otto, "/account/profile", **told, helps=["policy"], about="<b>Sails</b>")
    assert answer.status_code == 303
    page = talk.look(app, None, answer.location)
    assert "&lt;b&gt;Sails" in page and "Otto" in page and "otto@" not in page
    assert "Otto" in talk.look(app, None, "/people?helps=policy&topic=climate&language=de&city=wien")
    assert "Otto" in talk.look(app, None, "/cities/wien")
    assert talk.post(app, otto, "/account/profile/removal").status_code == 303
    assert cast.client_of(app, None).get(answer.location).status_code == 404
    assert "Otto" not in talk.look(app, None, "/cities/wien")


@pytest.mark.parametrize("address", ["/people", "/people?topic=climate&language=de", "/cities/wien"])
def test_a_list_costs_the_same_queries_for_one_and_many(app, address):
    def look():
        assert app.test_client().get(address).status_code == 200

    with app.app_context():
        stage.shown(talk.otto(), "wien")
        db.session.commit()
    few = stage.queries_of(app, look)
    with app.app_context():
        for number in range(5):
            stage.shown(cast.person(f"Person {number}", city="wien"), "wien")
        db.session.commit()
    assert stage.queries_of(app, look) == few


# Help


def asked(ana, **more):
    question = talk.asked(ana, **{"kind": "financial", "topics": ["climate"], **more})
    return [one.user.name for one in routing.requests_of(question) if one.user_id]


def test_a_question_goes_to_those_who_offer_such_help_on_its_topic(app):
    with app.app_context():
        ana, otto = cast.ana(), talk.otto()
        stage.shown(otto, helps=["financial"])
        stage.shown(cast.person("Rita"), helps=["policy"])
        stage.shown(cast.person("Noa"), helps=["financial"], topics=["housing"])
        stage.shown(ana, helps=["financial"])
        assert asked(ana) == ["Otto"]


def test_whoever_speaks_its_language_is_asked_first_and_nobody_more_than_three_at_a_time(app):
    with app.app_context():
        ana = cast.ana()
        stage.shown(cast.person("Rita"), languages=["fr"])
        stage.shown(cast.person("Emil"), languages=["en"])
        assert asked(ana) == ["Emil", "Rita"]
        asked(ana, title="And shade?"), asked(ana, title="And paint?")
        assert asked(ana, title="And water?") == []


def test_whoever_took_the_profile_down_is_not_asked(app):
    with app.app_context():
        ana, rita = cast.ana(), cast.person("Rita")
        stage.shown(rita)
        profiles.take_down(rita)
        assert asked(ana) == []
