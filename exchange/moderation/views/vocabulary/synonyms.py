"""The vocabulary: by which other words readers find a topic, a goal, a country, a city or a tag."""

from collections import Counter

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import notice, require
from exchange.moderation import vocabulary as words
from exchange.moderation.forms.kinds import language_name
from exchange.moderation.forms.vocabulary import SynonymForm
from exchange.moderation.views import moderation
from exchange.search.query import in_one_line
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import NAMED

TABS = {
    "topic": _l("Topics"),
    "sdg": _l("Goals"),
    "country": _l("Countries"),
    "city": _l("Cities"),
    "tag": _l("Tags"),
}
KINDS = {
    "topic": _l("topic"),
    "sdg": _l("Sustainable Development Goal"),
    "country": _l("country"),
    "region": _l("region"),
    "city": _l("city"),
    "tag": _l("tag"),
}


@moderation.get("/desk/vocabulary")
def vocabulary():
    require(current_user.is_authenticated and current_user.is_moderator)
    facet = request.args["facet"] if request.args.get("facet") in NAMED else "topic"
    return vocabulary_page(words.names(), facet, request.args.get("open", ""))


@moderation.post("/desk/vocabulary/<facet>/<value>/synonyms")
def synonyms(facet, value):
    require(current_user.is_authenticated and current_user.is_moderator)
    known, form = words.names(), SynonymForm()
    require(facet in NAMED and (facet, value) in known)
    if not form.validate():
        return vocabulary_page(known, facet, value, form), 422
    typed = (form.text.data, form.language.data, current_user)
    try:
        one = taxonomy.add_synonym(facet, value, *typed, known=known, means_both=form.means_both.data)
    except taxonomy.SynonymRefused as refusal:
        explain(form, refusal, known)
        return vocabulary_page(known, facet, value, form), 422
    return done(one, known, _("“%(word)s” now finds what is about “%(name)s”, within seconds."))


@moderation.post("/desk/vocabulary/synonyms/<int(max=2147483647):id>/removal")
def synonym_removal(id):
    require(current_user.is_authenticated and current_user.is_moderator)
    one = taxonomy.find_synonym(id)
    require(one is not None)
    taxonomy.remove_synonym(one, current_user)
    return done(one, words.names(), _("“%(word)s” no longer stands for “%(name)s”."))


def done(synonym, known, sentence):
    """Commit, say so, and go back to the row, which stays open for the next word."""
    key = (synonym.facet, synonym.value)
    name = words.label_of(known.get(key, {}), i18n.language()) or synonym.value
    db.session.commit()
    notice(sentence % {"word": synonym.text, "name": name})
    return redirect(address_of(*key, language=synonym.language), 303)


def explain(form, refusal, known):
    """Say at the field why the word was not taken."""
    if isinstance(refusal, taxonomy.MeansAnother):
        others = ", ".join(described(*other, known) for other in refusal.others)
        form.offers_both = True
        form.text.errors = [
            _(
                "“%(word)s” is also a word for: %(others)s. Say below whether readers mean both.",
                word=form.text.data,
                others=others,
            )
        ]
    elif isinstance(refusal, taxonomy.KnownAlready):
        form.text.errors = [_("This word finds it already.")]
    else:
        form.text.errors = [_("Write a word with at least one letter or digit.")]


def described(facet, value, known):
    """'Parking (topic)'."""
    name = words.label_of(known[facet, value], i18n.language())
    return _("%(name)s (%(kind)s)", name=name, kind=KINDS[facet])


def vocabulary_page(known, facet, open_value, form=None):
    """The page of a facet, with the row of one value open."""
    q, counts = in_one_line(request.args.get("q", ""))[:100], Counter(of for of, _value in known)
    by_use = request.args.get("sort") == "use"
    found = words.rows(facet, known, i18n.language(), q, always=open_value, by_use=by_use)
    pages = page_count(len(found), words.PAGE)
    number = min(page_number(request.args.get("page")), pages)
    first = (number - 1) * words.PAGE
    return render_template(
        "moderation/vocabulary.html",
        facet=facet,
        q=q,
        by_use=by_use,
        waiting=len(taxonomy.open_proposals()) if current_user.is_coordinator else 0,
        rows=found[first : first + words.PAGE],
        open_value=found[0].value if len(found) == 1 else open_value,
        form=form or SynonymForm(formdata=None, language=language_wanted()),
        tabs_of=[(one, label, counts[one]) for one, label in TABS.items()],
        pages=pages,
        page=number,
        first=first + 1,
        total=len(found),
        address=lambda **more: url_for("moderation.vocabulary", **{**asked(facet), **more}),
        row_address=lambda value: address_of(facet, value),
        add_address=lambda value: url_for("moderation.synonyms", value=value, **asked(facet)),
        removal_address=lambda one: url_for("moderation.synonym_removal", id=one.id, **asked()),
        language_name=language_name,
    )


def language_wanted():
    """The language of the word that was just added, else the reader's."""
    return request.args.get("language", i18n.language())


def asked(facet=None):
    """What the list was narrowed to, to be kept in addresses."""
    kept = {"facet": facet, **{name: request.args.get(name) for name in ("q", "sort", "page")}}
    return {name: value for name, value in kept.items() if value}


def address_of(facet, value, **more):
    """The address of a row, open."""
    return url_for("moderation.vocabulary", **asked(facet), open=value, **more, _anchor=f"{facet}-{value}")
