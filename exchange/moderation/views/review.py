"""One review: its page, who has it, the remarks, the decision and what follows."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import compare, queries, service
from exchange.moderation.forms import desk as forms
from exchange.moderation.models import Comment, Review
from exchange.moderation.views import moderation
from exchange.moderation.views.desk import place_of, version_of
from exchange.moderation.views.refusals import REFUSALS, explained, hindrance_words, mark_fields
from exchange.practices import service as practices
from exchange.taxonomy import service as taxonomy

REVIEW = "/review/<int(max=2147483647):id>"


@moderation.get(REVIEW)
def review(id):
    return review_page(find_review(id))


def find_review(id):
    """The review of that number, for those who may read it; 404 for everyone else."""
    require(current_user.is_authenticated and current_user.may_review)
    found = db.session.get(Review, id)
    require(found is not None and service.may_read(found, current_user))
    return found


# Who has it


@moderation.post(REVIEW + "/claim")
def claim(id):
    found = find_review(id)
    require(current_user.is_moderator)
    form = forms.TakeForm()
    if not form.validate():
        return review_page(found, 422, claim=form)
    try:
        service.take(found, current_user, form.conflict_note.data or "")
    except REFUSALS as error:
        return refused(id, error, claim=form)
    return done(found, _("The case is yours to review."))


@moderation.post(REVIEW + "/release")
def release(id):
    found = find_review(id)
    try:
        service.release(found, current_user)
    except REFUSALS as error:
        return refused(id, error)
    db.session.commit()
    notice(_("Nobody has this case now: another reviewer can take it."))
    return redirect(url_for("moderation.desk"), 303)


@moderation.post(REVIEW + "/assignment")
def assignment(id):
    found = find_review(id)
    require(current_user.is_coordinator)
    form = assign_form(formdata=request.form)
    if not form.validate():
        return review_page(found, 422, assign=form)
    to = next(person for person in queries.reviewers() if person.id == form.person.data)
    try:
        service.assign(found, to, current_user, form.conflict_note.data or "")
    except REFUSALS as error:
        return refused(id, error, assign=form)
    return done(found, _("%(name)s has this case now.", name=to.name))


# Remarks


@moderation.post(REVIEW + "/comments")
def comments(id):
    found = find_review(id)
    form = forms.CommentForm()
    if not form.validate():
        return review_page(found, 422, remark=form)
    try:
        service.comment(
            found,
            form.field.data or "",
            form.words.data,
            current_user,
            form.audience.data,
            form.blocking.data,
        )
    except REFUSALS as error:
        return refused(id, error, remark=form)
    return done(found, _("Your comment stands beside the field."), anchor=form.field.data)


@moderation.post(REVIEW + "/comments/<int(max=2147483647):comment_id>/resolution")
def resolution(id, comment_id):
    found = find_review(id)
    remark = db.session.get(Comment, comment_id)
    require(remark is not None and remark.review_id == found.id)
    require(service.may_resolve(remark, current_user))
    service.resolve(remark, current_user)
    return done(
        service.open_review(found.practice) or found, _("The comment is resolved."), anchor=remark.field
    )


# Decisions


@moderation.post(REVIEW + "/decision")
def decision(id):
    found = find_review(id)
    require(current_user.is_moderator)
    form = forms.DecisionForm()
    if not form.validate():
        return review_page(found, 422, decision=form)
    try:
        service.decide(
            found,
            form.verdict.data,
            current_user,
            reason=form.reason.data or "",
            design=form.design.data,
            independence=form.independence.data,
            public_note=form.public_note.data or "",
            publish_now=form.publish_now.data,
            seen_hash=form.seen_hash.data or "",
            rubric=form.rubric,
        )
    except REFUSALS as error:
        return refused(id, error, decision=form)
    return done(found, said_of(found))


def said_of(review):
    return {
        "published": _("Approved. The case is public."),
        "approved": _("Approved. The case is not public yet."),
        "changes_requested": _("The author has been asked for changes."),
        "rejected": _("The case has been rejected."),
    }.get(review.revision.state, _("Your decision is recorded."))


@moderation.post(REVIEW + "/publication")
def publication(id):
    found = find_review(id)
    require(current_user.is_moderator)
    try:
        service.publish(found.revision, current_user)
    except REFUSALS as error:
        return refused(id, error)
    return done(found, _("The case is public."))


@moderation.post(REVIEW + "/reopening")
def reopening(id):
    found = find_review(id)
    require(current_user.is_coordinator)
    form = forms.ReasonForm(prefix="reopening-")
    if not form.validate():
        return review_page(found, 422, reopening=form)
    try:
        service.reopen(found, current_user, form.reason.data)
    except REFUSALS as error:
        return refused(id, error, reopening=form)
    return done(found, _("The author can write on this case again."))


# After an act


def done(review, sentence, anchor=None):
    """Commit, say so, and go on to the review."""
    db.session.commit()
    notice(sentence)
    return redirect(
        url_for("moderation.review", id=review.id, _anchor=f"field-{anchor}" if anchor else None), 303
    )


def refused(id, error, **kept):
    """Nothing was changed: the page as it stands now, why not, and every word that was typed."""
    db.session.rollback()
    status, sentence = explained(error)
    if form := kept.get("decision"):
        mark_fields(form, error)
        form.seen_hash.data = practices.content_hash(db.session.get(Review, id).revision)
    return review_page(db.session.get(Review, id), status, sentence, **kept)


# The page


def review_page(review, status=200, problem="", **kept):
    """The page, with the forms as they were filled in (`decision`, `remark`, `assign`, `claim`)."""
    revision, practice = review.revision, review.practice
    topics = taxonomy.topics()
    base = compared_with(review)
    answers = compare.answers(revision, base, topics)
    page = render_template(
        "moderation/review.html",
        review=review,
        revision=revision,
        practice=practice,
        problem=problem,
        place=place_of(practice),
        topic=topics.get(next(iter(revision.get("topics", [])), None)),
        base=base,
        published=practices.public_revision(practice),
        answers=[one for one in answers if one.mark or not only_changes(base)],
        all_answers=answers,
        only_changes=only_changes(base),
        words=compare.words_moved(answers),
        remarks=queries.remarks(review),
        rounds=queries.rounds(practice),
        version=version_of(revision, queries.versions([review]).get(practice.id, 0)),
        mine=queries.ids_of_mine(current_user),
        address=review_address,
        **standing(review),
        **the_forms(review, **kept),
    )
    return page, status


def compared_with(review):
    """The public text that this one would replace, unless the reader wants to compare with nothing."""
    if request.args.get("compare") == "nothing":
        return None
    base = practices.public_revision(review.practice)
    return base if base is not None and base.id != review.revision_id else None


def only_changes(base):
    return base is not None and request.args.get("only") == "changes"


def review_address(review, **changed):
    kept = {name: request.args.get(name) for name in ("compare", "only")}
    return url_for("moderation.review", id=review.id, **{k: v for k, v in {**kept, **changed}.items() if v})


def standing(review):
    """What this person may do with this review, and what keeps it from being approved."""
    open_ = review.closed_at is None
    conflict = service.conflict_of(review.practice, current_user)
    return {
        "conflict": conflict,
        "may_take": open_ and review.reviewer_id is None and current_user.is_moderator,
        "may_release": open_
        and review.reviewer_id is not None
        and (review.reviewer_id == current_user.id or current_user.is_coordinator),
        "may_assign": open_ and current_user.is_coordinator,
        "may_comment": open_ and review.revision.state == "in_review",
        "may_decide": open_
        and review.revision.state == "in_review"
        and service.may_decide(review, current_user)
        and (conflict is None or (review.conflict_note and review.reviewer_id == current_user.id)),
        "may_publish": review.revision.state == "approved" and current_user.is_moderator,
        "may_reopen": review.revision.state == "rejected" and current_user.is_coordinator,
        "resolvable": lambda remark: service.may_resolve(remark, current_user),
        "hindrance": hindrance_words(service.hindrances(review)) if open_ else "",
    }


def the_forms(review, decision=None, remark=None, assign=None, claim=None, reopening=None):
    return {
        "decision": decision or decision_form(review),
        "remark": remark or forms.CommentForm(formdata=None),
        "assign": assign or assign_form(),
        "claim": claim or forms.TakeForm(formdata=None),
        "reopening": reopening or forms.ReasonForm(formdata=None, prefix="reopening-"),
        "rubric_lines": [forms.rubric_name(line) for line in forms.RUBRIC_LABELS],
    }


def decision_form(review):
    """Filled with what the review holds already: the author's proposal, the note, the rubric."""
    return forms.DecisionForm(
        formdata=None,
        design=review.evidence_design or "",
        independence=review.evidence_independence or "",
        public_note=review.public_note,
        seen_hash=practices.content_hash(review.revision),
        **{forms.rubric_name(line): mark for line, mark in review.rubric.items()},
    )


def assign_form(formdata=None):
    form = forms.AssignForm(formdata=formdata, prefix="assign-")
    form.person.choices = forms.options({person.id: person.name for person in queries.reviewers()})
    return form
