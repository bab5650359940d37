"""Letters by the clock: claims that end, answers that are due, changes that are expected."""

from datetime import timedelta

import pytest

from exchange import reactions
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.notifications.models import Letter
from tests import cast
from tests.moderation import stage
from tests.notifications.test_service import mail_server, text_of


def one_day_on():
    """The clock comes round, and the letters go; returns nothing."""
    db.session.commit()
    moderation.look_at_the_clock()
    reactions.react()


def kinds():
    return {letter.kind: letter.address for letter in db.session.query(Letter)}


@pytest.mark.parametrize("language", ["en", "fr", "es", "de"])
def test_whoever_has_a_date_to_keep_gets_one_letter_before_it_passes(app, language):
    with mail_server(app) as box, app.app_context():
        ana, bruno = cast.ana(language=language), cast.bruno()
        bruno.language = language
        for title in ("Rain gardens", "Night buses"):
            review = stage.in_review(ana, bruno, title=title)
            review.claim_until = review.due_at = now() + timedelta(days=1)
        asked = stage.in_review(ana, bruno, title="Sent back")
        moderation.decide(asked, "request_changes", bruno, reason="Name the source.")
        asked.due_at = now() + timedelta(days=1)
        for _time in range(2):
            one_day_on()
        sent = {letter["Subject"]: text_of(letter) for letter in box.letters}
        about = {
            kind: [one for one in db.session.query(Letter) if one.kind == kind]
            for kind in ("claims-end", "reviews-due", "mending-due", "claims-lapsed")
        }
        assert {kind: len(letters) for kind, letters in about.items()} == {
            "claims-end": 1,
            "reviews-due": 1,
            "mending-due": 1,
            "claims-lapsed": 0,
        }
        both = [words for words in sent.values() if "Rain gardens" in words and "Night buses" in words]
        assert len(both) == 2 and all("/review/" in words and "\n-- \n" in words for words in both)
        assert any("Sent back" in subject and "/submission" in words for subject, words in sent.items())


def test_a_claim_that_ends_is_told_to_whoever_had_it_and_not_if_it_was_taken_again(app):
    with mail_server(app) as box, app.app_context():
        ana, bruno, milan = cast.ana(), cast.bruno(), stage.milan()
        first, second = (
            stage.in_review(ana, bruno, title=title) for title in ("Rain gardens", "Night buses")
        )
        first.claim_until = second.claim_until = now() - timedelta(minutes=1)
        db.session.commit()
        moderation.look_at_the_clock()
        moderation.take(second, milan)
        one_day_on()
        (letter,) = [one for one in box.letters if "gone back" in one["Subject"]]
        assert letter["To"] == "bruno@cast.example"
        assert "Rain gardens" in text_of(letter) and "Night buses" not in text_of(letter)


def test_a_letter_whose_matter_is_done_is_not_sent(app):
    with mail_server(app) as box, app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        review = stage.in_review(ana, bruno)
        review.due_at = now() + timedelta(days=1)
        db.session.commit()
        moderation.look_at_the_clock()
        moderation.decide(review, "reject", bruno, reason="Advertises a product.")
        db.session.commit()
        reactions.react()
        assert "reviews-due" in kinds() and not [one for one in box.letters if "due" in one["Subject"]]


@pytest.mark.parametrize("language", ["en", "fr", "es", "de"])
def test_whom_a_coordinator_gives_a_case_hears_of_it_unless_it_has_gone_on(app, language):
    with mail_server(app) as box, app.app_context():
        ana, dora, eva, milan = (
            cast.ana(letters="none"),
            stage.dora(letters="none"),
            stage.eva(),
            stage.milan(),
        )
        eva.language = language
        kept, moved = (stage.submitted(ana, title=title) for title in ("Rain gardens", "Night buses"))
        moderation.assign(kept, eva, dora)
        moderation.assign(moved, milan, dora)
        moderation.assign(moved, dora, dora)
        db.session.commit()
        reactions.react()
        (letter,) = [one for one in box.letters if "/review/" in text_of(one)]
        assert letter["To"] == "eva@cast.example" and "Rain gardens" in letter["Subject"]
        assert f"/review/{kept.id}" in text_of(letter)
