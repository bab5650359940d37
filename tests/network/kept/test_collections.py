"""Collections: one's own, shared with a team, for everyone once a moderator has read them."""

import json
from functools import partial

import pytest
from sqlalchemy import delete

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.accounts.models import User
from exchange.core.models import db
from exchange.network.models.kept import Collection, CollectionEntry
from exchange.network.service import vetting
from exchange.network.service.kept import collections, publishing
from exchange.network.service.talk import reports
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation.stage import acts, both_at_once
from tests.moderation.tables.test_bulk import queries_of
from tests.network.kept import stage
from tests.network.talk.stage import look, post


@pytest.fixture
def shelf(app):
    """Ana's collection of two cases, Bruno who moderates; (app, ana, bruno, path, codes)."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        cases = stage.three(ana, bruno)
        found = stage.made(ana, *cases[:2])
        db.session.commit()
        return app, ana, bruno, collections.path_of(found), [one.public_id for one in cases]


def order(app, path):
    with app.app_context():
        found = collections.find(code_of(path))
        return [entry.practice.public_id for entry in found.entries]


def code_of(path):
    return path.split("/")[2].split("-")[0]


def somebody(app, name, **more):
    with app.app_context():
        made = cast.person(name, **more)
        db.session.commit()
        return made


def everyone_reads(app):
    """What Ana's only collection says now is let through by Bruno."""
    with app.app_context():
        found, bruno = db.session.query(Collection).one(), accounts.find_user("bruno@cast.example")
        stage.let_through(found, bruno)
        db.session.commit()


def test_a_reader_makes_one_and_puts_a_case_into_it_from_the_case(app):
    with app.app_context():
        ana, bruno, chloe = cast.ana(), cast.bruno(), cast.chloe()
        code = cast.published(ana, bruno, title="A charge").public_id
        db.session.commit()
    assert f"/collections/add?practice={code}" in look(app, chloe, f"/practices/{code}")
    assert "Into a new one" in look(app, chloe, f"/collections/add?practice={code}")
    form = {"title": "For the council", "language": "en", "city": "", "practice": code}
    answer = post(app, chloe, "/collections", **form)
    page = look(app, chloe, answer.location)
    assert answer.status_code == 303 and "A charge" in page and "For the council" in page
    assert "is in it already" in look(app, chloe, f"/collections/add?practice={code}")


def test_without_a_title_it_comes_back_with_every_word(app):
    with app.app_context():
        chloe = cast.chloe()
        db.session.commit()
    answer = post(app, chloe, "/collections", title="", introduction="For **whom**.", language="en", city="")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Give it a title." in page and "For **whom**." in page


def test_nobody_else_learns_that_there_is_one(shelf):
    app, _ana, bruno, path, codes = shelf
    chloe = somebody(app, "Chloe")
    for user in (chloe, bruno):
        client = cast.client_of(app, user)
        assert client.get(path).status_code == 404
        assert client.get(f"{path}/change").status_code == 404
    assert cast.client_of(app, None).get(path).status_code == 404
    assert post(app, chloe, f"{path}/entries", practice=codes[2]).status_code == 404
    assert cast.client_of(app, None).get(path.split("-")[0] + ".json").status_code == 404
    assert "Streets on trial" not in look(app, chloe, "/collections")


def test_cases_move_up_and_down_and_out_without_a_script(shelf):
    app, ana, _bruno, path, (one, two, three) = shelf
    assert (
        post(
            app, ana, f"{path}/entries", address=f"https://x.example/practices/{three.lower()}-a"
        ).status_code
        == 303
    )
    assert order(app, path) == [one, two, three]
    post(app, ana, f"{path}/entries/{three}", do="up")
    assert order(app, path) == [one, three, two]
    post(app, ana, f"{path}/entries/{one}", do="down")
    assert order(app, path) == [three, one, two]
    post(app, ana, f"{path}/entries/{three}", do="up")  # it is the first: nothing happens
    post(app, ana, f"{path}/entries/{one}", do="out")
    assert order(app, path) == [three, two]


def test_the_same_case_stands_there_once_even_when_added_twice_at_the_same_moment(shelf):
    app, ana, _bruno, path, codes = shelf

    def add():
        collections.add(collections.find(code_of(path)), db.session.get(User, ana.id), codes[2])

    both_at_once(app, add, add)
    assert order(app, path) == codes
    with app.app_context():
        assert acts("add to collection") == ["add to collection"] * 3


def test_a_note_is_kept_and_too_long_a_one_comes_back_as_typed(shelf):
    app, ana, _bruno, path, (one, *_rest) = shelf
    assert (
        post(app, ana, f"{path}/entries/{one}", do="note", note="The vote *came later*.").status_code == 303
    )
    assert "<em>came later</em>" in look(app, ana, path)
    answer = post(app, ana, f"{path}/entries/{one}", do="note", note="word " * 300)
    assert answer.status_code == 422 and "word word" in answer.get_data(as_text=True)


def test_what_is_no_public_case_cannot_be_put_in(shelf):
    app, ana, _bruno, path, codes = shelf
    with app.app_context():
        draft = cast.draft(db.session.get(User, ana.id), title="Nobody knows").practice.public_id
        db.session.commit()
    for told in (draft, "ZZZZZZ", "", "https://elsewhere.example/"):
        answer = post(app, ana, f"{path}/entries", address=told)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422 and "No public practice has this" in page
        assert "Nobody knows" not in page
    assert order(app, path) == codes[:2]


def test_a_team_works_on_what_is_shared_with_it_and_its_owner_alone_says_who_reads_it(shelf):
    app, ana, _bruno, path, codes = shelf
    ines, otto = somebody(app, "Ines", city="porto"), somebody(app, "Otto", city="wien")
    with app.app_context():
        porto, wien = (str(cast.find_city(slug).id) for slug in ("porto", "wien"))
    words = {"title": "Streets on trial", "introduction": "Try first.", "language": "en"}
    assert post(app, ana, f"{path}/change", **words, city=wien).status_code == 422  # not her city
    assert post(app, ana, f"{path}/change", **words, city=porto).status_code == 303
    assert "Streets on trial" in look(app, ines, "/collections")
    assert post(app, ines, f"{path}/entries", practice=codes[2]).status_code == 303
    assert cast.client_of(app, otto).get(path).status_code == 404
    for way in ("publication", "removal"):
        assert post(app, ines, f"{path}/{way}", do="publish").status_code == 404
    assert post(app, ines, f"{path}/change", **{**words, "title": "Ours"}, city="").status_code == 303
    with app.app_context():
        assert db.session.query(Collection).one().city.slug == "porto"  # still shared


def test_who_saves_over_somebody_elses_words_is_told_and_keeps_their_own(shelf):
    app, ana, _bruno, path, _codes = shelf
    with app.app_context():
        found = db.session.query(Collection).one()
        base = collections.base_of(found)
        collections.change(found, db.session.get(User, ana.id), {"title": "Changed meanwhile"})
        db.session.commit()
    form = {"title": "Mine", "introduction": "My words.", "language": "en", "city": "", "base": base}
    answer = post(app, ana, f"{path}/change", **form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "My words." in page and "Somebody else changed this" in page
    base = page.split('name="base"')[1].split('value="')[1].split('"')[0]
    assert post(app, ana, f"{path}/change", **{**form, "base": base}).status_code == 303


def test_everyone_reads_it_once_a_moderator_has(shelf):
    app, ana, bruno, path, codes = shelf
    assert post(app, ana, f"{path}/publication", do="publish").status_code == 303
    assert cast.client_of(app, None).get(path).status_code == 404
    with app.app_context():
        vetting.let_through(vetting.working("collection", code_of(path)), db.session.get(User, bruno.id))
        db.session.commit()
    page = look(app, None, path)
    assert "<strong>decide later</strong>" in page and "Look at who decided." in page
    assert page.index("A charge with a trial") < page.index("A bus of its own")
    assert "Streets on trial" in look(app, None, "/collections")
    told = json.loads(look(app, None, path.split("-")[0] + ".json"))
    assert [one["id"] for one in told["cases"]] == codes[:2] and told["cases"][0]["version"] == 1
    assert "Ana" not in json.dumps(told)
    assert json.loads(look(app, None, "/collections.json"))["total"] == 1


def test_what_is_changed_later_is_not_public_until_a_moderator_read_it_too(shelf):
    app, ana, bruno, path, codes = shelf
    everyone_reads(app)
    post(app, ana, f"{path}/entries/{codes[0]}", do="note", note="Not read by anyone.")
    form = {"title": "Another title", "introduction": "Another word.", "language": "en", "city": ""}
    post(app, ana, f"{path}/change", **form)
    page = look(app, None, path)
    assert "Not read by anyone." not in page and "Another" not in page and "Streets on trial" in page
    mine = look(app, ana, path)
    assert "Not read by anyone." in mine and "Let everyone read it as it is now" in mine
    assert "Not read by anyone." not in look(app, ana, f"{path}?as=everyone")
    everyone_reads(app)
    assert "Not read by anyone." in look(app, None, path)  # the old address leads on


def test_a_moderators_own_is_public_at_once_and_on_record(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        found = stage.made(bruno, cast.published(ana, bruno, title="A charge"))
        assert publishing.publish(found, bruno) == "public" and publishing.publish(found, bruno) == ""
        db.session.commit()
        path = collections.path_of(found)
        text = vetting.public("collection", found.public_id)
        assert text.decided_by_id == bruno.id and acts("publish text") == ["publish text"]
    assert "A charge" in look(app, None, path)


def test_it_needs_an_introduction_and_a_case_before_everyone_reads_it(app):
    with app.app_context():
        ana = cast.ana()
        path = collections.path_of(stage.made(ana))
        db.session.commit()
    answer = post(app, ana, f"{path}/publication", do="publish")
    assert answer.status_code == 422 and "at least one case" in answer.get_data(as_text=True)


def test_its_owner_takes_it_back_and_nobody_reads_it_any_more(shelf):
    app, ana, bruno, path, _codes = shelf
    everyone_reads(app)
    assert post(app, ana, f"{path}/publication", do="withdraw").status_code == 303
    assert cast.client_of(app, None).get(path).status_code == 404
    assert post(app, ana, f"{path}/publication", do="publish").status_code == 303
    assert post(app, ana, f"{path}/publication", do="take-back").status_code == 303
    with app.app_context():
        assert vetting.working("collection", code_of(path)) is None
        assert vetting.latest("collection", code_of(path)).state == "taken-back"


def test_a_case_that_is_public_no_more_is_left_out_for_everyone_and_named_to_its_owner(shelf):
    app, ana, bruno, path, codes = shelf
    everyone_reads(app)
    with app.app_context():
        practices.show(practices.find(codes[0]), "tombstone", db.session.get(User, bruno.id), "Gone.")
        db.session.commit()
    page = look(app, None, path)
    assert "A charge with a trial" not in page and "A bus of its own" in page
    assert "which is not public now" in look(app, ana, path)
    told = json.loads(look(app, None, path.split("-")[0] + ".json"))
    assert [one["id"] for one in told["cases"]] == [codes[1]] and told["cases_total"] == 1
    assert json.loads(look(app, None, "/collections.json"))["items"][0]["cases_total"] == 1
    assert "1 case<" in look(app, None, "/collections")


def test_a_hidden_one_is_read_by_its_owner_and_moderators_alone(shelf):
    app, ana, bruno, path, codes = shelf
    chloe = somebody(app, "Chloe")
    everyone_reads(app)
    assert "/reports/collection/1" in look(app, chloe, path)
    with app.app_context():
        found = db.session.query(Collection).one()
        reports.report(found, db.session.get(User, chloe.id), "advertising")
        reports.hide(found, db.session.get(User, bruno.id), "It advertises.")
        db.session.commit()
    for user in (None, chloe):
        assert cast.client_of(app, user).get(path).status_code == 404
        assert cast.client_of(app, user).get(f"/briefing?collection={code_of(path)}").status_code == 404
    assert "It advertises." in look(app, ana, path) and "Streets" not in look(app, None, "/collections")
    assert json.loads(look(app, None, "/collections.json"))["total"] == 0


def test_removed_it_is_gone_with_what_waited(shelf):
    app, ana, _bruno, path, _codes = shelf
    post(app, ana, f"{path}/publication", do="publish")
    assert "cannot be brought back" in look(app, ana, f"{path}/removal")
    assert post(app, ana, f"{path}/removal").status_code == 303
    with app.app_context():
        assert db.session.query(Collection).count() == 0 and vetting.waiting()[1] == 0


def test_nobody_keeps_more_than_there_is_room_for(app, monkeypatch):
    monkeypatch.setattr(collections, "MOST", 1)
    monkeypatch.setattr(collections, "MOST_ENTRIES", 1)
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        one, two, _three = stage.three(ana, bruno)
        found = stage.made(ana, one)
        with pytest.raises(collections.TooMany):
            collections.add(found, ana, two.public_id)
        with pytest.raises(collections.TooMany):
            stage.made(ana)


def test_who_has_not_proven_an_address_keeps_none(app):
    with app.app_context(), pytest.raises(NotAllowed):
        stage.made(cast.person("Una", verified=False))


def test_who_leaves_takes_along_what_nobody_else_reads(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        case = cast.published(ana, bruno)
        stage.made(ana, case, title="Mine alone")
        stage.made(ana, case, title="Shared", city_id=cast.find_city("porto").id)
        stage.let_through(stage.made(ana, case, title="For all"), bruno)
        publishing.publish(stage.made(ana, case, title="Waits"), ana)
        accounts.leave(ana)
        db.session.commit()
        while reactions.journal.deliver(reactions.HANDLERS):
            pass
        assert {one.title for one in db.session.query(Collection)} == {"Shared", "For all"}
        assert vetting.counts() == {}


def test_pages_cost_the_same_number_of_queries_for_1_and_3_rows(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        cases = stage.three(ana, bruno)
        few, many = (stage.let_through(stage.made(ana, *cases[:n]), bruno) for n in (1, 3))
        db.session.commit()
        paths = [(collections.path_of(few), collections.path_of(many))]
        paths.append(tuple(f"/collections/{one.public_id}.json" for one in (few, many)))
    client = cast.client_of(app, None)
    for few, many in paths:
        counts = [queries_of(app, partial(client.get, path)) for path in (few, many)]
        assert counts[0] == counts[1], few
    before = [queries_of(app, partial(cast.client_of(app, who).get, "/collections")) for who in (None, ana)]
    with app.app_context():
        user, moderator = db.session.get(User, ana.id), db.session.get(User, bruno.id)
        cases = [practice for practice, _revision in db.session.execute(practices.public())]
        stage.let_through(stage.made(user, *cases), moderator)
        db.session.commit()
    after = [queries_of(app, partial(cast.client_of(app, who).get, "/collections")) for who in (None, ana)]
    assert before == after
    few, many = (
        f"/collections/add?practice={'&practice='.join(codes)}"
        for codes in (codes_of(cases)[:1], codes_of(cases))
    )
    client = cast.client_of(app, ana)
    assert queries_of(app, partial(client.get, few)) == queries_of(app, partial(client.get, many))


def codes_of(cases):
    return [one.public_id for one in cases]


def test_a_collection_that_holds_all_of_the_cases_is_not_offered_for_them(shelf):
    app, ana, _bruno, _path, codes = shelf
    for some, is_full in ((codes[:2], True), (codes[1:], False)):
        page = look(app, ana, f"/collections/add?practice={'&practice='.join(some)}")
        assert ("is in it already" in page) is is_full, some


def test_a_note_loses_what_cannot_be_seen_before_it_is_kept(shelf):
    app, ana, _bruno, path, codes = shelf
    assert post(app, ana, f"{path}/entries", practice=codes[2], note=" Look\x00 here\x08 ").status_code == 303
    with app.app_context():
        assert collections.find(code_of(path)).entries[-1].note == "Look here"


def test_a_case_that_no_address_can_name_is_not_in_it_and_nothing_breaks(shelf):
    app, ana, _bruno, path, _codes = shelf
    assert post(app, ana, f"{path}/entries/A%0D%0AB", do="up").status_code == 303


def test_what_was_said_about_a_removed_one_is_not_said_about_the_next(app):
    """SQLite gives a number again once its row is gone."""
    with app.app_context():
        ana, bruno, chloe = cast.ana(), cast.bruno(), cast.chloe()
        case = cast.published(ana, bruno)
        hidden = stage.let_through(stage.made(ana, case), bruno)
        reports.report(hidden, chloe, "insult", "Rude.")
        reports.hide(hidden, bruno, "It insults.")
        publishing.remove(hidden, ana)
        next_one = stage.let_through(stage.made(chloe, case), bruno)
        assert publishing.is_for_all(next_one)
        assert reports.count_waiting() == 0


def test_of_two_who_remove_it_at_the_same_moment_the_second_is_told(shelf, monkeypatch):
    app, ana, _bruno, path, _codes = shelf
    remove = publishing.remove

    def too_late(found, by):
        for table in (CollectionEntry, Collection):
            db.session.execute(delete(table).execution_options(synchronize_session=False))
        remove(found, by)

    monkeypatch.setattr(publishing, "remove", too_late)
    assert post(app, ana, f"{path}/removal").status_code == 409
