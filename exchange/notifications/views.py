"""The log of letters, for administrators: looked through, read where that is harmless, sent again."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from exchange.core.forms import Form, tidy
from exchange.core.models import db
from exchange.core.pages import page_count, page_number
from exchange.core.web import error_page, notice, require
from exchange.notifications import log
from exchange.notifications.models import STATES
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of

notifications = Blueprint("notifications", __name__)
IN_WORDS = {
    "waiting": _l("Waiting"),
    "put off": _l("Put off"),
    "sent": _l("Sent"),
    "failed": _l("Failed"),
    "bounced": _l("Came back"),
}
KINDS = {
    "link": _l("Link that works once"),
    "known-address": _l("Account known already"),
    "address-changed": _l("Address changed"),
    "membership-asked": _l("Request to work for a city"),
    "membership-decided": _l("Answer to such a request"),
    "submitted": _l("Case received"),
    "case-waits": _l("Case waits"),
    "taken": _l("Case being read"),
    "changes": _l("Changes asked for"),
    "approved": _l("Case approved"),
    "published": _l("Case published"),
    "rejected": _l("Case not taken"),
    "withdrawal-asked": _l("Withdrawal asked"),
    "withdrawn": _l("Case withdrawn"),
    "word-proposed": _l("Word proposed"),
    "word-decided": _l("Answer to a proposed word"),
    "evaluation-added": _l("Evaluation added"),
    "evaluation-decided": _l("Answer to an evaluation"),
    "assigned": _l("Case given to review"),
    "batch-opened": _l("Batch opened"),
    "batch-city": _l("A batch’s cases about a city"),
    "batch-approved": _l("Batch approved"),
    "claims-end": _l("Claim ends soon"),
    "claims-lapsed": _l("Review given back"),
    "reviews-due": _l("Reviews due"),
    "mending-due": _l("Changes due"),
    "translation-waits": _l("Translation waits"),
    "translation-decided": _l("Answer to a translation"),
    "merged": _l("Cases merged"),
    "clearance": _l("Text to be cleared"),
    "clearance-answer": _l("Answer to a clearance"),
    "colleague": _l("Question to a colleague"),
    "colleague-answered": _l("Answer of a colleague"),
    "city-notice": _l("Case about a city"),
    "city-word": _l("Word of a city"),
    "case-disputed": _l("Case disputed by a city"),
    "held-back": _l("Case held back"),
    "held-no-more": _l("Case held back no more"),
    "due-set": _l("Due date set"),
    "city-took-over": _l("Case taken over"),
    "city-replied": _l("Reply of a city"),
    "freshness": _l("Question whether a case still holds"),
    "freshness-answer": _l("Answer whether a case still holds"),
    "case-invitation": _l("Invitation to a case"),
    "invitation-answered": _l("Answer to an invitation"),
    "handed-on": _l("Case handed on"),
    "left-case": _l("Someone left a case"),
    "noted": _l("Note on a draft"),
    "part-changed": _l("Part in a case changed"),
    "shared-draft": _l("Draft shared"),
    "appeal-asked": _l("Appeal"),
    "appeal-decided": _l("Answer to an appeal"),
    "planned": _l("Date of publication"),
    "restored": _l("Case restored"),
    "challenge-answered": _l("Answer to a challenge"),
    "challenge-commented": _l("Comment on a challenge"),
    "answer-helped": _l("Answer that helped"),
    "challenge-closed": _l("Outcome of a challenge"),
    "question-put": _l("Support question"),
    "question-unplaced": _l("Question for which nobody was found"),
    "question-replied": _l("Reply to a question"),
    "question-agreed": _l("Agreement to publish a question"),
    "question-closed": _l("Question closed"),
    "reported": _l("Something was reported"),
    "report-decided": _l("Answer to a report"),
    "hidden": _l("Something was hidden"),
    "shown-again": _l("Something is shown again"),
    "hiding-appealed": _l("Appeal against a hiding"),
    "hiding-upheld": _l("Answer to such an appeal"),
    "text-waits": _l("Text to be read by a moderator"),
    "text-decided": _l("Answer to a proposed text"),
    "editor-named": _l("Named as editor of a partner"),
    "transfer-recorded": _l("Adoption recorded"),
    "transfer-answered": _l("Answer to a recorded adoption"),
    "message": _l("Message from a person"),
    "followed": _l("News of what one follows"),
    "alert-confirm": _l("Saved search to be confirmed"),
    "alert": _l("New to a saved search"),
    "digest": _l("Daily letter"),
}


def init_app(app):
    app.register_blueprint(notifications)


@notifications.get("/letters")
def letters():
    require(current_user.is_authenticated and current_user.is_admin)
    wish = read_wish(request.args)
    found, total, page = log.letters(wish)
    counts, first = log.counts(), (page - 1) * log.PAGE + 1
    return render_template(
        "notifications/letters.html",
        wish=wish,
        letters=found,
        tabs_of=[
            ("", _("All"), sum(counts.values()), address(state="")),
            *((one, words, counts[one], address(state=one)) for one, words in IN_WORDS.items()),
        ],
        kinds=[(kind, KINDS.get(kind, kind)) for kind in log.kinds()],
        names=KINDS,
        states=IN_WORDS,
        total=total,
        page=page,
        pages=page_count(total, log.PAGE),
        first=first,
        last=first + len(found) - 1,
        page_address=lambda number: address(page=number),
        form=Form(formdata=None),
    )


@notifications.get("/letters/<int(max=2147483647):letter_id>")
def letter(letter_id):
    found = known_letter(letter_id)
    why_not = log.may_be_read(found, current_user)
    things = None if why_not else things_of(found)
    subject, text = words_of(found, things) if things else ("", "")
    return render_template(
        "notifications/letter.html",
        letter=found,
        why_not=why_not,
        subject=subject,
        text=text,
        kind=KINDS.get(found.kind, found.kind),
        states=IN_WORDS,
    )


@notifications.post("/letters/<int(max=2147483647):letter_id>/sending")
def sending(letter_id):
    found = known_letter(letter_id)
    try:
        log.send_again(found, current_user)
    except log.NotFailed as refusal:
        db.session.rollback()
        if refusal.args[0] == "sent":
            return error_page(409, message=_("This letter has arrived meanwhile; it is not sent again."))
        notice(_("The letter waits already; it goes within a minute."))
        return back(found)
    db.session.commit()
    notice(_("The letter goes again, within a minute, to %(address)s.", address=found.address))
    return back(found)


def known_letter(letter_id):
    require(current_user.is_authenticated and current_user.is_admin)
    found = log.find(letter_id)
    require(found is not None)
    return found


def back(letter):
    return redirect(url_for("notifications.letter", letter_id=letter.id), 303)


def read_wish(args):
    """What the address asks for; what makes no sense is left out."""
    return log.Wish(
        state=args["state"] if args.get("state") in STATES else "",
        kind=(tidy(args.get("kind")) or "")[:40],
        words=(tidy(args.get("q")) or "")[:100],
        since=day_of(args.get("since")),
        until=day_of(args.get("until")),
        page=page_number(args.get("page")),
    )


def day_of(text):
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1970 < day.year < 9000 else None


def address(**changed):
    """The address of the log as it is asked for now, with some of it changed; the page starts anew."""
    kept = {name: request.args.get(name) for name in ("state", "kind", "q", "since", "until")}
    asked = {name: value for name, value in {**kept, **changed}.items() if value}
    return url_for("notifications.letters", **asked)
