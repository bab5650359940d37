"""Text to terms, the same for the index, the question and the marks in a snippet.

A word is folded (case, accents, ß, ligatures) and then stemmed by the language of its text: Snowball
for English, French, Spanish and German; words of other languages stay folded. Scripts without spaces
become pairs of characters. Stop words keep their place, so that phrases work.
"""

import re
import sys
import unicodedata
from collections import defaultdict
from functools import lru_cache

import snowballstemmer

STEMMED = {"en": "english", "fr": "french", "es": "spanish", "de": "german"}
UNSTEMMED = ""  # every other language
LONGEST_WORD = 64
CHINESE = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA_AND_HANGUL = "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f\uac00-\ud7af"
THAI_AND_NEIGHBOURS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
PAIRED = CHINESE + KANA_AND_HANGUL + THAI_AND_NEIGHBOURS
INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
ACCENTS = re.compile(f"[\u0300-\u036f\u0640\u064b-\u0652\u0670{INVISIBLE}]")
PAIRS = re.compile(f"[{PAIRED}]+")
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
UMLAUT_BY_E = re.compile(r"(?<![aeq])([aou])e")  # ae, oe, ue as they are typed without an umlaut
FEMININE = re.compile(r"ee(s?)$")

# Words that say nothing by themselves, folded, and in no other of the four languages a word that does.
SAYING_NOTHING = """
a an and are as at be by for from in into is it its of on or s that the their this to was were what which with
au aux avec ces d dans de des du elle en est et il l la le les leur ou par pas pour qu que qui sa se ses sur
un une al como con del el es esta las lo los para por su sus una y
am auf aus bei bis das dem den der die durch ein eine einem einen einer eines fur im ist mit nach nicht oder
sich sind und uber vom von vor wie wird zu zum zur
"""
STOP_WORDS = frozenset(SAYING_NOTHING.split())


def marks():
    """A character class of the signs that combine with a letter: they belong to its word."""
    codes = [code for code in range(0x300, 0xAC00) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    ranges, start = [], codes[0]
    for code, following in zip(codes, [*codes[1:], sys.maxunicode], strict=True):
        if following != code + 1:
            ranges.append(f"{chr(start)}-{chr(code)}")
            start = following
    return "".join(ranges)


WORD = re.compile(f"[^\\W_](?:[^\\W_]|[{marks()}{INVISIBLE}])*")
stemmers = {code: snowballstemmer.stemmer(name) for code, name in STEMMED.items()}


# A text


def words_of(text, start=0):
    """Word as written → its places in the text, counted from `start`."""
    found, place = defaultdict(list), start
    if not PAIRS.search(text):
        for place, word in enumerate(WORD.findall(text), start):
            found[word].append(place)
        return found
    for word in WORD.findall(text):
        found[word].append(place)
        place += len(terms_of(word, UNSTEMMED))
    return found


def places(words, language, found=None):
    """Term → its places, from a text's words (see `words_of`); added to `found`."""
    found = {} if found is None else found
    for word, spots in words.items():
        for offset, terms in enumerate(terms_of(word, language)):
            moved = [spot + offset for spot in spots] if offset else spots
            for term in terms:
                found[term] = found[term] + moved if term in found else moved
    return found


@lru_cache(maxsize=200_000)
def terms_of(word, language):
    """The terms of a word of a text: a tuple with, for each place it fills, the terms that stand there."""
    slots = []
    for piece in split(fold(word)):
        if PAIRS.match(piece):
            slots += [(pair,) for pair in pairs(piece)]
        else:
            slots.append(unique(stem(piece, language), stem(plain_vowels(piece), language)))
    return tuple(slots)


# A question


@lru_cache(maxsize=10_000)
def asked(text):
    """What a typed word or phrase may stand for: for each place a dictionary term → kinds of language.

    A term counts only in texts in whose language the word has it; None stands for all. The first term is
    the word itself, folded.
    """
    slots = []
    for word in WORD.findall(text):
        for piece in split(fold(word)):
            slots += [{pair: None} for pair in pairs(piece)] if PAIRS.match(piece) else [forms(piece)]
    return slots


def forms(folded):
    """Every term under which a text may hold this word → the kinds of language in which it does."""
    found = {folded: set()}
    for form in unique(folded, plain_vowels(folded)):
        for kind in (*STEMMED, UNSTEMMED):
            found.setdefault(stem(form, kind), set()).add(kind)
    return found


def kind_of(language):
    """A language with a stemmer, or UNSTEMMED."""
    return language if language in STEMMED else UNSTEMMED


def is_stop_word(slot):
    return next(iter(slot)) in STOP_WORDS


def without_stop_words(slots):
    """'l’eau' is asked as 'eau', 'city’s' as 'city'; what holds nothing else stays as it is."""
    telling = [place for place, slot in enumerate(slots) if not is_stop_word(slot)]
    return slots[telling[0] : telling[-1] + 1] if telling else slots


# A word


def fold(word):
    """'Fernández' → 'fernandez', 'Straße' → 'strasse', 'Ærø' → 'aero'; other scripts keep their letters."""
    word = word[:LONGEST_WORD]
    if word.isascii():
        return word.lower()
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return unicodedata.normalize("NFC", bare.casefold().translate(LETTERS))


def split(folded):
    """A word in pieces of one kind each: '東京2020' → '東京', '2020'."""
    if folded.isascii() and folded.isalnum():
        return (folded,)
    return [piece for part in WORD.findall(folded) for piece in re.split(f"({PAIRS.pattern})", part) if piece]


def pairs(run):
    return [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]


def plain_vowels(folded):
    """'zuerich' → 'zurich': what is left of ü when it was typed ue. Short words stay as they are."""
    return UMLAUT_BY_E.sub(r"\1", folded) if len(folded) > 4 else folded


def unique(first, second):
    return (first,) if first == second else (first, second)


@lru_cache(maxsize=200_000)
def stem(folded, language):
    """The stem of a folded word, itself folded; the word itself in languages without a stemmer."""
    stemmer = stemmers.get(language)
    if stemmer is None or not folded.isalpha():
        return folded
    if language == "fr":  # the one ending that its stemmer knows only with the accent
        folded = FEMININE.sub(r"ée\1", folded)
    return fold(stemmer.stemWord(folded))


def fold_all(text):
    """A text folded word by word, to sort by."""
    return " ".join(fold(word) for word in WORD.findall(text))


def spellings(words, language):
    """The folded words that stand under another term: there beginnings of words are looked for."""
    return set().union(*(unstemmed(word, language) for word in words))


@lru_cache(maxsize=200_000)
def unstemmed(word, language):
    terms = {term for slot in terms_of(word, language) for term in slot}
    return frozenset(piece for piece in split(fold(word)) if piece not in terms and not PAIRS.match(piece))
