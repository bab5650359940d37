"""/answers/<token>: some fields of a draft, for the colleague who was asked about them."""

from flask_babel import gettext as _

from exchange.core.models import db
from exchange.core.web import csrf
from exchange.moderation import compare, service
from exchange.moderation.asked_models import ColleagueAsk
from exchange.moderation.forms import asked as forms
from exchange.moderation.views import moderation
from exchange.moderation.views.links.by_link import found_or_dead, link_page, over_limit, over_page
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.taxonomy import service as taxonomy


@moderation.get("/answers/<token>")
def answers_by_link(token):
    asked, dead = found_or_dead([ColleagueAsk], token)
    return dead or fields_page(asked)


@moderation.post("/answers/<token>")
@csrf.exempt
def answer_by_link(token):
    asked, dead = found_or_dead([ColleagueAsk], token)
    if dead:
        return dead
    revision = text_of(asked)
    if revision is None:
        return over_page(asked, 409, typed_in(forms.answers_form(asked, {}, service.asking.IN_WORDS)))
    form = forms.answers_form(asked, told(asked, revision), service.asking.IN_WORDS)
    if over_limit(asked):
        return fields_page(asked, form, 429, _("Too many tries. Wait a little, then try again."))
    if not form.validate():
        return fields_page(asked, form, 422)
    try:
        made = service.asking.answer(asked, form.base.data, form.answers(), form.remarks())
    except service.TextChanged:
        db.session.rollback()
        problem = _(
            "The text was changed meanwhile: it stands above what you wrote. Look once more, then send."
        )
        return fields_page(asked, form, 409, problem)
    except service.LinkOver:
        db.session.rollback()
        return over_page(asked, 409, typed_in(form))
    db.session.commit()
    return link_page("answers_done", asked=asked, made=made)


def text_of(asked):
    return practices.working_revision(asked.practice) if asked.stands == "open" else None


def told(asked, revision):
    """Field → its text, of those in which words can be proposed."""
    plain = [name for name in asked.fields if schema.FIELDS[name].kind in service.asking.IN_WORDS]
    return {name: revision.get(name) for name in plain}


def typed_in(form):
    return [*form.answers().values(), *form.remarks().values()]


def fields_page(asked, form=None, status=200, problem=""):
    revision = text_of(asked)
    if revision is None:
        return over_page(asked)
    form = form or forms.answers_form(asked, told(asked, revision), service.asking.IN_WORDS, formdata=None)
    form.base.data = practices.base_of(revision, asked.fields)
    topics = taxonomy.topics()
    return link_page(
        "answers_fields",
        status,
        asked=asked,
        practice=asked.practice,
        revision=revision,
        answers=[compare.answer(revision, None, schema.FIELDS[name], topics) for name in asked.fields],
        form=form,
        problem=problem,
    )
