"""Letters that come back, and what becomes of their addresses; with a real mail server and real reports."""

import pytest

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.notifications import bounces, log, posting
from exchange.search import alerts
from exchange.search.query import Query
from tests import cast
from tests.accounts import visits
from tests.notifications import post
from tests.notifications.test_service import hasten, mail_server, text_of


@pytest.fixture
def town(app):
    """A mail server that takes everything, and the context of the worker."""
    with mail_server(app) as box, app.app_context():
        yield box


def take(data):
    letter = bounces.take(bounces.read(data))
    db.session.commit()
    return letter


def acts(act):
    return db.session.query(AuditLine).filter(AuditLine.act == act).count()


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_finds_its_letter_by_the_headers_it_brings_back(town, original):
    first, second, _third = post.three_letters(cast.ana(), cast.bruno())
    assert take(post.report(second, original=original)) is second
    assert second.state == "bounced" and second.bounced_for_good and "User unknown" in second.error
    assert first.state == "sent" and [one.id for one in log.bounced()] == [second.id]
    assert acts("letter bounced") == 1


def test_a_report_that_brings_nothing_back_is_known_by_what_it_answers(town):
    letter = post.three_letters(cast.ana(), cast.bruno())[0]
    assert take(post.bare_report(letter)) is letter and letter.state == "bounced"


def test_the_same_report_twice_is_noted_once(town):
    letter = post.three_letters(cast.ana(), cast.bruno())[0]
    for _ in range(2):
        take(post.report(letter))
    assert acts("letter bounced") == 1 and letter.user.mail_paused_at is None


def test_a_delay_is_no_bounce(town):
    letter = post.three_letters(cast.ana(), cast.bruno())[0]
    assert take(post.report(letter, "delayed", "4.4.1", "connection timed out")) is letter
    assert letter.state == "sent"


def test_whoever_does_not_know_a_letters_id_cannot_say_that_it_came_back(town):
    """The id is keyed: nobody counts it out from the news and the address."""
    letter = post.three_letters(cast.ana(), cast.bruno())[0]
    host = letter.message_id.partition("@")[2]
    import hashlib

    guessed = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:32]}@{host}"
    for message_id in ("<unknown@127.0.0.1>", guessed, "<practice-AAAAAA@127.0.0.1>"):
        assert take(post.report(letter, message_id=message_id)) is None
    assert letter.state == "sent"


def test_an_address_to_which_several_letters_do_not_go_is_paused_and_nothing_is_lost(town):
    ana, bruno = cast.ana(), cast.bruno()
    letters = post.three_letters(ana, bruno)
    take(post.report(letters[0]))
    assert ana.mail_paused_at is None
    take(post.report(letters[1]))
    assert ana.mail_paused_at and acts("pause letters") == 1
    before = len(town.letters)
    moderation.submit(moderation.practices.working_revision(letters[0].user and practice_of(ana)), ana)
    db.session.commit()
    reactions.react()
    waiting = post.letters_to(ana)[-1]
    assert waiting.state == "waiting" and len(town.letters) == before


def practice_of(user):
    return moderation.practices.mine(user)[0][0]


@pytest.mark.parametrize(
    "status,words",
    [
        ("4.4.7", "delivery time expired"),
        ("5.2.2", "mailbox full"),
        ("5.3.4", "message too big"),
        ("5.7.1", "rejected as spam"),
    ],
)
def test_an_address_is_not_paused_for_what_is_not_its_fault(town, status, words):
    ana = cast.ana()
    for letter in post.three_letters(ana, cast.bruno()):
        take(post.report(letter, status=status, words=words))
        assert letter.state == "bounced" and not letter.bounced_for_good
    assert ana.mail_paused_at is None


def test_a_sign_in_link_goes_to_a_paused_address_too_and_using_it_proves_the_address(town):
    ana = cast.ana()
    accounts.pause_letters(ana)
    accounts.ask_link("sign-in", ana.email)
    db.session.commit()
    reactions.react()
    token = text_of(town.letters[-1]).split("/links/")[1].split()[0]
    accounts.use_link(accounts.find_link(token))
    db.session.commit()
    assert ana.mail_paused_at is None and acts("resume letters") == 1


def test_bounces_from_before_an_address_was_proven_again_do_not_count(town):
    ana = cast.ana()
    letters = post.three_letters(ana, cast.bruno())
    for letter in letters[:2]:
        take(post.report(letter))
    accounts.move_address(accounts.make_link("address", ana, email=ana.email))
    take(post.report(letters[2]))
    assert letters[2].state == "bounced" and ana.mail_paused_at is None


def test_an_address_without_an_account_is_written_to_no_more(town):
    search = alerts.save(Query(q="rent"), "", "daily", "en", address="noa@cast.example")
    alerts.confirm(search)
    for number in range(2):
        news = {"act": "new cases", "news_id": 70 + number, "subject": alerts.subject(search), "cases": []}
        from exchange.notifications import service

        service.write_letters(news)
    db.session.commit()
    letters = [one for one in db.session.query(bounces.Letter) if one.kind == "alert"]
    for letter in letters:
        take(post.report(letter))
    assert len(letters) == 2 and search.stopped_at


def test_a_server_that_knows_no_such_address_is_a_bounce_at_once_and_other_refusals_wait(app):
    with mail_server(app) as box, app.app_context():
        for answer, state in (
            ("550 5.1.1 no such user", "bounced"),
            ("554 5.7.1 relay access denied", "put off"),
            ("550 not today", "put off"),
            ("450 4.2.0 come again", "put off"),
        ):
            box.refuse = answer
            link = accounts.send_link("sign-in", cast.person(f"P{answer[:3]}{state[:3]}{len(answer)}"))
            db.session.commit()
            reactions.react()
            (letter,) = [one for one in db.session.query(bounces.Letter) if one.details["link_id"] == link.id]
            assert letter.state == state, answer


def test_nonsense_is_no_report_and_breaks_nothing():
    for data in (
        b"",
        b"\xff\xfe\x00",
        b"Subject: Out of office\n\nI am away.",
        b"Content-Type: message/delivery-status\n\n\n\n\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n"
        b"Content-Type: message/delivery-status\n\nAction\n\n--x--",
        post.POSTFIX.encode()[:500],
    ):
        assert bounces.read(data) is None, data[:60]


# The person whose address it is


def test_ana_is_told_on_every_page_and_her_letters_follow_her_to_a_new_address(app):
    with mail_server(app) as box:
        with app.app_context():
            ana, bruno = cast.ana(), cast.bruno()
            letters = post.three_letters(ana, bruno)
            for letter in letters[:2]:
                take(post.report(letter))
            moderation.take(moderation.submit(cast.draft(ana, title="Second"), ana), bruno)
            db.session.commit()
            reactions.react()
            box.letters.clear()
        client = app.test_client()
        visits.sign_in(client, "ana@cast.example")
        page = client.get("/write").text
        assert "Letters to ana@cast.example come back." in page and 'href="/account/address"' in page
        told = "came back, so we send none there since"
        assert told in client.get("/account/address").text
        answer = visits.send(
            client, "/account/address", email="ana@porto.example", current_password=cast.PASSWORD
        )
        assert answer.location == "/account"
        with app.app_context():
            reactions.react()
            (letter,) = box.letters
            assert letter["To"] == "ana@porto.example"
            token = text_of(letter).split("/links/")[1].split()[0]
        assert visits.send(client, f"/links/{token}").status_code == 303
        assert "come back" not in client.get("/write").text
        with app.app_context():
            reactions.react()
            db.session.query(posting.Letter).update({"at": posting.now() - posting.DIGEST_AFTER})
            hasten()
            posting.write_digests()
            reactions.react()
            digest = box.letters[-1]
            assert digest["To"] == "ana@porto.example" and "Being read: Second" in text_of(digest)
            assert "ana@cast.example" not in {one["To"] for one in box.letters}


def test_an_address_is_changed_by_whoever_knows_the_password_and_reads_its_letters(app):
    with mail_server(app) as box:
        ana = visits.commit(app, cast.ana)
        client, path = cast.client_of(app, ana), "/account/address"
        answer = visits.send(client, path, email="new@porto.example", current_password="wrong")
        assert answer.status_code == 422 and "not the password you have now" in answer.text
        visits.send(client, path, email="new@porto.example", current_password=cast.PASSWORD)
        with app.app_context():
            reactions.react()
        token = text_of(box.letters[0]).split("/links/")[1].split()[0]
        stranger = app.test_client()
        page = stranger.get(f"/links/{token}")
        assert page.status_code == 401 and "Password" in page.text
        assert visits.user(app, "ana@cast.example").id == ana.id  # nothing changed
        other = cast.client_of(app, visits.commit(app, cast.chloe))
        assert other.get(f"/links/{token}").status_code == 404
        visits.send(client, f"/links/{token}")
        assert visits.user(app, "new@porto.example").id == ana.id
        with app.app_context():
            reactions.react()
        assert box.letters[-1]["To"] == "ana@cast.example"  # whoever had it before hears of it
        assert "someone else may have your password" in text_of(box.letters[-1])


def test_an_address_that_somebody_has_is_not_given_away_and_nobody_learns_so(app):
    with mail_server(app) as box:
        ana, _otto = visits.commit(app, cast.ana, lambda: cast.person("Otto"))
        client = cast.client_of(app, ana)
        answers = [
            visits.send(client, "/account/address", email=email, current_password=cast.PASSWORD)
            for email in ("otto@cast.example", "free@porto.example")
        ]
        assert [answer.location for answer in answers] == ["/account"] * 2
        with app.app_context():
            reactions.react()
        told = {letter["To"]: text_of(letter) for letter in box.letters}
        assert "/links/" in told["free@porto.example"] and "/links/" not in told["otto@cast.example"]
