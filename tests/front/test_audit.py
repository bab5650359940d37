"""The audit: who may look, what is found, how many queries it costs, and the file of the same answer."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import event

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, now
from tests import cast


@pytest.fixture
def seen(app):
    """Ana and Bruno have done this and that; returns (a coordinator's browser, code of the case)."""
    with app.app_context():
        dora = cast.person("Dora", "coordinator")
        ana, bruno = cast.ana(), cast.bruno()
        practice = cast.published(ana, bruno, title="The case in question")
        cast.published(ana, bruno, title="Another case")
        accounts.suspend(ana, dora, "=HYPERLINK(1)")
        code = practice.public_id
        db.session.commit()
    return cast.client_of(app, dora), code


def page(client, query=""):
    answer = client.get(f"/audit{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True).partition("<tbody>")[2].partition("</tbody>")[0]


def acts(client, query=""):
    return page(client, query).count("<tr>")


def test_coordinators_and_administrators_read_it_and_nobody_else(app, seen):
    with app.app_context():
        people = [cast.person("Ada", "admin"), cast.person("Mo", "moderator"), cast.person("Rita")]
        db.session.commit()
    for person, status in zip([*people, None], (200, 404, 404, 401), strict=True):
        for path in ("/audit", "/audit.csv"):
            assert cast.client_of(app, person).get(path, buffered=True).status_code == status


def test_it_is_asked_by_case_person_act_and_time(app, seen):
    client, code = seen
    everything = acts(client)
    assert acts(client, f"?case={code}") == acts(client, f"?case={code.lower()}") == 4  # begin … approve
    assert "The case in question" in page(client, f"?case={code}")
    assert "Another case" not in page(client, f"?case={code}")
    assert acts(client, "?act=publish") == 2
    assert acts(client, "?person=bruno") == acts(client, "?person=bruno@cast.example") == 5
    assert "Suspended" in page(client, "?person=ana")  # what was done to her, too
    today, later = now().date(), now().date() + timedelta(days=1)
    assert acts(client, f"?from={today}&to={today}") == everything
    assert acts(client, f"?from={later}") == 0 and acts(client, "?from=someday") == everything
    assert acts(client, f"?case={code}&act=publish&person=bruno") == 1
    assert acts(client, f"?case={code}&person=dora") == 0


def test_it_has_pages(app, seen):
    client, _code = seen
    with app.app_context():
        for number in range(120):
            journal.record("try", f"practice:X{number}")
        db.session.commit()
    assert acts(client) == accounts.AUDIT_PAGE and acts(client, "?act=try&page=3") == 20
    assert acts(client, "?act=try&page=99") == 20


def test_a_page_costs_as_many_queries_for_one_line_as_for_fifty(app, seen):
    client, code = seen
    with app.app_context():
        for number in range(60):
            user = cast.person(f"Person{number}")
            journal.record("try", accounts.subject(user) if number % 2 else f"practice:{code}", user)
        db.session.commit()
    assert counted(app, client, "/audit?act=publish&case=" + code) == counted(app, client, "/audit?act=try")


def counted(app, client, path):
    statements = []
    with app.app_context():
        engine = db.engine
    heard = lambda _c, _cursor, statement, *_more: statements.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", heard)
    assert client.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", heard)
    return len([one for one in statements if one.lstrip().startswith("SELECT")])


def test_the_file_holds_every_line_of_the_same_question_and_no_formula(app, seen):
    client, _code = seen
    with app.app_context():
        for number in range(1100):
            journal.record("=1+1", f"practice:X{number}", reason="x")
        db.session.commit()
    answer = client.get("/audit.csv?act=%3D1%2B1", buffered=True)
    rows = rows_of(answer)
    assert len(rows) == 1100 and {row["act"] for row in rows} == {"'=1+1"}
    assert len({row["subject"] for row in rows}) == 1100
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = rows_of(client.get("/audit.csv?person=ana", buffered=True))
    assert any(row["act"] == "suspend" and row["by"] == "Dora" for row in rows)


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
