"""Put the vocabulary that comes with the program into the database: topics, and synonyms of names.

Safe to repeat, and respectful: topics keep the names that people gave them, and a synonym that
moderators removed does not come back.
"""

import json

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db
from exchange.taxonomy.models import Synonym, Topic
from exchange.taxonomy.service import CHANGED, DATA, SUBJECT, folded, names


def seed_vocabulary():
    seed_topics()
    seed_synonyms()


def seed_topics():
    known = {topic.slug: topic for topic in db.session.scalars(select(Topic))}
    tree = json.loads((DATA / "topics.json").read_text(encoding="utf-8"))
    for position, root in enumerate(tree):
        parent = put(known, root, None, position)
        for place, child in enumerate(root["children"]):
            put(known, child, parent, place)
    db.session.flush()


def put(known, node, parent, position):
    """A topic that is there already keeps the names that people gave it."""
    topic = known.get(node["slug"])
    if topic is None:
        topic = Topic(slug=node["slug"], names=node["names"], parent=parent, position=position)
        db.session.add(topic)
    return topic


def seed_synonyms():
    known = set(db.session.execute(select(Synonym.facet, Synonym.value, Synonym.language, Synonym.folded)))
    vocabulary = names()
    fresh = [
        one
        for one in listed()
        if (one.facet, one.value) in vocabulary
        and (one.facet, one.value, one.language, one.folded) not in known
        and one.folded not in map(folded, vocabulary[one.facet, one.value].values())
    ]
    db.session.add_all(fresh)
    if fresh:
        journal.tell(CHANGED, subject=SUBJECT)
    db.session.flush()


def listed():
    """A Synonym, belonging to no session yet, for each line of the list."""
    tree = json.loads((DATA / "synonyms.json").read_text(encoding="utf-8"))
    return [
        Synonym(facet=facet, value=value, language=language, text=text, folded=folded(text))
        for facet, values in tree.items()
        for value, languages in values.items()
        for language, texts in languages.items()
        for text in texts
    ]
