"""Freshness: once a year somebody is asked whether a public case still holds; silence is shown."""

from datetime import timedelta

import pytest

from exchange import reactions
from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.asked_models import FreshnessAsk, Proposal
from exchange.moderation.service.links import asking, freshness
from exchange.moderation.service.links.by_link import token_of
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from exchange.practices import service as practices
from exchange.search import indexing
from exchange.search import service as search
from exchange.search.query import Query
from tests import cast
from tests.moderation import stage
from tests.moderation.links.test_clearing import letters

OFFICE = "office@porto.example"
YEAR, MONTH = timedelta(days=365), timedelta(days=30)


@pytest.fixture
def town(app):
    """(app, Ana, the public case of hers)."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        practice = cast.published(ana, bruno)
        db.session.commit()
        while reactions.react():
            pass
        yield app, ana, practice


def due(practice, more=timedelta(minutes=1)):
    return practice.confirm_by + more


def ask(practice):
    """The year is over: who is asked, by their addresses."""
    assert freshness.ask_around(due(practice)) == 1
    return {one.address: one for one in db.session.query(FreshnessAsk)}


def test_a_year_after_its_publication_contact_and_author_get_a_link_of_their_own(town):
    _app, _ana, practice = town
    assert practice.confirm_by == practice.published_at + YEAR
    assert freshness.ask_around(practice.confirm_by - timedelta(minutes=1)) == 0
    asked = ask(practice)
    assert set(asked) == {OFFICE, "ana@cast.example"}
    assert all(one.expires_at - one.asked_at == timedelta(days=60) for one in asked.values())
    assert freshness.ask_around(due(practice)) == 0, "nobody is asked twice"


def soon(practice):
    """The same year, as if it had passed already: links work by the real clock."""
    practice.confirm_by = now() - timedelta(seconds=1)
    db.session.commit()
    return ask(practice)


def test_the_letter_names_the_public_title_and_never_that_of_a_draft(town):
    _app, ana, practice = town
    draft = practices.next_draft(practices.public_revision(practice), ana)
    practices.save(draft, {"title": "A title that nobody may read"}, {}, ana)
    soon(practice)
    assert sorted(letters("freshness")) == ["ana@cast.example", OFFICE]
    for letter in db.session.query(Letter).filter_by(kind="freshness"):
        text = "\n".join(words_of(letter, things_of(letter)))
        assert "A budget that residents decide" in text and "nobody may read" not in text
        assert "nobody-may-read" not in text


def test_still_running_confirms_it_for_a_year_and_ends_the_other_links(town):
    _app, _ana, practice = town
    asked = soon(practice)
    freshness.answer(asked[OFFICE], "running")
    freshness.answer(asked[OFFICE], "running")
    assert practice.confirmed_at == asked[OFFICE].answered_at
    assert practice.confirm_by == practice.confirmed_at + YEAR
    with pytest.raises(service.LinkOver):
        freshness.answer(asked["ana@cast.example"], "ended")


def test_changed_opens_a_draft_for_the_authors_and_tells_them(town):
    _app, _ana, practice = town
    freshness.answer(soon(practice)[OFFICE], "changed", "Since May it covers the whole city.")
    db.session.commit()
    assert practices.working_revision(practice).state == "draft"
    assert letters("freshness-answer") == ["ana@cast.example"]
    assert practice.confirmed_at is None


def test_ended_is_proposed_and_not_written(town):
    _app, ana, practice = town
    public = practices.public_revision(practice)
    freshness.answer(soon(practice)[OFFICE], "ended", "The new council stopped it.")
    (proposal,) = asking.proposals(practice)
    assert proposal.told == {"old": "running", "new": "discontinued"}
    assert public.get("stage") == "running" and practices.working_revision(practice) is None
    assert freshness.last_word(practice, public).answer == "ended"
    asking.take(proposal, ana)
    assert practices.working_revision(practice).get("stage") == "discontinued"
    assert public.get("stage") == "running"


def test_a_new_contact_is_proposed_and_asked(town):
    _app, ana, practice = town
    freshness.answer(soon(practice)[OFFICE], "contact", name="Rui", address="rui@porto.example")
    (proposal,) = asking.proposals(practice)
    (row,) = proposal.told["new"]
    assert (row["name"], row["mail"], row["shown_to"]) == ("Rui", "rui@porto.example", "public")
    db.session.commit()
    assert "rui@porto.example" in letters("freshness")
    asking.take(proposal, ana)
    assert practices.working_revision(practice).get("contacts") == [row]


def test_whoever_has_it_now_is_asked_and_the_authors_hear(town):
    _app, _ana, practice = town
    with pytest.raises(service.ReasonMissing):
        freshness.answer(soon(practice)[OFFICE], "handed-over")
    asked = db.session.query(FreshnessAsk).filter_by(address=OFFICE).one()
    freshness.answer(asked, "handed-over", name="Water office", address="water@porto.example")
    db.session.commit()
    assert "water@porto.example" in letters("freshness")
    assert letters("freshness-answer") == ["ana@cast.example"]
    assert db.session.query(Proposal).count() == 0


def test_after_thirty_days_there_is_one_reminder(town):
    _app, _ana, practice = town
    soon(practice)
    assert freshness.remind(now() + MONTH - timedelta(hours=1)) == 0
    assert freshness.remind(now() + MONTH + timedelta(hours=1)) == 2
    assert freshness.remind(now() + MONTH + timedelta(hours=2)) == 0


def test_silence_is_said_sixty_days_later_and_removes_nothing(town):
    app, _ana, practice = town
    freshness.ask_around(due(practice))
    assert freshness.notice_silence(due(practice, timedelta(days=59))) == 0
    assert freshness.notice_silence(due(practice, timedelta(days=60, minutes=2))) == 1
    assert practice.silent_since == practices.public_revision(practice).published_at
    assert practice.visibility == "public"
    db.session.commit()
    public_id = practice.public_id
    while reactions.react():
        pass
    client = app.test_client()
    assert "Not confirmed since" in client.get(f"/practices/{public_id}", follow_redirects=True).text
    assert "Not confirmed since" in client.get("/practices").text
    assert "Not confirmed since" in client.get("/practices?view=table").text


def test_whoever_answers_while_the_clock_looks_is_not_called_silent(town, monkeypatch):
    _app, _ana, practice = town
    asked, late = soon(practice)[OFFICE], due(practice, timedelta(days=60, minutes=2))

    def answered_first(held):
        monkeypatch.undo()
        held.confirm_by = late + timedelta(days=365)
        freshness.hold_practice(held)

    monkeypatch.setattr(freshness, "hold_practice", answered_first)
    freshness.notice_silence(late)
    assert asked.practice.silent_since is None


def test_a_later_confirmation_ends_the_silence(town):
    _app, _ana, practice = town
    asked = soon(practice)
    practice.silent_since = practice.published_at
    freshness.answer(asked[OFFICE], "running")
    assert practice.silent_since is None


def test_where_nobody_can_be_reached_it_says_so_at_once(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        practice = cast.published(ana, bruno, contacts=[{"name": "Office", "shown_to": "public"}])
        ana.left_at = now()
        freshness.ask_around(due(practice))
        assert practice.silent_since is not None and db.session.query(FreshnessAsk).count() == 0


def test_an_import_gets_no_letter_and_falls_silent_all_the_same(app):
    with app.app_context():
        bruno = cast.bruno()
        revision = stage.imported(contacts=[{"name": "Office", "mail": "office@library.example"}])
        service.approve_import(revision, bruno)
        practice = revision.practice
        assert freshness.ask_around(due(practice)) == 0
        assert freshness.notice_silence(due(practice, timedelta(days=61))) == 1
        assert db.session.query(FreshnessAsk).count() == 0


def test_a_case_that_is_down_is_asked_after_by_nobody(town):
    _app, _ana, practice = town
    practices.show(practice, "tombstone", None, "Withdrawn.")
    assert freshness.ask_around(due(practice)) == 0
    assert freshness.notice_silence(due(practice, YEAR)) == 0


def test_a_new_version_counts_as_a_confirmation(town):
    _app, ana, practice = town
    bruno = db.session.query(type(ana)).filter_by(name="Bruno").one()
    practice.silent_since, practice.confirm_by = practice.published_at, practice.published_at
    review = service.open_review(practice) or stage.next_version(
        service.approval_of(practices.public_revision(practice)).review, ana
    )
    service.take(review, bruno)
    service.decide(review, "approve", bruno, **stage.JUDGED)
    public = practices.public_revision(practice)
    assert practice.silent_since is None and practice.confirm_by == public.published_at + YEAR


def test_of_two_equal_cases_the_silent_one_comes_later(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        silent, alive = (cast.published(ana, bruno, title="Cycle streets") for _n in range(2))
        ids = silent.public_id, alive.public_id
        db.session.commit()
        indexing.rebuild()
    with app.test_request_context():
        first = {hit.public_id: hit.score for hit in search.find(Query(q="cycle streets")).results.hits}
    assert first[ids[0]] == first[ids[1]]
    with app.app_context():
        freshness.fall_silent(practices.find(ids[0]), practices.public_revision(practices.find(ids[0])))
        db.session.commit()
        while reactions.react():
            pass
    with app.test_request_context():
        hits = search.find(Query(q="cycle streets")).results.hits
    assert [hit.public_id for hit in hits] == [ids[1], ids[0]]
    assert 0.85 < hits[1].score / hits[0].score < 1


# The page behind the link


@pytest.fixture
def link(app):
    """(app, the address that the contact was sent, public id, the title)."""
    with app.app_context():
        practice = cast.published(cast.ana(), cast.bruno())
        one = soon(practice)[OFFICE]
        db.session.commit()
        return app, f"/confirm/{token_of(one)}", practice.public_id


def test_one_click_without_an_account_confirms_and_the_link_is_used_up(link):
    app, address, public_id = link
    client = app.test_client()
    page = client.get(address)
    assert page.status_code == 200 and page.headers["Referrer-Policy"] == "no-referrer"
    assert "confirmed today" in client.post(address, data={"answer": "running"}).text
    after = client.get(address)
    assert after.status_code == 410 and "This link has been used" in after.text
    case = client.get(f"/practices/{public_id}", follow_redirects=True).text
    assert "<dt>Confirmed</dt>" in case and "Not confirmed since" not in case


def test_what_has_ended_is_said_on_the_page_with_its_day(link):
    app, address, public_id = link
    client = app.test_client()
    client.post(address, data={"answer": "ended", "words": "Stopped in May."})
    page = client.get(f"/practices/{public_id}", follow_redirects=True).text
    assert "Ended, says the contact, on" in page
    assert "Stopped in May." not in page, "the words are for the authors"


def test_a_new_contact_without_an_address_comes_back_with_what_was_typed(link):
    app, address, _public_id = link
    typed = {"answer": "contact", "words": "She left in May.", "name": "Rui"}
    answer = app.test_client().post(address, data=typed)
    assert answer.status_code == 422 and "She left in May." in answer.text
    assert "Give a mail address." in answer.text
