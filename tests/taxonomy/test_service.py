"""The vocabulary and the facts it stands on."""

from exchange.core.models import db
from exchange.taxonomy import seed, service


def test_the_topic_tree_has_its_three_doors_and_names_in_four_languages(app):
    with app.app_context():
        tree = service.topics()
        assert [slug for slug, topic in tree.items() if topic.parent_id is None] == [
            "housing",
            "mobility",
            "sustainability",
        ]
        assert tree["cycling"].root == "mobility"
        assert all(set(topic.names) == {"en", "fr", "es", "de"} for topic in tree.values())


def test_seeding_again_keeps_the_names_that_people_gave(app):
    with app.app_context():
        service.topics()["cycling"].names = {"en": "Bicycles"}
        db.session.flush()
        seed.seed_topics()
        assert service.topics()["cycling"].names == {"en": "Bicycles"}


def test_countries_regions_and_goals_speak_four_languages():
    assert service.country_name("DE", "fr") == "Allemagne"
    assert service.regions_of("BR") == ["019", "419"]
    assert service.regions_of("??") == []
    assert service.region_name("419", "de") == "Lateinamerika und Karibik"
    assert len(service.goals()) == 17 and service.goal_name(11, "es") == "Ciudades y Comunidades Sostenibles"
    for country in service.countries().values():
        assert all(country["names"].values())


def test_a_tag_is_one_word_whatever_its_case_and_spaces(app):
    with app.app_context():
        service.let_in_tags(["Public space", "public  SPACE", "Öffentlicher Raum", "!!"])
        service.let_in_tags(["public space"])
        db.session.flush()
        assert len(service.suggest_tags("pub")) == 1
        assert service.suggest_tags("öff") == ["Öffentlicher Raum"]
        assert service.suggest_tags("%") == []
