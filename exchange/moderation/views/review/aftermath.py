"""What the page of a review shows of all that follows a decision: plan, hindrances, appeal, note, trail."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core.models import now
from exchange.core.moments import in_words
from exchange.moderation import service
from exchange.moderation.forms import desk as forms
from exchange.moderation.forms.publication import AppealForm, PlanForm, ReplyForm
from exchange.moderation.views.refusals import words_of_hindrance
from exchange.practices import service as practices


@dataclass
class AfterDecision:
    """`when` and `hindrances` are sentences; a form is None where this person has nothing to fill in."""

    plan: object
    when: str
    hindrances: list
    embargo: object
    may_embargo: bool
    planning: object = None
    may_answer: bool = False
    upholding: object = None
    trail: list = ()
    note: object = None
    appealing: object = None
    replying: object = None
    problem: str = ""
    typed: str = ""  # in a form that is offered no more


def after_decision(review, kept):
    """What a reviewer sees; takes the forms that belong here out of `kept`."""
    revision, practice = review.revision, review.practice
    return AfterDecision(
        **publication_of(practice, revision),
        planning=kept.pop("planning", None) or PlanForm(formdata=None, prefix="plan-"),
        may_answer=revision.state == "rejected" and service.may_answer(review, current_user),
        upholding=kept.pop("upholding", None) or forms.ReasonForm(formdata=None, prefix="upholding-"),
        trail=accounts.trail(practices.subject(practice)) if current_user.is_moderator else [],
        note=service.public_note(revision),
    )


def after_for_authors(practice, revision, review, appealing=None, replying=None, problem=""):
    """What an author sees; forms as they were filled in."""
    mine = review is not None and review.revision_id == revision.id
    may_reply = mine and service.may_reply(review, current_user)
    may_appeal = mine and service.may_appeal(review, current_user)
    late = [form for form, may in ((appealing, may_appeal), (replying, may_reply)) if form and not may]
    return AfterDecision(
        **publication_of(practice, revision),
        typed=late[0].words.data or "" if late else "",
        note=service.public_note(revision) if revision.state == "approved" else None,
        appealing=(appealing or AppealForm(formdata=None, prefix="appeal-")) if may_appeal else None,
        replying=(replying or reply_form(review)) if may_reply else None,
        problem=problem,
    )


def reply_form(review):
    words = review.reply.words if review.reply else ""
    return ReplyForm(formdata=None, prefix="reply-", words=words)


def publication_of(practice, revision):
    approved = revision.state == "approved"
    plan = service.plan_of(revision) if approved else None
    found = service.publication_hindrances(revision) if approved else []
    return {
        "plan": plan,
        "when": when_public(plan, found),
        "hindrances": [words_of_hindrance(one) for one in found],
        "embargo": service.embargo_of(practice),
        "may_embargo": service.may_embargo(practice, current_user),
    }


def when_public(plan, found):
    """A sentence: when an approved text goes public."""
    if plan is None:
        return _("A moderator publishes it next.")
    ends = [one.until for one in found]
    if plan.publish_at <= now() and (None in ends or not ends):
        return _("It goes public as soon as nothing hinders it.")
    if None in ends:
        return _(
            "It goes public as soon as nothing hinders it, and not before %(moment)s.",
            moment=in_words(plan.publish_at),
        )
    return _("It goes public on %(moment)s.", moment=in_words(max([plan.publish_at, *ends])))
