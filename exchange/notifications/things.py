"""What a letter speaks of, fetched when it goes, so that it says what is true then.

A kind that speaks of one thing alone has its line in `WHOLE`; the others gather what their news names,
part by part. A part that is None ends it: there is nothing left to tell.
"""

from flask import current_app
from flask_babel import Locale
from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.accounts.models import City, Membership, OneTimeLink
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.moderation.models import Evaluation, Review
from exchange.notifications import asked, drafting, following, ledger, outcomes, talking, vetted
from exchange.notifications.models import Letter
from exchange.notifications.recipients import batch_of, practice_of, reader_of_search
from exchange.notifications.wording import words_of
from exchange.practices import service as practices
from exchange.practices.models import READABLE, Practice, Translation
from exchange.search import alerts
from exchange.taxonomy import service as taxonomy


def things_of(letter):
    """Name → what the letter's template speaks of; None when there is nothing left to tell."""
    for speaks, tell in WHOLE:
        if speaks(letter):
            return tell(letter)
    found = {"user": letter.user}
    for speaks, tell in PARTS:
        if speaks(letter):
            more = tell(letter, found)
            if more is None:
                return None
            found |= more
    return found


# Letters that speak of one thing


def things_of_evaluation(letter, found):
    """Its proposer knows the public text alone, and no address when there is none any more."""
    practice = found["practice"]
    public = practices.public_revision(practice) if practice.visibility in READABLE else None
    return {
        "evaluation": db.session.get(Evaluation, letter.details["evaluation"]),
        "revision": public,
        "public_path": practices.path_of(practice, public.title) if public else "",
    }


def things_of_translation(letter, found):
    """Translators and their readers know the public text alone; without one there is nothing to tell."""
    practice = found["practice"]
    public = practices.public_revision(practice) if practice.visibility in READABLE else None
    if public is None:
        return None
    path = practices.path_of(practice, public.title)
    one = db.session.get(Translation, letter.details["translation"])
    return {"translation": one, "revision": public, "public_path": path}


def parts_of(ids):
    """(subject, text) of each letter that a daily one gathers and that still has something to tell."""
    parts = [db.session.get(Letter, one) for one in ids]
    told = [(part, things_of(part)) for part in parts if part]
    return [words_of(part, things, bare=True) for part, things in told if things]


def things_of_reviews(letter):
    """The cases that a reviewer still has, or that nobody has taken since they went back."""
    holder = None if letter.kind == "claims-lapsed" else letter.user_id
    reviews = db.session.scalars(
        select(Review)
        .where(
            Review.id.in_(letter.details["reviews"]),
            Review.closed_at.is_(None),
            Review.reviewer_id.is_(None) if holder is None else Review.reviewer_id == holder,
        )
        .order_by(Review.due_at, Review.id)
    ).all()
    return {"user": letter.user, "reviews": reviews} if reviews else None


def things_of_batch(letter, _found):
    """The batch; of a letter to a city also the city, and its cases with their addresses."""
    details = letter.details
    found = {"batch": batch_of(details), "number": details.get("number", 0)}
    if letter.kind == "batch-city":
        told = [db.session.get(Practice, one) for one in details["cases"]]
        found["city"] = db.session.get(City, details["city"])
        found["days_to_tell"] = current_app.config["SETTINGS"].tell_city_days
        titles = [practices.latest_revision(one).title for one in told]
        paths = [asked.path_for_city(one, letter.address) for one in told]
        found["cases"] = list(zip(titles, paths, strict=True))
    return found


def things_of_search(letter):
    search, details = alerts.of_news(letter.details), letter.details
    base = current_app.config["SETTINGS"].base_url
    if search and letter.kind == "alert-confirm" and not search.confirmed_at:
        return {"user": None, "confirm_address": f"{base}/alerts/{alerts.asking_token_of(search)}/confirm"}
    cases = alerts.cases_of(details.get("cases", ()))
    if not reader_of_search(details) or not (cases or details.get("more")):
        return None
    address = f"{base}/alerts/{alerts.token_of(search)}"
    return {
        "user": letter.user,
        "search": search,
        "search_address": base + alerts.path_of(search),
        "cases": [lines_of(practice, revision, letter.language) for practice, revision in cases],
        "more": details.get("more", 0),
        "change_address": address,
        "stop_address": f"{address}/stop",
    }


def lines_of(practice, revision, language):
    """What a list of cases says of one."""
    country = practice.city.country if practice.city else practice.country
    names = [practice.city.label(language) if practice.city else "", taxonomy.country_name(country, language)]
    return {
        "title": revision.title,
        "place": ", ".join(name for name in names if name),
        "at": revision.published_at,
        "language": language_name(revision.language, language),
        "path": practices.path_of(practice, revision.title),
    }


def language_name(written, language):
    """What the reader calls the language of a case; '' when it is the reader's own."""
    code = written.partition("-")[0].lower()
    known = Locale.parse(language).languages
    return known.get(code, written) if code != language else ""


def things_of_record(letter):
    found = ledger.things_of(letter.details)
    return {"user": letter.user, **found} if found else None


def names(key):
    """Whether a letter's news names such a thing."""
    return lambda letter: key in letter.details


def is_about(kind):
    return lambda letter: (letter.details.get("subject") or "").startswith(f"{kind}:")


def is_one_of(*kinds):
    return lambda letter: letter.kind in kinds


def comes_of(acts):
    return lambda letter: letter.details.get("act") in acts


WHOLE = (  # whether a letter is one of these, what it speaks of
    (is_one_of("alert", "alert-confirm"), things_of_search),
    (names("reviews"), things_of_reviews),
    (names("held"), outcomes.things_of_held),
    (is_one_of(following.KIND), following.things_of),
    (talking.speaks_of_talk, talking.things_of),
    (vetted.speaks_of_text, vetted.things_of),
    (comes_of(ledger.LETTERS), things_of_record),
    (drafting.is_stale, lambda _letter: None),
)


# Letters that gather what their news names


def link_of(letter, _found):
    link = db.session.get(OneTimeLink, letter.details["link_id"])
    if link is None or link.used_at or link.expires_at < now():
        return None
    return {"link": link, "token": accounts.token_of(link)}


def case_of(letter, _found):
    practice = practice_of(letter.details)
    revision = practices.latest_revision(practice)
    return {
        "practice": practice,
        "revision": revision,
        "public_path": practices.path_of(practice, revision.title),
    }


def review_of(letter, found):
    """The review; none to whoever does not have it any more, nor a date for one that is over."""
    review = db.session.get(Review, letter.details["review"])
    lost = letter.kind in ("assigned", "due-set") and review.reviewer_id != letter.user_id
    if lost or (letter.kind == "due-set" and review.closed_at):
        return None
    return {"review": review, **outcomes.things_of(review)}


PARTS = (  # in turn; a later one knows what the earlier ones found
    (names("link_id"), link_of),
    (
        names("membership"),
        lambda letter, _: {"member": db.session.get(Membership, letter.details["membership"])},
    ),
    (is_about("practice"), case_of),
    (names("evaluation"), things_of_evaluation),
    (asked.speaks_of_asked, lambda letter, _: asked.things_of(letter)),
    (is_about("batch"), things_of_batch),
    (names("translation"), things_of_translation),
    (names("letters"), lambda letter, _: {"parts": parts_of(letter.details["letters"])}),
    (
        is_one_of("word-proposed", "word-decided"),
        lambda letter, _: {"proposal": taxonomy.find_proposal(letter.details["word"])},
    ),
    (names("review"), review_of),
    (is_one_of("case-disputed"), lambda _, found: {"waits": moderation.open_review(found["practice"])}),
    (is_one_of("planned"), lambda _, found: {"plan": moderation.plan_of(found["revision"])}),
    (comes_of(drafting.LETTERS), lambda letter, _: drafting.things_of(letter.details)),
)
