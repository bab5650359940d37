"""Pages of officials: recording what their city took up, changing it, answering as the city of origin."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.network.forms.ledger import TakeBackForm, TransferForm, WordForm, filled_with
from exchange.network.service.ledger import fitting, listing, recording
from exchange.network.views import network
from exchange.network.views.ledger.records import find_record, record_page
from exchange.practices import service as practices
from exchange.practices.models import READABLE
from exchange.practices.service import Changed, NotAllowed

NEW = "/practices/<public_id>/transfers/new"
EDIT = "/transfers/<ref>/edit"


@network.get(NEW)
def new_transfer(public_id):
    practice, revision, cities = find_case(public_id)
    form = TransferForm(formdata=None, language=i18n.language())
    return form_page(form.offer(cities, names_in(revision)), revision)


@network.post(NEW)
def record_transfer(public_id):
    practice, revision, cities = find_case(public_id)
    form = TransferForm().offer(cities, ())
    if not form.validate():
        return form_page(form, revision, 422)
    city = next(one for one in cities if one.slug == form.city.data)
    try:
        made = recording.record(practice, city, form.told(), current_user, form.since.data)
    except recording.RecordedAlready as error:
        db.session.rollback()
        return form_page(form, revision, 409, recorded_already(error.transfer))
    except NotAllowed:
        db.session.rollback()
        return form_page(form, revision, 409, not_allowed())
    path = listing.path_of(made, revision.title)
    db.session.commit()
    notice(_("The record is public. The city of origin is asked to confirm it."))
    return redirect(path, 303)


@network.get(EDIT)
def edit_transfer(ref):
    return edit_page(find_own(ref))


def edit_page(record, status=200, problem="", removal=None):
    """The record as it stands, to be changed or taken back."""
    form = TransferForm(formdata=None, data=filled_with(record.transfer))
    form.offer([record.city], names_in(record.revision))
    return form_page(form, record.revision, status, problem, record, removal)


@network.post(EDIT)
def change_transfer(ref):
    record = find_own(ref)
    form = TransferForm().offer([record.city], ())
    form.city.data = record.city.slug
    if not form.validate():
        return form_page(form, record.revision, 422, record=record)
    try:
        recording.change(record.transfer, form.told(), current_user, form.base.data, form.since.data)
    except Changed:
        db.session.rollback()
        return changed_meanwhile(ref, form)
    except NotAllowed:
        db.session.rollback()
        return form_page(form, record.revision, 409, not_allowed(), record)
    db.session.commit()
    notice(_("The record says this now."))
    return redirect(record.path, 303)


def changed_meanwhile(ref, form):
    """The form as it was sent, on top of the record as it stands now: sent again, it counts."""
    record = find_own(ref)
    form.base.data = record.transfer.fingerprint
    words = _(
        "A colleague has changed this record meanwhile. What you typed is still here: "
        "look at what the record says now, then save again."
    )
    return form_page(form, record.revision, 409, words, record)


@network.post("/transfers/<ref>/removal")
def take_transfer_back(ref):
    record, form = find_own(ref), TakeBackForm(prefix="removal")
    require(record.transfer.may_be_taken_back_by(current_user))
    if not form.validate():
        return edit_page(record, 422, removal=form)
    try:
        recording.take_back(record.transfer, current_user, form.reason.data)
    except NotAllowed:
        db.session.rollback()
        return edit_page(find_own(ref), 409, not_allowed())
    db.session.commit()
    notice(_("The record is taken back."))
    return redirect(record.case_path, 303)


@network.post("/transfers/<ref>/word")
def transfer_word(ref):
    record = find_record(ref)
    require(recording.may_answer(record.transfer, current_user))
    form = WordForm()
    if not form.validate():
        return record_page(record, form, 422)
    try:
        word = form.word.data, current_user, form.base.data, form.reason.data or ""
        recording.give_word(record.transfer, *word)
    except Changed:
        db.session.rollback()
        return word_on_another(ref, form)
    except NotAllowed:
        db.session.rollback()
        return record_page(find_record(ref), form, 409, not_allowed())
    db.session.commit()
    notice(_("Your city’s word stands beside the record now."))
    return redirect(record.path, 303)


def word_on_another(ref, form):
    record = find_record(ref)
    form.base.data = record.transfer.fingerprint
    words = _("The record was changed since you opened it. Read what it says now, then give your word.")
    return record_page(record, form, 409, words)


@network.post("/practices/<public_id>/conditions")
def keep_conditions(public_id):
    """A city keeps which of a case's conditions it has."""
    practice, revision = find_public(public_id)
    cities = [one for one in current_user_cities() if one.id != practice.city_id]
    require(bool(cities))
    city = next((one for one in cities if one.slug == request.form.get("city")), cities[0])
    try:
        fitting.keep_ticks(practice, revision, city, request.form.getlist("have"), current_user)
    except NotAllowed:
        abort(409)
    db.session.commit()
    notice(_("Kept for %(city)s.", city=city.name))
    return redirect(f"{practices.path_of(practice, revision.title)}?here={city.slug}#here", 303)


# Finding, and showing


def find_case(public_id):
    """(practice, its public text, the cities for which this person may record it)."""
    practice, revision = find_public(public_id)
    require(current_user.is_authenticated)
    cities = recording.cities_for(practice, current_user)
    if not cities:
        known = listing.of_practice(practice)
        own = next((one for one in known if one.transfer.may_be_changed_by(current_user)), None)
        if own is not None:
            abort(redirect(url_for("network.edit_transfer", ref=own.transfer.public_id), 303))
    require(bool(cities))
    return practice, revision, cities


def find_public(public_id):
    practice = practices.find(public_id)
    revision = practices.public_revision(practice) if practice else None
    if revision is None or practice.visibility not in READABLE:
        require(False)
    return practice, revision


def find_own(ref):
    require(current_user.is_authenticated)
    record = find_record(ref)
    require(record.transfer.may_be_changed_by(current_user))
    return record


def current_user_cities():
    return current_user.cities if current_user.is_authenticated else []


def names_in(revision):
    """The parts of a case that another city can take."""
    rows = revision.get("components", [])
    return [str(row["name"]) for row in rows if isinstance(row, dict) and row.get("name")]


def form_page(form, revision, status=200, problem="", record=None, removal=None):
    page = render_template(
        "network/transfer_form.html",
        form=form,
        revision=revision,
        practice=revision.practice,
        record=record,
        problem=problem,
        removal=removal or TakeBackForm(formdata=None, prefix="removal"),
    )
    return page, status


def not_allowed():
    return _("That cannot be done any more: somebody else acted meanwhile. See how it stands.")


def recorded_already(transfer):
    return _(
        "%(city)s has a record of this practice already; a colleague was quicker.", city=transfer.city.name
    )
