"""Following a case, a city, a topic, a challenge: one button, one list, one click to stop."""

import pytest

from exchange.accounts.models import User
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.network.models.kept import Follow
from exchange.network.service.kept import follows
from exchange.network.service.talk import challenges
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation.stage import acts, both_at_once
from tests.network.kept import stage
from tests.network.talk import stage as talk
from tests.network.talk.stage import look, post


@pytest.fixture
def things(app):
    """Chloé who reads, and (kind, name, path) of each of the four kinds."""
    with app.app_context():
        ana, bruno, chloe = cast.ana(), cast.bruno(), cast.chloe()
        code = cast.published(ana, bruno, title="A charge").public_id
        asked = talk.posed(ana)
        db.session.commit()
        return chloe, (
            ("case", code, f"/practices/{code}"),
            ("city", "porto", "/cities/porto"),
            ("topic", "cycling", "/topics/cycling"),
            ("challenge", asked.public_id, challenges.path_of(asked)),
        )


def test_each_page_has_one_button_that_begins_and_ends_it(app, things):
    chloe, kinds = things
    for kind, name, path in kinds:
        assert f'name="thing" value="{name}"' in look(app, chloe, path), kind
        answer = post(app, chloe, "/follows", kind=kind, thing=name, next=path)
        assert answer.status_code == 303 and answer.location == path
        assert "Stop following" in look(app, chloe, path), kind
    page = look(app, chloe, "/account/follows")
    assert all(words in page for words in ("A charge", "Porto", "Cycling", talk.WORDS["title"]))
    for kind, name, path in kinds:
        post(app, chloe, "/follows", kind=kind, thing=name, do="stop")
        assert "Stop following" not in look(app, chloe, path), kind
    assert "You follow nothing yet" in look(app, chloe, "/account/follows")


def test_a_visitor_is_led_to_the_sign_in_and_gets_no_cookie(app, things):
    _chloe, kinds = things
    for _kind, _name, path in kinds:
        answer = cast.client_of(app, None).get(path, follow_redirects=True)
        assert "/sign-in?next=/" in answer.get_data(as_text=True)
        assert "Set-Cookie" not in answer.headers


def test_the_button_leads_nowhere_else(app, things):
    chloe, kinds = things
    answer = post(app, chloe, "/follows", kind="city", thing="porto", next="https://evil.example/")
    assert answer.location == "/account/follows"


def test_followed_twice_at_the_same_moment_it_is_followed_once(app, things):
    chloe, _kinds = things

    def follow():
        return follows.follow(db.session.get(User, chloe.id), "city", "porto").id

    first, second = both_at_once(app, follow, follow)
    assert first == second
    with app.app_context():
        assert db.session.query(Follow).count() == 1 and acts("follow") == ["follow"]


def test_what_nobody_may_read_cannot_be_followed(app):
    with app.app_context():
        ana, chloe = cast.ana(), cast.chloe()
        draft = cast.draft(ana, title="Nobody knows").practice.public_id
        for kind, name in (("case", draft), ("case", "ZZZZZZ"), ("city", "x"), ("user", "1"), ("topic", "")):
            with pytest.raises(NotAllowed):
                follows.follow(chloe, kind, name)
        with pytest.raises(NotAllowed):
            follows.follow(cast.person("Una", verified=False), "city", "porto")
        db.session.commit()
    answer = post(app, chloe, "/follows", kind="case", thing=draft)
    assert answer.status_code == 422 and "Nobody knows" not in answer.get_data(as_text=True)


def test_what_is_withdrawn_stays_on_the_list_without_its_words(app, things):
    chloe, kinds = things
    code = kinds[0][1]
    with app.app_context():
        follows.follow(db.session.get(User, chloe.id), "case", code)
        practices.show(practices.find(code), "tombstone", cast.person("Milan", "moderator"), "Gone.")
        db.session.commit()
    page = look(app, chloe, "/account/follows")
    assert f"{code}, which nobody can read now" in page and "A charge" not in page


def test_one_click_from_a_letter_stops_it_without_an_account(app, things):
    chloe, _kinds = things
    with app.app_context():
        token = follows.token_of(follows.follow(db.session.get(User, chloe.id), "city", "porto"))
        db.session.commit()
    client = cast.client_of(app, None)
    assert "Stop following?" in client.get(f"/follows/{token}/stop").get_data(as_text=True)
    with app.app_context():
        assert db.session.query(Follow).count() == 1  # looking at it does nothing
    answer = client.post(f"/follows/{token}/stop", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "No more letters come about" in answer.get_data(as_text=True)
    assert client.post(f"/follows/{token}/stop").status_code == 200  # once more, nothing happens
    for wrong in (token[:-1] + ("0" if token[-1] != "0" else "1"), "1.abc", "x"):
        assert "No letters come from this link" in client.get(f"/follows/{wrong}/stop").get_data(as_text=True)
    with app.app_context():
        assert db.session.query(Follow).count() == 0 and acts("stop following") == ["stop following"]


def test_all_of_them_end_at_once(app, things):
    chloe, kinds = things
    for kind, name, _path in kinds:
        post(app, chloe, "/follows", kind=kind, thing=name)
    assert post(app, chloe, "/account/follows/end").status_code == 303
    with app.app_context():
        assert db.session.query(Follow).count() == 0


def test_a_case_is_news_of_its_topics_of_those_above_them_and_of_its_cities(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        cast.find_city("wien")
        told = {"topics": ["cycling"], "other_cities": ["wien"]}
        practice = cast.published(ana, bruno, **told)
        news = {"act": "publish", "subject": practices.subject(practice), "number": 1}
        for kind, name in (("topic", "mobility"), ("topic", "cycling"), ("city", "wien"), ("city", "porto")):
            made = follows.follow(ana, kind, name)
            assert made in follows.of_news(news), name
        other = follows.follow(ana, "topic", "housing")
        case = follows.follow(ana, "case", practice.public_id)
        assert not {other, case} & set(follows.of_news(news))
        assert follows.of_news({**news, "number": 2}) == [case]


def test_whoever_follows_a_case_that_was_merged_hears_of_the_one_that_goes_on(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        first, second, _third = stage.three(ana, bruno)
        made = follows.follow(ana, "case", first.public_id)
        moderation.merge(first, second, cast.person("Cora", "coordinator"), "The same street, told twice.")
        news = {"act": "publish", "subject": practices.subject(second), "number": 2}
        assert follows.of_news(news) == [made]
        title = practices.public_revision(second).title
        assert follows.find("case", first.public_id, "en").title == title


def test_the_list_costs_the_same_number_of_queries_for_1_and_3_cases(app):
    from functools import partial

    from tests.moderation.tables.test_bulk import queries_of

    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        one, *others = (case.public_id for case in stage.three(ana, bruno))
        follows.follow(ana, "case", one)
        db.session.commit()
    client = cast.client_of(app, ana)
    few = queries_of(app, partial(client.get, "/account/follows"))
    with app.app_context():
        for code in others:
            follows.follow(db.session.get(User, ana.id), "case", code)
        db.session.commit()
    assert queries_of(app, partial(client.get, "/account/follows")) == few


def test_an_old_letters_link_does_not_stop_what_somebody_else_began_to_follow(app):
    """SQLite gives a number again once its row is gone."""
    with app.app_context():
        ana, chloe = cast.ana(), cast.chloe()
        token = follows.token_of(follows.follow(ana, "city", "porto"))
        follows.stop(ana, "city", "porto")
        follows.follow(chloe, "topic", "housing")
        db.session.commit()
    visitor = app.test_client()
    page = visitor.get(f"/follows/{token}/stop").text
    assert "Housing" not in page.partition("<main")[2].partition("</main>")[0]
    visitor.post(f"/follows/{token}/stop")
    with app.app_context():
        assert follows.is_followed(chloe, "topic", "housing")


def test_what_cannot_be_seen_in_a_name_is_not_kept(app):
    with app.app_context():
        ana = cast.ana()
        db.session.commit()
    assert post(app, ana, "/follows", kind="ci\x00ty", thing=" por\x00to ").status_code == 303
    with app.app_context():
        assert follows.is_followed(ana, "city", "porto")
    assert post(app, ana, "/follows", kind="city", thing="por\x00to", do="stop").status_code == 303
    with app.app_context():
        assert db.session.query(Follow).count() == 0
