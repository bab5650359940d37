"""What should not stand there is reported, hidden with a reason, appealed against; threads are locked."""

from datetime import timedelta

import pytest

from exchange.core.models import db, now
from exchange.network.models.reports import Hiding, Report
from exchange.network.models.talk import Answer
from exchange.network.service.talk import answering, challenges, limits, queue, reports
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation.stage import acts, both_at_once, milan
from tests.network.talk import stage


def quarrel():
    """Ana's challenge with Otto's answer, and the moderators Bruno and Milan."""
    ana, otto = cast.ana(), stage.otto()
    found = stage.posed(ana)
    return ana, otto, cast.bruno(), milan(), found, stage.advice(found, otto)


def test_a_report_waits_once_and_is_decided_with_the_thing(app):
    with app.app_context():
        _ana, _otto, bruno, _milan, _found, answer = quarrel()
        chloe = cast.chloe()
        first = reports.report(answer, chloe, "insult", "Look at the second line.")
        assert reports.report(answer, chloe, "other") is first
        assert reports.count_waiting() == 1 and queue.reported()[0].thing is answer
        reports.hide(answer, bruno, "It insults.")
        assert first.outcome == "hidden" and reports.count_waiting() == 0
        assert acts("report") == ["report"] and acts("hide") == ["hide"]


def test_a_report_that_is_unfounded_leaves_it_standing(app):
    with app.app_context():
        _ana, _otto, bruno, _milan, _found, answer = quarrel()
        one = reports.report(answer, cast.chloe(), "wrong")
        reports.keep(answer, bruno, "It says what it knows.")
        assert one.outcome == "kept" and reports.hiding_of(answer) is None
        reports.keep(answer, bruno, "It says what it knows.")
        assert acts("keep") == ["keep"]


def test_nobody_reports_their_own_words_or_what_they_cannot_read(app):
    with app.app_context():
        ana, otto, bruno, _milan, found, answer = quarrel()
        for user in (otto, cast.person("Una", verified=False)):
            with pytest.raises(NotAllowed):
                reports.report(answer, user, "other")
        reports.hide(found, bruno, "It names a neighbour.")
        with pytest.raises(NotAllowed):
            reports.report(answer, cast.chloe(), "other")


def test_what_is_hidden_is_read_by_its_author_and_moderators_alone(app):
    with app.app_context():
        ana, otto, bruno, _milan, found, answer = quarrel()
        answering.comment(found, ana, "How long?", "en", answer)
        reports.hide(answer, bruno, "It advertises.")
        db.session.commit()
        path = challenges.path_of(found)
    for user in (None, ana):
        page = stage.look(app, user, path)
        assert "Hang sails" not in page and "It advertises." not in page and "How long?" not in page
        assert "A moderator has hidden one contribution." in page
    for user in (otto, bruno):
        page = stage.look(app, user, path)
        assert "Hang sails" in page and "It advertises." in page


def test_a_reason_is_needed_and_nobody_moderates_their_own_words(app):
    with app.app_context():
        ana, _otto, bruno, _milan, found, answer = quarrel()
        with pytest.raises(reports.ReasonMissing):
            reports.hide(answer, bruno, "  ")
        with pytest.raises(NotAllowed):
            reports.hide(answer, ana, "I dislike it.")
        mine = answering.comment(found, bruno, "Mind the wind.", "en")
        with pytest.raises(NotAllowed):
            reports.hide(mine, bruno, "Oh.")


def test_of_two_moderators_at_once_one_hides_it_and_the_other_is_told(app):
    with app.app_context():
        _ana, _otto, bruno, other, _found, answer = quarrel()
        db.session.commit()
        number, ids = answer.id, (bruno.id, other.id)

    def hide(user_id):
        from exchange.accounts.models import User

        reports.hide(db.session.get(Answer, number), db.session.get(User, user_id), "It advertises.")

    outcomes = both_at_once(app, *(lambda user_id=one: hide(user_id) for one in ids))
    assert sorted(type(one).__name__ for one in outcomes) == ["DoneBefore", "NoneType"]
    with app.app_context():
        assert db.session.query(Hiding).count() == 1 and acts("hide") == ["hide"]


def test_the_author_appeals_once_and_somebody_else_decides(app):
    with app.app_context():
        _ana, otto, bruno, other, _found, answer = quarrel()
        reports.hide(answer, bruno, "It advertises.")
        assert reports.may_appeal(answer, otto)
        reports.appeal(answer, otto, "I sell nothing.")
        assert not reports.may_appeal(answer, otto) and queue.appealed()[0].thing is answer
        with pytest.raises(NotAllowed):
            reports.show(answer, bruno, "I think again.")
        with pytest.raises(NotAllowed):
            reports.uphold(answer, bruno, "It does.")
        reports.uphold(answer, other, "It names a shop.")
        assert reports.hiding_of(answer).upheld_by_id == other.id and not queue.appealed()
        reports.show(answer, other, "The shop is taken out.")
        assert reports.hiding_of(answer) is None
        assert acts("%hiding") == ["appeal hiding", "uphold hiding"]


def test_an_appeal_goes_through_the_pages(app):
    with app.app_context():
        _ana, otto, bruno, other, found, answer = quarrel()
        chloe = cast.chloe()
        db.session.commit()
        thing, path = f"/reports/answer/{answer.id}", challenges.path_of(found)
    assert stage.post(app, chloe, thing, why="insult", words="Look.").status_code == 303
    assert "Hang sails" in stage.look(app, bruno, "/reports")
    assert stage.post(app, bruno, f"{thing}/hide", **{"hide-reason": ""}).status_code == 422
    assert stage.post(app, bruno, f"{thing}/hide", **{"hide-reason": "It advertises."}).status_code == 303
    assert "It advertises." in stage.look(app, otto, f"{thing}/appeal")
    assert stage.post(app, otto, f"{thing}/appeal", words="I sell nothing.").status_code == 303
    page = stage.look(app, bruno, f"{thing}/decision")
    assert "I sell nothing." in page and "somebody else decides" in page
    assert stage.post(app, other, f"{thing}/show", **{"show-reason": "True."}).status_code == 303
    assert "Hang sails" in stage.look(app, None, path)


def test_a_locked_challenge_takes_no_more_and_says_why(app):
    with app.app_context():
        ana, otto, bruno, _milan, found, _answer = quarrel()
        reports.lock(found, bruno, "It became a quarrel.")
        with pytest.raises(challenges.Locked):
            answering.comment(found, ana, "And yet.", "en")
        db.session.commit()
        path = challenges.path_of(found)
    page = stage.look(app, otto, path)
    assert "It became a quarrel." in page and "Answer for your city" not in page
    with app.app_context():
        found, bruno, ana = (db.session.merge(one) for one in (found, bruno, ana))
        reports.unlock(found, bruno)
        assert answering.comment(found, ana, "And yet.", "en").id


def test_only_what_has_something_beneath_it_is_locked(app):
    with app.app_context():
        *_people, bruno, _milan, _found, answer = quarrel()
        with pytest.raises(NotAllowed):
            reports.lock(answer, bruno, "Enough.")


def test_a_new_account_writes_little_in_a_day_and_is_told_with_its_words_kept(app):
    with app.app_context():
        ana, chloe = cast.ana(), cast.chloe()
        found = stage.posed(ana)
        most = app.config["SETTINGS"].new_account_posts
        for number in range(most):
            answering.comment(found, chloe, f"Comment {number}", "en")
        with pytest.raises(limits.TooMuch):
            answering.comment(found, chloe, "One more", "en")
        db.session.commit()
        path = f"/challenges/{found.public_id}/comments"
    answer = stage.post(app, chloe, path, text="One more")
    assert answer.status_code == 429 and "One more" in answer.get_data(as_text=True)
    with app.app_context():
        found, chloe = db.session.merge(found), db.session.merge(chloe)
        chloe.created_at = now() - timedelta(days=30)
        assert answering.comment(found, chloe, "One more", "en").id


def test_a_day_later_it_may_write_again(app):
    with app.app_context():
        ana, chloe = cast.ana(), cast.chloe()
        found = stage.posed(ana)
        for number in range(app.config["SETTINGS"].new_account_posts):
            one = answering.comment(found, chloe, f"Comment {number}", "en")
            one.at = now() - timedelta(days=1, minutes=1)
        db.session.flush()
        assert answering.comment(found, chloe, "One more", "en").id


def test_reports_are_counted_too(app, monkeypatch):
    monkeypatch.setattr(reports, "MOST_REPORTS", 1)
    with app.app_context():
        *_rest, found, answer = quarrel()
        chloe = cast.chloe()
        reports.report(answer, chloe, "other")
        with pytest.raises(limits.TooMuch):
            reports.report(found, chloe, "other")
        assert db.session.query(Report).count() == 1


def test_the_history_tells_everything_that_was_done(app):
    with app.app_context():
        _ana, otto, bruno, other, _found, answer = quarrel()
        reports.report(answer, cast.chloe(), "insult")
        reports.hide(answer, bruno, "It insults.")
        reports.appeal(answer, otto, "It does not.")
        reports.show(answer, other, "It does not, indeed.")
        told = [what for _at, what, _who, _words in queue.history(answer, "answer")]
        assert told == ["shown", "appealed", "hide", "reported"]
