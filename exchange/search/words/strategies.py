"""What people paste: a search strategy of several lines, or a list of cities and countries.

1. housing or rent*            Paris
2. cost* or price*             Lyon
3. 1 and 2                     Marseille
"""

import re
from dataclasses import dataclass, field

from exchange.search.words import parser

LONGEST_LIST = 300
MOST_LINES = 100
MOST_TERMS = 2000  # of a line once the lines that it refers to stand in it
DEEPEST = 60  # groups inside groups, then
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
    is_list: bool = False  # of places


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
    return Reading(parts[0] if len(parts) == 1 else parser.Or(parts), ignored, is_list=True)


# A strategy of numbered lines


def strategy(lines):
    """The Reading of its last line, with the lines that it refers to put in their places."""
    read_so_far = Lines()
    for number, text in lines:
        read_so_far.add(number, text)
    last = lines[-1][0]
    unused = [f"{number}. {text}" for number, text in lines if number not in {*read_so_far.used, last}]
    return Reading(read_so_far.trees[last], read_so_far.ignored + unused, is_strategy=True)


class Lines:
    """The lines of a strategy, each by its number."""

    def __init__(self):
        self.trees, self.sizes = {}, {}
        self.used, self.ignored = set(), []

    def add(self, number, text):
        """Read one more; nothing is found by a line that a few references blow up to millions of words."""
        tree = parser.read(self.with_marks(text), self.ignored, small_operators=True) or parser.NOTHING
        terms, depth = self.size(tree)
        if terms > MOST_TERMS or depth > DEEPEST:
            self.ignored.append(f"{number}. {text}")
            tree = parser.NOTHING
        self.trees[number] = self.put_in(tree)
        self.sizes[number] = (terms, depth) if tree is not parser.NOTHING else (1, 1)

    def with_marks(self, text):
        """The line with a mark wherever it refers to an earlier one."""
        text = RANGE.sub(self.spelt_out, text)
        if not REFERENCES.fullmatch(text) and "#" not in text:
            return text
        only_marked = not REFERENCES.fullmatch(text)
        return REFERENCE.sub(lambda match: self.marked(match, only_marked), text)

    def spelt_out(self, match):
        """'or/1-3' → '(#1 or #2 or #3)'."""
        numbers = [number for number in range(int(match[2]), int(match[3]) + 1) if number in self.trees]
        return "(" + f" {match[1]} ".join(f"#{number}" for number in numbers) + ")"

    def marked(self, match, only_marked):
        number = match[1] or (None if only_marked else match[2])
        return f" {MARK}{number} " if number and int(number) in self.trees else match[0]

    def size(self, node):
        """(terms, groups inside groups) of a tree once the lines that it refers to stand in it."""
        match node:
            case parser.And() | parser.Or():
                sizes = [self.size(part) for part in node.parts] or [(1, 1)]
                return sum(terms for terms, _ in sizes), 1 + max(depth for _, depth in sizes)
            case parser.Not():
                terms, depth = self.size(node.part)
                return terms, depth + 1
            case parser.Word() if node.text.startswith(MARK):
                return self.sizes[int(node.text[1:])]
        return 1, 1

    def put_in(self, node):
        match node:
            case parser.And() | parser.Or():
                return type(node)(tuple(map(self.put_in, node.parts)))
            case parser.Not():
                return parser.Not(self.put_in(node.part))
            case parser.Word() if node.text.startswith(MARK):
                number = int(node.text[1:])
                self.used.add(number)
                return self.trees[number]
        return node
