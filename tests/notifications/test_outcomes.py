"""Letters after a decision: the reason with its language, the note before it is public, appeals, plans."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange import reactions
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from tests import cast
from tests.moderation import stage


@pytest.fixture
def stand(app):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], reply_days=3)
    with app.app_context():
        yield app


def letters(kind):
    """{address: (subject, text)} of the letters of a kind that the worker has made by now."""
    db.session.commit()
    while reactions.journal.deliver(reactions.HANDLERS):
        pass
    found = db.session.query(Letter).filter(Letter.kind == kind).order_by(Letter.id)
    return {one.address: words_of(one, things_of(one)) for one in found}


def rejected(ana, bruno, language):
    review = stage.in_review(ana, bruno)
    moderation.decide(review, "reject", bruno, reason="C’est de la publicité.", language=language)
    return review


def test_the_reason_stands_as_it_was_written_and_names_its_language_to_readers_of_another(stand):
    ana = cast.ana(language="de")
    rejected(ana, cast.bruno(), "fr")
    ((_subject, text),) = letters("rejected").values()
    assert "C’est de la publicité." in text and "Französisch" in text and "/submission#appeal" in text


def test_a_reason_in_the_readers_own_language_needs_no_such_word(stand):
    rejected(cast.ana(language="fr"), cast.bruno(), "fr")
    ((_subject, text),) = letters("rejected").values()
    assert "C’est de la publicité." in text and "français)" not in text


def test_an_appeal_is_told_to_coordinators_who_neither_wrote_nor_rejected_it_and_its_answer_to_the_author(
    stand,
):
    ana, dora = cast.ana(), stage.dora()
    carla = cast.person("Carla", "coordinator")
    review = rejected(ana, dora, "")
    moderation.appeal(review, ana, "It is the city’s own.")
    told = letters("appeal-asked")
    assert set(told) == {carla.email} and "It is the city’s own." in told[carla.email][1]
    moderation.uphold(review, carla, "It advertises all the same.")
    ((subject, text),) = letters("appeal-decided").values()
    assert subject.startswith("The decision stands") and "It advertises all the same." in text


def test_an_approval_tells_the_author_evidence_marks_doubts_and_until_when_to_reply(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    doubts = {"public_note": "Clear.", "unproven": "Whether it lasts.", "rubric": {"sources": "partly"}}
    moderation.decide(review, "approve", bruno, **doubts, **stage.JUDGED)
    ((_subject, text),) = letters("approved").values()
    for words in ("Clear.", "Whether it lasts.", "Figures have a source: Partly", "You may reply", "(UTC)"):
        assert words in text, words


def test_a_plan_and_its_end_are_told_with_the_hour_and_its_zone(stand):
    ana, bruno = cast.ana(), cast.bruno()
    revision = stage.approved(ana, bruno).revision
    moderation.plan(revision, now() + timedelta(days=9), bruno)
    ((_subject, text),) = letters("planned").values()
    assert "is to go public on" in text and "(UTC)" in text


def test_a_case_taken_down_and_brought_back_tells_its_authors_both_times(stand):
    ana, bruno, dora = cast.ana(), cast.bruno(), stage.dora()
    practice = stage.published(ana, bruno).practice
    moderation.take_down(practice, dora, "A person can be recognised.")
    ((_subject, text),) = letters("withdrawn").values()
    assert "A person can be recognised." in text
    moderation.restore(practice, bruno, "The face is covered now.")
    ((subject, _text),) = letters("restored").values()
    assert subject.startswith("Public again")
