"""Notes beside the fields of a draft, among those who write it."""

import pytest
from sqlalchemy import select

from exchange import reactions
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.notifications.models import Letter
from exchange.practices import authorship, notes
from exchange.practices import service as practices
from exchange.practices.models import Note, Revision
from tests import cast
from tests.moderation import paper
from tests.moderation.writing.test_write import AJAX, Stage, counted_queries


@pytest.fixture
def stage(app):
    """Ana's case with Nuno as co-author."""
    stage = Stage(app)
    with app.app_context():
        nuno = cast.person("Nuno", city="porto")
        authorship.take_part(practices.find(stage.public_id), nuno, "co-author")
        db.session.commit()
    stage.nuno = cast.client_of(app, nuno)
    return stage


def kept(stage):
    with stage.app.app_context():
        return db.session.scalars(select(Note).order_by(Note.id)).all()


def test_a_note_stands_beside_its_field_for_the_others(stage):
    answer = stage.send("problem", {"note-challenge": "Since when?"}, do="note:challenge")
    assert answer.status_code == 303 and answer.location.endswith("/problem#challenge")
    page = paper_of(stage.nuno.get(stage.address("problem")))
    assert "Since when?" in page and "Ana" in page
    assert "Since when?" not in stage.nuno.get(stage.address("solution")).text
    assert "Since when?" in stage.nuno.get(stage.address("notes")).text


def paper_of(page):
    assert page.status_code == 200
    return page.text


def test_what_was_typed_into_the_fields_is_saved_along(stage):
    stage.send("problem", {"note-challenge": "Since when?"}, do="note:challenge", challenge="Typed too.")
    assert stage.told("challenge") == "Typed too."


def test_half_a_note_is_not_kept_by_saving_on_the_way(stage):
    form = paper.filled(stage.browser.get(stage.address("problem")), {"note-challenge": "Since wh"})
    assert stage.post("problem", form, headers=AJAX).json["saved"]
    assert kept(stage) == []


def test_a_note_is_kept_even_when_the_text_meets_another(stage):
    form = paper.filled(
        stage.browser.get(stage.address("problem")), {"note-objectives": "Too short."}, challenge="Mine."
    )
    stage.change(challenge="Theirs.")
    assert stage.post("problem", form).status_code == 409
    assert [one.words for one in kept(stage)] == ["Too short."]


def test_sent_twice_it_is_one_note(stage):
    form = paper.filled(
        stage.browser.get(stage.address("notes")), {"note-title": "Shorter?"}, do="note:title"
    )
    for _twice in range(2):
        assert stage.post("notes", form).status_code == 303
    assert len(kept(stage)) == 1


def test_a_note_is_dealt_with_and_gone_from_the_page(stage):
    stage.send("problem", {"note-challenge": "Since when?"}, do="note:challenge")
    form = paper.filled(stage.nuno.get(stage.address("notes")), {"note-done": str(kept(stage)[0].id)})
    for _twice in range(2):
        assert stage.nuno.post(stage.address("notes"), data=form).status_code == 303
    assert kept(stage)[0].done_at
    assert "Since when?" not in stage.browser.get(stage.address("notes")).text


def test_a_note_of_another_case_is_not_dealt_with_from_here(stage):
    with stage.app.app_context():
        other = cast.draft(db.session.get(Revision, stage.revision_id).created_by, title="Other").practice
        note = notes.add(other, "title", "Elsewhere", other.lead)
        db.session.commit()
        note_id = note.id
    form = paper.filled(stage.browser.get(stage.address("notes")), {"note-done": str(note_id)})
    assert stage.post("notes", form).status_code == 303
    assert not [one for one in kept(stage) if one.done_at]


def test_reviewers_and_viewers_never_see_them(stage):
    stage.send("problem", {"note-challenge": "Among us."}, do="note:challenge")
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        bruno, vera = cast.bruno(), cast.person("Vera")
        authorship.take_part(revision.practice, vera, "viewer")
        review = moderation.submit(revision, revision.created_by)
        moderation.take(review, bruno)
        db.session.commit()
        review_id = review.id
    reviewer, viewer = cast.client_of(stage.app, bruno), cast.client_of(stage.app, vera)
    for browser, address in (
        (reviewer, f"/review/{review_id}"),
        (reviewer, stage.address("preview")),
        (viewer, stage.address("preview")),
    ):
        page = browser.get(address)
        assert page.status_code == 200 and "Among us." not in page.text
    assert reviewer.get(stage.address("notes")).status_code == 404
    assert viewer.get(stage.address("notes")).status_code == 404


def test_whoever_writes_alone_sees_no_boxes_for_notes(app):
    alone = Stage(app)
    assert "Leave a note" not in alone.browser.get(alone.address("problem")).text


def test_ten_notes_in_a_row_make_one_letter_to_the_other_and_none_to_oneself(stage):
    with stage.app.app_context():
        practice = practices.find(stage.public_id)
        for number in range(10):
            notes.add(practice, "title", f"Note {number}", practice.lead)
        db.session.commit()
        while reactions.journal.deliver(reactions.HANDLERS):
            pass
        assert [(one.kind, one.address) for one in db.session.scalars(select(Letter))] == [
            ("noted", "nuno@cast.example")
        ]


def test_the_page_costs_the_same_for_one_note_and_for_fifty(stage):
    def add(*numbers):
        with stage.app.app_context():
            practice = practices.find(stage.public_id)
            for number in numbers:
                notes.add(practice, "title", f"Note {number}", practice.lead)
            db.session.commit()

    add(0)
    with counted_queries() as few:
        stage.browser.get(stage.address("notes"))
    add(*range(1, 50))
    with counted_queries() as many:
        assert "Note 49" in stage.browser.get(stage.address("notes")).text
    assert len(many) == len(few)
