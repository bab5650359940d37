"""What the tests of collections, follows and comparisons play with."""

from exchange.core.models import db
from exchange.network.models.kept import Collection
from exchange.network.service import vetting
from exchange.network.service.kept import collections, follows, publishing
from exchange.network.service.talk import reports
from tests import cast

WORDS = {
    "title": "Streets on trial",
    "introduction": "Try first, **decide later**.",
    "language": "en",
    "city_id": None,
}


def made(by, *cases, note="Look at who decided.", **words):
    """A collection with these practices in it, each with the note."""
    found = collections.make(by, {**WORDS, **words})
    for practice in cases:
        collections.add(found, by, practice.public_id, note)
    db.session.flush()
    return found


def let_through(collection, bruno):
    """Its owner proposes it, Bruno reads it, everyone may."""
    publishing.publish(collection, collection.by)
    vetting.let_through(vetting.working("collection", collection.public_id), bruno)
    return collection


def three(ana, bruno):
    """Three public cases that differ in some things."""
    return (
        cast.published(ana, bruno, title="A charge with a trial"),
        cast.published(ana, bruno, title="A bus of its own", stage="completed", end="2020", scale="district"),
        cast.published(
            ana, bruno, title="A court that said no", stage="discontinued", end="2021", costs=COSTS
        ),
    )


COSTS = [{"kind": "setup", "item": "Signs", "amount": "1200000", "currency": "EUR", "price_year": "2019"}]


def access(people, public):
    """Arguments for the addresses of what people keep, in the table of access."""
    ana, bruno = people["author"], people["moderator"]
    shared = made(ana, public, city_id=cast.find_city("porto").id)
    let_through(shared, bruno)
    empty = made(ana, title="Empty", city_id=cast.find_city("porto").id)
    for user in people.values():
        if user.verified_at:
            follows.follow(user, "city", "porto")
    token = follows.token_of(follows.find_follow(people["reader"], "city", "porto"))
    one = {"ref": shared.public_id}
    pages = ("collection", "changing_collection", "change_collection", "publish_collection")
    return {
        **{f"network.{name}": one for name in (*pages, "removing_collection", "remove_collection")},
        "network.change_entry": {**one, "code": public.public_id},
        "network.add_to_collection": {"ref": empty.public_id},
        "network.stop_following": {"token": token},
        "api.collection_json": one,
        "network.briefing_file": {},
    }


# Leaks


def leaking(mark, ana, bruno, public):
    """Collections that nobody else may read, marked in every text; one that everyone reads, changed since."""
    words = {"title": f"{mark}title", "introduction": f"{mark}introduction"}
    made(ana, public, note=f"{mark}private", **words)
    made(ana, public, note=f"{mark}team", city_id=cast.find_city("porto").id, **words)
    proposed = made(ana, public, note=f"{mark}proposed", **words)
    publishing.publish(proposed, ana)
    declined = made(ana, public, note=f"{mark}declined", **words)
    publishing.publish(declined, ana)
    vetting.decline(vetting.working("collection", declined.public_id), bruno, f"{mark}reason")
    hidden = let_through(made(ana, public, note=f"{mark}hidden", **words), bruno)
    reports.hide(hidden, bruno, f"{mark}reason")
    withdrawn = let_through(made(ana, public, note=f"{mark}withdrawn", **words), bruno)
    publishing.withdraw(withdrawn, ana)
    shown = let_through(made(ana, public, title="A visible collection", note="Visible."), bruno)
    collections.note(shown, ana, public.public_id, f"{mark}later")
    collections.change(shown, ana, {**words, "language": "en"})
    follows.follow(ana, "case", public.public_id)


def public_addresses(codes):
    """Every page of what people keep; `codes`: of all cases, whatever their state."""
    found = [one.public_id for one in db.session.query(Collection)]
    for code in found:
        ways = ("", "?as=everyone", "/change", "/removal", ".json")
        yield from (f"/collections/{code}{way}" for way in ways)
        yield from (f"/briefing?collection={code}", f"/briefing.docx?collection={code}")
    yield from ("/collections", "/collections?page=2", "/collections.json", "/account/follows")
    together = ",".join(codes)
    for ids in (*codes, *(",".join(codes[n : n + 6]) for n in range(0, len(codes), 6)), together):
        yield from (
            f"{page}?ids={ids}" for page in ("/compare", "/compare.csv", "/briefing", "/briefing.docx")
        )
    yield from (f"/collections/add?practice={code}" for code in codes)


def pages_of_owner():
    """What its owner, or a moderator, reads of those that nobody else does."""
    return [collections.path_of(one) for one in db.session.query(Collection)]
