"""The log of letters, as an administrator meets it."""

import pytest

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.notifications import bounces, log, service, views
from exchange.notifications.models import Letter
from tests import cast
from tests.moderation.review.test_desk import Browser, queries_of
from tests.notifications import post
from tests.notifications.test_service import mail_server, text_of


@pytest.fixture
def town(app):
    """Three letters to Ana – one sent, one put off, one that came back – and a link for Bruno; Ada looks."""
    with mail_server(app) as box:
        with app.app_context():
            ana, bruno = cast.ana(), cast.bruno()
            ada = cast.person("Ada", "admin")
            first, second, third = post.three_letters(ana, bruno)
            second.sent_at, second.tries, second.error = None, 2, "ServerAway: nobody answers"
            second.next_try_at = now() + bounces.WITHIN
            bounces.take(bounces.read(post.report(third)))
            accounts.send_link("sign-in", bruno)
            db.session.commit()
            reactions.react()
            link = db.session.query(Letter).filter(Letter.kind == "link").one()
            ids = [first.id, second.id, third.id, link.id]
        yield Browser(app, ada), ids, box


def shown(page):
    return page.count('<th scope="row">')


def test_every_letter_stands_there_with_what_became_of_it(town):
    ada, _ids, _box = town
    page = ada.see("/letters")
    assert shown(page) == 4 and "Came back" in page and "2 tries so far" in page and "Sent" in page
    assert "User unknown" in page and "nobody answers" in page
    assert 'href="/letters"' in ada.see("/account")


@pytest.mark.parametrize(
    "asked,count",
    [
        ("state=bounced", 1),
        ("state=put+off", 1),
        ("state=sent", 2),
        ("state=waiting", 0),
        ("kind=link", 1),
        ("q=ana", 3),
        ("q=ANA@CAST", 3),
        ("q=%25", 0),
        ("q=bruno&kind=link", 1),
        ("until=2000-01-01", 0),
        ("since=2000-01-01", 4),
        ("since=nonsense&page=99&state=strange", 4),
    ],
)
def test_it_is_asked_by_state_person_kind_and_time(town, asked, count):
    assert shown(town[0].see(f"/letters?{asked}")) == count


def test_the_page_costs_the_same_for_one_letter_and_for_fifty(app, town):
    ada = town[0]
    costs = [queries_of(app, lambda: ada.see("/letters"))]
    with app.app_context():
        for number in range(60):
            user = cast.person(f"Reader{number}")
            letter = {"kind": "taken", "user": user, "address": user.email, "message_id": f"<{number}@x>"}
            db.session.add(Letter(key=f"k{number}", **letter))
        db.session.commit()
    costs.append(queries_of(app, lambda: ada.see("/letters")))
    assert costs[0] == costs[1] < 12
    assert shown(ada.see("/letters?page=2")) == 14


def test_a_letter_with_a_link_in_it_is_not_shown_again(app, town):
    ada, ids, box = town
    token = text_of(box.letters[-1]).split("/links/")[1].split()[0]
    page = ada.see(f"/letters/{ids[3]}")
    assert token not in page and "Not shown" in page
    with app.app_context():
        letter = log.find(ids[3])
        letter.kind = "some-kind-that-nobody-has-looked-at"
        assert log.may_be_read(letter, letter.user) == "secret"


def test_an_administrator_reads_no_more_of_a_case_than_its_page_shows_them(app, town):
    ada, ids, _box = town
    page = ada.see(f"/letters/{ids[2]}")
    assert "Name the source" not in page and "A budget" not in page and "no part in" in page
    with app.app_context():
        dora = cast.person("Dora", "admin", "coordinator")
        db.session.commit()
    assert "Name the source, please." in Browser(app, dora).see(f"/letters/{ids[2]}")


def test_what_came_back_is_sent_again_once_under_the_same_id(app, town):
    ada, ids, box = town
    before = len(box.letters)
    address = f"/letters/{ids[2]}/sending"
    assert ada.send(address) == f"/letters/{ids[2]}"
    ada.send(address)  # pressed twice
    with app.app_context():
        reactions.react()
        letter = log.find(ids[2])
        assert letter.state == "sent" and box.letters[-1]["Message-ID"] == letter.message_id
        assert len(box.letters) == before + 1
        lines = db.session.query(AuditLine).filter(AuditLine.act == "send letter again").all()
        assert [(line.subject, line.by_id is not None) for line in lines] == [(f"letter:{letter.id}", True)]
    ada.send(address, status=409)


def test_it_goes_to_the_address_that_its_reader_has_now_but_a_link_stays_where_it_belongs(app, town):
    ada, ids, box = town
    with app.app_context():
        for one in (ids[2], ids[3]):
            log.find(one).user.email = f"moved{one}@cast.example"
            log.find(one).failed_at = now()
        db.session.commit()
    ada.send(f"/letters/{ids[2]}/sending"), ada.send(f"/letters/{ids[3]}/sending")
    with app.app_context():
        reactions.react()
    assert {letter["To"] for letter in box.letters[-2:]} == {
        f"moved{ids[2]}@cast.example",
        "bruno@cast.example",
    }


# Threads, reasons, links that are over


def test_letters_of_one_case_answer_each_other_and_those_of_another_do_not(app):
    with mail_server(app) as box, app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        letters = post.three_letters(ana, bruno)
        post.three_letters(ana, cast.person("Milan", "moderator"))
        root = box.letters[0]["References"]
        for place, mail in enumerate(box.letters[:3]):
            ids = [letter.message_id for letter in letters[:place]]
            assert mail["References"].split() == [root, *ids] and mail["Message-ID"] not in ids
            assert mail["In-Reply-To"] == (ids or [root])[-1]
        assert not set(box.letters[3]["References"].split()) & {root, *(one.message_id for one in letters)}


@pytest.mark.parametrize("language", ["en", "fr", "es", "de"])
def test_every_letter_says_why_it_came_and_how_to_change_that(app, language):
    """Each template stands on the shared one; what it says instead of its foot still names an address."""
    folder = app.jinja_loader.searchpath[0] + "/letters"
    from pathlib import Path

    names = sorted(path.name for path in Path(folder).glob("*.txt") if not path.name.startswith("_"))
    assert len(names) >= 18
    for name in names:
        text = (Path(folder) / name).read_text()
        assert text.startswith('{% extends "letters/_letter.txt" %}'), name
        if "block choose" in text:
            assert "address" in text.partition("{% block choose %}")[2].partition("{% endblock %}")[0], name
    with mail_server(app) as box, app.app_context():
        post.three_letters(cast.ana(language=language), cast.bruno())
        accounts.send_link("sign-in", cast.person("Rita", language=language))
        db.session.commit()
        reactions.react()
        feet = {
            mail["To"]: text_of(mail).partition("\n-- \n")[2].strip().splitlines() for mail in box.letters
        }
        tasks = text_of(next(mail for mail in box.letters if "Name the source" in text_of(mail)))
    assert len(feet["ana@cast.example"]) == 2 and "/account/details" in feet["ana@cast.example"][1]
    assert (
        "/account/details" not in "".join(feet["rita@cast.example"]) and len(feet["rita@cast.example"]) == 3
    )
    assert "/account/details" in tasks.partition("\n-- \n")[2]


def test_a_link_that_was_used_or_is_too_old_is_not_posted_late(app):
    with mail_server(app) as box, app.app_context():
        box.refuse = True
        link = accounts.send_link("sign-in", cast.ana())
        db.session.commit()
        reactions.react()
        box.refuse = False
        link.expires_at = now()
        db.session.query(Letter).update({"next_try_at": now()})
        db.session.commit()
        reactions.react()
        letter = db.session.query(Letter).one()
        assert box.letters == [] and letter.state == "sent" and "nothing left" in letter.error


def test_a_reader_who_now_wants_none_gets_no_daily_letter(app):
    from exchange.notifications import posting

    with mail_server(app) as box, app.app_context():
        ana = cast.ana(letters="daily")
        from exchange.moderation import service as moderation

        moderation.submit(cast.draft(ana), ana)
        db.session.commit()
        reactions.react()
        ana.letters = "none"
        db.session.query(Letter).update({"at": now() - posting.DIGEST_AFTER})
        db.session.commit()
        posting.write_digests()
        reactions.react()
        assert box.letters == []


def test_every_kind_of_letter_has_a_template_and_a_name_in_the_log(app):
    kinds = {kind for several in service.LETTERS.values() for kind, _to_whom in several} | {"digest"}
    assert kinds <= set(views.KINDS)
    assert kinds <= {
        name.removeprefix("letters/").removesuffix(".txt") for name in app.jinja_env.list_templates()
    }
