"""Whatever is typed can be read, and means what people think it means."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.search.words import parser, strategies
from exchange.search.words.parser import NOTHING, And, Not, Or, Phrase, Prefix, Word

SIGNS = st.text(alphabet="ab \"“”«»-–*|()OR:\x00\x07\n\té🚲東京'&<%\\", max_size=80)


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("", None),
        ("  \t ", None),
        ("rent", Word("rent")),
        ("housing rent", And((Word("housing"), Word("rent")))),
        ('"right to the city"', Phrase("right to the city")),
        ("«budget participatif»", Phrase("budget participatif")),
        ('"right to the', Phrase("right to the")),
        ("hous*", Prefix("hous")),
        ("water -sanitation", And((Word("water"), Not(Word("sanitation"))))),
        ('water -"waste water"', And((Word("water"), Not(Phrase("waste water"))))),
        ("-paris", And((Not(Word("paris")),))),
        ("co-housing", Word("co-housing")),
        ("bus OR tram", Or((Word("bus"), Word("tram")))),
        ("bus OR tram lane", And((Or((Word("bus"), Word("tram"))), Word("lane")))),
        ("bus or tram", And((Word("bus"), Word("or"), Word("tram")))),
        ("OR bus OR", Word("bus")),
        ("***", NOTHING),
        ("🚲 !! --", NOTHING),
        ("a*", Word("a*")),
    ],
)
def test_the_box_reads_words_phrases_minus_or_and_star(typed, meant):
    assert parser.read(typed) == meant


def test_a_visitor_who_pastes_a_novel_is_answered_at_once():
    begun = time.perf_counter()
    tree = parser.read('"a-*b OR ' * 100_000)
    assert len(parser.sought(tree)) <= parser.MOST_TERMS
    assert time.perf_counter() - begun < 1


def test_words_behind_a_minus_are_not_marked():
    assert parser.sought(parser.read('a -b "c d" ef*')) == [Word("a"), Phrase("c d"), Prefix("ef")]


def test_nothing_typed_is_an_error(full):
    @settings(max_examples=20_000 if full else 300, deadline=None)
    @given(st.one_of(st.text(max_size=200), SIGNS))
    def check(typed):
        tree = parser.read(typed)
        assert tree is None or depth(tree) <= 2 * parser.DEEPEST + 3

    check()


def depth(node):
    if isinstance(node, And | Or):
        return 1 + max(map(depth, node.parts), default=0)
    return 1 + depth(node.part) if isinstance(node, Not) else 1


@pytest.mark.parametrize("line", ["#{0} or #{0}", "or/1-{0}", "((((((#{0} b) c) d) e) f) g)", "not #{0}"])
def test_a_strategy_that_refers_to_itself_over_and_over_stays_small(line):
    """A hundred such lines would ask for more words than there are atoms, or for a tower of groups."""
    text = "\n".join(["1. rent or price", *(f"{n}. {line.format(n - 1)}" for n in range(2, 100))])
    begun = time.perf_counter()
    reading = strategies.read(text)
    assert len(parser.sought(reading.tree)) <= strategies.MOST_TERMS
    assert reading.tree == NOTHING or depth(reading.tree) <= 2 * strategies.DEEPEST
    assert time.perf_counter() - begun < 1


def test_a_pasted_strategy_and_a_pasted_list_say_what_they_are():
    assert strategies.read("1. rent or price\n2. 1 and cap").is_strategy
    listed = strategies.read("Porto; Lyon; Nowhere", lambda name: "city" if name != "Nowhere" else "")
    assert listed.is_list and listed.ignored == ["Nowhere"]
    assert not strategies.read("rent, price").is_list
