"""Every page in a real browser: axe finds nothing, nothing scrolls sideways, no script stumbles."""

import pytest

from exchange import config, create_app
from exchange.accounts import service as accounts
from exchange.config import LANGUAGES
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.moderation.asked_models import FreshnessAsk
from exchange.moderation.bulk import progress
from exchange.moderation.service.tables import batches, uploads
from exchange.practices import authorship, history, notes, sharing, tables, translating
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.search import alerts
from exchange.search.query import Query
from tests.access import ACCESS, ANONYMOUS
from tests.browser.conftest import Visit
from tests.conftest import FULL

PEOPLE = {
    ANONYMOUS: "",
    "reader": "rosa",
    "author": "oriol",
    "city admin": "anke",
    "expert": "edith",
    "moderator": "milan",
    "coordinator": "clara",
    "admin": "aminata",
}
NO_PAGES = {
    "core.static",
    "core.land",
    "core.choose_language",
    "search.clusters",
    "search.suggest",
    "front.cover",
    "front.live",
    "front.ready",
    "front.robots",
    "front.sitemap",
    "front.security",
    "api.result",
    "api.citation",
    "api.whole_case",
    "practices.medium",
    "practices.document",
    "moderation.tags",
    "moderation.bulk_template",
    "moderation.problems",
    "moderation.picture_by_link",
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Addresses of pages that need a thing of their own; `{x}` is filled in from the demonstration.
ADDRESSES = {
    "front.home": "/",
    "front.case": "/practices/{public}",
    "front.revision": "/practices/{public}/revisions/1",
    "front.cities": "/cities",
    "front.city": "/cities/berlin",
    "front.topic": "/topics/housing",
    "front.about": "/about",
    "front.board": "/coverage?sort=gaps",
    "front.call_for_cases": "/coverage/cycling/002/large",
    "search.practices": "/practices?q=rent&topic=housing",
    "search.new_alert": "/alerts/new?q=rent&topic=housing&near=48.2,16.37,900",
    "search.alert_sent": "/alerts/sent",
    "search.confirm_alert": "/alerts/{asked}/confirm",
    "search.alert": "/alerts/{alert}",
    "search.stop_alert": "/alerts/{alert}/stop",
    "search.alerts": "/alerts",
    "core.language": "/language",
    "accounts.sign_up": "/sign-up",
    "accounts.sign_in": "/sign-in",
    "accounts.sign_in_link": "/sign-in-link",
    "accounts.forgotten": "/forgotten",
    "accounts.letter_sent": "/letter-sent",
    "accounts.one_time_link": "/links/unknown",
    "accounts.account": "/account",
    "accounts.details": "/account/details",
    "accounts.address": "/account/address",
    "accounts.password": "/account/password",
    "accounts.memberships": "/account/memberships",
    "accounts.departure": "/account/departure",
    "accounts.city_people": "/cities/berlin/people",
    "accounts.requests": "/people/requests",
    "accounts.people": "/people/accounts",
    "accounts.person": "/people/accounts/1",
    "notifications.letters": "/letters",
    "notifications.letter": "/letters/1",
    "moderation.my_cases": "/write",
    "moderation.word_proposals": "/write/words",
    "moderation.new_case": "/write/new",
    "moderation.write": "/write/{draft}/what-and-where",
    "moderation.preview": "/write/{draft}/preview",
    "moderation.submission": "/write/{draft}/submission",
    "moderation.withdrawal": "/write/{own}/withdrawal",
    "moderation.wording": "/write/{own}/wording",
    "moderation.many_cases": "/bulk",
    "moderation.upload": "/bulk/{upload}",
    "moderation.columns": "/bulk/{upload}/columns",
    "moderation.batches": "/batches",
    "moderation.batch": "/batches/{batch}",
    "moderation.new_batch": "/batches/new",
    "moderation.batch_description": "/batches/{batch}/description",
    "moderation.desk": "/review",
    "moderation.reasons": "/desk/reasons?open=no-source",
    "moderation.vocabulary": "/desk/vocabulary?open=cycling",
    "moderation.word": "/desk/vocabulary/topic/cycling",
    "moderation.lookalikes": "/desk/vocabulary/lookalikes",
    "moderation.proposed_words": "/desk/vocabulary/proposals",
    "moderation.review": "/review/{review}",
    "moderation.claims": "/review/figures/{public}",
    "moderation.new_evaluation": "/practices/{public}/evaluations/new",
    "moderation.evaluation": "/review/evaluations/{evaluation}",
    "moderation.translations_of": "/write/{public}/translations",
    "moderation.translation": "/write/{public}/translations/fr",
    "moderation.translations_desk": "/review/translations?all=1",
    "moderation.translation_review": "/review/translations/{translation}",
    "moderation.merger": "/practices/{public}/merger",
    "moderation.parting": "/practices/{public}/parting",
    "moderation.take_down": "/practices/{public}/take-down",
    "moderation.restoration": "/practices/{public}/restoration",
    "moderation.withdrawal_decision": "/practices/{public}/withdrawal-decision",
    "moderation.confirmation": "/practices/{berlin}/confirmation",
    "moderation.city_reply": "/practices/{berlin}/reply",
    "moderation.hide_reply": "/practices/{public}/reply/hiding",
    "moderation.taking_over": "/write/{berlin}/taking-over",
    "moderation.clearance": "/write/{draft}/clearance",
    "moderation.colleagues": "/write/{draft}/colleagues",
    "moderation.proposals": "/write/{draft}/proposals",
    "moderation.teller": "/write/{draft}/teller",
    "moderation.clearance_by_link": "/clearance/{clearance}",
    "moderation.answers_by_link": "/answers/{colleague}",
    "moderation.confirm_by_link": "/confirm/{city}",
    "moderation.history": "/write/{draft}/history",
    "moderation.earlier": "/write/{draft}/history/{snapshot}",
    "moderation.beside": "/write/{draft}/notes",
    "moderation.people": "/write/{draft}/people",
    "moderation.invitation": "/invitations/{invitation}",
    "moderation.shared": "/shared/{shared}",
    "moderation.shared_text": "/shared/{shared}/text",
}
MORE = (
    "/practices",
    "/practices?q=zzzz",
    "/practices?page=2",
    "/practices?view=map",
    "/practices?view=table&near=48.2,16.37,900",
    "/practices?view=table&place=Nowhere",
    "/cities/wien",
    "/topics/cycling",
    "/no-such-page",
    "/alerts",
    "/alerts/unknown",
    "/alerts/{stopped}/stop",
    "/write/{changes}/results",
    "/write/{draft}/problem",
    "/write/{draft}/solution",
    "/write/{draft}/obstacles",
    "/write/{draft}/conditions",
    "/write/{draft}/contact-and-rights",
    "/review?tab=all",
    "/confirm/{fresh}",
    "/clearance/unknown",
    "/invitations/unknown",
    "/shared/unknown/text",
    "/clearance/{over}",
    "/practices/{public}?text=es",
    "/write/{public}/translations/de",
)
FULLEST = {"front.city": "city admin", "front.case": "city admin"}  # else the last role that is let in


@pytest.fixture(scope="module")
def things(server):
    """Ids of the demonstration: a public case, one of Berlin, a draft, one with changes asked, a review."""
    import sqlite3

    database = sqlite3.connect(f"file:{server.folder}/exchange.sqlite?mode=ro", uri=True)

    def case(origin):
        return database.execute("SELECT public_id FROM practices WHERE origin_id = ?", (origin,)).fetchone()[
            0
        ]

    review = database.execute(
        "SELECT r.id FROM reviews r JOIN users u ON u.id = r.reviewer_id "
        "WHERE u.name = 'Milan' AND closed_at IS NULL"
    ).fetchone()[0]
    return {
        "public": case("stockholm-congestion-charge"),
        "berlin": case("berlin-rent-cap"),
        "draft": case("barcelona-30-percent-rule"),
        "own": case("barcelona-30-percent-rule"),
        "changes": case("barcelona-superblocks"),
        "review": review,
        "evaluation": proposed_evaluation(server.folder),
        **saved_searches(server.folder),
        **translations(server.folder),
        **many_cases(server.folder),
        **links_without_account(server.folder),
        **around_a_draft(server.folder),
    }


def around_a_draft(folder):
    """An earlier text of Oriol's draft, somebody he invited, somebody who looks on, and a note."""
    app = create_app(config.load({"EXCHANGE_INSTANCE": str(folder)}, folder))
    with app.app_context():
        oriol = accounts.find_user("oriol@exchange.example")
        draft = db.session.query(Practice).filter_by(origin_id="barcelona-30-percent-rule").one()
        practices.save(draft.revisions[-1], {"side_effects": "Fewer permits at first."}, {}, oriol)
        invitation = authorship.invite(draft, "pia@partner.example", "commenter", oriol)
        link = sharing.share(draft, oriol, for_whom="Head of housing")
        notes.add(draft, "summary", "Name the year.", oriol)
        db.session.commit()
        return {
            "snapshot": history.of(draft.revisions[-1])[-1].id,
            "invitation": authorship.token_of(invitation),
            "shared": sharing.token_of(link),
        }


def links_without_account(folder):
    """Tokens of people who are asked: to clear a draft, about its fields, for a city, about a case."""
    app = create_app(config.load({"EXCHANGE_INSTANCE": str(folder)}, folder))
    with app.app_context():
        oriol = accounts.find_user("oriol@exchange.example")
        draft = db.session.query(Practice).filter_by(origin_id="barcelona-30-percent-rule").one()
        berlin = db.session.query(Practice).filter_by(origin_id="berlin-rent-cap").one()
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
        db.session.commit()
        rows = {"clearance": asked, "over": over, "colleague": colleague, "city": city, "fresh": fresh}
        return {name: moderation.by_link.token_of(one) for name, one in rows.items()}


def many_cases(folder):
    """A file of Oriol's with something to put right, and a batch that Rosa sends with a case in it."""
    app = create_app(config.load({"EXCHANGE_INSTANCE": str(folder)}, folder))
    with app.app_context():
        oriol, rosa, clara = (
            accounts.find_user(f"{one}@exchange.example") for one in ("oriol", "rosa", "clara")
        )
        city = oriol.cities[0]
        table = tables.read(b"Title,Start\nA tram,yesterday\nA bath,2019\n")
        upload = uploads.stage(oriol, b"Title", "cases.csv", table, ["title", "start"], "en", city=city)
        uploads.choose_columns(upload, ["title", "start"], None, "en")
        progress.advance(upload)
        batch = batches.open_batch(clara, rosa, kind="award", name="Green Prize", rules="Told *plainly*.")
        uploads.take_row({"title": "From the prize", "language": "en"}, "1", rosa, city, batch)
        db.session.commit()
        return {"upload": upload.id, "batch": batch.id}


def proposed_evaluation(folder):
    """One that a reader proposed and nobody has decided on."""
    app = create_app(config.load({"EXCHANGE_INSTANCE": str(folder)}, folder))
    with app.app_context():
        case = db.session.query(Practice).filter_by(origin_id="stockholm-congestion-charge").one()
        rosa = accounts.find_user("rosa@exchange.example")
        told = ("A study of the charge", "https://study.example/", "trial", "It helped.", "en")
        number = moderation.propose_evaluation(case, rosa, *told).id
        db.session.commit()
        return number


def translations(folder):
    """A public case in Spanish, a German submission of it, and a French draft with a machine's words."""
    app = create_app(config.load({"EXCHANGE_INSTANCE": str(folder)}, folder))
    with app.app_context():
        case = db.session.query(Practice).filter_by(origin_id="stockholm-congestion-charge").one()
        milan, clara = (accounts.find_user(f"{one}@exchange.example") for one in ("milan", "clara"))
        source, made = practices.public_revision(case), {}
        told = {"title": "Una tasa", "summary": "Con **medida**.", "challenge": "Demasiados coches."}
        for language in ("es", "de", "fr"):
            made[language] = translating.begin(case, language, clara)
            translating.save(made[language], source, told, (), clara)
        translating.fill(made["fr"], source, {"solution": "Une machine parle."}, clara)
        for language in ("es", "de"):
            translating.submit(made[language], clara)
        moderation.decide_translation(made["es"], "approve", milan)
        db.session.commit()
        return {"translation": made["de"].id}


def saved_searches(folder):
    """Links from letters: to a search that runs, one that was stopped, one that is to be confirmed."""
    app = create_app(config.load({"EXCHANGE_INSTANCE": str(folder)}, folder))
    with app.app_context():
        clara = accounts.find_user("clara@exchange.example")
        running = alerts.save(Query(q="rent"), "", "daily", "en", user=clara)
        stopped = alerts.save(Query(q="budget"), "", "weekly", "en", user=clara)
        asked = alerts.save(Query(q="rent"), "", "weekly", "en", address="noa@exchange.example")
        alerts.stop(stopped)
        db.session.commit()
        return {
            "alert": alerts.token_of(running),
            "stopped": alerts.token_of(stopped),
            "asked": alerts.asking_token_of(asked),
        }


def looks():
    """(role, language, address): a page as every role in English, as its fullest in other languages."""
    for endpoint, address in ADDRESSES.items():
        roles = [role for role in PEOPLE if role in ACCESS[endpoint]["GET"]]
        fullest = FULLEST.get(endpoint, roles[-1])
        for role in roles if FULL else [fullest]:
            yield role, "en", address
        for language in [code for code in LANGUAGES if code != "en"] if FULL else ["de"]:
            yield fullest, language, address
    for address in MORE:
        yield ("author" if "/write" in address else "coordinator"), "en", address


def test_every_page_of_the_table_is_looked_at():
    pages = {endpoint for endpoint, row in ACCESS.items() if "GET" in row} - NO_PAGES
    assert pages == set(ADDRESSES)


@pytest.mark.parametrize("role", PEOPLE)
def test_axe_finds_nothing_on_any_page(role, chromium, server, things):
    from axe_playwright_python.sync_playwright import Axe

    visit, found = Visit(chromium, server, PEOPLE[role], viewport={"width": 1280, "height": 900}), []
    for _, language, address in (look for look in looks() if look[0] == role):
        address = address.format(**things)
        visit.page.goto(f"{address}{'&' if '?' in address else '?'}hl={language}")
        if (width := visit.page.evaluate("document.documentElement.scrollWidth")) > 1280:
            found.append(f"{language} {address}: {width} px wide")
        results = Axe().run(visit.page, options=RULES).response
        found += [
            f"{language} {address}: {one['id']} {[node['target'] for node in one['nodes']][:3]}"
            for one in results["violations"]
        ]
    visit.close()
    faults = [fault for fault in visit.faults if "404" not in fault and "status of 4" not in fault]
    assert not found, "\n".join(found)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", ["anonymous", "author", "moderator", "admin"])
def test_on_a_phone_nothing_scrolls_sideways_and_axe_finds_nothing(role, scheme, chromium, server, things):
    from axe_playwright_python.sync_playwright import Axe

    visit = Visit(chromium, server, PEOPLE[role], viewport={"width": 320, "height": 640}, color_scheme=scheme)
    wide = []
    for _, language, address in {look for look in looks() if look[0] == role and look[1] in ("en", "de")}:
        address = address.format(**things)
        visit.page.goto(f"{address}{'&' if '?' in address else '?'}hl={language}")
        width = visit.page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide.append(f"{language} {address}: {width} px")
        if FULL and language == "en":
            wide += [
                f"{address}: {one['id']} {[node['target'] for node in one['nodes']][:3]}"
                for one in Axe().run(visit.page, options=RULES).response["violations"]
            ]
    visit.close()
    assert not wide, "\n".join(wide)


def test_a_page_without_pictures_is_light(visit):
    """Bytes over the wire of the search page's own parts, uncompressed; a promise about size, not time."""
    page = visit().page
    sizes = {"all": 0, "script": 0}

    def weigh(response):
        body = len(response.body())
        sizes["all"] += body
        sizes["script"] += body if response.request.resource_type == "script" else 0

    page.on("response", weigh)
    page.goto("/about")
    page.wait_for_load_state("networkidle")
    assert sizes["script"] <= 30_000
    assert sizes["all"] <= 150_000
