"""Support questions: the public ones, those that wait for the reader, asking one, one of them."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.forms import tidy
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import notice, require
from exchange.network.forms import talk as forms
from exchange.network.models.talk import QUESTION_KINDS
from exchange.network.service.talk import answering, questions, reading, reports, routing
from exchange.network.views import network
from exchange.network.views.talk.refusals import REFUSALS, explained
from exchange.taxonomy import service as taxonomy

QUESTION = "/questions/<ref>"


@network.get("/questions")
def question_list():
    which, kind, page = which_list(), which_kind(), page_number(request.args.get("page"))
    found, total = questions.listing(current_user, which, kind, page)
    return render_template(
        "network/questions.html",
        which=which,
        kind=kind,
        kinds=forms.QUESTION_NAMES,
        found=found,
        total=total,
        page=page,
        pages=page_count(total, questions.PAGE),
        first=(page - 1) * questions.PAGE + 1,
        counts=questions.counts(found),
        topics=taxonomy.topics(),
        may_ask=may_ask(),
        address=lambda **changed: url_for(
            "network.question_list",
            **{k: v for k, v in {"list": which, "kind": kind, **changed}.items() if v},
        ),
    )


def which_list():
    """Whoever works for a city has lists of their own; a coordinator sees what nobody has answered."""
    wanted = request.args.get("list", "")
    own = {"asked", "waiting"} if may_ask() else set()
    if current_user.is_authenticated and current_user.is_coordinator:
        own.add("unanswered")
    return wanted if wanted in own else "public"


def which_kind():
    wanted = request.args.get("kind", "")
    return wanted if wanted in QUESTION_KINDS else ""


def may_ask():
    return current_user.is_authenticated and bool(current_user.cities)


@network.get("/questions/new")
def new_question():
    require(may_ask())
    form = question_form(formdata=None)
    form.practice.data = (tidy(request.args.get("practice")) or "")[:100]
    return question_form_page(form)


@network.post("/questions")
def ask_question():
    require(may_ask())
    form = question_form()
    if not form.validate():
        return question_form_page(form, 422)
    try:
        practice = answering.public_practice(form.practice.data) if form.practice.data else None
        made = questions.ask(
            current_user,
            form.chosen_city(current_user.cities),
            form.kind.data,
            form.title.data,
            form.text.data,
            form.language.data,
            form.topics,
            practice,
            form.agrees.data,
        )
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return question_form_page(form, status, problem)
    db.session.commit()
    notice(_("Your question is on its way. You get a letter with each reply."))
    return redirect(questions.path_of(made), 303)


def question_form(**more):
    return forms.QuestionForm(**more).offer(current_user.cities).offer_topics()


def question_form_page(form, status=200, problem=""):
    return render_template("network/question_form.html", form=form, problem=problem), status


@network.get(QUESTION)
def question(ref):
    found = find_question(ref)
    path = questions.path_of(found)
    return redirect(path, 301) if request.path != path else question_page(found)


def find_question(ref):
    """The question of an address, for whoever may read it; 404 otherwise."""
    found = questions.find(ref.split("-")[0].upper())
    if found is None or not reports.may_read(found, current_user):
        abort(404)
    return found


def find_for_signed_in(ref):
    require(current_user.is_authenticated)
    return find_question(ref)


def question_page(found, status=200, problem="", form=None, forward=None):
    replies, hidings = questions.replies_for(found, current_user)
    is_party = questions.is_party(found, current_user)
    request_ = routing.request_of(found, current_user)
    is_asker = questions.is_asker(found, current_user)
    hiding = reports.hiding_of(found)
    may_reply = found.is_open and hiding is None and (is_asker or request_ is not None)
    page = render_template(
        "network/question.html",
        question=found,
        replies=replies,
        hidings=hidings,
        hiding=hiding,
        problem=problem,
        is_party=is_party,
        is_asker=is_asker,
        is_public=questions.is_public(found),
        request_=request_,
        requests=routing.requests_of(found) if is_party else [],
        about=reading.brought([found]).get(found.practice_id),
        mine=[one for one in replies if current_user.is_authenticated and one.by_id == current_user.id],
        form=form or (forms.ReplyForm(formdata=None) if may_reply else None),
        forward_form=forward or forward_form(found),
        may_reply=may_reply,
        can_report=current_user.is_authenticated and bool(current_user.verified_at),
        topics=taxonomy.topics(),
        kinds=forms.QUESTION_NAMES,
    )
    return page, status


def forward_form(found, **more):
    """For coordinators; None for everybody else."""
    if not (current_user.is_authenticated and current_user.is_coordinator and found.is_open):
        return None
    form = forms.ForwardForm(**more)
    cities = sorted(accounts.member_cities(), key=lambda city: city.label(i18n.language()))
    form.city.choices = forms.options(
        (city.slug, city.label(i18n.language())) for city in cities if city.id != found.city_id
    )
    return form


def refused_question(ref, error, **kept):
    db.session.rollback()
    status, problem = explained(error)
    return question_page(find_question(ref), status, problem, **kept)
