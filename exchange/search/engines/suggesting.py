"""What somebody may be about to type: names of topics, tags, cities and countries, and titles of cases."""

import numpy as np

from exchange.search.engines.evaluation import Evaluation
from exchange.search.engines.reranking import best_of
from exchange.search.query import Hit, Query
from exchange.search.words import analysis, parser

OFFERED = ("topic", "city", "country", "tag", "sdg")
SHORTEST = 2  # letters, from which on titles are looked at
TRANSLATED = 3  # times as many cases, since it is not known which of them say it in their title


def suggest(snapshot, beginning, language, visible, most):
    """(matches, Hits, more Hits): see Engine.suggest. Nothing is offered that no visible case has."""
    words = analysis.asked(beginning)
    if not words:
        return [], [], []
    translated = visible & snapshot.translated_into(language)
    return (
        named(snapshot, words, language, visible, most),
        saying(snapshot, words, language, visible, most, "title"),
        saying(snapshot, words, language, translated, TRANSLATED * most, "translated"),
    )


def named(snapshot, words, language, visible, most):
    """(facet, value, cases) of the values whose name holds the words, the last perhaps only begun."""
    names, last = snapshot.names, words[-1][0]
    meant = {(one.facet, one.value): one.share for one in names.beginning(last, language)}
    for word in words[:-1]:
        other = {(one.facet, one.value) for one in names.matches((word,), language)}
        meant = {key: share for key, share in meant.items() if key in other}
    ranked = sorted(meant, key=lambda key: (-meant[key], key))
    found = [
        (*key, int((snapshot.facets.having(*key) & visible).sum())) for key in ranked if key[0] in OFFERED
    ]
    found = sorted((one for one in found if one[2]), key=lambda one: (-meant[one[:2]], -one[2], one[:2]))
    return found[:most]


def saying(snapshot, words, language, visible, most, field):
    """Hits of cases with all the words in a field, the last of them perhaps only begun."""
    last = words[-1][0]
    if (len(last) < SHORTEST and len(words) == 1 and last.isascii()) or not visible.any():
        return []
    ended = [parser.Field(field, parser.Word(written)) for _, written in words[:-1]]
    tree = parser.And((*ended, parser.Field(field, parser.Prefix(last))))
    evaluation = Evaluation(snapshot, Query(q=last, language=language, strict=True), tree)
    scores = evaluation.scores
    cases = np.flatnonzero(evaluation.found & visible)
    found = best_of(cases, -scores[cases], most)
    ordered = sorted(found.tolist(), key=lambda one: (-scores[one], -snapshot.published[one]))
    return [Hit(*card[:2]) for card in snapshot.cards(np.array(ordered[:most], np.int64))]
