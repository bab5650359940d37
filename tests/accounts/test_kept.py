"""Signed out in the middle of a form: sign in again, the text is still there."""

import html
import io
import re

import pytest
from flask import request
from sqlalchemy import delete

from exchange.accounts.models import Session
from exchange.accounts.views import kept
from exchange.core.models import db
from exchange.core.web import require
from tests import cast
from tests.accounts import visits


@pytest.fixture
def ana(app):
    return visits.commit(app, cast.ana)


@pytest.fixture
def notes(app):
    """A form like those of other rooms, which remembers what reached it."""
    from flask_login import current_user

    arrived = []

    def note():
        require(current_user.is_authenticated)
        arrived.append((current_user.name, request.full_path, request.form.to_dict(flat=False)))
        return "taken"

    app.add_url_rule("/notes", "notes", note, methods=["POST"])
    return arrived


def end_all_sessions(app):
    with app.app_context():
        db.session.execute(delete(Session))
        db.session.commit()


def fields_in(page):
    """The hidden fields of a page's form, as the browser would send them."""
    inputs = re.findall(r'<input [^>]*type="hidden"[^>]*>', page.text)
    return [tuple(html.unescape(attribute(tag, name)) for name in ("name", "value")) for tag in inputs]


def attribute(tag, name):
    return re.search(rf' {name}="([^"]*)"', tag)[1]


def as_data(fields):
    data = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return data


def signed_out_post(app, client, **data):
    secret = cast.token_for(app, client)
    end_all_sessions(app)
    return client.post("/notes?draft=7", data={"csrf_token": secret, **data})


TEXT = 'Line one\r\n\r\n"quoted" & <b>bold</b> – ünïcode ☂'


def test_anas_text_waits_in_the_sign_in_page_and_is_sent_after_it(app, ana, notes):
    client = cast.client_of(app, ana)
    page = signed_out_post(app, client, story=TEXT, tags=["one", "two"], empty="", old_password="hidden")
    assert page.status_code == 401 and "Your text is kept on this page" in page.text
    assert notes == []
    sealed = visits.hidden_in(page, "kept")
    fields = {"csrf_token": visits.secret_in(page), "kept": sealed, "email": ana.email}

    wrong = client.post("/sign-in", data={**fields, "password": "wrong"})
    assert wrong.status_code == 422 and visits.hidden_in(wrong, "kept") == sealed

    answer = client.post("/sign-in", data={**fields, "password": cast.PASSWORD})
    assert answer.status_code == 200
    assert "You are signed in again. Your text is still here." in answer.text
    assert '<form method="post" action="/notes?draft=7"' in answer.text
    assert answer.text.count("<button") == 1 and "Files cannot be kept" not in answer.text
    assert notes == []  # nothing is sent before she says so

    sent = client.post("/notes?draft=7", data=as_data(fields_in(answer)))
    assert sent.text == "taken"
    ((name, path, form),) = notes
    assert (name, path) == ("Ana", "/notes?draft=7")
    del form["csrf_token"]
    assert form == {"story": [TEXT], "tags": ["one", "two"], "empty": [""]}


def test_a_form_of_this_room_comes_back_too(app, ana):
    client = cast.client_of(app, ana)
    data = {"csrf_token": visits.secret_in(client.get("/account/details")), "name": "Ana Sousa"}
    end_all_sessions(app)
    page = client.post("/account/details", data={**data, "language": "es"})
    assert page.status_code == 401
    answer = client.post(
        "/sign-in", data={**dict(fields_in(page)), "email": ana.email, "password": cast.PASSWORD}
    )
    assert client.post("/account/details", data=as_data(fields_in(answer))).status_code == 303
    ana = visits.user(app, ana.email)
    assert (ana.name, ana.language) == ("Ana Sousa", "es")


def test_a_form_without_text_is_sent_again_too(app, ana, notes):
    client = cast.client_of(app, ana)
    page = signed_out_post(app, client)
    answer = client.post(
        "/sign-in", data={**dict(fields_in(page)), "email": ana.email, "password": cast.PASSWORD}
    )
    assert 'action="/notes?draft=7"' in answer.text


def test_whoever_signs_in_on_another_page_goes_on_by_pressing_the_button_there(app, ana, notes):
    client = cast.client_of(app, ana)
    page = signed_out_post(app, client, story=TEXT)
    visits.sign_in(client, ana.email)  # in another tab; the first page's secret is old now
    answer = client.post("/sign-in", data={**dict(fields_in(page)), "email": "", "password": ""})
    assert answer.status_code == 200 and "Your text is still here" in answer.text
    assert client.post("/notes?draft=7", data=as_data(fields_in(answer))).text == "taken"


def test_a_page_from_before_a_new_sign_in_is_sent_again_too(app, ana, notes):
    client = cast.client_of(app, ana)
    old = cast.token_for(app, client)
    client.post("/sign-out", data={"csrf_token": old})
    visits.sign_in(client, ana.email)
    answer = client.post("/notes", data={"csrf_token": old, "story": TEXT})
    assert answer.status_code == 400 and "Your text is still here" in answer.text and notes == []
    assert client.post("/notes", data=as_data(fields_in(answer))).text == "taken"
    assert notes[0][2]["story"] == [TEXT]


def test_an_old_sign_up_page_keeps_its_text_without_signing_in(app):
    client = app.test_client()
    fields = {"email": "nadia@cast.example", "name": "Nadia", "password": cast.PASSWORD, "language": "en"}
    page = client.post("/sign-up", data={**fields, "csrf_token": "of yesterday"})
    assert page.status_code == 400 and cast.PASSWORD not in page.text
    answer = client.post("/sign-up", data=as_data(fields_in(page)))
    assert answer.status_code == 422 and 'value="Nadia"' in answer.text


def test_an_old_sign_in_page_says_so(app, ana):
    client = app.test_client()
    fields = {"email": ana.email, "password": cast.PASSWORD, "next": "/account/details"}
    page = client.post("/sign-in", data={**fields, "csrf_token": "of yesterday"})
    assert page.status_code == 400 and "This page was too old" in page.text
    assert visits.hidden_in(page, "next") == "/account/details" and cast.PASSWORD not in page.text
    fields["csrf_token"] = visits.secret_in(page)
    assert client.post("/sign-in", data=fields).location == "/account/details"


def test_files_cannot_wait_and_the_page_says_so(app, ana, notes):
    client = cast.client_of(app, ana)
    page = signed_out_post(app, client, story=TEXT, picture=(io.BytesIO(b"x"), "tram.png"))
    answer = client.post(
        "/sign-in", data={**dict(fields_in(page)), "email": ana.email, "password": cast.PASSWORD}
    )
    assert "Files cannot be kept" in answer.text


def test_a_form_of_another_site_is_not_kept(app, ana, notes):
    client = app.test_client()
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:81"},
    ):
        page = client.post("/notes", data={"story": "planted"}, headers=headers)
        assert page.status_code == 401 and visits.hidden_in(page, "kept") == ""
        signed_in = cast.client_of(app, ana)
        page = signed_in.post("/notes", data={"story": "planted"}, headers=headers)
        assert page.status_code == 400 and "planted" not in page.text
    page = client.post("/notes", data={"story": "mine"}, headers={"Origin": "http://localhost"})
    assert visits.hidden_in(page, "kept")


def test_what_comes_back_is_what_we_sealed(app, ana):
    with app.test_request_context("/notes", method="POST", data={"story": TEXT}):
        sealed = kept.seal()
        assert kept.opened(sealed) == {"path": "/notes", "fields": [["story", TEXT]], "files": False}
        for broken in ("", None, "x", sealed[:-1], sealed[1:], "." + sealed):
            assert kept.opened(broken) is None
        elsewhere = {"path": "//evil.example/", "fields": [], "files": False}
        assert kept.opened(kept.signer().dumps(elsewhere)) is None
    answer = visits.sign_in(app.test_client(), ana.email, kept="forged")
    assert answer.status_code == 303


def test_a_text_too_long_to_come_back_is_not_kept(app):
    import random

    noise = "".join(chr(random.Random(1).randrange(0x4E00, 0x9FFF)) for _ in range(10))
    noise = "".join(random.Random(2).choices(noise + "abcdefghijklmnopqrstuvwxyz0123456789", k=1_900_000))
    with app.test_request_context("/notes", method="POST", data={"story": noise}):
        assert kept.seal() == ""
    with app.test_request_context("/notes", method="POST", data={"story": noise[:600_000]}):
        assert 0 < len(kept.seal()) <= kept.MOST


def test_a_long_text_travels_through_the_sign_in(app, ana, notes):
    client, story = cast.client_of(app, ana), "都" * 100_000
    page = signed_out_post(app, client, story=story)
    answer = client.post(
        "/sign-in", data={**dict(fields_in(page)), "email": ana.email, "password": cast.PASSWORD}
    )
    sent = client.post("/notes", data=as_data(fields_in(answer)), content_type="multipart/form-data")
    assert sent.text == "taken" and notes[0][2]["story"] == [story]


def test_a_form_that_saves_itself_is_told_in_its_own_language(app, ana, notes):
    client = cast.client_of(app, ana)
    secret = cast.token_for(app, client)
    end_all_sessions(app)
    answer = client.post("/notes", data={"csrf_token": secret}, headers={"Accept": "application/json"})
    assert answer.status_code == 401 and answer.is_json and "signed out" in answer.json["error"]
    answer = client.get("/account", headers={"Accept": "application/json"})
    assert answer.status_code == 401 and answer.is_json
    client = cast.client_of(app, ana)
    answer = client.post("/notes", data={}, headers={"Accept": "application/json"})
    assert answer.status_code == 400 and answer.is_json


def test_signing_out_twice_is_no_drama(app, ana):
    client = cast.client_of(app, ana)
    secret = cast.token_for(app, client)
    for _ in range(2):
        assert client.post("/sign-out", data={"csrf_token": secret}).location == "/"
