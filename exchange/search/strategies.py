"""What people paste: a search strategy of several lines, or a list of cities and countries.

1. housing or rent*            Paris
2. cost* or price*             Lyon
3. 1 and 2                     Marseille
"""

import re
from dataclasses import dataclass, field

from exchange.search import parser

LONGEST_LIST = 300
MOST_LINES = 100
NUMBERED = re.compile(r"\s*#?(\d{1,3})[.):\s]\s*(\S.*)")
REFERENCES = re.compile(r"(?:[\s()#/\d–-]|and|or|not)+", re.IGNORECASE)
RANGE = re.compile(r"(and|or)/\s*#?(\d{1,3})\s*[-–]\s*#?(\d{1,3})", re.IGNORECASE)
REFERENCE = re.compile(r"#(\d{1,3})|(?<![\w#])(\d{1,3})(?!\w)")
MARK = "\ue000"  # stands for a line inside another; taken out of what is typed


@dataclass
class Reading:
    """What a question was read as: its tree, the texts that were left out, the places it lists."""

    tree: object
    ignored: list = field(default_factory=list)
    is_strategy: bool = False


def read(text, place_of=None):
    """The Reading of anything typed or pasted; `place_of(text)` names the facet that a place belongs to."""
    text = text.replace(MARK, "")
    items = listed(text)
    if place_of and items:
        found = places(items, place_of)
        if found:
            return found
    lines = [line for line in text.splitlines() if line.strip()][:MOST_LINES]
    numbered = [NUMBERED.fullmatch(line) for line in lines]
    if len(lines) > 1 and all(numbered):
        return strategy([(int(match[1]), match[2]) for match in numbered])
    ignored = []
    return Reading(parser.read(text, ignored), ignored)


# A list of places


def listed(text):
    """The items of a list with a line each, or with commas or semicolons; [] when it is none."""
    separator = "\n" if "\n" in text.strip() else ";" if ";" in text else ","
    items = [item.strip(" \t.,;•*–-") for item in text.split(separator)]
    items = [item for item in items if item]
    return items if 2 <= len(items) <= LONGEST_LIST else []


def places(items, place_of):
    """The Reading of a list of which at least half are places, or None."""
    known = {item: facet for item in items if (facet := place_of(item))}
    if 2 * len(known) < len(items) or len(known) < 2:
        return None
    facets = {}
    for item, facet in known.items():
        facets.setdefault(facet, []).append(item)
    parts = tuple(parser.Having(facet, tuple(values)) for facet, values in facets.items())
    ignored = [item for item in items if item not in known]
    return Reading(parts[0] if len(parts) == 1 else parser.Or(parts), ignored)


# A strategy of numbered lines


def strategy(lines):
    """The Reading of its last line, with the lines that it refers to put in their places."""
    trees, ignored, used = {}, [], set()
    for number, text in lines:
        trees[number] = line_tree(text, trees, used, ignored)
    last = lines[-1][0]
    ignored += [f"{number}. {text}" for number, text in lines if number not in used and number != last]
    return Reading(trees[last] or parser.NOTHING, ignored, is_strategy=True)


def line_tree(text, trees, used, ignored):
    """The tree of one line; what it refers to is taken from the trees of earlier lines."""
    text = RANGE.sub(lambda match: spelt_out(match, trees), text)
    if REFERENCES.fullmatch(text) or "#" in text:
        only_marked = not REFERENCES.fullmatch(text)
        text = REFERENCE.sub(lambda match: marked(match, trees, only_marked), text)
    tree = parser.read(text, ignored, small_operators=True)
    return put_in(tree, trees, used)


def spelt_out(match, trees):
    """'or/1-3' → '(#1 or #2 or #3)'."""
    numbers = [number for number in range(int(match[2]), int(match[3]) + 1) if number in trees]
    return "(" + f" {match[1]} ".join(f"#{number}" for number in numbers) + ")"


def marked(match, trees, only_marked):
    number = match[1] or (None if only_marked else match[2])
    return f" {MARK}{number} " if number and int(number) in trees else match[0]


def put_in(node, trees, used):
    match node:
        case parser.And() | parser.Or():
            return type(node)(tuple(put_in(part, trees, used) for part in node.parts))
        case parser.Not():
            return parser.Not(put_in(node.part, trees, used))
        case parser.Word() if node.text.startswith(MARK):
            number = int(node.text[1:])
            used.add(number)
            return trees[number] or parser.NOTHING
    return node
