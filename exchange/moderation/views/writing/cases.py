"""My cases, and a new one."""

from datetime import timedelta

from flask import jsonify, redirect, render_template, request, url_for
from flask_login import current_user

from exchange.core.models import db, now
from exchange.core.web import require
from exchange.moderation import queries
from exchange.moderation.forms import writing
from exchange.moderation.views import moderation
from exchange.moderation.views.writing.standing import standing
from exchange.moderation.views.writing.texts import step_address
from exchange.network.service.figures import reads
from exchange.practices import authorship, schema
from exchange.practices import service as practices
from exchange.taxonomy import service as taxonomy

TWICE = timedelta(minutes=10)


@moderation.get("/write")
def my_cases():
    require(is_known())
    mine = practices.mine(current_user)
    reviews = queries.latest_reviews([practice for practice, _revision in mine])
    rows = [
        (practice, revision, standing(practice, revision, reviews.get(practice.id)))
        for practice, revision in mine
    ]
    return render_template(
        "moderation/my_cases.html",
        rows=rows,
        reads=reads.of_cases([practice.id for practice, _revision in mine if practice.published_at]),
        invitations=authorship.waiting_for(current_user),
        token_of=authorship.token_of,
    )


@moderation.get("/write/new")
def new_case():
    require(is_known())
    if not current_user.may_write:
        return redirect(url_for("moderation.my_cases"), 303)
    topic = request.args.get("topic", "")
    return new_case_page(writing.NewCaseForm(my_cities(), formdata=None, topic=topic))


def is_known():
    """Signed in, with a proven mail address."""
    return current_user.is_authenticated and current_user.verified_at is not None


@moderation.post("/write/new")
def begin_case():
    require(current_user.is_authenticated and current_user.may_write)
    cities = my_cities()
    form = writing.NewCaseForm(cities)
    if not form.validate():
        return new_case_page(form), 422
    city = next(city for city in cities if city.slug == form.city.data)
    revision = begun_just_now(city, form.title.data) or practices.begin(
        current_user, city, form.title.data, form.language.data
    )
    if form.about and not revision.get("topics", None):
        practices.write(revision, {"topics": [form.about.slug]}, {})
    db.session.commit()
    return redirect(step_address(revision.practice, schema.STEP_SLUGS[0]), 303)


def my_cities():
    return [one.city for one in current_user.memberships if one.state in ("requested", "approved")]


def begun_just_now(city, title):
    """The draft that the same form made a moment ago: sent twice, it makes one case."""
    for practice, revision in practices.mine(current_user):
        fresh = practice.created_at > now() - TWICE and revision.state == "draft"
        if fresh and practice.city_id == city.id and revision.title == title:
            return revision
    return None


def new_case_page(form):
    return render_template("moderation/new_case.html", form=form)


@moderation.get("/write/tags")
def tags():
    require(is_known() and (current_user.may_write or authorship.writes_somewhere(current_user)))
    return jsonify(taxonomy.suggest_tags(request.args.get("q", "")))
