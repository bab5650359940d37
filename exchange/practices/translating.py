"""A case in other languages: what there is to translate, who writes it, and how readers see it.

A translation is a row of its own, made of texts by their place in the case: 'title', 'challenge',
'components.0.what'. Each text remembers the fingerprint of the words it was made from; where these are
others now, it is stale. A row of a group that moved is recognised by its words.
"""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import and_, select
from sqlalchemy.orm import lazyload

from exchange.config import LANGUAGES
from exchange.core import journal
from exchange.core.markup import is_web_address
from exchange.core.models import db, now
from exchange.practices import schema
from exchange.practices.models import READABLE, Practice, Revision, Translation
from exchange.practices.service import Changed, NotAllowed, fingerprint, public_revision, subject

FIRST = ("title", "summary")  # it may stop there
NAMES = {"contacts", "media.credit"}  # nobody translates them
SHORTEST = 40  # characters that a line of words may have: shorter ones are codes and years
HUMAN, MACHINE = "human", "machine"
MOVES = {
    "draft": {"submitted"},
    "submitted": {"draft", "published", "rejected"},
    "published": {"superseded"},
    "superseded": set(),
    "rejected": set(),
}


class Incomplete(Exception):
    """What a translation cannot go without is missing; `units` are what there is to translate."""

    def __init__(self, units):
        super().__init__(", ".join(unit.key for unit in units))
        self.units = units


# What there is to translate


@dataclass(frozen=True)
class Unit:
    """One text of a revision: an answer, or a part of a row."""

    key: str
    field: schema.Field
    text: str
    part: schema.Field | None = None
    row: int | None = None

    @property
    def asked(self):
        return self.part or self.field

    @property
    def place(self):
        """Its place without the number of its row."""
        return f"{self.field.name}.{self.part.name}" if self.part else self.field.name

    @cached_property
    def fingerprint(self):
        return fingerprint(self.text)[:20]

    def picture_in(self, revision):
        """The row of the picture that it tells of, or None."""
        return revision.get("media")[self.row] if self.field.kind == "media" else None


@dataclass(frozen=True)
class Match:
    """What a translation holds for a unit, and whether it was made from other words."""

    entry: dict
    is_stale: bool


def units(revision):
    """Everything of a public text that can be said in another language, title and summary first."""
    return [
        unit
        for field in (*schema.FIELDS.values(), schema.STORY)
        if field.translatable and field.public and field.name not in NAMES
        for unit in units_of(field, revision.get(field.name, None))
        if unit.place not in NAMES and is_told_in_words(unit.text)
    ]


def units_of(field, value):
    if not value:
        return
    if not field.has_rows:
        yield Unit(field.name, field, str(value))
        return
    for number, row in enumerate(value):
        for part in filter(is_of_words, field.parts):
            if row.get(part.name):
                yield Unit(f"{field.name}.{number}.{part.name}", field, str(row[part.name]), part, number)


def is_of_words(part):
    return part.kind == "text" or (part.kind == "line" and part.limit >= SHORTEST)


def is_told_in_words(text):
    return any(map(str.isalpha, text)) and not is_web_address(text)


def matches(wanted, texts):
    """Key → Match of those of the `wanted` units for which `texts` hold something."""
    by_words = {(place_of(key), entry["fingerprint"]): entry for key, entry in texts.items()}
    found, taken = {}, set()
    for unit in wanted:
        if entry := by_words.get((unit.place, unit.fingerprint)):
            found[unit.key] = Match(entry, False)
            taken.add(id(entry))
    for unit in wanted:
        entry = texts.get(unit.key)
        if entry and unit.key not in found and id(entry) not in taken:
            found[unit.key] = Match(entry, True)
    return found


def place_of(key):
    return ".".join(part for part in key.split(".") if not part.isdigit())


# What there is


def languages_for(revision):
    """The languages into which a text can be translated: those of the readers, but for its own."""
    return [code for code in LANGUAGES if code != revision.language.split("-")[0].lower()]


def find(translation_id):
    return db.session.get(Translation, translation_id)


def working(practice, language):
    """The draft or submission of a language, or None."""
    return one_of(practice, language, ("draft", "submitted"))


def public(practice, language):
    return one_of(practice, language, ("published",))


def one_of(practice, language, states):
    return db.session.scalar(
        select(Translation).where(
            Translation.practice_id == practice.id,
            Translation.language == language,
            Translation.state.in_(states),
        )
    )


def latest(practice):
    """Language → the latest row of each; a draft comes after what is public."""
    rows = db.session.scalars(
        select(Translation).where(Translation.practice_id == practice.id).order_by(Translation.id)
    )
    return {row.language: row for row in rows}


def public_of(practice_ids, language=None, session=None):
    """The public Translations of these practices; one query, whatever their number."""
    if not practice_ids:
        return []
    query = select(Translation).where(
        Translation.practice_id.in_(practice_ids), Translation.state == "published"
    )
    if language:
        query = query.where(Translation.language == language)
    query = query.options(lazyload(Translation.practice)).order_by(Translation.language)
    return (session or db.session).scalars(query).all()


def with_titles(public, language):
    """The select of public cases (see `service.public`) with one column more: `told`, the title as that
    language tells it, or None. `title_of` reads it."""
    said = Translation.texts[("title", "text")].as_string().label("told")
    there = and_(
        Translation.practice_id == Practice.id,
        Translation.language == language,
        Translation.state == "published",
    )
    return public.add_columns(said).outerjoin(Translation, there)


def title_of(row, language):
    """(title, its language) of a row of `with_titles`, as readers of that language get it."""
    is_told = row.told and not is_written_in(row, language)
    return (row.told, language) if is_told else (row.title, row.language)


def is_written_in(revision, language):
    return language == revision.language.split("-")[0].lower()


def first_words(practice_ids, session=None):
    """Practice id → {language: {'title', 'summary'}} of what is public; one query, without other texts."""
    columns = {key: Translation.texts[(key, "text")].as_string().label(key) for key in FIRST}
    query = (
        select(Translation.practice_id, Translation.language, *columns.values())
        .where(Translation.practice_id.in_(practice_ids), Translation.state == "published")
        .order_by(Translation.language)
    )
    found = {}
    for row in (session or db.session).execute(query) if practice_ids else ():
        told = {key: text for key in FIRST if (text := getattr(row, key))}
        found.setdefault(row.practice_id, {})[row.language] = told
    return found


def texts_of_translations(practice):
    """Language → {place: text} of what is public, or about to be; for those who clear texts."""
    rows = db.session.scalars(
        select(Translation)
        .where(Translation.practice_id == practice.id, Translation.state.in_(("submitted", "published")))
        .order_by(Translation.state, Translation.id)  # what is submitted takes the place of what is public
    ).all()
    told = sorted(rows, key=lambda row: row.state == "submitted")
    return {row.language: {key: entry["text"] for key, entry in row.texts.items()} for row in told}


def may_translate(practice, user):
    """Whoever writes the case, people of its city, and moderators, once it can be read by everyone."""
    if not user.is_authenticated or practice.visibility not in READABLE:
        return False
    of_city = practice.city_id is not None and user.is_of(practice.city_id)
    return bool(practice.may_be_edited_by(user) or of_city or user.is_moderator)


# Verbs. Each holds the row first; the caller commits.


def begin(practice, language, by):
    """The working translation into a language: the one there is, or a new draft on top of the public one."""
    db.session.flush()
    db.session.refresh(practice, with_for_update={"of": Practice})
    if not may_translate(practice, by):
        raise NotAllowed("only its writers, its city and moderators translate a case")
    if language not in languages_for(public_revision(practice)):
        raise NotAllowed("nobody reads here in that language, or the case is written in it")
    if found := working(practice, language):
        return found
    older = public(practice, language)
    made = Translation(
        practice=practice,
        language=language,
        texts=dict(older.texts) if older else {},
        writers=list(older.writers) if older else [],
    )
    made.content_hash = hash_of(made)
    db.session.add(made)
    db.session.flush()
    record("begin translation", made, by, news=False)
    return made


def save(translation, source, told, sure, by, base=None):
    """Put texts (key → text) into a draft; returns whether anything changed.

    `source` is the revision that the translator read. Keys in `sure` were checked by a person: they are
    nobody's but hers, and fit the words as they are now. Raises Changed, writing nothing, when `base`
    (from `base_of`) is old and somebody else wrote other words.
    """
    hold_draft(translation, by)
    told = {key: text.strip() for key, text in told.items()}
    if base and base != base_of(translation):
        current = {key: translation.texts.get(key, {}).get("text", "") for key in told}
        if current == told:
            return False
        raise Changed(current)
    return put(translation, {**kept(translation, source), **written(translation, source, told, sure)}, by)


def fill(translation, source, texts, by):
    """Put what a machine said (key → text) where nothing stands; returns how many texts it filled."""
    hold_draft(translation, by)
    wanted = {unit.key: unit for unit in lacking(translation, source) if texts.get(unit.key, "").strip()}
    news = {key: entry_of(unit, source, texts[key].strip(), MACHINE) for key, unit in wanted.items()}
    put(translation, {**kept(translation, source), **news}, by)
    return len(news)


def lacking(translation, source):
    """The units for which a translation holds nothing."""
    found = kept(translation, source)
    return [unit for unit in units(source) if unit.key not in found]


def kept(translation, source):
    """What the translation holds, under the places that its texts have in this revision."""
    return {key: match.entry for key, match in matches(units(source), translation.texts).items()}


def written(translation, source, told, sure):
    """Key → entry of what was typed; None where it was taken out."""
    before = kept(translation, source)
    return {
        unit.key: typed(unit, source, told[unit.key], before.get(unit.key), unit.key in sure)
        for unit in units(source)
        if unit.key in told
    }


def typed(unit, source, text, before, is_sure):
    if before and before["text"] == text and not is_sure:
        return before
    is_machine = bool(before) and before["how"] == MACHINE and not is_sure
    return entry_of(unit, source, text, MACHINE if is_machine else HUMAN)


def entry_of(unit, source, text, how):
    if not text:
        return None
    return {"text": text, "how": how, "revision": source.id, "fingerprint": unit.fingerprint}


def put(translation, texts, by):
    before = translation.content_hash
    translation.texts = {key: entry for key, entry in texts.items() if entry}
    translation.content_hash = hash_of(translation)
    if translation.content_hash == before:
        return False
    translation.saved_at = now()
    if by.id not in translation.writers:
        translation.writers = [*translation.writers, by.id]
    record("save translation", translation, by, news=False)
    return True


def submit(translation, by):
    """Into the moderators' queue. Raises Incomplete while title or summary is missing."""
    hold(translation)
    if translation.state == "submitted":
        return
    check_writer(translation, by)
    wanted = [unit for unit in units(public_revision(translation.practice)) if unit.key in FIRST]
    if missing := [unit for unit in wanted if unit.key not in translation.texts]:
        raise Incomplete(missing)
    move(translation, "submitted")
    translation.submitted_at, translation.reason, translation.verdict = now(), "", None
    record("submit translation", translation, by)


def take_back(translation, by):
    hold(translation)
    if translation.state == "draft":
        return
    check_writer(translation, by)
    move(translation, "draft")
    record("withdraw translation", translation, by, news=False)


def move(translation, state):
    """The only place where a translation changes its state; raises NotAllowed for any other way."""
    if state not in MOVES[translation.state]:
        raise NotAllowed(f"from {translation.state} to {state}")
    translation.state = state


def hold(translation):
    """Hold its row until the commit, and read it as it stands now."""
    db.session.flush()
    db.session.refresh(translation, Translation.__mapper__.column_attrs.keys(), with_for_update=True)


def hold_draft(translation, by):
    hold(translation)
    check_writer(translation, by)
    if translation.state != "draft":
        raise NotAllowed("only a draft can be written to")


def check_writer(translation, by):
    if not may_translate(translation.practice, by) or public_revision(translation.practice) is None:
        raise NotAllowed("only its writers, its city and moderators translate a public case")


def hash_of(translation):
    said = {
        key: [entry["text"], entry["how"], entry["fingerprint"]] for key, entry in translation.texts.items()
    }
    return fingerprint([translation.language, said])


def base_of(translation):
    """A fingerprint of the texts: what a form was filled in on top of."""
    return translation.content_hash[:20]


def record(act, translation, by, news=True, **details):
    details = {"translation": translation.id, "into": translation.language, **details}
    journal.record(act, subject(translation.practice), by, news=news, **details)


# How readers see it


class Said(str):
    """A text that knows its language; templates ask `lang_of`."""

    def __new__(cls, text, lang):
        made = super().__new__(cls, text)
        made.lang = lang
        return made


class Row(dict):
    """A row as it is told in another language; `written` is the row itself."""

    def __init__(self, written, said):
        super().__init__(said)
        self.written = written


class Told:
    """A revision as readers of another language see it; what nobody translated is told as it was written.

    Parts of a row whose words changed are told anew as they are written now: nobody knows whether they
    are still the same thing. Everything else of the revision is the revision's.
    """

    def __init__(self, revision, translation):
        self.revision, self.translation = revision, translation
        self.units = units(revision)
        found = matches(self.units, translation.texts)
        self.shown = {
            unit.key: found[unit.key]
            for unit in self.units
            if unit.key in found and not (unit.part and found[unit.key].is_stale)
        }

    def __getattr__(self, name):
        return getattr(self.revision, name)

    @property
    def title(self):
        return self.said("title", self.revision.title)

    @property
    def summary(self):
        return self.said("summary", self.revision.summary)

    def get(self, field, empty=""):
        if field in FIRST:
            return getattr(self, field)
        value = self.revision.get(field, empty)
        if isinstance(value, list):
            return [self.row(field, number, row) for number, row in enumerate(value)]
        return self.said(field, value)

    def row(self, field, number, row):
        if not isinstance(row, dict):
            return row
        said = {part: self.said(f"{field}.{number}.{part}", value) for part, value in row.items()}
        return Row(row, said)

    def said(self, key, text):
        match = self.shown.get(key)
        return Said(match.entry["text"], self.translation.language) if match else text

    @cached_property
    def stale(self):
        """The fields of which the original has changed since."""
        return {key for key, match in self.shown.items() if match.is_stale}

    @property
    def by_machine(self):
        return any(match.entry["how"] == MACHINE for match in self.shown.values())

    @property
    def is_whole(self):
        return len(self.shown) == len(self.units)


def in_language(revision, language):
    """The public text as it is told in a language: a Told, or the revision itself."""
    if not isinstance(revision, Revision) or is_written_in(revision, language):
        return revision
    found = public(revision.practice, language)
    return Told(revision, found) if found else revision


def lang_of(text, revision):
    """The language in which a text of this revision, or of a Told, is written."""
    return text.lang if isinstance(text, Said) else revision.language
