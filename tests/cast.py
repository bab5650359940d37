"""The cast: Ana of Porto, Bruno the moderator, Chloé the outsider … and the stage they play on."""

import atexit
import io
import os
import shutil
from functools import cache

import psycopg
from flask_wtf.csrf import generate_csrf
from PIL import Image
from sqlalchemy import delete
from sqlalchemy.engine import make_url

from exchange.accounts import service as accounts
from exchange.accounts.models import City, Membership, User
from exchange.core.journal import News
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.practices import media, schema, translating
from exchange.practices import service as practices
from exchange.practices.service import fingerprint
from exchange.taxonomy import seed as taxonomy_seed

POSTGRES = os.environ.get("EXCHANGE_TEST_DATABASE_URL", "")  # a server's address: the suite runs on it
PASSWORD = "nine lives of the tram depot"
CITIES = {
    "porto": ("Porto", "PT", 41.15, -8.61, {"fr": "Porto"}),
    "wien": ("Wien", "AT", 48.21, 16.37, {"en": "Vienna", "fr": "Vienne", "es": "Viena", "de": "Wien"}),
    "dakar": ("Dakar", "SN", 14.69, -17.44, {}),
}


# People. Each role of the access table has one.


def person(name, *roles, city=None, city_admin=False, member_state="approved", verified=True, **more):
    """A user with a password, roles and perhaps a city; flushed, not committed."""
    user = User(
        email=f"{name.lower()}@cast.example",
        name=name,
        password_hash=quick_hash(),
        verified_at=now() if verified else None,
        **more,
    )
    db.session.add(user)
    db.session.flush()
    for role in roles:
        accounts.grant(user, role)
    if city:
        user.memberships.append(Membership(city=find_city(city), state=member_state, is_admin=city_admin))
    db.session.flush()
    return user


@cache
def quick_hash():
    return accounts.passwords.hasher.hash(PASSWORD)


def find_city(slug):
    city = accounts.find_city(slug)
    if not city:
        name, country, lat, lon, names = CITIES[slug]
        city = City(slug=slug, name=name, country=country, lat=lat, lon=lon, names=names, is_member=True)
        db.session.add(city)
        db.session.flush()
    return city


def ana(**more):
    """Ana writes for Porto."""
    return person("Ana", city="porto", **more)


def bruno():
    """Bruno moderates."""
    return person("Bruno", "moderator")


def chloe():
    """Chloé is registered and belongs nowhere: the outsider."""
    return person("Chloe")


def client_of(app, user):
    """A browser in which this person is signed in (None: nobody is)."""
    client = app.test_client()
    if user is not None:
        with app.app_context():
            token = accounts.start_session(db.session.get(User, user.id))
            db.session.commit()
        client.set_cookie("exchange", f"s.{token}")
    return client


def token_for(app, client):
    """The token that this browser's forms carry; an anonymous one opens a form for it first."""
    cookie = client.get_cookie("exchange")
    if cookie is None:
        client.get("/sign-in")
        cookie = client.get_cookie("exchange")
    with app.test_request_context("/", headers={"Cookie": f"exchange={cookie.value}"}):
        return generate_csrf()


# Cases


ANSWERS = {
    "summary": "Residents decide how a part of the budget is spent.",
    "lead_unit": "Participation office",
    "scale": "city",
    "topics": ["governance", "social-inclusion"],
    "stage": "running",
    "start": "2015",
    "challenge": "Few people believed that the council listened.",
    "solution": "Every spring, assemblies in each parish propose and vote.",
    "contacts": [
        {
            "name": "Participation office",
            "mail": "office@porto.example",
            "languages": ["pt", "en"],
            "open_to": ["mail"],
            "shown_to": "public",
        }
    ],
    "licence": "CC-BY-4.0",
    "declarations": list(schema.DECLARATIONS),
    "objectives": "More people take part.",
    "sdgs": [{"goal": 11, "target": "11.3", "why": "Participatory planning"}],
    "actors": [{"name": "City council", "role": "lead"}],
    "competence_needed": "city",
    "cost_band": "100k-1m",
    "results": [
        {
            "indicator": "Voters",
            "kind": "outcome",
            "unit": "people",
            "baseline": "1200",
            "baseline_when": "2015",
            "value": "5400",
            "value_when": "2019",
            "method": "city-count",
            "source": "Participation office, yearly count",
        }
    ],
    "evidence_design": "before-after",
    "evidence_independence": "own",
    "success_factors": "The council kept its promises.",
    "obstacles": [{"obstacle": "Distrust", "handled": "Open accounts", "solved": "partly"}],
    "transfer_conditions": [{"condition": "A budget line of its own", "firmness": "must", "note": "1 %"}],
}


def draft(by, title="A budget that residents decide", city="porto", language="en", **answers):
    """A draft with every answer that gates S and P ask for, unless overridden (None removes one)."""
    revision = practices.begin(by, find_city(city), title, language)
    wanted = {**ANSWERS, **answers}
    practices.write(revision, {name: value for name, value in wanted.items() if value is not None}, {})
    db.session.flush()
    return revision


def published(by, moderator, title="A budget that residents decide", told_by=None, media=(), **answers):
    """The practice of a case that went the whole way: told, submitted, read, approved, public."""
    revision = draft(by, title=title, **answers)
    review = moderation.submit(revision, by)
    moderation.take(review, moderator)
    moderation.decide(review, "approve", moderator, design="before-after", independence="own")
    revision.practice.told_by = told_by or "city"
    db.session.flush()
    return revision.practice


def translation(practice, by, language="fr", **texts):
    """A draft of a translation; `texts` by their place, dots written as two underscores."""
    made = translating.begin(practice, language, by)
    told = {key.replace("__", "."): text for key, text in texts.items()}
    translating.save(made, practices.public_revision(practice), told, (), by)
    return made


def translated(practice, by, moderator, language="fr", **texts):
    """A translation that went the whole way: written, submitted, read, public."""
    made = translation(practice, by, language, **texts)
    translating.submit(made, by)
    moderation.decide_translation(made, "approve", moderator)
    return made


def next_published(practice, by, moderator, **answers):
    """The case has a newer public version, told and judged like the first; returns it."""
    draft = practices.next_draft(practices.public_revision(practice), by)
    practices.write(draft, answers or {"objectives": "Even more people take part."}, {})
    db.session.flush()
    review = moderation.submit(draft, by)
    moderation.take(review, moderator)
    moderation.decide(review, "approve", moderator, design="before-after", independence="own")
    return draft


def picture(width=400, height=300, shape="PNG"):
    """The bytes of a real picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "#1a3c7d").save(buffer, shape)
    return buffer.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def put_media(practice, by):
    """A picture and a document of a practice; which revision shows them is another matter."""
    image = media.keep(media.read_image(io.BytesIO(picture()), "square.png"), practice, by)
    document = media.keep(media.read_document(io.BytesIO(PDF), "report.pdf"), practice, by)
    return image, document


def public_media(practice, by):
    """A picture and a document that the public revision shows (written in behind the review's back)."""
    image, document = put_media(practice, by)
    revision = practices.public_revision(practice)
    rows = {
        "media": [{"file": image.id, "alt": "A square", "credit": "Porto", "licence": "CC BY 4.0"}],
        "documents": [{"file": document.id, "name": "Report", "language": "en"}],
    }
    practices.write(revision, rows, {})
    revision.approved_hash = revision.content_hash
    db.session.flush()
    return image, document


# The stage


def vocabulary():
    """The words that come with the program; that they came is no news to anyone."""
    taxonomy_seed.seed_vocabulary()
    db.session.execute(delete(News))


def database_url(folder, postgres, name):
    if not postgres:
        return f"sqlite:///{folder / 'exchange.sqlite'}"
    name = f"{name}_{worker_suffix()}"
    run_on_server(postgres, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    return make_url(postgres).set(database=name).render_as_string(hide_password=False)


def copied_database(template, folder, postgres):
    """A copy of the template, named after the folder; on SQLite the file has been copied already."""
    if not postgres:
        return f"sqlite:///{folder / 'exchange.sqlite'}"
    name = f"test_{worker_suffix()}_{fingerprint(str(folder))[:12]}"
    copy_database(postgres, f"template_{worker_suffix()}", name)
    return make_url(postgres).set(database=name).render_as_string(hide_password=False)


def copy_database(postgres, source, target):
    run_on_server(
        postgres,
        f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)',
        f'CREATE DATABASE "{target}" TEMPLATE "{source}"',
    )


def keep(app, folder):
    """Remember the database as it is now, for `bring_back`."""
    name = db_name(app)
    if name:
        copy_database(POSTGRES, name, f"{name}_kept")
    else:
        shutil.copy(folder / "exchange.sqlite", folder / "kept.sqlite")


def bring_back(app, folder):
    name = db_name(app)
    if name:
        copy_database(POSTGRES, f"{name}_kept", name)
        return
    for leftover in folder.glob("exchange.sqlite*"):
        leftover.unlink()
    shutil.copy(folder / "kept.sqlite", folder / "exchange.sqlite")


def move_in(app, source):
    """All that the source holds, in an app that nobody has used yet: database, index, files."""
    if name := db_name(app):
        copy_database(POSTGRES, db_name(source), name)
    home, here = (one.config["SETTINGS"].instance for one in (source, app))
    shutil.copytree(home, here, symlinks=True, dirs_exist_ok=True)


def db_name(app):
    """The name of the app's PostgreSQL database; '' on SQLite."""
    url = make_url(app.config["SETTINGS"].database_url)
    return url.database if url.drivername.startswith("postgresql") else ""


def worker_suffix():
    return os.environ.get("PYTEST_XDIST_WORKER", "solo")


def run_on_server(postgres, *statements):
    for statement in statements:
        line_to(postgres).execute(statement)


@cache
def line_to(postgres):
    """A connection that stays open: every test makes a database and drops it."""
    address = make_url(postgres).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(address, autocommit=True)
    atexit.register(connection.close)
    return connection


def drop_database(app):
    if name := db_name(app):
        run_on_server(POSTGRES, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
