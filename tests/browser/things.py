"""What the pages of the table need to show: put into the demonstration through the verbs of life."""

from datetime import timedelta

from exchange import config, create_app
from exchange.accounts import service as accounts
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.moderation.asked_models import FreshnessAsk
from exchange.moderation.bulk import progress
from exchange.moderation.models import Review
from exchange.moderation.service.tables import batches, uploads
from exchange.practices import authorship, history, notes, sharing, tables, translating
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.search import alerts
from exchange.search.query import Query
from tests.browser import network_things

PUBLIC = "stockholm-congestion-charge"
DRAFT = "barcelona-30-percent-rule"


def put_into(folder):
    """What `addresses` fills in: ids of cases as they stand, and of what is put beside them here."""
    waits = {"EXCHANGE_REPLY_DAYS": "0", "EXCHANGE_TELL_CITY_DAYS": "0"}
    app = create_app(config.load({"EXCHANGE_INSTANCE": str(folder), **waits}, folder))
    with app.app_context():
        found = cases_as_they_stand()
        for put in (
            a_second_version,
            proposed_evaluation,
            saved_searches,
            translations,
            many_cases,
            links_without_account,
            around_a_draft,
            holds_and_labels,
            network_things.an_adoption,
            network_things.an_office,
            network_things.talk,
            network_things.dates,
            network_things.messages,
            network_things.kept,
        ):
            found |= put() or {}
            db.session.commit()
    return found


def person(name):
    return accounts.find_user(f"{name}@exchange.example")


def case(origin):
    return db.session.query(Practice).filter_by(origin_id=origin).one()


def cases_as_they_stand():
    """A public case, one of Berlin, a draft, one with changes asked, and a review that Milan has."""
    held = db.session.query(Review).filter_by(reviewer_id=person("milan").id, closed_at=None)
    return {
        "public": case(PUBLIC).public_id,
        "berlin": case("berlin-rent-cap").public_id,
        "draft": case(DRAFT).public_id,
        "own": case(DRAFT).public_id,
        "changes": case("barcelona-superblocks").public_id,
        "review": held.first().id,
    }


def a_second_version():
    """The public case was told once more, so that two versions can stand side by side."""
    tilda, milan = person("tilda"), person("milan")
    draft = practices.next_draft(practices.public_revision(case(PUBLIC)), tilda)
    practices.save(draft, {"objectives": "Fewer cars at noon, cleaner air, and buses on time."}, {}, tilda)
    review = moderation.submit(draft, tilda)
    moderation.take(review, milan)
    judged = {"design": draft.get("evidence_design"), "independence": draft.get("evidence_independence")}
    moderation.decide(review, "approve", milan, **judged)


def holds_and_labels():
    """Two pauses to come, an embargo on the draft, and a label with its note."""
    clara, anke, later = person("clara"), person("anke"), now() + timedelta(days=30)
    for by, city in ((clara, None), (anke, anke.cities[0])):
        moderation.pause(later, later + timedelta(days=9), by, "Elections.", city)
    moderation.set_embargo(case(DRAFT), later, person("oriol"), "The council speaks first.")
    moderation.give_label(case(PUBLIC), "award", person("milan"), "By a jury.", "Clean Air Prize", 2019)


def around_a_draft():
    """An earlier text of Oriol's draft, somebody he invited, somebody who looks on, and a note."""
    oriol = person("oriol")
    draft = case(DRAFT)
    practices.save(draft.revisions[-1], {"side_effects": "Fewer permits at first."}, {}, oriol)
    invitation = authorship.invite(draft, "pia@partner.example", "commenter", oriol)
    link = sharing.share(draft, oriol, for_whom="Head of housing")
    notes.add(draft, "summary", "Name the year.", oriol)
    return {
        "snapshot": history.of(draft.revisions[-1])[-1].id,
        "invitation": authorship.token_of(invitation),
        "shared": sharing.token_of(link),
    }


def links_without_account():
    """Tokens of people who are asked: to clear a draft, about its fields, for a city, about a case."""
    oriol = person("oriol")
    draft = case(DRAFT)
    berlin = case("berlin-rent-cap")
    people = [(name, f"{name}@city.example", "press", "en") for name in ("pia", "max")]
    moderation.clearing.ask(draft, people, oriol)
    first, _second = moderation.clearing.row_of(draft)
    objections = {"summary": "Name the year."}
    text = draft.revisions[-1]
    moderation.clearing.decide(first, "objected", moderation.clearing.hash_of(text), objections)
    moderation.clearing.ask_again(draft, oriol)
    asked, over = moderation.clearing.row_of(draft)[0], first
    mail = ("Rui", "rui@city.example", "en")
    colleague = moderation.asking.ask(draft, ["summary", "results"], "Is it right?", *mail, oriol)
    city = moderation.telling.add(berlin, "Office", "office@city.example", "en", oriol)
    moderation.by_link.send(city, "tell city", moderation.telling.LIFE)
    moderation.freshness.send(berlin, berlin.confirm_by, "Office", "office@city.example", "en")
    fresh = db.session.query(FreshnessAsk).one()
    db.session.add(moderation.asking.propose(text, "summary", "Rui", new="Said otherwise."))
    db.session.flush()
    rows = {"clearance": asked, "over": over, "colleague": colleague, "city": city, "fresh": fresh}
    return {name: moderation.by_link.token_of(one) for name, one in rows.items()}


def many_cases():
    """A file of Oriol's with something to put right, and a batch that Rosa sends with a case in it."""
    oriol, rosa, clara = (person(one) for one in ("oriol", "rosa", "clara"))
    city = oriol.cities[0]
    table = tables.read(b"Title,Start\nA tram,yesterday\nA bath,2019\n")
    upload = uploads.stage(oriol, b"Title", "cases.csv", table, ["title", "start"], "en", city=city)
    uploads.choose_columns(upload, ["title", "start"], None, "en")
    progress.advance(upload)
    batch = batches.open_batch(clara, rosa, kind="award", name="Green Prize", rules="Told *plainly*.")
    uploads.take_row({"title": "From the prize", "language": "en"}, "1", rosa, city, batch)
    db.session.flush()
    return {"upload": upload.id, "batch": batch.id}


def proposed_evaluation():
    """One that a reader proposed and nobody has decided on."""
    rosa = person("rosa")
    told = ("A study of the charge", "https://study.example/", "trial", "It helped.", "en")
    made = moderation.propose_evaluation(case(PUBLIC), rosa, *told)
    db.session.flush()
    return {"evaluation": made.id}


def translations():
    """A public case in Spanish, a German submission of it, and a French draft with a machine's words."""
    charge, milan, clara = case(PUBLIC), person("milan"), person("clara")
    source, made = practices.public_revision(charge), {}
    told = {"title": "Una tasa", "summary": "Con **medida**.", "challenge": "Demasiados coches."}
    for language in ("es", "de", "fr"):
        made[language] = translating.begin(charge, language, clara)
        translating.save(made[language], source, told, (), clara)
    translating.fill(made["fr"], source, {"solution": "Une machine parle."}, clara)
    for language in ("es", "de"):
        translating.submit(made[language], clara)
    moderation.decide_translation(made["es"], "approve", milan)
    db.session.flush()
    return {"translation": made["de"].id}


def saved_searches():
    """Links from letters: to a search that runs, one that was stopped, one that is to be confirmed."""
    clara = person("clara")
    running = alerts.save(Query(q="rent"), "", "daily", "en", user=clara)
    stopped = alerts.save(Query(q="budget"), "", "weekly", "en", user=clara)
    asked = alerts.save(Query(q="rent"), "", "weekly", "en", address="noa@exchange.example")
    alerts.stop(stopped)
    return {
        "alert": alerts.token_of(running),
        "stopped": alerts.token_of(stopped),
        "asked": alerts.asking_token_of(asked),
    }
