"""A reader is told how her question was read, in her own language and in words."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.search import service
from exchange.search.query import Query
from exchange.search.words import parser, strategies, wording
from exchange.taxonomy import service as taxonomy
from tests.search import stage

SIGNS = st.text(alphabet="ab the \"“”«»-*|()ORN:,.0123#\n\té東'&<city:year:", max_size=120)


@pytest.fixture(scope="module")
def town(template, tmp_path_factory):
    from tests import conftest

    app = conftest.copied_app(template, tmp_path_factory.mktemp("wording"))
    stage.play(app)
    yield app
    conftest.put_away(app)


def said(app, typed, language="en"):
    """(the question in words, its small words, what was left out)."""
    with app.test_request_context(f"/?hl={language}"):
        reading = service.read(Query(q=typed, language=language))
        words = wording.in_words(reading.tree, language, taxonomy.topics())
        return words, wording.small_words(reading.tree), wording.left_out(reading.ignored)


@pytest.mark.parametrize(
    "typed, words",
    [
        ("", ""),
        ("rent", "rent"),
        ("housing rent", "housing and rent"),
        ("housing rent price", "housing, rent and price"),
        ("housing rent OR price", "housing and (rent or price)"),
        ("a OR (b c -d)", "a or (b and c, not d)"),
        ('"social housing" OR hous*', "“social housing” or words beginning with “hous”"),
        ("water -sanitation", "water, not sanitation"),
        ("water -price -rent", "water, not (price or rent)"),
        ("-market", "every practice, not market"),
        ("(price!), rent-control?", "price and rent-control"),
        ("rent title:tram title:bus", "rent, in the title: tram and bus"),
        ("title:(tram bus) OR metro", "(in the title: tram and bus) or metro"),
        ("year:2015", "begun in 2015"),
        ("year:2015..2020", "begun 2015–2020"),
        ("year:..2020", "begun until 2020"),
        ("year:2015..", "begun since 2015"),
        ("rent city:Porto,Lyon", "rent, city: Porto or Lyon"),
        ("country:pt lang:fr", "country: Portugal, language: French"),
        ("topic:cycling stage:running", "topic: Cycling, stage: Running"),
        ("goal:11 region:150", "goal: 11 Sustainable cities and communities, region: Europe"),
        ("city:wien tag:bicis", "city: Vienna, tag: Bicis"),
        ("***", "nothing, for there is no letter and no figure in it"),
        ("1. rent or price\n2. cap*\n3. 1 and 2", "(rent or price) and words beginning with “cap”"),
        ("Porto; Vienna; Senegal", "city: Porto or Vienna or country: Senegal"),
    ],
)
def test_a_question_is_put_back_into_words(town, typed, words):
    assert said(town, typed)[0] == words


def test_the_words_are_the_readers(town):
    words, _, _ = said(town, "logement loyer OR prix city:wien country:PT", "fr")
    assert "logement et (loyer ou prix)" in words and "Vienne" in words and "Portugal" in words


def test_small_words_are_named_where_nobody_is_asked_for_them(town):
    assert said(town, "the rent of housing") == ("rent and housing", ["the", "of"], [])
    assert said(town, '"right to the city"') == ("“right to the city”", [], [])
    assert said(town, "to be")[1] == [], "where there are only small words they are looked for"
    assert said(town, "tram OR (the bus)")[1] == ["the"]


def test_what_was_left_out_is_named_and_cut_to_what_one_wants_to_read(town):
    assert said(town, "Porto\nVienna\nAtlantis")[2] == ["Atlantis"]
    assert said(town, "rent NEAR/3 price") == ("rent and price", [], ["NEAR/3"])
    _, _, left = said(town, "word " * 70 + "x" * 3000)
    assert len(left) == 1 and len(left[0]) == wording.LONGEST_PART
    assert left[0].endswith("…")


def test_a_long_list_is_named_by_its_beginning(town):
    words, _, _ = said(town, "city:" + ",".join(f"City{n}" for n in range(40)))
    assert words.startswith("city: City0, City1") and words.endswith("or 28 more")
    assert len(said(town, " ".join("x" * 50 + str(n) for n in range(60)))[0]) <= wording.LONGEST


def test_whatever_is_typed_is_put_into_words(town, full):
    @settings(max_examples=20_000 if full else 200, deadline=None)
    @given(st.one_of(st.text(max_size=300), SIGNS, st.text(max_size=20).map(lambda text: text * 500)))
    def check(typed):
        reading = strategies.read(typed, lambda name: "city" if name.startswith("a") else "")
        words = wording.in_words(reading.tree, "en", topics)
        assert len(words) <= wording.LONGEST and bool(words) == (reading.tree is not None)
        assert all(len(one) <= wording.LONGEST_PART for one in wording.left_out(reading.ignored))
        assert set(wording.small_words(reading.tree)) <= set(map(wording.shown, words_of(reading.tree)))

    with town.test_request_context():
        topics = taxonomy.topics()
        check()


def words_of(tree):
    match tree:
        case parser.And() | parser.Or():
            return [word for part in tree.parts for word in words_of(part)]
        case parser.Not():
            return words_of(tree.part)
    return [tree.text] if isinstance(tree, parser.Word) else []


@pytest.mark.parametrize(
    "typed",
    [
        "1. a or b\n" + "\n".join(f"{n}. #{n - 1} or #{n - 1} and c" for n in range(2, 13)),
        "the rent " * 1000,
        "a.the-" * 1600,
        "city:" + "東京,Porto," * 1000,
        "((the rent) OR " * 600,
    ],
)
def test_a_long_question_is_put_into_words_at_once(town, typed):
    said(town, "rent the")
    begun = time.process_time()
    words, _, _ = said(town, typed[:10_000])
    assert 0 < len(words) <= wording.LONGEST
    assert time.process_time() - begun < 1
