"""The verbs of a translation. Each holds the row first; the caller commits."""

from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices.models import Practice, Translation
from exchange.practices.service import Changed, NotAllowed, fingerprint, public_revision, subject
from exchange.practices.translating.finding import languages_for, may_translate, public, working
from exchange.practices.translating.units import FIRST, matches, units

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
