"""The command `exchange`. Each command works on one installation and says plainly what is wrong."""

import io
import os
import sys
from functools import wraps

import click
from flask import current_app

from exchange import config


class Complaint(click.ClickException):
    """A sentence for the person at the keyboard; exit status 1."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main():
    """The Exchange: cities tell each other what works."""


def on_installation(command):
    """Run a command inside the application; settings that make no sense are told, not raised."""

    @wraps(command)
    def wrapped(*args, **kwargs):
        from exchange import create_app

        try:
            app = create_app()
        except config.BadSetting as error:
            raise Complaint(str(error)) from error
        with app.app_context():
            return and_close(command, *args, **kwargs)

    return wrapped


def and_close(command, *args, **kwargs):
    """Run it and let go of the database, whose refusals are told in a line."""
    from sqlalchemy.exc import OperationalError

    from exchange.core.models import db

    try:
        return command(*args, **kwargs)
    except OperationalError as error:
        raise Complaint(f"The database does not answer: {' '.join(str(error.orig).split())}") from error
    finally:
        db.session.remove()
        db.engine.dispose()


def on_ready_database(command):
    """The same, where the database must have its newest shape."""

    @wraps(command)
    def wrapped(*args, **kwargs):
        from exchange.core import schema

        if schema.pending():
            raise Complaint("The database waits for its migrations: run `exchange migrate` first.")
        return command(*args, **kwargs)

    return on_installation(wrapped)


def or_try_later(command):
    """Whatever hinders it ends with status 75, at which a mail server keeps the mail and tries again."""

    @wraps(command)
    def wrapped(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except Complaint as complaint:
            complaint.exit_code = os.EX_TEMPFAIL
            raise

    return wrapped


# Serving


def told_to_settings(port):
    """The address that pages and letters name goes by this port, in the processes started from here too."""
    os.environ["PORT"] = str(port)
    return port


@main.command()
@click.option("--demo", is_flag=True, help="Set up and show the demonstration; loopback only.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="PORT",
    default=8000,
    show_default=True,
    is_eager=True,
    callback=lambda _context, _option, port: told_to_settings(port),
)
@on_installation
def serve(demo, host, port):
    """Serve the web pages and do the work behind them, supervised together."""
    from exchange.cli import demonstration, supervisor
    from exchange.core import schema

    settings = current_app.config["SETTINGS"]
    if demo:
        if not settings.on_loopback or host not in ("127.0.0.1", "localhost", "::1"):
            raise Complaint("The demonstration is served on loopback only; use `exchange setup` instead.")
        demonstration.prepare()
    elif schema.pending():
        raise Complaint("The database waits for its migrations: run `exchange migrate` first.")
    with supervisor.bound_socket(host, port) as socket:
        click.echo(f"{settings.site_name} is open at {settings.base_url}  (stop with Ctrl-C)")
        if demo:
            demonstration.print_links()
        sys.stdout.flush()
        supervisor.supervise(socket, settings.web_processes)


@main.command(hidden=True)
@click.option("--fd", type=int, required=True)
@on_installation
def web(fd):
    """One web process on an inherited socket (started by serve)."""
    from exchange.cli import supervisor

    supervisor.serve_web(current_app._get_current_object(), fd)


@main.command()
@click.option("--once", is_flag=True, help="Do what waits now, then stop.")
@on_ready_database
def work(once):
    """Do the work behind the pages: index, letters, the clock."""
    from exchange.cli import supervisor, worker

    supervisor.follow_parent()
    done = worker.work_once() if once else worker.work_for_ever()
    if once:
        click.echo(f"{done} pieces of news dealt with.")


# The database


@main.command()
@click.argument("to", default="head")
@on_installation
def migrate(to):
    """Bring the database to its newest shape and words (or to a revision, or `base`)."""
    from alembic.util import CommandError

    from exchange.core import schema
    from exchange.core.models import db
    from exchange.taxonomy.seed import seed_vocabulary

    try:
        schema.migrate(to)
    except CommandError as error:
        raise Complaint(str(error)) from error
    if not schema.pending():
        seed_vocabulary()
        db.session.commit()
    click.echo(f"The database stands at: {to}.")


@main.command()
@on_ready_database
def seed():
    """Fill an empty installation with the demonstration; loopback only."""
    from exchange.cli import demonstration

    if not current_app.config["SETTINGS"].on_loopback:
        raise Complaint("Demonstration cases do not belong on a named host.")
    click.echo("Seeded." if demonstration.seed() else "There are people or cases here already: nothing done.")


@main.command()
@click.option("--email", prompt="Mail address of the first administrator")
@click.option("--name", prompt="Their name")
@on_installation
def setup(email, name):
    """Set up a real network: empty, with its vocabulary and its first administrator."""
    from exchange.cli import people

    click.echo(people.set_up(email, name))


@main.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check every line, write nothing.")
@click.option("--approve-as", metavar="EMAIL", help="Record this moderator's approval of each case (JSON).")
@click.option("--city", metavar="SLUG", help="Whose cases the rows of a table are.")
@click.option("--batch", metavar="NAME", help="The batch that the rows of a table belong to.")
@click.option("--as", "as_", metavar="EMAIL", help="Who writes them; else the city's admin, or the sender.")
@click.option("--language", metavar="CODE", help="Of rows that name none.")
@on_ready_database
def import_(file, dry_run, approve_as, **where):
    """Take in case studies; safe to repeat.

    A file with one JSON record a line becomes cases that wait for review; the rows of a CSV or XLSX file
    become drafts of a city or a batch.
    """
    from exchange.cli import importing, tables

    if tables.is_table(file.name):
        lines, good = tables.import_table(file.read(), dry_run=dry_run, **where)
        click.echo("\n".join(lines))
        sys.exit(0 if good else 1)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape")
    report = importing.import_lines(text, approve_as=approve_as, dry_run=dry_run)
    click.echo(report.summary())
    sys.exit(1 if report.problems else 0)


@main.command()
@click.option("--verify", is_flag=True, help="Compare index and table; change nothing.")
@on_ready_database
def reindex(verify):
    """Build the search index anew beside the old one, then swap."""
    from exchange.cli import indexing

    if not verify:
        click.echo(indexing.rebuild())
    elif differences := indexing.differences():
        raise Complaint(differences)
    else:
        click.echo("Index and table agree.")


@main.command()
@on_installation
def doctor():
    """Check this installation, and say how to mend what is wrong."""
    from exchange.cli import doctor as checks
    from exchange.core.models import reading

    with reading():
        sys.exit(checks.report())


# Cities


@main.group()
def cities():
    """The cities of the network: take in a table of members."""


@cities.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--as", "as_", metavar="EMAIL", required=True, help="The coordinator who answers for it.")
@click.option("--dry-run", is_flag=True, help="Check every row, write nothing.")
@on_ready_database
def import_cities(file, as_, dry_run):
    """Take in a CSV or XLSX file, one city a row, with the columns of /cities.csv; safe to repeat.

    Needed are name and country; empty cells leave what stands. Further columns are those of a city's profile:
    name_en, about_en, population_source, area, area_year, area_source, website, power_housing and so on.
    """
    from exchange.cli import cities as table

    told, good = table.import_table(file.read(), as_, dry_run)
    click.echo("\n".join(told))
    sys.exit(0 if good else 1)


# Rates


@main.group()
def rates():
    """Yearly rates to the euro, by which costs are also shown in euros."""


@rates.command("import")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option("--dry-run", is_flag=True, help="Check every line, write nothing.")
@on_ready_database
def import_rates(file, dry_run):
    """Take in a CSV file with the columns currency, year, per_euro (units per euro), source."""
    from exchange.cli import rates as table

    told, refused = table.import_file(file, dry_run)
    click.echo("\n".join(told))
    sys.exit(1 if refused else 0)


@rates.command("list")
@on_ready_database
def list_rates():
    """Print the rates that were imported."""
    from exchange.cli import rates as table

    click.echo("\n".join(table.listed()))


# People


@main.group()
def user():
    """People: add, give a role, make a sign-in link."""


@user.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--city", help="The slug of the city they work for.")
@click.option("--city-admin", is_flag=True)
@on_ready_database
def add_user(email, name, city, city_admin):
    """Add a person; they choose a password after signing in with a link."""
    from exchange.cli import people

    click.echo(people.add(email, name, city, city_admin))


@user.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice(["expert", "moderator", "coordinator", "admin"]))
@click.option("--revoke", is_flag=True)
@on_ready_database
def set_role(email, role, revoke):
    """Give a role, or take it away."""
    from exchange.cli import people

    click.echo(people.set_role(email, role, revoke))


@user.command("sign-in-link")
@click.argument("email")
@on_ready_database
def sign_in_link(email):
    """Print a link that signs this person in once, within 30 minutes."""
    from exchange.cli import people

    click.echo(people.sign_in_link(email))


# Letters


@main.group()
def mail():
    """Letters: try the mail server, take in what came back."""


@mail.command("test")
@click.argument("address")
@on_installation
def mail_test(address):
    """Send a test letter to ADDRESS now, and say step by step what worked."""
    from exchange.cli import mail as letters

    letters.test(address)


@mail.command("bounces")
@click.argument("files", nargs=-1, required=True, type=click.File("rb"), metavar="FILE...")
@or_try_later
@on_ready_database
def mail_bounces(files):
    """Take in reports of letters that came back: a mail each FILE, or - from a mail server's pipe."""
    from exchange.cli import mail as letters

    letters.take_bounces(files)


if __name__ == "__main__":
    main()
