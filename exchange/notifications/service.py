"""Which news becomes which letter, to whom, and what it speaks of.

Two steps, so that nothing is lost and nothing is sent twice: news makes letter rows (unique by news
and recipient), and each row is handed to the mail server on its own, with its own tries (`posting`).
"""

import hashlib
import hmac
from functools import partial

from flask import current_app
from flask_babel import Locale
from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.accounts.models import City, Membership, OneTimeLink, RoleGrant, User
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.moderation.models import Evaluation, Review
from exchange.moderation.service.tables import batches
from exchange.notifications import asked, drafting, outcomes
from exchange.notifications.models import Letter
from exchange.notifications.wording import ASKED, MUST, words_of
from exchange.practices import service as practices
from exchange.practices.models import READABLE, WRITERS, Practice, Translation
from exchange.search import alerts
from exchange.taxonomy import service as taxonomy

# To whom


def owner_of_link(news):
    link = db.session.get(OneTimeLink, news["link_id"])
    return [] if link is None or link.used_at else [(link.user, link.email)]


def one_user(news):
    user = db.session.get(User, news["user_id"])
    return [(user, user.email)] if user and user.is_active else []


def assigned(news):
    """Whoever a case was given to, as long as she has it."""
    review = db.session.get(Review, news["review"])
    return people([review.reviewer]) if review.reviewer_id == news["to"] else []


def member_of(news):
    member = db.session.get(Membership, news["membership"])
    return people([member.user])


def deciders(news):
    """The admins of the city that was asked for; where it has none, the coordinators."""
    member = db.session.get(Membership, news["membership"])
    admins = db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.city_id == member.city_id, Membership.is_admin, Membership.state == "approved")
    ).all()
    return people(admins) or coordinators(news)


def coordinators(_news):
    return people(
        db.session.scalars(
            select(User).join(RoleGrant, RoleGrant.user_id == User.id).where(RoleGrant.role == "coordinator")
        ).all()
    )


def authors(news):
    """Whoever writes the case; commenters and viewers are not asked. A batch tells of its cases itself."""
    practice = practice_of(news)
    if news["act"] in TOLD_BY_BATCH and batches.travels_together(practice):
        return []
    return people([hand.user for hand in practice.authors if hand.role in WRITERS])


def other_authors(news):
    """Whoever writes the case, without the one whose own act it is."""
    return [(user, address) for user, address in authors(news) if user.id != news["by_id"]]


def authors_who_wait(news):
    """Nobody, when the approved case was published in the same breath: that letter says it all."""
    working = practices.working_revision(practice_of(news))
    return authors(news) if working and working.state == "approved" else []


def judges_of_appeal(news):
    return outcomes.judges_of_appeal(news, coordinators(news))


def proposer(news):
    """Whoever proposed an evaluation."""
    return people([db.session.get(Evaluation, news["evaluation"]).by])


def translators(news):
    """Whoever wrote on the translation."""
    return people(map(partial(db.session.get, User), translation_of(news).writers))


def readers_of_both(news):
    """The moderators who read both languages and wrote nothing of it; without any, the coordinators."""
    one = translation_of(news)
    source = practices.public_revision(one.practice)
    both = {one.language, source.language.split("-")[0].lower()} if source else {one.language}
    able = [user for user in moderators() if both <= set(user.reads) and user.id not in one.writers]
    return people(able) or coordinators(news)


def judges(news):
    """The moderators and coordinators who did not write the case."""
    practice = practice_of(news)
    return people(user for user in moderators() if not moderation.has_written(practice, user))


def moderators():
    granted = select(RoleGrant.user_id).where(RoleGrant.role.in_(("moderator", "coordinator")))
    return db.session.scalars(select(User).where(User.id.in_(granted)).order_by(User.id)).all()


def holder_of_review(news):
    """Whoever has the case, unless it was she who set the date."""
    reviewer = db.session.get(Review, news["review"]).reviewer
    return people([reviewer]) if reviewer and reviewer.id != news["by_id"] else []


def translation_of(news):
    return db.session.get(Translation, news["translation"])


def asked_reader(news):
    """An address without an account that is to confirm a search, or to be told nothing ever."""
    search = alerts.of_news(news)
    return [(None, search.address)] if search and not search.confirmed_at else []


def reader_of_search(news):
    search = alerts.of_news(news)
    if search is None or not search.is_running:
        return []
    return people([search.user]) if search.user_id else [(None, search.address)]


def proposer_of_word(news):
    """Whoever missed it."""
    return people([db.session.get(User, taxonomy.find_proposal(news["word"]).by_id)])


def owner_of_old_address(news):
    """Whoever had the address before: a change that they did not make must not go unseen."""
    user = db.session.get(User, news["user_id"])
    return [(user, news["old"])] if news.get("old") and user else []


def sender_of_batch(news):
    return people([batch_of(news).sender])


def city_of_batch(news):
    """The admins of the city whose cases came with a batch; where it has none, the coordinators."""
    return people(accounts.admins_of(news["city"])) or coordinators(news)


def batch_of(news):
    return batches.find(int(news["subject"].split(":")[1]))


def people(users):
    return [(user, user.email) for user in users if user.is_active and user.verified_at]


def practice_of(news):
    return db.session.scalar(select(Practice).where(Practice.public_id == news["subject"].split(":")[1]))


def authors_once_all_clear(news):
    return authors(news) if asked.is_all_clear(news) else []


LETTERS = {  # news → [(letter, to whom)]
    "link letter": [("link", owner_of_link)],
    "account letter": [("known-address", one_user)],
    "change address": [("address-changed", owner_of_old_address)],
    "ask membership": [("membership-asked", deciders)],
    "membership approved": [("membership-decided", member_of)],
    "membership declined": [("membership-decided", member_of)],
    "submit": [("submitted", authors), ("case-waits", coordinators)],
    "take": [("taken", authors)],
    "request changes": [("changes", authors)],
    "approve": [("approved", authors_who_wait)],
    "publish": [("published", authors)],
    "reject": [("rejected", authors)],
    "ask withdrawal": [("withdrawal-asked", coordinators)],
    "make tombstone": [("withdrawn", authors)],
    "make public": [("restored", authors)],
    "appeal": [("appeal-asked", judges_of_appeal)],
    "uphold": [("appeal-decided", authors)],
    "reopen": [("appeal-decided", authors)],
    "plan publication": [("planned", authors)],
    "cancel publication": [("planned", authors)],
    "accept evaluation": [("evaluation-decided", proposer), ("evaluation-added", authors)],
    "decline evaluation": [("evaluation-decided", proposer)],
    "remove evaluation": [("evaluation-decided", proposer)],
    "assign": [("assigned", assigned)],
    "claims end soon": [("claims-end", one_user)],
    "claims lapsed": [("claims-lapsed", one_user)],
    "reviews due": [("reviews-due", one_user)],
    "mending due": [("mending-due", authors)],
    "propose word": [("word-proposed", coordinators)],
    "proposal taken": [("word-decided", proposer_of_word)],
    "proposal declined": [("word-decided", proposer_of_word)],
    "submit translation": [("translation-waits", readers_of_both)],
    "publish translation": [("translation-decided", translators)],
    "ask translation": [("translation-decided", translators)],
    "reject translation": [("translation-decided", translators)],
    "remove translation": [("translation-decided", translators)],
    "merge": [("merged", authors)],
    "save search": [("alert-confirm", asked_reader)],
    "new cases": [("alert", reader_of_search)],
    "ask to clear": [("clearance", asked.asked_person)],
    "remind to clear": [("clearance", asked.asked_person)],
    "clear text": [("clearance-answer", authors_once_all_clear)],
    "object to text": [("clearance-answer", authors)],
    "send question": [("colleague", asked.asked_person)],
    "answer question": [("colleague-answered", authors)],
    "tell city": [("city-notice", asked.asked_person)],
    "endorsement confirmed": [("city-word", other_authors)],
    "endorsement disputed": [("city-word", other_authors), ("case-disputed", judges)],
    "endorsement ended": [("city-word", other_authors)],
    "text held back": [("held-back", one_user)],
    "text held no more": [("held-no-more", one_user)],
    "set due date": [("due-set", holder_of_review)],
    "take over": [("city-took-over", one_user)],
    "city replied": [("city-replied", coordinators), ("city-replied", authors)],
    "ask whether fresh": [("freshness", asked.asked_person)],
    "remind of freshness": [("freshness", asked.asked_person)],
    "freshness changed": [("freshness-answer", authors)],
    "freshness ended": [("freshness-answer", authors)],
    "freshness contact": [("freshness-answer", authors)],
    "freshness handed-over": [("freshness-answer", authors)],
    **drafting.LETTERS,
    "open batch": [("batch-opened", sender_of_batch)],
    "write to city": [("batch-city", city_of_batch)],
    "approve batch": [("batch-approved", sender_of_batch)],
}
TOLD_BY_BATCH = ("take", "approve", "publish")


ALWAYS = ASKED | {"alert-confirm", "alert"}  # what the reader asked for in so many words


def wants(user, kind):
    """Whether a person's preference lets this kind of letter through at all."""
    if user is None or kind in ALWAYS:
        return True
    return user.letters in ("all", "daily") or (user.letters == "must" and kind in MUST)


def may_wait(user, kind):
    """Whether it goes into the daily letter instead of going at once."""
    return user is not None and user.letters == "daily" and kind not in ALWAYS | MUST


def write_letters(news):
    """Make the letter rows of one piece of news; called twice, it makes them once."""
    for kind, recipients in LETTERS[news["act"]]:
        for user, address in recipients(news):
            key = f"{news['news_id']}:{kind}:{address}"
            if not wants(user, kind) or db.session.scalar(select(Letter.id).where(Letter.key == key)):
                continue
            db.session.add(
                Letter(
                    key=key,
                    kind=kind,
                    user_id=user.id if user else None,
                    address=address,
                    language=(user.language if user else None) or news.get("language") or "en",
                    details={k: v for k, v in news.items() if k not in ("news_id", "old")},
                    subject=news.get("subject"),
                    message_id=message_id(key),
                    for_digest=may_wait(user, kind),
                )
            )


def message_id(key):
    """The same letter has the same id for ever: a mail program shows a repeated one once.

    Nobody but its reader can know it, so that nobody else can say that the letter came back.
    """
    settings = current_app.config["SETTINGS"]
    digest = hmac.new(settings.secret_key.encode(), f"letter:{key}".encode(), hashlib.sha256).hexdigest()
    return f"<{digest[:32]}@{settings.host}>"


def follow_address(news):
    """Handler: letters that wait go to the address that was proven, what is no task as one daily letter."""
    user = db.session.get(User, int(news["subject"].removeprefix("user:")))
    waiting = select(Letter).where(
        Letter.user_id == user.id, Letter.sent_at.is_(None), Letter.kind.not_in(ASKED)
    )
    for letter in db.session.scalars(waiting.where(Letter.failed_at.is_(None), Letter.bounced_at.is_(None))):
        letter.address, letter.next_try_at = user.email, now()
        letter.for_digest = letter.kind not in ALWAYS | MUST


def things_of(letter):
    """What the letter speaks of, fetched when it goes, so that it says what is true then.

    None when nothing is left to tell: the search was stopped meanwhile, its cases are public no more.
    """
    details, found = letter.details, {"user": letter.user}
    if letter.kind in ("alert", "alert-confirm"):
        return things_of_search(letter)
    if "reviews" in details:
        return things_of_reviews(letter)
    if "held" in details:
        return outcomes.things_of_held(letter)
    if drafting.is_stale(letter):
        return None
    if "link_id" in details:
        found["link"] = db.session.get(OneTimeLink, details["link_id"])
        if found["link"] is None or found["link"].used_at or found["link"].expires_at < now():
            return None
        found["token"] = accounts.token_of(found["link"])
    if "membership" in details:
        found["member"] = db.session.get(Membership, details["membership"])
    if details.get("subject", "").startswith("practice:"):
        found["practice"] = practice_of(details)
        found["revision"] = practices.latest_revision(found["practice"])
        found["public_path"] = practices.path_of(found["practice"], found["revision"].title)
    if "evaluation" in details:
        found |= things_of_evaluation(found["practice"], details["evaluation"])
    if asked.speaks_of_asked(letter):
        if (more := asked.things_of(letter)) is None:
            return None
        found |= more
    if details.get("subject", "").startswith("batch:"):
        found |= things_of_batch(letter)
    if "translation" in details:
        return things_of_translation(found, details["translation"])
    if "letters" in details:
        found["parts"] = parts_of(details["letters"])
    if letter.kind in ("word-proposed", "word-decided"):
        found["proposal"] = taxonomy.find_proposal(details["word"])
    if "review" in details:
        found["review"] = db.session.get(Review, details["review"])
    if letter.kind in ("assigned", "due-set") and found["review"].reviewer_id != letter.user_id:
        return None
    if letter.kind == "due-set" and found["review"].closed_at:
        return None
    if letter.kind == "case-disputed":
        found["waits"] = moderation.open_review(found["practice"])
    if "review" in details:
        found |= outcomes.things_of(found["review"])
    if letter.kind == "planned":
        found["plan"] = moderation.plan_of(found["revision"])
    if details.get("act") in drafting.LETTERS:
        found |= drafting.things_of(details)
    return found


def things_of_evaluation(practice, number):
    """Its proposer knows the public text alone, and no address when there is none any more."""
    public = practices.public_revision(practice) if practice.visibility in READABLE else None
    return {
        "evaluation": db.session.get(Evaluation, number),
        "revision": public,
        "public_path": practices.path_of(practice, public.title) if public else "",
    }


def things_of_translation(found, number):
    """Translators and their readers know the public text alone; without one there is nothing to tell."""
    practice = found["practice"]
    public = practices.public_revision(practice) if practice.visibility in READABLE else None
    if public is None:
        return None
    path = practices.path_of(practice, public.title)
    one = db.session.get(Translation, number)
    return {**found, "translation": one, "revision": public, "public_path": path}


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


def things_of_batch(letter):
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
