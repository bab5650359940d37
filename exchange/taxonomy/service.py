"""Look-ups in the vocabulary, and the facts of UN M49 and the Sustainable Development Goals."""

import csv
import json
import re
import unicodedata
from functools import cache
from pathlib import Path

from sqlalchemy import select

from exchange.core.i18n import in_language
from exchange.core.models import db
from exchange.taxonomy.models import Tag, Topic

DATA = Path(__file__).resolve().parent.parent / "data"


@cache
def countries():
    """Alpha-2 → {m49, region, subregion, names}; names after UN M49, German after CLDR. An editable list."""
    with open(DATA / "countries.csv", encoding="utf-8") as file:
        return {
            row["code"]: {
                "m49": row["m49"],
                "region": row["region"],
                "subregion": row["subregion"],
                "names": {code: row[code] for code in ("en", "fr", "es", "de")},
            }
            for row in csv.DictReader(file)
        }


@cache
def regions():
    """M49 code → {parent, names} of the continents and their sub-regions."""
    return json.loads((DATA / "regions.json").read_text(encoding="utf-8"))


@cache
def goals():
    """Goal number → {"names": {language: name}} of the 17 goals (short names of the United Nations)."""
    found = json.loads((DATA / "goals.json").read_text(encoding="utf-8"))
    return {int(number): goal for number, goal in found.items()}


def country_name(code, language):
    country = countries().get(code or "")
    return in_language(country["names"], language) if country else ""


def region_name(code, language):
    region = regions().get(code)
    return in_language(region["names"], language) if region else ""


def goal_name(number, language):
    goal = goals().get(int(number))
    return in_language(goal["names"], language) if goal else ""


def regions_of(country):
    """The M49 codes a country lies in, continent first; [] for an unknown one."""
    found = countries().get(country or "")
    return [code for code in (found["region"], found["subregion"]) if code] if found else []


def topics():
    """Slug → Topic of the whole tree, in its order."""
    found = db.session.scalars(select(Topic).order_by(Topic.parent_id.is_not(None), Topic.position)).all()
    return {topic.slug: topic for topic in found}


def tag_slug(label):
    """'Öffentlicher Raum' → 'öffentlicher-raum': case and spaces do not make another tag."""
    folded = unicodedata.normalize("NFC", label).casefold().strip()
    return re.sub(r"[^\w]+", "-", folded).strip("-")[:80]


def let_in_tags(labels):
    """Tags of an approved case become part of the vocabulary."""
    wanted = {tag_slug(label): label for label in labels if tag_slug(label)}
    known = set(db.session.scalars(select(Tag.slug).where(Tag.slug.in_(wanted))))
    db.session.add_all(Tag(slug=slug, label=label) for slug, label in wanted.items() if slug not in known)


def suggest_tags(beginning, limit=8):
    """Tags of the vocabulary that begin so, for the writing form; typed wildcards are taken literally."""
    start = tag_slug(beginning)
    if not start:
        return []
    return db.session.scalars(
        select(Tag.label).where(Tag.slug.startswith(start, autoescape=True)).order_by(Tag.slug).limit(limit)
    ).all()
