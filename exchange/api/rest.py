"""JSON: the search page for machines."""

import json
from dataclasses import replace
from itertools import islice

from flask import request
from sqlalchemy.orm import Session

from exchange.api import claims
from exchange.api.exports import listed
from exchange.api.facts import absolute, freshness_of, labels_of
from exchange.core.models import db, reading
from exchange.moderation import service as moderation
from exchange.practices import translating
from exchange.search import service as search


def as_json(query):
    """The same question, the same answer: one page of it when `page` is asked for, else every case."""
    if "page" in request.args:
        answer = search.find(query)
        return written(answer, answer.hits, answer.pages)
    answer = search.find(replace(query, per_page=1))
    return written(answer, search.everything(query, for_readers=True), min(answer.total, 1))


def written(answer, cases, pages):
    head = {
        "total": answer.total,
        "page": answer.query.page,
        "pages": pages,
        "took_ms": answer.results.took_ms,
        "engine": answer.results.engine,
        "degraded": answer.degraded,
        "read_as": answer.read_as,
        "ignored": answer.ignored,
        "loose": answer.results.loose,
        "suggestion": answer.results.suggestion,
        "facets": {name: [facet_value(one) for one in values] for name, values in answer.facets.items()},
    }
    before = json.dumps(head, ensure_ascii=False)[:-1] + ', "items": ['
    return listed(before, items(iter(cases), answer.query.language), "]}")


def items(cases, language):
    """Every case as an item, with what stands beside its text fetched batch by batch."""
    while batch := list(islice(cases, search.BATCH)):
        checks, translations = beside(batch)
        yield from (item(case, language, checks, translations.get(case.practice.id, {})) for case in batch)


def beside(cases):
    """The checks of their figures, and their titles and summaries in other languages."""
    ids = [case.practice.id for case in cases]
    with reading(), Session(db.engine) as session:
        return moderation.checks_of(ids, session), translating.first_words(ids, session)


def item(case, language, checks, translations):
    """A found case: country, topics and goals as they stand in filters, the city by its name.

    `title` and `summary` are as they were written; `translations` has them in other languages.
    """
    start = str(case.revision.get("start"))[:4]
    return {
        "id": case.practice.public_id,
        "title": case.revision.title,
        "url": absolute(case.path),
        "summary": case.revision.summary,
        "city": case.city.label(language) if case.city else None,
        "country": case.country,
        "topics": [topic.slug for topic in case.topics],
        "sdgs": [int(row["goal"]) for row in case.revision.get("sdgs", []) if row.get("goal")],
        "year": int(start) if start.isdecimal() else None,
        "language": case.revision.language,
        "times_taken_up": case.practice.times_taken_up,
        "translations": translations,
        **freshness_of(case.practice),
        "labels": labels_of(case.practice),
        "snippet": case.plain_snippet,
        "results": claims.claims(case.practice, case.revision, checks),
    }


def facet_value(one):
    return {"value": one.value, "label": one.label, "count": one.count}
