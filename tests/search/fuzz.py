"""Strings that nobody should type, and that somebody will: all scripts, all signs, far too much of each."""

import random
from itertools import count

from exchange.search.query import LONGEST
from tests.search.networks import ANYWHERE, WORDS

SCRIPTS = (  # first and last letter
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x300, 0x36F),  # accents without a letter
    (0x370, 0x3FF),
    (0x400, 0x52F),
    (0x530, 0x5FF),
    (0x600, 0x6FF),
    (0x900, 0x97F),
    (0xE00, 0xE7F),
    (0x1780, 0x17FF),
    (0x1E00, 0x1FFF),
    (0x2000, 0x206F),  # signs that turn and hide letters
    (0x3040, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xE000, 0xE010),  # of private use
    (0xFE70, 0xFFFF),
    (0x1F300, 0x1FAFF),
    (0x20000, 0x2A6DF),
)
SIGNS = "\"“”„«»'()-–−:*$|&+#/.,;?!%_\\<>[]{}^~`=@\x00\x01\x1b\x1f\x7f\u200b\u202e\ufeff\t\n\r\u2028"
OPERATORS = 'OR AND NOT or and not | || & && + - – ( ) ( ) " * title: city: year: lang: tag: NEAR/3 adj2'
NAMED = "title: city: tag: topic: country: region: lang: stage: goal: year: CITY: Title:("
VALUES = 'porto zürich 2015..2020 .. 2015.. ..9999 99999 -1 ٢٠١٥ soon fr,es ,,, pt;de % * " ( é'
TYPICAL = [
    "***",
    "'; DROP TABLE practices; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "{{7*7}}",
    "%s%s%n",
    "\\x00\\u0000",
    "a" * LONGEST,
    "ß" * LONGEST,
    '"' * LONGEST,
    "(" * LONGEST,
    "-" * LONGEST,
    "参" * LONGEST,
    "の会" * (LONGEST // 2),
    "a* " * (LONGEST // 3),
    "e\u0301" * (LONGEST // 2),
    "e" + "\u0301" * (LONGEST - 1),
    "a OR " * (LONGEST // 5),
    "NOT " * (LONGEST // 4),
    "-a " * (LONGEST // 3),
    '"a b" ' * (LONGEST // 6),
    "(a " * (LONGEST // 3),
    "title:(" * (LONGEST // 7),
    "year:2015..2020 " * (LONGEST // 16),
    "city:porto," * (LONGEST // 11),
    "the of and " * (LONGEST // 11),
    '"' + "the of and " * (LONGEST // 11) + '"',
    '"' + "a-" * (LONGEST // 2) + '"',
    "house\n" * (LONGEST // 6),
    "Porto\n" * (LONGEST // 6),
    "1. house\n" * (LONGEST // 9),
    "\n".join(f"{n}. {'or/1-' + str(n - 1) if n > 1 else 'house'}" for n in range(1, 100)),
    "\n".join(f"{n}. #{n}" for n in range(1, 100)),
    "\n".join(f"{n}. #{n - 1} or #{n - 1} or #{n - 1}" for n in range(1, 100)),
    "0123456789" * (LONGEST // 10),
    "ىيةه" * (LONGEST // 4),
    "กขค" * (LONGEST // 3),
]


def strings(seed=1):
    """Without end; the worst that we know of come first."""
    yield from TYPICAL
    chance = random.Random(seed)
    for _ in count():
        yield chance.choice(KINDS)(chance)


def letters(chance):
    """Of one or several scripts."""
    scripts = chance.sample(SCRIPTS, chance.randint(1, 3))
    return "".join(letter(chance, chance.choice(scripts)) for _ in range(length(chance)))


def letter(chance, script):
    return chr(chance.randint(*script))


def noise(chance):
    """Anything that is a character; those that stand for half of one cannot be sent."""
    codes = (chance.randrange(0x110000) for _ in range(length(chance)))
    return "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000)


def signs(chance):
    return "".join(chance.choice(SIGNS) for _ in range(length(chance)))


def mixed(chance):
    """Words and signs in no order."""
    parts = [chance.choice((word, sign, operator, named))(chance) for _ in range(length(chance) // 3 + 1)]
    return chance.choice(("", " ")).join(parts)


def operators(chance):
    """A run of operators, perhaps with a word in it."""
    parts = [chance.choice(OPERATORS.split()) for _ in range(length(chance) // 2 + 1)]
    parts.insert(chance.randrange(len(parts) + 1), word(chance))
    return " ".join(parts)


def repeated(chance):
    """A piece again and again, as far as a question is looked at."""
    piece = chance.choice((word, sign, operator, named, letters))(chance)[:200] or "x"
    piece += chance.choice(("", " ", "\n", ", "))
    return (piece * (LONGEST // len(piece) + 1))[: chance.choice((60, 600, LONGEST))]


def strategy(chance):
    """Numbered lines that refer to each other, to themselves and to lines that there are not."""
    lines = []
    for number in range(1, chance.randint(2, 12)):
        referring = [f"#{chance.randint(0, number + 2)}", str(chance.randint(0, 14)), "or/1-9", "and/2-3"]
        parts = [
            chance.choice((word(chance), operator(chance), *referring)) for _ in range(chance.randint(1, 6))
        ]
        lines.append(f"{number}{chance.choice('.): ')} {' '.join(parts)}")
    return chance.choice(("\n", "\r\n", "\n\n")).join(lines)


def listed(chance):
    """Places and what is none, line by line or with commas."""
    places = (
        "Porto",
        "Wien",
        "Zürich",
        "Senegal",
        "Santiago de Chile",
        "Österreich",
        "nowhere",
        word(chance),
    )
    items = [
        chance.choice(places) + chance.choice(("", "", "*", ".", " •")) for _ in range(chance.randint(1, 40))
    ]
    return chance.choice(("\n", ", ", ";", " \n\t")).join(items)


def word(chance):
    words = chance.choice((*WORDS.values(), ANYWHERE)).split()
    return chance.choice(words)[: chance.choice((1, 2, 3, 99))] + chance.choice(
        ("", "", "", "*", "**", "$", "’s")
    )


def sign(chance):
    return chance.choice(SIGNS)


def operator(chance):
    return chance.choice(OPERATORS.split())


def named(chance):
    return chance.choice(NAMED.split()) + chance.choice((*VALUES.split(), word(chance)))


def length(chance):
    """Mostly short, at times all that is looked at."""
    return chance.choice((1, 3, 8, 20, 20, 60, 60, 200, chance.randint(200, LONGEST)))


KINDS = (letters, noise, signs, mixed, mixed, operators, repeated, strategy, strategy, listed)
