"""The text that a page of /write is about: found for those who write it, or shown as it stands."""

from flask import render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.core.web import require
from exchange.moderation import queries, service
from exchange.moderation.views.standing import standing
from exchange.practices import schema
from exchange.practices import service as practices

CASE = "/write/<public_id>"
LATE = _l("This text can no longer be written to. What you typed has not been saved; it stands below.")


def find(public_id):
    """(practice, the text that is on its way, or the latest one) for those who write it; 404 for others."""
    practice = practices.find(public_id)
    require(practice is not None and practice.may_be_edited_by(current_user) and current_user.may_write)
    return practice, current_text(practice)


def current_text(practice):
    return practices.working_revision(practice) or practices.latest_revision(practice)


def step_address(practice, slug, **more):
    return url_for("moderation.write", public_id=practice.public_id, step=slug, **more)


def remarks_on(revision):
    """(the review that sent this text back, its comments to the authors); (None, []) for a fresh draft."""
    review = queries.latest_reviews([revision.practice]).get(revision.practice_id)
    if not (review and review.decision and review.revision_id in (revision.id, revision.parent_id)):
        return None, []
    return review, queries.told_to_authors(review)


def standing_page(practice, revision, typed=()):
    review = queries.latest_reviews([practice]).get(practice.id)
    return render_template(
        "moderation/write_standing.html",
        practice=practice,
        revision=revision,
        review=review,
        comments=queries.told_to_authors(review) if review else [],
        standing=standing(practice, revision, review),
        may_lead=service.leads(practice, current_user),
        public=practices.public_revision(practice),
        typed=typed,
        late=LATE,
        schema=schema,
    )
