"""What the tests of this room play with: more people, and cases brought to where a test begins."""

import threading

from sqlalchemy import select

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service
from exchange.practices import service as practices
from tests import cast

JUDGED = {"design": "before-after", "independence": "own"}


def dora(**more):
    """Dora coordinates."""
    return cast.person("Dora", "coordinator", **more)


def eva():
    """Eva is an expert reviewer."""
    return cast.person("Eva", "expert")


def milan():
    """Milan moderates too."""
    return cast.person("Milan", "moderator")


def submitted(ana, **answers):
    return service.submit(cast.draft(ana, **answers), ana)


def in_review(ana, bruno, **answers):
    review = submitted(ana, **answers)
    service.take(review, bruno)
    return review


def approved(ana, bruno, **answers):
    review = in_review(ana, bruno, **answers)
    service.decide(review, "approve", bruno, publish_now=False, **JUDGED)
    return review


def published(ana, bruno, **answers):
    review = in_review(ana, bruno, **answers)
    service.decide(review, "approve", bruno, **JUDGED)
    return review


def next_version(review, ana, **answers):
    """The author writes a newer text and submits it; returns its review."""
    draft = practices.next_draft(review.revision, ana)
    practices.save(draft, answers or {"objectives": "Even more people take part."}, {}, ana)
    return service.submit(draft, ana)


def imported(number=1, city=None, **answers):
    """A case as an import leaves it: no author, an origin, a text that fits no section."""
    revision = practices.begin(
        None, cast.find_city(city) if city else None, f"Imported case {number}", "es", "secretariat", "CO"
    )
    practice = revision.practice
    practice.origin_source, practice.origin_id = "library", str(number)
    practice.origin = {"url": f"https://library.example/{number}", "licence": "CC-BY-4.0"}
    practices.write(revision, {"story": "La comunidad decide.", **answers}, {})
    db.session.flush()
    return revision


def acts(like="%"):
    """What the audit holds, in its order: the acts whose names look like that."""
    found = select(AuditLine.act).where(AuditLine.act.like(like)).order_by(AuditLine.id)
    return db.session.scalars(found).all()


def both_at_once(app, *acts):
    """Run each act in a thread of its own, all at the same moment; returns what each returned or raised."""
    outcomes, start = [None] * len(acts), threading.Barrier(len(acts))

    def play(number, act):
        with app.app_context():
            start.wait()
            try:
                outcomes[number] = act()
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                outcomes[number] = error

    threads = [threading.Thread(target=play, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
