"""A city poses a challenge, others answer, what helped is marked, and it ends with an outcome."""

import pytest
from sqlalchemy import Engine, event

from exchange.accounts.models import User
from exchange.core.models import db
from exchange.network.models.talk import Answer, Challenge, TalkComment
from exchange.network.service.talk import answering, challenges, reading, reports
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation.stage import acts, both_at_once
from tests.network.talk import stage

FORM = {
    "city": "porto",
    "title": "Shade for a square",
    "text": "Nobody crosses it at noon.",
    "topic_1": "climate",
    "topic_2": "",
    "topic_3": "",
    "by_when": "2027-03",
    "language": "en",
    "do": "pose",
}


def test_an_official_poses_a_challenge_and_everyone_reads_it(app):
    with app.app_context():
        ana = cast.ana()
        db.session.commit()
    answer = stage.post(app, ana, "/challenges", **FORM)
    assert answer.status_code == 303
    page = stage.look(app, None, answer.location)
    assert "Shade for a square" in page and "Nobody crosses it at noon." in page and "March 2027" in page
    assert "Shade for a square" in stage.look(app, None, "/challenges")


def test_what_is_missing_comes_back_with_every_word_typed(app):
    with app.app_context():
        ana = cast.ana()
        db.session.commit()
    answer = stage.post(app, ana, "/challenges", **{**FORM, "topic_1": "", "by_when": "soon"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Nobody crosses it at noon." in page
    assert "Choose a topic." in page and "Write a year like 2006" in page


def test_a_reader_of_no_city_cannot_pose_one(app):
    with app.app_context():
        chloe = cast.chloe()
        db.session.commit()
        with pytest.raises(NotAllowed):
            stage.posed(chloe)
    assert stage.post(app, chloe, "/challenges", **FORM).status_code == 404


def test_practices_that_may_help_are_found_before_one_poses_it(app):
    from exchange.search import indexing

    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        cast.published(ana, bruno, title="Sails give shade to a square", topics=["climate"])
        db.session.commit()
        indexing.rebuild()
    told = {**FORM, "title": "Shade for a square in summer", "do": "look"}
    answer = stage.post(app, ana, "/challenges", **told)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Sails give shade to a square" in page
    assert "Nobody crosses it at noon." in page
    piece = stage.look(app, ana, "/challenges/matching?title=Shade+for+a+square&topic=climate")
    assert "Sails give shade to a square" in piece and "<html" not in piece
    with app.app_context():
        assert db.session.query(Challenge).count() == 0


def test_another_city_answers_with_a_practice_and_the_asker_marks_what_helped(app):
    with app.app_context():
        ana, bruno, otto = cast.ana(), cast.bruno(), stage.otto()
        practice = cast.published(ana, bruno, title="Sails over the market")
        found = stage.posed(ana)
        db.session.commit()
        path, code = challenges.path_of(found), practice.public_id
    form = {"city": "wien", "kind": "practice", "practice": f"https://x.example/practices/{code}-sails"}
    form |= {"text": "It bears *little* load.", "language": "en"}
    answer = stage.post(app, otto, f"/challenges/{found.public_id}/answers", **form)
    assert answer.status_code == 303
    page = stage.look(app, None, path)
    assert "Sails over the market" in page and "<em>little</em>" in page and "Vienna" in page
    with app.app_context():
        number = db.session.query(Answer).one().id
    helped = f"/challenges/{found.public_id}/answers/{number}/helped"
    assert stage.post(app, otto, helped, helped="yes").status_code == 404
    assert stage.post(app, ana, helped, helped="yes").status_code == 303
    assert "status--good" in stage.look(app, None, path)


def test_an_answer_with_a_practice_that_nobody_can_read_says_so_and_keeps_the_words(app):
    with app.app_context():
        ana, otto = cast.ana(), stage.otto()
        draft = cast.draft(ana, title="Nobody knows yet").practice
        found = stage.posed(ana)
        db.session.commit()
    form = {
        "city": "wien",
        "kind": "practice",
        "practice": draft.public_id,
        "text": "Look.",
        "language": "en",
    }
    answer = stage.post(app, otto, f"/challenges/{found.public_id}/answers", **form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "No public practice has this address" in page
    assert "Look." in page and "Nobody knows yet" not in page


def test_the_same_practice_of_the_same_city_is_brought_once_even_at_the_same_moment(app):
    with app.app_context():
        ana, bruno, otto = cast.ana(), cast.bruno(), stage.otto()
        practice = cast.published(ana, bruno)
        found = stage.posed(ana)
        db.session.commit()
        numbers = found.id, otto.id, practice.public_id

    def bring():
        one, user = db.session.get(Challenge, numbers[0]), db.session.get(User, numbers[1])
        told = ("practice", "Take it.", "en", numbers[2])
        return answering.answer(one, user, cast.find_city("wien"), *told).id

    first, second = both_at_once(app, bring, bring)
    assert first == second
    with app.app_context():
        assert db.session.query(Answer).count() == 1
        assert acts("answer challenge") == ["answer challenge"]


def test_the_asking_city_does_not_answer_itself(app):
    with app.app_context():
        ana = cast.ana()
        with pytest.raises(NotAllowed):
            stage.advice(stage.posed(ana), ana, city="porto")


def test_comments_go_one_level_deep_and_are_said_once(app):
    with app.app_context():
        ana, otto, chloe = cast.ana(), stage.otto(), cast.chloe()
        found = stage.posed(ana)
        answer = stage.advice(found, otto)
        first = answering.comment(found, chloe, "How hot do they get?", "en", answer)
        assert answering.comment(found, chloe, "How hot do they get?", "en", answer) is first
        answering.comment(found, chloe, "How large is the square?", "en")
        assert {one.name for one in answering.concerned(first)} == {"Ana", "Otto"}
        db.session.commit()
        path = challenges.path_of(found)
    page = stage.look(app, None, path)
    assert (
        page.index("Hang sails") < page.index("How hot do they get?") < page.index("How large is the square?")
    )


def test_an_empty_comment_comes_back_at_its_place(app):
    with app.app_context():
        ana, otto, chloe = cast.ana(), stage.otto(), cast.chloe()
        found = stage.posed(ana)
        answer = stage.advice(found, otto)
        db.session.commit()
    sent = stage.post(app, chloe, f"/challenges/{found.public_id}/comments", to=answer.id, text=" ")
    page = sent.get_data(as_text=True)
    assert sent.status_code == 422 and f'id="comment-box-{answer.id}" open' in page
    assert "Write something first." in page


def test_an_outcome_closes_it_and_nobody_adds_anything_until_it_is_asked_again(app):
    with app.app_context():
        ana, otto = cast.ana(), stage.otto()
        found = stage.posed(ana)
        challenges.close(found, ana, "We hung twelve sails.")
        challenges.close(found, ana, "We hung twelve sails.")
        with pytest.raises(challenges.Closed):
            stage.advice(found, otto)
        with pytest.raises(challenges.Closed):
            answering.comment(found, otto, "Good.", "en")
        assert acts("close challenge") == ["close challenge"]
        challenges.reopen(found, ana)
        assert stage.advice(found, otto).id


def test_an_outcome_needs_words(app):
    with app.app_context():
        ana = cast.ana()
        found = stage.posed(ana)
        db.session.commit()
    path = f"/challenges/{found.public_id}/outcome"
    assert stage.post(app, ana, path, outcome=" ").status_code == 422
    assert stage.post(app, ana, path, outcome="Sails.").status_code == 303
    assert "Sails." in stage.look(app, None, f"/challenges/{found.public_id}")


def test_its_city_changes_the_words_and_the_audit_keeps_which(app):
    with app.app_context():
        ana, otto = cast.ana(), stage.otto()
        found = stage.posed(ana)
        base = challenges.base_of(found)
        assert challenges.change(found, ana, {"title": "Shade, please"}, base)
        assert not challenges.change(found, ana, {"title": "Shade, please"}, base)
        with pytest.raises(NotAllowed):
            challenges.change(found, otto, {"title": "Ours"}, base)
        db.session.commit()
        old = f"/challenges/{found.public_id}-shade-for-a-square-under-which-trees-cannot-root"
    answer = app.test_client().get(old)
    assert answer.status_code == 301 and answer.location.endswith("-shade-please")


def test_who_saves_on_top_of_a_colleague_is_told_and_keeps_what_was_typed(app):
    with app.app_context():
        ana, found = cast.ana(), stage.posed(cast.person("Ada", city="porto"))
        db.session.commit()
        path, base = f"/challenges/{found.public_id}/change", challenges.base_of(found)
    assert stage.post(app, ana, path, **FORM, base=base).status_code == 303
    late = {**FORM, "text": "Nobody sits there either."}
    answer = stage.post(app, ana, path, **late, base=base)
    assert answer.status_code == 409 and "Nobody sits there either." in answer.text
    assert "Nobody crosses it at noon." in stage.look(app, None, f"/challenges/{found.public_id}")
    with app.app_context():
        now = challenges.base_of(challenges.find(found.public_id))
    assert now in answer.text
    assert stage.post(app, ana, path, **late, base=now).status_code == 303


def test_what_is_sent_twice_is_said_once(app):
    with app.app_context():
        ana, otto = cast.ana(), stage.otto()
        db.session.commit()
    first, second = (stage.post(app, ana, "/challenges", **FORM) for _time in range(2))
    assert first.status_code == 303 and second.location == first.location
    told = {"city": "wien", "kind": "advice", "text": "Hang sails.", "language": "en"}
    ends = {stage.post(app, otto, f"{first.location}/answers", **told).location for _time in range(2)}
    assert len(ends) == 1
    with app.app_context():
        assert db.session.query(Challenge).count() == db.session.query(Answer).count() == 1


def test_a_challenge_sent_twice_in_one_instant_is_one(app):
    with app.app_context():
        number = cast.ana().id
        db.session.commit()

    def pose():
        return challenges.pose(db.session.get(User, number), cast.find_city("porto"), stage.WORDS).id

    first, second = both_at_once(app, pose, pose)
    assert first == second
    with app.app_context():
        assert acts("pose challenge") == ["pose challenge"]


def test_words_for_what_is_closed_or_gone_meanwhile_come_back(app):
    with app.app_context():
        ana, otto = cast.ana(), stage.otto()
        found = stage.posed(ana)
        gone, hidden = stage.advice(found, otto), stage.advice(found, otto, "Paint it white.")
        answering.take_back(gone, otto)
        reports.hide(hidden, cast.bruno(), "Off topic.")
        db.session.commit()
        path = f"/challenges/{found.public_id}"
    for number in (gone.id, hidden.id, 10**30):
        answer = stage.post(app, ana, f"{path}/comments", text="How hot were they?", to=number)
        assert answer.status_code == 409 and "How hot were they?" in answer.text
    assert stage.post(app, ana, f"{path}/outcome", outcome="Sails.").status_code == 303
    told = {"city": "wien", "kind": "advice", "language": "en"}
    late = stage.post(app, otto, f"{path}/answers", text="Plant trees in tubs.", **told)
    assert late.status_code == 409 and "Plant trees in tubs." in late.text
    late = stage.post(app, otto, f"{path}/comments", text="A pity.")
    assert late.status_code == 409 and "A pity." in late.text


def test_authors_take_back_what_they_said_and_nobody_else_does(app):
    with app.app_context():
        ana, otto, chloe = cast.ana(), stage.otto(), cast.chloe()
        found = stage.posed(ana)
        answer = stage.advice(found, otto)
        comment = answering.comment(found, chloe, "Nice sails.", "en", answer)
        db.session.commit()
        path = f"/challenges/{found.public_id}"
    assert stage.post(app, chloe, f"{path}/answers/{answer.id}/removal").status_code == 404
    assert stage.post(app, chloe, f"{path}/comments/{comment.id}/removal").status_code == 303
    assert "Nice sails." not in stage.look(app, None, path)
    assert stage.post(app, otto, f"{path}/answers/{answer.id}/removal").status_code == 303
    assert "Hang sails" not in stage.look(app, None, path)
    with app.app_context():
        assert db.session.get(TalkComment, comment.id).text == "Nice sails."  # the audit can be understood


def test_lists_are_narrowed_by_state_topic_city_and_words(app):
    with app.app_context():
        ana = cast.ana()
        stage.posed(ana)
        stage.posed(ana, title="Quiet trams", topics=["public-transport"])
        challenges.close(stage.posed(ana, title="Old one"), ana, "Done.")

        def titles(**wish):
            return [one.title for one in reading.challenges(reading.Wish(**wish))[0]]

        assert titles(state="closed") == ["Old one"]
        assert titles(topic="mobility") == ["Quiet trams"]
        assert titles(q="SQUARE shade") == [stage.WORDS["title"]]
        assert titles(city="wien") == [] and len(titles(city="porto")) == 3
        assert titles()[-1] == "Old one", "open ones first"


def test_nothing_that_was_typed_is_run_as_a_script(app):
    with app.app_context():
        ana, otto = cast.ana(), stage.otto()
        evil = "<script>alert(1)</script> [x](javascript:alert(1))"
        found = stage.posed(ana, text=evil, constraints=evil, title="<b>Evil</b> title")
        answering.comment(found, otto, evil, "en", stage.advice(found, otto, evil))
        challenges.close(found, ana, evil)
        db.session.commit()
        path = challenges.path_of(found)
    page = stage.look(app, None, path)
    assert "<script>alert" not in page and 'href="javascript' not in page and "<b>Evil" not in page


@pytest.mark.parametrize("page", ["/challenges", "one"])
def test_a_page_costs_the_same_number_of_queries_for_1_and_3_rows(app, page):
    with app.app_context():
        ana, otto = cast.ana(), stage.otto()
        bruno = cast.bruno()
        practices = [cast.published(ana, bruno, title=f"Case {number}") for number in range(3)]
        found = stage.posed(ana)
        path = page if page != "one" else challenges.path_of(found)

        def more(number):
            told = ("practice", "Take it.", "en", practices[number].public_id)
            answer = answering.answer(found, otto, cast.find_city("wien"), *told)
            other = cast.person(f"P{number}", city="wien")
            answering.comment(found, other, f"{number}", "en", answer)
            answering.comment(found, other, f"{number}", "en")
            stage.posed(ana, title=f"Challenge {number}")
            db.session.commit()

        more(0)
    one = count(app, path)
    with app.app_context():
        found, otto, ana = (db.session.merge(row) for row in (found, otto, ana))
        more(1), more(2)
    assert count(app, path) == one


def count(app, path):
    seen = []

    def note(*args):
        seen.append(args[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert app.test_client().get(path).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(seen)


def test_a_hidden_challenge_is_in_no_list_and_its_author_still_reads_it(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        found = stage.posed(ana)
        reports.hide(found, bruno, "It names a neighbour.")
        db.session.commit()
        path = challenges.path_of(found)
    assert app.test_client().get(path).status_code == 404
    assert "It names a neighbour." in stage.look(app, ana, path)
    for address in ("/challenges", "/challenges.json", "/challenges.atom", "/", "/cities/porto"):
        assert stage.WORDS["title"] not in stage.look(app, None, address), address
