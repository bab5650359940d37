"""Letters at the command line: the mail server tried out, and what came back taken in."""

import socket
import warnings
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.notifications.models import Letter
from tests import cast
from tests.notifications import post
from tests.notifications.test_service import Box, text_of

PASSWORD = "correct horse/battery"
IN_ADDRESS = "correct%20horse%2Fbattery"


def check(_server, _session, _envelope, _mechanism, found):
    good = isinstance(found, LoginPassword) and found.password == PASSWORD.encode()
    return AuthResult(success=good, handled=True) if good else AuthResult(success=False, handled=False)


@contextmanager
def server(**more):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Box()
    running = Controller(box, hostname="127.0.0.1", port=port, **more)
    running.start()
    try:
        yield box, port
    finally:
        running.stop()


def with_password():
    warnings.simplefilter("ignore", UserWarning)  # the server's own, about passwords on an open line
    return server(authenticator=check, auth_required=True, auth_require_tls=False)


# A test letter


def test_a_test_letter_arrives_and_each_step_is_told(shell):
    with with_password() as (box, port):
        url = f"smtp://exchange:{IN_ADDRESS}@127.0.0.1:{port}"
        said = shell.done("mail", "test", "noa@cast.example", EXCHANGE_MAIL_URL=url)
    (letter,) = box.letters
    assert letter["To"] == "noa@cast.example" and "\n-- \n" in text_of(letter)
    assert [line[0] for line in said.splitlines()] == ["✓", "✓", "✓", "✓", " "]
    assert f"Connect to 127.0.0.1, port {port}" in said and "Sign in as exchange" in said
    assert "whoever listens reads along, the password too" in said and letter["Message-ID"] in said
    assert PASSWORD not in said and IN_ADDRESS not in said


def test_a_wrong_password_is_told_without_being_printed(shell):
    with with_password() as (box, port):
        url = f"smtp://exchange:another%20secret@127.0.0.1:{port}"
        said = shell.refused("mail", "test", "noa@cast.example", EXCHANGE_MAIL_URL=url)
    assert "✗ Sign in as exchange" in said and "535" in said and box.letters == []
    assert "another" not in said and "secret" not in said


def test_a_server_that_repeats_the_password_is_not_quoted():
    from urllib.parse import urlsplit

    from exchange.cli import mail

    url = urlsplit(f"smtp://exchange:{IN_ADDRESS}@127.0.0.1")
    for told in (PASSWORD, IN_ADDRESS, mail.in_base64(PASSWORD), mail.in_base64(f"\0exchange\0{PASSWORD}")):
        assert mail.without_secrets(f"535 {told} is wrong", url) == "535 … is wrong"


@pytest.mark.parametrize(
    "url,step,words",
    [
        ("smtp://127.0.0.1:1", "✗ Connect to 127.0.0.1, port 1", "refused"),
        ("smtp+starttls://127.0.0.1:{port}", "✗ STARTTLS", "STARTTLS extension not supported"),
        ("smtps://127.0.0.1:{port}", "✗ Connect to", "SSL"),
    ],
)
def test_the_step_that_fails_is_told_and_the_status_is_one(shell, url, step, words):
    with server() as (_box, port):
        result = shell("mail", "test", "noa@cast.example", EXCHANGE_MAIL_URL=url.format(port=port))
    assert result.exit_code == 1 and step in result.output and words in result.output


def test_a_refused_address_is_told_in_the_servers_words(shell):
    with server() as (box, port):
        box.refuse = "550 5.1.1 nobody here"
        url = f"smtp://127.0.0.1:{port}"
        said = shell.refused("mail", "test", "noa@cast.example", EXCHANGE_MAIL_URL=url)
    assert "refuses the address: 550 5.1.1 nobody here" in said and "✓ No TLS" in said


def test_without_a_server_the_letter_lies_in_a_file_and_that_is_no_success(shell):
    assert "EXCHANGE_MAIL_URL" in shell.refused("mail", "test", "noa@cast.example")
    assert len(list((shell.folder / "mail").glob("*.eml"))) == 1
    assert "no mail address" in shell.refused("mail", "test", "nonsense")


# What came back


@pytest.fixture
def letter(shell):
    """A letter to Ana that went; its id, address and Message-ID."""

    def make():
        accounts.send_link("sign-in", cast.ana())
        db.session.commit()
        reactions.react()
        return db.session.query(Letter).one()

    return shell.act(make)


def state(shell):
    return shell.ask(lambda: db.session.query(Letter).one().state)


def test_a_report_in_a_file_marks_its_letter(shell, letter):
    path = shell.folder / "report.eml"
    path.write_bytes(post.report(letter))
    said = shell.done("mail", "bounces", str(path))
    assert f"letter {letter.id} to ana@cast.example came back: 5.1.1 550" in said
    assert state(shell) == "bounced" and "bounces: 1 letters came back" in shell("doctor").output


def test_a_mail_servers_pipe_is_never_refused(shell, letter):
    from click.testing import CliRunner

    from exchange.cli.main import main

    runner = CliRunner(env=shell.environ)
    for data, words in (
        (b"Subject: Out of office\n\nAway.", "no delivery report"),
        (post.report(letter, message_id="<strange@x>"), "of no letter of ours"),
        (b"From MAILER-DAEMON Thu Nov 26 07:00:00 2026\n" + post.report(letter), "came back"),
    ):
        result = runner.invoke(main, ["mail", "bounces", "-"], input=data)
        assert result.exit_code == 0 and words in result.output, result.output
    assert state(shell) == "bounced"


def test_a_file_that_is_no_report_of_ours_ends_with_one(shell, letter):
    path = shell.folder / "strange.eml"
    path.write_bytes(post.report(letter, message_id="<strange@x>"))
    result = shell("mail", "bounces", str(path))
    assert result.exit_code == 1 and "no letter of ours" in result.output and state(shell) == "sent"


def test_while_the_database_is_away_the_mail_server_keeps_the_report(shell, letter):
    result = shell("mail", "bounces", "-", EXCHANGE_DATABASE_URL="sqlite:////no/such/folder/x.sqlite")
    assert result.exit_code == 75
