"""Put the topic tree of `data/topics.json` into the database; lasting identifiers, safe to repeat."""

import json

from sqlalchemy import select

from exchange.core.models import db
from exchange.taxonomy.models import Topic
from exchange.taxonomy.service import DATA


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
