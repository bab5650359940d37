"""Bulk import: send a table, say what its columns mean, see what is wrong, make drafts."""

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation.bulk import checking, progress, report
from exchange.moderation.forms import bulk as forms
from exchange.moderation.service.tables import batches, uploads
from exchange.moderation.views import moderation
from exchange.practices import tables
from exchange.practices.service import NotAllowed
from exchange.practices.tables import template

UPLOAD = "/bulk/<int(max=2147483647):id>"
BUSY = ("checking", "making")
REFRESH = "3"  # seconds
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@moderation.get("/bulk")
def many_cases():
    return bulk_page(forms.UploadForm(places_of(current_user), formdata=None))


@moderation.post("/bulk")
def send_table():
    form = forms.UploadForm(places_of(current_user))
    if not form.validate():
        return bulk_page(form), 422
    try:
        upload = staged(form)
    except tables.BadTable as problem:
        form.file.errors = [str(problem)]
        return bulk_page(form), 422
    except uploads.TooManyUploads:
        db.session.rollback()
        form.file.errors = [_("You have ten files here already. Remove one of them first.")]
        return bulk_page(form), 422
    except NotAllowed:
        db.session.rollback()
        form.into.errors = [_("You cannot send cases there any more.")]
        return bulk_page(form), 409
    db.session.commit()
    return redirect(url_for("moderation.columns", id=upload.id), 303)


def staged(form):
    data = form.file.data.stream.read(tables.MOST_BYTES + 1)
    table = tables.read(data)
    known = uploads.remembered(current_user)
    return uploads.stage(
        current_user,
        data,
        form.file.data.filename,
        table,
        guessed(table.headings, known),
        i18n.language(),
        **place_named(form.into.data),
    )


def guessed(headings, known):
    """What each heading means: as this person said last time, else by its name; each target once."""
    found = []
    for heading in headings:
        target = known.get(uploads.plain(heading))
        target = tables.guess(heading) if target is None else target
        found.append(target if target not in found and tables.find_column(target) else "")
    return found


def places_of(user):
    """(value, label) of everything this person may send cases for; 401 or 404 where there is nothing."""
    require(user.is_authenticated)
    found = [(f"city:{city.slug}", city.label(i18n.language())) for city in user.cities]
    found += [(f"batch:{batch.id}", batch.name) for batch in batches.sent_by(user)]
    require(found)
    return found


def place_named(value):
    kind, _colon, name = value.partition(":")
    if kind == "batch":
        return {"batch": batches.find(int(name))}
    return {"city": next(city for city in current_user.cities if city.slug == name)}


def bulk_page(form):
    mine = uploads.mine(current_user)
    return render_template("moderation/bulk.html", form=form, uploads=mine, most=tables.MOST_ROWS)


@moderation.get("/bulk/template.<any(xlsx, csv):ext>")
def bulk_template(ext):
    places_of(current_user)
    data, kind = (
        (template.as_xlsx(), XLSX) if ext == "xlsx" else (template.as_csv(), "text/csv; charset=utf-8")
    )
    return attached(data, kind, f"cases-{i18n.language()}.{ext}")


def attached(data, kind, name):
    return Response(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# One upload


def find_upload(id):
    """The upload of that number, for its owner alone; 404 for everyone else, and once its day is over."""
    require(current_user.is_authenticated)
    found = uploads.find(id, current_user)
    require(found is not None)
    return found


@moderation.get(UPLOAD + "/columns")
def columns(id):
    upload = find_upload(id)
    if upload.state not in uploads.OPEN:
        return redirect(url_for("moderation.upload", id=id), 303)
    return columns_page(upload, forms.columns_form(upload, formdata=None))


@moderation.post(UPLOAD + "/columns")
def choose_columns(id):
    upload = find_upload(id)
    form = forms.columns_form(upload)
    good = form.validate()
    good = explain_mapping(form, upload) and good
    if not good:
        return columns_page(upload, form), 422
    key = None if form.key.data == -1 else form.key.data
    try:
        uploads.choose_columns(upload, form.mapping(), key, form.language.data)
    except NotAllowed:
        return too_late(id)
    progress.advance(upload)
    db.session.commit()
    return redirect(url_for("moderation.upload", id=id), 303)


def explain_mapping(form, upload):
    """Say at the controls what is wrong with the mapping as a whole; whether nothing is."""
    several = upload.batch is not None and len(batches.cities_of(upload.batch)) != 1
    good = True
    for place, message in checking.mapping_problems(form.mapping(), several):
        good = False
        if place is None:
            form.form_errors.append(message)
        else:
            forms.kinds.complain(form[form.places[place]], message)
    return good


def too_late(id):
    db.session.rollback()
    notice(_("The drafts of this file are being made already."))
    return redirect(url_for("moderation.upload", id=id), 303)


@moderation.post(UPLOAD + "/sheet")
def choose_sheet(id):
    upload = find_upload(id)
    sheet = request.form.get("sheet", "")
    if sheet not in upload.sheets:
        return columns_page(
            upload, forms.columns_form(upload, formdata=None), _("There is no such sheet.")
        ), 422
    try:
        table = tables.read(upload.content, sheet)
        uploads.choose_sheet(upload, table, guessed(table.headings, uploads.remembered(current_user)))
    except tables.BadTable as problem:
        return columns_page(upload, forms.columns_form(upload, formdata=None), str(problem)), 422
    except NotAllowed:
        return too_late(id)
    db.session.commit()
    return redirect(url_for("moderation.columns", id=id), 303)


def columns_page(upload, form, problem=""):
    return render_template(
        "moderation/bulk_columns.html",
        upload=upload,
        form=form,
        problem=problem,
        samples=report.samples(upload),
        ours=[tables.CITY.label] * (upload.city is None) + [one.label for one in tables.columns()],
    )


@moderation.get(UPLOAD)
def upload(id):
    found = find_upload(id)
    if found.state == "columns":
        return redirect(url_for("moderation.columns", id=id), 303)
    return upload_page(found)


def upload_page(upload, status=200, problem=""):
    """How far it is, or what came of it; while the worker is at it the page looks again by itself."""
    page = Response(
        render_template(
            "moderation/bulk_upload.html",
            upload=upload,
            counts=uploads.counts(upload),
            busy=upload.state in BUSY,
            problem=problem,
            **report.of(upload, current_user),
        ),
        status,
    )
    if upload.state in BUSY:
        page.headers["Refresh"] = REFRESH
    return page


@moderation.post(UPLOAD + "/drafts")
def make_drafts(id):
    found = find_upload(id)
    try:
        uploads.start_making(found, current_user)
    except NotAllowed:
        db.session.rollback()
        said = _("No drafts were made: check the file first, and see whether you may still send cases there.")
        return upload_page(find_upload(id), 409, said)
    db.session.commit()
    return redirect(url_for("moderation.upload", id=id), 303)


@moderation.get(UPLOAD + "/problems.csv")
def problems(id):
    found = find_upload(id)
    return attached(report.as_csv(found), "text/csv; charset=utf-8", f"problems-{found.id}.csv")


@moderation.post(UPLOAD + "/removal")
def remove_upload(id):
    uploads.remove(find_upload(id), current_user)
    db.session.commit()
    notice(_("The file and its rows are gone. Drafts that were made stay."))
    return redirect(url_for("moderation.many_cases"), 303)
