"""Tags that are probably one: written in another case or with other signs, in the plural, with a slip."""

import re
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from exchange.core.models import db
from exchange.taxonomy.models import KeptApart, Tag
from exchange.taxonomy.service.synonyms import folded
from exchange.taxonomy.service.words import tags

LEAST = 6  # letters of a word in which one may be a slip
WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Lookalikes:
    kept: Tag  # the one that more cases have
    other: Tag
    why: str  # 'case', 'plural' or 'slip'


def lookalikes(counts):
    """Pairs of offered tags that look alike and that nobody has kept apart, the most used first.

    `counts` is slug → number of public cases. Costs two queries, and work that grows with the tags.
    """
    standing = [tag for tag in tags().values() if tag.is_offered]
    apart = set(db.session.execute(select(KeptApart.first, KeptApart.second)).all())
    found = {}
    for why, key_of in (("case", bare), ("plural", singular)):
        for pair in pairs_by(standing, key_of):
            found.setdefault(pair, why)
    for pair in slips(standing):
        found.setdefault(pair, "slip")
    by_slug = {tag.slug: tag for tag in standing}
    made = [ordered(by_slug, pair, counts, why) for pair, why in found.items() if pair not in apart]
    return sorted(made, key=lambda one: (-counts.get(one.kept.slug, 0), one.kept.slug, one.other.slug))


def ordered(by_slug, pair, counts, why):
    kept, other = sorted(pair, key=lambda slug: (-counts.get(slug, 0), slug))
    return Lookalikes(by_slug[kept], by_slug[other], why)


def pairs_by(standing, key_of):
    """(smaller slug, greater slug) of tags with the same key."""
    groups = defaultdict(list)
    for tag in standing:
        groups[key_of(tag.label)].append(tag.slug)
    for slugs in groups.values():
        first, *rest = sorted(slugs)
        yield from ((first, other) for other in rest)


def bare(text):
    """Letters and digits alone, without case and accents."""
    return "".join(WORDS.findall(folded(text)))


def singular(text):
    return "".join(without_plural(word) for word in WORDS.findall(folded(text)))


def without_plural(word):
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("es", "s", "x"):
        if len(word) > len(ending) + 2 and word.endswith(ending) and not word.endswith("ss"):
            return word.removesuffix(ending).removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word


def slips(standing):
    """Pairs that differ by one letter left out, put in, exchanged or swapped with its neighbour.

    Each word is filed under what is left of it without one letter, so that only alike ones meet.
    """
    words = {tag.slug: bare(tag.label) for tag in standing}
    long = {slug: word for slug, word in words.items() if len(word) >= LEAST and word.isalpha()}
    shelves = defaultdict(set)
    for slug, word in long.items():
        for rest in {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}:
            shelves[rest].add(slug)
    for slugs in shelves.values():
        for first in slugs:
            for second in slugs:
                if first < second and are_near(long[first], long[second]):
                    yield first, second


def are_near(one, other):
    """At most one edit apart."""
    if len(one) > len(other):
        one, other = other, one
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return len(other) - len(one) == 1 and one[place:] == other[place + 1 :]
    swapped = (
        one[place : place + 2] == other[place : place + 2][::-1] and one[place + 2 :] == other[place + 2 :]
    )
    return one[place + 1 :] == other[place + 1 :] or swapped
