"""The published versions of a case, for everyone: when, what changed; and any two side by side."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for

from exchange.moderation import compare, queries
from exchange.moderation.views import moderation
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.models import READABLE
from exchange.taxonomy import service as taxonomy

PRACTICE = "/practices/<public_id>"


@dataclass(frozen=True)
class PublicSide:
    """A published text as anybody may read it: without what is for reviewers or verified staff alone."""

    revision: object

    @property
    def missing(self):
        return self.revision.missing

    def get(self, field, empty=""):
        value = self.revision.get(field, empty)
        if field == "contacts":
            return [row for row in value or () if row.get("shown_to") != "verified"] or empty
        return value


def public_fields():
    return [field for field in (schema.STORY, *schema.FIELDS.values()) if field.public]


@moderation.get(PRACTICE + "/versions")
def versions(public_id):
    practice = find_readable(public_id)
    if practice.visibility == "tombstone":
        return gone(practice)
    found = queries.versions_of(practice)
    numbers = [revision.number for revision, _decision in found]
    old, new = (request.args.get(name, type=int) for name in ("old", "new"))
    if old in numbers and new in numbers and old != new:
        return redirect(comparison_address(practice, *sorted((old, new))), 303)
    rows = [
        (revision, decision, changed_fields(revision, before))
        for (revision, decision), before in zip(
            found, [*[revision for revision, _decision in found[1:]], None], strict=True
        )
    ]
    return render_template("moderation/versions.html", practice=practice, revision=found[0][0], rows=rows)


@moderation.get(PRACTICE + "/compare/<int(max=9999):old>/<int(max=9999):new>")
def comparison(public_id, old, new):
    practice = find_readable(public_id)
    if practice.visibility == "tombstone":
        return gone(practice)
    texts = [practices.revision_number(practice, number) for number in (old, new)]
    if None in texts or old == new:
        abort(404)
    if old > new:
        return redirect(comparison_address(practice, new, old), 301)
    before, after = map(PublicSide, texts)
    answers = [
        one for one in compare.answers(after, before, taxonomy.topics()) if one.field.public and one.mark
    ]
    return render_template(
        "moderation/comparison.html",
        practice=practice,
        revision=texts[1],
        before=texts[0],
        answers=answers,
        words=compare.words_moved(answers),
        is_shown=practices.public_files(practice).__contains__,
    )


def find_readable(public_id):
    """A case whose page opens for whoever has its address, or a withdrawn one; 404 for all others."""
    practice = practices.find(public_id)
    if practice is None or practice.visibility not in (*READABLE, "tombstone"):
        abort(404)
    return practice


def gone(practice):
    return render_template("front/tombstone.html", practice=practice), 410


def comparison_address(practice, old, new):
    return url_for("moderation.comparison", public_id=practice.public_id, old=old, new=new)


def changed_fields(revision, before):
    """The labels of the fields that read otherwise than in the version before; None for the first one."""
    if before is None:
        return None
    new, old = PublicSide(revision), PublicSide(before)
    return [
        field.label
        for field in public_fields()
        if compare.mark_of(new.get(field.name, None), old.get(field.name, None))
    ]
