"""Words that officials miss: proposed, and taken or declined by a coordinator with a reason."""

from sqlalchemy import func, select

from exchange.core import journal
from exchange.core.forms import one_line
from exchange.core.models import db, now
from exchange.taxonomy.models import PROPOSED, ROOTS, Tag, Topic, WordProposal
from exchange.taxonomy.service.changes import Meanwhile, WordRefused, check_names
from exchange.taxonomy.service.synonyms import CHANGED, SUBJECT, add_quietly, folded
from exchange.taxonomy.service.words import find_word, tag_slug, tags, topics

MOST_OPEN = 20  # of one person


def propose(kind, value, text, language, why, by):
    """Coordinators hear of it; returns the WordProposal. The same one twice is one. Raises WordRefused."""
    text = one_line(text)
    mine = [one for one in proposals_of(by) if one.state == "open"]
    if same := [
        one for one in mine if (one.kind, one.value, folded(one.text)) == (kind, value, folded(text))
    ]:
        return same[0]
    if len(mine) >= MOST_OPEN:
        raise WordRefused("many")
    check(kind, value, text)
    proposal = WordProposal(kind=kind, value=value, text=text, language=language, why=why, by_id=by.id)
    db.session.add(proposal)
    db.session.flush()
    journal.record("propose word", subject(proposal), by, word=proposal.id, kind=kind, text=text)
    return proposal


def check(kind, value, text):
    """Whether the place for it is there, and nothing of that name."""
    place = find_word("topic", value) if kind != "tag" else None
    if kind not in PROPOSED or (kind != "tag" and (place is None or not place.is_offered)):
        raise WordRefused("gone")
    if kind == "topic" and value not in ROOTS:
        raise WordRefused("gone")
    if kind == "topic":
        check_names_anywhere(topics(), text)
    elif kind == "tag":
        check_names_anywhere(tags(), text)


def check_names_anywhere(words, text):
    """A new word is none that is there, in whatever language."""
    called = {folded(name) for word in words.values() if word.stands for name in word.texts.values()}
    if folded(text) in called:
        raise WordRefused("taken", text)
    if not any(char.isalnum() for char in text):
        raise WordRefused("unfit", text)


def decide(proposal, take, reason, by, text=None, language=None):
    """Taken – perhaps in other words –, and the word stands; or declined. Its proposer hears why, by letter.

    Decided the same way again, nothing happens. Raises Meanwhile when somebody else decided otherwise, and
    WordRefused or SynonymRefused when the word cannot stand.
    """
    db.session.flush()
    db.session.refresh(proposal, with_for_update=True)
    state = "taken" if take else "declined"
    if proposal.state != "open":
        if proposal.state == state and proposal.decided_by_id == by.id:
            return
        raise Meanwhile(proposal.state)
    word = one_line(text or "") or proposal.text
    language = proposal.language if language is None else language
    made = MAKERS[proposal.kind](proposal, word, language, by) if take else ""
    proposal.state, proposal.reason, proposal.decided_at, proposal.decided_by_id = state, reason, now(), by.id
    about = {"word": proposal.id, "kind": proposal.kind, "text": word, "value": made}
    journal.record(f"proposal {state}", subject(proposal), by, **about)
    if take:
        journal.tell(CHANGED, subject=SUBJECT)


def make_topic(proposal, word, language, _by):
    check("topic", proposal.value, word)
    root = find_word("topic", proposal.value)
    last = db.session.scalar(select(func.max(Topic.position)).where(Topic.parent_id == root.id))
    slug = free_slug(tag_slug(word))
    names = {language or "en": word}
    check_names("topic", slug, names)
    db.session.add(Topic(slug=slug, names=names, parent=root, position=(last or 0) + 1))
    db.session.flush()
    return slug


def free_slug(wish):
    """A lasting identifier that no topic has."""
    known, number, slug = set(topics()), 2, wish
    while slug in known:
        slug, number = f"{wish}-{number}", number + 1
    return slug


def make_tag(_proposal, word, _language, _by):
    slug = tag_slug(word)
    if find_word("tag", slug):
        raise WordRefused("taken", word)
    check("tag", "", word)
    db.session.add(Tag(slug=slug, label=word))
    db.session.flush()
    return slug


def make_synonym(proposal, word, language, by):
    check("synonym", proposal.value, word)
    add_quietly("topic", proposal.value, word, language, by)
    return proposal.value


MAKERS = {"topic": make_topic, "tag": make_tag, "synonym": make_synonym}


def find_proposal(id):
    return db.session.get(WordProposal, id)


def open_proposals():
    """Those that wait, oldest first."""
    return db.session.scalars(
        select(WordProposal).where(WordProposal.state == "open").order_by(WordProposal.id)
    ).all()


def proposals_of(user):
    """What somebody has proposed, the latest first."""
    mine = select(WordProposal).where(WordProposal.by_id == user.id).order_by(WordProposal.id.desc())
    return db.session.scalars(mine.limit(100)).all()


def subject(proposal):
    return f"proposal:{proposal.id}"
