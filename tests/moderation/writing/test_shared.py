"""A supervisor without an account reads Ana's draft through a link, for a while, and nobody else does."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from exchange import reactions
from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.moderation.models import Review
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from exchange.practices import service as practices
from exchange.practices import sharing
from exchange.practices.models import Practice, Revision, SharedLink
from tests import cast
from tests.moderation import paper
from tests.moderation.stage import both_at_once, dora, eva
from tests.moderation.writing.test_write import Stage


@pytest.fixture
def stage(app):
    return Stage(app)


def share(stage, **more):
    """Ana makes a link; its path."""
    token = paper.read(stage.browser.get(stage.address("people"))).values["csrf_token"]
    form = {"csrf_token": token, "for_whom": "Head of housing", "send_to": "", "days": "30", **more}
    answer = stage.post("links", form)
    assert answer.status_code == 303, answer.text
    return path(stage)


def path(stage):
    with stage.app.app_context():
        return f"/shared/{sharing.token_of(db.session.scalars(select(SharedLink)).all()[-1])}"


def link(stage):
    with stage.app.app_context():
        return db.session.scalars(select(SharedLink)).all()[-1]


def shown(stage, person=None, **answers):
    """A picture and a document that the draft shows."""
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        image, document = cast.put_media(revision.practice, revision.created_by)
        rows = {
            "media": [{"file": image.id, "alt": "A square", "credit": "Porto", "licence": "CC0-1.0"}],
            "documents": [{"file": document.id, "name": "Report"}],
        }
        practices.save(revision, rows, {}, revision.created_by)
        db.session.commit()
    return image, document


def test_the_supervisor_presses_a_button_and_reads_the_draft_as_it_stands(stage):
    cover = share(stage)
    visitor = stage.app.test_client()
    page = visitor.get(cover)
    assert page.status_code == 200 and "Ana shows you a case of Porto" in page.text
    assert cast.ANSWERS["challenge"] not in page.text
    opened = visitor.post(cover)
    assert opened.status_code == 303
    text = visitor.get(opened.location)
    assert cast.ANSWERS["challenge"] in text.text and "It is not public." in text.text
    stage.change(challenge="What Ana wrote just now.")
    assert "What Ana wrote just now." in visitor.get(opened.location).text


def test_nothing_of_the_address_goes_elsewhere(stage):
    cover = share(stage)
    visitor = stage.app.test_client()
    for answer in (visitor.get(cover), visitor.post(cover), visitor.get(f"{cover}/text")):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Set-Cookie" not in answer.headers


def test_openings_are_counted_by_the_button_alone(stage):
    cover = share(stage)
    visitor = stage.app.test_client()
    visitor.get(cover)
    visitor.get(f"{cover}/text")
    assert link(stage).openings == 0
    for _twice in range(2):
        visitor.post(cover)
    assert link(stage).openings == 2
    assert "2 times" in stage.browser.get(stage.address("people")).text


def test_two_who_open_at_once_count_as_two(stage):
    share(stage)

    def press():
        sharing.count_opening(db.session.scalar(select(SharedLink)))

    assert both_at_once(stage.app, press, press) == [None, None]
    assert link(stage).openings == 2


def test_an_ended_link_opens_nothing_and_ending_it_twice_is_one_act(stage):
    cover = share(stage)
    form = {"csrf_token": cast.token_for(stage.app, stage.browser)}
    for _twice in range(2):
        assert stage.post(f"links/{link(stage).id}/end", form).status_code == 303
    visitor = stage.app.test_client()
    for answer in (visitor.get(cover), visitor.post(cover), visitor.get(f"{cover}/text")):
        assert answer.status_code == 404 and cast.ANSWERS["challenge"] not in answer.text
    with stage.app.app_context():
        assert db.session.query(AuditLine).filter(AuditLine.act == "end sharing").count() == 1


def test_its_time_ends(stage):
    cover = share(stage, days="7")
    assert timedelta(days=6) < link(stage).expires_at - now() < timedelta(days=7)
    with stage.app.app_context():
        db.session.scalar(select(SharedLink)).expires_at = now() - timedelta(seconds=1)
        db.session.commit()
    assert stage.app.test_client().get(f"{cover}/text").status_code == 404


def test_once_the_case_is_public_or_withdrawn_there_is_no_draft_to_show(stage):
    cover = share(stage)
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        bruno, coordinator = cast.bruno(), dora()
        review = moderation.submit(revision, revision.created_by)
        shared = db.session.scalar(select(SharedLink))
        assert sharing.text_of(shared).id == revision.id  # while it is reviewed they may still look
        moderation.take(review, bruno)
        moderation.decide(review, "approve", bruno, design="trial", independence="own")
        db.session.commit()
    visitor = stage.app.test_client()
    assert visitor.get(f"{cover}/text").status_code == 404
    with stage.app.app_context():
        practice = practices.find(stage.public_id)
        practices.next_draft(practices.public_revision(practice), practice.lead)
        db.session.commit()
    assert visitor.get(f"{cover}/text").status_code == 200
    with stage.app.app_context():
        practices.show(practices.find(stage.public_id), "tombstone", coordinator, "Withdrawn.")
        db.session.commit()
    assert visitor.get(f"{cover}/text").status_code == 404


def test_contacts_for_colleagues_keep_their_address(stage):
    contacts = [{"name": "Rui", "mail": "rui@porto.example", "shown_to": "verified"}]
    stage.change(contacts=contacts)
    cover = share(stage)
    text = stage.app.test_client().get(f"{cover}/text").text
    assert "Rui" in text and "rui@porto.example" not in text
    assert "rui@porto.example" in stage.browser.get(stage.address("preview")).text


def test_the_note_to_reviewers_and_notes_among_authors_are_not_shown(stage):
    stage.change(note_to_reviewers="For reviewers’ eyes.")
    stage.send("problem", {"note-challenge": "Among us."}, do="note:challenge")
    cover = share(stage)
    text = stage.app.test_client().get(f"{cover}/text").text
    assert "For reviewers" not in text and "Among us." not in text


def test_a_letter_with_the_link_goes_to_the_address_that_was_given(stage):
    cover = share(stage, send_to="head@porto.example")
    with stage.app.app_context():
        while reactions.journal.deliver(reactions.HANDLERS):
            pass
        (letter,) = db.session.scalars(select(Letter))
        _subject, words = words_of(letter, things_of(letter))
        assert letter.address == "head@porto.example" and cover in words
        assert "You choose which letters" not in words
        sharing.end(db.session.scalar(select(SharedLink)), letter_writer(stage))
        assert things_of(letter) is None


def letter_writer(stage):
    return db.session.get(Revision, stage.revision_id).created_by


def test_neither_its_row_nor_the_audit_opens_anything(stage):
    share(stage)
    with stage.app.app_context():
        stored = db.session.scalar(select(SharedLink))
        details = [line.details for line in db.session.scalars(select(AuditLine))]
        token = sharing.token_of(stored)
    assert token not in str(details)
    for guess in (stored.id, f"{stored.id}.", f"{stored.id}.{'0' * 40}"):
        assert stage.app.test_client().get(f"/shared/{guess}/text").status_code == 404


def test_strangers_make_no_links_and_end_none(stage):
    share(stage)
    for person in (cast.chloe, cast.bruno):
        browser = stage.guest(person)
        form = {"csrf_token": cast.token_for(stage.app, browser), "days": "30"}
        assert browser.post(stage.address("links"), data=form).status_code == 404
        assert browser.post(stage.address(f"links/{link(stage).id}/end"), data=form).status_code == 404
    assert link(stage).ended_at is None


def test_a_case_has_so_many_links_and_no_more(stage, monkeypatch):
    monkeypatch.setattr(sharing, "MOST", 1)
    share(stage)
    token = cast.token_for(stage.app, stage.browser)
    answer = stage.post("links", {"csrf_token": token, "for_whom": "Another", "send_to": "", "days": "30"})
    assert answer.status_code == 422 and "1 links work already" in answer.text


# The files of a draft


def files_in(text):
    return [one.replace("&amp;", "&") for one in re.findall(r'/media/[^" ,]+', text)]


def test_whoever_reads_through_a_link_sees_its_pictures_and_documents(stage):
    shown(stage)
    cover = share(stage)
    visitor = stage.app.test_client()
    found = files_in(visitor.get(f"{cover}/text").text)
    assert len(found) >= 7
    for address in found:
        answer = visitor.get(address, buffered=True)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert visitor.get(address.partition("?")[0], buffered=True).status_code == 404
    form = {"csrf_token": cast.token_for(stage.app, stage.browser)}
    stage.post(f"links/{link(stage).id}/end", form)
    assert {visitor.get(address, buffered=True).status_code for address in found} == {404}


def test_the_key_of_one_picture_opens_no_other_file(stage):
    image, document = shown(stage)
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        spare, _other = cast.put_media(revision.practice, revision.created_by)
        db.session.commit()
    share(stage)
    with stage.app.app_context():
        keys = {one.id: sharing.file_token(link(stage), one.id) for one in (image, spare)}
    visitor = stage.app.test_client()
    assert visitor.get(f"/media/{image.id}/320.jpg?key={keys[image.id]}", buffered=True).status_code == 200
    assert visitor.get(f"/media/{document.id}?key={keys[image.id]}", buffered=True).status_code == 404
    # a file of the case that the text does not show stays closed even with a key of its own
    assert visitor.get(f"/media/{spare.id}/320.jpg?key={keys[spare.id]}", buffered=True).status_code == 404
    assert visitor.get(f"/media/{image.id}/320.jpg?key=", buffered=True).status_code == 404


def test_the_expert_who_has_the_review_sees_its_pictures_and_another_expert_does_not(stage):
    image, document = shown(stage)
    with stage.app.app_context():
        expert, other, coordinator = eva(), cast.person("Emil", "expert"), dora()
        review = moderation.submit(db.session.get(Revision, stage.revision_id), letter_writer(stage))
        db.session.commit()
        review_id = review.id
    address = f"/media/{image.id}/320.jpg"
    assert cast.client_of(stage.app, expert).get(address, buffered=True).status_code == 404
    with stage.app.app_context():
        review = db.session.get(Review, review_id)
        moderation.assign(review, db.session.merge(expert), db.session.merge(coordinator))
        db.session.commit()
    browser = cast.client_of(stage.app, expert)
    assert browser.get(address, buffered=True).status_code == 200
    assert browser.get(f"/media/{document.id}", buffered=True).status_code == 200
    assert cast.client_of(stage.app, other).get(address, buffered=True).status_code == 404
    with stage.app.app_context():
        practice = db.session.scalar(select(Practice))
        spare, _document = cast.put_media(practice, practice.lead)
        moderation.decide(
            db.session.get(Review, review_id),
            "reject",
            db.session.merge(coordinator),
            reason="Not a practice.",
        )
        db.session.commit()
    assert browser.get(f"/media/{spare.id}/320.jpg", buffered=True).status_code == 404
    assert browser.get(address, buffered=True).status_code == 404  # nothing is assigned any more
