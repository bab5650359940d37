"""A second look at the best cases: at words that stand as they were typed, and titles typed whole."""

import numpy as np

from exchange.search.words import analysis, parser

RERANKED = 200  # of the best cases
SIDE_BY_SIDE = 0.4  # of a phrase's score, for two words of the question that stand as they were typed
FARTHEST = 3  # words from each other, small ones between them counted
TITLED = 1.0  # of its score more, for a case whose title was typed; less for a part of it


def rerank(evaluation, found, scores):
    """The scores with more for those of the best cases that deserve it."""
    words = typed(evaluation.tree)
    if not words or not found.any():
        return scores
    cases = np.flatnonzero(found)
    best = np.sort(best_of(cases, -scores[cases], RERANKED))
    for (one, place), (other, next_place), distance in neighbours(words):
        cases, worth = evaluation.in_a_row((place, next_place), [distance], best)
        counts = np.bincount(best.searchsorted(cases), worth, minlength=len(best))
        rare = (evaluation.rarity_of(one) + evaluation.rarity_of(other)) / 2
        scores[best] += SIDE_BY_SIDE * rare * counts / (counts + evaluation.K1)
    scores[best] *= 1 + TITLED * as_title(evaluation, words, best)
    return scores


def typed(tree):
    """The plain words of a question, in their order."""
    if isinstance(tree, parser.Word):
        return [tree]
    return (
        [part for part in tree.parts if isinstance(part, parser.Word)] if isinstance(tree, parser.And) else []
    )


def neighbours(words):
    """((word, place), (word, place), distance) of telling words typed next to each other, or nearly."""
    last, at = None, 0
    for word in words:
        places = analysis.asked(word.text)
        for place in places:
            at += 1
            if not analysis.is_stop_word(place):
                if last and at - last[2] <= FARTHEST and last[0] is not word:
                    yield last[:2], (word, place), at - last[2]
                last = (word, place, at)
        at += bool(places) and analysis.is_pair(places[-1])  # the end of a run has a place of its own


def as_title(evaluation, words, best):
    """1 for each of the best cases whose title was typed whole and nothing else, less for less."""
    snapshot = evaluation.snapshot
    places = dict.fromkeys(place for word in words for place in analysis.asked(word.text))
    found = [in_title(snapshot, evaluation.forms(*place), best) for place in places]
    of_title = np.minimum(1.0, sum(found) / np.maximum(snapshot.norm_inputs[0][best], 1))
    return of_title * sum(one > 0 for one in found) / max(1, len(places))


def in_title(snapshot, forms, best):
    """How often one of these words stands in the title of each of the best cases."""
    found = np.zeros(len(best))
    for word, languages in forms.items():
        for base, segment in zip(snapshot.bases, snapshot.segments, strict=False):
            posting = segment.posting(word)
            if posting and 0 in posting.counts:
                at = np.minimum(
                    np.searchsorted(posting.cases, np.maximum(best - base, 0)), len(posting.cases) - 1
                )
                here = posting.cases[at].astype(np.int64) + base == best
                if languages is not None:
                    here &= snapshot.are_in(languages, best)
                found += np.where(here, posting.counts[0][at], 0)
    return found


def best_of(cases, keys, most):
    """Those of the cases with the smallest keys: `most` of them, and whoever is as good as the last."""
    if len(cases) <= most:
        return cases
    last = np.partition(keys, most - 1)[most - 1]
    return cases[keys <= last]
