"""To whom a letter goes: each function takes a piece of news and gives [(User or None, address)]."""

from functools import partial

from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.accounts.models import Membership, OneTimeLink, RoleGrant, User
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.moderation.models import Evaluation, Review
from exchange.moderation.service.tables import batches
from exchange.notifications import asked, outcomes
from exchange.practices import service as practices
from exchange.practices.models import WRITERS, Practice, Translation
from exchange.search import alerts
from exchange.taxonomy import service as taxonomy

TOLD_BY_BATCH = ("take", "approve", "publish")


def owner_of_link(news):
    link = db.session.get(OneTimeLink, news["link_id"])
    return [] if link is None or link.used_at else [(link.user, link.email)]


def one_user(news):
    user = db.session.get(User, news["user_id"])
    return [(user, user.email)] if user and user.is_active else []


def assigned(news):
    """Whoever a case was given to, as long as she has it."""
    review = db.session.get(Review, news["review"])
    return people([review.reviewer]) if review.reviewer_id == news["to"] else []


def member_of(news):
    member = db.session.get(Membership, news["membership"])
    return people([member.user])


def deciders(news):
    """The admins of the city that was asked for; where it has none, the coordinators."""
    member = db.session.get(Membership, news["membership"])
    admins = db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.city_id == member.city_id, Membership.is_admin, Membership.state == "approved")
    ).all()
    return people(admins) or coordinators(news)


def coordinators(_news):
    return people(
        db.session.scalars(
            select(User).join(RoleGrant, RoleGrant.user_id == User.id).where(RoleGrant.role == "coordinator")
        ).all()
    )


def authors(news):
    """Whoever writes the case; commenters and viewers are not asked. A batch tells of its cases itself."""
    practice = practice_of(news)
    if news["act"] in TOLD_BY_BATCH and batches.travels_together(practice):
        return []
    return people([hand.user for hand in practice.authors if hand.role in WRITERS])


def other_authors(news):
    """Whoever writes the case, without the one whose own act it is."""
    return [(user, address) for user, address in authors(news) if user.id != news["by_id"]]


def authors_who_wait(news):
    """Nobody, when the approved case was published in the same breath: that letter says it all."""
    working = practices.working_revision(practice_of(news))
    return authors(news) if working and working.state == "approved" else []


def judges_of_appeal(news):
    return outcomes.judges_of_appeal(news, coordinators(news))


def proposer(news):
    """Whoever proposed an evaluation."""
    return people([db.session.get(Evaluation, news["evaluation"]).by])


def translators(news):
    """Whoever wrote on the translation."""
    return people(map(partial(db.session.get, User), translation_of(news).writers))


def readers_of_both(news):
    """The moderators who read both languages and wrote nothing of it; without any, the coordinators."""
    one = translation_of(news)
    source = practices.public_revision(one.practice)
    both = {one.language, source.language.split("-")[0].lower()} if source else {one.language}
    able = [user for user in moderators() if both <= set(user.reads) and user.id not in one.writers]
    return people(able) or coordinators(news)


def judges(news):
    """The moderators and coordinators who did not write the case."""
    practice = practice_of(news)
    return people(user for user in moderators() if not moderation.has_written(practice, user))


def moderators():
    granted = select(RoleGrant.user_id).where(RoleGrant.role.in_(("moderator", "coordinator")))
    return db.session.scalars(select(User).where(User.id.in_(granted)).order_by(User.id)).all()


def holder_of_review(news):
    """Whoever has the case, unless it was she who set the date."""
    reviewer = db.session.get(Review, news["review"]).reviewer
    return people([reviewer]) if reviewer and reviewer.id != news["by_id"] else []


def translation_of(news):
    return db.session.get(Translation, news["translation"])


def asked_reader(news):
    """An address without an account that is to confirm a search, or to be told nothing ever."""
    search = alerts.of_news(news)
    return [(None, search.address)] if search and not search.confirmed_at else []


def reader_of_search(news):
    search = alerts.of_news(news)
    if search is None or not search.is_running:
        return []
    return people([search.user]) if search.user_id else [(None, search.address)]


def proposer_of_word(news):
    """Whoever missed it."""
    return people([db.session.get(User, taxonomy.find_proposal(news["word"]).by_id)])


def owner_of_old_address(news):
    """Whoever had the address before: a change that they did not make must not go unseen."""
    user = db.session.get(User, news["user_id"])
    return [(user, news["old"])] if news.get("old") and user else []


def sender_of_batch(news):
    return people([batch_of(news).sender])


def city_of_batch(news):
    """The admins of the city whose cases came with a batch; where it has none, the coordinators."""
    return people(accounts.admins_of(news["city"])) or coordinators(news)


def batch_of(news):
    return batches.find(int(news["subject"].split(":")[1]))


def people(users):
    return [(user, user.email) for user in users if user.is_active and user.verified_at]


def practice_of(news):
    return db.session.scalar(select(Practice).where(Practice.public_id == news["subject"].split(":")[1]))


def authors_once_all_clear(news):
    return authors(news) if asked.is_all_clear(news) else []
