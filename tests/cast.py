"""The cast: Ana of Porto, Bruno the moderator, Chloé the outsider … and the stage they play on."""

import shutil
from functools import cache

import psycopg
from sqlalchemy.engine import make_url

from exchange.accounts import service as accounts
from exchange.accounts.models import City, Membership, User
from exchange.core.models import db, now
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.taxonomy import seed as taxonomy_seed

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
        user.memberships.append(
            Membership(user=user, city=find_city(city), state=member_state, is_admin=city_admin)
        )
    db.session.flush()
    return user


@cache
def quick_hash():
    return accounts.hasher.hash(PASSWORD)


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


def csrf_of(app, client):
    """The secret that this browser's forms carry."""
    with app.app_context():
        cookie = client.get_cookie("exchange")
        row = accounts.find_session(cookie.value[2:])
        secret = row.csrf
    from flask_wtf.csrf import generate_csrf

    with app.test_request_context():
        from flask import session

        session["csrf_token"] = secret
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


# The stage


def vocabulary():
    taxonomy_seed.seed_topics()


def database_url(folder, postgres, name):
    if not postgres:
        return f"sqlite:///{folder / 'exchange.sqlite'}"
    name = f"{name}_{worker_suffix()}"
    run_on_server(postgres, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    return make_url(postgres).set(database=name).render_as_string(hide_password=False)


def copied_database(template, folder, postgres):
    if not postgres:
        return f"sqlite:///{folder / 'exchange.sqlite'}"
    name = f"test_{worker_suffix()}"
    run_on_server(
        postgres,
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "template_{worker_suffix()}"',
    )
    return make_url(postgres).set(database=name).render_as_string(hide_password=False)


def worker_suffix():
    import os

    return os.environ.get("PYTEST_XDIST_WORKER", "solo")


def run_on_server(postgres, *statements):
    address = make_url(postgres).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def drop_database(app):
    shutil.rmtree(app.config["SETTINGS"].index, ignore_errors=True)
