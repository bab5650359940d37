"""What reviewers say beside a text: remarks, answers to them, other words for it."""

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from exchange.core.forms import one_line, tidy
from exchange.core.models import db
from exchange.core.web import require
from exchange.moderation import service
from exchange.moderation.forms import desk as forms
from exchange.moderation.models import Comment, Suggestion
from exchange.moderation.views import moderation
from exchange.moderation.views.refusals import REFUSALS
from exchange.moderation.views.review.page import REVIEW, done, find_review, refused, review_page
from exchange.practices import schema

REMARK = REVIEW + "/comments/<int(max=2147483647):comment_id>"


@moderation.post(REVIEW + "/comments")
def comments(id):
    found = find_review(id)
    form = forms.CommentForm()
    if not form.validate():
        return review_page(found, 422, remark=form)
    try:
        service.comment(
            found,
            form.field.data or "",
            form.words.data,
            current_user,
            form.audience.data,
            form.blocking.data,
        )
    except REFUSALS as error:
        return refused(id, error, remark=form)
    return done(found, _("Your comment stands beside the field."), anchor=form.field.data)


@moderation.post(REMARK + "/answers")
def answers(id, comment_id):
    """The round on whose page it is written may be a later one than that of the remark."""
    found, remark = find_review(id), find_remark(comment_id)
    require(remark.review.practice_id == found.practice_id)
    form = forms.AnswerForm()
    form.to = comment_id
    if not form.validate():
        return review_page(found, 422, answer=form)
    try:
        service.answer(remark, form.words.data, current_user)
    except REFUSALS as error:
        return refused(id, error, answer=form)
    return done(found, _("Your answer stands beneath the comment."), anchor=remark.field)


@moderation.post(REMARK + "/resolution")
def resolution(id, comment_id):
    found, remark = find_review(id), find_remark(comment_id)
    require(remark.review_id == found.id and service.may_resolve(remark, current_user))
    service.resolve(remark, current_user)
    current = service.open_review(found.practice) or found
    return done(current, _("The comment is resolved."), anchor=remark.field)


def find_remark(comment_id):
    """A remark by its number; 404 for an answer to one."""
    remark = db.session.get(Comment, comment_id)
    require(remark is not None and remark.parent_id is None)
    return remark


# Other words


@moderation.post(REVIEW + "/suggestions")
def suggestions(id):
    found = find_review(id)
    require(service.may_suggest(found, current_user))
    form = forms.SuggestionForm()
    field = schema.FIELDS.get(form.field.data)
    form.typed = {name: request.form[name] for name in request.form if name.startswith("text")}
    changed = changed_places(found.revision, field) if field else []
    form.validate()
    form.problem = problem_of(changed, field) or " ".join(map(str, form.why.errors))
    if form.problem:
        return review_page(found, 422, suggestion=form)
    try:
        for row, part, words in changed:
            service.suggest(found, current_user, field.name, words, row, part, form.why.data or "")
    except REFUSALS as error:
        return refused(id, error, suggestion=form)
    sentence = ngettext(
        "Your wording goes to the authors.", "Your %(num)s wordings go to the authors.", len(changed)
    )
    return done(found, sentence, anchor=field.name)


def changed_places(revision, field):
    """(row, part, words) of every place where other words were sent than stand there."""
    found = []
    for row, part, _label, text in service.places(revision, field):
        typed = request.form.get(forms.control_name(row, part))
        words = one_line(typed) if asked_at(field, part).kind == "line" else tidy(typed)
        if typed is not None and words != tidy(text):
            found.append((row, part, words))
    return found


def asked_at(field, part):
    return field if part is None else next(one for one in field.parts if one.name == part)


def problem_of(changed, field):
    """What keeps these words from being suggested, as a sentence; '' when nothing does."""
    if not changed:
        return _("Change the text first: other words than those that stand there.")
    for _row, part, words in changed:
        limit = asked_at(field, part).limit or forms.LONGEST
        if not words:
            return _("Write the words. To have a passage taken out altogether, comment on the field.")
        if len(words) > limit:
            return _(
                "Shorten this to %(limit)s characters: it has %(length)s.", limit=limit, length=len(words)
            )
    return ""


@moderation.post(REVIEW + "/suggestions/<int(max=2147483647):suggestion_id>/removal")
def suggestion_removal(id, suggestion_id):
    found = find_review(id)
    suggestion = db.session.get(Suggestion, suggestion_id)
    require(suggestion is not None and suggestion.review_id == found.id)
    try:
        service.take_back_wording(suggestion, current_user)
    except REFUSALS as error:
        return refused(id, error)
    return done(found, _("The wording is taken back."), anchor=suggestion.field)
