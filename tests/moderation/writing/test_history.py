"""Ana looks for what she wrote an hour ago, and brings it back."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.practices import history
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision, Snapshot
from tests import cast
from tests.moderation import paper
from tests.moderation.writing.test_write import Stage, counted_queries


@pytest.fixture
def stage(app):
    return Stage(app)


def snapshots(stage):
    with stage.app.app_context():
        return history.of(db.session.get(Revision, stage.revision_id))


def age(stage, **by):
    """Everything that was kept so far is older by that."""
    with stage.app.app_context():
        for kept in db.session.scalars(select(Snapshot)):
            kept.begun_at, kept.at = kept.begun_at - timedelta(**by), kept.at - timedelta(**by)
        db.session.commit()


def open_earlier(stage, number=-1):
    """The page of one earlier text, counted from the newest."""
    return stage.browser.get(stage.address(f"history/{snapshots(stage)[number].id}"))


def bring_back(stage, wish, number=-1):
    kept = snapshots(stage)[number].id
    page = stage.browser.get(stage.address(f"history/{kept}"))
    return stage.post(f"history/{kept}", paper.filled(page, bring=wish))


# Keeping


def test_the_first_save_keeps_what_the_draft_began_with_and_what_became_of_it(stage):
    stage.send("problem", challenge="Second thoughts.")
    newest, first = snapshots(stage)
    assert first.answers["challenge"] == cast.ANSWERS["challenge"]
    assert newest.answers["challenge"] == "Second thoughts."


def test_saves_of_five_minutes_make_one_text_and_later_ones_another(stage):
    for words in ("One.", "One. Two.", "One. Two. Three."):
        stage.send("problem", challenge=words)
    assert [kept.answers["challenge"] for kept in snapshots(stage)][0] == "One. Two. Three."
    assert len(snapshots(stage)) == 2
    age(stage, minutes=6)
    stage.send("problem", challenge="Four.")
    assert [kept.answers["challenge"] for kept in snapshots(stage)][:2] == ["Four.", "One. Two. Three."]


def test_a_long_text_that_was_deleted_a_minute_later_is_still_there(stage):
    long = "A paragraph that took an hour. " * 20
    stage.send("problem", challenge=long.strip())
    stage.send("problem", challenge="")
    assert long.strip() in [kept.answers.get("challenge") for kept in snapshots(stage)]


def test_what_two_people_write_in_turn_is_kept_apart(stage):
    stage.send("problem", challenge="Ana’s.")
    with stage.app.app_context():
        nuno = cast.person("Nuno", city="porto", city_admin=True)
        db.session.commit()
    paper.send(cast.client_of(stage.app, nuno), stage.address("problem"), challenge="Nuno’s.")
    stage.send("problem", challenge="Ana’s again.")
    names = [(kept.by.name, kept.answers["challenge"]) for kept in snapshots(stage)[:3]]
    assert names == [("Ana", "Ana’s again."), ("Nuno", "Nuno’s."), ("Ana", "Ana’s.")]


# Looking


def test_the_list_says_who_when_and_what_differs(stage):
    stage.send("problem", challenge="Another problem.", objectives="Another goal.")
    page = stage.browser.get(stage.address("history"))
    assert page.status_code == 200
    assert "Problem addressed, Objectives" in re.sub(r"\s+", " ", page.text)
    assert "this is the text as it stands" in page.text


def test_a_fresh_draft_has_no_earlier_text_and_says_so(stage):
    assert "Nothing has been saved yet" in stage.browser.get(stage.address("history")).text


def test_an_earlier_text_shows_the_words_that_differ(stage):
    stage.send("problem", challenge="Few people believed that the mayor listened.")
    page = open_earlier(stage)
    assert "<ins>council</ins>" in page.text and "<del>mayor</del>" in page.text
    assert "Lead" not in page.text  # what is the same is left out


def test_the_list_costs_the_same_for_one_and_for_thirty(stage):
    stage.send("problem", challenge="One.")
    with counted_queries() as few:
        stage.browser.get(stage.address("history"))
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        for _number in range(30):
            history.remember(revision, revision.created_by, fresh=True)
        db.session.commit()
    with counted_queries() as many:
        assert stage.browser.get(stage.address("history")).text.count("<tr>") > 30
    assert len(many) == len(few)


# Bringing back


def test_one_field_comes_back_and_the_text_until_then_joins_the_list(stage):
    stage.send("problem", challenge="Worse.", objectives="Better.")
    answer = bring_back(stage, "field:challenge")
    assert answer.status_code == 303
    assert stage.told("challenge") == cast.ANSWERS["challenge"]
    assert stage.told("objectives") == "Better."
    assert "Worse." in [kept.answers["challenge"] for kept in snapshots(stage)]


def test_a_step_comes_back_and_other_steps_stay(stage):
    stage.send("problem", challenge="Worse.", objectives="Worse too.")
    stage.send("obstacles", what_failed="A lesson.")
    bring_back(stage, "step:problem")
    assert stage.told("challenge") == cast.ANSWERS["challenge"]
    assert stage.told("objectives") == cast.ANSWERS["objectives"]
    assert stage.told("what_failed") == "A lesson."


def test_all_of_it_comes_back_reasons_and_rows_too(stage):
    stage.send("conditions", {"cost_band": "", "cost_band__reason": "withheld"})
    stage.send("obstacles", {"obstacles-0-obstacle": ""}, what_failed="A lesson.")
    bring_back(stage, "all")
    assert stage.told("cost_band") == cast.ANSWERS["cost_band"]
    assert stage.missing("cost_band") is None
    assert stage.told("obstacles") == cast.ANSWERS["obstacles"]
    assert stage.told("what_failed") is None


def test_a_restoration_can_itself_be_taken_back(stage):
    stage.send("problem", challenge="Later.")
    bring_back(stage, "all")
    later = next(i for i, kept in enumerate(snapshots(stage)) if kept.answers["challenge"] == "Later.")
    bring_back(stage, "all", later)
    assert stage.told("challenge") == "Later."


def test_each_restoration_leaves_one_line_that_says_from_which_text(stage):
    stage.send("problem", challenge="Later.")
    first = snapshots(stage)[-1].id
    bring_back(stage, "field:challenge")
    with stage.app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "save")).all()
    assert [line.details.get("restored") for line in lines] == [None, first]


def test_pressed_twice_it_is_done_once(stage):
    stage.send("problem", challenge="Later.")
    kept = snapshots(stage)[-1].id
    form = paper.filled(stage.browser.get(stage.address(f"history/{kept}")), bring="all")
    assert stage.post(f"history/{kept}", form).status_code == 303
    count = len(snapshots(stage))
    assert stage.post(f"history/{kept}", form).status_code == 409
    assert len(snapshots(stage)) == count


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(stage):
    stage.send("problem", challenge="Later.")
    kept = snapshots(stage)[-1].id
    form = paper.filled(stage.browser.get(stage.address(f"history/{kept}")), bring="all")
    stage.change(challenge="Nuno’s, of this minute.")
    answer = stage.post(f"history/{kept}", form)
    assert answer.status_code == 409
    assert "Nuno’s, of this minute." in answer.text
    assert stage.told("challenge") == "Nuno’s, of this minute."


def test_a_submitted_text_brings_nothing_back(stage):
    stage.send("problem", challenge="Later.")
    kept = snapshots(stage)[-1].id
    form = paper.filled(stage.browser.get(stage.address(f"history/{kept}")), bring="all")
    stage.submit()
    assert stage.post(f"history/{kept}", form).status_code == 409
    assert stage.told("challenge") == "Later."


def test_an_earlier_text_of_another_case_is_not_there(stage):
    stage.send("problem", challenge="Later.")
    with stage.app.app_context():
        other = cast.draft(db.session.get(Revision, stage.revision_id).created_by, title="Another")
        practices.save(other, {"challenge": "Elsewhere."}, {}, other.created_by)
        db.session.commit()
        foreign = history.of(other)[0].id
    assert stage.browser.get(stage.address(f"history/{foreign}")).status_code == 404
    assert stage.browser.get(stage.address("history/999999")).status_code == 404


def test_only_those_who_write_see_earlier_texts(stage):
    stage.send("problem", challenge="Later.")
    kept = snapshots(stage)[-1].id
    for person in (cast.bruno, cast.chloe):
        browser = stage.guest(person)
        assert browser.get(stage.address("history")).status_code == 404
        assert browser.get(stage.address(f"history/{kept}")).status_code == 404


# By the clock


def saved_at(stage, *ages):
    """Snapshots of one person, so many minutes old each."""
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        for minutes in sorted(ages, reverse=True):
            history.add(revision, now() - timedelta(minutes=minutes), revision.created_by_id)
        db.session.commit()


def test_the_older_the_fewer_are_kept_and_the_first_and_the_last_always(stage):
    saved_at(stage, *range(0, 60 * 24 * 9, 7))
    with stage.app.app_context():
        history.sweep()
    ages = [(now() - kept.at).total_seconds() / 60 for kept in snapshots(stage)]
    assert len(ages) <= history.MOST + 1
    assert round(min(ages)) == 0
    assert max(ages) > 60 * 24 * 9 - 10
    assert sum(1 for minutes in ages if minutes < 100) >= 14  # of the last hour or two nearly all


def test_six_weeks_after_the_submission_they_are_forgotten_and_those_of_drafts_are_not(stage):
    stage.send("problem", challenge="Later.")
    stage.submit()
    with stage.app.app_context():
        history.sweep()
        assert db.session.scalar(select(Snapshot.id))
        revision = db.session.get(Revision, stage.revision_id)
        revision.submitted_at = now() - timedelta(weeks=7)
        db.session.commit()
        history.sweep()
        assert not db.session.scalar(select(Snapshot.id))


def test_a_text_that_was_taken_back_to_a_draft_keeps_its_history(stage):
    stage.send("problem", challenge="Later.")
    stage.submit()
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        moderation.withdraw(
            moderation.open_review(db.session.get(Practice, revision.practice_id)), revision.created_by
        )
        revision.submitted_at = now() - timedelta(weeks=7)
        db.session.commit()
        history.sweep()
        assert db.session.scalar(select(Snapshot.id))
