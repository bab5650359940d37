"""How a letter leaves the house: by SMTP, or – where no server is named – into files of the instance."""

import smtplib
import ssl
from contextlib import contextmanager
from email import policy
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

TIMEOUT = 20  # seconds


class Unfolded(UnstructuredHeader):
    """A header that holds one address; folded it would be encoded, and no mail program would find it."""

    def fold(self, *, policy):
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", Unfolded)
POLICY = policy.default.clone(header_factory=HEADERS)


class ServerAway(Exception):
    """The mail server could not be reached or would not talk to us; every letter waits."""


def message(settings, letter, subject, body, stop_address="", before=()):
    """An EmailMessage in plain text, in the thread of what it speaks of; it answers the last `before`.

    With a `stop_address` the mail program's own button stops such letters at once (RFC 8058).
    """
    mail = EmailMessage(POLICY)
    mail["Subject"] = " ".join(subject.split())
    mail["From"] = f"{settings.site_name} <{settings.mail_from}>"
    mail["To"] = letter.address
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"
    if letter.subject:
        root = f"<{letter.subject.replace(':', '-')}@{settings.host}>"  # no letter, the thread itself
        mail["In-Reply-To"] = before[-1] if before else root
        mail["References"] = " ".join([root, *before])
    if stop_address:
        mail["List-Unsubscribe"] = f"<{stop_address}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(body)
    mail["Content-Language"] = letter.language
    return mail


@contextmanager
def open_mailer(settings):
    """`with open_mailer(settings) as send: send(message)`; raises ServerAway when nobody answers."""
    if not settings.mail_url:
        yield FileMailer(settings.instance / "mail")
        return
    url = urlsplit(settings.mail_url)
    try:
        server = connect(url)
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(f"{type(error).__name__}: {error}") from error
    try:
        yield server.send_message
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


class FileMailer:
    """Letters as .eml files, for a demonstration or a machine without a mail server."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, mail):
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = mail["Message-ID"].strip("<>").split("@")[0]
        (self.folder / f"{name}.eml").write_bytes(mail.as_bytes())


def connect(url):
    """A server that takes letters: reached, its line made secret, signed in."""
    server = reach(url)
    make_secret(server, url)
    sign_in(server, url)
    return server


def port_of(url):
    return url.port or (465 if url.scheme == "smtps" else 25)


def reach(url):
    """smtp:// plain, smtp+starttls:// and smtps:// with a checked certificate."""
    if url.scheme == "smtps":
        secure = ssl.create_default_context()
        return smtplib.SMTP_SSL(url.hostname, port_of(url), timeout=TIMEOUT, context=secure)
    return smtplib.SMTP(url.hostname, port_of(url), timeout=TIMEOUT)


def make_secret(server, url):
    if url.scheme == "smtp+starttls":
        server.starttls(context=ssl.create_default_context())


def sign_in(server, url):
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
