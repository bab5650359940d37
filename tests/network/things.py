"""What the tests of this room play with: events, news, partners and positions, proposed or public."""

import hashlib
import io

from exchange.core.models import db
from exchange.network.service import vetting
from exchange.network.service.dates import documents, events, news
from exchange.network.service.partners import editors, partners
from exchange.network.service.positions import positions, signing
from exchange.practices import media
from exchange.practices.service import ALPHABET
from tests import cast

EVENT = {
    "title": "A night of trams",
    "summary": "Drivers tell.",
    "start_day": "2099-12-03",
    "start_time": "23:30",
    "end_day": "2099-12-04",
    "end_time": "01:00",
    "zone": "Pacific/Auckland",
    "place": "Depot",
}
NEWS = {"title": "The tram is back", "day": "2026-11-20", "text": "It runs since *Monday*."}
PARTNER = {"name": "Tram Museum", "kind": "association", "about": {"en": "It keeps trams."}}
POSITION = {"title": "Rails for all", "day": "2026-11", "addressee": "Parliament", "text": "Build rails."}


def event(by, **content):
    """(event, text) that waits for a moderator."""
    return events.propose({**EVENT, **content}, by)


def public_event(by, moderator, **content):
    made, text = event(by, **content)
    vetting.let_through(text, moderator)
    return made


def public_news(by, moderator, **content):
    made, text = news.propose({**NEWS, **content}, by)
    vetting.let_through(text, moderator)
    return made


def public_partner(by, moderator, **content):
    made, text = partners.propose({**PARTNER, **content}, by)
    vetting.let_through(text, moderator)
    return made


def public_position(by, moderator, **content):
    made, text = positions.propose({**POSITION, **content}, by)
    vetting.let_through(text, moderator)
    return made


def document(event, by, name="Minutes"):
    """A document of an event, which waits for a moderator."""
    return documents.add(event, media.read_document(io.BytesIO(cast.PDF), "minutes.pdf"), name, by)


# For the crawl of test_leaks


def leaking(mark, ana, bruno):
    """Of each kind a thing that waits, one that was declined, one that is hidden, and a change that waits."""
    ines, milan = cast.person("Ivo", city="porto", city_admin=True), cast.person("Mila", "moderator")
    for number, begin in enumerate((event_with, news_with, partner_with, position_with)):
        by = ines if begin is position_with else milan if begin is partner_with else ana
        begin(f"{mark}waits{number}", by)
        vetting.decline(begin(f"{mark}declined{number}", by)[1], bruno, f"{mark}reason")
        hidden, text = begin(f"{mark}hidden{number}", by)
        vetting.let_through(text, bruno)
        vetting.hide(text.kind, hidden.public_id, bruno, f"{mark}reason")
        vetting.let_through(begin(f"Seen by all {number}", by)[1], bruno)
        begin(f"{mark}change{number}", by, begin(f"Seen by all {number}", by)[0])
    document(db.session.query(events.Event).first(), ana, f"{mark}document")


def event_with(words, by, made=None):
    told = {"place": words, "outcome": words, "source": words, "city": "porto"}
    return events.propose({**EVENT, "title": words, "summary": words, **told}, by, made, code=code_of(words))


def news_with(words, by, made=None):
    told = {**NEWS, "title": words, "text": words, "source": words}
    return news.propose(told, by, made, code=code_of(words))


def partner_with(words, by, made=None):
    told = {"name": words, "kind": "other", "about": {"en": words}, "source": words}
    return partners.propose(told, by, made)


def position_with(words, by, made=None):
    told = {**POSITION, "title": words, "addressee": words, "text": words, "outcome": words}
    return positions.propose(told, by, made, code=code_of(words))


def code_of(words):
    """The same words are the same thing: a short name made of them."""
    digits = hashlib.sha256(words.encode()).digest()
    return "".join(ALPHABET[one % len(ALPHABET)] for one in digits[:6])


def public_addresses():
    """Every address at which a stranger might find them."""
    yield from ("/events", "/events/past", "/events?view=month&month=2099-12", "/events?city=porto")
    yield from ("/events.ics", "/events.ics?city=porto", "/events.json", "/news", "/news.atom", "/partners")
    yield from (
        "/partners.json",
        "/positions",
        "/positions.json",
        "/cities/porto",
        "/vetting",
        "/vetting/mine",
    )
    for text in db.session.query(vetting.VettedText):
        yield f"/vetting/{text.id}"
        room = {
            "collection": "collections",
            "event": "events",
            "news": "news",
            "partner": "partners",
            "position": "positions",
        }[text.kind]
        yield from (f"/{room}/{text.thing}", f"/{room}/{text.thing}/edit")
        yield from (f"/vetting/{text.kind}/{text.thing}/hiding", f"/events/{text.thing}.ics")
    for row in db.session.query(documents.EventFile):
        yield f"/events/{row.event.public_id}/documents/{row.id}/{row.file_name}"


def hidden_texts():
    """Addresses at which moderators read what nobody else may."""
    waits = db.session.query(vetting.VettedText).filter_by(state="proposed").order_by(vetting.VettedText.id)
    return [f"/vetting/{text.id}" for text in waits]


# For the table of access


def access(people):
    """Arguments for the addresses of the table of access."""
    ana, bruno, cora = people["author"], people["moderator"], people["coordinator"]
    ines, milan, porto = people["city admin"], cast.person("Milan", "moderator"), cast.find_city("porto")
    _waits, text = event(ana, title="Waits")
    shown = public_event(ana, bruno, city="porto")
    vetting.let_through(document(shown, ana), bruno)
    item = public_news(ana, bruno, city="porto")
    partner = public_partner(bruno, milan)
    editor = editors.name_editor(partner, "rita@cast.example", cora)
    position, signed = (public_position(ines, bruno, title=title) for title in ("Open", "Signed"))
    signing.sign(signed, porto, ines, signed.words_hash)
    db.session.flush()
    file = shown.content["documents"][0]["file"]
    about_event = {"ref": shown.public_id, "public_id": shown.public_id}
    about_position = {"ref": position.public_id, "public_id": position.public_id}
    by_id = ("event", "event_text", "change_event", "event_documents", "add_event_document")
    return {
        **{
            f"network.{name}": {"id": text.id}
            for name in ("vetted_text", "vetting_decision", "take_text_back")
        },
        **{
            f"network.{name}": {"kind": "event", "thing": shown.public_id} for name in ("hiding", "hide_text")
        },
        **{f"network.{name}": about_event for name in by_id},
        "network.remove_event_document": {**about_event, "file_id": file},
        "network.event_document": {**about_event, "file_id": file, "file_name": "minutes.pdf"},
        "api.calendar_of_one": about_event,
        **{
            f"network.{name}": {"ref": item.public_id, "public_id": item.public_id}
            for name in ("news_item", "news_text", "change_news")
        },
        **{
            f"network.{name}": {"slug": partner.public_id, "editor_id": editor.id}
            for name in ("partner", "partner_text", "change_partner", "partner_editors", "partner_editor_end")
        },
        **{
            f"network.{name}": about_position
            for name in ("position", "position_text", "change_position", "sign_position")
        },
        "network.withdraw_signature": {"public_id": signed.public_id, "slug": "porto"},
    }


def named(args, *pages):
    return {f"network.{page}": args for page in pages}


def forms(args):
    """What only the table's stage knows of its forms: hashes of texts."""
    event, item, partner, position = (
        args[f"network.{name}"] for name in ("event_text", "news_text", "partner_text", "position_text")
    )
    on_event = {"base": vetting.base_of("event", event["public_id"])}
    return {
        "network.vetting_decision": {"seen": vetting.find(args["network.vetted_text"]["id"]).content_hash},
        "network.change_event": on_event,
        "network.add_event_document": on_event,
        "network.change_news": {"base": vetting.base_of("news", item["public_id"])},
        "network.change_partner": {"base": vetting.base_of("partner", partner["slug"])},
        "network.change_position": {"base": vetting.base_of("position", position["public_id"])},
        "network.sign_position": {"seen": positions.find(position["public_id"]).words_hash},
    }
