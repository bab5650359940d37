"""The pages of those who review: the desk, one review, and the acts on public cases."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db, now
from exchange.core.web import notice, require
from exchange.moderation import compare, queries, service
from exchange.moderation.forms import desk as forms
from exchange.moderation.models import Comment, Review
from exchange.moderation.views import moderation
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed
from exchange.taxonomy import service as taxonomy

REFUSALS = (service.Refusal, NotAllowed)
REVIEW = "/review/<int(max=2147483647):id>"
PRACTICE = "/practices/<public_id>"


# The desk


@moderation.get("/review")
def desk():
    require(current_user.is_authenticated and current_user.may_review)
    topics = taxonomy.topics()
    wish = read_wish(topics)
    counts = queries.counts(current_user, wish)
    pages = max(1, -(-counts[wish.tab] // queries.PAGE))
    wish = queries.Wish(wish.tab, wish.topics, wish.city, wish.sort, min(wish.page, pages))
    rows = desk_rows(queries.page(current_user, wish), topics)
    return render_template(
        "moderation/desk.html",
        wish=wish,
        topic=request.args.get("topic", "") if wish.topics else "",
        counts=counts,
        pages=pages,
        first=(wish.page - 1) * queries.PAGE + 1,
        rows=rows,
        roots=[topic for topic in topics.values() if topic.parent is None],
        cities=queries.cities_on_desk(current_user),
        withdrawals=queries.asked_withdrawals(current_user),
        address=desk_address,
        page_address=lambda number: desk_address(page=number),
    )


def read_wish(topics):
    """What the address asks for; what makes no sense is left out."""
    args = request.args
    return queries.Wish(
        tab=args["tab"] if args.get("tab") in queries.TABS else "all",
        topics=tuple(slug for slug, topic in topics.items() if args.get("topic") in (slug, topic.root)),
        city=args.get("city", ""),
        sort=args["sort"] if args.get("sort") in queries.SORTS else "due",
        page=max(1, args.get("page", 1, type=int)),
    )


def desk_address(**changed):
    """The address of the desk as it is now, with some of its questions changed; the page starts anew."""
    kept = {name: request.args.get(name) for name in ("tab", "topic", "city", "sort")}
    return url_for("moderation.desk", **{name: value for name, value in {**kept, **changed}.items() if value})


@dataclass(frozen=True)
class DeskRow:
    review: Review
    title: str
    language: str
    version: str
    place: str
    topic: object  # Topic, or None
    age: str
    due: str
    due_kind: str  # bad, warn or ''
    flags: list  # (whether it warns, sentence)
    can_take: bool


def desk_rows(reviews, topics):
    if not reviews:
        return []
    remarks, versions = queries.open_remarks(reviews), queries.versions(reviews)
    read = queries.read_before(reviews, current_user)
    return [
        desk_row(
            review,
            topics,
            versions.get(review.practice_id, 0),
            flags_of(review, remarks.get(review.id, 0), read.get(review.practice_id)),
        )
        for review in reviews
    ]


def desk_row(review, topics, last_version, flags):
    revision, practice = review.revision, review.practice
    due, due_kind = due_of(review)
    return DeskRow(
        review,
        revision.title,
        revision.language,
        version_of(revision, last_version),
        place_of(practice),
        topics.get(next(iter(revision.get("topics", [])), None)),
        age_of(now() - review.opened_at),
        due,
        due_kind,
        flags,
        can_take=may_take(review, practice),
    )


def may_take(review, practice):
    """Whether the desk offers to take it; a conflict of interest is dealt with on the review's own page."""
    free = review.closed_at is None and review.reviewer_id is None
    return free and current_user.is_moderator and not current_user.is_of(practice.city_id)


def version_of(revision, last_version):
    number = revision.number or last_version + 1
    return _("First version") if number == 1 else _("Version %(number)s", number=number)


def place_of(practice):
    language = i18n.language()
    if practice.city:
        return practice.city.label(language)
    return taxonomy.country_name(practice.country, language)


def age_of(delta):
    hours = int(delta.total_seconds() // 3600)
    if hours < 1:
        return _("just now")
    if hours < 24:
        return ngettext("1 hour", "%(num)s hours", hours)
    return ngettext("1 day", "%(num)s days", hours // 24)


def due_of(review):
    """(words, kind): how a due date is told, and whether it warns."""
    if review.due_at is None:
        return "", ""
    days = (review.due_at.date() - now().date()).days
    if review.due_at < now():
        late = max(1, -days)
        return ngettext("Overdue 1 day", "Overdue %(num)s days", late), "bad"
    if days <= 1:
        return (_("Tomorrow") if days else _("Today")), "warn"
    return format_date(review.due_at, "d MMM"), ""


def flags_of(review, open_remarks, read_hash):
    """What a reviewer should know before opening it: (warns, sentence)."""
    revision = review.revision
    if review.closed_at:
        return [
            (False, _("With the author") if revision.state == "changes_requested" else _("To be published"))
        ]
    found = [(True, sentence) for sentence in warnings_of(revision, read_hash)]
    if open_remarks:
        found.append((False, ngettext("1 open comment", "%(num)s open comments", open_remarks)))
    return found or [(False, standing_of(review.practice, revision))]


def warnings_of(revision, read_hash):
    if read_hash and read_hash != revision.content_hash:
        yield _("Text changed since you read it")
    if bare := sum(1 for medium in revision.get("media", []) if not medium.get("licence")):
        yield ngettext("Picture without licence", "%(num)s pictures without licence", bare)
    if unsourced := sum(1 for result in revision.get("results", []) if not result.get("source")):
        yield ngettext("No source for 1 figure", "No source for %(num)s figures", unsourced)


def standing_of(practice, revision):
    if practice.origin_source:
        return _("Imported from %(source)s", source=practice.origin_source)
    if missing := len(schema.gaps(revision, "P")):
        return ngettext("1 answer missing", "%(num)s answers missing", missing)
    return _("Complete")


# One review


@moderation.get(REVIEW)
def review(id):
    return review_page(find_review(id))


def find_review(id):
    """The review of that number, for those who may read it; 404 for everyone else."""
    require(current_user.is_authenticated and current_user.may_review)
    found = db.session.get(Review, id)
    require(found is not None and service.may_read(found, current_user))
    return found


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


def hindrance_words(lacking):
    """Why Approve is not open yet, without the evidence, which is set in the same form."""
    if lacking.comments:
        return ngettext(
            "Approve opens when one comment is resolved.",
            "Approve opens when %(num)s comments are resolved.",
            lacking.comments,
        )
    if lacking.gaps:
        return _("Approve opens when these have an answer: %(fields)s.", fields=gap_names(lacking.gaps))
    return ""


def gap_names(gaps):
    return ", ".join(str(gap.label) if isinstance(gap, schema.Field) else gap for gap in gaps)


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


def explained(error):
    """(status, sentence for the person who tried)."""
    return EXPLANATIONS.get(type(error), not_allowed)(error)


def not_allowed(_error):
    return 409, _(
        "That cannot be done just now: somebody else acted on this case meanwhile. See how it stands."
    )


def taken(error):
    return 409, _("%(name)s has taken this case.", name=error.who.name)


def decided(error):
    if error.decision is None:
        return 409, _("This was decided meanwhile.")
    verdicts = {
        "approve": _("%(name)s has approved this case meanwhile.", name=error.decision.by.name),
        "request_changes": _("%(name)s has asked for changes meanwhile.", name=error.decision.by.name),
        "reject": _("%(name)s has rejected this case meanwhile.", name=error.decision.by.name),
        "withdraw": _("%(name)s has taken the submission back meanwhile.", name=error.decision.by.name),
    }
    return 409, verdicts[error.decision.verdict]


def conflicting(error):
    if error.kind == "author":
        return 409, _("Whoever wrote a case does not judge it.")
    return 409, _("People of a case’s own city judge it only when a coordinator notes why that does no harm.")


def not_yet(error):
    words = hindrance_words(error)
    return 422, words or _("Say how the results were found out, and who found them out.")


EXPLANATIONS = {
    service.AlreadyTaken: taken,
    service.AlreadyDecided: decided,
    service.ConflictOfInterest: conflicting,
    service.NotYet: not_yet,
    service.ReasonMissing: lambda _error: (
        422,
        _("A reason is missing. To ask for changes, a comment for the authors will do."),
    ),
    service.TextChanged: lambda _error: (
        409,
        _("The text is another one now. Read it again before you decide."),
    ),
}


def mark_fields(form, error):
    """Say what is wrong at the fields themselves, too."""
    if isinstance(error, service.ReasonMissing):
        form.reason.errors = [_("Give a reason.")]
    if isinstance(error, service.NotYet) and error.evidence:
        for one in (form.design, form.independence):
            one.errors = [] if one.data else [_("Choose one.")]


# Acts on public cases. Each has a page of its own with one form.


@moderation.route(PRACTICE + "/take-down", methods=["GET", "POST"])
def take_down(public_id):
    practice = find_practice(public_id)
    require(current_user.is_coordinator and not service.has_written(practice, current_user))
    return one_act(
        practice,
        forms.ReasonForm(),
        lambda form: service.take_down(practice, current_user, form.reason.data),
        title=_("Take this case down"),
        lead=_("The address stays and shows a notice with your reason."),
        button_text=_("Take it down"),
        after=_("The case is down. Its address shows your reason."),
    )


@moderation.route(PRACTICE + "/restoration", methods=["GET", "POST"])
def restoration(public_id):
    practice = find_practice(public_id)
    require(current_user.is_moderator and not service.has_written(practice, current_user))
    return one_act(
        practice,
        forms.ReasonForm(),
        lambda form: service.restore(practice, current_user, form.reason.data),
        title=_("Bring this case back"),
        lead=_("Its last published text becomes public again."),
        button_text=_("Bring it back"),
        after=_("The case is public again."),
    )


@moderation.route(PRACTICE + "/withdrawal-decision", methods=["GET", "POST"])
def withdrawal_decision(public_id):
    practice = find_practice(public_id)
    require(current_user.is_moderator and not service.has_written(practice, current_user))
    return one_act(
        practice,
        forms.WithdrawalDecisionForm(reason=practice.withdrawal_asked),
        lambda form: service.decide_withdrawal(
            practice, current_user, form.answer.data == "agree", form.reason.data
        ),
        title=_("The author asks to withdraw this case"),
        lead=practice.withdrawal_asked or _("Nobody asks for it any more."),
        button_text=_("Decide"),
        after=_("Decided. The author gets a letter."),
    )


@moderation.route(PRACTICE + "/confirmation", methods=["GET", "POST"])
def confirmation(public_id):
    practice = find_practice(public_id)
    require(practice.city_id is not None and current_user.is_admin_of(practice.city_id))
    form = forms.ConfirmationForm()
    if practice.told_by == "city":
        form.word.choices = forms.options({"ended": forms.WORDS["ended"]})
    return one_act(
        practice,
        form,
        lambda form: service.confirm(practice, form.word.data, current_user, form.reason.data or ""),
        title=_("What %(city)s says of this case", city=practice.city.label(i18n.language())),
        lead=_("Your answer stands beside the case, with your reason and today’s date."),
        button_text=_("Say so"),
        after=_("What your city says stands beside the case now."),
    )


def find_practice(public_id):
    """A practice that is or was public, for people who are signed in; 404 for all others."""
    require(current_user.is_authenticated)
    practice = practices.find(public_id)
    require(practice is not None and practice.visibility != "none")
    return practice


def one_act(practice, form, act, after, **words):
    """Show the form, or act and go to the case; what is refused comes back with every word typed."""
    if request.method != "POST":
        return act_page(practice, form, **words)
    if not form.validate():
        return act_page(practice, form, 422, **words)
    try:
        act(form)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return act_page(practice, form, status, problem=problem, **words)
    db.session.commit()
    notice(after)
    return redirect(url_for("front.case", ref=practice.public_id), 303)


def act_page(practice, form, status=200, problem="", **words):
    revision = practices.public_revision(practice) or practices.latest_revision(practice)
    page = render_template(
        "moderation/act.html", practice=practice, revision=revision, form=form, problem=problem, **words
    )
    return page, status
