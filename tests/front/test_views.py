"""What readers meet on the pages that gather several rooms."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from exchange import reactions
from exchange.accounts.models import City, User
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.network.models.members import TermOfOffice
from exchange.practices import schema
from exchange.practices import service as practices
from tests import cast, conftest

TITLE = "A budget that residents decide"
SLUG = "a-budget-that-residents-decide"
PAGES = ("/", "/cities", "/cities/porto", "/topics/governance", "/about", "/language", "/nowhere")
HOSTILE = """<script>alert('zq')</script>"><img src=x onerror=zq() a='"""


def tell(app, *cases, **answers):
    """Public ids of cases that Ana told and Bruno let through, in the order of their titles."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        found = [cast.published(ana, bruno, title=title, **answers).public_id for title in cases or (TITLE,)]
        db.session.commit()
        while reactions.react():
            pass
    return found


def people(app, **makers):
    with app.app_context():
        found = {name: make().id for name, make in makers.items()}
        db.session.commit()
    return found


@contextmanager
def acting(app, public_id):
    """(practice, moderator) inside a transaction that is committed afterwards."""
    with app.app_context():
        yield practices.find(public_id), moderator()
        db.session.commit()
        while reactions.react():
            pass


def moderator():
    return find_person("Bruno")


def find_person(name):
    return db.session.scalars(select(User).where(User.name == name)).one()


def tell_again(app, public_id, **answers):
    """The case's next version, told by its lead and approved."""
    with acting(app, public_id) as (practice, bruno):
        revision = practices.next_draft(practices.public_revision(practice), practice.lead)
        practices.write(revision, answers, {})
        review = moderation.submit(revision, practice.lead)
        moderation.take(review, bruno)
        moderation.decide(review, "approve", bruno, design="before-after", independence="own")


def page(app, path, user_id=None, **more):
    client = app.test_client()
    if user_id:
        with app.app_context():
            user = db.session.get(User, user_id)
        client = cast.client_of(app, user)
    return client.get(path, **more)


# A case


def test_a_reader_finds_a_case_at_its_permanent_address(app):
    (one,) = tell(app)
    answer = page(app, f"/practices/{one}-{SLUG}")
    assert answer.status_code == 200
    for words in (TITLE, "Porto", "Told by the city", "+350", "1,200", "5,400", "since 2015"):
        assert words in answer.text
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/practices/{one}-{SLUG}">' in answer.text


def test_whoever_has_an_old_address_is_led_to_the_present_one(app):
    (one,) = tell(app)
    for old in (one, f"{one}-an-earlier-title", f"{one}-"):
        answer = page(app, f"/practices/{old}")
        assert (answer.status_code, answer.location) == (301, f"/practices/{one}-{SLUG}")


def test_every_case_says_who_tells_it_and_whether_the_city_confirmed_it(app):
    (one,) = tell(app)
    assert "confirmed by" not in page(app, f"/practices/{one}-{SLUG}").text.lower()
    with acting(app, one) as (practice, _):
        practice.told_by = "researcher"
    text = page(app, f"/practices/{one}-{SLUG}").text
    assert "Told by researchers" in text and "Not confirmed by the city yet" in text
    for word, words in (
        ("confirmed", "Confirmed by the city"),
        ("disputed", "Disputed by the city"),
        ("ended", "No longer supported by the city"),
    ):
        with acting(app, one) as (practice, _):
            practices.endorse(practice, word, practice.lead)
        assert words in page(app, f"/practices/{one}-{SLUG}").text


def test_a_version_of_a_number_that_none_has_is_not_there(app):
    with app.app_context():
        practice = cast.published(cast.ana(), cast.bruno())
        db.session.commit()
        path = f"/practices/{practice.public_id}/revisions/{10**30}"
    for ending in ("", ".json", ".bib"):
        assert app.test_client().get(path + ending).status_code == 404


def test_an_older_version_stays_readable_and_says_that_a_newer_one_is_public(app):
    (one,) = tell(app)
    tell_again(app, one, title="A budget of the parishes", challenge="Seen anew.")
    older = page(app, f"/practices/{one}/revisions/1")
    assert older.status_code == 200
    assert TITLE in older.text and "Seen anew." not in older.text
    assert (
        "a newer one is public" in older.text and f"/practices/{one}-a-budget-of-the-parishes" in older.text
    )
    assert '<meta name="robots" content="noindex">' in older.text
    newer = page(app, f"/practices/{one}-a-budget-of-the-parishes")
    assert "Seen anew." in newer.text and "noindex" not in newer.text
    assert f"/practices/{one}/revisions/1" in newer.text
    assert page(app, f"/practices/{one}/revisions/3").status_code == 404


def test_a_withdrawn_case_leaves_its_reason_and_nothing_else(app):
    (one,) = tell(app)
    with acting(app, one) as (practice, bruno):
        practices.show(practice, "tombstone", bruno, "The figures were wrong.")
    for path in (f"/practices/{one}", f"/practices/{one}-{SLUG}", f"/practices/{one}/revisions/1"):
        answer = page(app, path)
        assert answer.status_code == 410
        assert "The figures were wrong." in answer.text and "noindex" in answer.text
        assert TITLE not in answer.text and cast.ANSWERS["summary"] not in answer.text


def test_an_archived_case_says_so_and_why(app):
    (one,) = tell(app)
    with acting(app, one) as (practice, bruno):
        practices.show(practice, "archived", bruno, "It ended long ago.")
    answer = page(app, f"/practices/{one}-{SLUG}")
    assert answer.status_code == 200
    assert "archived" in answer.text and "It ended long ago." in answer.text and "noindex" in answer.text


def test_a_draft_is_hidden_from_strangers_and_its_author_is_led_to_the_preview(app):
    with app.app_context():
        ana = cast.ana()
        one = cast.draft(ana).practice.public_id
        chloe = cast.chloe()
        ids = ana.id, chloe.id
        db.session.commit()
    path = f"/practices/{one}-{SLUG}"
    assert page(app, path).status_code in (401, 404) and TITLE not in page(app, path).text
    assert page(app, path, ids[1]).status_code == 404
    answer = page(app, path, ids[0])
    assert answer.status_code == 303 and one in answer.location
    assert page(app, f"/practices/{one}/revisions/1", ids[0]).status_code == 404


def test_contacts_for_colleagues_are_shown_to_verified_staff_of_member_cities_alone(app):
    contact = {"name": "The tram desk", "mail": "desk@porto.example", "shown_to": "verified"}
    (one,) = tell(app, contacts=[contact])
    ids = people(
        app,
        chloe=cast.chloe,
        dora=lambda: cast.person("Dora", city="wien"),
        emil=lambda: cast.person("Emil", city="wien", member_state="requested"),
        fay=lambda: cast.person("Fay", city="wien", verified=False),
    )
    path = f"/practices/{one}-{SLUG}"
    assert "desk@porto.example" in page(app, path, ids["dora"]).text
    for reader in (None, ids["chloe"], ids["emil"], ids["fay"]):
        text = page(app, path, reader).text
        assert "desk@porto.example" not in text and "The tram desk" not in text
        assert "#contact" not in text
    assert "The tram desk" not in page(app, path.replace(f"-{SLUG}", "/revisions/1")).text


def test_hostile_texts_in_every_field_are_shown_as_the_words_they_are(app):
    (one,) = tell(app)
    answers = {field.name: hostile(field) for field in schema.FIELDS.values()}
    with acting(app, one) as (practice, _):
        revision = practices.public_revision(practice)
        kept = {
            name: value for name, value in answers.items() if value and name not in ("media", "documents")
        }
        practices.write(revision, {**kept, "story": HOSTILE, "language": "en"}, {})
        revision.approved_hash = revision.content_hash
        revision.summary = HOSTILE
        practice.city.website = "javascript:zq()"
    where = page(app, f"/practices/{one}").location
    for path in (where, "/", "/cities/porto", "/topics/governance", "/sitemap.xml"):
        text = page(app, path).text
        assert "<script>alert" not in text and "<img src=x" not in text, path
        assert not re.search(r'href="\s*javascript:', text, re.IGNORECASE), path
        assert "onerror=zq() a='" not in re.sub(r"&[^;]+;", "", text) or "&lt;img" in text, path
    assert "&lt;script&gt;" in page(app, where).text


def hostile(field):
    if field.kind in ("line", "text"):
        return HOSTILE
    if field.kind == "choice":
        return next(iter(field.choices))
    if field.kind == "choices":
        return list(field.choices)
    if field.kind == "group":
        return [{part.name: hostile(part) for part in field.parts}]
    simple = {
        "number": "1e999999999",
        "date": HOSTILE,
        "address": "javascript:zq()",
        "mail": 'a@b.example"><script>alert(1)</script>',
        "goal": 11,
        "languages": [HOSTILE],
        "language": HOSTILE,
        "topics": ["governance"],
        "tags": [HOSTILE],
    }
    return simple.get(field.kind)


# Home


def test_home_shows_and_counts_public_cases_only(app):
    shown, unlisted, withdrawn = tell(app, "The shown one", "The unlisted one", "The withdrawn one")
    with acting(app, unlisted) as (practice, bruno):
        practices.show(practice, "unlisted", bruno, "Not for lists.")
        practice.city_id = cast.find_city("dakar").id
        cast.draft(practice.lead, title="The drafted one", city="wien")
    with acting(app, withdrawn) as (practice, bruno):
        practices.show(practice, "tombstone", bruno, "Wrong.")
    text = page(app, "/").text
    assert "The shown one" in text
    for hidden in ("unlisted", "withdrawn", "drafted"):
        assert f"The {hidden} one" not in text
    assert "1 practice from 1 city" in text
    assert "Porto: 1 practice" in text and "Dakar" not in text and "Wien" not in text


def test_home_opens_before_anything_was_told(app):
    answer = page(app, "/")
    assert answer.status_code == 200 and "No case has been published yet." in answer.text


def test_titles_carry_the_language_they_were_written_in(app):
    (one,) = tell(app, "Der Haushalt der Bürgerinnen", language="de")
    for path in ("/", "/cities/porto", page(app, f"/practices/{one}").location):
        assert re.search(r'lang="de"[^>]*>(<a[^>]*>)?Der Haushalt', page(app, path).text), path
    assert "Written in German" in page(app, f"/practices/{one}", follow_redirects=True).text


# Covers


def test_the_cover_is_a_drawing_in_the_colour_of_the_topic(app):
    (one,) = tell(app, topics=["cycling"])
    answer = page(app, f"/covers/{one}-case.svg")
    assert answer.mimetype == "image/svg+xml" and "public" in answer.headers["Cache-Control"]
    assert ElementTree.fromstring(answer.data).tag.endswith("svg")
    assert "#1a3c7d" in answer.text.lower()
    assert page(app, f"/covers/{one}-huge.svg").status_code == 404
    assert page(app, "/covers/ZZZZZZ-case.svg").status_code == 404


def test_there_is_no_cover_without_a_place(app):
    (one,) = tell(app)
    with acting(app, one) as (practice, _):
        practice.city.lat = practice.city.lon = None
    assert page(app, f"/covers/{one}-case.svg").status_code == 404
    assert page(app, f"/practices/{one}-{SLUG}").status_code == 200


def test_the_cover_of_a_hidden_case_is_for_those_who_may_see_it(app):
    with app.app_context():
        ana = cast.ana()
        one, chloe = cast.draft(ana).practice.public_id, cast.chloe()
        ids = ana.id, chloe.id
        db.session.commit()
    path = f"/covers/{one}-case.svg"
    assert page(app, path).status_code in (401, 404)
    assert page(app, path, ids[1]).status_code == 404
    answer = page(app, path, ids[0])
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "private, no-store"


# Cities and topics


def test_the_page_of_berlin_shows_its_offices_and_its_cases(app):
    with app.app_context():
        berlin = City(
            slug="berlin", name="Berlin", country="DE", lat=52.52, lon=13.4, names={}, is_member=True
        )
        berlin.member_since = "1991"
        db.session.add(berlin)
        db.session.flush()
        for office, start, end in (
            ("co-president", "2014", "2017"),
            ("acting-president", "2017-11", "2018-08"),
            ("president", "2018-08", "2020-11"),
        ):
            db.session.add(TermOfOffice(city_id=berlin.id, office=office, start=start, end=end))
        cast.published(cast.person("Bea", city="berlin"), cast.bruno(), title="A rent cap", city="berlin")
        db.session.commit()
    text = page(app, "/cities/berlin").text
    for words in ("Acting president", "Co-president", "Aug 2018 – Nov 2020", "since 1991", "A rent cap"):
        assert words in text
    assert "Germany" in text and page(app, "/cities/atlantis").status_code == 404


def test_a_city_without_cases_has_a_page_that_says_so(app):
    with app.app_context():
        cast.find_city("dakar")
        db.session.commit()
    answer = page(app, "/cities/dakar")
    assert answer.status_code == 200 and "No public practice yet." in answer.text
    assert "Dakar" in page(app, "/cities").text


def test_a_topic_counts_the_cases_of_its_children(app):
    tell(app, "Lanes", "Racks", topics=["cycling"])
    text = page(app, "/topics/mobility").text
    assert "2 practices" in text
    assert re.search(r'/topics/cycling">Cycling <span class="figure">2<', text)
    assert re.search(r'/topics/parking">Parking <span class="figure">0<', text)
    assert page(app, "/topics/alchemy").status_code == 404


# What it costs


def test_lists_cost_the_same_queries_for_1_3_and_50_cases(app):
    paths = ("/", "/cities", "/cities/porto", "/topics/governance")
    tell(app, "Case 0")
    costs = [[cost(app, path) for path in paths]]
    for numbers in (range(1, 3), range(3, 50)):
        grow(app, numbers)
        costs.append([cost(app, path) for path in paths])
    assert min(costs[0]) > 0
    assert costs[1] == costs[0] and costs[2] == costs[0]


def grow(app, numbers):
    """More cases of Porto, and as many more member cities."""
    with app.app_context():
        ana, bruno = find_person("Ana"), moderator()
        for number in numbers:
            cast.published(ana, bruno, title=f"Case {number}")
            place = {"lat": number, "lon": number, "country": "PT", "names": {}, "is_member": True}
            db.session.add(City(slug=f"town-{number}", name=f"Town {number}", **place))
        db.session.commit()
        while reactions.react():
            pass


def cost(app, path):
    statements = []

    def note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    client = app.test_client()
    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in statements)


# Machines that read


def test_the_sitemap_lists_public_cases_only(app):
    shown, archived = tell(app, "The shown one", "The archived one")
    with acting(app, archived) as (practice, bruno):
        practices.show(practice, "archived", bruno, "Old.")
        hidden = cast.draft(practice.lead, title="The drafted one").practice.public_id
    answer = page(app, "/sitemap.xml")
    assert answer.mimetype == "application/xml"
    addresses = [one.text for one in ElementTree.fromstring(answer.data).iter() if one.tag.endswith("loc")]
    assert f"http://127.0.0.1:8000/practices/{shown}-the-shown-one" in addresses
    assert "http://127.0.0.1:8000/cities/porto" in addresses
    assert not [one for one in addresses if archived in one or hidden in one]


def test_robots_are_asked_to_leave_the_workshop_alone(app):
    text = page(app, "/robots.txt").text
    for closed in ("/write", "/review", "/account", "/links/"):
        assert f"Disallow: {closed}\n" in text
    assert "Disallow: /practices\n" not in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


def test_whoever_finds_a_hole_knows_whom_to_tell(app):
    text = page(app, "/.well-known/security.txt").text
    expires = datetime.fromisoformat(re.search(r"Expires: (\S+)", text)[1])
    assert 0 < (expires - datetime.now(UTC)).days < 366
    assert "Contact: mailto:" in text


# Languages


@pytest.fixture(scope="module")
def town(template, tmp_path_factory):
    """One case of Vienna, only read."""
    app = conftest.copied_app(template, tmp_path_factory.mktemp("front"))
    with app.app_context():
        wally = cast.person("Wally", city="wien")
        one = cast.published(wally, cast.bruno(), title=TITLE, city="wien")
        cast.find_city("porto")
        path = practices.path_of(one, TITLE)
        db.session.commit()
        while reactions.react():
            pass
    yield app, path
    conftest.put_away(app)


@pytest.mark.parametrize("code", ["en", "fr", "es", "de"])
def test_every_page_answers_in_every_language(town, code):
    app, case = town
    for path in (*PAGES, case, case.split("-")[0] + "/revisions/1"):
        answer = page(app, f"{path}?hl={code}")
        assert answer.status_code == (404 if path == "/nowhere" else 200)
        assert f'<html lang="{code}"' in answer.text, path
        assert not answer.headers.getlist("Set-Cookie"), path


def test_names_and_figures_follow_the_reader(town):
    app, case = town
    assert "Vienne" in page(app, case + "?hl=fr").text
    german = page(app, case + "?hl=de").text
    assert "5.400" in german and "Österreich" in german and f'<h1 lang="en">{TITLE}' in german


def test_only_choosing_a_language_sets_its_cookie(town):
    app, _ = town
    client = app.test_client()
    answer = client.get("/language/fr?next=/about")
    assert (answer.status_code, answer.location) == (303, "/about")
    assert client.get_cookie("language").value == "fr"
    assert '<html lang="fr"' in client.get("/about").text
    assert '<html lang="de"' in client.get("/about?hl=de").text
    assert '<html lang="fr"' in client.get("/about").text
    assert client.get("/language/xx").status_code == 404


def test_a_browser_that_asks_for_a_language_gets_it_and_caches_are_told(town):
    app, _ = town
    answer = page(app, "/about", headers={"Accept-Language": "es-MX, en;q=0.5"})
    assert '<html lang="es"' in answer.text
    assert {"accept-language", "cookie"} <= {one.lower() for one in answer.vary}
    assert '<html lang="en"' in page(app, "/about", headers={"Accept-Language": "pl"}).text


def test_choosing_a_language_never_leads_to_another_site(town):
    app, _ = town
    for wish in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert page(app, "/language/fr", query_string={"next": wish}).location == "/"
