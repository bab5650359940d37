"""Authors hear when an embargo or a pause holds their approved text back, and when that is over."""

from datetime import timedelta

import pytest

from exchange import reactions
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.moderation.models import HeldText, Hold
from exchange.notifications import service
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.views import KINDS
from exchange.notifications.wording import MUST, words_of
from exchange.practices import authorship
from tests import cast
from tests.moderation import stage

LONG = timedelta(days=9)


@pytest.fixture
def stand(app):
    with app.app_context():
        yield app


def come_round():
    """The clock comes round, and the worker makes the letters."""
    db.session.commit()
    moderation.tell_of_holds()
    while reactions.journal.deliver(reactions.HANDLERS):
        pass


def letters(kind):
    """[(address, subject, text)] of what still has something to tell."""
    come_round()
    rows = db.session.query(Letter).filter(Letter.kind == kind).order_by(Letter.id)
    told = [(one, things_of(one)) for one in rows]
    return [(one.address, *words_of(one, things)) for one, things in told if things]


def over(hold):
    """Its time is over."""
    hold.starts_at, hold.ends_at = now() - 2 * LONG, now() - timedelta(minutes=1)
    db.session.commit()


def test_whoever_writes_the_case_hears_of_a_moderators_embargo_once_with_reason_and_hour(stand):
    ana, bruno, rui = cast.ana(), cast.bruno(), cast.person("Rui", city="porto")
    revision = stage.approved(ana, bruno, title="Rain gardens").revision
    authorship.take_part(revision.practice, rui, "co-author")
    authorship.take_part(revision.practice, cast.person("Vera"), "viewer")
    moderation.set_embargo(revision.practice, now() + LONG, bruno, "The council speaks first.")
    for _time in range(2):
        told = letters("held-back")
    assert {address for address, _subject, _text in told} == {ana.email, rui.email} and len(told) == 2
    _address, subject, text = told[0]
    assert subject == "Held back: Rain gardens" and "The council speaks first." in text
    assert "(UTC)" in text and f"/write/{revision.practice.public_id}/submission" in text


def test_nobody_hears_of_an_embargo_of_her_own(stand):
    ana = cast.ana()
    revision = stage.approved(ana, cast.bruno()).revision
    moderation.set_embargo(revision.practice, now() + LONG, ana, "The council speaks first.")
    assert letters("held-back") == []
    moderation.lift_embargo(revision.practice, ana)
    assert letters("held-no-more") == []


def test_a_text_that_is_not_approved_is_held_back_by_nothing_yet(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    moderation.pause(now(), now() + LONG, stage.dora(), "Vote")
    assert letters("held-back") == []
    moderation.decide(review, "approve", bruno, publish_now=False, **stage.JUDGED)
    ((address, _subject, text),) = letters("held-back")  # it came into the pause afterwards
    assert address == ana.email and "Publishing pauses until" in text and "Vote" in text


def test_a_pause_that_begins_later_is_told_when_it_begins_and_only_to_the_city_that_pauses(stand):
    ana, bruno = cast.ana(), cast.bruno()
    stage.approved(ana, bruno)
    wanda = cast.person("Wanda", city="wien")
    stage.approved(wanda, bruno, city="wien")
    pause = moderation.pause(now() + LONG, now() + 2 * LONG, stage.dora(), "Vote", cast.find_city("porto"))
    assert letters("held-back") == []
    pause.starts_at = now()
    ((address, _subject, text),) = letters("held-back")
    assert address == ana.email and "Porto pauses publishing until" in text


def test_one_letter_tells_a_person_of_all_her_cases_that_a_pause_holds_back(stand):
    ana, bruno = cast.ana(), cast.bruno()
    for title in ("Rain gardens", "Night buses"):
        stage.approved(ana, bruno, title=title)
    moderation.pause(now(), now() + LONG, stage.dora(), "Vote")
    ((_address, subject, text),) = letters("held-back")
    assert subject.startswith("2 ") and "Rain gardens" in text and "Night buses" in text


def test_when_it_is_over_she_hears_what_comes_next(stand):
    ana, bruno = cast.ana(), cast.bruno()
    waiting, planned = (stage.approved(ana, bruno, title=title).revision for title in ("Waiting", "Planned"))
    moderation.plan(planned, now() + LONG, bruno)
    pause = moderation.pause(now(), now() + LONG, stage.dora(), "Vote")
    assert letters("held-no-more") == [] and len(letters("held-back")) == 1
    over(pause)
    for _time in range(2):
        ((_address, _subject, text),) = letters("held-no-more")
    assert "A moderator publishes it." in text and "It is to go public on" in text
    assert letters("held-back") == []  # a letter that still waited says nothing that is not true any more


def test_the_end_is_told_only_when_nothing_else_holds_it_back(stand):
    ana, bruno = cast.ana(), cast.bruno()
    practice = stage.approved(ana, bruno).practice
    first = moderation.set_embargo(practice, now() + LONG, bruno, "The council speaks first.")
    moderation.pause(now(), now() + LONG, stage.dora(), "Vote")
    come_round()
    over(first)
    assert letters("held-no-more") == []
    over(db.session.query(Hold).filter(Hold.practice_id.is_(None)).one())
    assert len(letters("held-no-more")) == 1


def test_a_text_that_went_public_meanwhile_needs_no_letter(stand):
    ana, bruno = cast.ana(), cast.bruno()
    revision = stage.approved(ana, bruno).revision
    moderation.set_embargo(revision.practice, now() + LONG, bruno, "The council speaks first.")
    come_round()
    moderation.lift_embargo(revision.practice, bruno)
    moderation.publish(revision, bruno)
    assert letters("held-no-more") == [] and db.session.query(HeldText).one().over_at


def test_whoever_writes_no_more_reads_no_title_of_it(stand):
    ana, bruno, rui = cast.ana(), cast.bruno(), cast.person("Rui", city="porto")
    practice = stage.approved(ana, bruno).practice
    authorship.take_part(practice, rui, "co-author")
    moderation.set_embargo(practice, now() + LONG, bruno, "The council speaks first.")
    come_round()
    practice.hand_of(rui).role = "viewer"
    assert [address for address, *_words in letters("held-back")] == [ana.email]


def test_an_import_has_nobody_to_tell(stand):
    moderation.pause(now(), now() + LONG, stage.dora(), "Vote")
    moderation.approve_import(stage.imported(), cast.bruno())
    come_round()
    assert db.session.query(HeldText).count() == 0


@pytest.mark.parametrize("language", ["en", "fr", "es", "de"])
def test_both_letters_can_be_read_in_each_language(stand, language):
    ana, bruno = cast.ana(language=language), cast.bruno()
    practice = stage.approved(ana, bruno, title="Rain gardens").practice
    moderation.set_embargo(practice, now() + LONG, bruno, "Vote")
    assert "Rain gardens" in letters("held-back")[0][2]
    moderation.lift_embargo(practice, bruno)
    assert "Rain gardens" in letters("held-no-more")[0][2]


# A city that disputes


def disputed(act):
    """(Ana, Dora, practice) of a case told by a partner that its city disputes in this way."""
    ana, bruno, dora = cast.ana(), cast.bruno(), stage.dora()
    ines = cast.person("Ines", city="porto", city_admin=True)
    draft = cast.draft(ana)
    draft.practice.told_by = "partner"
    review = moderation.submit(draft, ana)
    moderation.take(review, bruno)
    moderation.decide(review, "approve", bruno, **stage.JUDGED)
    act(draft.practice, ines)
    return ana, bruno, dora, draft.practice


def by_link(practice, _ines):
    (notice,) = moderation.telling.notices_of(practice)
    moderation.telling.answer(notice, "disputed", "The figure is of 2012.")


def by_herself(practice, ines):
    moderation.confirm(practice, "disputed", ines, "The figure is of 2012.")


@pytest.mark.parametrize("act", [by_link, by_herself])
def test_when_a_city_disputes_a_case_its_tellers_and_the_moderators_hear_why(stand, act):
    ana, bruno, dora, _practice = disputed(act)
    tellers, moderators = letters("city-word"), letters("case-disputed")
    assert [address for address, *_words in tellers] == [ana.email]
    assert {address for address, *_words in moderators} == {bruno.email, dora.email}
    for _address, subject, text in [*tellers, *moderators]:
        assert subject.startswith("Porto disputes") and "The figure is of 2012." in text
    assert "case-disputed" in MUST


def test_a_moderator_who_wrote_the_case_hears_as_its_teller_only(stand):
    writer = cast.person("Wim", "moderator", city="porto")

    def with_wim(practice, ines):
        authorship.take_part(practice, writer, "co-author")
        by_herself(practice, ines)

    disputed(with_wim)
    assert writer.email not in {address for address, *_words in letters("case-disputed")}
    assert writer.email in {address for address, *_words in letters("city-word")}


def test_the_log_names_every_letter_that_there_is(stand):
    kinds = {kind for told in service.LETTERS.values() for kind, _whom in told}
    assert kinds <= set(KINDS) and str(KINDS["claims-end"]) == "Claim ends soon"
