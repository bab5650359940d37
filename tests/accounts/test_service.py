"""The verbs of people, without a browser."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from exchange.accounts import service
from exchange.accounts.models import Attempt, OneTimeLink, Session
from exchange.accounts.service import passwords
from exchange.core.models import db, now
from tests import cast
from tests.accounts import visits
from tests.accounts.conftest import REAL_HASHER


@pytest.fixture
def context(app):
    with app.app_context():
        yield app


@pytest.mark.parametrize(
    ("password", "own_words", "weakness"),
    [
        ("short", (), "short"),
        ("eleven char", (), "short"),
        ("x" * 201, (), "long"),
        ("aaaaaaaaaaaaaaaaaaaaaa", (), "guessable"),
        ("123456789012", (), "guessable"),
        ("password1234", (), "guessable"),
        ("qwertyuiopas", (), "guessable"),
        ("wilhelmineanders", ("wilhelmine.anders@city.example", "Wilhelmine Anders", None), "guessable"),
        ("wilhelmine.anders@city.example", ("wilhelmine.anders@city.example",), "guessable"),
        ("wilhelmine.anders" * 6, ("wilhelmine.anders",), "guessable"),  # over the 72 that zxcvbn sees
        (cast.PASSWORD, ("Ana",), None),
        ("correct horse " * 14, (), None),
    ],
)
def test_a_weak_password_is_told_why(password, own_words, weakness):
    assert service.weakness(password, *own_words) == weakness


def test_passwords_are_kept_as_argon2id_and_never_twice_alike(context):
    hashes = {REAL_HASHER.hash(cast.PASSWORD) for _ in range(2)}
    assert len(hashes) == 2 and all(one.startswith("$argon2id$") for one in hashes)
    assert REAL_HASHER.memory_cost >= 64 * 1024 and REAL_HASHER.time_cost >= 3


def test_a_password_hashed_more_cheaply_is_hashed_anew_when_it_comes_by(context):
    ana = cast.ana()
    ana.password_hash = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(
        cast.PASSWORD
    )
    assert service.check_password(ana.email, cast.PASSWORD) is ana
    assert not passwords.hasher.check_needs_rehash(ana.password_hash)


def test_the_cookies_token_and_the_letters_code_are_not_in_the_database(context):
    ana = cast.ana()
    token, link = service.start_session(ana), service.make_link("reset", ana)
    db.session.flush()
    stored = repr(
        [
            tuple(row)
            for table in (Session, OneTimeLink)
            for row in db.session.execute(select(table.__table__))
        ]
    )
    assert token not in stored and service.token_of(link).split(".")[1] not in stored


def test_another_installation_makes_other_codes(context, monkeypatch):
    link = service.make_link("sign-in", cast.ana())
    token = service.token_of(link)
    assert service.find_link(token) is link
    settings = context.config["SETTINGS"]
    monkeypatch.setitem(context.config, "SETTINGS", replace(settings, secret_key="another secret" * 3))
    assert service.find_link(token) is None


def test_a_link_is_used_once(context):
    ana = cast.ana(verified=False)
    link = service.make_link("verify", ana)
    assert service.use_link(link) is ana and ana.verified_at
    with pytest.raises(service.Refused):
        service.use_link(link)


def test_a_session_opens_nothing_for_whoever_is_suspended_or_gone(context):
    ana = cast.ana()
    token = service.start_session(ana)
    db.session.flush()
    assert service.find_session(token).user is ana
    for mark in ("suspended_at", "left_at"):
        setattr(ana, mark, now())
        assert service.find_session(token) is None
        setattr(ana, mark, None)


def test_tries_are_counted_by_address_and_by_host_and_forgotten_in_time(context, monkeypatch):
    monkeypatch.setitem(service.LIMITS, "sign-in", service.Limit(2, 3, timedelta(minutes=15)))
    service.count_try("sign-in", "ana@cast.example", "host")
    service.count_try("sign-in", " ANA@cast.example", "host")
    with pytest.raises(service.TooManyTries) as refusal:
        service.count_try("sign-in", "ana@cast.example", "another host")
    assert 890 <= refusal.value.seconds <= 900
    service.count_try("sign-in", "bea@cast.example", "host")
    with pytest.raises(service.TooManyTries):
        service.count_try("sign-in", "dora@cast.example", "host")
    service.count_try("letter", "ana@cast.example", "host")
    stored = repr([tuple(row) for row in db.session.execute(select(Attempt.__table__))])
    assert "cast.example" not in stored and "host" not in stored
    service.forget_tries("sign-in", "ana@cast.example")
    service.count_try("sign-in", "ana@cast.example", "another host")
    db.session.execute(update(Attempt).values(at=now() - timedelta(minutes=16)))
    service.count_try("sign-in", "dora@cast.example", "host")


def test_what_is_over_is_swept_away_and_the_rest_stays(context):
    ana = cast.ana()
    for days in (-40, 5):
        service.make_link("reset", ana).expires_at = now() + timedelta(days=days)
        service.start_session(ana)
        db.session.add(Attempt(what="sign-in", who_hash="x", at=now() + timedelta(days=min(days, 0))))
    db.session.flush()
    db.session.scalars(select(Session)).first().expires_at = now() - timedelta(days=1)
    service.sweep()
    for table in (OneTimeLink, Session, Attempt):
        assert db.session.scalar(select(func.count()).select_from(table)) == 1


def test_asking_twice_for_a_city_asks_once(context):
    chloe, porto = cast.chloe(), cast.find_city("porto")
    first = service.ask_membership(chloe, porto, "Parks")
    assert service.ask_membership(chloe, porto, "Housing") is first and first.department == "Parks"
    db.session.commit()
    assert [act for act, _ in visits.news(context)] == ["ask membership"]


def test_a_declined_person_may_ask_again_but_keeps_no_power_of_before(context):
    boss = cast.person("Boss", city="porto", city_admin=True)
    ana = cast.ana(city_admin=True)
    (member,) = ana.memberships
    service.end_membership(member, boss)
    assert service.ask_membership(ana, member.city) is member
    assert (member.state, member.is_admin) == ("requested", False)
    service.decide_membership(member, False, boss)
    assert not ana.may_write
    with pytest.raises(service.Refused):
        service.decide_membership(member, True, boss)


def test_the_same_act_twice_leaves_one_line(context):
    ana, root = cast.ana(), cast.person("Root", "admin")
    for _ in range(2):
        service.grant(ana, "expert", root)
        service.suspend(ana, root, "x")
        service.restore(ana, root)
        service.end_membership(ana.memberships[0], root)
    service.revoke(ana, "moderator", root)
    db.session.commit()
    acts = [act for act, subject, by, _ in visits.audit(context) if subject == f"user:{ana.id}" and by]
    assert sorted(acts) == [
        "grant role",
        "membership ended",
        "restore",
        "restore",
        "suspend",
        "suspend",
    ]


def test_null_characters_find_nobody_and_break_nothing(context):
    cast.ana()
    assert service.find_user("nobody\x00@cast.example") is None
    assert service.find_city("d\x00akar") is None
    assert service.find_accounts("\x00", 1)[1] == 1
