"""The shape of the database over time: where it stands, what is pending, up and down."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from exchange.core.models import Base, db

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def migrate(to="head"):
    """Bring the database to a revision of its shape ('head', 'base', or an id), up or down."""
    with db.engine.begin() as connection:
        step = command.downgrade if to == "base" or is_older(connection, to) else command.upgrade
        step(alembic(connection), to)


def pending():
    """Whether migrations wait to be run."""
    with db.engine.connect() as connection:
        return standing(connection) != newest()


def differences():
    """Where the models of all rooms and the migrated database differ: empty, or a migration is missing."""
    with db.engine.connect() as connection:
        return compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )


def alembic(connection):
    found = Config()
    found.set_main_option("script_location", str(FOLDER))
    found.attributes["connection"] = connection
    return found


def standing(connection):
    return MigrationContext.configure(connection).get_current_revision()


def newest():
    return ScriptDirectory(str(FOLDER)).get_current_head()


def is_older(connection, wanted):
    script = ScriptDirectory(str(FOLDER))
    current = standing(connection)
    if wanted == "head" or current is None:
        return False
    return wanted in [revision.revision for revision in script.iterate_revisions(current, "base")]
