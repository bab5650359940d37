"""All that is public of events, news, partners and positions, for lists that know no kinds."""

from sqlalchemy import select

from exchange.core.models import db
from exchange.network.models.dates import Event, NewsItem
from exchange.network.models.partners import Partner
from exchange.network.models.positions import Position
from exchange.network.service.dates import events, news
from exchange.network.service.partners import partners
from exchange.network.service.positions import positions


def public_pages():
    """[(path, when its text was let through last)] of every public thing; nothing but titles is read."""
    found = [
        (partners.path_of(slug), changed_at)
        for slug, changed_at in rows(Partner, Partner.public_id, Partner.changed_at)
    ]
    for model, path_of in (
        (Event, events.path_of),
        (NewsItem, news.path_of),
        (Position, positions.path_of),
    ):
        titles = rows(model, model.public_id, model.content["title"].as_string(), model.changed_at)
        found += [(path_of(public_id, title), changed_at) for public_id, title, changed_at in titles]
    return found


def rows(model, *columns):
    return db.session.execute(select(*columns).where(model.shown()).order_by(model.id)).all()
