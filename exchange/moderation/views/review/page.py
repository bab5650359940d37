"""One review: its page, who has it, the decision and what follows. `remarks` and `notes` act there too."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from exchange.core import i18n
from exchange.core.forms import tidy
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import compare, queries, service
from exchange.moderation.forms import desk as forms
from exchange.moderation.models import Review
from exchange.moderation.service.tables import batches
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained, hindrance_words, mark_fields
from exchange.moderation.views.review.aftermath import after_decision
from exchange.moderation.views.review.claims import forms_of
from exchange.moderation.views.review.desk import place_of, version_of
from exchange.practices import service as practices
from exchange.taxonomy import service as taxonomy

REVIEW = "/review/<int(max=2147483647):id>"
NOT_KEPT = {"csrf_token", "base", "notes", "seen_hash", "verdict"}  # of the controls of a decision


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


@moderation.post(REVIEW + "/due")
def due_date(id):
    found = find_review(id)
    form = forms.DueForm(prefix="due-")
    if not form.validate():
        return review_page(found, 422, due=form)
    try:
        service.set_due(found, form.moment, current_user)
    except REFUSALS as error:
        return refused(id, error, due=form)
    return done(found, _("An answer is due on that day; the authors read it on the page of their case."))


# Decisions


@moderation.post(REVIEW + "/decision")
def decision(id):
    found = find_review(id)
    require(current_user.is_moderator)
    form = fill_choices(forms.DecisionForm())
    if not form.validate():
        return review_page(found, 422, decision=form)
    try:
        if form.base.data:  # what was noted last is kept with the decision
            service.keep_note(found, current_user, *typed_in(form), form.base.data, told=False)
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
            rubric_notes=form.rubric_notes,
            reason_code=form.reason_code,
            **form.outcome,
        )
    except practices.Changed:
        return noted_elsewhere(id, form)
    except REFUSALS as error:
        return refused(id, error, decision=form)
    return done(found, said_of(found))


def typed_in(form):
    """(notes, every control of the decision as it was sent) of a form as it came in."""
    kept = [field.name for field in form if field.name not in NOT_KEPT and field.name in request.form]
    return form.notes.data or "", {name: [*map(tidy, request.form.getlist(name))] for name in kept}


def noted_elsewhere(id, form):
    """409: another tab has kept something else meanwhile. Both are on the page, nothing is lost."""
    db.session.rollback()
    found = db.session.get(Review, id)
    other = service.note_of(found, current_user)
    form.base.data = service.base_of_note(other)
    problem = _("Another window has kept something else meanwhile. See below what, and save or decide anew.")
    return review_page(found, 409, problem, decision=form, other=other)


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
    bases = comparable(review)
    chosen = chosen_base(bases)
    answers = compare.answers(revision, bases.get(chosen), topics)
    page = render_template(
        "moderation/review.html",
        review=review,
        revision=revision,
        practice=practice,
        problem=problem,
        place=place_of(practice),
        topic=topics.get(next(iter(revision.get("topics", [])), None)),
        bases=bases,
        chosen=chosen,
        published=practices.public_revision(practice),
        answers=[one for one in answers if one.mark or not only_changes(chosen)],
        all_answers=answers,
        only_changes=only_changes(chosen),
        words=compare.words_moved(answers),
        remarks=queries.remarks(review, current_user),
        rounds=queries.rounds(practice, current_user),
        version=version_of(revision, queries.versions([review]).get(practice.id, 0)),
        mine=queries.ids_of_mine(current_user),
        claims=forms_of(practice),
        batch_case=batches.case_of(practice),
        after=after_decision(review, kept),
        address=review_address,
        **standing(review),
        **words_suggested(review),
        **the_forms(review, **kept),
    )
    return page, status


def comparable(review):
    """What this text can be compared with: the public one, and the one that this person read last."""
    found, now = {}, practices.content_hash(review.revision)
    public = practices.public_revision(review.practice)
    if public is not None and public.id != review.revision_id:
        found["public"] = public
    read = service.last_reading(review.practice, current_user, other_than=now)
    if read and not (public and public.content_hash == read.content_hash):
        found["read"] = read
    return found


def chosen_base(bases):
    """The one that the reader wants to compare with, else the first; '' for nothing."""
    wish = request.args.get("compare")
    return wish if wish in bases else "" if wish == "nothing" else next(iter(bases), "")


def only_changes(chosen):
    return bool(chosen) and request.args.get("only") == "changes"


def words_suggested(review):
    """The wording suggested so far, and by field where more can be suggested."""
    may = service.may_suggest(review, current_user)
    may = may and review.closed_at is None and review.revision.state == "in_review"
    return {
        "suggestions": queries.suggestions(review),
        "places": lambda field: service.places(review.revision, field) if may else [],
        "wording_diff": lambda one: compare.compared(one.after, one.before),
        "control_name": forms.control_name,
    }


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
        "resolvable": service.resolver(review.practice, current_user),
        "hindrance": hindrance_words(service.hindrances(review)) if open_ else "",
    }


def the_forms(
    review,
    decision=None,
    remark=None,
    assign=None,
    claim=None,
    due=None,
    reopening=None,
    answer=None,
    suggestion=None,
    other=None,
):
    """The forms as they were filled in, or fresh. `answer` has the number of its remark as `to`."""
    reading = service.last_reading(review.practice, current_user)
    return {
        "decision": decision or decision_form(review),
        "remark": remark or forms.CommentForm(formdata=None),
        "assign": assign or assign_form(),
        "claim": claim or forms.TakeForm(formdata=None),
        "due": due or due_form(review),
        "may_date": service.may_date(review, current_user),
        "latest_due": service.latest_due(review, current_user),
        "reopening": reopening or forms.ReasonForm(formdata=None, prefix="reopening-"),
        "answer": answer or forms.AnswerForm(formdata=None),
        "suggestion": suggestion or forms.SuggestionForm(formdata=None),
        "other": other,
        "notes_by_others": [
            one for one in queries.notes(review) if one.by_id != current_user.id and one.words
        ],
        "rubric_lines": [(forms.rubric_name(line), forms.note_name(line)) for line in forms.RUBRIC_LABELS],
        "text_hash": practices.content_hash(review.revision),
        "read_at": reading.at if reading and reading.content_hash == review.revision.content_hash else None,
    }


def due_form(review):
    return forms.DueForm(formdata=None, prefix="due-", day=review.due_at)


def decision_form(review):
    """Filled with what this person has typed so far, else with what the review holds already."""
    note = service.note_of(review, current_user)
    if note and note.typed:
        form = forms.DecisionForm(formdata=MultiDict(note.typed))
    else:
        form = forms.DecisionForm(
            formdata=None,
            design=review.evidence_design or "",
            independence=review.evidence_independence or "",
            public_note=review.public_note,
            **{forms.rubric_name(line): mark for line, mark in review.rubric.items()},
            **{forms.note_name(line): words for line, words in review.rubric_notes.items()},
        )
    form.notes.data = note.words if note else ""
    form.base.data = service.base_of_note(note)
    form.seen_hash.data = practices.content_hash(review.revision)
    return fill_choices(form)


def fill_choices(form):
    """Offer the canned reasons that are in use."""
    named = {reason.code: reason.label(i18n.language()) for reason in service.canned_reasons()}
    form.canned.choices = forms.options({"": _("No standard reason"), **named})
    return form


def assign_form(formdata=None):
    form = forms.AssignForm(formdata=formdata, prefix="assign-")
    form.person.choices = forms.options({person.id: person.name for person in queries.reviewers()})
    return form
