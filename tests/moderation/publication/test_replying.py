"""The authors see evidence and review note before their case is public, and may answer beside the note."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.models import Decision
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation import stage

NOTE = "Clear, and honest about what failed."


@pytest.fixture
def stand(app):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], reply_days=3)
    with app.app_context():
        yield app


def noted(ana, bruno, **more):
    review = stage.in_review(ana, bruno)
    service.decide(review, "approve", bruno, **{"public_note": NOTE, **stage.JUDGED, **more})
    return review


def test_a_case_with_a_note_waits_for_its_author_and_goes_public_once_she_has_seen_it(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = noted(ana, bruno)
    (hindrance,) = service.publication_hindrances(review.revision)
    assert hindrance.kind == "reply" and hindrance.until == review.decision.at + timedelta(days=3)
    assert review.revision.state == "approved"
    service.reply(review, ana, "We have published the accounts since.")
    db.session.commit()
    assert service.publish_due() == 1
    db.session.expire_all()
    assert review.revision.state == "published"
    assert review.reply.words == "We have published the accounts since."


def test_after_three_days_without_an_answer_it_goes_public_all_the_same(stand):
    review = noted(cast.ana(), cast.bruno())
    db.session.query(Decision).update({"at": now() - timedelta(days=3, minutes=1)})
    db.session.commit()
    db.session.expire_all()
    assert service.publish_due() == 1 and review.reply is None


@pytest.mark.parametrize(
    "more",
    [
        {"public_note": "", "unproven": "Whether it lasts"},
        {"public_note": "", "rubric": {"sources": "partly"}},
        {"public_note": "", "design": "description"},
    ],
)
def test_doubts_and_another_judgement_of_the_evidence_are_shown_to_her_first_too(stand, more):
    review = noted(cast.ana(), cast.bruno(), **more)
    assert [one.kind for one in service.publication_hindrances(review.revision)] == ["reply"]


def test_an_approval_that_says_nothing_new_waits_for_nobody(stand):
    ana, bruno = cast.ana(), cast.bruno()
    assert noted(ana, bruno, public_note="", rubric={"clear": "yes"}).revision.state == "published"
    revision = stage.imported()
    service.approve_import(revision, bruno)
    assert revision.state == "published"


def test_she_may_change_her_words_until_the_case_is_public_and_not_after(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = noted(ana, bruno)
    service.reply(review, ana)
    service.reply(review, ana)
    service.reply(review, ana, "One more thing.")
    acts = stage.acts("reply to review")
    assert len(acts) == 2 and review.reply.words == "One more thing."
    service.publish(review.revision, bruno)
    with pytest.raises(NotAllowed):
        service.reply(review, ana, "Too late")


def test_nobody_else_answers_for_the_authors(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = noted(ana, bruno)
    for person in (bruno, cast.chloe(), stage.dora(), cast.person("Otto", city="wien")):
        with pytest.raises(NotAllowed):
            service.reply(review, person, "For her")
    service.reply(review, cast.person("Ines", city="porto", city_admin=True), "The city is glad.")
