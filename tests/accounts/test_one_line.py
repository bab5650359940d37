"""Coming in by a link, choosing a password, leaving: one line of the audit each, whatever belongs to it."""

import pytest

from exchange.accounts import service
from exchange.core.models import db
from tests import cast
from tests.accounts import visits

NEW = "four tall words of rain"


def lines_since(app, before):
    with app.app_context():
        return [act for act, *_ in visits.audit(app)][before:]


def count(app):
    with app.app_context():
        return len(visits.audit(app))


@pytest.mark.parametrize(
    "purpose,verified,line",
    [
        ("sign-in", True, "sign in"),
        ("sign-in", False, "verify"),
        ("verify", False, "verify"),
        ("reset", True, "set password"),
        ("reset", False, "set password"),
    ],
)
def test_a_link_leaves_the_line_of_what_it_is_for(app, purpose, verified, line):
    with app.app_context():
        una = cast.person("Una", verified=verified)
        token = service.token_of(service.make_link(purpose, una))
        db.session.commit()
    before = count(app)
    form = {"password": NEW} if purpose == "reset" else {}
    assert visits.send(app.test_client(), f"/links/{token}", **form).status_code == 303
    assert lines_since(app, before) == [line]


def test_an_invitation_leaves_one_line_for_newcomers_too(app):
    with app.app_context():
        ines = cast.person("Ines", city="porto", city_admin=True)
        link = service.invite("zoe@cast.example", cast.find_city("porto"), ines)
        token = service.token_of(link)
        db.session.commit()
    before = count(app)
    answer = visits.send(app.test_client(), f"/links/{token}", name="Zoe", password=NEW)
    assert answer.status_code == 303 and lines_since(app, before) == ["accept invitation"]


def test_whoever_leaves_two_cities_at_once_leaves_one_line_that_names_both(app):
    with app.app_context():
        ana = cast.ana()
        service.ask_membership(ana, cast.find_city("wien"))
        ids = [member.id for member in ana.memberships]
        db.session.commit()
    before = count(app)
    assert visits.send(cast.client_of(app, ana), "/account/departure", sure="y").status_code == 303
    with app.app_context():
        (leave,) = [details for act, _s, _b, details in visits.audit(app)[before:] if act == "leave"]
    assert leave["memberships"] == ids and lines_since(app, before) == ["sign in", "leave"]
