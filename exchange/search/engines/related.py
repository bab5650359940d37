"""Cases that tell of the same: by the words that set a case apart, and by the topics it names."""

import math
from collections import Counter

import numpy as np

from exchange.search.engines.evaluation import Evaluation
from exchange.search.engines.reranking import best_of
from exchange.search.query import Query
from exchange.search.words import analysis, parser

TELLING = 14  # words
MOST_KEPT = 40
LONGEST = 1500  # words of a case that are looked at
ENOUGH_WORDS = 2  # that a case shares with a draft, before it is called like it
LEAST_LIKE = 0.5  # of the best score: what is less like a draft is not called like it
SAME_TOPIC = 0.15  # of the best score, for each topic that both name


def related(snapshot, case, visible, most):
    """The numbers of the cases most like this one, the best first."""
    found = snapshot.keep(("related", case), len, lambda: alike(snapshot, case))
    return [other for other in found if visible[other]][:most]


def alike(snapshot, case):
    segment, local = snapshot.local(case)
    words = telling_words(snapshot, segment.texts(local))
    language = snapshot.languages[snapshot.language[case]]
    scores = by_words(snapshot, words, language)
    scores[case] = 0.0
    best = scores.max(initial=0.0)
    for topic in segment.values("topic", local) if "topic" in segment.about["facets"] else ():
        scores += np.where(snapshot.facets.having("topic", topic) & (scores > 0), SAME_TOPIC * best, 0.0)
    return best_first(snapshot, scores)


def like_texts(snapshot, texts, topics, visible, most):
    """The numbers of the cases most like one that is not there yet; `texts`: its title, summary, and more.

    Cases of its topics count in any language: their words may be foreign to it.
    """
    words = telling_words(snapshot, texts, least=1)
    scores = by_words(snapshot, words, "")
    if len(words) > 2:
        scores *= sum(holding(snapshot, word).astype(np.uint8) for word in words) >= ENOUGH_WORDS
    best = scores.max(initial=0.0) or 1.0
    for topic in topics:
        scores += np.where(snapshot.facets.having("topic", topic) & snapshot.live, best, 0.0)
    scores[scores < LEAST_LIKE * scores.max(initial=0.0)] = 0.0
    return [other for other in best_first(snapshot, scores) if visible[other]][:most]


def holding(snapshot, word):
    """A mask of the cases in which a word stands, in whatever form."""
    return by_words(snapshot, [word], "") > 0


def by_words(snapshot, words, language):
    """How well each living case fits any of these words, for a reader of that language ('': of all)."""
    if not words:
        return np.zeros(snapshot.size)
    tree = parser.Or(tuple(map(parser.Word, words)))
    return Evaluation(snapshot, Query(q="related", language=language), tree).scores * snapshot.live


def best_first(snapshot, scores):
    found = best_of(np.flatnonzero(scores > 0), -scores[scores > 0], MOST_KEPT)
    return sorted(found.tolist(), key=lambda one: (-scores[one], -snapshot.published[one]))[:MOST_KEPT]


def telling_words(snapshot, texts, least=2):
    """The words that stand in it often and in few others: at least in so many cases of the index."""
    counts = Counter()
    for weight, text in zip((4, 2), texts, strict=False):
        counts.update({word: weight * times for word, times in Counter(analysis.terms(text)).items()})
    counts.update(analysis.terms(" ".join(texts[2:]))[:LONGEST])
    worth = {}
    for word, times in counts.items():
        others = sum(segment.count(word.encode()) for segment in snapshot.segments)
        if word not in analysis.STOP_WORDS and least <= others <= max(3, snapshot.count // 4):
            worth[word] = (1 + math.log(times)) * math.log(snapshot.count / others)
    return sorted(worth, key=lambda word: (-worth[word], word))[:TELLING]
