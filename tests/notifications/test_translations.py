"""Letters about translations and mergers."""

import pytest

from exchange import reactions
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from exchange.practices import service as practices
from exchange.practices import translating
from tests import cast
from tests.moderation import stage


@pytest.fixture
def porto(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        stage.dora()
        yield cast.published(ana, bruno), ana, bruno


def letters(kind):
    """Address → (subject, text) of the letters of that kind, once the worker has heard."""
    db.session.commit()
    while reactions.react():
        pass
    found = db.session.query(Letter).filter(Letter.kind == kind).order_by(Letter.id)
    return {one.address: words_of(one, things_of(one)) for one in found}


def submitted(practice, ana, language="fr"):
    made = cast.translation(practice, ana, language, title="Un budget", summary="Ils décident.")
    translating.submit(made, ana)
    return made


def test_moderators_who_read_both_languages_hear_of_a_translation(porto):
    practice, ana, bruno = porto
    bruno.reads, stage.milan().reads = ["fr", "en"], ["fr", "es"]
    made = submitted(practice, ana)
    found = letters("translation-waits")
    assert list(found) == ["bruno@cast.example"]
    subject, text = found["bruno@cast.example"]
    assert "A budget that residents decide" in subject and f"/review/translations/{made.id}" in text


def test_where_nobody_reads_both_the_coordinators_hear_of_it(porto):
    practice, ana, _bruno = porto
    submitted(practice, ana)
    assert list(letters("translation-waits")) == ["dora@cast.example"]


def test_translators_hear_the_decision_and_its_reason_and_nothing_of_a_newer_draft(porto):
    practice, ana, bruno = porto
    berta = cast.person("Berta", city="porto")
    made = submitted(practice, berta)
    draft = practices.next_draft(practices.public_revision(practice), ana)
    practices.write(draft, {"title": "zqsecret title"}, {})
    moderation.decide_translation(made, "request_changes", bruno, "Shorter, please.")
    found = letters("translation-decided")
    assert list(found) == ["berta@cast.example"]
    subject, text = found["berta@cast.example"]
    assert "Changes asked for" in subject and "Shorter, please." in text
    assert "zqsecret" not in subject + text


def test_a_letter_about_a_case_that_is_gone_tells_nothing(porto):
    practice, ana, bruno = porto
    made = submitted(practice, ana)
    moderation.decide_translation(made, "approve", bruno)
    assert "Your translation is public" in letters("translation-decided")["ana@cast.example"][0]
    practices.show(practice, "tombstone", bruno, "Gone.")
    letter = db.session.query(Letter).filter(Letter.kind == "translation-decided").one()
    assert things_of(letter) is None


def test_the_authors_of_a_merged_case_hear_why_and_where_it_went(porto):
    practice, _ana, bruno = porto
    other = cast.published(cast.person("Berta", city="porto"), bruno, title="The same again")
    moderation.merge(
        other, practice, db.session.query(cast.User).filter_by(name="Dora").one(), "Both tell of it."
    )
    found = letters("merged")
    assert list(found) == ["berta@cast.example"]
    assert "Both tell of it." in found["berta@cast.example"][1]
