"""Every name by which a value may be asked for, in few queries."""

import pytest
from sqlalchemy import event

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.search import vocabulary
from exchange.search.query import Name
from exchange.taxonomy import service as taxonomy
from tests import cast


@pytest.fixture
def bruno(app):
    with app.app_context():
        yield cast.bruno()


def names():
    return vocabulary.names(db.session)


def test_topics_goals_countries_regions_cities_and_tags_are_asked_for_in_every_language(bruno):
    cast.find_city("wien")
    taxonomy.let_in_tags(["Öffentlicher Raum"])
    assert set(names()) >= {
        Name("topic", "housing", "Logement", "fr"),
        Name("topic", "cycling", "Bicicleta", "es"),
        Name("sdg", "11", "Nachhaltige Städte und Gemeinden", "de"),
        Name("sdg", "11", "SDG 11", ""),
        Name("sdg", "11", "ODD 11", ""),
        Name("sdg", "11", "ODS11", ""),
        Name("country", "DE", "Allemagne", "fr"),
        Name("region", "419", "América Latina y el Caribe", "es"),
        Name("city", "wien", "Wien", ""),
        Name("city", "wien", "Vienna", "en"),
        Name("tag", "öffentlicher-raum", "Öffentlicher Raum", ""),
        Name("topic", "cycling", "Radweg", "de", synonym=True),
        Name("country", "GB", "UK", "", synonym=True),
    }


def test_no_name_comes_twice_and_none_is_empty(bruno):
    found = names()
    assert len(set(found)) == len(found)
    assert all(name.text.strip() for name in found)


def test_a_removed_synonym_is_no_name(bruno):
    (one,) = [one for one in taxonomy.synonyms("topic") if one.text == "Radweg"]
    taxonomy.remove_synonym(one, bruno)
    assert "Radweg" not in {name.text for name in names()}


def test_four_queries_for_one_city_and_for_many(bruno):
    costs = []
    for many in (1, 50):
        add_cities(many)
        costs.append(queries_of(names))
    assert costs == [4, 4]


def add_cities(many):
    for number in range(many):
        names = {"fr": f"Ville {number}"}
        db.session.add(City(slug=f"city-{many}-{number}", name=f"City {number}", country="FR", names=names))
        taxonomy.let_in_tags([f"Tag {many} {number}"])
    db.session.flush()
    db.session.expire_all()


def queries_of(act):
    seen = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_the_fingerprint_tells_whether_a_name_changed(bruno):
    before = vocabulary.fingerprint(names())
    assert vocabulary.fingerprint(names()) == before
    added = taxonomy.add_synonym("topic", "cycling", "pushbike", "en", bruno)
    changed = vocabulary.fingerprint(names())
    taxonomy.remove_synonym(added, bruno)
    assert changed != before == vocabulary.fingerprint(names())
