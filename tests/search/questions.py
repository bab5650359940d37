"""Random questions to a small network: words in other forms, phrases, signs, conditions, filters, places."""

import unicodedata

from hypothesis import strategies as st

from exchange.search.query import SORTS, SWITCHES, Query
from tests.search.networks import ANYWHERE, TAGS, WORDS

NAMES = (
    "Housing Logement vivienda Wohnraum HLM logement social|public transport|Viena Vienne Zúrich Austria "
    "Autriche Österreich Senegal Chile Santiago Europe Afrique|SDG 11|ODS13 ODD6 agua|climate heat trust "
    "Trockenheit verkehr bicicleta cycling parking Лима América"
)
ASKED = [word for words in (*WORDS.values(), ANYWHERE, *NAMES.split("|")) for word in words.split()]
ASKED += [*NAMES.split("|"), *TAGS, "nothing", "東京", "与式", "市", "式预", "주민 참여", "مدينة", "cities’"]
CONDITIONS = (
    "city:Zürich",
    "city:wien,porto",
    "city:Viena",
    "country:CL",
    "country:Österreich",
    "region:Europe",
    "lang:fr,es",
    "lang:pt",
    "tag:budget",
    "tag:bicis",
    "topic:housing",
    "topic:Wohnen",
    "stage:running",
    "goal:11",
    "year:2010",
    "year:2010..2011",
    "year:2012..",
    "year:..2009",
    "year:soon",
)
FILTERS = {
    "topic": ("housing", "mobility", "water", "cycling", "governance", "no-such-topic"),
    "stage": ("piloting", "running", "completed"),
    "region": ("150", "155", "019", "002"),
    "country": ("PT", "CH", "SN", "PE", "JP"),
    "city": ("porto", "zurich", "suva", "lima", "nowhere"),
    "sdg": ("6", "11", "13", "1"),
    "year": ("2008", "2010", "2012", "1999"),
    "language": ("en", "de", "pt", "zh", "it"),
    "adoptions": ("1", "2", "5", "9"),
    "tag": ("budget", "bicis", "öffentlicher-raum", "none-such"),
}
PASTED = (
    "Wien\nPorto\nLima",
    "Zürich; Senegal; somewhere",
    "Porto, budget",
    "Suva\nhousing\nSantiago de Chile",
)
BOXES = (
    (-20.0, 30.0, 20.0, 60.0),
    (170.0, -60.0, -60.0, 10.0),
    (-180.0, -90.0, 180.0, 90.0),
    (0.0, 0.0, 1.0, 1.0),
)
POINTS = ((47.0, 8.0), (-30.0, -70.0), (41.15, -8.61), (0.0, 179.5))
DISTANCES = (30.0, 900.0, 4000.0, 20_040.0)
LIKE = ("porto", "wien", "zurich", "santiago-de-chile", "lima", "suva", "atlantis")


def plain(word):
    """As it is typed by whoever has no accents on the keyboard."""
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))


words = st.sampled_from(ASKED)
typed = st.builds(
    lambda word, change: change(word), words, st.sampled_from((str, str, str, str.upper, plain))
)
beginnings = st.builds(lambda word, length: f"{word[:length]}*", words, st.integers(2, 6))
rows = st.lists(words, min_size=1, max_size=3).map(lambda row: f'"{" ".join(row)}"')


def copied(network):
    """A stretch of some text, as it stands there."""
    lines = [line for line in network.lines if line.split()]
    stretches = st.tuples(st.sampled_from(lines), st.integers(0, 12), st.integers(2, 4))
    return stretches.map(lambda one: " ".join(one[0].split()[one[1] :][: one[2]]) or one[0])


def parts(network):
    quoted = copied(network).map(lambda text: f'"{text}"')
    atoms = st.one_of(typed, typed, typed, beginnings, rows, quoted, st.sampled_from(CONDITIONS))
    in_title = st.builds(lambda part: f"title:{part}", st.one_of(typed, beginnings, rows))
    group = st.lists(st.one_of(typed, typed, rows), min_size=1, max_size=3)
    groups = st.builds(
        lambda sign, parts, between: f"{sign}({between.join(parts)})",
        st.sampled_from(("", "-", "title:")),
        group,
        st.sampled_from((" ", " OR ", " NOT ", " OR -")),
    )
    return st.one_of(atoms, atoms, atoms, in_title, groups)


def texts(network):
    """What is typed: nothing, a description, signs of all kinds, a pasted list, a strategy of some lines."""
    between = st.sampled_from((" ", " ", " ", " OR ", " AND ", " -", " NOT ", " | "))
    signed = st.lists(st.tuples(between, parts(network)), min_size=1, max_size=4).map(
        lambda pairs: "".join(sign + part for sign, part in pairs).removeprefix(" OR").strip()
    )
    described = st.lists(typed, min_size=2, max_size=7).map(" ".join)
    strategy = st.tuples(
        parts(network), parts(network), st.sampled_from(("1 and 2", "1 or 2", "#2 not #1"))
    ).map(lambda lines: "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)))
    pasted = st.one_of(st.sampled_from(PASTED), strategy)
    return st.one_of(
        st.just(""), typed, signed, signed, signed, described, described, copied(network), pasted
    )


filters = st.one_of(
    st.just({}),
    st.just({}),
    st.dictionaries(st.sampled_from(list(FILTERS)), st.integers(0, 30), min_size=1, max_size=3).map(
        lambda chosen: {
            name: list(dict.fromkeys(FILTERS[name][(n * k) % len(FILTERS[name])] for k in (1, 2)))
            for name, n in chosen.items()
        }
    ),
)


def maybe(values, nothing=None):
    """Mostly nothing."""
    return st.one_of(st.just(nothing), st.just(nothing), st.just(nothing), values)


def questions(network, likes=LIKE):
    near = st.tuples(st.sampled_from(POINTS), st.sampled_from(DISTANCES)).map(lambda one: (*one[0], one[1]))
    return st.builds(
        Query,
        q=texts(network),
        filters=filters,
        language=st.sampled_from(("en", "fr", "es", "de")),
        sort=st.one_of(st.just(""), st.sampled_from(SORTS)),
        page=maybe(st.integers(1, 3), 1),
        per_page=st.sampled_from((10, 10, 10, 3, None)),
        off=maybe(st.lists(st.sampled_from(SWITCHES), unique=True).map(tuple), ()),
        within=maybe(st.sampled_from(BOXES)),
        near=maybe(near),
        like=maybe(st.sampled_from(likes), "") if likes else st.just(""),
        strict=maybe(st.booleans(), False),
    )
