"""A case as readers get it: its public text in their language, an earlier one, or where it went."""

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user

from exchange.core import i18n
from exchange.core.web import query, require
from exchange.front import queries
from exchange.front.views import front, here
from exchange.front.views.topics import topics_of
from exchange.moderation import service as moderation
from exchange.moderation.service.tables import batches
from exchange.network.service.ledger import family, listing, recording
from exchange.practices import service, translating
from exchange.search import service as search

SHOWN = ("public", "unlisted", "archived")


@front.get("/practices/<ref>")
def case(ref):
    practice = service.find(ref.split("-")[0])
    if practice is None:
        abort(404)
    if practice.merged_into_id:
        return to_where_it_went(practice)
    if practice.visibility == "tombstone":
        return render_template("front/tombstone.html", practice=practice), 410
    revision = service.public_revision(practice)
    if practice.visibility not in SHOWN or revision is None:
        require(practice.may_be_seen_by(current_user))
        return redirect(url_for("moderation.preview", public_id=practice.public_id), 303)
    path = service.path_of(practice, revision.title)
    if request.path != path:
        return redirect(path + query(), 301)
    return show_case(practice, revision)


@front.get("/practices/<public_id>/revisions/<int(max=2147483647):number>")
def revision(public_id, number):
    practice = service.find(public_id)
    found = service.revision_number(practice, number) if practice else None
    if practice and practice.merged_into_id and not (found and is_moderator()):
        return to_where_it_went(practice)
    if practice and practice.merged_into_id:
        return show_case(practice, found)
    if practice and practice.visibility == "tombstone":
        return render_template("front/tombstone.html", practice=practice), 410
    if found is None or practice.visibility not in SHOWN:
        abort(404)
    return show_case(practice, found)


def is_moderator():
    return current_user.is_authenticated and current_user.is_moderator


def to_where_it_went(practice):
    """The address of a case that was merged leads to the one that goes on; a merger may be undone."""
    heir = service.stands_for(practice)
    revision = service.public_revision(heir)
    path = service.path_of(heir, revision.title) if revision else f"/practices/{heir.public_id}"
    answer = redirect(f"{path}?merged={practice.public_id}", 301)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def came_from(practice):
    """The merged case whose address led here, or None."""
    public_id = request.args.get("merged", "")
    named = service.find(public_id) if public_id.isalnum() else None
    leads_here = named and named.merged_into_id and service.stands_for(named).id == practice.id
    return named if leads_here else None


def as_read(revision):
    """(the text as this reader gets it, the languages in which it can be read besides its own).

    The reader's language comes first where somebody translated it; `?text=` asks for another, or for
    the original.
    """
    if revision.state != "published":
        return revision, []
    languages = [one.language for one in translating.public_of([revision.practice_id])]
    wanted = request.args.get("text") or i18n.language()
    return (translating.in_language(revision, wanted) if wanted in languages else revision), languages


def show_case(practice, revision):
    approval = moderation.approval_of(revision)
    current = revision if revision.state == "published" else service.public_revision(practice)
    told, languages = as_read(revision)
    topics = topics_of(revision)
    return render_template(
        "front/case.html",
        practice=practice,
        revision=told,
        original=revision,
        told_in=languages,
        may_translate=translating.may_translate(practice, current_user),
        merged=came_from(practice),
        mergers=service.merged_into(practice) if is_moderator() else (),
        approval=approval,
        review=approval.review if approval else None,
        vetting=batches.vetting_of(revision),
        versions=queries.versions(practice),
        note=moderation.public_note(revision),
        topics=topics,
        checks=moderation.checks_of([practice.id]),
        evaluations=moderation.evaluations_of(practice),
        may_propose=revision is current and moderation.may_propose(practice, current_user),
        may_check=moderation.may_check(practice, current_user),
        **around(practice, current or revision),
        here=here.asked(practice, told, topics),
        similar=search.related(practice, i18n.language()),
        settings=current_app.config["SETTINGS"],
        public_path=service.path_of(practice, (current or revision).title),
    )


def around(practice, revision):
    """What other cities made of the case, and where its idea came from."""
    records = listing.of_practice(practice)
    return {
        "records": records,
        "replication": listing.replication(records),
        "family": family.family_of(practice, revision),
        "cities_to_record": recording.cities_for(practice, current_user),
    }
