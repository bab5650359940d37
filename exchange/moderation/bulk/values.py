"""What a cell means where only certain answers are possible: a word in one of our languages, or its code."""

import re
from functools import cache

from flask_babel import gettext as _

from exchange.config import LANGUAGES
from exchange.core.i18n import speaking
from exchange.moderation.forms import kinds
from exchange.practices import tables
from exchange.practices.tables.columns import folded
from exchange.taxonomy import service as taxonomy

GOAL = re.compile(r"(?:sdg|odd|ods|goal|objectif|objetivo|ziel)?\s*(\d{1,2})\b", re.IGNORECASE)
SEVERAL = re.compile(r"[;\n]")
MOST_OFFERED = 12  # possible answers that a message names


class Unknown(ValueError):
    """The cell's words are none of the possible answers; the message says which are."""


def read(column, text):
    """[(control of the form, value)] of a cell; raises Unknown."""
    kind = column.asked.kind
    if kind == "choice":
        return [(column.target, one_of(column, text))]
    if kind == "choices":
        return [(column.target, one_of(column, part)) for part in parts_of(text)]
    if kind == "topics":
        return [(f"topics-{place}", topic(part)) for place, part in enumerate(parts_of(text))]
    if kind == "goal":
        return [(column.target, goal(text))]
    if kind == "language":
        return [(column.target, kinds.language_code(text) or no_language(text))]
    return [(column.target, text)]


def parts_of(text):
    return [part.strip() for part in SEVERAL.split(text) if part.strip()]


def one_of(column, text):
    found = choices_of(column.target if column.part is None else f"{column.field.name}-0-{column.part.name}")
    return found.get(folded(text)) or none_of_these(text, column.asked.choices.values())


@cache
def choices_of(target):
    """Folded word → code of a choice, with its labels in four languages."""
    choices = tables.find_column(target).asked.choices
    found = {folded(code): code for code in choices}
    for language in LANGUAGES:
        with speaking(language):
            for code, label in choices.items():
                found.setdefault(folded(str(label)), code)
                found.setdefault(folded(str(label).partition(":")[0]), code)  # 'Output: what was made'
    return found


def none_of_these(text, labels):
    labels = [str(label) for label in labels]
    named = ", ".join(labels[:MOST_OFFERED]) + (" …" if len(labels) > MOST_OFFERED else "")
    raise Unknown(
        _("“%(text)s” is none of the possible answers: %(answers)s.", text=text[:80], answers=named)
    )


def topic(text):
    wanted = folded(text)
    for slug, one in taxonomy.topics().items():
        if wanted in {folded(slug), *(folded(name) for name in one.names.values())}:
            return slug
    raise Unknown(_("We know no topic “%(text)s”. The template lists them all.", text=text[:80]))


def goal(text):
    match = GOAL.match(text.strip())
    if match and int(match[1]) in taxonomy.goals():
        return match[1].lstrip("0")
    for number, names in taxonomy.goals().items():
        if folded(text) in {folded(name) for name in names["names"].values()}:
            return str(number)
    raise Unknown(_("Write the number of the goal, from 1 to 17."))


def no_language(text):
    raise Unknown(_("We do not know the language “%(name)s”.", name=text[:80]))
