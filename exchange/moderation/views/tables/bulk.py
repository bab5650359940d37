"""One act on many imported cases, chosen on the desk."""

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from exchange.core.models import db
from exchange.core.web import notice, require
from exchange.moderation import queries, service
from exchange.moderation.forms import desk as forms
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS, explained
from exchange.moderation.views.review.desk import desk_page, read_wish
from exchange.taxonomy import service as taxonomy

MOST = 50
STEP = 100


@moderation.post("/review/bulk")
def bulk():
    """Each case by itself: what could not be done is listed with its reason and stays chosen."""
    require(current_user.is_authenticated and current_user.is_moderator)
    form = forms.BulkForm()
    if form.everything.data:
        return everything(form)
    seen = chosen()
    if not form.validate() or not 0 < len(seen) <= MOST:
        problem = "" if form.errors else told_to_choose(len(seen))
        return desk_page(422, bulk=form, problem=problem, ticked=ids_of(seen))
    done, refused, answer = dealt_with(form, seen)
    if answer:
        return answer
    sentence = said_of(form.act.data, len(done))
    if not refused:
        notice(sentence)
        return redirect(url_for("moderation.desk", tab=request.form.get("tab") or None), 303)
    left = reasons_of(refused)
    return desk_page(409, bulk=form, problem=sentence, left=left, ticked=[one.id for one, _why in left])


def dealt_with(form, seen):
    """(reviews done, refused ones, None), committed; or the answer that says why nothing was done."""
    try:
        done, refused = service.in_bulk(form.act.data, seen, current_user, form.reason.data or "")
    except REFUSALS as error:
        db.session.rollback()
        status, sentence = explained(error)
        form.reason.errors = [_("Give a reason.")] if isinstance(error, service.ReasonMissing) else []
        return [], [], desk_page(status, bulk=form, problem=sentence, ticked=ids_of(seen))
    db.session.commit()
    return done, refused, None


def reasons_of(refused):
    return [(review, explained(error)[1]) for review, error in refused]


# All that match


def everything(form):
    """The next step of one act on all imports that the filter matched; the page says how many are to go."""
    wish, (after, up_to) = read_wish(taxonomy.topics()), form.stretch
    found = queries.next_imports(current_user, wish, after, up_to, STEP)
    if not form.validate() or not found:
        problem = "" if form.errors else _("None of them waits any more.")
        return desk_page(422, bulk=form, problem=problem)
    last = found[-1].id
    done, refused, answer = dealt_with(form, [(one, one.revision.content_hash) for one in found])
    if answer:
        return answer
    to_go, _last = queries.count_imports(current_user, wish, last, up_to)
    sentence = said_of(form.act.data, len(done))
    if not (to_go or refused):
        notice(sentence)
        return redirect(url_for("moderation.desk", tab=request.form.get("tab") or None), 303)
    form.after.data = str(last)
    on = {"number": min(STEP, to_go), "to_go": to_go} if to_go else None
    return desk_page(409 if refused else 200, bulk=form, problem=sentence, left=reasons_of(refused), go_on=on)


# Those that were ticked


def chosen():
    """[(review, hash of the text that stood on the desk)] of what was ticked and may be read."""
    pairs = [value.partition(":")[::2] for value in dict.fromkeys(request.form.getlist("case"))]
    hashes = {forms.number_in(number): text for number, text in pairs}
    found = queries.readable(list(hashes)[: MOST + 1], current_user)
    return [(review, hashes[review.id]) for review in found]


def ids_of(seen):
    return [review.id for review, _hash in seen]


def told_to_choose(count):
    if count:
        return _("At most %(most)s at a time.", most=MOST)
    return _("Tick the cases first.")


def said_of(act, count):
    if act == "take":
        return ngettext("1 case is yours to review.", "%(num)s cases are yours to review.", count)
    if act == "approve":
        return ngettext("1 case is approved and public.", "%(num)s cases are approved and public.", count)
    return ngettext("1 case is rejected.", "%(num)s cases are rejected.", count)
