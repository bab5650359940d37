"""One's own account, seen from the browser."""

from exchange.accounts import service
from exchange.accounts.models import OneTimeLink
from exchange.accounts.service import memberships
from exchange.accounts.views.own import device
from exchange.core.models import db
from tests import cast
from tests.accounts import visits

NEW = "a ferry crosses seven slow rivers"


def test_ana_sees_who_she_is_here_and_where_she_is_signed_in(app):
    ana = visits.commit(app, lambda: cast.ana(city_admin=True, language="fr"))
    clients = [cast.client_of(app, ana) for _ in range(3)]
    page = clients[0].get("/account?hl=en").text
    for shown in ("Ana", ana.email, "Français", "Porto", "Signed in on 3 devices", "/cities/porto/people"):
        assert shown in page
    assert page.count("this one") == 1
    visits.send(clients[0], "/account/sessions/end", on="/account?hl=en")
    assert [visits.is_signed_in(client) for client in clients] == [True, False, False]
    assert "Signed in on one device" in clients[0].get("/account?hl=en").text


def test_ana_changes_her_name_and_her_language(app):
    client = cast.client_of(app, visits.commit(app, cast.ana))
    answer = visits.send(client, "/account/details", name="Ana  Sousa", language="es")
    assert answer.status_code == 303
    ana = visits.user(app, "ana@cast.example")
    assert (ana.name, ana.language) == ("Ana Sousa", "es")
    answer = visits.send(client, "/account/details?hl=en", name="", language="tlh")
    assert answer.status_code == 422 and "Write your name." in answer.text


def test_whoever_is_signed_in_chooses_a_language_for_good(app):
    client = cast.client_of(app, visits.commit(app, cast.chloe))
    page = client.get("/language?next=/account/details")
    assert 'href="/language/' not in page.text and "one cookie" not in page.text
    path = "/account/language"
    answer = visits.send(client, path, on="/language", language="fr", next="/account/details")
    assert answer.location == "/account/details"
    assert visits.user(app, "chloe@cast.example").language == "fr"
    assert '<html lang="fr"' in client.get("/account").text
    assert visits.send(client, path, on="/language", language="tlh").status_code == 400
    assert visits.send(client, path, on="/language", language="de", next="//evil").location == "/"
    page = app.test_client().get("/language")
    assert "<form" not in page.text and "Set-Cookie" not in page.headers


def test_a_new_password_needs_the_one_before_and_ends_every_other_session(app):
    ana = visits.commit(app, cast.ana)
    client, elsewhere = cast.client_of(app, ana), cast.client_of(app, ana)
    before = client.get_cookie("exchange").value
    path = "/account/password"
    answer = visits.send(client, path, current_password="wrong", password=NEW)
    assert answer.status_code == 422 and "not the password you have now" in answer.text
    answer = visits.send(client, path, current_password=cast.PASSWORD, password="Ana123456789")
    assert answer.status_code == 422 and "easy to guess" in answer.text
    assert visits.is_signed_in(elsewhere)
    assert visits.send(client, path, current_password=cast.PASSWORD, password=NEW).status_code == 303
    assert visits.is_signed_in(client) and not visits.is_signed_in(elsewhere)
    assert client.get_cookie("exchange").value != before
    assert visits.sign_in(app.test_client(), ana.email, NEW).status_code == 303


def test_the_password_page_is_no_place_to_guess_at(app):
    client = cast.client_of(app, visits.commit(app, cast.ana))
    sent = [
        visits.send(client, "/account/password", current_password=f"guess {i}", password=NEW)
        for i in range(11)
    ]
    assert [answer.status_code for answer in sent] == [422] * 10 + [429]


def test_whoever_came_by_link_alone_may_choose_a_password(app):
    leo = visits.commit(app, lambda: cast.person("Leo"))
    with app.app_context():
        service.find_user(leo.email).password_hash = None
        db.session.commit()
    client = cast.client_of(app, leo)
    assert "current_password" not in client.get("/account/password").text
    assert visits.send(client, "/account/password", password=NEW).status_code == 303
    assert visits.sign_in(app.test_client(), leo.email, NEW).status_code == 303


def test_chloe_asks_to_work_for_porto_and_takes_it_back(app):
    chloe, porto = visits.commit(app, cast.chloe, lambda: cast.find_city("porto"))
    client = cast.client_of(app, chloe)
    answer = visits.send(client, "/account/memberships", city="", department="")
    assert answer.status_code == 422 and "Choose a city." in answer.text
    assert visits.send(client, "/account/memberships", city="porto", department="Parks").status_code == 303
    (member,) = visits.user(app, chloe.email).memberships
    assert (member.state, member.department) == ("requested", "Parks")
    assert [act for act, _ in visits.news(app)] == ["ask membership"]
    assert 'value="porto"' not in client.get("/account/memberships").text
    visits.send(client, f"/memberships/{member.id}/end", on="/account")
    assert visits.user(app, chloe.email).memberships[0].state == "ended"
    assert visits.send(client, "/account/memberships", city="porto", department="").status_code == 303


def test_nobody_asks_every_city_at_once(app, monkeypatch):
    monkeypatch.setattr(memberships, "MAX_OPEN_REQUESTS", 2)
    chloe, *_ = visits.commit(app, cast.chloe, *(lambda s=s: cast.find_city(s) for s in cast.CITIES))
    client = cast.client_of(app, chloe)
    sent = [visits.send(client, "/account/memberships", city=s, department="") for s in cast.CITIES]
    assert [answer.status_code for answer in sent] == [303, 303, 422]
    assert "Wait for one of them first" in sent[-1].text


def test_whoever_leaves_is_gone_and_the_address_is_free(app):
    ana, boss = visits.commit(
        app, cast.ana, lambda: cast.person("Boss", "moderator", city="porto", city_admin=True)
    )
    client, elsewhere = cast.client_of(app, boss), cast.client_of(app, boss)
    visits.send(app.test_client(), "/sign-in-link", email=boss.email)
    link = visits.link_in_letter(app)
    assert visits.send(client, "/account/departure").status_code == 422
    answer = visits.send(client, "/account/departure", sure="y")
    assert answer.status_code == 303 and client.get_cookie("exchange") is None
    assert not visits.is_signed_in(elsewhere) and app.test_client().get(link).status_code == 404
    assert visits.sign_in(app.test_client(), boss.email).status_code == 422
    with app.app_context():
        gone = db.session.get(type(boss), boss.id)
        assert (gone.name, gone.password_hash, gone.roles, gone.cities) == ("–", None, set(), [])
        assert "boss" not in gone.email
        assert db.session.query(OneTimeLink).count() == 0
    assert "Boss" not in cast.client_of(app, ana).get("/account").text
    visits.sign_up(app.test_client(), boss.email)
    assert visits.user(app, boss.email).id != boss.id


def test_there_is_no_letter_to_send_again_to_whoever_is_verified(app):
    client = cast.client_of(app, visits.commit(app, cast.chloe))
    assert visits.send(client, "/account/letter", on="/account").status_code == 404
    assert visits.letters(app) == []


def test_a_stranger_finds_no_account_page(app):
    client = app.test_client()
    for path in ("", "/details", "/password", "/memberships", "/departure"):
        assert client.get(f"/account{path}").status_code == 401
    for path in ("/account/letter", "/account/sessions/end"):
        assert client.get(path).status_code == 405
        assert client.post(path).status_code == 401


def test_a_browser_is_named_in_words():
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604"
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 (KHTML, like Gecko) Chrome/140 Safari/537 Edg/140"
    assert [device(agent) for agent in (firefox, safari, edge, "", "curl/8")] == [
        "Firefox, Linux",
        "Safari, iPhone",
        "Edge, Windows",
        "",
        "",
    ]
