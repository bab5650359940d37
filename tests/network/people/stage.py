"""What the tests of people play with: Otto's profile, and what Rita and he write to each other."""

from sqlalchemy import event

from exchange.core.models import db, now
from exchange.network.models.people import Profile
from exchange.network.service.people import messages, profiles
from exchange.network.service.talk import reports
from tests import cast

WORDS = {
    "does": "Shade and street trees",
    "about": "Nine summers of sails over squares.",
    "language": "en",
    "topics": ["climate", "governance"],
    "languages": ["de", "en"],
    "helps": ["financial", "technical"],
    "takes_messages": True,
}


def shown(user, city="", **words):
    """The profile that this person shows; `city`: a slug."""
    city_id = cast.find_city(city).id if city else None
    return profiles.tell(user, **{**WORDS, "city_id": city_id, **words})


def access(people):
    """Arguments for the addresses of people in the table of access: Otto shows himself, Rita has written."""
    rita, otto = people["reader"], people["other author"]
    found = shown(otto, "wien")
    message = messages.send(rita, otto, "Which cloth do you use?", "en")
    one, talk = {"ref": found.public_id}, {"public_id": message.correspondence.public_id}
    return {
        **{f"network.{name}": one for name in ("profile", "new_message", "send_message")},
        **{f"network.{name}": talk for name in ("correspondence", "answer_message", "block_person")},
    }


def leaking(mark, ana, bruno):
    """A hidden profile, one that was taken down, one of a suspended person, and a message – all marked."""
    words = {"does": f"{mark}does", "about": f"{mark}about"}
    hidden, gone, out = (cast.person(name) for name in ("Hilda", "Gus", "Sepp"))
    reports.hide(shown(hidden, **words), bruno, f"{mark}reason")
    shown(gone, **words)
    profiles.take_down(gone)
    shown(out, **words).by.suspended_at = now()
    shown(ana, "porto")
    messages.send(gone, ana, f"{mark}message", "en")
    db.session.flush()


def public_addresses(mark):
    yield from ("/people", f"/people?q={mark}about", "/people?topic=climate&helps=financial&language=de")
    yield from (f"/people/{one.public_id}" for one in db.session.query(Profile))
    yield "/messages"
    for one in db.session.query(messages.Correspondence):
        yield f"/messages/{one.public_id}"


def queries_of(app, act):
    """How many questions an act asks the database."""
    seen = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return len([one for one in seen if one.startswith("SELECT")])
