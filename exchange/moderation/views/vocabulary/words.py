"""One topic or tag at the desk: its names, its merge, whether it is offered; and tags that look alike."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.config import LANGUAGES
from exchange.core import i18n
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import error_page, notice, require
from exchange.moderation import vocabulary as words
from exchange.moderation.forms.vocabulary import NamesForm, TagMergeForm, TopicMergeForm
from exchange.moderation.views import moderation
from exchange.practices import service as practices
from exchange.taxonomy import service as taxonomy

WORD = "/desk/vocabulary/<any(topic, tag):facet>/<value>"
MERGE_FORMS = {"topic": TopicMergeForm, "tag": TagMergeForm}
REFUSED = {
    "root": _l("The three topics at the top stay as they are."),
    "same": _l("Choose another one than itself."),
    "gone": _l("There is no such word that is offered now."),
    "unfit": _l("Write a name with at least one letter or digit, of at most 80 characters."),
    "nameless": _l("One name is needed."),
    "taken": _l("“%(word)s” is the name of another one already. Merge the two instead."),
    "many": _l("Twenty of your proposals wait for an answer. Wait for one of them first."),
}
WHY_ALIKE = {
    "case": _l("the same but for case, accents or signs"),
    "plural": _l("one and many"),
    "slip": _l("one letter apart"),
}
PAGE = 40


@moderation.get(WORD)
def word(facet, value):
    require(current_user.is_authenticated and current_user.is_moderator)
    return word_page(facet, known(facet, value))


@moderation.post(WORD + "/names")
def word_names(facet, value):
    found = changed_here(facet, value)
    form = NamesForm.of(found, facet)
    if not form.validate():
        return word_page(facet, found, names=form), 422
    if form.base.data != practices.fingerprint(found.texts) and form.texts != found.texts:
        return word_page(facet, found, names=changed_meanwhile(form)), 409
    try:
        taxonomy.rename(facet, value, form.texts, current_user, before=found.texts)
    except taxonomy.Meanwhile:
        db.session.rollback()
        return word_page(facet, known(facet, value), names=changed_meanwhile(form)), 409
    except taxonomy.WordRefused as refusal:
        db.session.rollback()
        complain(form, refusal)
        return word_page(facet, known(facet, value), names=form), 422
    db.session.commit()
    notice(_("The names are kept; pages and search know them within seconds."))
    return to_word(facet, value)


@moderation.post(WORD + "/merger")
def word_merger(facet, value):
    found = changed_here(facet, value)
    form = MERGE_FORMS[facet]()
    if not form.validate():
        return word_page(facet, found, merge=form), 422
    try:
        taxonomy.merge(facet, value, form.target, current_user)
    except taxonomy.Meanwhile:
        db.session.rollback()
        return error_page(409)
    except taxonomy.WordRefused as refusal:
        db.session.rollback()
        form.into.errors = [sentence(refusal)]
        return word_page(facet, known(facet, value), merge=form), 422
    name = words.label_of(taxonomy.find_word(facet, form.target).texts, i18n.language())
    db.session.commit()
    notice(
        _("They are one now: the old address leads to “%(name)s”, and its cases are found there.", name=name)
    )
    return to_word(facet, form.target)


@moderation.post(WORD + "/retirement")
def word_retirement(facet, value):
    found = changed_here(facet, value)
    act = taxonomy.offer_again if request.form.get("act") == "offer" else taxonomy.retire
    try:
        act(facet, value, current_user)
    except taxonomy.Meanwhile:
        db.session.rollback()
        return error_page(409)
    except taxonomy.WordRefused as refusal:
        db.session.rollback()
        return error_page(409, message=sentence(refusal))
    db.session.commit()
    label = words.label_of(found.texts, i18n.language())
    if act is taxonomy.retire:
        notice(
            _("“%(name)s” is no longer offered to those who write. Its cases stay as they are.", name=label)
        )
    else:
        notice(_("“%(name)s” is offered again.", name=label))
    return to_word(facet, value)


# Tags that look alike


@moderation.get("/desk/vocabulary/lookalikes")
def lookalikes():
    require(current_user.is_authenticated and current_user.is_coordinator)
    counts = words.counts("tag")
    found = taxonomy.lookalikes(counts)
    pages = page_count(len(found), PAGE)
    number = min(page_number(request.args.get("page")), pages)
    first = (number - 1) * PAGE
    return render_template(
        "moderation/lookalikes.html",
        pairs=found[first : first + PAGE],
        why=WHY_ALIKE,
        counts=counts,
        pages=pages,
        page=number,
        first=first + 1,
        total=len(found),
        page_address=lambda number: url_for("moderation.lookalikes", page=number),
    )


@moderation.post("/desk/vocabulary/lookalikes/apart")
def lookalikes_apart():
    require(current_user.is_authenticated and current_user.is_coordinator)
    pair = request.form.get("first", ""), request.form.get("second", "")
    try:
        taxonomy.keep_apart(*pair, current_user)
    except taxonomy.WordRefused as refusal:
        db.session.rollback()
        return error_page(409, message=sentence(refusal))
    db.session.commit()
    notice(_("The two stay two; nobody is asked again."))
    return redirect(url_for("moderation.lookalikes"), 303)


# Shared


def known(facet, value):
    found = taxonomy.find_word(facet, value)
    require(found is not None)
    return found


def changed_here(facet, value):
    """The word, for whoever may change it."""
    require(current_user.is_authenticated and current_user.is_coordinator)
    return known(facet, value)


def word_page(facet, found, names=None, merge=None):
    texts, language = found.texts, i18n.language()
    became = "" if found.stands else taxonomy.current(facet, [found.slug])[0]
    return render_template(
        "moderation/word.html",
        facet=facet,
        word=found,
        label=words.label_of(texts, language),
        texts=texts,
        missing=[name for code, name in LANGUAGES.items() if code not in texts],
        count=words.counts(facet).get(found.slug, 0),
        became=taxonomy.find_word(facet, became) if became else None,
        came_from=words.came_from(facet, found),
        lines=words.history(facet, found.slug),
        names=names or NamesForm.of(found, facet, formdata=None),
        merge=merge or MERGE_FORMS[facet](formdata=None, data={"into": request.args.get("into", "")}),
        may_change=current_user.is_coordinator,
        is_root=facet == "topic" and found.parent is None,
        in_words=words.line_in_words,
    )


def changed_meanwhile(form):
    """The form with what was typed, and a new base: whoever sends it again knows what they replace."""
    form.base.data = practices.fingerprint(form.word.texts)
    now_called = ", ".join(form.word.texts.values())
    form.form_errors.append(
        _(
            "Someone else has changed the names meanwhile: %(names)s. Send yours again to replace them.",
            names=now_called,
        )
    )
    return form


def complain(form, refusal):
    """At the field that is meant, where one is."""
    at = next((field for field in form.names if refusal.word and field.data == refusal.word), form.names[0])
    at.errors = [*at.errors, sentence(refusal)]


def sentence(refusal):
    return REFUSED[refusal.why] % {"word": refusal.word}


def to_word(facet, value):
    return redirect(url_for("moderation.word", facet=facet, value=value), 303)
