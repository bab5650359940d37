"""Authors ask a colleague about some fields, and take over or dismiss what comes back."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import compare, service
from exchange.moderation.asked_models import ColleagueAsk
from exchange.moderation.forms import asked as forms
from exchange.moderation.forms.desk import options
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.moderation.views.writing.step import in_words
from exchange.moderation.views.writing.texts import CASE, current_text, find, standing_page, step_address
from exchange.practices import schema
from exchange.practices.service import Changed


@moderation.get(CASE + "/colleagues")
def colleagues(public_id):
    practice, revision = find(public_id)
    if revision.state != "draft":
        return standing_page(practice, revision)
    chosen = [name for name in request.args.getlist("field") if name in service.asking.FIELDS]
    return colleagues_page(practice, revision, colleague_form(formdata=None, data={"fields": chosen}))


@moderation.post(CASE + "/colleagues")
def ask_colleague(public_id):
    practice, revision = find(public_id)
    form = colleague_form()
    if not form.validate():
        return colleagues_page(practice, revision, form, 422)
    try:
        service.asking.ask(
            practice,
            form.fields.data,
            form.question.data or "",
            form.name.data,
            form.mailbox,
            form.language.data,
            current_user,
        )
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return colleagues_page(practice, revision, form, status, problem)
    db.session.commit()
    notice(_("%(name)s gets a letter with a link to these fields.", name=form.name.data))
    return redirect(url_for("moderation.colleagues", public_id=practice.public_id), 303)


@moderation.post(CASE + "/colleagues/<asked_id>/withdrawal")
def withdraw_question(public_id, asked_id):
    practice, _revision = find(public_id)
    asked = db.session.get(ColleagueAsk, asked_id)
    require(asked is not None and asked.practice_id == practice.id)
    service.asking.withdraw(asked, current_user)
    db.session.commit()
    notice(_("The link opens nothing any more."))
    return redirect(url_for("moderation.colleagues", public_id=practice.public_id), 303)


def colleague_form(**more):
    form = forms.ColleagueForm(**more)
    form.fields.choices = options({name: schema.FIELDS[name].label for name in service.asking.FIELDS})
    return form


def colleagues_page(practice, revision, form, status=200, problem=""):
    page = render_template(
        "moderation/colleagues.html",
        practice=practice,
        revision=revision,
        form=form,
        asks=service.asking.asks(practice),
        waiting=service.asking.count_proposals(practice),
        problem=problem,
        schema=schema,
    )
    return page, status


# What came back


@moderation.get(CASE + "/proposals")
def proposals(public_id):
    practice, revision = find(public_id)
    return proposals_page(practice, revision)


@moderation.post(CASE + "/proposals/<int(max=2147483647):id>")
def decide_proposal(public_id, id):
    practice, revision = find(public_id)
    proposal = service.asking.find_proposal(practice, id)
    require(proposal is not None)
    takes, back = request.form.get("verdict") == "take", url_for("moderation.proposals", public_id=public_id)
    return decided(practice, revision, proposal, takes, back)


def decide_beside(practice, revision, step, wish):
    """A button beside a field: 'take-7' or 'dismiss-7'. What was typed on the page is saved by then."""
    verdict, _dash, number = wish.partition("-")
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    proposal = service.asking.find_proposal(practice, int(number)) if is_number else None
    require(proposal is not None and verdict in ("take", "dismiss"))
    back = step_address(practice, step.slug, _anchor=proposal.field)
    return decided(practice, revision, proposal, verdict == "take", back)


def decided(practice, revision, proposal, takes, back):
    """Act, commit and go back; what is refused is told on the page of proposals, where both texts stand."""
    try:
        (service.asking.take if takes else service.asking.dismiss)(proposal, current_user)
    except Changed:
        db.session.rollback()
        return proposals_page(practice, revision, 409, changed_problem(proposal))
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return proposals_page(practice, revision, status, problem)
    db.session.commit()
    notice(_("Taken over.") if takes else _("Dismissed. It stays on record."))
    return redirect(back, 303)


def changed_problem(proposal):
    return _(
        "%(field)s was changed since it was proposed. Nothing has been overwritten: copy what you need.",
        field=schema.FIELDS[proposal.field].label,
    )


def proposals_page(practice, revision, status=200, problem=""):
    revision = current_text(practice)
    page = render_template(
        "moderation/proposals.html",
        practice=practice,
        revision=revision,
        rows=[row(proposal, revision) for proposal in service.asking.proposals(practice)],
        may_take=revision.state in ("draft", "published"),
        problem=problem,
        schema=schema,
    )
    return page, status


def row(proposal, revision):
    """(Proposal, its field, the word difference that it would make now, whether the field changed since)."""
    one, stands = schema.FIELDS[proposal.field], revision.get(proposal.field, None)
    now, new = (in_one(one, value) for value in (stands, proposal.told.get("new", stands)))
    return proposal, one, compare.compared(new, now), proposal.told.get("old") != stands


def in_one(one, value):
    return "\n".join(in_words(one, value, None))
