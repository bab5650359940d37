"""Small answers to robots, to those who watch over the machine, and to those who found a hole in it."""

from datetime import timedelta

from flask import Response, current_app, render_template

from exchange.core.models import db, now
from exchange.front import health, queries
from exchange.front.views import front
from exchange.network.service import things
from exchange.network.service.members.directory import ASKED as MEMBERS_ASKED
from exchange.network.service.talk import reading
from exchange.network.service.talk.challenges import path_of as challenge_path
from exchange.practices import service
from exchange.search.query import ARGUMENTS
from exchange.taxonomy import service as taxonomy

ASKED = {  # list → the arguments that it knows
    "/practices": ARGUMENTS,
    "/cities": (*MEMBERS_ASKED, "city", "page"),
    "/offices": ("on",),
    "/challenges": ("state", "topic", "city", "q", "page"),
    "/questions": ("kind", "list", "page"),
    "/events": ("view", "month", "city", "topic", "zone", "page"),
    "/events/past": ("city", "topic", "zone", "page"),
    "/news": ("topic", "page"),
    "/partners": ("kind", "page"),
    "/positions": ("page",),
    "/transfers": ("stage", "from", "to", "topic", "page"),
    "/collections": ("page",),
}
CLOSED = (  # to robots: questions without end, and what is no page to be found
    *(f"{path}?*" for path in ASKED),
    *(f"{path}?{name}=" for path, names in ASKED.items() for name in names),  # for robots that know no star
    "/practices.",
    "/cities.",
    "/coverage/",
    "/coverage?",
    "/practices/clusters.json",
    "/suggest.json",
    "/write",
    "/review",
    "/desk",
    "/audit",
    "/links/",
    "/account",
    "/alerts",
    "/clearance/",
    "/answers/",
    "/confirm/",
    "/language",
    "/challenges/new",
    "/challenges/matching",
    "/questions/new",
    "/reports",
    "/vetting",
    "/events/new",
    "/news/new",
    "/partners/new",
    "/positions/new",
    "/people",
    "/letters",
    "/sign-in",
    "/sign-up",
    "/forgotten",
)

OPEN = (  # pages of lists, which the sitemap names
    "/",
    "/practices",
    "/cities",
    "/network",
    "/offices",
    "/coverage",
    "/about",
    "/challenges",
    "/questions",
    "/events",
    "/events/past",
    "/news",
    "/partners",
    "/positions",
    "/transfers",
    "/collections",
    "/figures",
)


@front.get("/health/live")
def live():
    """The process answers; touches nothing."""
    return {"status": "alive"}


@front.get("/health/ready")
def ready():
    checks = health.readiness()
    good = all(ok for ok, _ in checks.values())
    words = {name: "ok" if ok else detail for name, (ok, detail) in checks.items()}
    return {"status": "ready" if good else "not ready", "checks": words}, 200 if good else 503


@front.get("/robots.txt")
def robots():
    base = current_app.config["SETTINGS"].base_url
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {base}/sitemap.xml"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@front.get("/sitemap.xml")
def sitemap():
    base = current_app.config["SETTINGS"].base_url
    pages = [(path, None) for path in OPEN]
    pages += [(f"/topics/{slug}", None) for slug, topic in taxonomy.topics().items() if topic.stands]
    pages += [(f"/cities/{slug}", None) for slug in queries.city_slugs()]
    pages += [(service.path_of(row, row.title), row.published_at) for row in queries.public_titles()]
    pages += [(challenge_path(one), one.changed_at) for one in db.session.scalars(reading.listed())]
    pages += things.public_pages()
    return Response(render_template("front/sitemap.xml", base=base, pages=pages), mimetype="application/xml")


@front.get("/.well-known/security.txt")
def security():
    expires = (now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    text = render_template("front/security.txt", settings=current_app.config["SETTINGS"], expires=expires)
    return Response(text, mimetype="text/plain")
