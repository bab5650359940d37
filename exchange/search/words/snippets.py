"""The lines shown under a found title, with the found words marked.

Words are recognised as the index recognises them – by their stems, without accents –, in the text that
is shown: the engine is not asked.
"""

import os
import re
from functools import cached_property, lru_cache
from itertools import islice, takewhile

from markupsafe import Markup, escape

from exchange.search.words import analysis, parser

LENGTH = 240  # characters
LEAD = 60  # of them before the first found word
MOST_SOUGHT = 64  # words and phrases of a question; a pasted strategy may have thousands
LATIN_1 = ("en", "fr", "es", "de", "pt", "it", "nl", "sv", "da", "no", "nb", "nn", "fi", "ca", "eu", "ga")
TWO_LETTERS = re.compile("ss|ae|oe|th")  # what one letter may fold to


class Marker:
    """Finds the words of a question in texts of one language: single ones, rows, beginnings of words."""

    def __init__(self, tree, language, off=()):
        self.language, self.off = language, off
        self.beginnings, self.runs, self.rows = [], [], []
        for part in islice(dict.fromkeys(parser.sought(tree)), MOST_SOUGHT) if tree else ():
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

    @property
    def wanted(self):
        return len(self.rows) + len(self.beginnings)

    def spans(self, text):
        """(start, end, what was found) of every found stretch, in order; see `shown_with_the_first`."""
        plain, found = letters_of(text), []
        for typed, row in self.rows:
            rows = self.rows_in(text, plain, row)
            rows = rows if self.wanted > 1 else shown_with_the_first(rows)
            found += [(start, end, typed) for start, end in rows]
        for start in self.beginnings:
            sought = looked_for(start, self.language)
            found += [
                (at, end, start)
                for at, end, word in words_at(sought, text, plain)
                if analysis.fold(word).startswith(start)
            ]
        for run in self.runs:
            found += [(match.start(), match.end(), run) for match in re.finditer(re.escape(run), text)]
        return without_overlaps(found)

    def rows_in(self, text, plain, row):
        """(start, end) wherever the words of a row stand side by side."""
        for start, end, word in words_at(row[0].beginning, text, plain):
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
    def beginning(self):
        """What all of its forms begin with, as far as that can be looked for in `letters_of` a text."""
        stems = [stem for kind, stem in self.keys if kind]
        shared = os.path.commonprefix([*self.spellings, *stems])
        return looked_for(shared[:-1] if len(shared) > 3 else shared, self.language)

    def is_word(self, word):
        if analysis.fold(word) in self.spellings:
            return True
        return not self.keys.isdisjoint(analysis.stems(word, self.language))


def looked_for(start, language):
    """As much of the beginning of a folded word as is a letter for a letter; '' where nothing is sure."""
    if language not in LATIN_1:
        return ""
    match = TWO_LETTERS.search(start)
    return start[: match.start() + 1] if match else start


def plain_letters():
    """A table of the 256 signs of Latin-1: each as the first small letter of what it folds to."""
    folded = [analysis.fold(chr(code))[:1] for code in range(256)]
    return bytes(ord(one) if one.isascii() and one.isalnum() else code for code, one in enumerate(folded))


PLAIN_LETTERS = plain_letters()


def letters_of(text):
    """A text as bytes, a byte for each character: small letters without accents, '?' beyond Latin-1."""
    return text.encode("latin-1", "replace").translate(PLAIN_LETTERS)


def words_at(beginning, text, plain):
    """(start, end, word) of the words of a text that may begin so; `plain` are its letters."""
    if not beginning or not beginning.isascii():
        yield from ((match.start(), match.end(), match[0]) for match in analysis.WORD.finditer(text))
        return
    sought = beginning.encode()
    place = plain.find(sought)
    while place >= 0:
        match = analysis.WORD.match(text, place)
        if match and not (place and text[place - 1].isalnum()):
            yield place, match.end(), match[0]
        place = plain.find(sought, place + len(sought))


def shown_with_the_first(spans):
    """Where one thing is looked for, the first place is the best: those behind what is shown need no look."""
    first = next(spans, None)
    if first is None:
        return []
    return [first, *takewhile(lambda span: span[0] <= first[0] + LENGTH, spans)]


def without_overlaps(spans):
    """The spans in order; of two that overlap the longer one, or the first."""
    kept = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


@lru_cache(maxsize=256)
def marker_of(tree, language, off=()):
    """A Marker, made once for the cases of a page that are in one language."""
    return Marker(tree, language, off)


def snippet(texts, marker):
    """The best stretch of these flat texts as pieces (text, is found), else the beginning of the first.

    `texts` are looked at in their order until one holds every sought word; a stretch keeps to its line.
    """
    wanted = marker.wanted
    if not wanted:
        return cut(next(iter(texts), ""), 0, [])
    best, fallback = None, None
    for text in texts:
        fallback = fallback or text
        stretch = best_stretch(text, marker.spans(text))
        if stretch and (best is None or stretch[0] > best[0]):
            best = stretch
        if best and best[0] >= wanted:
            break
    if best is None:
        return cut((fallback or "").partition("\n")[0], 0, [])
    _, line, place, spans = best
    return cut(line, sentence_start(line, place), spans)


def best_stretch(text, spans):
    """(different words in it, its line, where the first of them is, spans in the line), or None."""
    best, line = None, (0, -1)
    for first, (start, _, _) in enumerate(spans[:200]):
        if start > line[1]:
            line = line_around(text, start)
        end = min(line[1], start + LENGTH - LEAD)
        inside = {what for _, stop, what in spans[first : first + 20] if stop <= end}
        if best is None or len(inside) > best[0]:
            best = (len(inside), start, line)
    if best is None:
        return None
    begin, end = best[2]
    here = [
        (start - begin, stop - begin, what) for start, stop, what in spans if begin <= start and stop <= end
    ]
    return best[0], text[begin:end], best[1] - begin, here


def line_around(text, place):
    """Where the line of a place begins and ends."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, len(text) if end < 0 else end


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
    return Markup(
        "".join(f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in pieces)
    )


def plain(pieces):
    return "".join(text for text, _ in pieces)
