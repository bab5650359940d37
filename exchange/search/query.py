"""What is asked and what is answered, free of any engine.

Values of the facets: slugs (topic, city, tag, stage), goal numbers, ISO 3166 alpha-2 (country),
UN M49 codes (region: continents and sub-regions), the start year, a language code, how many times at
least other cities took it up (adoptions).
Places: latitude and longitude in degrees, distances in kilometres.
"""

import math
from dataclasses import dataclass, field, replace

from exchange.core.forms import tidy
from exchange.core.pages import page_number

FACETS = ("topic", "stage", "region", "country", "city", "sdg", "year", "adoptions", "language", "tag")
ADOPTIONS = (1, 2, 5)  # a case taken up three times has the values 1 and 2: at least so often
TRANSLATED = "translated"  # a facet that nobody asks by: the other languages in which a case can be read
SORTS = ("relevance", "newest", "year", "title", "evidence", "adoptions", "nearest", "likeness")
SWITCHES = ("stems", "synonyms", "translations")  # what finds more than the typed words
# What an address may ask by; `place`, `km`, `view` and `hl` are read by others
ARGUMENTS = ("q", *FACETS, "within", "near", "like", "place", "km", "off", "sort", "page", "view", "hl")
PER_PAGE = 10
LONGEST = 10_000  # characters of a question that are looked at
MOST_VALUES = 50  # of one facet in one question
NEAR_KM = 500  # around a place, when nothing else is said
FARTHEST_KM = 20_040


@dataclass(frozen=True)
class Query:
    """A question: several values within a facet mean 'or', facets among each other mean 'and'."""

    q: str = ""  # words as typed
    filters: dict = field(default_factory=dict)  # facet → list of values
    language: str = "en"  # of the reader
    sort: str = ""  # one of SORTS, or '' for the natural order
    page: int = 1
    per_page: int | None = PER_PAGE  # None: all of them
    off: tuple = ()  # SWITCHES that the reader turned off
    within: tuple | None = None  # west, south, east, north; west > east crosses the date line
    near: tuple | None = None  # latitude, longitude, kilometres
    like: str = ""  # the slug of a city: only cases of cities like it
    alike: dict | None = None  # city slug → likeness (0–1) of the cities meant by `like`; see `service`
    strict: bool = False  # every word must be found, however few cases hold them all

    @classmethod
    def from_args(cls, args, language="en"):
        """Read an address's arguments; what makes no sense is left out, nothing raises."""
        return cls(
            q=tidy(args.get("q") or "")[:LONGEST].strip(),
            filters={name: values for name in FACETS if (values := facet_values(args, name))},
            language=language,
            sort=args.get("sort") if args.get("sort") in SORTS else "",
            page=page_number(args.get("page")),
            off=tuple(one for one in SWITCHES if one in facet_values(args, "off")),
            within=box(args.get("within")),
            near=circle(args.get("near")),
            like=in_one_line(args.get("like") or "")[:100].lower(),
        )

    @property
    def order(self):
        """The sort that applies: without words nothing is relevant, without a place nothing is near."""
        possible = {"relevance": self.q, "nearest": self.near, "likeness": self.like}
        if self.sort and possible.get(self.sort, True):
            return self.sort
        return next((sort for sort, given in possible.items() if given), "newest")

    @property
    def is_narrowed(self):
        return bool(self.narrows or self.sort or self.page > 1)

    @property
    def narrows(self):
        """Whether it asks for less than every case."""
        return bool(self.q or self.filters or self.within or self.near or self.like)

    @property
    def offset(self):
        return (self.page - 1) * (self.per_page or 0)

    def args(self, **changes):
        """(name, value) pairs for an address that asks this with some changes; any change leads to page 1."""
        asked = replace(self, **{"page": 1, **changes})
        pairs = [("q", asked.q)] if asked.q else []
        pairs += [(name, value) for name in FACETS for value in asked.filters.get(name, ())]
        pairs += [(name, in_figures(one)) for name in ("within", "near") if (one := getattr(asked, name))]
        pairs += [("like", asked.like)] if asked.like else []
        pairs += [("off", name) for name in asked.off]
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


def numbers(text, count):
    """That many finite numbers from '1.5,-2', or None."""
    try:
        found = [float(part) for part in (text or "").split(",")]
    except ValueError:
        return None
    return found if len(found) in count and all(map(math.isfinite, found)) else None


def box(text):
    """(west, south, east, north) of a rectangle on the globe, or None for what is none."""
    found = numbers(text, (4,))
    if found is None:
        return None
    west, south, east, north = found
    if not (-90 <= south <= north <= 90) or not (-360 <= west <= 360 and -360 <= east <= 360):
        return None
    return (-180.0, south, 180.0, north) if east - west >= 360 else (turned(west), south, turned(east), north)


def turned(lon):
    """The same meridian between -180 and 180."""
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


def circle(text):
    """(latitude, longitude, kilometres) around a place, or None."""
    found = numbers(text, (2, 3))
    if found is None or abs(found[0]) > 90 or abs(found[1]) > 360:
        return None
    km = found[2] if len(found) == 3 else NEAR_KM
    return (found[0], turned(found[1]), min(max(km, 1.0), FARTHEST_KM))


def in_figures(numbers):
    """The way back: (1.5, -2.0) → '1.5,-2'."""
    return ",".join(f"{number:.4f}".rstrip("0").rstrip(".") for number in numbers)


@dataclass(frozen=True)
class Hit:
    public_id: str
    number: int  # of the revision that was found
    score: float = 0.0
    lat: float | None = None
    lon: float | None = None
    texts: tuple = ()  # the plain texts that a snippet may come from, the summary first


@dataclass(frozen=True)
class FacetValue:
    value: str
    count: int | None  # None: nobody counted
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
    out_of_time: bool = False  # nothing was found because the looking was given up
    suggestion: str | None = None  # the question as it was perhaps meant
    loose: bool = False  # no case, or hardly one, holds every word: these hold most of them
    without: dict = field(default_factory=dict)

    def pages(self, per_page=PER_PAGE):
        return -(-self.total // (per_page or max(self.total, 1)))


@dataclass(frozen=True)
class Document:
    """A public case as an engine takes it in. Texts are plain; `body` has a line for each answer."""

    public_id: str
    number: int
    language: str
    title: str
    summary: str
    body: str
    facets: dict  # facet → list of values
    published: float  # seconds since 1970
    evidence: int = 0  # the rank of its design among schema.DESIGNS; 0: none said
    adoptions: int = 0  # by how many other cities it was taken up
    silent: bool = False  # nobody has confirmed for long that it still holds
    lat: float | None = None
    lon: float | None = None
    translations: tuple = ()  # (language, plain text) of each
    stamp: str = ""  # a fingerprint of all the rest


@dataclass(frozen=True)
class Name:
    """A name of a facet's value in some language: whoever asks for it finds the cases that have the value."""

    facet: str
    value: str
    text: str
    language: str  # '' for a name that belongs to none
    synonym: bool = False
