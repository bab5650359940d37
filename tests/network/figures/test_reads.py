"""Reads of cases: noted by the web without a word about who, added up by the worker, shown to the city."""

import os
import threading
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from exchange.core.models import db, now
from exchange.network.models.figures import ReadTotal, SpoolAdded
from exchange.network.service.figures import adding, reads, spool
from tests import cast
from tests.moderation.tables.test_bulk import queries_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
DAY = date(2026, 3, 1)


@pytest.fixture
def case(app):
    """A public case of Ana's, and who plays around it."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        practice = cast.published(ana, bruno)
        otto = cast.person("Otto", city="wien")
        db.session.commit()
        return {"id": practice.public_id, "ana": ana, "bruno": bruno, "otto": otto, "practice": practice}


def look(app, case, who=None, agent=FIREFOX, path="", method="GET", **headers):
    client = cast.client_of(app, who)
    headers = {"User-Agent": agent, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return client.open(
        f"/practices/{case['id']}{path}", method=method, headers=headers, follow_redirects=not path
    )


def numbers(app):
    """(act → number) after the worker came by."""
    with app.app_context():
        adding.add_up()
        return {row.act: row.number for row in db.session.scalars(select(ReadTotal))}


def folder(app):
    return app.config["SETTINGS"].reads


# What counts


def test_a_visitor_reads_and_takes_away(app, case):
    assert look(app, case).status_code == 200
    look(app, case, who=case["otto"])
    look(app, case, path=".bib"), look(app, case, path=".ris"), look(app, case, path=".json")
    assert numbers(app) == {"read": 2, "download": 3}


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Safari/537.36",
        "curl/8.5.0",
        "python-requests/2.32",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/136.0 Safari/537.36",
    ],
)
def test_robots_do_not_count(app, case, agent):
    look(app, case, agent=agent)
    assert numbers(app) == {}


def test_a_telephone_of_cubot_is_no_robot(app, case):
    look(app, case, agent="Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) Chrome/136.0 Mobile Safari/537.36")
    assert numbers(app) == {"read": 1}


def test_what_is_fetched_ahead_or_only_asked_about_does_not_count(app, case):
    look(app, case, Sec_Purpose="prefetch;prerender")
    look(app, case, Purpose="prefetch")
    look(app, case, X_Moz="prefetch")
    look(app, case, method="HEAD")
    assert numbers(app) == {}


def test_who_tells_and_reviews_a_case_is_none_of_its_readers(app, case):
    with app.app_context():
        ines = cast.person("Ines", city="porto")
        db.session.commit()
    for person in (case["ana"], ines, case["bruno"]):
        assert look(app, case, who=person).status_code == 200
    assert numbers(app) == {}


def test_what_is_not_there_counts_nothing(app, case):
    look(app, {"id": "K7Q2MX"})
    look(app, case, path="/revisions/7")
    assert numbers(app) == {}


def test_a_document_of_a_case_counts_as_taken_away(app, case):
    with app.app_context():
        practice = db.session.merge(case["practice"])
        _image, document = cast.public_media(practice, db.session.merge(case["ana"]))
        db.session.commit()
        address = f"/media/{document.id}"
    assert app.test_client().get(address, headers={"User-Agent": FIREFOX}, buffered=True).status_code == 200
    assert numbers(app) == {"download": 1}


def test_a_comparison_and_a_briefing_count_for_each_of_their_cases(app, case):
    with app.app_context():
        other = cast.published(db.session.merge(case["ana"]), db.session.merge(case["bruno"]), title="Trams")
        db.session.commit()
        ids = f"{case['id']},{other.public_id}"
    for page in ("/compare", "/compare.csv", "/briefing", "/briefing.docx"):
        path = f"{page}?ids={ids}"
        assert app.test_client().get(path, headers={"User-Agent": FIREFOX}, buffered=True).status_code == 200
    assert lines(app) == sorted(f"{one} download" for one in ids.split(",") * 2)


def lines(app):
    return sorted(line.split(" ", 1)[1] for line in (folder(app) / spool.OPEN).read_text().splitlines())


def test_nothing_is_kept_about_who(app, case):
    answer = look(app, case, X_Forwarded_For="203.0.113.77", Referer="https://else.example/")
    assert "Set-Cookie" not in answer.headers
    kept = (folder(app) / spool.OPEN).read_text()
    assert kept == f"{now().date().isoformat()} {case['id']} read\n"


def test_a_full_disk_hinders_no_reader(app, case):
    folder(app).write_text("in the way of the folder")
    assert look(app, case).status_code == 200


# Adding up


def test_lines_are_added_to_the_day_and_never_twice(app, case):
    for _time in range(3):
        spool.note(folder(app), DAY, case["id"], "read")
    assert numbers(app) == {"read": 3}
    spool.note(folder(app), DAY, case["id"], "read")
    assert numbers(app) == {"read": 4} and numbers(app) == {"read": 4}
    assert not list(folder(app).iterdir())


def test_a_worker_that_fell_after_the_commit_adds_nothing_again(app, case, monkeypatch):
    spool.note(folder(app), DAY, case["id"], "read")
    with monkeypatch.context() as fall:
        fall.setattr("pathlib.Path.unlink", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            numbers(app)
    assert len(list(folder(app).glob("taken-*"))) == 1
    assert numbers(app) == {"read": 1} and not list(folder(app).iterdir())


def test_a_worker_that_fell_before_the_commit_adds_it_later(app, case, monkeypatch):
    spool.note(folder(app), DAY, case["id"], "read")
    with monkeypatch.context() as fall:
        fall.setattr(adding, "add", lambda _numbers: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            numbers(app)
    spool.note(folder(app), DAY, case["id"], "read")
    assert numbers(app) == {"read": 1}, "what was left comes first"
    assert numbers(app) == {"read": 2}


def test_torn_lines_and_unknown_cases_count_nothing(app, case):
    spool.note(folder(app), DAY, case["id"], "read")
    spool.note(folder(app), DAY, "ZZZZZZ", "read")
    with open(folder(app) / spool.OPEN, "ab") as file:
        file.write(b"\xff\x00 2026-03-01 " + case["id"].encode() + b" stolen\n2026-03-01 " + b"K7")
    assert numbers(app) == {"read": 1}


def test_what_waits_is_bounded(app, case, monkeypatch):
    monkeypatch.setattr(spool, "MOST_BYTES", 60)
    assert [spool.note(folder(app), DAY, case["id"], "read") for _time in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    assert numbers(app) == {"read": 2}
    assert spool.note(folder(app), DAY, case["id"], "read"), "there is room again"


def test_a_line_written_while_the_file_is_taken_goes_into_the_next_one(app, case, monkeypatch):
    spool.note(folder(app), DAY, case["id"], "read")
    real, late = os.open, []

    def open_late(path, *args, **more):
        found = real(path, *args, **more)
        if not late:
            late.append(spool.take(folder(app)))
        return found

    monkeypatch.setattr(spool.os, "open", open_late)
    assert spool.note(folder(app), DAY, case["id"], "read")
    assert sum(spool.counted(late[0][0]).values()) == 1
    assert numbers(app) == {"read": 1} and numbers(app) == {"read": 2}


def test_many_writers_and_a_worker_lose_no_line(app, case):
    noted, found = [], 0

    def write():
        noted.extend(spool.note(folder(app), DAY, case["id"], "read") for _time in range(150))

    writers = [threading.Thread(target=write) for _one in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        for path in spool.take(folder(app)):
            found += sum(spool.counted(path).values())
    found += sum(sum(spool.counted(path).values()) for path in spool.take(folder(app)))
    assert found == sum(noted) and sum(noted) >= 590


# Shown, and kept


def put(app, case, **periods):
    """`put(app, case, **{"2026-03-01": (reads, downloads)})`."""
    with app.app_context():
        for period, pair in periods.items():
            for act, number in zip(("read", "download"), pair, strict=True):
                if number:
                    row = ReadTotal(practice_id=case["practice"].id, period=period, act=act, number=number)
                    db.session.add(row)
        db.session.commit()


def test_days_long_gone_become_part_of_their_year(app, case):
    today = now().date()
    recent, old = today - timedelta(days=729), today - timedelta(days=800)
    year = str(old.year)
    put(
        app,
        case,
        **{today.isoformat(): (1, 0), recent.isoformat(): (2, 0), old.isoformat(): (4, 5), year: (8, 0)},
    )
    with app.app_context():
        before = reads.by_year()
        adding.sweep()
        adding.sweep()
        rows = {(row.period, row.act): row.number for row in db.session.scalars(select(ReadTotal))}
        assert rows == {
            (today.isoformat(), "read"): 1,
            (recent.isoformat(), "read"): 2,
            (year, "read"): 12,
            (year, "download"): 5,
        }
        assert reads.by_year() == before


def test_names_of_files_are_forgotten_in_the_end(app):
    with app.app_context():
        db.session.add(SpoolAdded(name="old", at=now() - timedelta(days=91)))
        db.session.add(SpoolAdded(name="new"))
        adding.sweep()
        assert db.session.scalars(select(SpoolAdded.name)).all() == ["new"]


def test_a_month_a_year_and_all_of_it(app, case):
    today = now().date()
    put(
        app,
        case,
        **{today.isoformat(): (3, 1), (today - timedelta(days=29)).isoformat(): (2, 0), "2019": (10, 4)},
    )
    put(app, case, **{(today - timedelta(days=30)).isoformat(): (5, 0)})
    with app.app_context():
        found = reads.of_cases([case["practice"].id])[case["practice"].id]
        assert (found.month, found.month_downloads) == (5, 1)
        assert (found.ever, found.ever_downloads) == (20, 5)
        days = reads.daily(case["practice"])
        assert len(days) == 30 and days[-1] == (today, 3, 1) and days[0][1] == 2
        assert reads.in_that_year([case["practice"].id], 2019) == {case["practice"].id: (10, 4)}


def test_taking_away_three_cases_asks_as_often_as_taking_away_one(app, case):
    with app.app_context():
        ana, bruno = db.session.merge(case["ana"]), db.session.merge(case["bruno"])
        codes = [cast.published(ana, bruno, title=f"Case {number}").public_id for number in range(3)]
        db.session.commit()
    client = cast.client_of(app, case["otto"])
    ask = partial(client.get, headers={"User-Agent": FIREFOX})
    few, many = (
        queries_of(app, partial(ask, f"/compare.csv?ids={','.join(some)}")) for some in (codes[:1], codes)
    )
    assert few == many and numbers(app)
    with app.app_context():
        assert sum(row.number for row in db.session.scalars(select(ReadTotal))) == 4
