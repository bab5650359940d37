"""The topics of a case, and how often a search finds each: what several pages need."""

from exchange.taxonomy import service as taxonomy


def topics_of(revision):
    tree = taxonomy.topics()
    return [tree[slug] for slug in revision.get("topics", []) if slug in tree]


def root_of(revision):
    """The root topic that gives a case its colour, or ''."""
    found = topics_of(revision)
    return found[0].root if found else ""


def counts_of(results, facet):
    return {value.value: value.count for value in results.facets.get(facet, [])}
