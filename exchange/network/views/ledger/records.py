"""Everybody's pages: the list of who took up what, and one record."""

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user

from exchange.core import i18n
from exchange.network.forms.ledger import WordForm
from exchange.network.service.ledger import listing, recording
from exchange.network.service.talk import reports
from exchange.network.views import network
from exchange.taxonomy import service as taxonomy


@network.get("/transfers")
def transfers():
    question = listing.Question.from_args(request.args)
    answer = listing.find_all(question)
    language = i18n.language()
    choices = listing.choices()
    page = render_template(
        "network/transfers.html",
        answer=answer,
        question=question,
        cities={name: by_name(choices[name], language) for name in ("origin", "to")},
        topics=choices["topic"],
        address=lambda **changes: url_for("network.transfers", **question.args(**changes)),
        exit_address=lambda ext: url_for("api.transfers", ext=ext, **question.args()),
    )
    headers = {"X-Robots-Tag": "noindex"} if question.narrows or question.page > 1 else {}
    return page, 200, headers


def by_name(cities, language):
    return sorted(((city.slug, city.label(language)) for city in cities), key=lambda one: one[1].casefold())


@network.get("/transfers/<ref>")
def transfer(ref):
    record = find_record(ref)
    if request.path != record.path:
        return redirect(record.path, 301)
    return record_page(record, WordForm(formdata=None, base=record.transfer.fingerprint))


def find_record(ref):
    """The Record that this person may read, or 404."""
    record = listing.find_record(ref.split("-")[0]) or abort(404)
    if not reports.may_read(record.transfer, current_user):
        abort(404)
    return record


def record_page(record, form, status=200, problem=""):
    held = record.transfer
    tree = taxonomy.topics()
    page = render_template(
        "network/transfer.html",
        record=record,
        transfer=held,
        form=form,
        problem=problem,
        hiding=reports.hiding_of(held),
        topics=[tree[slug] for slug in record.revision.get("topics", []) if slug in tree],
        sees_names=sees_names(held),
        may_change=held.may_be_changed_by(current_user),
        may_answer=recording.may_answer(held, current_user),
        may_report=reports.may_report(held, current_user),
        may_moderate=reports.may_moderate(held, current_user),
    )
    return page, status


def sees_names(held):
    """People of both cities and moderators see who recorded and who answered; others see the city."""
    if not current_user.is_authenticated:
        return False
    ours = held.may_be_changed_by(current_user) or recording.may_answer(held, current_user)
    return ours or current_user.is_moderator
