"""The shape of the database: models and migrations agree, and every step goes up, down and up."""

from exchange.core import schema
from exchange.core.models import db
from tests import cast


def test_no_model_was_changed_without_a_migration(app):
    with app.app_context():
        assert schema.differences() == []


def test_every_migration_goes_down_and_up_again(app):
    with app.app_context():
        cast.draft(cast.ana())
        db.session.commit()
        db.session.remove()
        schema.migrate("base")
        assert schema.pending()
        schema.migrate()
        assert not schema.pending() and schema.differences() == []
