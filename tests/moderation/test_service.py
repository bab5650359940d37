"""A case on its way through review, at the level of the verbs."""

import pytest
from sqlalchemy import select

from exchange.core.journal import AuditLine, News
from exchange.core.models import db
from exchange.moderation import service
from exchange.moderation.models import Decision
from exchange.practices import service as practices
from tests import cast


def test_ana_submits_bruno_takes_and_approves_and_the_case_is_public(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        revision = cast.draft(ana)
        review = service.submit(revision, ana)
        service.take(review, bruno)
        decision = service.decide(
            review, "approve", bruno, design="before-after", independence="own", public_note="Well told."
        )
        db.session.commit()
        assert decision.content_hash == revision.content_hash == revision.approved_hash
        assert (revision.state, revision.number) == ("published", 1)
        assert revision.practice.visibility == "public"
        assert review.closed_at
