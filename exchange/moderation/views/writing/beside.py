"""The draft as a page to comment on: every field with the notes beside it."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from exchange.core.web import notice
from exchange.moderation import compare
from exchange.moderation.views import moderation
from exchange.moderation.views.writing.steps import take_notes
from exchange.moderation.views.writing.texts import CASE, find_for
from exchange.practices import notes
from exchange.taxonomy import service as taxonomy


@moderation.get(CASE + "/notes")
def beside(public_id):
    practice, revision = find_for(public_id, "may_be_noted_on_by")
    return render_template(
        "moderation/beside.html",
        practice=practice,
        revision=revision,
        answers=compare.answers(revision, topics=taxonomy.topics()),
        notes=notes.of(practice),
    )


@moderation.post(CASE + "/notes")
def leave_notes(public_id):
    practice, _revision = find_for(public_id, "may_be_noted_on_by")
    take_notes(practice)
    notice(_("The note is dealt with.") if request.form.get("note-done") else _("Your note is kept."))
    anchor = request.form.get("do", "").partition(":")[2]
    return redirect(url_for("moderation.beside", public_id=public_id, _anchor=anchor or None), 303)
