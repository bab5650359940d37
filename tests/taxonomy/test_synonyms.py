"""Moderators teach the vocabulary other words; what they decide outlives every seeding."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from exchange.accounts import service as accounts
from exchange.core.journal import AuditLine, News
from exchange.core.models import db
from exchange.taxonomy import seed, service
from exchange.taxonomy.models import Synonym
from tests import cast
from tests.moderation import stage


@pytest.fixture
def bruno(app):
    with app.app_context():
        yield cast.bruno()


def add(text, by, facet="topic", value="cycling", language="en", **more):
    return service.add_synonym(facet, value, text, language, by, **more)


def texts(value="cycling", facet="topic"):
    return {one.text for one in service.synonyms(facet) if one.value == value}


def lines():
    query = select(AuditLine).where(AuditLine.act == "vocabulary changed")
    return db.session.scalars(query.order_by(AuditLine.id)).all()


def news():
    return db.session.scalars(select(News).where(News.done_at.is_(None))).all()


# Adding


def test_a_synonym_tells_who_added_it_and_is_news(bruno):
    one = add("  velo \n city ", bruno)
    assert (one.text, one.folded, one.added_by_id) == ("velo city", "velo city", bruno.id)
    assert "velo city" in texts()
    (line,) = lines()
    assert (line.subject, line.by_id) == ("vocabulary", bruno.id)
    assert line.details == {"facet": "topic", "value": "cycling", "language": "en", "added": "velo city"}
    assert [(one.act, one.payload["subject"]) for one in news()] == [("vocabulary changed", "vocabulary")]


@pytest.mark.parametrize(
    "facet, value",
    [("topic", "cycling"), ("sdg", "11"), ("country", "PT"), ("tag", "bicis")],
)
def test_topics_goals_countries_and_tags_take_synonyms(bruno, facet, value):
    service.let_in_tags(["Bicis"])
    add("quite another word", bruno, facet=facet, value=value, language="")
    assert texts(value, facet) >= {"quite another word"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": " \x00 "},
        {"text": "!?…"},
        {"text": "x" * 81},
        {"language": "english"},
        {"language": "EN"},
        {"value": "no-such-topic"},
        {"facet": "sdg", "value": "18"},
        {"facet": "country", "value": "pt"},
        {"facet": "region", "value": "150"},
        {"facet": "stage", "value": "running"},
        {"facet": "city", "value": "porto"},  # this room knows no city …
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(bruno, wrong):
    cast.find_city("porto")
    before = len(service.synonyms())
    with pytest.raises(service.NoSynonym):
        add(**{"text": "wheels", "by": bruno, **wrong})
    assert len(service.synonyms()) == before and not lines() and not news()


def test_a_city_takes_synonyms_from_whoever_knows_cities(bruno):
    known = {**service.names(), ("city", "porto"): {"": "Porto", "fr": "Porto"}}
    add("Oporto", bruno, facet="city", value="porto", language="", known=known)
    assert texts("porto", "city") == {"Oporto"}
    with pytest.raises(service.KnownAlready):
        add("PORTO", bruno, facet="city", value="porto", language="es", known=known)


@pytest.mark.parametrize("text", ["Cycling", "  cYCLING", "velo", "Vélo", "ve\u0301lo"])
def test_a_name_needs_no_synonym(bruno, text):
    with pytest.raises(service.KnownAlready):
        add(text, bruno)


def test_the_same_synonym_is_added_once_for_each_language(bruno):
    add("Draisine", bruno, language="de")
    with pytest.raises(service.KnownAlready):
        add("DRAISINE", bruno, language="de")
    add("Draisine", bruno, language="fr")
    assert len(lines()) == 2


@pytest.mark.parametrize(
    "text, others",
    [
        ("parking", [("topic", "parking")]),
        ("Agua", [("topic", "water")]),
        ("géorgie", [("country", "GE")]),
        ("Europa", [("region", "150")]),
        ("Lebensmittel", [("topic", "food")]),  # a synonym that came with the program
    ],
)
def test_a_word_for_something_else_is_taken_only_when_readers_mean_both(bruno, text, others):
    with pytest.raises(service.MeansAnother) as refusal:
        add(text, bruno)
    assert refusal.value.others == others and not lines()
    add(text, bruno, means_both=True)
    assert text in texts()


def test_a_word_whose_other_meaning_was_removed_is_free(bruno):
    (one,) = [one for one in service.synonyms("topic") if one.text == "Lebensmittel"]
    service.remove_synonym(one, bruno)
    add("Lebensmittel", bruno, language="de")
    assert "Lebensmittel" in texts()


# Removing


def test_a_removed_synonym_is_gone_and_remembered(bruno):
    one = add("pushbike", bruno)
    service.remove_synonym(one, bruno)
    service.remove_synonym(one, bruno)  # pressed twice
    assert "pushbike" not in texts()
    assert (one.removed_by_id, len(lines())) == (bruno.id, 2)
    assert lines()[-1].details["removed"] == "pushbike"


def test_a_removed_synonym_can_be_added_again(bruno):
    service.remove_synonym(add("pushbike", bruno), bruno)
    again = add("Pushbike", bruno)
    assert (again.text, again.removed_at, again.removed_by_id) == ("Pushbike", None, None)
    assert len(lines()) == 3


def test_two_who_add_the_same_word_at_once_make_one_synonym(app):
    with app.app_context():
        cast.bruno(), stage.milan()
        db.session.commit()

    def adding(name):
        return lambda: add("boneshaker", accounts.find_user(f"{name}@cast.example"))

    outcomes = stage.both_at_once(app, adding("bruno"), adding("milan"))
    assert sorted(type(one).__name__ for one in outcomes) == ["KnownAlready", "Synonym"]
    with app.app_context():
        assert len(lines()) == 1


def test_the_database_itself_refuses_the_second(bruno):
    add("boneshaker", bruno)
    double = Synonym(facet="topic", value="cycling", language="en", text="Boneshaker", folded="boneshaker")
    db.session.add(double)
    with pytest.raises(IntegrityError):
        db.session.flush()


# The list that comes with the program


def test_the_list_is_seeded_once_however_often_it_is_seeded(bruno):
    before = len(service.synonyms())
    assert before > 1000
    seed.seed_vocabulary()
    assert len(service.synonyms()) == before and not news()


def test_a_removed_word_of_the_list_does_not_come_back(bruno):
    (one,) = [one for one in service.synonyms("topic") if one.text == "Radweg"]
    service.remove_synonym(one, bruno)
    seed.seed_vocabulary()
    assert "Radweg" not in texts() and "Fahrrad" in texts()


def test_new_words_of_a_newer_list_are_news(app, bruno):
    db.session.query(Synonym).filter_by(text="Radweg").delete()
    seed.seed_vocabulary()
    assert "Radweg" in texts()
    assert [(one.act, one.payload) for one in news()] == [("vocabulary changed", {"subject": "vocabulary"})]


def test_a_word_of_the_list_that_became_a_name_is_left_out(bruno):
    db.session.query(Synonym).filter_by(text="Radweg").delete()
    cycling = service.topics()["cycling"]
    cycling.names = {**cycling.names, "de": "Radweg"}
    db.session.flush()
    seed.seed_vocabulary()
    assert "Radweg" not in texts()


def test_every_topic_has_words_in_four_languages_and_no_word_means_two_things():
    known = {}
    for one in seed.listed():
        assert known.setdefault(one.folded, (one.facet, one.value)) == (one.facet, one.value), one.text
        assert len(one.text) <= service.LONGEST_SYNONYM and one.text == " ".join(one.text.split())
    for language in ("en", "fr", "es", "de"):
        words = [one.value for one in seed.listed() if (one.facet, one.language) == ("topic", language)]
        assert len(set(words)) == 30 and min(map(words.count, words)) >= 4


def test_every_word_of_the_list_passes_what_moderators_words_must_pass(bruno):
    db.session.query(Synonym).delete()
    vocabulary = service.names()
    for one in seed.listed():
        add(one.text, bruno, one.facet, one.value, one.language, known=vocabulary)
    assert len(service.synonyms()) == len(seed.listed())
