"""Every setting: its default, its environment variable, and what is refused at start.

Order: environment (EXCHANGE_*) before instance/config.py before the default.
"""

import os
import re
import secrets
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

ROOT = Path(__file__).resolve().parent.parent
TRANSLATOR = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
LANGUAGES = {"en": "English", "fr": "Français", "es": "Español", "de": "Deutsch"}

KEEP = (  # for how many days something is kept that names people; /about/data tells it
    "keep_messages_days",
    "keep_letters_days",
    "keep_reports_days",
    "keep_links_days",
    "keep_asked_days",
    "keep_unconfirmed_days",
    "keep_news_days",
    "keep_attempts_days",
)
DAYS = (  # settings that count days, beside those with bounds of their own
    "clearance_days",
    "clearance_remind_days",
    "tell_city_days",
    "confirm_every_days",
    "confirm_link_days",
    "confirm_remind_days",
    *KEEP,
)
POSTS = ("new_account_days", "new_account_posts", "new_account_messages", "messages_a_day")
WHOLE_NUMBERS = {"trusted_proxies", "web_processes", "claim_days", "reply_days", "reads_days", *POSTS, *DAYS}


class BadSetting(ValueError):
    """A setting makes no sense; the message says which and what to write instead."""


@dataclass(frozen=True)
class Settings:
    instance: Path
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    site_name: str = "Exchange"
    secret_key: str = ""
    mail_url: str = ""
    mail_from: str = ""
    translator: str = ""  # 'package.module:function' of a translation machine; see practices/machine.py
    trusted_proxies: int = 0
    web_processes: int = 1
    claim_days: int = 7
    time_zone: str = "UTC"  # in which people of the network name a time of day
    reply_days: int = 3  # that the authors have to answer a review note before the case goes public
    clearance_days: int = 14  # that a link to clear a text, or to help with one, works
    clearance_remind_days: int = 7
    tell_city_days: int = 14  # that a city hears of a case before others' telling of it is public
    confirm_every_days: int = 365  # that a public case counts as confirmed
    confirm_link_days: int = 60  # that its contact has to answer
    confirm_remind_days: int = 30
    new_account_days: int = 7  # that an account counts as new
    new_account_posts: int = 10  # challenges, answers, comments … that a new account may write in a day
    reads_days: int = 730  # that reads of a case are kept day by day; then only their sum of the year
    new_account_messages: int = 3  # of these, messages to other people
    messages_a_day: int = 20  # that any account may write to other people
    keep_messages_days: int = 730  # between people
    keep_letters_days: int = 365  # the log of letters that went, with their addresses
    keep_reports_days: int = 730  # what was said in a report, once it is decided
    keep_links_days: int = 30  # one-time links past their end, with the address they went to
    keep_asked_days: int = 365  # name and address of who was asked by a link, after it ended
    keep_unconfirmed_days: int = 60  # accounts whose address was never confirmed
    keep_news_days: int = 14  # the outbox, once it is dealt with
    keep_attempts_days: int = 1  # counted tries to sign in and the like

    @property
    def media(self):
        return self.instance / "media"

    @property
    def index(self):
        return self.instance / "index"

    @property
    def reads(self):
        """Where the web notes what was read, until the worker adds it up."""
        return self.instance / "reads"

    @property
    def host(self):
        return urlsplit(self.base_url).hostname

    @property
    def on_loopback(self):
        return self.host in ("127.0.0.1", "localhost", "::1")


def load(environ=None, instance=None):
    """Read the settings of this installation; creates its folder.

    Raises BadSetting with a sentence for the person who starts the program.
    """
    environ = os.environ if environ is None else environ
    folder = Path(instance or environ.get("EXCHANGE_INSTANCE") or ROOT / "instance").resolve()
    make_folder(folder)
    values = {**read_file(folder / "config.py"), **read_environment(environ)}
    values["instance"] = folder
    values.setdefault("base_url", f"http://127.0.0.1:{environ.get('PORT', '8000')}")
    values.setdefault("database_url", f"sqlite:///{folder / 'exchange.sqlite'}")
    values.setdefault("mail_from", f"exchange@{urlsplit(values['base_url']).hostname or 'localhost'}")
    if not values.get("secret_key"):
        values["secret_key"] = kept_secret(folder / "secret_key")
    return check(Settings(**{name: typed(name, value) for name, value in values.items()}))


def make_folder(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"EXCHANGE_INSTANCE: the folder {folder} cannot be made: {error}") from error


def read_environment(environ):
    names = {field.name for field in fields(Settings)} - {"instance"}
    given = {name: environ.get(f"EXCHANGE_{name.upper()}") for name in names}
    return {name: value for name, value in given.items() if value}


def read_file(path):
    """Lower- or upper-case names of instance/config.py, a file of plain Python assignments."""
    if not path.exists():
        return {}
    found = {}
    try:
        exec(compile(path.read_text(), str(path), "exec"), found)  # noqa: S102 – the owner's own file
    except Exception as error:
        raise BadSetting(f"{path}: {error}") from error
    known = {field.name for field in fields(Settings)} - {"instance"}
    return {name.lower(): value for name, value in found.items() if name.lower() in known}


def typed(name, value):
    if name not in WHOLE_NUMBERS:
        return value
    try:
        return int(value)
    except ValueError:
        raise BadSetting(f"EXCHANGE_{name.upper()}: '{value}' is not a whole number.") from None


def kept_secret(path):
    """The secret of this installation, made once, whole or not at all, and readable by its owner alone."""
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was quicker: its secret counts
        finally:
            fresh.unlink()
    return path.read_text().strip()


def check(settings):
    refuse_unless(
        urlsplit(settings.base_url).scheme in ("http", "https") and settings.host,
        f"EXCHANGE_BASE_URL: '{settings.base_url}' is not a web address like https://exchange.example.",
    )
    refuse_unless(
        settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")),
        "EXCHANGE_DATABASE_URL: write sqlite:///path or postgresql+psycopg://user@host/name.",
    )
    refuse_unless(len(settings.secret_key) >= 32, "EXCHANGE_SECRET_KEY: at least 32 characters.")
    refuse_unless(
        not settings.mail_url or urlsplit(settings.mail_url).scheme in ("smtp", "smtps", "smtp+starttls"),
        "EXCHANGE_MAIL_URL: write smtp://host:25, smtp+starttls://user:password@host:587 or smtps://….",
    )
    refuse_unless(
        not settings.translator or TRANSLATOR.fullmatch(settings.translator),
        "EXCHANGE_TRANSLATOR: write package.module:function.",
    )
    refuse_unless("@" in settings.mail_from, "EXCHANGE_MAIL_FROM: not a mail address.")
    refuse_unless(0 <= settings.trusted_proxies <= 5, "EXCHANGE_TRUSTED_PROXIES: a number from 0 to 5.")
    refuse_unless(
        settings.time_zone in available_timezones(),
        f"EXCHANGE_TIME_ZONE: '{settings.time_zone}' is no zone like UTC or Europe/Berlin.",
    )
    refuse_unless(0 <= settings.reply_days <= 60, "EXCHANGE_REPLY_DAYS: a number from 0 to 60.")
    refuse_unless(1 <= settings.web_processes <= 64, "EXCHANGE_WEB_PROCESSES: a number from 1 to 64.")
    refuse_unless(31 <= settings.reads_days <= 3650, "EXCHANGE_READS_DAYS: a number from 31 to 3650.")
    refuse_unless(3 <= settings.claim_days <= 365, "EXCHANGE_CLAIM_DAYS: a number from 3 to 365.")
    for name in POSTS:
        refuse_unless(
            0 <= getattr(settings, name) <= 1000, f"EXCHANGE_{name.upper()}: a number from 0 to 1000."
        )
    for name in DAYS:
        least = 0 if name == "tell_city_days" else 1
        refuse_unless(
            least <= getattr(settings, name) <= 3650,
            f"EXCHANGE_{name.upper()}: a number of days from {least} to 3650.",
        )
    return settings


def refuse_unless(sensible, message):
    if not sensible:
        raise BadSetting(message)
