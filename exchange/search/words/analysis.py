"""Text to words, and words to stems: the same for the index, the question and the marks in a snippet.

A word of the index is folded (case, accents, ß, ligatures, digits); scripts without spaces become
pairs of characters. Stems are kept beside: in a text of language L a folded word is also found by its
`stems`. Stop words keep their place, so that phrases work.
"""

import re
import sys
import unicodedata
from functools import lru_cache

import Stemmer

from exchange.core.words import INVISIBLE, folded

STEMMED = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "nn": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
LONGEST_WORD = 64
MOST_PLACES = 300  # of one word or phrase of a question
CHINESE = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA_AND_HANGUL = "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f\uac00-\ud7af"
THAI_AND_NEIGHBOURS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
PAIRED = CHINESE + KANA_AND_HANGUL + THAI_AND_NEIGHBOURS
PAIRS = re.compile(f"[{PAIRED}]+")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
UMLAUT_BY_E = re.compile(r"(?<![aeq])([aou])e")  # ae, oe, ue as they are typed without an umlaut
IRREGULAR = {  # what the stemmers do not know, folded
    "en": {
        "buses": "bus",
        "minibuses": "minibus",
        "trolleybuses": "trolleybus",
        "gases": "gas",
        "children": "child",
        "women": "woman",
        "men": "man",
    },
}
REWRITTEN = {  # (of a folded word, what it is then) where a stemmer knows only the other form
    language: [(re.compile(pattern), other) for pattern, other in pairs]
    for language, pairs in {
        "ar": [(r"^[وفبل]?ال(?=...)", "")],
        "fi": [(r"misen$", "minen")],
        "fr": [(r"ee(s?)$", r"ée\1"), (r"os$", "o")],
        "it": [(r"ieri$", "iere")],
        "nb": [(r"erne$", "er")],
        "no": [(r"erne$", "er")],
        "pt": [(r"coes$", "ções"), (r"cao$", "ção"), (r"ais$", "al")],
        "ro": [(r"arii$", "are")],
    }.items()
}
STEMMED_ONCE = {"en", "de"}  # elsewhere the stem of a stem brings together what one pass leaves apart
WRITTEN_OUT = ""  # the kind under which an umlaut written as two letters is kept

# Words that say nothing by themselves, folded, and in none of the other languages a word that does.
SAYING_NOTHING = """
a an and are as at be by for from in into is it its of on or s that the their this to was were what which with
au aux avec ces d dans de des du elle en est et il l la le les leur ou par pas pour qu que qui sa se ses sur
un une al como con del el es esta las lo los para por su sus una y
am auf aus bei bis das dem den der die durch ein eine einem einen einer eines fur im ist mit nach nicht oder
sich sind und uber vom von vor wie wird zu zum zur
ao aos com da das do dos e em na nas no nos o os uma um che dei della delle di gli nel nella per sono het een
och det att av fra til og som i in na w z и в на с по для из от как что это και το του της την των στην
في من على عن أن إلى ve bir ile icin az egy es a
"""


def marks():
    """A character class of the signs that combine with a letter: they belong to its word."""
    codes = [code for code in range(0x300, 0xAC00) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    ranges, start = [], codes[0]
    for code, following in zip(codes, [*codes[1:], sys.maxunicode], strict=True):
        if following != code + 1:
            ranges.append(f"{chr(start)}-{chr(code)}")
            start = following
    return "".join(ranges)


IN_WORD = f"[^\\W_]|[{marks()}{INVISIBLE}]"
WORD = re.compile(f"[^\\W_]+(?:[{marks()}{INVISIBLE}][^\\W_]*)*")
stemmers = {code: Stemmer.Stemmer(name, 0) for code, name in STEMMED.items()}  # 0: we keep what it says


# A text


def pieces(word):
    """The folded words that a written word becomes, each filling a place: mostly one."""
    if len(word) > LONGEST_WORD and PAIRS.search(word):  # whole sentences are written without a space
        return tuple(in_pieces(folded(word)))
    return pieces_of(word[:LONGEST_WORD])


@lru_cache(maxsize=200_000)
def pieces_of(word):
    return tuple(in_pieces(fold(word)))


def in_pieces(folded):
    for piece in split(folded):
        if PAIRS.match(piece) and len(piece) > 1:
            yield from (*pairs(piece), piece[-1])  # every character begins one of them
        else:
            yield piece[: 2 * LONGEST_WORD]


def terms(text):
    """The folded words of a text, in their order."""
    return [piece for word in WORD.findall(text) for piece in pieces(word)]


@lru_cache(maxsize=400_000)
def stems(word, language):
    """(kind, stem) pairs under which, beside itself, a word is kept in texts of a language."""
    if not word.isascii() and PAIRS.search(word):
        return ()
    return (*((language, stem) for stem in stems_of(word, language)), *written_out(word, language))


def stems_of(word, language):
    """The stems of a word as it is written, and as it is typed by whoever has no accents on the keyboard."""
    stemmer, plain = stemmers.get(language), fold(word)
    if stemmer is None or (plain.isascii() and not plain.isalpha()):
        return frozenset()
    if regular := IRREGULAR.get(language, {}).get(plain):
        return {fold(stemmer.stemWord(regular))}
    forms = {plain} if word.isascii() else {plain, lower(word)}
    for ending, other in REWRITTEN.get(language, ()):
        forms.add(ending.sub(other, plain))
    found = {stemmer.stemWord(form) for form in forms}
    if language not in STEMMED_ONCE:
        found |= {stemmer.stemWord(stem) for stem in found}
    return {fold(stem) for stem in found}


def written_out(word, language):
    """Zürich is also found by 'zuerich', and a written Zuerich by 'zurich'."""
    found = []
    if not word.isascii() and (out := lower(word).translate(UMLAUTS)) != lower(word):
        found.append((WRITTEN_OUT, fold(out)))
    if (language == "de" or word[0].isupper()) and (plain := plain_vowels(fold(word))) != fold(word):
        found += [(WRITTEN_OUT, plain), *((language, stem) for stem in stems_of(plain, language))]
    return found


# A question


@lru_cache(maxsize=1_000)
def asked(text):
    """The places of a typed word or phrase, at most MOST_PLACES: for each (folded word, as it was typed)."""
    found = [
        (piece, word[:LONGEST_WORD] if piece == fold(word) else piece)
        for word in WORD.findall(text)
        for piece in pieces(word)
    ]
    return tuple(found[:-1] if ends_in_run(found) else found)[:MOST_PLACES]


def ends_in_run(places):
    """Whether the last place is the last character of a run, which its last pair holds already."""
    return len(places) > 1 and is_single(places[-1][0]) and is_pair(places[-2])


def is_pair(place):
    """Two characters of a run: in a text, the next place begins with the second of them."""
    return len(place[0]) == 2 and bool(PAIRS.fullmatch(place[0]))


@lru_cache(maxsize=10_000)
def spellings(folded, written):
    """The folded words that are the same word: whoever types Zürich also means Zuerich."""
    return tuple(dict.fromkeys((folded, fold(lower(written).translate(UMLAUTS)))))


@lru_cache(maxsize=100_000)
def keys(folded, written, language):
    """The stems by which a typed word is looked for in texts of a language."""
    return frozenset(stems_of(written, language) | stems_of(folded, language))


def is_stop_word(place):
    return place[0] in STOP_WORDS


def without_stop_words(places):
    """'l’eau' is asked as 'eau', 'city’s' as 'city'; what holds nothing else stays as it is."""
    telling = [number for number, place in enumerate(places) if not is_stop_word(place)]
    return places[telling[0] : telling[-1] + 1] if telling else places


# A word


def fold(word):
    """'Fernández' → 'fernandez', 'Straße' → 'strasse', 'Ærø' → 'aero'; other scripts keep their letters."""
    return fold_kept(word[:LONGEST_WORD])


@lru_cache(maxsize=200_000)
def fold_kept(word):
    return folded(word)


def lower(word):
    """As it is written, in small letters; the Turkish İ is an i."""
    return unicodedata.normalize("NFC", word[:LONGEST_WORD].lower().replace("i\u0307", "i"))


def split(folded):
    """A word in pieces of one kind each: '東京2020' → '東京', '2020'."""
    if folded.isascii() and folded.isalnum():
        return (folded,)
    return [piece for part in WORD.findall(folded) for piece in re.split(f"({PAIRS.pattern})", part) if piece]


def pairs(run):
    return [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]


def is_single(folded):
    """One character of a script without spaces: it is looked for as the beginning of a pair."""
    return len(folded) == 1 and bool(PAIRS.match(folded))


def plain_vowels(folded):
    """'zuerich' → 'zurich': what is left of ü when it was typed ue. Short words stay as they are."""
    return UMLAUT_BY_E.sub(r"\1", folded) if len(folded) > 4 else folded


def fold_all(text):
    """A text folded word by word, to sort by."""
    return " ".join(fold(word) for word in WORD.findall(text))


STOP_WORDS = frozenset(fold(word) for word in SAYING_NOTHING.split())
