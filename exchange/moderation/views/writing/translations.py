"""A case in another language, for those who write it: original and translation side by side."""

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from exchange.config import LANGUAGES
from exchange.core import journal
from exchange.core.models import db
from exchange.core.web import notice, require, wants_json
from exchange.moderation.forms.translating import text_name, translation_form
from exchange.moderation.views import moderation
from exchange.moderation.views.writing.texts import CASE
from exchange.practices import machine, translating
from exchange.practices import service as practices
from exchange.practices.models import Revision
from exchange.practices.service import Changed, NotAllowed

TRANSLATIONS = CASE + "/translations"
TRANSLATION = TRANSLATIONS + f"/<any({', '.join(LANGUAGES)}):language>"


@moderation.get(TRANSLATIONS)
def translations_of(public_id):
    """Each language with what there is in it, and the way to begin."""
    practice, source = find_translatable(public_id)
    rows = translating.latest(practice)
    return render_template(
        "moderation/translations.html",
        practice=practice,
        source=source,
        rows=[(code, rows.get(code)) for code in translating.languages_for(source)],
    )


def find_translatable(public_id):
    """(practice, its public text) for those who may translate it; 404 for everyone else."""
    practice = practices.find(public_id)
    require(practice is not None and translating.may_translate(practice, current_user))
    source = practices.public_revision(practice)
    require(source is not None)
    return practice, source


@moderation.post(TRANSLATIONS)
def begin_translation(public_id):
    practice, _source = find_translatable(public_id)
    language = request.form.get("language", "")
    try:
        translating.begin(practice, language, current_user)
    except NotAllowed:
        db.session.rollback()
        return redirect(url_for("moderation.translations_of", public_id=public_id), 303)
    db.session.commit()
    return redirect(address_of(practice, language), 303)


def address_of(practice, language):
    return url_for("moderation.translation", public_id=practice.public_id, language=language)


@moderation.get(TRANSLATION)
def translation(public_id, language):
    practice, source = find_translatable(public_id)
    found = translating.working(practice, language)
    if found is None:
        return redirect(url_for("moderation.translations_of", public_id=public_id), 303)
    return translation_page(found, source, translation_form(found, source, formdata=None))


@moderation.post(TRANSLATION)
def save_translation(public_id, language):
    """Store what is well-formed; then stay, fill by machine, submit, or show what to put right."""
    practice, newest = find_translatable(public_id)
    found = translating.working(practice, language)
    if found is None:
        return redirect(url_for("moderation.translations_of", public_id=public_id), 303)
    source = read_source(practice) or newest
    form = translation_form(found, source)
    form.validate()
    base = request.form.get("base") or "none"
    try:
        with journal.one_line():
            translating.save(found, source, form.told, form.sure, current_user, base)
            lacking = submit_too(found, form)
    except Changed as error:
        return both(found, source, form, error.current)
    except NotAllowed:
        return too_late(found, source, form)
    db.session.commit()
    return answer(found, source, newest, form, lacking)


def submit_too(found, form):
    """Into the queue, if that was pressed and all is well-formed; returns the units that this lacks."""
    if request.form.get("do") != "submit" or wants_json() or form.problems():
        return ()
    try:
        translating.submit(found, current_user)
    except translating.Incomplete as error:
        return error.units
    return ()


def read_source(practice):
    """The revision that stood beside the form, if it is one of this case that was public."""
    number = request.form.get("source", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    found = db.session.get(Revision, int(number))
    return found if found and found.practice_id == practice.id and found.number is not None else None


# Answering


def answer(found, source, newest, form, lacking=()):
    problems = form.problems()
    if wants_json():
        message = (
            _("Saved.")
            if not problems
            else _("%(question)s: %(message)s", question=problems[0][1], message=problems[0][2])
        )
        saved = {"saved": not problems, "base": translating.base_of(found), "message": message}
        return jsonify(saved), 422 if problems else 200
    if problems:
        return translation_page(found, source, again(found, source, form), 422, problems=problems)
    if lacking:
        return incomplete(found, newest, lacking)
    return NEXT.get(request.form.get("do"), stay)(found, newest)


def again(found, source, form):
    """The form as it was typed, on top of what stands now."""
    form.base.data = translating.base_of(found)
    form.matches = translating.matches(form.units, found.texts)
    return form


def stay(found, _source):
    notice(_("Saved."))
    return redirect(address_of(found.practice, found.language), 303)


def incomplete(found, source, lacking):
    """What was typed is saved; what the queue asks for before it takes a translation is shown."""
    problems = [(text_name(unit), str(unit.asked.label), _("Translate this first.")) for unit in lacking]
    form = translation_form(found, source, formdata=None)
    return translation_page(found, source, form, 422, problems=problems)


def submitted(found, _source):
    notice(_("Submitted. A moderator who reads both languages looks at it."))
    return redirect(url_for("moderation.translations_of", public_id=found.practice.public_id), 303)


def fill_by_machine(found, source):
    """What a machine makes of the empty fields; whoever asked waits for a few seconds, nobody else does."""
    wanted = translating.lacking(found, source) if machine.is_there() else []
    texts, languages = [unit.text for unit in wanted], (source.language, found.language)
    db.session.rollback()  # others may write meanwhile
    try:
        said = machine.translate(texts, *languages) if texts else []
        count = translating.fill(
            found, source, dict(zip((unit.key for unit in wanted), said, strict=True)), current_user
        )
    except machine.Away as away:
        return machine_failed(found, source, away.kind)
    except NotAllowed:
        return too_late(found, source, translation_form(found, source, formdata=None))
    db.session.commit()
    notice(
        ngettext(
            "The machine filled one field. Read it beside the original and mend it.",
            "The machine filled %(num)s fields. Read each beside the original and mend it.",
            count,
        )
    )
    return redirect(address_of(found.practice, found.language), 303)


def machine_failed(found, source, kind):
    words = {
        "slow": _("The machine took too long. Your text is saved; nothing else has changed."),
        "busy": _("The machine has too much to do just now. Your text is saved; try again in a minute."),
        "broken": _("The machine did not answer. Your text is saved; nothing else has changed."),
    }
    form = translation_form(found, source, formdata=None)
    return translation_page(found, source, form, 503, problem=words[kind])


NEXT = {"submit": submitted, "machine": fill_by_machine}


def both(found, source, form, current):
    """409: somebody else wrote meanwhile. Nothing was overwritten; what stands now is beneath each field."""
    db.session.rollback()
    if wants_json():
        return jsonify(saved=False, message=_("Somebody else changed this translation meanwhile.")), 409
    theirs = {key: text for key, text in current.items() if text != form.told.get(key, text)}
    return translation_page(found, source, again(found, source, form), 409, theirs=theirs)


def too_late(found, source, form):
    """409: it was submitted or decided meanwhile; what was typed stays on the page."""
    db.session.rollback()
    words = _(
        "This translation can no longer be written to. What you typed has not been saved; it stands below."
    )
    if wants_json():
        return jsonify(saved=False, message=words), 409
    return translation_page(found, source, form, 409, problem=words)


def translation_page(found, source, form, status=200, **more):
    shown = {"problems": (), "problem": "", "theirs": {}, **more}
    page = render_template(
        "moderation/translate.html",
        practice=found.practice,
        translation=found,
        source=source,
        form=form,
        first=list(form.rows(lambda unit: unit.key in translating.FIRST)),
        rest=list(form.rows(lambda unit: unit.key not in translating.FIRST)),
        has_machine=machine.is_there(),
        **shown,
    )
    return page, status


@moderation.post(TRANSLATION + "/withdrawal")
def take_translation_back(public_id, language):
    practice, source = find_translatable(public_id)
    found = translating.working(practice, language)
    require(found is not None)
    try:
        translating.take_back(found, current_user)
    except NotAllowed:
        return too_late(found, source, translation_form(found, source, formdata=None))
    db.session.commit()
    return redirect(address_of(practice, language), 303)
