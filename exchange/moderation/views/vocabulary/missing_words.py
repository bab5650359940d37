"""Words that officials miss: proposed where cases are written, answered at the desk."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db
from exchange.core.web import error_page, notice, require
from exchange.moderation import vocabulary as words
from exchange.moderation.forms.kinds import language_name
from exchange.moderation.forms.vocabulary import ProposalDecisionForm, ProposalForm
from exchange.moderation.views import moderation
from exchange.moderation.views.vocabulary.words import sentence
from exchange.taxonomy import service as taxonomy


@moderation.get("/write/words")
def word_proposals():
    require(may_propose())
    return my_proposals_page(ProposalForm(formdata=None, language=i18n.language()))


@moderation.post("/write/words")
def propose_word():
    require(may_propose())
    form = ProposalForm()
    if not form.validate():
        return my_proposals_page(form), 422
    user = current_user._get_current_object()
    kind, about = form.kind.data, "" if form.kind.data == "tag" else form.about.data
    try:
        taxonomy.propose(kind, about, form.text.data, form.language.data, form.why.data, user)
    except taxonomy.WordRefused as refusal:
        db.session.rollback()
        form.text.errors = [already_there(refusal) or sentence(refusal)]
        return my_proposals_page(form), 422
    db.session.commit()
    notice(_("Thank you. A coordinator decides, and you get a letter with the reason."))
    return redirect(url_for("moderation.word_proposals"), 303)


def may_propose():
    """Any official, and those who look after the words."""
    return current_user.is_authenticated and (current_user.may_write or current_user.is_moderator)


def already_there(refusal):
    return _("“%(word)s” is there already.", word=refusal.word) if refusal.why == "taken" else ""


def my_proposals_page(form):
    mine = taxonomy.proposals_of(current_user)
    return render_template(
        "moderation/my_proposals.html",
        form=form,
        mine=mine,
        topics=taxonomy.topics(),
        language_name=language_name,
    )


# At the desk


@moderation.get("/desk/vocabulary/proposals")
def proposed_words():
    require(current_user.is_authenticated and current_user.is_coordinator)
    return proposals_page()


@moderation.post("/desk/vocabulary/proposals/<int(max=2147483647):id>/decision")
def word_decision(id):
    require(current_user.is_authenticated and current_user.is_coordinator)
    proposal = taxonomy.find_proposal(id)
    require(proposal is not None)
    form = ProposalDecisionForm(prefix=f"p{id}")
    if not form.validate():
        return proposals_page({id: form}), 422
    user = current_user._get_current_object()
    try:
        taxonomy.decide(proposal, form.decision.data == "take", form.reason.data, user, form.text.data)
    except taxonomy.Meanwhile:
        db.session.rollback()
        return error_page(409)
    except (taxonomy.WordRefused, taxonomy.SynonymRefused) as refusal:
        db.session.rollback()
        form.text.errors = [cannot_stand(refusal)]
        return proposals_page({id: form}), 422
    db.session.commit()
    notice(_("Decided. Whoever proposed it gets a letter with your reason."))
    return redirect(url_for("moderation.proposed_words"), 303)


def cannot_stand(refusal):
    if isinstance(refusal, taxonomy.WordRefused):
        return already_there(refusal) or sentence(refusal)
    if isinstance(refusal, taxonomy.KnownAlready):
        return _("This word finds it already.")
    if isinstance(refusal, taxonomy.MeansAnother):
        return _(
            "This word means something else, too. Add it as a synonym: there you can say that it means both."
        )
    return _("Write a word with at least one letter or digit.")


def proposals_page(forms=None):
    """Those that wait, each with its form; one that was not taken keeps what was typed."""
    waiting, forms = taxonomy.open_proposals(), forms or {}
    rows = [(one, forms.get(one.id) or empty_form(one)) for one in waiting]
    return render_template(
        "moderation/proposed_words.html",
        rows=rows,
        names=words.people([one.by_id for one in waiting]),
        topics=taxonomy.topics(),
        language_name=language_name,
        wrong=next(iter(forms.values()), None),
    )


def empty_form(proposal):
    return ProposalDecisionForm(prefix=f"p{proposal.id}", formdata=None, text=proposal.text)
