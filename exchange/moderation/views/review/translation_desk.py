"""The moderators' side of translations: what waits, one beside its original, the decision."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.config import LANGUAGES
from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import service, translations
from exchange.moderation.forms import desk as forms
from exchange.moderation.forms.translating import ReadingForm, TranslationDecisionForm
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.practices import service as practices
from exchange.practices import translating

DESK = "/review/translations"
ONE = DESK + "/<int(max=2147483647):id>"


@moderation.get(DESK)
def translations_desk():
    require(is_judge())
    return desk_page(ReadingForm(formdata=None, data={"reads": current_user.reads}))


def is_judge():
    return current_user.is_authenticated and current_user.is_moderator


def desk_page(form, status=200):
    reads = current_user.reads
    everything = request.args.get("all") == "1" or not reads
    wanted = [code for code in LANGUAGES if code in reads] if len(reads) > 1 else ()
    page = render_template(
        "moderation/translation_desk.html",
        form=form,
        everything=everything,
        rows=translations.waiting(current_user, everything),
        wanting=[(code, cases) for code in wanted if (cases := translations.wanting(code, reads))],
    )
    return page, status


@moderation.post(DESK + "/languages")
def languages_read():
    require(is_judge())
    form = ReadingForm()
    if not form.validate():
        return desk_page(form, 422)
    service.say_what_is_read(current_user, form.reads.answer())
    db.session.commit()
    notice(_("Saved. The queue shows what you can judge."))
    return redirect(url_for("moderation.translations_desk"), 303)


@moderation.get(ONE)
def translation_review(id):
    return review_page(find_translation(id))


def find_translation(id):
    """A translation that was submitted or is public, for moderators; 404 for everyone else."""
    require(is_judge())
    found = translating.find(id)
    require(found is not None and found.state != "draft")
    return found


def review_page(found, status=200, form=None, problem="", removal=None):
    source = practices.public_revision(found.practice) or practices.latest_revision(found.practice)
    page = render_template(
        "moderation/translation_review.html",
        translation=found,
        practice=found.practice,
        source=source,
        rows=translations.side_by_side(found, source),
        writers=translations.names_of_writers(found),
        is_own=service.wrote(found, current_user),
        form=form or TranslationDecisionForm(formdata=None, data={"seen_hash": found.content_hash}),
        removal=removal or forms.ReasonForm(formdata=None),
        problem=problem,
    )
    return page, status


@moderation.post(ONE + "/decision")
def decide_translation(id):
    found = find_translation(id)
    form = TranslationDecisionForm()
    if not form.validate():
        return review_page(found, 422, form)
    try:
        service.decide_translation(
            found, form.verdict.data, current_user, form.reason.data or "", form.seen_hash.data or ""
        )
    except REFUSALS as error:
        return refused(id, error, form=form)
    db.session.commit()
    notice(SAID[form.verdict.data]())
    return redirect(url_for("moderation.translations_desk"), 303)


SAID = {
    "approve": lambda: _("Published: readers of that language get it from now on."),
    "request_changes": lambda: _("Sent back. The translators get a letter with your reason."),
    "reject": lambda: _("Rejected. The translators get a letter with your reason."),
}


@moderation.post(ONE + "/removal")
def remove_translation(id):
    found = find_translation(id)
    form = forms.ReasonForm()
    if not form.validate():
        return review_page(found, 422, removal=form)
    try:
        service.remove_translation(found, current_user, form.reason.data)
    except REFUSALS as error:
        return refused(id, error, removal=form)
    db.session.commit()
    notice(_("The translation is off the page. Readers get the original again."))
    return redirect(url_for("moderation.translations_desk"), 303)


def refused(id, error, **forms):
    db.session.rollback()
    status, problem = explained(error)
    return review_page(translating.find(id), status, problem=problem, **forms)
