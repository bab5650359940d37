"""Public cases as a slow reader has them, straight from the table: their words in a row, their values."""

import math
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from exchange.practices import schema
from exchange.practices.models import Practice, Revision, Translation
from exchange.practices.service import fingerprint
from exchange.search.engines import evaluation
from exchange.search.words import analysis, texts
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import Topic

FIELDS = ("title", "summary", "body", "translated")
DESIGNS = ["", *schema.DESIGNS]


@dataclass
class Case:
    """A public case as the table has it."""

    public_id: str
    number: int
    language: str
    languages: set  # in which it can be read
    title: str
    written: dict  # field → (word as it is written, language of the text)
    words: dict  # field → folded words, a place each
    facets: dict
    published: float
    evidence: int
    adoptions: int
    silent: bool
    place: tuple | None
    city: str


def cases(session):
    """Every case that is public now."""
    topics = {topic.slug: topic for topic in session.scalars(select(Topic))}
    public = Practice.visibility == "public", Revision.state == "published"
    joined = select(Practice, Revision).join(Revision, Revision.practice_id == Practice.id)
    others = session.scalars(select(Translation).where(Translation.state == "published")).all()
    return [
        case_of(*row, topics, [one for one in others if one.practice_id == row[0].id])
        for row in session.execute(joined.where(*public))
    ]


def case_of(practice, revision, topics, others):
    others = sorted(others, key=lambda one: one.language)
    language = revision.language.split("-")[0].lower()
    written = {
        "title": revision.title,
        "summary": texts.flat(revision.summary),
        "body": "\n".join(texts.flat(text) for text in public_words(revision)),
    }
    country = practice.city.country if practice.city else practice.country
    return Case(
        public_id=practice.public_id,
        number=revision.number,
        language=language,
        languages={language, *(one.language for one in others)},
        title=revision.title,
        written={name: [(word, language) for word in words_of(text)] for name, text in written.items()}
        | {
            "translated": [
                (word, one.language) for one in others for word in words_of(said_in(one, revision))
            ]
        },
        words={name: analysis.terms(text) for name, text in written.items()}
        | {"translated": [word for one in others for word in analysis.terms(said_in(one, revision))]},
        facets=facets_of(revision, practice.city.slug if practice.city else None, country, topics),
        published=practice.published_at.timestamp(),
        evidence=DESIGNS.index(revision.answers.get("evidence_design", "")),
        adoptions=practice.times_taken_up,
        silent=practice.silent_since is not None,
        place=place_of(practice, revision),
        city=practice.city.slug if practice.city else None,
    )


def words_of(text):
    return analysis.WORD.findall(text)


def said_in(translation, revision):
    """What a translation says of the text as it is now, in the order of the form; old rows say nothing."""
    said = []
    for one in (*schema.FIELDS.values(), schema.STORY):
        value = revision.get(one.name, None)
        if not value or not one.translatable or one.name == "contacts":
            continue
        if not one.has_rows:
            said.append(translation.texts.get(one.name, {}).get("text", ""))
        for number, row in enumerate(value if one.has_rows else ()):
            for part in one.parts:
                if (one.name, part.name) == ("media", "credit"):
                    continue
                entry = translation.texts.get(f"{one.name}.{number}.{part.name}", {})
                if entry and entry["fingerprint"] == fingerprint(row.get(part.name))[:20]:
                    said.append(entry["text"])
    return "\n".join(texts.flat(text) for text in said)


def public_words(revision):
    """The public answers in words, field by field; contacts that not everybody may see are left out."""
    for one in (*schema.FIELDS.values(), schema.STORY):
        value = revision.answers.get(one.name)
        if not value or not one.public or one.name in ("title", "summary", "declarations", "licence"):
            continue
        if one.kind in ("line", "text"):
            yield value
        if one.kind == "cities":
            yield " ".join(city.replace("-", " ") for city in value)
        rows = value if one.has_rows else ()
        names = [part.name for part in one.parts if part.kind in ("line", "text")]
        names = ("alt", "caption", "name", "title") if one.kind in ("media", "documents") else names
        for row in rows:
            if row.get("shown_to", "public") == "public" or one.kind != "group":
                yield from (str(row[name]) for name in names if row.get(name))


def facets_of(revision, city, country, topics):
    said = revision.answers
    slugs = [slug for slug in said.get("topics", ()) if slug in topics]
    found = {
        "topic": {*slugs, *(topics[slug].parent.slug for slug in slugs if topics[slug].parent)},
        "stage": {said.get("stage")},
        "region": set(taxonomy.regions_of(country)),
        "country": {country},
        "city": {city},
        "sdg": {str(row["goal"]) for row in said.get("sdgs", ())},
        "year": {said.get("start", "")[:4]},
        "adoptions": {str(n) for n in (1, 2, 5) if revision.practice.times_taken_up >= n},
        "language": {revision.language.split("-")[0].lower()},
        "tag": {taxonomy.tag_slug(tag) for tag in said.get("tags", ())},
    }
    return {name: sorted(kept) for name, values in found.items() if (kept := values - {None, ""})}


def place_of(practice, revision):
    for row in revision.answers.get("location", ()):
        return float(row["lat"]), float(row["lon"])
    city = practice.city
    return (city.lat, city.lon) if city and city.lat is not None else None


def written_in(case):
    return [word for name in FIELDS for word in case.written[name]]


def how_often(cases):
    """Word → in how many cases it stands."""
    found = {}
    for case in cases:
        for word in {word for name in FIELDS for word in case.words[name]}:
            found[word] = found.get(word, 0) + 1
    return found


class Spellings:
    """How words are written in texts of each language."""

    def __init__(self, written):
        self.kept = {}
        for word, language in written:
            for stem in analysis.stems(word, language):
                self.kept.setdefault(stem, set()).update(analysis.pieces(word))
        self.forms = cache(self.forms)

    def forms(self, place, language, off):
        """Folded word → what it counts in a text of this language, when the word at `place` was typed."""
        folded, written = place
        stems = {(analysis.WRITTEN_OUT, folded)}
        if "stems" not in off:
            stems |= {(language, stem) for stem in analysis.keys(folded, written, language)}
        found = {word: evaluation.STEMMED for stem in stems for word in self.kept.get(stem, ())}
        return found | dict.fromkeys(analysis.spellings(folded, written), 1.0)


# Places


def is_within(place, box):
    west, south, east, north = box
    (lat, lon), crosses = place, west > east
    across = lon >= west or lon <= east if crosses else west <= lon <= east
    return south <= lat <= north and across


def kilometres(place, point):
    if place is None:
        return math.inf
    (lat, lon), (other_lat, other_lon) = map(math.radians, place), map(math.radians, point[:2])
    half = math.sin((lat - other_lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin((lon - other_lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(half, 1)))


def how_like(one, other):
    """0.6 for as many people, less for up to ten times as many; 0.4 for the same part of a continent."""
    shared = set(taxonomy.regions_of(one.country)) & set(taxonomy.regions_of(other.country))
    size = 0.5
    if one.population and other.population:
        size = max(0.0, 1 - abs(math.log10(one.population / other.population)))
    return round(0.6 * size + 0.4 * len(shared) / 2, 4)
