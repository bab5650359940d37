"""The pages that gather several rooms, and the small public answers around them."""

from datetime import timedelta
from functools import lru_cache

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n, maps
from exchange.core.models import now
from exchange.core.web import require
from exchange.front import health, queries
from exchange.front.acts import act_name
from exchange.moderation import service as moderation
from exchange.moderation.service import batches
from exchange.network import service as network
from exchange.practices import schema, service, shown, translating
from exchange.search import service as search
from exchange.search.query import ARGUMENTS, Query
from exchange.taxonomy import service as taxonomy

front = Blueprint("front", __name__)
COVERS = {"lead": (513, 330), "case": (376, 235), "card": (376, 197), "mini": (140, 84)}  # px
RADIUS_KM = {"street": 600, "district": 600, "region": 2500}
CITY_RADIUS_KM = 1800
SHOWN = ("public", "unlisted", "archived")
CLOSED = (  # to robots: questions without end, and what is no page to be found
    "/practices?*",
    *(f"/practices?{name}=" for name in ARGUMENTS),  # for robots that know no star
    "/practices.",
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
    "/people",
    "/letters",
    "/sign-in",
    "/sign-up",
    "/forgotten",
)


def init_app(app):
    from exchange.front import coverage_views  # noqa: F401 – its routes hang on the blueprint

    shown.init_app(app)
    app.jinja_env.globals.update(
        place_of=lambda practice, revision: service.place_of(practice, revision.answers),
        coordinates=maps.coordinates_label,
        root_of=root_of,
        country_name=taxonomy.country_name,
        goal_name=taxonomy.goal_name,
        slug_of=service.slug_of,
        tag_slug=taxonomy.tag_slug,
        contents_of=shown.contents_of,
        open_answers=schema.open_answers,
    )
    app.jinja_env.globals.update(act_name=act_name)
    from exchange.front import audit  # noqa: F401 – its routes hang on the blueprint

    app.register_blueprint(front)


@front.get("/")
def home():
    everything = search.find(Query(language=i18n.language(), per_page=1))
    cities = everything.results.facets.get("city", {})
    places = queries.places(cities)
    return render_template(
        "front/home.html",
        everything=everything,
        newest=queries.newest(4),
        topics=taxonomy.topics(),
        counts=counts_of(everything, "topic"),
        worlds=worlds(places) if places else (),
        names_of=names_of,
        discontinued=counts_of(everything, "stage").get("discontinued", 0),
        cities=len(cities),
    )


def counts_of(results, facet):
    return {value.value: value.count for value in results.facets.get(facet, [])}


def worlds(places):
    """The world map drawn wide and narrow: (name, width, height, [(Cluster, its cities)])."""
    return [
        (name, width, round(maps.WORLD_HEIGHT * width / maps.WORLD_WIDTH), clusters(places, width))
        for name, width in (("wide", maps.WORLD_WIDTH), ("narrow", 280))
    ]


def clusters(places, width):
    """Circles in px of a map of that width, each with its cities."""
    by_slug = {city.slug: city for city, _ in places}
    spots = tuple((city.slug, city.lat, city.lon, count) for city, count in places)
    return [(one, [by_slug[slug] for slug in sorted(set(one.keys))]) for one in circles(spots, width)]


@lru_cache(maxsize=8)
def circles(spots, width):
    """One key per practice, so that a circle grows with them. Remembered until a case comes or goes."""
    scale, points = width / maps.WORLD_WIDTH, []
    for slug, lat, lon, count in spots:
        x, y = maps.world_xy(lat, lon)
        points += [(x * scale, y * scale, slug)] * count
    return maps.clusters(points, 2)


def names_of(cities, most=5):
    names = [city.label(i18n.language()) for city in cities]
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


@front.get("/practices/<ref>")
def case(ref):
    practice = service.find(ref.split("-")[0])
    if practice is None:
        abort(404)
    if practice.merged_into_id:
        return to_where_it_went(practice)
    if practice.visibility == "tombstone":
        return render_template("front/tombstone.html", practice=practice), 410
    revision = service.public_revision(practice)
    if practice.visibility not in SHOWN or revision is None:
        require(practice.may_be_seen_by(current_user))
        return redirect(url_for("moderation.preview", public_id=practice.public_id), 303)
    path = service.path_of(practice, revision.title)
    if request.path != path:
        return redirect(path, 301)
    return show_case(practice, revision)


@front.get("/practices/<public_id>/revisions/<int:number>")
def revision(public_id, number):
    practice = service.find(public_id)
    found = service.revision_number(practice, number) if practice else None
    if practice and practice.merged_into_id and not (found and is_moderator()):
        return to_where_it_went(practice)
    if practice and practice.merged_into_id:
        return show_case(practice, found)
    if practice and practice.visibility == "tombstone":
        return render_template("front/tombstone.html", practice=practice), 410
    if found is None or practice.visibility not in SHOWN:
        abort(404)
    return show_case(practice, found)


def is_moderator():
    return current_user.is_authenticated and current_user.is_moderator


def to_where_it_went(practice):
    """The address of a case that was merged leads to the one that goes on; a merger may be undone."""
    heir = service.stands_for(practice)
    revision = service.public_revision(heir)
    path = service.path_of(heir, revision.title) if revision else f"/practices/{heir.public_id}"
    answer = redirect(f"{path}?merged={practice.public_id}", 301)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def came_from(practice):
    """The merged case whose address led here, or None."""
    public_id = request.args.get("merged", "")
    named = service.find(public_id) if public_id.isalnum() else None
    leads_here = named and named.merged_into_id and service.stands_for(named).id == practice.id
    return named if leads_here else None


def as_read(revision):
    """(the text as this reader gets it, the languages in which it can be read besides its own).

    The reader's language comes first where somebody translated it; `?text=` asks for another, or for
    the original.
    """
    if revision.state != "published":
        return revision, []
    languages = [one.language for one in translating.public_of([revision.practice_id])]
    wanted = request.args.get("text") or i18n.language()
    return (translating.in_language(revision, wanted) if wanted in languages else revision), languages


def show_case(practice, revision):
    approval = moderation.approval_of(revision)
    current = revision if revision.state == "published" else service.public_revision(practice)
    told, languages = as_read(revision)
    return render_template(
        "front/case.html",
        practice=practice,
        revision=told,
        original=revision,
        told_in=languages,
        may_translate=translating.may_translate(practice, current_user),
        merged=came_from(practice),
        mergers=moderation.merged_into(practice) if is_moderator() else (),
        approval=approval,
        review=approval.review if approval else None,
        vetting=batches.vetting_of(revision),
        versions=queries.versions(practice),
        note=moderation.public_note(revision),
        topics=topics_of(revision),
        checks=moderation.checks_of([practice.id]),
        evaluations=moderation.evaluations_of(practice),
        may_propose=revision is current and moderation.may_propose(practice, current_user),
        may_check=moderation.may_check(practice, current_user),
        similar=search.related(practice, i18n.language()),
        settings=current_app.config["SETTINGS"],
        public_path=service.path_of(practice, (current or revision).title),
    )


def topics_of(revision):
    tree = taxonomy.topics()
    return [tree[slug] for slug in revision.get("topics", []) if slug in tree]


def root_of(revision):
    """The root topic that gives a case its colour, or ''."""
    found = topics_of(revision)
    return found[0].root if found else ""


@front.get("/covers/<practice>-<size>.svg")
def cover(practice, size):
    """The cover drawn from a case's own data; as public as the case itself."""
    found = service.find(practice)
    if found is None or size not in COVERS:
        abort(404)
    revision = service.public_revision(found)
    is_public = found.visibility in SHOWN and revision is not None
    if not is_public:
        require(found.may_be_seen_by(current_user))
        revision = service.latest_revision(found)
    place = service.place_of(found, revision.answers)
    if place is None:
        abort(404)
    radius = RADIUS_KM.get(revision.get("scale"), CITY_RADIUS_KM)
    answer = Response(draw_cover(*place, root_of(revision), *COVERS[size], radius), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "public, max-age=86400" if is_public else "private, no-store"
    return answer


@lru_cache(maxsize=4096)
def draw_cover(lat, lon, colour, width, height, radius):
    return maps.cover_svg(lat, lon, colour, width, height, radius)


@front.get("/cities")
def cities():
    return render_template("front/cities.html", rows=queries.cities(), regions=taxonomy.regions())


@front.get("/cities/<slug>")
def city(slug):
    found = accounts.find_city(slug) or abort(404)
    region = maps.regional_svg(found.lat, found.lon, 560, 420, 1800) if found.lat is not None else None
    return render_template(
        "front/city.html",
        city=found,
        region=region,
        practices=queries.practices_of(found),
        terms=network.timeline_of(found),
        topics=taxonomy.topics(),
    )


@front.get("/topics/<slug>")
def topic(slug):
    tree = taxonomy.topics()
    found = tree.get(slug) or abort(404)
    if not found.stands:
        return redirect(url_for("front.topic", slug=taxonomy.current("topic", [slug])[0]), 301)
    results = search.find(
        Query(language=i18n.language(), filters={"topic": [slug]}, sort="newest", per_page=12)
    )
    counts = counts_of(results, "topic")
    return render_template(
        "front/topic.html",
        topic=found,
        results=results,
        children=[one for one in tree.values() if one.parent_id == found.id and is_shown(one, counts)],
        counts=counts,
    )


def is_shown(topic, counts):
    """A retired topic stands where there are cases of it."""
    return topic.is_offered or (topic.stands and counts.get(topic.slug))


@front.get("/about")
def about():
    return render_template("front/about.html", settings=current_app.config["SETTINGS"])


# Small answers


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
    pages = [("/", None), ("/practices", None), ("/cities", None), ("/coverage", None), ("/about", None)]
    pages += [(f"/topics/{slug}", None) for slug, topic in taxonomy.topics().items() if topic.stands]
    pages += [(f"/cities/{slug}", None) for slug in queries.city_slugs()]
    pages += [(service.path_of(row, row.title), row.published_at) for row in queries.public_titles()]
    return Response(render_template("front/sitemap.xml", base=base, pages=pages), mimetype="application/xml")


@front.get("/.well-known/security.txt")
def security():
    expires = (now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    text = render_template("front/security.txt", settings=current_app.config["SETTINGS"], expires=expires)
    return Response(text, mimetype="text/plain")
