"""Batches: an award, a partner's collection or a call, from the first table to the last decision."""

from datetime import UTC, datetime, timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import notice, require
from exchange.moderation import service
from exchange.moderation.forms import bulk as forms
from exchange.moderation.forms.desk import rubric_name
from exchange.moderation.forms.kinds import language_name
from exchange.moderation.models import MARKS, RUBRIC
from exchange.moderation.service.tables import batches
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained, gap_names
from exchange.practices import service as practices

BATCH = "/batches/<int(max=2147483647):id>"
PAGE = 50
SHOWN_REFUSALS = 50


@moderation.get("/batches", endpoint="batches")
def list_batches():
    require(current_user.is_authenticated)
    found = batches.seen_by(current_user)
    require(found or current_user.is_moderator)
    return render_template(
        "moderation/batches.html", batches=found, progress=batches.progress(found), kinds=forms.KIND_LABELS
    )


@moderation.get("/batches/new")
def new_batch():
    require(current_user.is_authenticated and current_user.is_coordinator)
    return batch_form_page(batch_form(formdata=None))


@moderation.post("/batches/new")
def open_batch():
    require(current_user.is_authenticated and current_user.is_coordinator)
    form = batch_form()
    if not form.validate():
        return batch_form_page(form), 422
    try:
        batch = batches.open_batch(current_user, form.user, **described(form))
    except batches.NameTaken:
        return name_taken(form)
    db.session.commit()
    notice(_("The batch is open. %(name)s gets a letter.", name=batch.sender.name))
    return redirect(url_for("moderation.batch", id=batch.id), 303)


def batch_form(batch=None, **more):
    if batch is not None:
        more["data"] = {
            **{name: getattr(batch, name) for name in ("kind", "name", "organisation", "rules", "languages")},
            "sender": batch.sender.email,
            "deadline": batch.last_day.isoformat() if batch.deadline else "",
            "cities": forms.cities_text(batch.cities),
        }
    return forms.BatchForm(accounts.cities(), accounts.find_user, **more)


def described(form):
    last = form.deadline.data
    deadline = datetime.fromisoformat(last).replace(tzinfo=UTC) + timedelta(days=1) if last else None
    return {
        "kind": form.kind.data,
        "name": form.name.data,
        "organisation": form.organisation.data or "",
        "rules": form.rules.data or "",
        "languages": form.languages.answer(),
        "deadline": deadline,
        "cities": form.chosen,
    }


def name_taken(form, batch=None):
    db.session.rollback()
    form.name.errors = [_("Another batch has this name.")]
    return batch_form_page(form, batch), 422


def batch_form_page(form, batch=None):
    return render_template("moderation/batch_form.html", form=form, batch=batch)


@moderation.get(BATCH + "/description")
def batch_description(id):
    require(current_user.is_authenticated and current_user.is_coordinator)
    found = find_batch(id)
    return batch_form_page(batch_form(found, formdata=None), found)


@moderation.post(BATCH + "/description")
def describe_batch(id):
    require(current_user.is_authenticated and current_user.is_coordinator)
    found, form = find_batch(id), batch_form()
    if not form.validate():
        return batch_form_page(form, found), 422
    try:
        batches.change(found, current_user, form.user, **described(form))
    except batches.NameTaken:
        return name_taken(form, db.session.get(batches.Batch, id))
    return done(found, _("Saved."))


# One batch


def find_batch(id):
    """The batch of that number, for moderators and its sender; 404 for everyone else."""
    require(current_user.is_authenticated)
    found = batches.find(id)
    require(found is not None and found.may_be_seen_by(current_user))
    return found


@moderation.get(BATCH)
def batch(id):
    return batch_page(find_batch(id))


@moderation.post(BATCH + "/submission")
def hand_in(id):
    found, form = find_batch(id), forms.HandInForm()
    require(found.is_sent_by(current_user))
    if not form.validate():
        return batch_page(found, 422, hand_in=form)
    try:
        done_, stay = batches.hand_in(found, current_user, form.declarations.answer())
    except REFUSALS as error:
        return refused(id, error, hand_in=form)
    db.session.commit()
    said = ngettext("1 case is submitted.", "%(num)s cases are submitted.", len(done_))
    if not stay:
        notice(said)
        return redirect(url_for("moderation.batch", id=id), 303)
    return batch_page(
        found, 200 if done_ else 422, said=said, stay=[(one, words_of(error)) for one, error in stay]
    )


def words_of(error):
    """Why one case of many was left out."""
    if isinstance(error, service.NotReady):
        return _("These answers are missing: %(fields)s.", fields=gap_names(error.gaps))
    return explained(error)[1]


@moderation.post(BATCH + "/vetting")
def vetting(id):
    require(current_user.is_authenticated and current_user.is_moderator)
    found, form = find_batch(id), forms.VettingForm()
    if not form.validate():
        return batch_page(found, 422, vetting=form)
    try:
        batches.record_vetting(
            found, current_user, form.who.data, form.how.data, form.on.data or "", form.rubric
        )
    except REFUSALS as error:
        return refused(id, error, vetting=form)
    return done(
        found, _("The vetting is recorded. It will stand beside every case that is approved with the batch.")
    )


@moderation.post(BATCH + "/letters")
def batch_letters(id):
    found = find_batch(id)
    try:
        number = batches.write_to_cities(found, current_user)
    except REFUSALS as error:
        return refused(id, error)
    return done(found, ngettext("1 city gets a letter.", "%(num)s cities get a letter each.", number))


@moderation.post(BATCH + "/exceptions/<public_id>")
def batch_exception(id, public_id):
    require(current_user.is_authenticated and current_user.is_moderator)
    found, form = find_batch(id), forms.ExceptionForm()
    case = batches.find_case(found, practices.find(public_id))
    require(case is not None)
    if not form.validate():
        return batch_page(found, 422, exception=form, excepted=public_id)
    try:
        batches.pull_out(case, current_user, form.reason.data)
    except REFUSALS as error:
        return refused(id, error, exception=form, excepted=public_id)
    return done(found, _("This case is reviewed singly from here on."))


@moderation.post(BATCH + "/approval")
def approve_batch(id):
    require(current_user.is_authenticated and current_user.is_moderator)
    found, form = find_batch(id), forms.TogetherForm()
    if not form.validate():
        return batch_page(found, 422, together=form)
    try:
        results = batches.approve_together(
            found, current_user, form.design.data, form.independence.data, form.publish_now.data
        )
    except REFUSALS as error:
        return refused(id, error, together=form)
    db.session.commit()
    stay = [(review.practice, words_of(error)) for review, error in results if isinstance(error, Exception)]
    said = ngettext("1 case is approved.", "%(num)s cases are approved.", len(results) - len(stay))
    if not stay:
        notice(said)
        return redirect(url_for("moderation.batch", id=id), 303)
    return batch_page(found, 200 if len(stay) < len(results) else 422, said=said, stay=stay, together=form)


def done(found, sentence):
    db.session.commit()
    notice(sentence)
    return redirect(url_for("moderation.batch", id=found.id), 303)


def refused(id, error, **kept):
    """Nothing was changed: the page as it stands now, why not, and every word that was typed."""
    db.session.rollback()
    status, sentence = explained(error)
    return batch_page(find_batch(id), status, problem=sentence, **kept)


def batch_page(found, status=200, problem="", said="", stay=(), excepted="", **kept):
    number = page_number(request.args.get("page"))
    counts = batches.progress([found])[found.id]
    pages = page_count(counts["received"], PAGE)
    number = min(number, pages)
    rows = db.session.execute(batches.cases(found).offset((number - 1) * PAGE).limit(PAGE)).all()
    return (
        render_template(
            "moderation/batch.html",
            batch=found,
            kind=forms.KIND_LABELS[found.kind],
            counts=counts,
            rows=rows,
            reviews=batches.reviews_of([row.Practice for row in rows]),
            page=number,
            pages=pages,
            first=(number - 1) * PAGE + 1,
            page_address=lambda page: url_for("moderation.batch", id=found.id, page=page),
            problem=problem,
            said=said,
            stay=stay[:SHOWN_REFUSALS],
            excepted=excepted,
            untold=batches.cities_untold(found),
            together=batches.number_waiting(found),
            at_once=batches.AT_ONCE,
            city_names=", ".join(city.label(i18n.language()) for city in found.cities),
            language_names=", ".join(map(language_name, found.languages)),
            rubric=[(RUBRIC[line], mark) for line, mark in found.rubric.items()],
            rubric_names=[rubric_name(line) for line in RUBRIC],
            marks=MARKS,
            is_sender=found.is_sent_by(current_user),
            form_in=kept.get("hand_in") or forms.HandInForm(formdata=None),
            form_vetting=kept.get("vetting") or forms.VettingForm(formdata=None),
            form_exception=kept.get("exception") or forms.ExceptionForm(formdata=None),
            form_together=kept.get("together") or forms.TogetherForm(formdata=None),
        ),
        status,
    )
