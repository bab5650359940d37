"""What the pages of the network need to show: an adoption, talk, and what was said against it."""

from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.network.models.members import TermOfOffice
from exchange.network.models.talk import Answer, Challenge
from exchange.network.service import vetting
from exchange.network.service.kept import collections, follows, publishing
from exchange.network.service.ledger import recording
from exchange.network.service.partners import editors, partners
from exchange.network.service.people import messages as letters
from exchange.network.service.people import profiles
from exchange.network.service.positions import signing
from exchange.network.service.talk import answering, questions, reports, routing
from exchange.practices.models import Practice
from tests.network import things


def person(name):
    return accounts.find_user(f"{name}@exchange.example")


def an_adoption():
    """What Berlin took up of a case of Ghent."""
    anke = person("anke")
    case = db.session.query(Practice).filter_by(origin_id="gent-circulation-plan").one()
    told = {
        "stage": "piloting",
        "start": "2022",
        "components": [{"name": "Sectors", "what": "changed", "why": "Berlin has no ring."}],
        "result": "Fewer cars.",
        "language": "en",
    }
    return {"transfer": recording.record(case, anke.cities[0], told, anke, "2022").public_id}


def an_office():
    """One of Berlin's."""
    berlin = accounts.find_city("berlin")
    return {"term": db.session.query(TermOfOffice).filter_by(city_id=berlin.id).first().id}


def talk():
    """Berlin's challenge, reported, with a comment of Rosa's that is hidden; a question of Berlin's."""
    rosa, milan, anke, oriol = map(person, ("rosa", "milan", "anke", "oriol"))
    berlin = accounts.find_city("berlin")
    challenge = db.session.query(Challenge).filter_by(city_id=berlin.id).first()
    answer = db.session.query(Answer).filter_by(challenge_id=challenge.id).first()
    answering.comment(challenge, rosa, "How many trees does it need?", "en", answer)
    hidden = answering.comment(challenge, rosa, "You know nothing.", "en")
    reports.hide(hidden, milan, "It insults.")
    reports.report(answer, rosa, "wrong", "The year is another one.")
    told = ("policy", "Who decides on parking fees?", "Our districts do.", "en", ["parking"])
    question = questions.ask(anke, berlin, *told, agrees=True)
    if routing.request_of(question, oriol) is None:
        routing.put(question, "topic", oriol.cities[0].id)
    questions.reply(question, oriol, "The city does, by ordinance.", "en", agrees=True)
    ids = {"challenge": challenge.public_id, "question": question.public_id}
    return {**ids, "answer": answer.id, "hidden": hidden.id}


def dates():
    """An event of Berlin's with a document and a change that waits, news, a position that Berlin signed."""
    rosa, milan, anke, oriol, clara = map(person, ("rosa", "milan", "anke", "oriol", "clara"))
    shown = things.public_event(
        oriol, milan, city="berlin", topics=["housing"], registration="https://a.example/"
    )
    vetting.let_through(things.document(shown, oriol), milan)
    _event, text = things.event(oriol, title="Trams by day")
    item = things.public_news(oriol, milan, city="berlin", topics=["mobility"])
    editors.name_editor(partners.find("un-habitat"), rosa.email, clara)
    position = things.public_position(anke, milan)
    signing.sign(position, anke.cities[0], anke, position.words_hash)
    ids = {"event": shown.public_id, "news": item.public_id, "position": position.public_id}
    return {**ids, "text": text.id}


def messages():
    """Rosa has written to Kofi, who answered; Anke's profile is the one looked at."""
    rosa, kofi = person("rosa"), accounts.find_user("kofi.accra@exchange.example")
    asked = letters.send(rosa, kofi, "How did you bind all offices to one plan?", "en")
    letters.send(kofi, rosa, "By a decree, and by publishing what each of them promised.", "en")
    return {
        "profile": profiles.of(person("anke")).public_id,
        "correspondence": asked.correspondence.public_id,
    }


def kept():
    """A collection of Oriol's that he proposes, shared with Barcelona; what the people follow."""
    oriol = person("oriol")
    codes = [
        db.session.query(Practice).filter_by(origin_id=slug).one().public_id
        for slug in ("stockholm-congestion-charge", "gent-circulation-plan")
    ]
    words = {"title": "Streets at night", "introduction": "For **May**.", "language": "en"}
    made = collections.make(oriol, {**words, "city_id": oriol.cities[0].id})
    for code in codes:
        collections.add(made, oriol, code, "Look at who decided.")
    publishing.publish(made, oriol)
    for name in ("rosa", "oriol", "anke", "edith", "milan", "clara", "aminata"):
        follows.follow(person(name), "city", "berlin")
        found = follows.follow(person(name), "case", codes[0])
    return {"collection": made.public_id, "second": codes[1], "follow": follows.token_of(found)}
