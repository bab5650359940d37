"""Look-ups in the vocabulary, and the verbs of those who look after it. The caller commits."""

from exchange.taxonomy.service.facts import (
    DATA,
    countries,
    country_name,
    goal_name,
    goals,
    region_name,
    regions,
    regions_of,
)
from exchange.taxonomy.service.words import let_in_tags, suggest_tags, tag_slug, topics

__all__ = [
    "DATA",
    "countries",
    "country_name",
    "goal_name",
    "goals",
    "let_in_tags",
    "region_name",
    "regions",
    "regions_of",
    "suggest_tags",
    "tag_slug",
    "topics",
]
