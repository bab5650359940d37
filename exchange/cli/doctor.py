"""`exchange doctor`: check this installation, and say of each fault how it is mended."""

import os
import shutil
import stat

import click
from flask import current_app
from sqlalchemy import func, select, text

from exchange.accounts.models import RoleGrant
from exchange.core import journal, schema
from exchange.core.models import db, now
from exchange.notifications import log as letters
from exchange.practices.models import Label
from exchange.search import alerts, indexing

LEAST_FREE = 500 * 1024 * 1024  # bytes
SPEAK_OF = 8


def report():
    """Print a line for each check; returns 0 when all are green, else 1."""
    faults = 0
    for name, check in CHECKS:
        fault = run(check)
        faults += bool(fault)
        click.echo(f"{'✗' if fault else '✓'} {name}" + (f": {fault}" if fault else ""))
    if not run(migrations):
        for line in (*about_index(), *waiting_letters()):
            click.echo(line)
    return 1 if faults else 0


def run(check):
    """What is wrong, or None. A check that itself falls over is a fault too."""
    try:
        return check()
    except Exception as error:
        db.session.rollback()
        return f"could not be checked: {' '.join(str(getattr(error, 'orig', error)).split())}"


def settings():
    return current_app.config["SETTINGS"]


def permissions():
    path = settings().instance / "secret_key"
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return f"others may read {path.name}: chmod 600 it"
    if not os.access(settings().instance, os.W_OK):
        return "the instance folder cannot be written to"
    return None


def base_url():
    if not settings().on_loopback and not settings().base_url.startswith("https:"):
        return "a named host is served without https: set EXCHANGE_BASE_URL to https://…"
    return None


def database():
    if db.session.scalar(text("SELECT 1")) != 1:
        return "does not answer"
    if db.engine.dialect.name == "sqlite":
        found = db.session.scalar(text("PRAGMA quick_check(1)"))
        if found != "ok":
            return f"SQLite says: {found}; restore a backup"
    return None


def migrations():
    return "some are pending: run `exchange migrate`" if schema.pending() else None


def disk():
    free = shutil.disk_usage(settings().instance).free
    return f"only {free // 2**20} MB are free" if free < LEAST_FREE else None


def clock():
    last = db.session.scalar(select(func.max(journal.AuditLine.at)))
    return f"the last act on record lies in the future ({last})" if last and last > now() else None


def index():
    if not indexing.is_readable():
        return "missing or broken: the worker builds it, or run `exchange reindex`"
    differences = indexing.verify()
    if differences:
        return f"cases that differ from the table: {len(differences):,}; see `exchange reindex --verify`"
    return None


def outbox():
    dead = journal.dead_letters()
    if dead:
        acts = ", ".join(f"{news.act} #{news.id}" for news in dead[:SPEAK_OF])
        return f"{len(dead)} pieces of news failed for good ({acts}); see their error in the table news"
    oldest = journal.oldest_waiting()
    if oldest and (now() - oldest).total_seconds() > 300:
        return f"news waits since {oldest:%Y-%m-%d %H:%M}: is the worker running?"
    return None


def mail():
    failing = letters.failing()
    if failing:
        last = failing[-1]
        return f"{len(failing)} letters could not be sent; the last error: {last.error}; see /letters"
    if not settings().mail_url and not settings().on_loopback:
        return "no mail server: set EXCHANGE_MAIL_URL; until then letters lie in instance/mail/"
    return None


def bounces():
    """A letter that came back is the business of whoever looks after addresses, until it is sent again."""
    if paused := letters.paused():
        return f"{paused} people have an address that no letter reaches; see /letters?state=bounced"
    if came_back := letters.bounced():
        last = came_back[-1]
        return f"{len(came_back)} letters came back; the last: {last.error}; see /letters?state=bounced"
    return None


def saved_searches():
    failing = alerts.failing()
    if failing:
        last = failing[-1].error.strip().splitlines()[-1]
        return f"{len(failing)} could not be looked at lately, and are tried again; the last error: {last}"
    return None


def demonstration():
    count = db.session.scalar(select(func.count(Label.id)).where(Label.kind == "demonstration"))
    if count and not settings().on_loopback:
        return f"{count} demonstration cases stand on a named host: start anew with `exchange setup`"
    return None


def administrator():
    found = db.session.scalar(select(RoleGrant.id).where(RoleGrant.role == "admin").limit(1))
    return None if found else "nobody is administrator: `exchange user role EMAIL admin`"


CHECKS = (
    ("permissions", permissions),
    ("address", base_url),
    ("database", database),
    ("migrations", migrations),
    ("disk", disk),
    ("clock", clock),
    ("administrator", administrator),
    ("index", index),
    ("outbox", outbox),
    ("mail", mail),
    ("bounces", bounces),
    ("saved searches", saved_searches),
    ("demonstration", demonstration),
)


def about_index():
    """How much the index holds, and since when it knows the names that one may search by."""
    if about := indexing.about():
        renewed = f"{about.named_at:%Y-%m-%d %H:%M} UTC" if about.named_at else "never"
        yield f"  the index: cases {about.cases:,}, segments {about.segments}, names renewed {renewed}"


def waiting_letters():
    """Where letters go when no server is named, and those on their way."""
    if not settings().mail_url:
        folder = settings().instance / "mail"
        count = len(list(folder.glob("*.eml"))) if folder.exists() else 0
        yield f"  letters are written to {folder}: {count} so far"
    for letter in letters.unsent()[:SPEAK_OF]:
        tries = f"{letter.tries} tries {letter.error or ''}".rstrip()
        yield f"  waiting: {letter.kind} to {letter.address}, {tries}"
