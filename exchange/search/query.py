"""What is asked and what is answered, free of any engine.

Values of the facets: slugs (topic, city, tag, stage), goal numbers, ISO 3166 alpha-2 (country),
UN M49 codes (region: continents and sub-regions), the start year, a language code.
"""

from dataclasses import dataclass, field, replace

from exchange.core.forms import tidy

FACETS = ("topic", "stage", "region", "country", "city", "sdg", "year", "language", "tag")
SORTS = ("relevance", "newest", "year", "title")
PER_PAGE = 10
LONGEST = 10_000  # characters of a question that are looked at
MOST_VALUES = 50  # of one facet in one question
MOST_PAGES = 100_000


@dataclass(frozen=True)
class Query:
    """A question: several values within a facet mean 'or', facets among each other mean 'and'."""

    q: str = ""  # words as typed
    filters: dict = field(default_factory=dict)  # facet → list of values
    language: str = "en"  # of the reader
    sort: str = ""  # one of SORTS, or '' for the natural order
    page: int = 1
    per_page: int = PER_PAGE

    @classmethod
    def from_args(cls, args, language="en"):
        """Read an address's arguments; what makes no sense is left out, nothing raises."""
        return cls(
            q=in_one_line(args.get("q") or "")[:LONGEST],
            filters={name: values for name in FACETS if (values := facet_values(args, name))},
            language=language,
            sort=args.get("sort") if args.get("sort") in SORTS else "",
            page=page_number(args.get("page")),
        )

    @property
    def order(self):
        """The sort that applies: without words there is nothing to be relevant to."""
        return self.sort or ("relevance" if self.q else "newest")

    @property
    def is_narrowed(self):
        return bool(self.q or self.filters or self.sort or self.page > 1)

    @property
    def offset(self):
        return (self.page - 1) * self.per_page

    def args(self, **changes):
        """(name, value) pairs for an address that asks this with some changes; any change leads to page 1."""
        asked = replace(self, **{"page": 1, **changes})
        pairs = [("q", asked.q)] if asked.q else []
        pairs += [(name, value) for name in FACETS for value in asked.filters.get(name, ())]
        pairs += [("sort", asked.sort)] if asked.sort else []
        return pairs + ([("page", asked.page)] if asked.page > 1 else [])

    def without(self, name, value=None):
        """The filters with one facet, or one value of it, taken away."""
        kept = {facet: list(values) for facet, values in self.filters.items() if facet != name}
        rest = [other for other in self.filters.get(name, ()) if value is not None and other != value]
        return {**kept, name: rest} if rest else kept


def facet_values(args, name):
    given = args.getlist(name) if hasattr(args, "getlist") else args.get(name, ())
    given = [given] if isinstance(given, str) else given
    tidied = (in_one_line(str(value))[:100] for value in given[:MOST_VALUES])
    fold = str.upper if name == "country" else str.lower
    return list(dict.fromkeys(fold(value) for value in tidied if value))


def in_one_line(text):
    """Without control characters, with single spaces."""
    return " ".join(tidy(text).split())


def page_number(text):
    try:
        return max(1, min(int(text), MOST_PAGES))
    except (TypeError, ValueError):
        return 1


@dataclass(frozen=True)
class Hit:
    public_id: str
    number: int  # of the revision that was found
    score: float = 0.0
    snippet: str = ""


@dataclass(frozen=True)
class FacetValue:
    value: str
    count: int
    label: str = ""


@dataclass(frozen=True)
class Results:
    """An answer. `facets` is facet → {value: count}; `without` tells, for an empty answer, how many there
    would be without one facet ('topic' …), without all ('filters') or without the words ('q')."""

    total: int
    hits: list
    facets: dict
    engine: str
    took_ms: float = 0.0
    degraded: bool = False
    suggestion: str | None = None
    without: dict = field(default_factory=dict)

    def pages(self, per_page=PER_PAGE):
        return -(-self.total // per_page)


@dataclass(frozen=True)
class Document:
    """A public case as an engine takes it in. Texts are plain, `names` are (text, language) pairs."""

    public_id: str
    number: int
    language: str
    title: str
    summary: str
    names: tuple
    body: str
    facets: dict  # facet → list of values
    published: float  # seconds since 1970
    stamp: str = ""  # a fingerprint of all the rest
