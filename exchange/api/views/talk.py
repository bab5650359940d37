"""Challenges for machines: the list and one of them as JSON, the latest as an Atom feed.

Nothing is taken from them but what their pages show to everyone: hidden things are in none of these.
"""

import json
from itertools import chain

from flask import Response, abort, render_template, request
from flask_login import AnonymousUserMixin
from sqlalchemy import func, select

from exchange.api import feeds
from exchange.api.facts import absolute, one_line
from exchange.api.views import api
from exchange.core import i18n
from exchange.core.markup import plain
from exchange.core.models import db
from exchange.core.pages import page_count
from exchange.network.models.talk import Challenge
from exchange.network.service.talk import challenges, reading, reports
from exchange.taxonomy import service as taxonomy

FED = 50
VISITOR = AnonymousUserMixin()  # whoever asks reads what everyone reads


@api.get("/challenges.json")
def challenges_json():
    """A page of the list, by the same arguments as its page."""
    wish = reading.Wish.from_args(request.args)
    found, total = reading.challenges(wish, FED)
    counts = reading.counts(found)
    told = {
        "total": total,
        "page": wish.page,
        "pages": page_count(total, FED),
        "items": [item(one, counts.get(one.id, (0, 0))) for one in found],
    }
    return answered(json.dumps(told, ensure_ascii=False, indent=1), "application/json")


@api.get("/challenges/<ref>.json")
def challenge_json(ref):
    """One challenge whole: its text, its answers and the comments on them."""
    found = find(ref)
    talk = reading.conversation(found, VISITOR)
    told = {
        **item(found, (len(talk.answers), len(talk.helped))),
        "text": found.text,
        "constraints": found.constraints or None,
        "asked_by": found.asked_by or None,
        "outcome": found.outcome or None,
        "answers": [answer(one, talk) for one in talk.answers],
        "comments": remarks(talk, None),
    }
    return answered(json.dumps(told, ensure_ascii=False, indent=1), "application/json")


@api.get("/challenges.atom")
def challenge_feed():
    """The latest challenges that everyone reads, the newest first."""
    newest = reading.listed().order_by(Challenge.at.desc(), Challenge.id.desc()).limit(FED)
    found = db.session.scalars(newest).all()
    latest = db.session.scalar(select(func.max(Challenge.changed_at))) or feeds.LONG_AGO
    text = render_template(
        "api/challenges.xml",
        found=found,
        updated=max(chain([latest], (one.changed_at for one in found))),
        stamp=feeds.stamp,
        absolute=absolute,
        path_of=challenges.path_of,
        one_line=one_line,
        summary_of=summary_of,
        topics=taxonomy.topics(),
    )
    return answered(text, "application/atom+xml; charset=utf-8")


def find(ref):
    found = challenges.find(ref.split("-")[0].upper())
    if found is None or reports.hiding_of(found) is not None:
        abort(404)
    return found


def item(one, counts):
    """What a list tells of a challenge; people are not named to machines."""
    answers, helped = counts
    return {
        "id": one.public_id,
        "title": one.title,
        "url": absolute(challenges.path_of(one)),
        "city": one.city.label(i18n.language()),
        "city_slug": one.city.slug,
        "country": one.city.country,
        "topics": one.topics,
        "state": "open" if one.is_open else "closed",
        "by_when": one.by_when,
        "posed": feeds.stamp(one.at),
        "closed": feeds.stamp(one.closed_at) if one.closed_at else None,
        "language": one.language,
        "demonstration": one.is_demonstration,
        "answers_total": answers,
        "helped_total": helped,
    }


def answer(one, talk):
    practice = talk.brought.get(one.practice_id)
    return {
        "kind": one.kind,
        "city": one.city.label(i18n.language()),
        "city_slug": one.city.slug,
        "at": feeds.stamp(one.at),
        "text": one.text,
        "language": one.language,
        "helped": one.helped_at is not None,
        "practice": {"id": practice.public_id, "title": practice.title, "url": absolute(practice.path)}
        if practice
        else None,
        "comments": remarks(talk, one.id),
    }


def remarks(talk, beneath):
    return [
        {
            "city": one.city.label(i18n.language()) if one.city else None,
            "at": feeds.stamp(one.at),
            "text": one.text,
            "language": one.language,
        }
        for one in talk.comments.get(beneath, ())
    ]


def summary_of(challenge):
    return one_line(plain(challenge.text))[:600]


def answered(text, content_type):
    response = Response(text, content_type=content_type)
    response.add_etag()
    return response.make_conditional(request)
