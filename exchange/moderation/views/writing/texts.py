"""The text that a page of /write is about: found for those who write it, or shown as it stands."""

from flask import render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.core.web import require
from exchange.moderation import queries, service
from exchange.moderation.forms.desk import RUBRIC_LABELS, AnswerForm
from exchange.moderation.views.review.aftermath import after_for_authors
from exchange.moderation.views.writing.standing import standing
from exchange.practices import schema
from exchange.practices import service as practices

CASE = "/write/<public_id>"
LATE = _l("This text can no longer be written to. What you typed has not been saved; it stands below.")


def find(public_id):
    """(practice, the text that is on its way, or the latest one) for those who write it; 404 for others."""
    return find_for(public_id, "may_be_edited_by")


def find_for(public_id, right):
    """(practice, its current text) for those with this right to it, a method of Practice; else 404."""
    practice = practices.find(public_id)
    require(practice is not None and getattr(practice, right)(current_user))
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


def standing_page(practice, revision, typed=(), answer=None, **kept):
    """Where a text stands, with what reviewers say. `answer` is an answer to a comment that was not taken.

    `kept`: the forms of `after_for_authors`, as they were filled in, and a `problem` with them.
    """
    review = queries.latest_reviews([practice]).get(practice.id)
    return render_template(
        "moderation/write_standing.html",
        practice=practice,
        revision=revision,
        review=review,
        comments=queries.told_to_authors(review) if review else [],
        wording=queries.wording_for_authors(practice),
        answer=answer or AnswerForm(formdata=None),
        standing=standing(practice, revision, review),
        may_lead=service.leads(practice, current_user),
        public=practices.public_revision(practice),
        typed=typed,
        late=LATE,
        schema=schema,
        rubric=RUBRIC_LABELS,
        after=after_for_authors(practice, revision, review, **kept),
    )
