"""An upload is checked, and its drafts are made, a few rows at a time: in the request, then by the worker."""

from exchange.accounts.models import City
from exchange.core import journal
from exchange.core.i18n import speaking
from exchange.core.models import db
from exchange.moderation.bulk import checking
from exchange.moderation.bulk_models import Upload
from exchange.moderation.service.tables import batches, uploads

AT_ONCE = 25  # rows, between two commits


def go_on(news):
    """Handler of 'upload waits': the next rows; tells itself again while there are more."""
    upload = db.session.get(Upload, news["upload"])
    if upload is not None and advance(upload):
        journal.tell("upload waits", upload=upload.id)


def advance(upload):
    """Deal with the next rows under the upload's lock; returns whether there are more. The caller commits."""
    uploads.hold(upload)
    step = STEPS.get(upload.state)
    return step(upload) if step else False


def check_next(upload):
    found = uploads.next_rows(upload, "waiting", AT_ONCE)
    plan = plan_of(upload)
    with speaking(upload.language):
        for row in found:
            check_row(row, upload, plan)
    if len(found) == AT_ONCE:
        return True
    upload.state = "checked"
    return False


def plan_of(upload):
    cities = [upload.city] if upload.city else batches.cities_of(upload.batch)
    return checking.Plan(tuple(upload.mapping), tuple(cities), upload.told_language, upload.key_column)


def check_row(row, upload, plan):
    """Write down what the row says, what is wrong with it, and what would become of it."""
    found = checking.check(row.cells, plan)
    row.answers, row.key, row.city_id = found.answers, found.key, found.city.id if found.city else None
    db.session.flush()
    if found.key and found.city and (first := uploads.same_key(row)):
        found.problems.append([plan.key_column, checking.same_key_words(first), found.key])
    row.problems = found.problems
    row.state = "wrong" if found.problems else "good"
    if row.state == "good":
        known = uploads.taken(uploads.scope_of(upload.batch), row.city_id, row.key)
        row.outcome = uploads.outcome_of(known, row.answers, upload.owner)
        row.practice_id = known.practice_id if known else None


def make_next(upload):
    if not uploads.may_send(upload.owner, upload.city, upload.batch):
        upload.state = "checked"  # whose right ended, or whose batch was closed, meanwhile
        return False
    found = uploads.next_rows(upload, "good", AT_ONCE)
    for row in found:
        city = db.session.get(City, row.city_id)
        row.outcome, practice = uploads.take_row(row.answers, row.key, upload.owner, city, upload.batch)
        row.state, row.practice_id = "made", practice.id
    if len(found) == AT_ONCE:
        return True
    upload.state = "made"
    return False


STEPS = {"checking": check_next, "making": make_next}
