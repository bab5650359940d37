"""What stands on the desk: which reviews wait, for whom, and the facts beside each. Nothing changes here."""

from dataclasses import dataclass

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, lazyload, selectinload

from exchange.accounts.models import City, RoleGrant, User
from exchange.core.models import db, now
from exchange.moderation.models import Comment, Decision, Review
from exchange.practices.models import Author, Practice, Revision

TABS = ("mine", "nobody", "overdue", "author", "all")
SORTS = ("due", "age")
PAGE = 20


@dataclass(frozen=True)
class Wish:
    """What of the desk is asked for. `topics` are slugs, any of which will do; `city` is a slug."""

    tab: str = "all"
    topics: tuple = ()
    city: str = ""
    sort: str = "due"
    page: int = 1


def on_desk(user, *columns):
    """`select` of the reviews that this person finds on the desk, with their revision and practice.

    Open ones, approved ones not yet public, and those whose author was asked for changes. Nobody
    meets a case of their own here; an expert meets what was assigned to them.
    """
    later = aliased(Review)
    is_latest = ~exists().where(later.practice_id == Review.practice_id, later.id > Review.id)
    own = exists().where(
        Author.practice_id == Review.practice_id, Author.user_id == user.id, Author.role != "viewer"
    )
    query = (
        select(*(columns or (Review,)))
        .select_from(Review)
        .join(Revision, Revision.id == Review.revision_id)
        .join(Practice, Practice.id == Review.practice_id)
        .where(
            or_(
                Review.closed_at.is_(None),
                and_(Revision.state.in_(("approved", "changes_requested")), is_latest),
            ),
            ~own,
        )
    )
    return query if user.is_moderator else query.where(Review.reviewer_id == user.id)


def in_tab(tab, user):
    """The condition of one tab."""
    with_author = Revision.state == "changes_requested"
    return {
        "mine": and_(Review.reviewer_id == user.id, ~with_author),
        "nobody": and_(Review.closed_at.is_(None), Review.reviewer_id.is_(None)),
        "overdue": and_(Review.closed_at.is_(None), Review.due_at < now()),
        "author": with_author,
        "all": Review.id.is_not(None),
    }[tab]


def narrowed(query, wish):
    if wish.topics:
        told = Revision.answers["topics"].as_string()
        query = query.where(or_(*(told.contains(f'"{slug}"', autoescape=True) for slug in wish.topics)))
    if wish.city:
        query = query.where(
            Practice.city_id == select(City.id).where(City.slug == wish.city).scalar_subquery()
        )
    return query


def counts(user, wish):
    """Tab → how many rows it holds, and 'open' → how many wait for a decision; one query."""
    sums = [func.sum(case((in_tab(tab, user), 1), else_=0)).label(tab) for tab in TABS]
    undecided = func.sum(case((Review.closed_at.is_(None), 1), else_=0)).label("open")
    row = db.session.execute(narrowed(on_desk(user, *sums, undecided), wish)).one()
    return {name: int(number or 0) for name, number in row._asdict().items()}


def page(user, wish):
    """The reviews of one page, with revision, practice, city and reviewer loaded."""
    moment = {"due": Review.due_at, "age": Review.opened_at}[wish.sort]
    query = narrowed(on_desk(user), wish).where(in_tab(wish.tab, user))
    query = query.outerjoin(City, City.id == Practice.city_id).options(
        contains_eager(Review.revision).lazyload(Revision.practice),
        contains_eager(Review.practice).options(
            contains_eager(Practice.city),
            lazyload(Practice.authors),
            lazyload(Practice.labels),
            lazyload(Practice.endorsements),
        ),
    )
    query = query.order_by(moment, Review.id).offset((wish.page - 1) * PAGE).limit(PAGE)
    return db.session.scalars(query).unique().all()


def ids_of_mine(user):
    """The reviews this person has, as ids in the order of the desk."""
    query = on_desk(user, Review.id).where(in_tab("mine", user))
    return db.session.scalars(query.order_by(Review.due_at, Review.id)).all()


def open_remarks(reviews):
    """Review id → number of its unresolved comments."""
    found = db.session.execute(
        select(Comment.review_id, func.count(Comment.id))
        .where(Comment.review_id.in_([review.id for review in reviews]), Comment.resolved_at.is_(None))
        .group_by(Comment.review_id)
    )
    return dict(found.all())


def versions(reviews):
    """Practice id → the number of its last published revision; those without are left out."""
    found = db.session.execute(
        select(Revision.practice_id, func.max(Revision.number))
        .where(Revision.practice_id.in_([review.practice_id for review in reviews]))
        .group_by(Revision.practice_id)
        .having(func.max(Revision.number).is_not(None))
    )
    return dict(found.all())


def read_before(reviews, user):
    """Practice id → hash of the text that this person had on the desk in the last earlier round."""
    found = db.session.execute(
        select(Review.practice_id, Decision.content_hash)
        .join(Decision, Decision.review_id == Review.id)
        .where(
            Review.practice_id.in_([review.practice_id for review in reviews]),
            Review.id.not_in([review.id for review in reviews]),
            Review.reviewer_id == user.id,
        )
        .order_by(Review.id)
    )
    return dict(found.all())


def cities_on_desk(user):
    """The cities whose cases are on this person's desk, by name."""
    ids = on_desk(user, Practice.city_id).distinct()
    return db.session.scalars(select(City).where(City.id.in_(ids)).order_by(City.name)).all()


def asked_withdrawals(user):
    """Public cases whose lead author asks to withdraw them, for whoever may decide; oldest first."""
    if not user.is_moderator:
        return []
    own = exists().where(
        Author.practice_id == Practice.id, Author.user_id == user.id, Author.role != "viewer"
    )
    return db.session.execute(
        select(Practice, Revision)
        .join(Revision, and_(Revision.practice_id == Practice.id, Revision.state == "published"))
        .where(Practice.withdrawal_asked.is_not(None), ~own)
        .order_by(Practice.id)
        .limit(50)
    ).all()


def reviewers():
    """Everyone to whom a review can be assigned, by name."""
    held = select(RoleGrant.user_id).where(RoleGrant.role.in_(("expert", "moderator", "coordinator")))
    return db.session.scalars(
        select(User)
        .where(User.id.in_(held), User.suspended_at.is_(None), User.left_at.is_(None))
        .order_by(User.name, User.id)
    ).all()


def rounds(practice):
    """All reviews of a practice with their decisions, newest first."""
    return db.session.scalars(
        select(Review).where(Review.practice_id == practice.id).order_by(Review.id.desc())
    ).all()


def remarks(review):
    """The comments to show beside a text: those of this round, and unresolved ones of earlier rounds."""
    return db.session.scalars(
        select(Comment)
        .join(Review, Review.id == Comment.review_id)
        .where(
            Review.practice_id == review.practice_id,
            or_(
                Comment.review_id == review.id,
                and_(Comment.review_id < review.id, Comment.resolved_at.is_(None)),
            ),
        )
        .order_by(Comment.id)
    ).all()


def latest_reviews(practices):
    """Practice id → its latest review, with decision and reviewer; those never submitted are left out."""
    found = db.session.scalars(
        select(Review)
        .where(Review.practice_id.in_([practice.id for practice in practices]))
        .options(selectinload(Review.decision))
        .order_by(Review.id)
    )
    return {review.practice_id: review for review in found}


def told_to_authors(review):
    """The comments of one review that its authors may read."""
    return db.session.scalars(
        select(Comment)
        .where(Comment.review_id == review.id, Comment.audience == "authors")
        .order_by(Comment.id)
    ).all()
