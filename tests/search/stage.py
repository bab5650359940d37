"""A network with public cases in the index, for the tests of finding."""

from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.search import indexing, service
from exchange.search.engines.whoosh_engine import WhooshEngine
from exchange.search.query import Query
from tests import cast

CASES = (  # title, and what differs from the cast's usual answers
    ("Rent regulation street by street", dict(topics=["rent-regulation"], stage="piloting", start="2019")),
    (
        "Une coopérative de logements",
        dict(language="fr", topics=["cooperatives-land-trusts"], start="2006-05"),
    ),
    ("Carriles para bicicletas", dict(language="es", topics=["cycling"], city="dakar", tags=["Bicis"])),
    ("Fahrradstraßen in Zürich", dict(language="de", topics=["cycling"], city="wien", stage="scaled")),
)
PLAIN = dict(summary="Told in few words.", challenge="Something was wrong.", solution="Something was done.")


def play(app, cases=CASES, index=True):
    """Ana's cases, approved by Bruno and indexed; returns title → public id."""
    with app.app_context():
        bruno = moderator()
        told = {title: tell(bruno, title, answers) for title, answers in cases}
        db.session.commit()
        if index:
            indexing.repair()
        return told


def tell(bruno, title, answers):
    by = author_of(answers.get("city", "porto"))
    return cast.published(by, bruno, title, **{**PLAIN, **answers}).public_id


def author_of(city):
    """Someone who writes for that city: Ana for Porto."""
    name = {"porto": "Ana"}.get(city, city.title())
    return accounts.find_user(f"{name.lower()}@cast.example") or cast.person(name, city=city)


def moderator():
    return accounts.find_user("bruno@cast.example") or cast.bruno()


def forget_the_index(app):
    """As in a process that has just begun: nothing of the index is open yet."""
    app.extensions["search"] = WhooshEngine(app.config["SETTINGS"].index)


def ask(app, q="", language="en", **more):
    """The Answer that a visitor gets, in a request of its own."""
    with app.test_request_context():
        return service.find(Query(q=q, language=language, **more))


def titles(answer):
    return [hit.revision.title for hit in answer.hits]
