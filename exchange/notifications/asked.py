"""Letters to people who are asked by a link, most of them without an account, and what they answered."""

from flask import current_app

from exchange.accounts.models import User
from exchange.core.models import db
from exchange.moderation.service.links import by_link, clearing, freshness, telling
from exchange.practices import service as practices

PATHS = {
    "clearance": "/clearance/",
    "colleague": "/answers/",
    "city-notice": "/confirm/",
    "freshness": "/confirm/",
}
TO_THE_ASKED = {"clearance", "colleague", "city-notice", "freshness"}  # letters that carry the link


def asked_person(news):
    """Whoever holds the link, while it takes an answer."""
    asked = by_link.of_details(news)
    if asked is None or asked.stands != "open":
        return []
    user_id = getattr(asked, "user_id", None)
    user = db.session.get(User, user_id) if user_id else None
    return [(user, user.email)] if user and user.is_active else [(None, asked.address)]


def path_for_city(practice, address):
    """Where the city has its word on this case: through the link of whoever was told, else as its admin."""
    token = telling.token_for(practice, address)
    return f"{PATHS['city-notice']}{token}" if token else f"/write/{practice.public_id}/preview"


def is_all_clear(news):
    """Whether the row has come to its end with the text as it stands."""
    practice = by_link.of_details(news).practice
    working = practices.working_revision(practice)
    return working is not None and clearing.standing(practice, working).is_clear


def speaks_of_asked(letter):
    return by_link.of_details(letter.details) is not None


def things_of(letter):
    """What such a letter speaks of, beside the case; None when its link takes no answer any more.

    A letter about a public case names its public title, whatever is being written meanwhile.
    """
    asked = by_link.of_details(letter.details)
    carries_link = letter.kind in TO_THE_ASKED
    if carries_link and asked.stands != "open":
        return None
    name, base = by_link.KINDS[type(asked)], current_app.config["SETTINGS"].base_url
    found = {
        "person": asked,
        "is_reminder": letter.details["act"].startswith("remind"),
        "link": f"{base}{PATHS[name]}{by_link.token_of(asked)}" if carries_link else "",
        "is_new_version": name == "city-notice" and asked.version > 1,
        "days_to_tell": current_app.config["SETTINGS"].tell_city_days,
    }
    public = practices.public_revision(asked.practice) if name == "freshness" else None
    if public:
        found |= {"revision": public, "true_on": freshness.last_true(asked.practice, public)}
        found["public_path"] = practices.path_of(asked.practice, public.title)
    return found
