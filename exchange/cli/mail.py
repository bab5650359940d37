"""The mail server tried out, and what came back taken in."""

import base64
import smtplib
from urllib.parse import unquote, urlsplit

import click
from click import ClickException
from flask import current_app

from exchange.core.forms import MAIL
from exchange.core.models import db, now
from exchange.notifications import bounces, mailer
from exchange.notifications.models import Letter
from exchange.notifications.service import message_id
from exchange.notifications.wording import words_of

PIPE = "<stdin>"
SECRET = {"smtps": "TLS from the first word", "smtp+starttls": "STARTTLS"}


# A test letter


def test(address):
    """Send a letter now, a line for each step; the step that fails is told, and the command ends with 1."""
    settings = current_app.config["SETTINGS"]
    if not (MAIL.fullmatch(address) and address.isascii()):
        raise ClickException(f"'{address}' is no mail address.")
    letter = test_letter(settings, address)
    if not settings.mail_url:
        mailer.FileMailer(settings.instance / "mail")(letter)
        raise ClickException(
            f"No mail server is named (EXCHANGE_MAIL_URL): the letter lies in {settings.instance / 'mail'}."
        )
    url = urlsplit(settings.mail_url)
    server = step(url, f"Connect to {url.hostname}, port {mailer.port_of(url)}", lambda: mailer.reach(url))
    try:
        talk(server, url, letter)
    finally:
        server.close()


def talk(server, url, letter):
    step(url, secrecy_of(url), lambda: mailer.make_secret(server, url))
    if url.username:
        step(url, f"Sign in as {unquote(url.username)}", lambda: mailer.sign_in(server, url))
    step(url, f"Letter from {letter['From']} to {letter['To']} accepted", lambda: server.send_message(letter))
    click.echo(f"  Its Message-ID: {letter['Message-ID']}. Accepted is not arrived: look into the mailbox.")


def secrecy_of(url):
    """What protects the line; nothing is a fault only where there is a password to protect."""
    if url.scheme in SECRET:
        return f"{SECRET[url.scheme]}, certificate checked"
    return "No TLS: whoever listens reads along" + (", the password too" if url.password else "")


def step(url, words, act):
    try:
        done = act()
    except (OSError, smtplib.SMTPException) as error:
        click.echo(f"✗ {words}")
        raise ClickException(without_secrets(in_words(error), url)) from error
    click.echo(f"✓ {words}")
    return done


def in_words(error):
    """What the server said, in one line, whichever way the library wraps it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {said(text)}" for code, text in error.recipients.values()]
        return f"The server refuses the address: {'; '.join(answers)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The server answers: {error.smtp_code} {said(error.smtp_error)}"
    if isinstance(error, TimeoutError):
        return f"No answer within {mailer.TIMEOUT} seconds."
    return " ".join(f"{type(error).__name__}: {error}".split())


def said(text):
    return " ".join((text.decode(errors="replace") if isinstance(text, bytes) else str(text)).split())


def without_secrets(text, url):
    """A server may repeat what it was told; the password is never printed, in whatever guise."""
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if not password:
        return text
    guises = {password, url.password, *map(in_base64, (password, f"\0{user}\0{password}"))}
    for guise in sorted(guises, key=len, reverse=True):
        text = text.replace(guise, "…")
    return text


def in_base64(text):
    return base64.b64encode(text.encode()).decode()


def test_letter(settings, address):
    at = now()
    key = f"test:{at.isoformat()}:{address}"
    letter = Letter(
        kind="test", address=address, language="en", details={}, message_id=message_id(key), at=at
    )
    subject, body = words_of(letter, {"user": None})
    return mailer.message(settings, letter, subject, body)


# What came back


def take_bounces(files):
    """Print a line for each mail. A file that is no report of ours ends with 1; a pipe is never refused."""
    strange = [file for file in files if not take(file) and name_of(file) != PIPE]
    if strange:
        raise click.exceptions.Exit(1)


def take(file):
    report = bounces.read(file.read())
    letter = bounces.take(report) if report else None
    db.session.commit()
    click.echo(f"{name_of(file)}: {outcome(report, letter)}")
    return letter is not None


def name_of(file):
    return getattr(file, "name", PIPE)


def outcome(report, letter):
    if report is None:
        return "no delivery report; nothing noted."
    if letter is None:
        return "a delivery report, but of no letter of ours; nothing noted."
    if not report.is_failure:
        return f"letter {letter.id} to {letter.address}: {report.action or 'no action'}; nothing noted."
    return f"letter {letter.id} to {letter.address} came back: {letter.error}"
