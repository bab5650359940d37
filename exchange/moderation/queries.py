"""What stands on the desk: which reviews wait, for whom, and the facts beside each. Nothing changes here."""

from dataclasses import dataclass

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, lazyload, selectinload

from exchange.accounts.models import City, RoleGrant, User
from exchange.core.models import db, now
from exchange.core.words import folded
from exchange.moderation.models import Appeal, Comment, Decision, Note, Reading, Review, Suggestion
from exchange.practices.models import Author, Label, Practice, Revision

TABS = ("mine", "nobody", "overdue", "author", "imported", "all")
SORTS = ("due", "age")
PAGE = 20
PAGES = {"imported": 50}  # as many as can be ticked at once
LAST = 2**31 - 1  # number that a row can have


@dataclass(frozen=True)
class Wish:
    """What of the desk is asked for. `topics` are slugs, any of which will do; `city` is a slug."""

    tab: str = "all"
    topics: tuple = ()
    city: str = ""
    sort: str = "due"
    page: int = 1
    q: str = ""  # words of the title, or the case's short code

    @property
    def page_size(self):
        return PAGES.get(self.tab, PAGE)


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
        "imported": and_(Practice.is_from_elsewhere(), Review.closed_at.is_(None)),
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
    if wish.q:
        in_title = (Revision.folded_title.contains(word, autoescape=True) for word in folded(wish.q).split())
        query = query.where(or_(and_(*in_title), Practice.public_id == wish.q.strip().upper()))
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
    query = query.order_by(moment, Review.id).offset((wish.page - 1) * wish.page_size)
    return db.session.scalars(query.limit(wish.page_size)).unique().all()


def open_imports(user, wish, after, up_to, *columns):
    """`select` of the undecided imports that the wish matches, with numbers from `after` on up to `up_to`."""
    wanted = Practice.is_from_elsewhere(), Review.closed_at.is_(None), Review.id > after, Review.id <= up_to
    return narrowed(on_desk(user, *columns), wish).where(in_tab(wish.tab, user), *wanted)


def count_imports(user, wish, after=0, up_to=LAST):
    """(how many open imports there are, the highest of their numbers): what 'all of them' means now."""
    columns = func.count(Review.id), func.max(Review.id)
    count, last = db.session.execute(open_imports(user, wish, after, up_to, *columns)).one()
    return count, last or 0


def next_imports(user, wish, after, up_to, limit):
    return (
        db.session.scalars(open_imports(user, wish, after, up_to).order_by(Review.id).limit(limit))
        .unique()
        .all()
    )


def ids_of_mine(user):
    """The reviews this person has, as ids in the order of the desk."""
    query = on_desk(user, Review.id).where(in_tab("mine", user))
    return db.session.scalars(query.order_by(Review.due_at, Review.id)).all()


def open_remarks(reviews):
    """Review id → number of its unresolved comments."""
    found = db.session.execute(
        select(Comment.review_id, func.count(Comment.id))
        .where(
            Comment.review_id.in_([review.id for review in reviews]),
            Comment.resolved_at.is_(None),
            Comment.parent_id.is_(None),
        )
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
    """Practice id → hash of the text that this person read last."""
    found = db.session.execute(
        select(Reading.practice_id, Reading.content_hash)
        .where(
            Reading.practice_id.in_([review.practice_id for review in reviews]), Reading.user_id == user.id
        )
        .order_by(Reading.id)
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


def open_appeals(user):
    """(Appeal, Revision, city or None) of what waits for this coordinator; nobody judges an own decision."""
    if not user.is_coordinator:
        return []
    own = exists().where(
        Author.practice_id == Appeal.practice_id, Author.user_id == user.id, Author.role != "viewer"
    )
    return db.session.execute(
        select(Appeal, Revision, City)
        .join(Review, Review.id == Appeal.review_id)
        .join(Decision, Decision.review_id == Review.id)
        .join(Revision, Revision.id == Review.revision_id)
        .join(Practice, Practice.id == Appeal.practice_id)
        .outerjoin(City, City.id == Practice.city_id)
        .where(Appeal.outcome.is_(None), Decision.by_id != user.id, ~own)
        .options(lazyload(Revision.practice))
        .order_by(Appeal.id)
        .limit(50)
    ).all()


def labels_of(practice):
    """(Label, who gave it, who took it) of every label that the case has or had, the latest first."""
    giver, taker = aliased(User), aliased(User)
    return db.session.execute(
        select(Label, giver.name, taker.name)
        .outerjoin(giver, giver.id == Label.by_id)
        .outerjoin(taker, taker.id == Label.removed_by_id)
        .where(Label.practice_id == practice.id)
        .order_by(Label.id.desc())
    ).all()


def versions_of(practice):
    """[(Revision, moment of its approval or None)] of every text that was ever public, the latest first."""
    approved = (
        select(func.max(Decision.at))
        .join(Review, Review.id == Decision.review_id)
        .where(Review.revision_id == Revision.id, Decision.verdict == "approve")
        .scalar_subquery()
    )
    return db.session.execute(
        select(Revision, approved)
        .where(Revision.practice_id == practice.id, Revision.number.is_not(None))
        .options(lazyload(Revision.practice))
        .order_by(Revision.number.desc())
    ).all()


def reviewers():
    """Everyone to whom a review can be assigned, by name."""
    held = select(RoleGrant.user_id).where(RoleGrant.role.in_(("expert", "moderator", "coordinator")))
    return db.session.scalars(
        select(User)
        .where(User.id.in_(held), User.suspended_at.is_(None), User.left_at.is_(None))
        .order_by(User.name, User.id)
    ).all()


def rounds(practice, user):
    """The reviews of a practice that this person may read, with their decisions, newest first."""
    query = select(Review).where(Review.practice_id == practice.id, readable_by(user))
    return db.session.scalars(query.order_by(Review.id.desc())).all()


def readable_by(user):
    """The condition that an expert meets only what was given to her."""
    return Review.id.is_not(None) if user.is_moderator else Review.reviewer_id == user.id


def readable(ids, user):
    """The reviews with these numbers that stand on this person's desk, in the order of their dates."""
    query = on_desk(user).where(Review.id.in_(ids)).order_by(Review.due_at, Review.id)
    return db.session.scalars(query).unique().all()


def remarks(review, user):
    """The threads to show beside a text: those of this round, and unresolved ones of earlier rounds."""
    return db.session.scalars(
        select(Comment)
        .join(Review, Review.id == Comment.review_id)
        .where(
            Review.practice_id == review.practice_id,
            Comment.parent_id.is_(None),
            readable_by(user),
            or_(
                Comment.review_id == review.id,
                and_(Comment.review_id < review.id, Comment.resolved_at.is_(None)),
            ),
        )
        .options(selectinload(Comment.answers))
        .order_by(Comment.id)
    ).all()


def suggestions(review):
    """The wording suggested in this round, oldest first."""
    return db.session.scalars(
        select(Suggestion).where(Suggestion.review_id == review.id).order_by(Suggestion.id)
    ).all()


def notes(review):
    """What reviewers have noted on this review, by whom."""
    return db.session.scalars(select(Note).where(Note.review_id == review.id).order_by(Note.id)).all()


def latest_reviews(practices):
    """Practice id → its latest review, with decision and reviewer; those never submitted are left out."""
    found = db.session.scalars(
        select(Review)
        .where(Review.practice_id.in_([practice.id for practice in practices]))
        .options(selectinload(Review.decision), selectinload(Review.appeal))
        .order_by(Review.id)
    )
    return {review.practice_id: review for review in found}


def told_to_authors(review):
    """The threads of one review that its authors may read."""
    return db.session.scalars(
        select(Comment)
        .where(Comment.review_id == review.id, Comment.audience == "authors", Comment.parent_id.is_(None))
        .options(selectinload(Comment.answers))
        .order_by(Comment.id)
    ).all()


def wording_for_authors(practice):
    """The wording suggested in the latest round that is not taken back; what waits for an answer first."""
    latest = select(func.max(Review.id)).where(Review.practice_id == practice.id).scalar_subquery()
    found = db.session.scalars(
        select(Suggestion)
        .where(
            Suggestion.review_id == latest,
            or_(Suggestion.answer.is_(None), Suggestion.answer != "taken back"),
        )
        .order_by(Suggestion.id)
    ).all()
    return sorted(found, key=lambda one: one.answer is not None)
