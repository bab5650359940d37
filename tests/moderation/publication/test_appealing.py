"""A rejection is thought about again once, by somebody who neither wrote nor rejected it."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service
from exchange.moderation.models import Appeal, Review
from exchange.practices.models import Author
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation import stage


@pytest.fixture
def stand(app):
    with app.app_context():
        yield app


def rejected(ana, bruno):
    review = stage.in_review(ana, bruno)
    service.decide(review, "reject", bruno, reason="This advertises a product.")
    return review


def test_the_lead_author_appeals_with_words_and_a_coordinator_opens_the_text_again(stand):
    ana, bruno, dora = cast.ana(), cast.bruno(), stage.dora()
    review = rejected(ana, bruno)
    with pytest.raises(service.ReasonMissing):
        service.appeal(review, ana, "  ")
    made = service.appeal(review, ana, "The product belongs to the city.")
    assert service.appeal(review, ana, "Sent twice.") is made and made.words.startswith("The product")
    service.reopen(review, dora, "True.")
    assert (made.outcome, made.decided_by_id, review.revision.state) == ("reopened", dora.id, "draft")
    assert stage.acts()[-2:] == ["appeal", "reopen"]


def test_a_coordinator_upholds_with_a_reason_and_nothing_opens_it_after_that(stand):
    ana, bruno, dora = cast.ana(), cast.bruno(), stage.dora()
    review = rejected(ana, bruno)
    with pytest.raises(NotAllowed):
        service.uphold(review, dora, "Nobody has appealed.")
    made = service.appeal(review, ana, "Please.")
    with pytest.raises(service.ReasonMissing):
        service.uphold(review, dora, " ")
    service.uphold(review, dora, "It still advertises.")
    service.uphold(review, dora, "Pressed twice.")
    assert (made.outcome, made.reason, review.revision.state) == (
        "upheld",
        "It still advertises.",
        "rejected",
    )
    assert stage.acts()[-2:] == ["appeal", "uphold"]
    with pytest.raises(service.AlreadyDecided):
        service.reopen(review, dora, "After all")
    with pytest.raises(service.AlreadyDecided):
        service.appeal(review, ana, "Once more.")


def test_whoever_rejected_or_wrote_it_does_not_judge_the_appeal(stand):
    ana, dora = cast.ana(), stage.dora()
    other = cast.person("Carla", "coordinator")
    writer = cast.person("Wanda", "coordinator", city="porto")
    review = rejected(ana, dora)
    service.appeal(review, ana, "Please.")
    review.practice.authors.append(Author(user=writer, role="co-author"))
    for judge in (dora, writer, cast.bruno(), ana):
        for verb in (service.reopen, service.uphold):
            with pytest.raises(NotAllowed):
                verb(review, judge, "Mine to say")
    service.uphold(review, other, "I looked again.")


def test_only_the_lead_author_of_a_rejected_text_appeals(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = rejected(ana, bruno)
    for person in (bruno, cast.chloe(), cast.person("Ines", city="porto", city_admin=True)):
        with pytest.raises(NotAllowed):
            service.appeal(review, person, "For her")
    open_ = stage.in_review(ana, bruno, title="Another")
    with pytest.raises(NotAllowed):
        service.appeal(open_, ana, "Too early")


def test_the_database_itself_keeps_one_appeal_for_each_case_and_no_answer_without_a_reason(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = rejected(ana, bruno)
    service.appeal(review, ana, "Please.")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(Appeal(practice_id=review.practice_id, review_id=review.id, by_id=ana.id))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(Appeal.__table__.update().values(outcome="upheld", reason=""))


def test_two_who_answer_at_once_one_wins_and_the_other_is_told(app):
    with app.app_context():
        review = rejected(cast.ana(), cast.bruno())
        service.appeal(review, review.practice.lead, "Please.")
        judges = [stage.dora().id, cast.person("Carla", "coordinator").id]
        review_id = review.id
        db.session.commit()

    def answer(verb, who):
        def act():
            verb(db.session.get(Review, review_id), db.session.get(cast.User, who), "As I see it")
            return verb.__name__

        return act

    outcomes = stage.both_at_once(app, answer(service.reopen, judges[0]), answer(service.uphold, judges[1]))
    won = [one for one in outcomes if isinstance(one, str)]
    assert len(won) == 1, outcomes
    assert isinstance(outcomes[1 - outcomes.index(won[0])], service.AlreadyDecided), outcomes
    with app.app_context():
        answered = select(func.count()).where(AuditLine.act.in_(("reopen", "uphold")))
        assert db.session.scalar(answered) == 1
