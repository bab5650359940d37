"""Cases from elsewhere: a record becomes a practice with its origin, licence and address kept.

A record is a dictionary: source, source_id, title, summary, body (Markdown), city, country, country_code,
lat, lon, language, year, tags[], themes[], url, licence; and, where somebody has sorted it, topics[] (slugs
of our tree; what a machine guessed is no fact and is not taken). Nothing is cut: text that has no section of
its own goes whole into the story, and an address that is none is kept as words.
"""

import re

from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.accounts.models import City
from exchange.core import journal
from exchange.core.models import db
from exchange.practices import schema, service
from exchange.practices.models import Practice
from exchange.taxonomy import service as taxonomy

LONGEST = 100_000
HEADING = re.compile(r"^(#{2,3})\s+(.+?)\s*#*\s*$", re.MULTILINE)
GOAL = re.compile(r"SDG\s*(\d{1,2})\b", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SECTIONS = (
    (
        "challenge",
        r"(le |the )?(problems?|problèmes?|problématique|problema|challenge)( and purpose| visés?)?",
    ),
    ("challenge", r"(le |the )?(contexte|context|background|contexto)"),
    ("objectives", r"(les |the )?(objectifs?|objectives?|objetivos?)( à \d+ mois)?"),
    (
        "solution",
        r"(la |the |notre )?(solution|solución)|description of the solution|project description|umsetzung",
    ),
    ("participation", r"participant (recruitment and )?selection"),
)
SECTIONS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in SECTIONS)


class BadRecord(ValueError):
    """A record that cannot become a case; the message is for the person who imports."""


def take_in(record):
    """Make the practice of a record, or find that it is here.

    Returns (outcome, revision): 'new' or 'changed' with a draft revision that waits to be submitted,
    'same' when the record was taken in before and has not changed, 'under review' when it has but an
    earlier text still waits for its decision. Raises BadRecord.
    """
    check(record)
    mark = service.fingerprint(record)
    practice = known(record)
    if practice is None:
        return "new", make(record, mark)
    if practice.origin.get("mark") == mark:
        return "same", None
    public = service.public_revision(practice)
    if service.working_revision(practice) or public is None:
        return "under review", None
    draft = service.next_draft(public, by=None)
    fill(draft, record, mark)
    return "changed", draft


def check(record):
    if not isinstance(record, dict):
        raise BadRecord("not a record with named fields")
    for name in ("source", "source_id", "title", "url", "licence"):
        if not isinstance(record.get(name), str) or not record[name].strip():
            raise BadRecord(f"'{name}' is missing")
    for name in ("summary", "body", "city", "country", "country_code", "language"):
        if record.get(name) is not None and not isinstance(record[name], str):
            raise BadRecord(f"'{name}' is not text")
    if not (record.get("body") or record.get("summary") or "").strip():
        raise BadRecord("there is no text")
    if len(record.get("body") or "") > LONGEST:
        raise BadRecord(f"the text is longer than {LONGEST:,} characters")
    for name in ("tags", "themes", "topics"):
        value = record.get(name) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise BadRecord(f"'{name}' is not a list of words")


def known(record):
    return db.session.scalar(
        select(Practice).where(
            Practice.origin_source == record["source"], Practice.origin_id == record["source_id"]
        )
    )


def make(record, mark):
    country = record.get("country_code") or None
    country = country if country in taxonomy.countries() else None
    city = find_or_make_city(record, country)
    revision = service.begin(None, city, record["title"].strip(), language_of(record), "partner", country)
    revision.practice.origin_source = record["source"]
    revision.practice.origin_id = record["source_id"]
    fill(revision, record, mark)
    return revision


def fill(revision, record, mark):
    """Write the record into a draft, and say of every other question that it was not recorded."""
    practice = revision.practice
    practice.origin = {
        "url": record["url"].strip(),
        "licence": record["licence"].strip(),
        "mark": mark,
        "country": record.get("country") or "",
    }
    answers = {
        "title": record["title"].strip(),
        "language": language_of(record),
        "summary": (record.get("summary") or "").strip(),
        "licence": None,
        **sections(record.get("body") or ""),
        **facts(record),
    }
    revision.answers = {}
    asked = [field.name for field in schema.fields_for("P") if field.name not in schema.RIGHTS]
    missing = {name: {"reason": "not-recorded", "why": ""} for name in asked if not answers.get(name)}
    service.write(revision, answers, missing)
    journal.record("take in", service.subject(practice), None, news=False, source=record["source"])


def language_of(record):
    code = (record.get("language") or "").strip()
    return code if LANGUAGE.fullmatch(code) else "und"


def sections(body):
    """The text by the sections that it names itself; all the rest, in its order, is the story."""
    found, story, place = {}, [], 0
    headings = list(HEADING.finditer(body))
    for number, heading in enumerate(headings):
        if heading.start() < place:
            continue  # inside a section that was taken whole
        name = section_of(heading[2], found)
        if name is None:
            continue
        end = end_of(headings, number, len(body))
        text = body[heading.end() : end].strip()
        if not text:
            continue
        story.append(body[place : heading.start()])
        found[name] = text
        place = end
    story.append(body[place:])
    rest = "\n\n".join(part.strip() for part in story if part.strip())
    return {**found, "story": rest} if rest else found


def section_of(heading, found):
    words = heading.strip("*#: ?").strip()
    return next((name for name, pattern in SECTIONS if name not in found and pattern.fullmatch(words)), None)


def end_of(headings, number, length):
    """A section ends at the next heading of its own or a higher level."""
    level = len(headings[number][1])
    return next((later.start() for later in headings[number + 1 :] if len(later[1]) <= level), length)


def facts(record):
    goals = {int(match[1]) for theme in record.get("themes") or [] if (match := GOAL.match(theme))}
    words = [*(record.get("tags") or []), *(theme for theme in record.get("themes") or [] if is_word(theme))]
    year = record.get("year")
    found = {
        "tags": list(dict.fromkeys(word.strip() for word in words if word.strip())),
        "sdgs": [{"goal": goal, "target": "", "why": ""} for goal in sorted(goals) if 1 <= goal <= 17],
        "topics": [slug for slug in record.get("topics") or [] if slug in taxonomy.topics()][:3],
        "start": str(year) if isinstance(year, int) and 1000 <= year <= 9999 else None,
    }
    if place := place_of(record):
        lat, lon = place
        found["location"] = [{"label": record.get("city") or "", "lat": str(lat), "lon": str(lon)}]
    return found


def is_word(theme):
    return not GOAL.match(theme) and theme.strip().upper() not in ("NA", "N/A", "-")


def place_of(record):
    """(lat, lon), or None: 'Null Island' (0, 0) means that nobody knew."""
    lat, lon = record.get("lat"), record.get("lon")
    if not all(isinstance(value, int | float) for value in (lat, lon)):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (abs(lat) < 0.01 and abs(lon) < 0.01):
        return None
    return round(lat, 4), round(lon, 4)


def find_or_make_city(record, country):
    """The city that the record names, as a non-member if it is new; None without name or country."""
    name = (record.get("city") or "").strip()
    if not name or not country or name.lower() == "null island":
        return None
    slug = service.slug_of(name) or service.fingerprint(name)[:10]
    city = accounts.find_city(slug)
    if city and city.country != country:
        slug = f"{slug}-{country.lower()}"
        city = accounts.find_city(slug)
    if city is None:
        lat, lon = place_of(record) or (None, None)
        city = City(slug=slug, name=name, country=country, lat=lat, lon=lon)
        db.session.add(city)
        db.session.flush()
    return city
