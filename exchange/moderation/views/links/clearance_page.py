"""/clearance/<token>: the exact text, for the one person who is to clear it."""

from flask import abort, request, send_from_directory
from flask_babel import gettext as _

from exchange.config import LANGUAGES
from exchange.core.forms import tidy
from exchange.core.models import db
from exchange.core.web import csrf
from exchange.moderation import compare, service
from exchange.moderation.asked_models import Clearance
from exchange.moderation.forms import asked as forms
from exchange.moderation.views import moderation
from exchange.moderation.views.links.by_link import HEADERS, found_or_dead, link_page, over_limit, over_page
from exchange.practices import media, schema, translating
from exchange.practices import service as practices
from exchange.practices import shown as shown_as
from exchange.taxonomy import service as taxonomy

OBJECTION = "object-"
LONGEST_OBJECTION = 5000
TRANSLATION = "translation."  # before a language
OBJECTIONABLE = {"", "story", *schema.FIELDS, *(TRANSLATION + code for code in LANGUAGES)}


@moderation.get("/clearance/<token>")
def clearance_by_link(token):
    asked, dead = found_or_dead([Clearance], token)
    return dead or text_page(asked, token, forms.DecisionByLinkForm(formdata=None))


@moderation.post("/clearance/<token>")
@csrf.exempt
def decide_by_link(token):
    asked, dead = found_or_dead([Clearance], token)
    if dead:
        return dead
    form, words = forms.DecisionByLinkForm(), objections()
    if over_limit(asked):
        return text_page(asked, token, form, 429, words, _("Too many tries. Wait a little, then try again."))
    if not form.validate():
        return text_page(asked, token, form, 422, words, _("Choose what to decide."))
    try:
        service.clearing.decide(asked, form.verdict.data, form.seen_hash.data, words)
    except service.TextChanged:
        return again(
            asked, token, form, words, 409, _("The text was changed meanwhile. Read what is new first.")
        )
    except service.ReasonMissing:
        return again(asked, token, form, words, 422, _("Say at one field at least what you object to."))
    except (service.LinkOver, service.AlreadyDecided):
        db.session.rollback()
        return over_page(asked, 409, words.values())
    db.session.commit()
    return link_page("clearance_done", asked=asked)


@moderation.get("/clearance/<token>/pictures/<medium_id>")
def picture_by_link(token, medium_id):
    """A picture of the very text that the link shows; no other, and no longer than the text itself."""
    asked, dead = found_or_dead([Clearance], token)
    revision = None if dead else text_of(asked)
    medium = media.of(asked.practice).get(medium_id) if revision else None
    if medium is None or medium.kind != "image" or medium_id not in schema.files_of(revision):
        abort(404)
    response = send_from_directory(media.folder_of(medium), "640.jpg", mimetype="image/jpeg")
    response.headers.update(HEADERS)
    return response


def text_of(asked):
    """The text that this link shows now, or None when it shows none any more."""
    return practices.working_revision(asked.practice) if asked.stands == "open" else None


def objections():
    """Field ('' for the whole) → the words typed against it."""
    return {
        name.removeprefix(OBJECTION): tidy(words)[:LONGEST_OBJECTION]
        for name, words in request.form.items()
        if name.startswith(OBJECTION) and name.removeprefix(OBJECTION) in OBJECTIONABLE
    }


def again(asked, token, form, words, status, problem):
    db.session.rollback()
    return text_page(asked, token, form, status, words, problem)


def text_page(asked, token, form, status=200, words=None, problem=""):
    revision = text_of(asked)
    if revision is None:
        return over_page(asked, typed=(words or {}).values())
    before = service.clearing.last_cleared(asked.practice)
    answers = [
        one for one in compare.answers(revision, before, taxonomy.topics()) if one.field.public and shown(one)
    ]
    form.seen_hash.data = service.clearing.hash_of(revision)
    return link_page(
        "clearance_text",
        status,
        asked=asked,
        token=token,
        practice=asked.practice,
        revision=revision,
        before=before,
        answers=answers,
        translations=translations(asked.practice, before),
        changed=sum(bool(one.mark) for one in answers) if before else 0,
        form=form,
        words=words or {},
        problem=problem,
    )


def translations(practice, before):
    """[(language, its name, [(what it says, the text as parts of a difference)])] of every translation."""
    old = before.translations if before else None
    return [
        (
            code,
            shown_as.language_name(code),
            [(label_of(key), since(text, code, key, old)) for key, text in texts.items()],
        )
        for code, texts in translating.texts_of_translations(practice).items()
    ]


def since(text, code, key, old):
    return compare.compared(text, text if old is None else old.get(code, {}).get(key, ""))


def label_of(key):
    """'results.0.indicator' → 'Results – Indicator'."""
    name, _dot, rest = key.partition(".")
    one = schema.FIELDS.get(name, schema.STORY)
    part = next((part for part in one.parts if part.name == rest.rpartition(".")[2]), None)
    return f"{one.label} – {part.label}" if part else str(one.label)


def shown(answer):
    return not answer.is_empty or answer.mark or answer.reason
