"""The pages of those who tell a case: my cases, the seven steps, preview, submission, withdrawal."""

from dataclasses import dataclass, field
from datetime import timedelta

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db, now
from exchange.core.web import notice, require, wants_json
from exchange.moderation import compare, queries, service
from exchange.moderation.forms import kinds, writing
from exchange.moderation.forms.desk import RUBRIC_LABELS
from exchange.moderation.views import moderation
from exchange.moderation.views.standing import readiness, standing, steps
from exchange.practices import media, schema
from exchange.practices import service as practices
from exchange.practices.models import READABLE
from exchange.practices.service import Changed, NotAllowed
from exchange.taxonomy import service as taxonomy

CASE = "/write/<public_id>"
STEP = CASE + f"/<any({', '.join(map(repr, schema.STEP_SLUGS))}):step>"
TWICE = timedelta(minutes=10)
READERS = {"media": media.read_image, "documents": media.read_document}
LATE = _l("This text can no longer be written to. What you typed has not been saved; it stands below.")


# My cases


@moderation.get("/write")
def my_cases():
    require(is_known())
    mine = practices.mine(current_user)
    reviews = queries.latest_reviews([practice for practice, _revision in mine])
    rows = [
        (practice, revision, standing(practice, revision, reviews.get(practice.id)))
        for practice, revision in mine
    ]
    return render_template("moderation/my_cases.html", rows=rows)


@moderation.get("/write/new")
def new_case():
    require(is_known())
    if not current_user.may_write:
        return redirect(url_for("moderation.my_cases"), 303)
    return new_case_page(writing.NewCaseForm(my_cities(), formdata=None))


def is_known():
    """Signed in, with a proven mail address."""
    return current_user.is_authenticated and current_user.verified_at is not None


@moderation.post("/write/new")
def begin_case():
    require(current_user.is_authenticated and current_user.may_write)
    cities = my_cities()
    form = writing.NewCaseForm(cities)
    if not form.validate():
        return new_case_page(form), 422
    city = next(city for city in cities if city.slug == form.city.data)
    revision = begun_just_now(city, form.title.data) or practices.begin(
        current_user, city, form.title.data, form.language.data
    )
    db.session.commit()
    return redirect(step_address(revision.practice, schema.STEP_SLUGS[0]), 303)


def my_cities():
    return [one.city for one in current_user.memberships if one.state in ("requested", "approved")]


def begun_just_now(city, title):
    """The draft that the same form made a moment ago: sent twice, it makes one case."""
    for practice, revision in practices.mine(current_user):
        fresh = practice.created_at > now() - TWICE and revision.state == "draft"
        if fresh and practice.city_id == city.id and revision.title == title:
            return revision
    return None


def new_case_page(form):
    return render_template("moderation/new_case.html", form=form)


@moderation.get("/write/tags")
def tags():
    require(current_user.is_authenticated and current_user.may_write)
    return jsonify(taxonomy.suggest_tags(request.args.get("q", "")))


# One step of a case


@moderation.get(STEP)
def write(public_id, step):
    practice, revision = find(public_id)
    if revision.state != "draft":
        return standing_page(practice, revision)
    return step_page(practice, revision, writing.step_form(schema.find_step(step), revision, formdata=None))


@moderation.post(STEP)
def save(public_id, step):
    """Store what is well-formed, whatever else is wrong; then go on, stay, or show what to put right."""
    practice, revision = find(public_id)
    form = writing.step_form(schema.find_step(step), revision)
    form.validate()
    if revision.state != "draft":
        return too_late(practice, revision, form)
    receive_files(form, practice)
    if undecided := fields_undecided():
        return both_texts(practice, revision, form, undecided)
    try:
        store(form, revision)
    except Changed:
        return both_texts(practice, revision, form)
    except NotAllowed:
        return too_late(practice, revision, form)
    db.session.commit()
    return answer(practice, revision, form)


def find(public_id):
    """(practice, the text that is on its way, or the latest one) for those who write it; 404 for others."""
    practice = practices.find(public_id)
    require(practice is not None and practice.may_be_edited_by(current_user) and current_user.may_write)
    return practice, current_text(practice)


def current_text(practice):
    return practices.working_revision(practice) or practices.latest_revision(practice)


def step_address(practice, slug, **more):
    return url_for("moderation.write", public_id=practice.public_id, step=slug, **more)


# Files


def receive_files(form, practice):
    """Turn uploads into files of this case; what is refused is told at its row, the rest goes on."""
    forget_strange_files(form, practice)
    waiting = [(one, row) for one, row in form.rows_with_files() if row.upload.data]
    if not waiting:
        return
    db.session.rollback()  # making pictures takes seconds: others may write meanwhile
    for row, received in list(read_files(waiting)):
        try:
            row.file.data = media.keep(received, practice, current_user).id
        except media.Refused as refusal:
            kinds.complain(row.upload, refusal.args[0])


def read_files(waiting):
    for one, row in waiting:
        try:
            yield row, READERS[one.kind](row.upload.data.stream, row.upload.data.filename)
        except media.Refused as refusal:
            kinds.complain(row.upload, refusal.args[0])


def forget_strange_files(form, practice):
    """A row may name files of this case only: those of another might not be public."""
    known = media.of(practice)
    for one, row in form.rows_with_files():
        medium = known.get(row.file.data)
        if row.file.data and not (medium and READERS[one.kind] is reader_of(medium)):
            row.file.data = ""
            kinds.complain(row.upload, _("This file is not one of this case. Choose it again."))


def reader_of(medium):
    return READERS["media" if medium.kind == "image" else "documents"]


# Storing


def store(form, revision):
    """Save every field that is well-formed; the others keep what stands. Raises Changed, NotAllowed."""
    practices.lock(revision)
    wrong, theirs = form.problems(), choices_made("theirs")
    answers, missing = {}, {}
    for one, _bound in form.questions():
        if one.name in wrong or one.name in theirs:
            answers[one.name], missing[one.name] = told_now(revision, one)
        else:
            answers[one.name], missing[one.name] = form.answer(one)
    practices.save(revision, answers, missing, current_user, request.form.get("base") or "none")
    form.base.data = writing.base_of(form.step, revision)
    for name in theirs & {one.name for one in form.step.fields}:
        form.show(name, revision)


def told_now(revision, one):
    return revision.get(one.name, None), revision.missing.get(one.name)


def fields_undecided():
    """Fields that were shown in two texts and for which none was chosen."""
    return set(request.form.getlist("conflict")) - choices_made("theirs") - choices_made("mine")


def choices_made(whose):
    return {name for name in request.form.getlist("conflict") if request.form.get(f"choose-{name}") == whose}


# Answering


def answer(practice, revision, form):
    """What the sender sees once their text is stored."""
    problems = form.problems()
    if wants_json():
        return autosaved(practice, revision, form, problems)
    if moved := form.rearranged(request.form):
        return step_page(practice, revision, moved)
    if problems:
        return step_page(practice, revision, form, problems=problems), 422
    return go_on(practice, form.step, request.form.get("do"))


def go_on(practice, step, wish):
    place = schema.STEP_SLUGS.index(step.slug)
    if wish == "on" and step is schema.STEPS[-1]:
        return redirect(url_for("moderation.submission", public_id=practice.public_id), 303)
    notice(_("Saved."))
    place += {"on": 1, "back": -1}.get(wish, 0)
    return redirect(step_address(practice, schema.STEP_SLUGS[max(0, place)]), 303)


def autosaved(practice, revision, form, problems):
    listed = [problem for ones in problems.values() for problem in ones]
    return (
        jsonify(
            saved=not listed,
            base=form.base.data,
            message=autosave_message(listed),
            problems={where: message for where, _label, message in listed},
            readiness_html=render_template(
                "moderation/_readiness.html", ready=readiness(practice, revision), practice=practice
            ),
        ),
        422 if listed else 200,
    )


def autosave_message(listed):
    if not listed:
        return _("Saved.")
    _where, label, message = listed[0]
    return _("%(question)s: %(message)s The rest is saved.", question=label, message=message)


@dataclass
class Question:
    """One field on the page, with all that stands around it."""

    field: schema.Field
    bound: object
    guide: tuple = ()
    reason: tuple = ()
    comments: list = field(default_factory=list)
    theirs: list = field(default_factory=list)
    is_disputed: bool = False
    is_undecided: bool = False


def step_page(practice, revision, form, problems=None, disputed=(), undecided=()):
    review, comments = remarks_on(revision)
    listed = [problem for ones in (problems or {}).values() for problem in ones]
    place = schema.STEPS.index(form.step)
    return render_template(
        "moderation/write.html",
        practice=practice,
        revision=revision,
        form=form,
        number=place + 1,
        blocks=blocks(
            question(form, one, revision, comments, disputed, undecided) for one in form.step.fields
        ),
        problems=listed,
        disputed=disputed,
        undecided=undecided,
        rail=steps(practice, revision, form.step.slug, len(listed), comments),
        ready=readiness(practice, revision),
        review=review,
        comments=comments,
        files=media.of(practice) if form.rows_with_files() else {},
        language_names=[choice.label for choice in kinds.language_choices()],
    )


def blocks(questions):
    """Questions that stand together: a new block begins with what has rows, guidance or comments."""
    found = []
    for one in questions:
        after_rows = bool(found) and found[-1][-1].field.has_rows
        if not found or after_rows or one.field.has_rows or one.guide or one.comments:
            found.append([])
        found[-1].append(one)
    return found


def question(form, one, revision, comments, disputed, undecided):
    return Question(
        one,
        form[one.name],
        writing.GUIDANCE.get(one.name, ()),
        [form[name] for name in writing.reason_names(one)] if writing.takes_reason(one) else (),
        [comment for comment in comments if comment.field == one.name],
        in_words(one, *told_now(revision, one)) if one.name in disputed else [],
        one.name in disputed,
        one.name in undecided,
    )


def remarks_on(revision):
    """(the review that sent this text back, its comments to the authors); (None, []) for a fresh draft."""
    review = queries.latest_reviews([revision.practice]).get(revision.practice_id)
    if not (review and review.decision and review.revision_id in (revision.id, revision.parent_id)):
        return None, []
    return review, queries.told_to_authors(review)


# Two who write at once


def both_texts(practice, revision, form, undecided=()):
    """409: every field that differs, in both texts. Nothing was overwritten, nothing is lost."""
    practices.lock(revision)
    if revision.state != "draft":
        return too_late(practice, revision, form)
    wrong = form.problems()
    differing = [
        one.name
        for one in form.step.fields
        if one.name in wrong or not is_same(form.answer(one), told_now(revision, one))
    ]
    form.base.data = writing.base_of(form.step, revision)
    db.session.commit()  # the files that came along are kept
    if wants_json():
        return jsonify(saved=False, message=_("Somebody else changed this step meanwhile.")), 409
    return step_page(practice, revision, form, wrong, differing, undecided), 409


def is_same(mine, theirs):
    return (mine[0] or None, mine[1]) == (theirs[0] or None, theirs[1])


def in_words(one, told, reason):
    """An answer as paragraphs to read: a list of texts."""
    topics = taxonomy.topics() if one.kind == "topics" else {}
    if not told:
        return [str(schema.REASONS.get(reason["reason"], "")), reason.get("why", "")] if reason else []
    if not one.has_rows:
        return [compare.said(one, told, topics)]
    return ["\n".join(row_in_words(one, row)) for row in told]


def row_in_words(one, row):
    for part in one.parts:
        if said := compare.said(part, row.get(part.name), {}):
            yield _("%(question)s: %(answer)s", question=part.label, answer=said)


def too_late(practice, revision, form):
    """409: the text was submitted meanwhile. What was typed and is not in it is shown to be copied."""
    typed = [
        (one.label, in_words(one, *form.answer(one)))
        for one in form.step.fields
        if not is_same(form.answer(one), told_now(revision, one))
    ]
    db.session.rollback()
    if wants_json():
        return jsonify(saved=False, message=str(LATE)), 409
    return standing_page(practice, revision, typed), 409


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


# Preview and submission


@moderation.get(CASE + "/preview")
def preview(public_id):
    practice = practices.find(public_id)
    require(practice is not None and practice.may_be_seen_by(current_user))
    revision = current_text(practice)
    tree = taxonomy.topics()
    return render_template(
        "moderation/preview.html",
        practice=practice,
        revision=revision,
        topics=[tree[slug] for slug in revision.get("topics", []) if slug in tree],
        may_write=practice.may_be_edited_by(current_user) and current_user.may_write,
    )


@moderation.get(CASE + "/submission")
def submission(public_id):
    practice, revision = find(public_id)
    if revision.state != "draft":
        return standing_page(practice, revision)
    return submission_page(practice, revision)


@moderation.post(CASE + "/submission")
def submit(public_id):
    practice, revision = find(public_id)
    if hindrance(practice):
        return submission_page(practice, revision), 403
    try:
        service.submit(revision, current_user)
    except service.NotReady:
        db.session.rollback()
        return submission_page(practice, revision, tried=True), 422
    except (service.Refusal, NotAllowed):
        db.session.rollback()
        return standing_page(practice, revision), 409
    db.session.commit()
    notice(_("Submitted. You get a letter at every step from here."))
    return redirect(url_for("moderation.my_cases"), 303)


def submission_page(practice, revision, tried=False):
    review, comments = remarks_on(revision)
    return render_template(
        "moderation/submit.html",
        practice=practice,
        revision=revision,
        ready=readiness(practice, revision),
        rail=steps(practice, revision, comments=comments),
        review=review,
        rubric=RUBRIC_LABELS.values(),
        hindrance=hindrance(practice),
        tried=tried,
    )


def hindrance(practice):
    """Why this person cannot submit, as a sentence; '' when they can."""
    if practice.may_be_submitted_by(current_user):
        return ""
    city = practice.city.label(i18n.language()) if practice.city else ""
    waits = any(
        one.city_id == practice.city_id and one.state == "requested" for one in current_user.memberships
    )
    if waits:
        return _(
            "%(city)s has not confirmed yet that you work there. Your text is saved; "
            "you can submit it once the city’s admin or a coordinator has let you in.",
            city=city,
        )
    return _("Only the lead author or the admin of %(city)s can submit this case.", city=city)


@moderation.post(CASE + "/submission/withdrawal")
def withdraw(public_id):
    """Back to a draft: from the queue, from the reviewer's hands, or from approval before it is public."""
    practice, revision = find(public_id)
    if revision.state == "draft":
        return redirect(step_address(practice, schema.STEP_SLUGS[0]), 303)
    try:
        take_back(practice, revision)
    except (service.Refusal, NotAllowed):
        db.session.rollback()
        return standing_page(practice, revision), 409
    db.session.commit()
    notice(_("It is a draft again. Nobody reviews it until you submit it anew."))
    return redirect(step_address(practice, schema.STEP_SLUGS[0]), 303)


def take_back(practice, revision):
    review = service.open_review(practice)
    if review:
        service.withdraw(review, current_user)
    else:
        service.take_back(revision, current_user)


# A public case: a new version, or its withdrawal


@moderation.post(CASE + "/draft")
def new_draft(public_id):
    practice, revision = find(public_id)
    if revision.state == "published" and practice.visibility != "tombstone":
        practices.next_draft(revision, current_user)
        db.session.commit()
        notice(_("The public text stays online until the new one is approved."))
    return redirect(step_address(practice, schema.STEP_SLUGS[0]), 303)


@moderation.get(CASE + "/withdrawal")
def withdrawal(public_id):
    practice = find_public(public_id)
    return withdrawal_page(practice, writing.WithdrawalForm(formdata=None))


@moderation.post("/practices/<public_id>/withdrawal")
def ask_withdrawal(public_id):
    practice = find_public(public_id)
    form = writing.WithdrawalForm()
    if not form.validate():
        return withdrawal_page(practice, form), 422
    if practice.withdrawal_asked != form.reason.data:
        practices.ask_withdrawal(practice, current_user, form.reason.data)
        db.session.commit()
    notice(_("A moderator decides. The case stays public until then."))
    return redirect(url_for("moderation.my_cases"), 303)


def find_public(public_id):
    """A case that can be read by everyone, for its lead author or the city's admin; 404 for others."""
    practice, _revision = find(public_id)
    require(practice.visibility in READABLE and practice.may_be_submitted_by(current_user))
    return practice


def withdrawal_page(practice, form):
    return render_template(
        "moderation/write_withdrawal.html",
        practice=practice,
        revision=practices.public_revision(practice),
        form=form,
    )
