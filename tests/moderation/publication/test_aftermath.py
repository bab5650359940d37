"""The pages after a decision, as a browser meets them: plans, embargo, pauses, appeals, replies, labels."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.models import Hold, Plan, Review
from exchange.practices import service as practices
from exchange.practices.models import Practice
from tests import cast
from tests.moderation import stage
from tests.moderation.review.test_desk import Browser, play, queries_of

SECRET = "zq-private"


@pytest.fixture
def people(app):
    with app.app_context():
        found = {
            "ana": cast.ana(),
            "bruno": cast.bruno(),
            "dora": stage.dora(),
            "ines": cast.person("Ines", city="porto", city_admin=True),
        }
        db.session.commit()
    return found


@pytest.fixture
def browsers(app, people):
    return lambda name: Browser(app, people.get(name))


def rejected(ana, bruno, language=""):
    review = stage.in_review(ana, bruno)
    service.decide(review, "reject", bruno, reason="C’est de la publicité.", language=language)
    return review


def code_of(app, review_id):
    with app.app_context():
        return db.session.get(Review, review_id).practice.public_id


def test_an_approved_case_is_planned_changed_and_cancelled_on_the_review_page(app, people, browsers):
    review = play(app, stage.approved, "ana", "bruno", people=people)
    bruno, day = browsers("bruno"), (now() + timedelta(days=20)).date().isoformat()
    form = {"plan-day": day, "plan-clock": "09:30"}
    bruno.send(f"/review/{review}/plan", **form)
    page = bruno.see(f"/review/{review}")
    assert "09:30 (UTC)" in page and "Planned by Bruno." in page
    with app.app_context():
        assert db.session.query(Plan).one().publish_at.strftime("%H:%M") == "09:30"
    assert "09:30 (UTC)" in browsers("ana").see(f"/write/{code_of(app, review)}/submission")
    bruno.send(f"/review/{review}/plan/cancellation")
    assert "Planned by" not in bruno.see(f"/review/{review}")


@pytest.mark.parametrize(
    "typed,told",
    [
        ({"plan-day": "2020-01-01"}, "This is over already"),
        ({"plan-day": "tomorrow"}, "Write a day like"),
        ({"plan-clock": "09:30"}, "Choose the day, too."),
        ({"plan-day": "2099-01-01", "plan-clock": "9h"}, "Write a time like"),
    ],
)
def test_a_day_that_makes_no_sense_is_told_and_kept(app, people, browsers, typed, told):
    review = play(app, stage.approved, "ana", "bruno", people=people)
    assert told in browsers("bruno").send(f"/review/{review}/plan", 422, **typed)


def test_an_hour_that_the_clocks_leave_out_is_refused(app, people, browsers):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], time_zone="Europe/Berlin")
    review = play(app, stage.approved, "ana", "bruno", people=people)
    bruno = browsers("bruno")
    typed = {"plan-day": "2031-03-30", "plan-clock": "02:30"}  # a Sunday in spring
    assert "the clocks are put forward" in bruno.send(f"/review/{review}/plan", 422, **typed)
    bruno.send(f"/review/{review}/plan", **{**typed, "plan-clock": "03:30"})
    with app.app_context():
        assert db.session.query(Plan).one().publish_at.isoformat() == "2031-03-30T01:30:00+00:00"
    assert "03:30 (Europe/Berlin)" in bruno.see(f"/review/{review}")


def test_publishing_under_an_embargo_is_refused_with_its_end_and_reason(app, people, browsers):
    review = play(app, stage.approved, "ana", "bruno", people=people)
    code = code_of(app, review)
    ana, bruno = browsers("ana"), browsers("bruno")
    ana.send(f"/practices/{code}/embargo", day="2098-05-01", clock="08:00", reason="The council first.")
    page = bruno.send(f"/review/{review}/publication", 409)
    assert "Under embargo until 1 May 2098, 08:00 (UTC): The council first." in page
    assert f'action="/review/{review}/publication"' not in bruno.see(f"/review/{review}")
    assert "08:00 (UTC)" in ana.see(f"/write/{code}/submission")
    ana.send(f"/practices/{code}/embargo/end")
    bruno.send(f"/review/{review}/publication")
    assert browsers("nobody").see(f"/practices/{code}", 301) is not None


def test_an_admin_pauses_the_own_city_and_a_coordinator_everybody(app, people, browsers):
    form = {"first": "2098-05-01", "last": "2098-05-20", "reason": "Election"}
    ines, dora = browsers("ines"), browsers("dora")
    page = ines.see("/desk/pauses")
    assert 'value="porto"' in page and "Everybody" not in page
    assert ines.send("/desk/pauses", 422, city="", **form)
    ines.send("/desk/pauses", city="porto", **form)
    dora.send("/desk/pauses", city="", **{**form, "reason": "Congress"})
    with app.app_context():
        hold = db.session.query(Hold).filter(Hold.city_id.is_not(None)).one()
        assert (hold.starts_at.isoformat(), hold.ends_at.isoformat()) == (
            "2098-05-01T00:00:00+00:00",
            "2098-05-21T00:00:00+00:00",
        )
        everybody = db.session.query(Hold).filter(Hold.city_id.is_(None)).one().id
    assert ines.send(f"/desk/pauses/{everybody}/end", 404)
    dora.send(f"/desk/pauses/{hold.id}/end")
    assert "Election" not in dora.see("/desk/pauses") and "Congress" in dora.see("/desk/pauses")


def test_a_day_at_the_end_of_all_calendars_comes_back(people, browsers):
    for first, last in (("9999-12-01", "9999-12-31"), ("0001-01-01", "2098-01-01")):
        page = browsers("dora").send("/desk/pauses", 422, city="", first=first, last=last, reason="Election")
        assert "Choose a day." in page and "Election" in page


def test_an_appeal_goes_from_the_authors_page_to_the_desk_and_back(app, people, browsers):
    review = play(app, rejected, "ana", "bruno", people=people, language="fr")
    code = code_of(app, review)
    ana, dora = browsers("ana"), browsers("dora")
    page = ana.see(f"/write/{code}/submission")
    assert '<p class="thread__words" lang="fr">C’est de la publicité.</p>' in page
    assert "Written in French" in page and "You may appeal once." in page
    assert "Say why." in ana.send(f"/write/{code}/appeal", 422)
    ana.send(f"/write/{code}/appeal", **{"appeal-words": "It is the city’s own product."})
    assert "with the coordinators" in ana.see(f"/write/{code}/submission")
    assert "It is the city’s own product." in dora.see("/review")
    assert "own product" not in browsers("bruno").see("/review")
    dora.send(f"/review/{review}/upholding", **{"upholding-reason": "It still advertises."})
    page = ana.see(f"/write/{code}/submission")
    assert "the decision stands" in page and "It still advertises." in page
    again = ana.send(f"/write/{code}/appeal", 409, **{"appeal-words": "Typed in vain?"})
    assert "Typed in vain?" in again


def words_at(client, path):
    return client.get(path, follow_redirects=True, buffered=True).get_data(as_text=True)


def test_the_desk_costs_no_more_queries_for_three_appeals_than_for_one(app, people, browsers):
    play(app, rejected_with_appeal, "ana", "bruno", people=people)
    dora = browsers("dora")
    dora.see("/review")
    one = queries_of(app, lambda: dora.see("/review"))
    for _ in range(2):
        play(app, rejected_with_appeal, "ana", "bruno", people=people)
    assert queries_of(app, lambda: dora.see("/review")) == one


def rejected_with_appeal(ana, bruno):
    review = rejected(ana, bruno)
    service.appeal(review, ana, "Please.")
    return review


def test_the_author_reads_note_marks_and_evidence_first_and_her_reply_stands_on_the_public_page(
    app, people, browsers
):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], reply_days=3)
    review = play(app, stage.in_review, "ana", "bruno", people=people)
    code, bruno, ana = code_of(app, review), browsers("bruno"), browsers("ana")
    with app.app_context():
        text = practices.content_hash(db.session.get(Review, review).revision)
    bruno.send(
        f"/review/{review}/decision",
        verdict="approve",
        seen_hash=text,
        design="before-after",
        independence="own",
        publish_now="y",
        signed="y",
        public_note="Clear.",
        unproven="Whether it lasts.",
        rubric_sources="partly",
        notes=SECRET,
    )
    page = ana.see(f"/write/{code}/submission")
    for words in ("Clear.", "Whether it lasts.", "Figures have a source: Partly", "Before and after"):
        assert words in page, words
    assert browsers("nobody").client.get(f"/practices/{code}", buffered=True).status_code == 401
    ana.send(f"/write/{code}/reply", **{"reply-words": "We count again in spring."})
    with app.app_context():
        assert service.publish_due() == 1
    page = (
        browsers("nobody")
        .client.get(f"/practices/{code}", follow_redirects=True, buffered=True)
        .get_data(as_text=True)
    )
    for words in ("Reviewed by Bruno", "Whether it lasts.", "We count again in spring.", "rubric 1"):
        assert words in page, words
    assert SECRET not in page


def test_the_public_note_names_the_role_unless_the_reviewer_signs_and_tells_what_was_asked_for(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        first = stage.in_review(ana, bruno)
        doubts = {"sources": "no", "clear": "yes"}
        service.decide(first, "request_changes", bruno, reason=SECRET, rubric=doubts)
        second = service.submit(practices.working_revision(first.practice), ana)
        service.take(second, bruno)
        service.decide(second, "approve", bruno, rubric={"sources": "yes"}, **stage.JUDGED)
        note = service.public_note(second.revision)
        assert (note.name, note.role, note.rounds, note.asked) == ("", "moderator", 2, ["sources"])
        assert note.marks == [("sources", "yes")] and note.rubric_version == 1
        code = second.practice.public_id
        db.session.commit()
    page = app.test_client().get(f"/practices/{code}", follow_redirects=True).get_data(as_text=True)
    assert "Reviewed by a moderator of the network" in page and "Bruno" not in page
    assert "Figures have a source" in page and SECRET not in page


def test_labels_stand_on_the_page_in_results_and_in_exports_and_a_visitors_copy_is_renewed(app, people):
    from exchange.search import indexing

    play(app, stage.published, "ana", "bruno", people=people)
    with app.app_context():
        indexing.rebuild()
        code = db.session.query(Practice).one().public_id
    bruno, visitor = Browser(app, people["bruno"]), app.test_client()
    before = {path: visitor.get(path, buffered=True) for path in ("/practices", "/practices.csv")}
    form = {"kind": "award", "name": "Guangzhou Award", "year": "2018", "note": "From their list."}
    bruno.send(f"/practices/{code}/labels", **form)
    bruno.send(f"/practices/{code}/labels", kind="expert-reviewed", note="By three experts.")
    for path, held in before.items():
        fresh = visitor.get(path, headers={"If-None-Match": held.headers["ETag"]}, buffered=True)
        assert fresh.status_code == 200 and "Guangzhou Award 2018" in fresh.get_data(as_text=True), path
    page = visitor.get(f"/practices/{code}", follow_redirects=True, buffered=True).get_data(as_text=True)
    assert "Guangzhou Award 2018" in page and "Reviewed by experts" in page
    assert visitor.get("/practices.json", buffered=True).json["items"][0]["labels"] == [
        "award: Guangzhou Award 2018",
        "expert-reviewed",
    ]
    held = visitor.get("/practices.csv", buffered=True).headers["ETag"]
    with app.app_context():
        label = db.session.query(Practice).one().labels[0].id
    bruno.send(f"/practices/{code}/labels/{label}/removal", **{f"label-{label}-reason": "A mistake."})
    fresh = visitor.get("/practices.csv", headers={"If-None-Match": held}, buffered=True)
    assert fresh.status_code == 200 and "Guangzhou" not in fresh.get_data(as_text=True)
    assert "A mistake." in bruno.see(f"/practices/{code}/labels")
    assert "Give the name of the award." in bruno.send(
        f"/practices/{code}/labels", 422, kind="award", note="x"
    )


def test_taking_down_is_one_page_and_takes_the_case_off_everything_at_once(app, people, browsers):
    from exchange.search import indexing

    play(app, stage.published, "ana", "bruno", people=people, title="Gone at once")
    with app.app_context():
        practice = db.session.query(Practice).one()
        image, _document = cast.public_media(practice, practice.lead)
        code, medium = practice.public_id, image.id
        db.session.commit()
        indexing.rebuild()
    dora, visitor = browsers("dora"), app.test_client()
    assert f"/practices/{code}/take-down" in dora.client.get(
        f"/practices/{code}", follow_redirects=True, buffered=True
    ).get_data(as_text=True)
    exits = (
        "/practices?q=gone",
        "/practices.json?q=gone",
        "/practices.atom",
        "/practices.csv",
        "/sitemap.xml",
    )
    assert all(
        "Gone at once" in visitor.get(path, buffered=True).get_data(as_text=True) for path in exits[:4]
    )
    dora.send(f"/practices/{code}/take-down", reason="A person can be recognised.")
    for path in (*exits, "/suggest.json?q=gone", "/"):
        assert "Gone at once" not in visitor.get(path, buffered=True).get_data(as_text=True), path
    for path in (f"/practices/{code}", f"/practices/{code}/revisions/1", f"/practices/{code}/versions"):
        assert visitor.get(path, buffered=True).status_code == 410, path
    assert visitor.get(f"/practices/{code}/compare/1/2", buffered=True).status_code == 410
    assert visitor.get(f"/media/{medium}/320.jpg", buffered=True).status_code == 404
