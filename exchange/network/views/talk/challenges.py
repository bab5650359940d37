"""Challenges: the list, one of them with its answers, posing and changing one."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.forms import tidy
from exchange.core.models import db
from exchange.core.pages import page_count
from exchange.core.web import error_page, notice, query, require
from exchange.network.forms import talk as forms
from exchange.network.service.talk import answering, challenges, reading, reports
from exchange.network.views import network
from exchange.network.views.talk.refusals import REFUSALS, explained
from exchange.taxonomy import service as taxonomy

CHALLENGE = "/challenges/<ref>"


@network.get("/challenges")
def challenge_list():
    wish = reading.Wish.from_args(request.args)
    found, total = reading.challenges(wish)
    return render_template(
        "network/challenges.html",
        wish=wish,
        found=found,
        total=total,
        pages=page_count(total, reading.PAGE),
        first=(wish.page - 1) * reading.PAGE + 1,
        counts=reading.counts(found),
        topics=taxonomy.topics(),
        topic_choices=forms.topic_choices(),
        city=accounts.find_city(wish.city) if wish.city else None,
        address=address_of_list,
        may_pose=may_pose(),
    )


def address_of_list(**changed):
    """The address of the list as it is asked for now, with some of it changed; the page starts anew."""
    kept = {name: request.args.get(name) for name in ("state", "topic", "city", "q")}
    return url_for("network.challenge_list", **{k: v for k, v in {**kept, **changed}.items() if v})


def may_pose():
    return current_user.is_authenticated and bool(current_user.cities)


# Posing one


@network.get("/challenges/new")
def new_challenge():
    require(may_pose())
    form = challenge_form(formdata=None)
    member = current_user.memberships[0] if current_user.memberships else None
    form.asked_by.data = member.department if member and member.state == "approved" else ""
    return challenge_form_page(form)


@network.post("/challenges")
def pose_challenge():
    """Pose it; or, with the button for that, look for practices that may help before one does."""
    require(may_pose())
    form = challenge_form()
    if request.form.get("do") == "look":
        return challenge_form_page(form, 200, looked=True)
    if not form.validate():
        return challenge_form_page(form, 422)
    city = form.chosen_city(current_user.cities)
    try:
        made = challenges.pose(current_user, city, form.words)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        return challenge_form_page(form, status, problem)
    db.session.commit()
    notice(_("Your challenge is public. You get a letter with each answer."))
    return redirect(challenges.path_of(made), 303)


@network.get("/challenges/matching")
def matching_practices():
    """A piece of a page: the practices that may help with what is being written."""
    require(may_pose())
    args = request.args
    topics = [slug for slug in args.getlist("topic")[:3] if slug in taxonomy.topics()]
    found = challenges.matching(
        tidy(args.get("title") or "")[:200], tidy(args.get("text") or "")[:2000], topics, i18n.language()
    )
    return render_template("network/_matching.html", matching=found, asked=True)


def challenge_form(**more):
    return forms.ChallengeForm(**more).offer(current_user.cities).offer_topics()


def challenge_form_page(form, status=200, problem="", challenge=None, looked=False):
    told = form.title.data or "", form.text.data or ""
    matching = challenges.matching(*told, form.topics, i18n.language()) if any(told) else []
    page = render_template(
        "network/challenge_form.html",
        form=form,
        problem=problem,
        challenge=challenge,
        matching=matching,
        asked=looked or bool(matching),
        looked=looked,
    )
    return page, status


@network.get(CHALLENGE + "/change")
def changing_challenge(ref):
    challenge = find_own(ref)
    form = challenge_form(formdata=None, obj=challenge)
    form.city.data, form.base.data = challenge.city.slug, challenges.base_of(challenge)
    form.fill_topics(challenge.topics)
    return challenge_form_page(form, challenge=challenge)


@network.post(CHALLENGE + "/change")
def change_challenge(ref):
    challenge = find_own(ref)
    form = challenge_form()
    form.city.data = challenge.city.slug
    if request.form.get("do") == "look":
        return challenge_form_page(form, 200, challenge=challenge, looked=True)
    if not form.validate():
        return challenge_form_page(form, 422, challenge=challenge)
    try:
        challenges.change(challenge, current_user, form.words, form.base.data)
    except REFUSALS as error:
        db.session.rollback()
        status, problem = explained(error)
        challenge = find_own(ref)
        form.base.data = challenges.base_of(challenge)
        return challenge_form_page(form, status, problem, challenge=challenge)
    db.session.commit()
    notice(_("Saved."))
    return redirect(challenges.path_of(challenge), 303)


# One of them


@network.get(CHALLENGE)
def challenge(ref):
    found = find_challenge(ref)
    path = challenges.path_of(found)
    if request.path != path:
        return redirect(path + query(), 301)
    return challenge_page(found)


def find_challenge(ref):
    """The challenge of an address, for whoever may read it; 404 otherwise."""
    found = challenges.find(ref.split("-")[0].upper())
    if found is None or not reports.may_read(found, current_user):
        abort(404)
    return found


def find_own(ref):
    """The challenge of an address, for those who work for its city; nothing is learnt by others."""
    require(current_user.is_authenticated)
    found = find_challenge(ref)
    require(found.may_be_changed_by(current_user))
    return found


def challenge_page(found, status=200, problem="", answer=None, comment=None):
    """`answer`, `comment`: forms that come back with what was typed."""
    talk = reading.conversation(found, current_user)
    hiding, lock = reports.hiding_of(found), reports.lock_of(found)
    is_closed = bool(hiding or lock or not found.is_open)
    may_answer = not is_closed and answering.may_answer(found, current_user)
    may_comment = not is_closed and answering.may_comment(found, current_user)
    if comment and comment.to not in {one.id for one in talk.answers}:
        comment.to = None
    page = render_template(
        "network/challenge.html",
        challenge=found,
        talk=talk,
        topics=taxonomy.topics(),
        hiding=hiding,
        lock=lock,
        problem=problem,
        is_asker=found.may_be_changed_by(current_user),
        may_comment=may_comment,
        may_answer=may_answer,
        answer_form=answer or (blank_answer(found) if may_answer else None),
        comment_form=comment or (forms.CommentForm(formdata=None) if may_comment else None),
        commenting=comment is not None,
        answer_names=forms.ANSWER_NAMES,
        matching=matching_beside(found, talk) if not is_closed else [],
        can_report=current_user.is_authenticated and bool(current_user.verified_at),
    )
    return page, status


def blank_answer(challenge):
    form = forms.AnswerForm(formdata=None).offer(answering.cities_to_answer_for(challenge, current_user))
    if wanted := (tidy(request.args.get("practice")) or "")[:100]:
        form.kind.data, form.practice.data = "practice", wanted
    return form


def matching_beside(found, talk):
    """Practices that may help and with which nobody has answered yet."""
    brought = {one.public_id for one in talk.brought.values()}
    return challenges.matching(found.title, found.text, found.topics, i18n.language(), brought)


def refused(ref, error, **kept):
    """The page as it stands now, with every word typed and the reason of the refusal."""
    db.session.rollback()
    status, problem = explained(error)
    found = challenges.find(ref.split("-")[0].upper())
    if found is None or not reports.may_read(found, current_user):
        return error_page(status, message=problem)
    return challenge_page(found, status, problem, **kept)
