"""Letters to those who follow a case, a city, a topic or a challenge: what is new, and how to stop.

Whom a piece of news concerns is asked again when its letter goes: whoever stopped meanwhile gets none, and
what nobody may read any more is told to nobody.
"""

from flask import current_app
from sqlalchemy import select

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.moderation.service.tables import batches
from exchange.network.service import vetting
from exchange.network.service.kept import follows
from exchange.network.service.talk import reports
from exchange.practices import service as practices
from exchange.practices.models import READABLE, WRITERS
from exchange.taxonomy import service as taxonomy

KIND = "followed"


def followers(news):
    """Each person once, but not whoever did it, nor who wrote it and hears of it anyway."""
    if travels_together(news):
        return []
    users = {one.user_id: one.user for one in follows.of_news(news)}
    know = {news.get("by_id"), *writers(news)}
    return [
        (user, user.email)
        for user in users.values()
        if user.is_active and user.verified_at and user.id not in know
    ]


def travels_together(news):
    """A batch of a thousand cases is not a thousand letters."""
    practice = practice_of(news)
    return news["act"] == "publish" and practice is not None and batches.travels_together(practice)


def writers(news):
    practice = practice_of(news)
    if practice:
        return {hand.user_id for hand in practice.authors if hand.role in WRITERS}
    return set(vetting.find(news["text"]).hands) if news["act"] == "publish text" else set()


def practice_of(news):
    kind, _colon, name = (news.get("subject") or "").partition(":")
    return practices.find(name) if kind == "practice" else None


LETTERS = {act: [(KIND, followers)] for act in follows.WATCHED}


def things_of(letter):
    """What its reader follows of it, what is new, and where; None when there is nothing left to tell."""
    mine = [one for one in follows.of_news(letter.details) if one.user_id == letter.user_id]
    told = news_of(letter.details, letter.language) if mine else None
    if told is None:
        return None
    base = current_app.config["SETTINGS"].base_url.rstrip("/")
    parts = follows.told(mine, letter.language)
    names = {
        one.id: thing.title if thing else one.thing for _kind, _label, rows in parts for one, thing in rows
    }
    stops = [(names[one.id], f"{base}/follows/{follows.token_of(one)}/stop") for one in mine]
    return {
        "user": letter.user,
        "follows": stops,
        "stop_address": stops[0][1],
        "list_address": f"{base}/account/follows",
        **told,
        "address": base + told["path"],
    }


def news_of(details, language):
    """title, path and what happened, of what everyone may read now; else None."""
    act, subject = details["act"], details["subject"]
    kind, _colon, name = subject.partition(":")
    if kind == "practice":
        return news_of_case(practices.find(name), details, language)
    if act == "publish text":
        return news_of_text(vetting.public(kind, name), language)
    found = reports.find(kind, int(name))
    thing = found[1] if found else None
    challenge = getattr(thing, "challenge", thing)
    if (
        thing is None
        or any(map(reports.hiding_of, {thing, challenge}))
        or getattr(thing, "taken_back_at", None)
    ):
        return None
    kind_of = reports.KINDS["challenge"]
    return {
        "what": "answer" if kind == "answer" else "outcome",
        "title": kind_of.title(challenge),
        "path": kind_of.path(challenge),
        "place": thing.city.label(language),
        "words": (thing.text if kind == "answer" else challenge.outcome)[:600],
    }


def news_of_case(practice, details, language):
    if practice is None:
        return None
    what = what_happened(practice, details)
    revision = practices.public_revision(practice)
    if practice.visibility == "tombstone":
        gone = details["act"] in ("make tombstone", "merge") and revision is not None
        if not gone:
            return None
    elif practice.visibility not in READABLE or revision is None:
        return None
    return {
        "what": what,
        "title": revision.title,
        "path": practices.path_of(practice, revision.title),
        "place": place_of(practice, language),
        "number": details.get("number"),
        "reason": practice.notice or ""
        if details["act"] in ("make archived", "make tombstone", "merge")
        else "",
    }


def what_happened(practice, details):
    if details["act"] == "publish":
        return "case" if details.get("number") == 1 else "version"
    return details["act"]


def place_of(practice, language):
    country = practice.city.country if practice.city else practice.country
    names = [practice.city.label(language) if practice.city else "", taxonomy.country_name(country, language)]
    return ", ".join(name for name in names if name)


def news_of_text(text, language):
    """An event, while it is public: the text that everybody reads now."""
    if text is None or text.kind not in vetting.KINDS:
        return None
    kind = vetting.KINDS[text.kind]
    city = db.session.scalar(select(City).where(City.slug == (text.content.get("city") or "")))
    return {
        "what": "event",
        "title": kind.title(text.content),
        "path": kind.path(text.thing, text.content),
        "place": city.label(language) if city else "",
        "when": text.content.get("start_day", ""),
    }
