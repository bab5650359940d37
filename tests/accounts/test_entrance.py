"""Coming in, seen from the browser."""

import threading
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import func, select, text

from exchange import config, create_app
from exchange.accounts import service
from exchange.accounts.models import OneTimeLink, Session
from exchange.accounts.service import passwords
from exchange.core.models import db, now
from tests import cast
from tests.accounts import visits

NADIA = "nadia@cast.example"
NEW = "a ferry crosses seven slow rivers"


@pytest.fixture
def work(cheap_hashing, monkeypatch):
    """How often a password is hashed."""
    service.dummy_hash()
    cast.quick_hash()
    counting = visits.CountingHasher(passwords.hasher)
    monkeypatch.setattr(passwords, "hasher", counting)
    return counting


# Signing up


def test_nadia_signs_up_follows_the_link_of_the_letter_and_is_verified(app):
    client = app.test_client()
    answer = visits.sign_up(client, " Nadia@Cast.Example ", language="fr")
    assert answer.status_code == 303
    assert "We have sent a letter to Nadia@Cast.Example" in client.get(answer.location).text
    assert not visits.user(app, NADIA).verified_at
    answer = visits.send(client, visits.link_in_letter(app))
    assert answer.status_code == 303
    nadia = visits.user(app, NADIA)
    assert nadia.verified_at and nadia.name == "Nadia" and nadia.language == "fr"
    assert visits.is_signed_in(client)


def test_whoever_signs_up_for_a_city_has_asked_it_once_the_address_is_proven(app):
    visits.commit(app, lambda: cast.find_city("porto"))
    client = app.test_client()
    visits.sign_up(client, NADIA, city="porto", department="Housing")
    assert [act for act, _ in visits.news(app)] == ["link letter"]  # nobody in Porto is bothered yet
    visits.send(client, visits.link_in_letter(app))
    assert [act for act, _ in visits.news(app)] == ["link letter", "verify", "ask membership"]
    (member,) = visits.user(app, NADIA).memberships
    assert (member.city.slug, member.state, member.department) == ("porto", "requested", "Housing")
    assert visits.user(app, NADIA).may_write


def test_a_known_and_an_unknown_address_sign_up_to_the_same_answer_and_the_same_work(app, work):
    visits.commit(app, cast.ana)
    told = {}
    for address in ("ana@cast.example", "bea@cast.example"):
        client, before = app.test_client(), work.count
        page = client.get("/sign-up")
        with visits.statements() as asked:
            answer = client.post(
                "/sign-up",
                data={
                    "csrf_token": visits.secret_in(page),
                    "email": address,
                    "name": "Someone",
                    "password": NEW,
                    "language": "en",
                },
            )
        shown = client.get(answer.location).text.replace(address, "…")
        told[address] = (answer.status_code, answer.location, shown, work.count - before)
        assert asked["INSERT news"] == asked["INSERT one_time_links"] == 1
    assert told["ana@cast.example"] == told["bea@cast.example"]
    assert told["ana@cast.example"][3] == 1
    assert visits.user(app, "ana@cast.example").name == "Ana"
    kinds = [(act, payload.get("kind")) for act, payload in visits.news(app)]
    assert kinds == [("account letter", "known-address"), ("link letter", None)]


def test_whoever_took_nadias_address_before_her_does_not_keep_it(app):
    thief, nadia = app.test_client(), app.test_client()
    visits.sign_up(thief, NADIA, password="the password of the thief")
    visits.sign_in(thief, NADIA, "the password of the thief")
    assert visits.is_signed_in(thief)
    first = visits.link_in_letter(app)
    visits.sign_up(nadia, NADIA)
    assert nadia.get(first).status_code == 404  # only the newest letter counts
    assert not visits.is_signed_in(thief)
    visits.send(nadia, visits.link_in_letter(app))
    assert visits.sign_in(app.test_client(), NADIA, "the password of the thief").status_code == 422
    assert visits.sign_in(app.test_client(), NADIA).status_code == 303


def test_an_address_proven_by_another_letter_loses_a_password_set_before(app):
    thief, nadia = app.test_client(), app.test_client()
    visits.sign_up(thief, NADIA, password="the password of the thief")
    visits.sign_in(thief, NADIA, "the password of the thief")
    visits.send(nadia, "/sign-in-link", email=NADIA)
    visits.send(nadia, visits.link_in_letter(app))
    assert visits.is_signed_in(nadia) and not visits.is_signed_in(thief)
    assert visits.user(app, NADIA).password_hash is None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "nadia", "Write a mail address like"),
        ("email", "", "Write your mail address."),
        ("email", "n@" + "a" * 250 + ".example", "Write a mail address like"),
        ("email", "nadia@cast.example\r\nBcc: all@cast.example", "Write a mail address like"),
        ("email", "nadia@cаst.example", "Write a mail address like"),  # a Cyrillic а
        ("name", "", "Write your name."),
        ("name", "N" * 81, "Use at most 80 characters."),
        ("name", "Win at www.evil.example", "without any address"),
        ("name", "Nadia \u202egnp.exe", "cannot be seen"),
        ("department", "D" * 121, "Use at most 120 characters."),
        ("password", "short", "Use at least 12 characters"),
        ("password", "123456789012", "easy to guess"),
        ("password", "nadia@cast.example", "easy to guess"),
        ("password", "x" * 201, "Use at most 200 characters."),
        ("city", "atlantis", "Not a valid choice"),
        ("language", "tlh", "Not a valid choice"),
    ],
)
def test_what_is_wrong_in_a_sign_up_is_said_at_the_field_and_nothing_typed_is_lost(
    app, field, value, message
):
    answer = visits.sign_up(app.test_client(), **{"email": NADIA, "department": "Parks", field: value})
    assert answer.status_code == 422
    assert message in answer.text and f'id="{field}-error"' in answer.text
    if field != "department":
        assert 'value="Parks"' in answer.text
    assert cast.PASSWORD not in answer.text
    assert visits.user(app, NADIA) is None and visits.letters(app) == []


def test_control_characters_reach_no_name(app):
    visits.sign_up(app.test_client(), NADIA, name="Na\x00dia\r\n \x1b of\tPorto")
    assert visits.user(app, NADIA).name == "Nadia of Porto"


def test_a_password_of_two_hundred_characters_is_taken_as_typed(app):
    client, password = app.test_client(), " " + "tram depot lives " * 11 + "äé\u3042  "
    assert len(password) <= 200
    visits.sign_up(client, NADIA, password=password)
    assert visits.sign_in(app.test_client(), NADIA, password.strip()).status_code == 422
    assert visits.sign_in(app.test_client(), NADIA, password).status_code == 303


def test_nobody_makes_themselves_more_than_the_form_offers(app):
    visits.sign_up(app.test_client(), NADIA, verified_at="2020-01-01", is_admin="y", roles="admin", id="1")
    nadia = visits.user(app, NADIA)
    assert not nadia.verified_at and not nadia.roles


# Signing in and out


def test_ana_signs_in_with_her_password_and_out_again(app):
    visits.commit(app, cast.ana)
    client = app.test_client()
    answer = visits.sign_in(client, "ANA@cast.example")
    assert (answer.status_code, answer.location) == (303, "/write")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=1209600" in cookie
    token = client.get_cookie("exchange").value
    answer = visits.send(client, "/sign-out", on="/account")
    assert answer.status_code == 303 and client.get_cookie("exchange") is None
    client.set_cookie("exchange", token)
    assert not visits.is_signed_in(client)


def test_the_answer_does_not_tell_what_was_wrong(app, work):
    def stage():
        cast.ana()
        service.suspend(cast.person("Sven"), cast.bruno(), "spam")
        cast.person("Leo").password_hash = None
        cast.person("Uma", verified=False)

    visits.commit(app, stage)
    told = set()
    for name in ("ana", "sven", "leo", "uma", "nobody"):
        client, before = app.test_client(), work.count
        page = client.get("/sign-in")
        with visits.statements() as asked:
            fields = {"email": f"{name}@cast.example", "password": "not the password of anyone"}
            answer = client.post("/sign-in", data={"csrf_token": visits.secret_in(page), **fields})
        shown = answer.text.replace(f"{name}@cast", "…").replace(visits.secret_in(answer), "…")
        told.add((answer.status_code, shown, work.count - before, tuple(sorted(asked.items()))))
    assert len(told) == 1
    ((status, shown, hashes, asked),) = told
    assert (status, hashes) == (422, 1) and "Address and password do not match" in shown
    assert visits.sign_in(app.test_client(), "sven@cast.example").status_code == 422


def test_whoever_has_not_proven_their_address_sees_their_account_and_nothing_else(app):
    uma = visits.commit(app, lambda: cast.person("Uma", "coordinator", "admin", city="porto", verified=False))
    client = app.test_client()
    assert visits.sign_in(client, uma.email).location == "/account"
    assert "Confirm your address first" in client.get("/account").text
    for path in ("details", "password", "memberships"):
        assert client.get(f"/account/{path}").status_code == 404
    for path in ("/people/requests", "/people/accounts", "/cities/porto/people"):
        assert client.get(path).status_code == 404
    uma = visits.user(app, uma.email)
    assert not (uma.may_write or uma.may_review or uma.is_moderator or uma.is_coordinator or uma.is_admin)
    assert uma.cities == [] and not uma.is_of(uma.memberships[0].city_id)
    visits.send(client, "/account/letter", on="/account")
    visits.send(client, visits.link_in_letter(app))
    assert client.get("/people/requests").status_code == 200


def test_the_session_changes_at_sign_in_and_the_browsers_old_one_ends(app):
    ana = visits.commit(app, cast.ana)
    client = app.test_client()
    client.get("/sign-in")
    anonymous = client.get_cookie("exchange").value
    visits.sign_in(client, ana.email)
    first = client.get_cookie("exchange").value
    with app.app_context():
        secret = db.session.scalar(select(Session.csrf))
    assert first != anonymous and secret not in anonymous
    page = client.get("/account")
    data = {
        "csrf_token": visits.secret_in(page),
        "email": ana.email,
        "password": cast.PASSWORD,
    }
    assert client.post("/sign-in", data=data).status_code == 303
    assert client.get_cookie("exchange").value != first
    with app.app_context():
        (row,) = db.session.scalars(select(Session))
        assert row.csrf != secret and row.id_hash not in client.get_cookie("exchange").value


def test_a_cookie_planted_in_anas_browser_opens_nothing_after_she_signs_in(app):
    ana = visits.commit(app, cast.ana)
    for planted in ("s.known-to-the-thief", "a.known-to-the-thief", "s.", "x", "s.\x00"):
        client, thief = app.test_client(), app.test_client()
        for browser in (client, thief):
            browser.set_cookie("exchange", planted)
        visits.sign_in(client, ana.email)
        assert visits.is_signed_in(client) and not visits.is_signed_in(thief)


def test_a_suspended_person_is_signed_out_at_once(app):
    ana, root = visits.commit(app, cast.ana, lambda: cast.person("Root", "admin"))
    client = cast.client_of(app, ana)
    assert visits.is_signed_in(client)
    visits.send(
        cast.client_of(app, root),
        f"/people/accounts/{ana.id}/suspension",
        on=f"/people/accounts/{ana.id}",
        reason="spam",
    )
    assert client.get("/account").status_code == 401
    assert visits.sign_in(app.test_client(), ana.email).status_code == 422


def test_a_session_ends_after_fourteen_days(app):
    client = cast.client_of(app, visits.commit(app, cast.ana))
    with app.app_context():
        row = db.session.scalar(select(Session))
        assert timedelta(days=13, hours=23) < row.expires_at - now() < timedelta(days=14, hours=1)
        row.expires_at = now() - timedelta(seconds=1)
        db.session.commit()
    assert client.get("/account").status_code == 401


def test_a_new_role_ends_the_sessions_of_before(app):
    ana, root = visits.commit(app, cast.ana, lambda: cast.person("Root", "admin"))
    client, admin = cast.client_of(app, ana), cast.client_of(app, root)
    page = f"/people/accounts/{ana.id}"
    visits.send(admin, f"{page}/roles", on=page, role="moderator", change="give")
    assert not visits.is_signed_in(client)
    assert visits.sign_in(client, ana.email).location == "/review"
    visits.send(admin, f"{page}/roles", on=page, role="moderator", change="take")
    assert not visits.is_signed_in(client)


HOSTILE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "//\\evil.example",
    "http://evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "ftp://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "javascript://localhost/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:a@evil.example",
    "evil.example",
    "www.evil.example/path",
    "@evil.example",
    ":@evil.example",
    " //evil.example",
    "  https://evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "/\r\nSet-Cookie: x=y",
    "/\x00/evil.example",
    "/ /evil.example",
    "\x01//evil.example",
    "\u3000//evil.example",
    "/\u2028/evil.example",
    "/\u00a0/evil.example",
    "/%2f/evil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "%2f%2fevil.example",
    "/%09/evil.example",
    "/%0d%0a//evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/;@evil.example",
    "/:@evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "",
    "/" + "a" * 5000 + "\\",
    "<script>alert(1)</script>",
    "/\ud83d//evil.example".encode("utf-8", "replace").decode(),
    "//[::1",
    "http://[evil",
    "/[//evil.example",
]


def test_after_signing_in_nobody_is_sent_to_another_site(app):
    visits.commit(app, cast.chloe)
    assert len(HOSTILE) >= 40
    page = app.test_client()
    secret = visits.secret_in(page.get("/sign-in"))
    for wish in HOSTILE:
        client = app.test_client()
        client.set_cookie("exchange", page.get_cookie("exchange").value)
        fields = {"email": "chloe@cast.example", "password": cast.PASSWORD, "next": wish}
        answer = client.post("/sign-in", data={"csrf_token": secret, **fields})
        again = client.get("/sign-in", query_string={"next": wish})
        for location in (answer.location, again.location):
            assert location.isascii() and not any(ord(char) < 33 for char in location), wish
            target = urlsplit(urljoin("http://localhost/sign-in", location))
            assert (target.scheme, target.netloc) == ("http", "localhost"), wish
            assert location.startswith("/") and location[1:2] not in ("/", "\\"), wish


def test_after_signing_in_one_is_where_one_wanted_to_go(app):
    visits.commit(app, cast.chloe)
    client = app.test_client()
    page = client.get("/account/details?hl=de&x=1")
    assert page.status_code == 401
    assert visits.hidden_in(page, "next") == "/account/details?hl=de&amp;x=1"
    answer = visits.sign_in(client, "chloe@cast.example", next="/account/details?hl=de&x=1")
    assert answer.location == "/account/details?hl=de&x=1"


def test_whoever_is_signed_in_is_not_asked_again(app):
    client = cast.client_of(app, visits.commit(app, cast.chloe))
    for path in ("/sign-in", "/sign-up", "/sign-in-link", "/forgotten"):
        assert client.get(path).location == "/account"


# Letters with links


@pytest.mark.parametrize("purpose", ["verify", "sign-in", "reset", "invitation"])
def test_looking_at_a_link_does_nothing(app, purpose):
    path = a_link(app, purpose)
    client = app.test_client()
    for _ in range(2):
        page = client.get(path)
        assert page.status_code == 200 and page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.text.count("<form") == page.text.count("<button") == 1
        assert client.head(path).status_code == 200 and client.head(path).data == b""
    for method in ("put", "delete", "patch"):
        assert getattr(client, method)(path).status_code in (400, 405)
    assert not visits.is_signed_in(client)
    with app.app_context():
        assert db.session.scalars(select(OneTimeLink.used_at)).all() == [None]
        assert db.session.scalar(select(func.count(Session.id_hash))) == 0
    assert not visits.user(app, "uma@cast.example").verified_at


def a_link(app, purpose):
    def make():
        uma, boss = cast.person("Uma", verified=False), cast.person("Boss", city="porto", city_admin=True)
        if purpose == "invitation":
            link = service.invite("new@cast.example", cast.find_city("porto"), boss)
        else:
            link = service.make_link(purpose, uma)
        return service.token_of(link)

    return f"/links/{visits.commit(app, make)}"


@pytest.mark.parametrize("purpose", ["verify", "sign-in", "reset", "invitation"])
def test_the_button_of_a_link_acts_once(app, purpose):
    path, client = a_link(app, purpose), app.test_client()
    answer = visits.send(client, path, name="Nadia", password=NEW)
    assert answer.status_code == 303 and visits.is_signed_in(client)
    other = app.test_client()
    assert other.get(path).status_code == 404
    secret = visits.secret_in(other.get("/sign-in"))
    answer = other.post(path, data={"csrf_token": secret, "name": "Nadia", "password": NEW})
    assert answer.status_code == 404 and not visits.is_signed_in(other)


def test_a_link_is_not_pressed_from_another_site(app):
    path = a_link(app, "sign-in")
    client = app.test_client()
    answer = client.post(path, data={})
    assert answer.status_code == 400 and not visits.is_signed_in(client)


def test_of_two_who_press_the_button_at_once_one_comes_in(app):
    path = a_link(app, "sign-in")
    browsers = [app.test_client(), app.test_client()]
    secrets = [visits.secret_in(browser.get(path)) for browser in browsers]
    together, answers = threading.Barrier(2), []

    def press(browser, secret):
        together.wait()
        answers.append(browser.post(path, data={"csrf_token": secret}).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(browsers, secrets, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 404]
    assert sorted(map(visits.is_signed_in, browsers)) == [False, True]


def test_a_used_an_old_and_an_invented_link_get_one_and_the_same_page(app):
    def stage():
        uma, ana = cast.person("Uma"), cast.ana()
        links = [service.make_link("sign-in", who) for who in (uma, uma, ana)]
        links[0].used_at = links[1].expires_at = now()
        service.suspend(ana, uma, "spam")
        links.append(service.make_link("verify", uma))  # is verified already
        tokens = [service.token_of(link) for link in links]
        good = service.token_of(service.make_link("sign-in", uma))
        return [*tokens, good[:-1], good + "0", good.upper(), "x", "x.y", ".", "é.é", "a" * 9000]

    pages = {
        (page.status_code, page.text)
        for token in visits.commit(app, stage)
        for page in [app.test_client().get(f"/links/{token}")]
    }
    ((status, shown),) = {(status, cleaned(shown)) for status, shown in pages}
    assert status == 404 and "This link does not work" in shown and 'href="/sign-in-link"' in shown


def cleaned(shown):
    """Without the way to the language page, which names the address one is at."""
    return "\n".join(line for line in shown.splitlines() if 'href="/language' not in line)


@pytest.mark.parametrize("path", ["/forgotten", "/sign-in-link"])
def test_asking_for_a_link_looks_the_same_for_known_and_unknown(app, work, path):
    def stage():
        cast.ana()
        service.suspend(cast.person("Sven"), cast.bruno(), "spam")

    visits.commit(app, stage)
    told = set()
    for name in ("ana", "sven", "nobody"):
        client = app.test_client()
        page = client.get(path)
        with visits.statements() as asked:
            fields = {"csrf_token": visits.secret_in(page), "email": f"{name}@cast.example"}
            answer = client.post(path, data=fields)
        shown = client.get(answer.location).text.replace(name, "…")
        told.add((answer.status_code, answer.location, shown, tuple(sorted(asked.items()))))
    assert len(told) == 1 and work.count == 0
    assert [link.email for link in visits.letters(app)] == ["ana@cast.example"]


def test_a_sign_in_link_can_be_asked_for_beside_the_password(app):
    visits.commit(app, cast.ana)
    client = app.test_client()
    assert 'formaction="/sign-in-link"' in client.get("/sign-in").text
    visits.send(client, "/sign-in-link", on="/sign-in", email="ana@cast.example", password="", next="")
    visits.send(client, visits.link_in_letter(app))
    assert visits.is_signed_in(client)


def test_ana_chooses_a_new_password_and_everyone_else_is_out(app):
    ana = visits.commit(app, cast.ana)
    elsewhere, client = cast.client_of(app, ana), app.test_client()
    for path in ("/sign-in-link", "/forgotten", "/forgotten"):
        visits.send(client, path, email=ana.email)
    other_links = [visits.link_in_letter(app, 0), visits.link_in_letter(app, 1)]
    path = visits.link_in_letter(app)
    answer = visits.send(client, path, password="ana@cast.example")
    assert answer.status_code == 422 and "easy to guess" in answer.text
    answer = visits.send(client, path, password=NEW)
    assert answer.status_code == 303 and visits.is_signed_in(client) and not visits.is_signed_in(elsewhere)
    assert [client.get(other).status_code for other in other_links] == [404, 404]
    assert visits.sign_in(app.test_client(), ana.email).status_code == 422
    assert visits.sign_in(app.test_client(), ana.email, NEW).status_code == 303


# Invitations


def invitation(app, email, **more):
    def make():
        boss = cast.person("Boss", city="porto", city_admin=True)
        return service.token_of(service.invite(email, cast.find_city("porto"), boss, **more))

    return f"/links/{visits.commit(app, make)}"


def test_an_invited_newcomer_gives_a_name_and_a_password_and_works_for_the_city(app):
    client, path = app.test_client(), invitation(app, NADIA, as_admin=True)
    assert "Boss invites you" in client.get(path).text
    answer = visits.send(client, path, name="", password="short")
    assert answer.status_code == 422 and "Write your name." in answer.text
    assert visits.send(client, path, name="Nadia", password=NEW).location == "/write"
    nadia = visits.user(app, NADIA)
    (member,) = nadia.memberships
    assert nadia.verified_at and nadia.is_admin_of(member.city_id) and member.decided_by_id
    assert visits.sign_in(app.test_client(), NADIA, NEW).status_code == 303


def test_an_invited_person_with_an_account_needs_one_button(app):
    visits.commit(app, lambda: cast.person("Nadia", city="porto", member_state="declined"))
    client, path = app.test_client(), invitation(app, NADIA)
    assert 'name="password"' not in client.get(path).text
    visits.send(client, path)
    (member,) = visits.user(app, NADIA).memberships
    assert (member.state, member.is_admin) == ("approved", False)
    assert visits.sign_in(app.test_client(), NADIA).status_code == 303  # the password of before


def test_an_invitation_does_not_take_from_a_city_admin_what_they_have(app):
    nadia = visits.commit(app, lambda: cast.person("Nadia", city="porto", city_admin=True))
    visits.send(app.test_client(), invitation(app, NADIA))
    assert visits.user(app, NADIA).is_admin_of(nadia.memberships[0].city_id)


def test_an_invitation_ends_with_the_rights_of_its_sender(app):
    path = invitation(app, NADIA)
    assert app.test_client().get(path).status_code == 200
    visits.commit(app, lambda: service.suspend(service.find_user("boss@cast.example"), None, "left office"))
    assert app.test_client().get(path).status_code == 404


def test_an_address_taken_but_never_proven_is_a_newcomers_to_an_invitation(app):
    thief = app.test_client()
    visits.sign_up(thief, NADIA, password="the password of the thief")
    visits.sign_in(thief, NADIA, "the password of the thief")
    visits.send(app.test_client(), invitation(app, NADIA), name="Nadia", password=NEW)
    assert not visits.is_signed_in(thief)
    assert visits.sign_in(thief, NADIA, "the password of the thief").status_code == 422
    assert visits.sign_in(thief, NADIA, NEW).status_code == 303


# Limits


def test_too_many_tries_are_told_with_the_time_to_wait_and_the_text_kept(app):
    visits.commit(app, cast.ana)
    client = app.test_client()
    statuses = [visits.sign_in(client, "ana@cast.example", "wrong").status_code for _ in range(10)]
    assert statuses == [422] * 10
    answer = visits.sign_in(client, "Ana@cast.example")  # even with the right password
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 900
    assert "Too many tries. Wait 15 minutes" in answer.text and 'value="Ana@cast.example"' in answer.text
    assert cast.PASSWORD not in answer.text
    with app.app_context():
        db.session.execute(text("UPDATE attempts SET at = :then"), {"then": "2020-01-01 00:00:00"})
        db.session.commit()
    assert visits.sign_in(client, "ana@cast.example").status_code == 303


def test_whoever_gets_in_has_not_been_guessing(app):
    visits.commit(app, cast.ana)
    for _ in range(12):
        assert visits.sign_in(app.test_client(), "ana@cast.example").status_code == 303


def test_one_host_does_not_try_all_addresses(app, monkeypatch):
    monkeypatch.setitem(service.LIMITS, "sign-in", service.Limit(10, 3, timedelta(minutes=15)))
    client = app.test_client()
    statuses = [visits.sign_in(client, f"n{i}@cast.example", "wrong").status_code for i in range(4)]
    assert statuses == [422, 422, 422, 429]
    page = client.get("/sign-in", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    answer = client.post(
        "/sign-in",
        data={"csrf_token": visits.secret_in(page), "email": "n9@cast.example", "password": "wrong"},
        environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
        headers={"X-Forwarded-For": "127.0.0.1"},
    )
    assert answer.status_code == 422


def test_enough_letters_are_enough_and_nobody_can_tell(app):
    visits.commit(app, cast.ana)
    client, told = app.test_client(), set()
    for _ in range(7):
        answer = visits.send(client, "/forgotten", email="ana@cast.example")
        told.add((answer.status_code, client.get(answer.location).text))
    assert len(told) == 1
    assert len(visits.letters(app)) == 5


def test_sign_ups_have_a_limit_too(app):
    client = app.test_client()
    statuses = [visits.sign_up(client, NADIA).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]
    answer = visits.sign_up(client, NADIA, name="Nadia Ferry")
    assert 'value="Nadia Ferry"' in answer.text and cast.PASSWORD not in answer.text


# Over https, and nothing written down that should not be


def test_over_https_a_form_is_sent_with_its_referrer_and_the_cookie_is_secure(app, tmp_path):
    visits.commit(app, cast.ana)
    settings = app.config["SETTINGS"]
    environ = {
        "EXCHANGE_INSTANCE": str(tmp_path),
        "EXCHANGE_DATABASE_URL": settings.database_url,
        "EXCHANGE_SECRET_KEY": settings.secret_key,
        "EXCHANGE_BASE_URL": "https://exchange.example",
    }
    secured = create_app(config.load(environ, tmp_path))
    client = secured.test_client()
    there = {"base_url": "https://exchange.example"}
    page = client.get("/sign-in", **there)
    fields = {
        "csrf_token": visits.secret_in(page),
        "email": "ana@cast.example",
        "password": cast.PASSWORD,
    }
    assert client.post("/sign-in", data=fields, **there).status_code == 400  # no referrer
    elsewhere = {"Referer": "https://evil.example/"}
    assert client.post("/sign-in", data=fields, headers=elsewhere, **there).status_code == 400
    here = {"Referer": "https://exchange.example/sign-in", "Origin": "https://exchange.example"}
    answer = client.post("/sign-in", data=fields, headers=here, **there)
    assert answer.status_code == 303
    assert "; Secure" in answer.headers["Set-Cookie"]
    with secured.app_context():
        db.engine.dispose()


def test_no_password_and_no_token_is_ever_written_down(app):
    client, secret = app.test_client(), "quite secret walnut harbour tram"
    visits.sign_up(client, NADIA, password=secret)
    path = visits.link_in_letter(app)
    visits.send(client, path)
    visits.sign_in(app.test_client(), NADIA, secret)
    visits.send(client, "/account/password", current_password=secret, password=NEW)
    visits.send(app.test_client(), "/forgotten", email=NADIA)
    token = path.rsplit("/", 1)[1]
    cookie = client.get_cookie("exchange").value[2:]
    with app.app_context():
        db.session.commit()
        for table in db.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                written = repr(tuple(row))
                for word in (secret, NEW, token, token.split(".")[1], cookie):
                    assert word not in written, table.name
