"""JSON resources."""

from flask import Blueprint, current_app, jsonify, request

from exchange.core import i18n
from exchange.search import service as search
from exchange.search.query import Query

api = Blueprint("api", __name__)


def init_app(app):
    app.register_blueprint(api)


@api.get("/practices.json")
def practices_json():
    """The search page for machines: the same question, the same answer."""
    answer = search.find(Query.from_args(request.args, i18n.language()))
    response = jsonify(
        total=answer.total,
        items=[item(hit, answer.query.language) for hit in answer.hits],
        facets={name: [facet_value(one) for one in values] for name, values in answer.facets.items()},
        page=answer.query.page,
        pages=answer.pages,
        took_ms=answer.results.took_ms,
        engine=answer.results.engine,
        degraded=answer.degraded,
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def item(hit, language):
    """A found case: country, topics and goals as they stand in filters, the city by its name."""
    start = str(hit.revision.get("start"))[:4]
    return {
        "id": hit.practice.public_id,
        "title": hit.revision.title,
        "url": current_app.config["SETTINGS"].base_url.rstrip("/") + hit.path,
        "summary": hit.revision.summary,
        "city": hit.city.label(language) if hit.city else None,
        "country": hit.country,
        "topics": [topic.slug for topic in hit.topics],
        "sdgs": [int(row["goal"]) for row in hit.revision.get("sdgs", []) if row.get("goal")],
        "year": int(start) if start.isdecimal() else None,
        "language": hit.revision.language,
        "snippet": hit.plain_snippet,
    }


def facet_value(one):
    return {"value": one.value, "label": one.label, "count": one.count}
