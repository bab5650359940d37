"""Who may do what with a review, asked by views and verbs alike."""

from sqlalchemy import select

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation.service.reviews import open_review
from exchange.practices import schema
from exchange.practices import service as practices


def conflict_of(practice, user):
    """'author' for whoever wrote on this case, 'city' for people of its city, None for everyone else."""
    if has_written(practice, user):
        return "author"
    return "city" if practice.city_id is not None and user.is_of(practice.city_id) else None


def has_written(practice, user):
    """An author now, or somebody whose saves are in the audit: roles can be handed on, words stay."""
    if practice.is_author(user):
        return True
    saved = select(AuditLine.id).where(
        AuditLine.subject == practices.subject(practice),
        AuditLine.by_id == user.id,
        AuditLine.act.in_(("begin", "save", "add file", "accept wording")),
    )
    return db.session.scalar(saved.limit(1)) is not None


def leads(practice, user):
    return any(author.user_id == user.id and author.role == "lead" for author in practice.authors)


def may_read(review, user):
    """Moderators who did not write the case may open its review, and the expert who has it."""
    assigned = "expert" in user.powers and review.reviewer_id == user.id
    return (user.is_moderator or assigned) and not has_written(review.practice, user)


def may_suggest(review, user):
    """Moderators suggest wording, where there is an author to take it; experts comment."""
    return user.is_moderator and not review.practice.is_imported and may_read(review, user)


def reads_file(user, practice, medium):
    """Whoever may read the open review of a case gets the files that its text shows."""
    review = open_review(practice) if user.may_review else None
    return bool(review) and may_read(review, user) and medium.id in schema.files_of(review.revision)


def may_resolve(remark, user):
    return resolver(remark.review.practice, user)(remark)


def resolver(practice, user):
    """The function that says of each remark on this case whether this person resolves it."""
    current = open_review(practice)
    has_it = current is not None and current.reviewer_id == user.id
    governs = (has_it or user.is_coordinator) and not has_written(practice, user)
    return lambda remark: governs or remark.by_id == user.id


def may_decide(review, user):
    """The moderator who has the review, or a coordinator; an expert reads and comments."""
    return user.is_moderator and (review.reviewer_id == user.id or user.is_coordinator)
