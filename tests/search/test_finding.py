"""A visitor finds what is public, by words and by facets, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from exchange.core.models import db, now
from exchange.practices import service as practices
from exchange.search import indexing
from exchange.search.engine import get_engine
from exchange.search.engines.database_engine import DatabaseEngine
from exchange.search.query import Query
from exchange.search.words import strategies
from tests import cast
from tests.search import stage

RENT, COOP, BICIS, FAHRRAD = (title for title, _ in stage.CASES)


@pytest.fixture
def told(app):
    return stage.play(app)


def counts(answer, facet):
    return {one.value: one.count for one in answer.facets[facet]}


WORDS = {
    "rents": [RENT],
    "logement": [RENT, COOP],
    "cooperatives logement": [COOP],
    "bicicleta": [BICIS, FAHRRAD],
    "fahrradstrassen": [BICIS, FAHRRAD],  # a synonym of the topic of both
    "zuerich": [FAHRRAD],
    "fahrrad*": [BICIS, FAHRRAD],
    "regulati*": [RENT],
    '"street by street"': [RENT],
    '"street street"': [],
    "rent OR carriles": [RENT, BICIS, FAHRRAD],
    "rent carriles -housing -mobility": [],
    "wohnen -rent": [COOP],
    "-wohnen": [BICIS, FAHRRAD],
    "viena": [FAHRRAD],
    "senegal": [BICIS],
    "allemagne": [],
    "bicis": [BICIS],
    "the rents of the": [RENT],
}


def test_words_are_found_in_every_form_and_by_topic_city_and_country_in_every_language(app, told):
    for typed, found in WORDS.items():
        assert (typed, sorted(stage.titles(stage.ask(app, typed)))) == (typed, sorted(found))


def test_a_word_in_the_title_comes_before_a_word_in_the_text(app):
    stage.play(app, [("A tram", dict(solution="Buses came later.")), ("Buses", dict(solution="No tram."))])
    assert stage.titles(stage.ask(app, "buses")) == ["Buses", "A tram"]
    assert stage.titles(stage.ask(app, "tram")) == ["A tram", "Buses"]


def test_a_stem_counts_only_in_texts_of_its_language(app):
    """'logement' has the French stem 'log', which is a word of its own in English."""
    stage.play(
        app, [("Logs", dict(topics=["energy"])), ("Logements", dict(language="fr", topics=["energy"]))]
    )
    assert stage.titles(stage.ask(app, "logement")) == ["Logements"]


def test_words_that_stand_together_come_first(app):
    apart = dict(solution="The social centre was built. Later, housing followed in the same street.")
    beside = dict(solution="The centre was built. Later, social housing followed in the same street.")
    stage.play(app, [("Two", beside), ("One", apart)])
    assert stage.titles(stage.ask(app, "social housing")) == ["Two", "One"]


def test_values_of_a_facet_are_alternatives_and_facets_are_conditions(app, told):
    def asked(**filters):
        return sorted(stage.titles(stage.ask(app, filters=filters)))

    assert asked(topic=["cycling"]) == sorted([BICIS, FAHRRAD])
    assert asked(topic=["housing"]) == sorted([RENT, COOP])
    assert asked(topic=["cycling", "rent-regulation"]) == sorted([RENT, BICIS, FAHRRAD])
    assert asked(topic=["cycling"], country=["SN"]) == [BICIS]
    assert asked(region=["002"]) == [BICIS]
    assert asked(region=["150"], language=["de"]) == [FAHRRAD]
    assert asked(year=["2006"]) == [COOP]
    assert asked(stage=["scaled"], sdg=["11"]) == [FAHRRAD]
    assert asked(city=["porto"], tag=["bicis"]) == []
    assert asked(tag=["no such tag"]) == []


def test_a_facets_own_filter_does_not_shrink_its_own_counts(app, told):
    answer = stage.ask(app, filters={"topic": ["cycling"], "language": ["de"]})
    assert counts(answer, "topic") == {"mobility": 1, "cycling": 1}
    assert counts(answer, "language") == {"de": 1, "es": 1}
    assert counts(answer, "country") == {"AT": 1}
    assert counts(stage.ask(app), "topic")["housing"] == 2


def test_a_chosen_value_stays_in_its_list_when_nobody_has_it(app, told):
    answer = stage.ask(app, filters={"country": ["PE"]})
    assert (answer.total, counts(answer, "country")["PE"]) == (0, 0)
    assert answer.results.without == {"country": 4}


def test_an_empty_answer_tells_what_to_drop(app, told):
    answer = stage.ask(app, "rent", filters={"country": ["SN"], "stage": ["piloting"]})
    assert (answer.total, answer.results.without) == (0, {"country": 1, "filters": 1})
    assert stage.ask(app, "rent", filters={"country": ["SN"]}).results.without == {"country": 1, "q": 1}


def test_labels_are_in_the_readers_language(app, told):
    answer = stage.ask(app, language="fr")
    labels = {name: {one.value: one.label for one in values} for name, values in answer.facets.items()}
    assert labels["topic"]["housing"] == "Logement"
    assert labels["country"]["AT"] == "Autriche"
    assert labels["city"]["wien"] == "Vienne"
    assert labels["language"]["de"] == "Allemand"
    assert labels["region"]["002"] == "Afrique"
    assert labels["sdg"]["11"].startswith("11 Villes")
    assert labels["tag"]["bicis"] == "Bicis"


def test_pages_and_orders(app):
    stage.play(app, [(f"Case {n:02}", dict(start=str(2000 + n % 12))) for n in range(12)])
    first, second, far = (stage.ask(app, sort="title", page=page) for page in (1, 2, 99))
    assert stage.titles(first) == [f"Case {n:02}" for n in range(10)]
    assert stage.titles(second) == ["Case 10", "Case 11"]
    assert (far.hits, far.total, far.pages) == ([], 12, 2)
    assert (second.first, second.last) == (11, 12)
    assert stage.titles(stage.ask(app, sort="newest"))[0] == "Case 11"
    assert stage.titles(stage.ask(app, sort="year"))[0] == "Case 11"


def test_nothing_typed_is_an_error(app, told, full):
    client = app.test_client()
    for typed in ("***", "🚲", '"', "a" * 10_000, '"' * 500, "-", "\x00", "OR", "%' OR 1=1", "<b>"):
        sent = {"q": typed, "topic": typed, "year": typed, "sdg": typed, "page": typed}
        for path in ("/practices", "/practices.json"):
            assert client.get(path, query_string={"q": typed}).status_code == 200, typed
            assert client.get(path, query_string=sent).status_code == 200, typed


def test_no_engine_stumbles_over_anything_typed(app, told, full):
    engines = (get_engine(app), DatabaseEngine())

    @settings(max_examples=3_000 if full else 80, deadline=None)
    @given(st.one_of(st.text(max_size=60), st.text(alphabet="ab \"*-|ORé東'%_/\\", max_size=40)))
    def check(typed):
        query = Query.from_args(MultiDict([("q", typed), ("topic", "cycling"), ("tag", typed)]))
        for engine in engines:
            assert engine.search(query, strategies.read(query.q).tree).total <= 4

    with app.test_request_context():
        check()


# What is not public is nowhere


MARK = "quokkamarker"
LIFE = ("draft", "submitted", "withdrawn", "unlisted", "archived", "tombstone")


def anything_of(answer):
    """Every number and word that an answer lets out."""
    values = [one for found in answer.facets.values() for one in found]
    return answer.total, stage.titles(answer), [hit.snippet for hit in answer.hits], values


@pytest.mark.parametrize("life", LIFE)
@pytest.mark.parametrize("news_came", [True, False])
def test_what_is_not_public_is_neither_found_nor_counted(app, life, news_came):
    """Also by a stale index: the news of the withdrawal may not have come yet."""
    with app.app_context():
        author, bruno = stage.author_of("wien"), stage.moderator()
        answers = dict(summary=f"A {MARK} in the summary", tags=[MARK], city="wien", topics=["energy"])
        if life in ("draft", "submitted"):
            revision = cast.draft(author, title=f"A {MARK}", **answers)
            if life == "submitted":
                practices.move(revision, "submitted")
            practice = revision.practice
        else:
            practice = cast.published(author, bruno, f"A {MARK}", **answers)
            db.session.commit()
            indexing.repair()
            assert practice.public_id in get_engine(app).known(), "the danger is there"
            practices.show(practice, life if life != "withdrawn" else "tombstone", bruno, "asked for")
        db.session.commit()
        if news_came:
            indexing.repair()
            indexing.refresh({"subject": f"practice:{practice.public_id}"})
    for q in (MARK, "", f"{MARK[:6]}*", f'"a {MARK}"'):
        total, titles, snippets, values = anything_of(stage.ask(app, q))
        assert (total, titles, snippets) == (0, [], [])
        assert values == []


def test_what_only_reviewers_or_verified_staff_may_read_finds_nothing(app):
    contact = {"name": "Jane Hidden", "mail": "hidden@porto.example", "shown_to": "verified"}
    open_one = {"name": "Open Office", "mail": "open@porto.example", "shown_to": "public"}
    stage.play(
        app,
        [
            (
                "A case",
                dict(note_to_reviewers="quokkamarker", contacts=[contact, open_one], stray="quokkamarker"),
            )
        ],
    )
    assert stage.ask(app, "office").total == 1
    for typed in ("quokkamarker", "hidden", "jane"):
        assert stage.ask(app, typed).total == 0, typed


def test_the_stand_in_does_not_search_hidden_answers_either(app):
    contact = {"name": "Jane Hidden", "mail": "hidden@porto.example", "shown_to": "verified"}
    stage.play(app, [("A case", dict(note_to_reviewers="quokkamarker", contacts=[contact]))], index=False)
    assert stage.ask(app, "case").degraded
    assert stage.ask(app, "case").total == 1
    assert stage.ask(app, "quokkamarker").total == 0
    assert stage.ask(app, "hidden").total == 0


def test_a_page_of_hits_costs_the_same_queries_for_1_3_and_50(app):
    stage.play(app, [(f"Case {n:02}", dict(city=("porto", "wien", "dakar")[n % 3])) for n in range(50)])
    with app.app_context():
        engine = db.engine
    client, statements = app.test_client(), []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for path in ("/practices", "/practices.json"):
        costs = []
        for q in ('"case 01"', "01 OR 02 OR 03", "case"):
            statements.clear()
            assert client.get(path, query_string={"q": q}).status_code == 200
            costs.append(sum(one.startswith("SELECT") for one in statements))
        assert costs[0] > 0
        assert costs == costs[:1] * 3


def test_a_revision_replaces_the_one_before(app, told):
    with app.app_context():
        practice = practices.find(told[RENT])
        older = practices.public_revision(practice)
        older.title, older.published_at = "Rooftop farming", now()
        older.content_hash = older.approved_hash = practices.content_hash(older)
        db.session.commit()
        indexing.refresh({"subject": f"practice:{practice.public_id}"})
    assert stage.titles(stage.ask(app, "rooftop")) == ["Rooftop farming"]
    assert stage.ask(app, '"street by street"').total == 0


def test_a_word_for_a_topic_is_looked_for_in_other_languages_below_those_that_say_it(app):
    stage.play(
        app,
        [
            ("Houses", dict(topics=["energy"], solution="Affordable housing was built by the city.")),
            ("Maisons", dict(language="fr", topics=["energy"], solution="Des logements ont été bâtis.")),
            ("Trams", dict(topics=["energy"])),
        ],
    )
    assert stage.titles(stage.ask(app, "logement", language="fr")) == ["Maisons", "Houses"]
    assert stage.titles(stage.ask(app, "logement", language="fr", off=("translations",))) == ["Maisons"]
    assert stage.titles(stage.ask(app, "housing")) == ["Houses", "Maisons"]


def test_a_slip_is_corrected_even_where_the_other_words_find_cases(app):
    stage.play(app, [("A tram for everybody", {}), ("A bridge", {})])
    assert stage.ask(app, "tram brigde").results.suggestion == "tram bridge"
