"""Letters about texts that a moderator reads first: one waits, one was decided on; who edits a partner."""

from flask import current_app

from exchange.accounts.models import RoleGrant, User
from exchange.core.models import db
from exchange.network.service import vetting
from exchange.network.service.partners import partners

# To whom


def those_who_decide(news):
    """Coordinators who wrote nothing of it; without any, the moderators."""
    text = text_of(news)
    for role in ("coordinator", "moderator"):
        held = db.session.query(User).join(RoleGrant, RoleGrant.user_id == User.id).filter_by(role=role)
        found = [user for user in held.order_by(User.id) if vetting.may_decide(text, user) and user.is_active]
        if found:
            return [(user, user.email) for user in found]
    return []


def proposer(news):
    """Whoever proposed it last; not the moderator who hides a text of their own."""
    by = text_of(news).by
    is_told = by.id != news["by_id"] and by.is_active and by.verified_at
    return [(by, by.email)] if is_told else []


def editor(news):
    user = db.session.get(User, news["user_id"])
    return [(user, user.email)] if user and user.is_active and user.verified_at else []


def text_of(news):
    return vetting.find(news["text"])


LETTERS = {  # news → [(letter, to whom)]
    "propose text": [("text-waits", those_who_decide)],
    "publish text": [("text-decided", proposer)],
    "decline text": [("text-decided", proposer)],
    "hide text": [("text-decided", proposer)],
    "name editor": [("editor-named", editor)],
}


# What they speak of


def speaks_of_text(letter):
    return letter.details.get("act") in LETTERS


def things_of(letter):
    """The text and where it stands; None when it does not wait any more, or was decided on anew."""
    base, act = current_app.config["SETTINGS"].base_url, letter.details["act"]
    if act == "name editor":
        partner = partners.find(letter.details["subject"].partition(":")[2])
        if not partner.is_public:
            return None
        return {
            "user": letter.user,
            "partner": partner,
            "address": base + partners.path_of(partner.public_id),
        }
    text = text_of(letter.details)
    stands = {"propose text": "proposed", "publish text": "public", "decline text": "declined"}
    if text.state != stands.get(act, "hidden"):
        return None
    kind = vetting.KINDS[text.kind]
    is_public = text.state == "public"
    return {
        "user": letter.user,
        "text": text,
        "kind_name": kind.label,
        "title": kind.title(text.content),
        "is_change": any(one.id != text.id for one in vetting.history(text.kind, text.thing)),
        "address": base + (kind.path(text.thing, text.content) if is_public else f"/vetting/{text.id}"),
    }
