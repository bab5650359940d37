"""The lines shown under a found title, with the found words marked.

Words are recognised as the index recognises them – by their stems, without accents –, in the text that
is shown: the engine is not asked.
"""

import os
import re
from functools import cached_property, lru_cache
from itertools import islice

from markupsafe import Markup, escape

from exchange.search import analysis, parser

LENGTH = 240  # characters
LEAD = 60  # of them before the first found word


class Marker:
    """Finds the words of a question in texts of one language: single ones, rows, beginnings of words."""

    def __init__(self, tree, language, off=()):
        self.language, self.off = language, off
        self.beginnings, self.runs, self.rows = [], [], []
        for part in parser.sought(tree) if tree else ():
            if isinstance(part, parser.Prefix):
                self.beginnings.append(analysis.fold(part.text))
            else:
                self.learn(part)

    def learn(self, part):
        places = analysis.asked(part.text)
        if isinstance(part, parser.Word):
            places = analysis.without_stop_words(places)
        if places:
            self.rows.append((part.text, [Sought(*place, self.language, self.off) for place in places]))
        self.runs += analysis.PAIRS.findall(part.text)

    def spans(self, text):
        """(start, end, what was found) of every found stretch, in order."""
        found = []
        for typed, row in self.rows:
            found += [(start, end, typed) for start, end in self.rows_in(text, row)]
        for start in self.beginnings:
            sieve = beginning(start)
            found += [
                (at, end, start)
                for at, end, word in words_at(sieve, text)
                if analysis.fold(word).startswith(start)
            ]
        for run in self.runs:
            found += [(match.start(), match.end(), run) for match in re.finditer(re.escape(run), text)]
        return without_overlaps(found)

    def rows_in(self, text, row):
        """(start, end) wherever the words of a row stand side by side."""
        for start, end, word in words_at(row[0].sieve, text):
            if not row[0].is_word(word):
                continue
            words = list(islice(analysis.WORD.finditer(text, start), len(row)))
            if len(words) == len(row) and all(
                one.is_word(word[0]) for one, word in zip(row[1:], words[1:], strict=True)
            ):
                yield start, words[-1].end() if len(row) > 1 else end


class Sought:
    """One word of the question, as it may be written in texts of one language."""

    def __init__(self, folded, written, language, off):
        self.folded, self.language = folded, language
        self.spellings = set(analysis.spellings(folded, written))
        self.keys = {(analysis.WRITTEN_OUT, folded)}
        if "stems" not in off:
            self.keys |= {(language, stem) for stem in analysis.keys(folded, written, language)}

    @cached_property
    def sieve(self):
        """Finds whatever may be this word, by the beginning that all of its forms share."""
        stems = [stem for kind, stem in self.keys if kind]
        shared = os.path.commonprefix([*self.spellings, *stems])
        return beginning(shared[:-1] if len(shared) > 3 else shared)

    def is_word(self, word):
        if analysis.fold(word) in self.spellings:
            return True
        return not self.keys.isdisjoint(analysis.stems(word, self.language))


@lru_cache(maxsize=1000)
def beginning(start):
    """Finds words that begin so, whatever their case and accents."""
    if not start or not start.isascii():
        return analysis.WORD
    return re.compile(f"{''.join(map(letter, start[:6]))}(?:{analysis.IN_WORD})*")


def letter(one):
    """Matches an ASCII letter in both cases and whatever may fold to it: all but the rest of ASCII.

    Said so, because a range of all other characters takes the compiler fifty milliseconds a word.
    """
    others = {chr(number) for number in range(128)} - {one, one.upper()}
    return f"[^{re.escape(''.join(sorted(others)))}]"


def words_at(sieve, text):
    """(start, end, word) of what the sieve finds at the beginning of a word."""
    for match in sieve.finditer(text):
        start = match.start()
        if not start or not text[start - 1].isalnum():
            yield start, match.end(), match[0]


def without_overlaps(spans):
    """The spans in order; of two that overlap the longer one, or the first."""
    kept = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def snippet(texts, marker):
    """The best stretch of these flat texts as pieces (text, is found), else the beginning of the first.

    `texts` are looked at in their order until one holds every sought word.
    """
    wanted = len(marker.rows) + len(marker.beginnings)
    if not wanted:
        return cut(next(iter(texts), ""), 0, [])
    best, fallback = None, None
    for text in texts:
        fallback = fallback or text
        stretch = best_stretch(text, marker.spans(text))
        if stretch and (best is None or stretch[0] > best[0]):
            best = (*stretch, text)
        if best and best[0] >= wanted:
            break
    if best is None:
        return cut(fallback or "", 0, [])
    _, start, spans, text = best
    return cut(text, start, spans)


def best_stretch(text, spans):
    """(different words in it, where it starts, spans) of the richest stretch of a text, or None."""
    best = None
    for first, (start, _, _) in enumerate(spans[:200]):
        inside = {what for begin, end, what in spans[first : first + 20] if end <= start + LENGTH - LEAD}
        if best is None or len(inside) > best[0]:
            best = (len(inside), start, spans)
    return best and (best[0], sentence_start(text, best[1]), best[2])


def sentence_start(text, place):
    """Where to begin so that the found word is read in its sentence: at most LEAD characters before."""
    if place <= LEAD:
        return 0
    before = text[place - LEAD : place]
    for sign in (". ", "! ", "? ", "; ", ": ", " "):
        if sign in before:
            return place - LEAD + before.index(sign) + len(sign)
    return place


def cut(text, start, spans):
    """About LENGTH characters from `start`, in pieces (text, is found), with … where something is missing."""
    end = word_end(text, start + LENGTH)
    pieces, place = [("… ", False)] if start else [], start
    for begin, finish, _ in spans:
        if place <= begin and finish <= end:
            pieces += [(text[place:begin], False), (text[begin:finish], True)]
            place = finish
    pieces.append((text[place:end] + (" …" if end < len(text) else ""), False))
    return [piece for piece in pieces if piece[0]]


def word_end(text, place):
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - 40, place)
    return space if space > 0 else place


def marked(pieces):
    """The pieces as safe HTML, found words in <mark>."""
    mark = Markup("<mark>{}</mark>")
    return Markup("").join(mark.format(text) if found else escape(text) for text, found in pieces)


def plain(pieces):
    return "".join(text for text, _ in pieces)
