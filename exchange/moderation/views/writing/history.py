"""Earlier texts of a draft: what differs from the text as it stands, and a button that brings it back."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import compare
from exchange.moderation.views import moderation
from exchange.moderation.views.writing.texts import CASE, find, standing_page
from exchange.practices import history as earlier_texts
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.service import Changed, NotAllowed
from exchange.taxonomy import service as taxonomy

EARLIER = CASE + "/history/<int(max=2147483647):snapshot_id>"
NAMES = tuple(schema.FIELDS)


@moderation.get(CASE + "/history")
def history(public_id):
    practice, revision = find(public_id)
    if revision.state != "draft":
        return standing_page(practice, revision)
    rows = [(kept, differing(kept, revision)) for kept in earlier_texts.of(revision)]
    return render_template("moderation/history.html", practice=practice, revision=revision, rows=rows)


@moderation.get(EARLIER)
def earlier(public_id, snapshot_id):
    practice, revision = find(public_id)
    if revision.state != "draft":
        return standing_page(practice, revision)
    return earlier_page(practice, revision, find_earlier(revision, snapshot_id))


@moderation.post(EARLIER)
def restore(public_id, snapshot_id):
    """Bring back one field, the fields of one step, or all: a new save; all earlier texts stay."""
    practice, revision = find(public_id)
    if revision.state != "draft":
        return standing_page(practice, revision), 409
    kept = find_earlier(revision, snapshot_id)
    names = names_of(request.form.get("bring", "")) & {one.name for one in differing(kept, revision)}
    if request.form.get("base") != base_of(revision):
        return earlier_page(practice, revision, kept, is_late=True), 409
    try:
        changed = bool(names) and practices.restore(
            revision, kept, names, current_user, practices.base_of(revision, names)
        )
    except (Changed, NotAllowed):
        db.session.rollback()
        return earlier_page(practice, revision, kept, is_late=True), 409
    db.session.commit()
    notice(brought_back(names) if changed else _("It stands like this already."))
    return redirect(url_for("moderation.history", public_id=public_id), 303)


def find_earlier(revision, snapshot_id):
    kept = earlier_texts.find(revision, snapshot_id)
    require(kept is not None)
    return kept


def differing(kept, revision):
    """The fields in which an earlier text is another one than the text as it stands."""
    return [one for one in schema.FIELDS.values() if told(kept, one.name) != told(revision, one.name)]


def told(text, name):
    return text.get(name, None) or None, text.missing.get(name)


def names_of(wish):
    """The names of the fields that a button stands for: 'all', 'step:slug' or 'field:name'."""
    kind, _colon, name = wish.partition(":")
    if kind == "step" and name in schema.STEP_SLUGS:
        return {one.name for one in schema.find_step(name).fields}
    return set(NAMES) if wish == "all" else {name} & set(NAMES)


def base_of(revision):
    return practices.base_of(revision, NAMES)


def brought_back(names):
    if len(names) == 1:
        return _(
            "Brought back: %(field)s. The text until now is kept.", field=schema.FIELDS[min(names)].label
        )
    return _("Brought back. The text until now is kept.")


def earlier_page(practice, revision, kept, is_late=False):
    topics, differ = taxonomy.topics(), {one.name for one in differing(kept, revision)}
    steps = [
        (step, [compare.answer(kept, revision, one, topics) for one in step.fields if one.name in differ])
        for step in schema.STEPS
    ]
    return render_template(
        "moderation/earlier.html",
        practice=practice,
        revision=revision,
        kept=kept,
        steps=[(step, answers) for step, answers in steps if answers],
        base=base_of(revision),
        is_late=is_late,
    )
