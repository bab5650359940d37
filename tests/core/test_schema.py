"""The shape of the database: models and migrations agree, and every step goes up, down and up."""

from exchange.core import schema
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.search.models import Arrival
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


def test_what_is_public_when_saved_searches_come_is_news_to_nobody(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        first, second = (cast.published(ana, bruno, title=title) for title in ("First", "Second"))
        gone = cast.published(ana, bruno, title="Gone")
        practices.show(gone, "tombstone", bruno, "The city asked.")
        ids = [first.id, second.id]
        db.session.commit()
        db.session.remove()
        schema.migrate("0001")
        schema.migrate()
        rows = db.session.query(Arrival).order_by(Arrival.place)
        assert [(one.practice_id, one.number, one.first, one.place) for one in rows] == [
            (ids[0], 1, 1, 1),
            (ids[1], 1, 2, 2),
        ]
