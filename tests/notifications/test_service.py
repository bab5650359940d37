"""Letters: after the commit, to those who may read them, in their language, through a real mail server."""

import socket
from contextlib import contextmanager
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.notifications import log, posting, recipients, service
from exchange.notifications.models import Letter
from exchange.practices import service as practices
from tests import cast


class Box(Message):
    """What the mail server took, as messages; it may be told to refuse."""

    def __init__(self):
        super().__init__()
        self.letters, self.refuse = [], False

    def handle_message(self, message):
        self.letters.append(message)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse:
            return self.refuse if isinstance(self.refuse, str) else "450 busy, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@contextmanager
def mail_server(app):
    """A real SMTP server on a free port that the app is told to use."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Box()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=f"smtp://127.0.0.1:{port}")
    try:
        yield box
    finally:
        server.stop()


def text_of(message):
    return message.get_payload(decode=True).decode().replace("\r\n", "\n")


def hasten():
    """Let every waiting letter and piece of news be due now."""
    db.session.query(Letter).update({"next_try_at": now()})
    db.session.query(journal.News).update({"next_try_at": now()})
    db.session.commit()


def test_a_newcomer_gets_a_letter_with_a_link_that_opens_her_account(app):
    with mail_server(app) as box, app.app_context():
        accounts.sign_up("noa@cast.example", "Noa", cast.PASSWORD, "fr")
        db.session.commit()
        assert box.letters == []  # nothing is sent from inside the request
        reactions.react()
        (letter,) = box.letters
        assert letter["To"] == "noa@cast.example" and letter["Content-Language"] == "fr"
        token = text_of(letter).split("/links/")[1].split()[0]
        assert accounts.find_link(token).user.name == "Noa"


def test_a_known_address_is_told_so_by_letter_and_not_on_the_page(app):
    with mail_server(app) as box, app.app_context():
        ana = cast.ana()
        accounts.sign_up(ana.email, "Somebody", "another long password here", "en")
        db.session.commit()
        reactions.react()
        assert "/forgotten" in text_of(box.letters[0]) and len(box.letters) == 1


def test_the_same_news_heard_twice_writes_one_letter(app):
    with mail_server(app) as box, app.app_context():
        link = accounts.make_link("sign-in", cast.ana())
        news = {"act": "link letter", "news_id": 7, "link_id": link.id}
        service.write_letters(news)
        service.write_letters(news)
        db.session.commit()
        posting.post_letters()
        posting.post_letters()
        assert len(box.letters) == 1


def test_a_refused_letter_waits_and_arrives_later_under_the_same_id(app):
    with mail_server(app) as box, app.app_context():
        box.refuse = True
        accounts.send_link("sign-in", cast.ana())
        db.session.commit()
        reactions.react()
        waiting = db.session.query(Letter).one()
        assert waiting.sent_at is None and waiting.tries == 1 and "450" in waiting.error
        box.refuse = False
        hasten()
        reactions.react()
        assert box.letters[0]["Message-ID"] == waiting.message_id and waiting.sent_at


def test_with_the_mail_server_away_letters_wait_and_the_pages_do_not(app):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url="smtp://127.0.0.1:1")
    with app.app_context():
        accounts.send_link("sign-in", cast.ana())
        db.session.commit()
        reactions.react()
        letter = db.session.query(Letter).one()
        assert letter.sent_at is None and "ServerAway" in letter.error
        assert [one.id for one in log.failing()] == [letter.id]


def test_a_letter_that_never_arrives_is_given_up_and_stays_visible(app):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url="smtp://127.0.0.1:1")
    with app.app_context():
        accounts.send_link("sign-in", cast.ana())
        db.session.commit()
        reactions.react()
        for _ in range(posting.MAX_TRIES):
            hasten()
            posting.post_letters()
        assert db.session.query(Letter).one().failed_at and len(log.failing()) == 1


def test_a_request_to_write_for_a_city_goes_to_its_admin_and_to_nobody_else(app):
    with mail_server(app) as box, app.app_context():
        cast.person("Ines", city="porto", city_admin=True)
        cast.person("Walter", city="wien", city_admin=True)
        cast.person("Cora", "coordinator")
        accounts.ask_membership(cast.chloe(), cast.find_city("porto"))
        db.session.commit()
        reactions.react()
        assert [letter["To"] for letter in box.letters] == ["ines@cast.example"]


def test_where_a_city_has_no_admin_a_coordinator_is_asked(app):
    with mail_server(app) as box, app.app_context():
        cast.person("Cora", "coordinator")
        accounts.ask_membership(cast.chloe(), cast.find_city("porto"))
        db.session.commit()
        reactions.react()
        assert [letter["To"] for letter in box.letters] == ["cora@cast.example"]


def test_suspended_and_unverified_people_get_no_letters_about_cases(app):
    with app.app_context():
        gone = cast.person("Gone", suspended_at=now())
        unproven = cast.person("Unproven", verified=False)
        assert recipients.people([gone, unproven]) == []


def test_without_a_mail_server_letters_are_written_to_files(app):
    with app.app_context():
        accounts.send_link("sign-in", cast.ana())
        db.session.commit()
        reactions.react()
        (path,) = (app.config["SETTINGS"].instance / "mail").glob("*.eml")
        assert b"To: ana@cast.example" in path.read_bytes()


@pytest.mark.parametrize("language", ["en", "fr", "es", "de"])
def test_every_letter_can_be_written_in_every_language(app, language):
    """Through the whole life of a case, with real acts; each letter says why it was sent."""
    with mail_server(app) as box, app.app_context():
        ana, bruno = cast.ana(language=language), cast.bruno()
        cast.person("Cora", "coordinator", language=language)
        revision = cast.draft(ana)
        review = moderation.submit(revision, ana)
        moderation.take(review, bruno)
        moderation.decide(review, "request_changes", bruno, reason="Name the source, please.")
        db.session.commit()
        second = moderation.submit(practices.working_revision(revision.practice), ana)
        moderation.take(second, bruno)
        moderation.decide(second, "approve", bruno, design="before-after", independence="own")
        db.session.commit()
        reactions.react()
        assert db.session.query(Letter).filter(Letter.sent_at.is_(None)).count() == 0
        kinds = {letter.kind for letter in db.session.query(Letter)}
        assert kinds >= {"submitted", "case-waits", "taken", "changes", "published"}
        assert any("Name the source, please." in text_of(letter) for letter in box.letters)
        for letter in box.letters:
            assert letter["Subject"].strip() and "\n-- \n" in text_of(letter)


@pytest.mark.parametrize(
    "choice,kinds",
    [
        ("all", {"submitted", "taken", "changes"}),
        ("daily", {"changes"}),
        ("must", {"changes"}),
        ("none", set()),
    ],
)
def test_letters_follow_what_their_reader_chose(app, choice, kinds):
    with mail_server(app) as box, app.app_context():
        ana, bruno = cast.ana(letters=choice), cast.bruno()
        review = moderation.submit(cast.draft(ana), ana)
        moderation.take(review, bruno)
        moderation.decide(review, "request_changes", bruno, reason="Name the source, please.")
        accounts.send_link("sign-in", ana)
        db.session.commit()
        reactions.react()
        sent = {one.kind for one in db.session.query(Letter).filter(Letter.sent_at.is_not(None))}
        assert sent == kinds | {"link"}  # what one asks for at this moment always comes
        assert len(box.letters) == len(sent)


def test_the_daily_letter_gathers_what_can_wait_once_a_day(app):
    with mail_server(app) as box, app.app_context():
        ana, bruno = cast.ana(letters="daily"), cast.bruno()
        moderation.take(moderation.submit(cast.draft(ana, title="Rain gardens"), ana), bruno)
        db.session.commit()
        reactions.react()
        posting.write_digests()
        reactions.react()
        assert box.letters == []  # the day is not over
        db.session.query(Letter).update({"at": now() - posting.DIGEST_AFTER})
        db.session.commit()
        for _ in range(2):
            posting.write_digests()
            reactions.react()
        (letter,) = box.letters
        assert "2" in letter["Subject"] and text_of(letter).count("Rain gardens") >= 2
        assert text_of(letter).count("Hello Ana") == 1 and "/account/details" in text_of(letter)
