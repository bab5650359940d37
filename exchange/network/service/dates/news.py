"""News items: proposed, read by a moderator, public. The caller commits."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.network.models.dates import NewsItem
from exchange.network.service import vetted, vetting
from exchange.practices.service import NotAllowed

KIND = "news"
PER_PAGE = 20
EMPTY = {
    "title": "",
    "language": "en",
    "day": "",
    "text": "",
    "topics": [],
    "city": "",
    "partner": "",
    "source": "",
}


def propose(content, by, item=None, base=None, code=""):
    """(item, VettedText or None). Raises NotAllowed, or vetting.Meanwhile when it was changed meanwhile."""
    if not vetted.may_propose(by):
        raise NotAllowed("officials, editors of partners and moderators propose news")
    if item is None:
        item, _is_new = vetted.begin(NewsItem, by, code)
    if not vetted.may_change(KIND, item, by):
        raise NotAllowed("whoever belongs to a piece of news changes it")
    return item, vetting.propose(KIND, item.public_id, {**EMPTY, **content}, by, base)


def publish(public_id, content, _text):
    item = find(public_id)
    vetted.fill(item, KIND, content)
    item.day = content["day"]
    item.city = accounts.find_city(content["city"]) if content["city"] else None
    item.city_id = item.city.id if item.city else None


def hide(public_id):
    vetted.empty(find(public_id), KIND)


def find(public_id):
    return vetted.find(NewsItem, public_id)


def latest(page=1, topic="", per_page=PER_PAGE):
    """([NewsItem], how many in all), the latest first."""
    those = select(NewsItem).where(NewsItem.shown())
    if topic:
        those = those.where(vetted.about(KIND, NewsItem, topic))
    total = db.session.scalar(select(func.count()).select_from(those.subquery()))
    order = NewsItem.day.desc(), NewsItem.published_at.desc(), NewsItem.id.desc()
    rows = those.order_by(*order).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def last_change():
    """When a public item was let through last; None without any. It never goes back when one is hidden."""
    return db.session.scalar(select(func.max(NewsItem.changed_at)))


def path_of(public_id, title):
    return vetted.path("news", public_id, title)


def lines(content):
    return [
        vetting.Line(_l("Title"), content["title"]),
        vetting.Line(_l("Day"), content["day"]),
        vetting.Line(_l("Text"), content["text"], is_long=True),
        vetting.Line(_l("City"), vetted.city_words(content["city"])),
        vetting.Line(_l("Partner"), vetted.partner_words(content["partner"])),
        vetting.Line(_l("Topics"), vetted.topic_words(content["topics"])),
        vetting.Line(_l("Source"), content["source"]),
    ]


vetting.register(
    vetting.Kind(
        KIND,
        _l("News"),
        publish=publish,
        hide=hide,
        title=lambda content: content["title"],
        lines=lines,
        path=lambda thing, content: path_of(thing, content["title"]),
        edit_path=lambda thing: f"/news/{thing}/edit",
    )
)
