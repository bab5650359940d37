"""What changed between two texts of a case: field by field, word by word."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

from babel import Locale

from exchange.accounts import service as accounts
from exchange.core.i18n import language
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.taxonomy import service as taxonomy

WORDS = re.compile(r"\S+\s*|\s+")
ISLAND = 2  # words
MOST_WORDS = 3000  # in one changed paragraph; longer ones are shown as taken out and put in whole


@dataclass
class Row:
    """One row of a group: [(label, parts)] of what was filled in, the row itself, and what it was before."""

    mark: str
    cells: list
    told: dict
    before: dict

    @property
    def other_file(self):
        """The file that this row held before, when it holds another one now."""
        before, now = self.before.get("file"), self.told.get("file")
        return before if before and before != now else None


@dataclass
class Answer:
    """One field as a reviewer sees it. `mark` is '', 'new', 'changed' or 'removed'.

    `parts` are (op, text) with op equal, insert or delete; groups have `rows` instead. `reason` and
    `why` say why there is no answer.
    """

    field: schema.Field
    mark: str = ""
    parts: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    text: str = ""
    reason: str = ""
    why: str = ""

    @property
    def is_empty(self):
        return not (self.parts or self.rows)


def answers(revision, base=None, topics=None):
    """Every field of the form (and the story of an import) of a revision, compared with `base` if given."""
    fields = [*schema.FIELDS.values()]
    if revision.get("story") or (base and base.get("story")):
        fields.insert(3, schema.STORY)
    return [answer(revision, base, one, topics or {}) for one in fields]


def answer(revision, base, one, topics):
    now, before = revision.get(one.name, None), base.get(one.name, None) if base else None
    reason = revision.missing.get(one.name, {}) if not now else {}
    found = Answer(
        one,
        mark=mark_of(now, before) if base else "",
        text=now if one.kind == "text" and now else "",
        reason=str(schema.REASONS.get(reason.get("reason"), reason.get("reason", ""))),
        why=reason.get("why", ""),
    )
    if one.kind in ("group", "media", "documents"):
        found.rows = compared_rows(one, now or [], (before or []) if base else now or [], topics)
    else:
        found.parts = compared(said(one, now, topics), said(one, before if base else now, topics))
    return found


def mark_of(now, before):
    if (now or None) == (before or None):
        return ""
    return "changed" if now and before else "new" if now else "removed"


def compared_rows(one, now, before, topics):
    """Rows laid beside those of the other text that begin alike."""
    pairs = paired(now, before, one.parts[0].name)
    return [compared_row(one.parts, new or {}, old or {}, topics) for new, old in pairs]


def compared_row(parts, new, old, topics):
    cells = [
        (part.label, compared(said(part, new.get(part.name), topics), said(part, old.get(part.name), topics)))
        for part in parts
    ]
    return Row(mark_of(new, old), [cell for cell in cells if cell[1]], new or old, old)


def paired(now, before, key):
    """Rows of two lists side by side, None where one has no counterpart."""
    keys = [[str(row.get(key)) for row in rows] for rows in (before, now)]
    for _op, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        yield from zip_longest(now[c:d], before[a:b])


def said(one, value, topics):
    """An answer as one text in the reader's language."""
    if value in (None, "", [], {}):
        return ""
    speak = SPEAKERS.get(one.kind, lambda _field, told, _topics: str(told))
    return speak(one, value, topics)


def choice_said(one, value, _topics):
    return str(one.choices.get(value, value))


def choices_said(one, values, _topics):
    return " · ".join(str(one.choices.get(value, value)) for value in values)


def topics_said(_one, slugs, topics):
    return ", ".join(topics[slug].label(language()) if slug in topics else slug for slug in slugs)


def language_said(_one, code, _topics):
    return Locale.parse(language()).languages.get(code.split("-")[0], code)


def goal_said(_one, number, _topics):
    return f"{number} {taxonomy.goal_name(number, language())}".strip()


def cities_said(_one, cities, _topics):
    known = accounts.cities_of(cities)
    return ", ".join(known[city].label(language()) if city in known else city for city in cities)


def practice_said(_one, public_id, _topics):
    """Its code, with the title while it is public."""
    title, _language = practices.public_titles({public_id}).get(public_id, ("", ""))
    return f"{public_id} – {title}" if title else public_id


SPEAKERS = {
    "cities": cities_said,
    "practice": practice_said,
    "choice": choice_said,
    "choices": choices_said,
    "topics": topics_said,
    "tags": lambda _one, tags, _topics: ", ".join(tags),
    "language": language_said,
    "languages": lambda one, codes, topics: ", ".join(language_said(one, code, topics) for code in codes),
    "goal": goal_said,
}


def compared(new, old):
    """[(op, text)] from the old text to the new: paragraph by paragraph, then word by word."""
    if new == old:
        return [("equal", new)] if new else []
    return merged(
        part
        for op, was, becomes in blocks(old.splitlines(keepends=True), new.splitlines(keepends=True))
        for part in (by_words(was, becomes) if op == "replace" else whole(op, was, becomes))
    )


def blocks(old, new):
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield op, "".join(old[a:b]), "".join(new[c:d])


def by_words(old, new):
    """Word by word; a word or two that stayed between changes are no islands: they change along."""
    olds, news = WORDS.findall(old), WORDS.findall(new)
    if len(olds) + len(news) > MOST_WORDS:
        yield from whole("replace", old, new)
        return
    out, put = "", ""
    steps = SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
    for number, (op, a, b, c, d) in enumerate(steps):
        outer = number in (0, len(steps) - 1)
        if op == "equal" and (outer or b - a > ISLAND):
            yield from whole("replace", out, put)
            yield "equal", "".join(news[c:d])
            out = put = ""
        else:
            out, put = out + "".join(olds[a:b]), put + "".join(news[c:d])
    yield from whole("replace", out, put)


def whole(op, old, new):
    if op == "equal":
        yield "equal", new
        return
    if old:
        yield "delete", old
    if new:
        yield "insert", new


def merged(parts):
    """Neighbours of one kind become one part."""
    found = []
    for op, text in apart(parts):
        if found and found[-1][0] == op:
            found[-1] = (op, found[-1][1] + text)
        else:
            found.append((op, text))
    return found


def apart(parts):
    """The space after changed words is nobody's change: it would be drawn as one."""
    for op, text in parts:
        words = text.rstrip() if op != "equal" else text
        if words:
            yield op, words
        if text[len(words) :]:
            yield "equal", text[len(words) :]


def words_moved(all_answers):
    """(words put in, words taken out) over all fields."""
    parts = [part for one in all_answers for part in every_part(one)]
    count = {"insert": 0, "delete": 0, "equal": 0}
    for op, text in parts:
        count[op] += len(text.split())
    return count["insert"], count["delete"]


def every_part(one):
    yield from one.parts
    for row in one.rows:
        for _label, parts in row.cells:
            yield from parts
