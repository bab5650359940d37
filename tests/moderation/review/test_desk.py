"""The pages of reviewers, as a browser meets them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from exchange.core.models import db, now
from exchange.moderation import queries, service
from exchange.moderation.models import Comment, Decision, Review
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.models import Practice
from tests import cast
from tests.moderation import stage


class Browser:
    """A person at a browser: reads pages, and sends forms with the token of her session."""

    def __init__(self, app, user):
        self.client = cast.client_of(app, user)
        self.token = cast.token_for(app, self.client) if user is not None else ""

    def see(self, address, status=200):
        answer = self.client.get(address)
        assert answer.status_code == status, main_of(answer)
        return answer.get_data(as_text=True)

    def send(self, address, status=303, **form):
        answer = self.client.post(address, data={"csrf_token": self.token, **form})
        assert answer.status_code == status, main_of(answer)
        return answer.get_data(as_text=True) if status != 303 else answer.location


def main_of(answer):
    """The words of a page's main part, for whoever reads a failure."""
    main = answer.get_data(as_text=True).partition('<main id="main"')[2]
    return f"{answer.status}: " + " ".join(re.sub(r"<[^>]+>", " ", main).split())[:1000]


@pytest.fixture
def people(app):
    """Name → person, each committed."""
    with app.app_context():
        found = {
            "ana": cast.ana(),
            "bruno": cast.bruno(),
            "chloe": cast.chloe(),
            "dora": stage.dora(),
            "eva": stage.eva(),
            "milan": stage.milan(),
            "nora": cast.person("Nora", "moderator", city="porto"),
            "otto": cast.person("Otto", "admin"),
            "willi": cast.person("Willi", city="wien"),
        }
        db.session.commit()
    return found


@pytest.fixture
def browsers(app, people):
    made = {}

    def browser(name):
        if name not in made:
            made[name] = Browser(app, people.get(name))
        return made[name]

    return browser


def play(app, scene, *names, people, **more):
    """Play a scene of the stage with these people; returns the id of its review."""
    with app.app_context():
        cast_now = [db.session.get(cast.User, people[name].id) for name in names]
        review = scene(*cast_now, **more)
        db.session.commit()
        return review.id


def state_of(app, review_id):
    with app.app_context():
        return db.session.get(Review, review_id).revision.state


# The desk


def test_the_desk_is_for_reviewers(app, browsers):
    for name, status in (("nobody", 401), ("chloe", 404), ("ana", 404), ("otto", 404)):
        browsers(name).see("/review", status)
    for name in ("bruno", "dora", "eva"):
        browsers(name).see("/review")


def test_an_empty_desk_says_so(app, browsers):
    page = browsers("bruno").see("/review")
    assert "No case waits for a decision" in page and "The desk is clear" in page


def test_the_tabs_count_who_has_what(app, people, browsers):
    play(app, stage.submitted, "ana", people=people, title="Nobody has this")
    mine = play(app, stage.in_review, "ana", "bruno", people=people, title="Bruno has this")
    play(app, stage.in_review, "ana", "milan", people=people, title="Milan has this")
    asked = play(app, stage.in_review, "ana", "bruno", people=people, title="The author has this")
    waiting = play(app, stage.approved, "ana", "bruno", people=people, title="Approved, not public")
    play(app, stage.published, "ana", "bruno", people=people, title="Public already")
    with app.app_context():
        bruno = db.session.get(cast.User, people["bruno"].id)
        service.decide(db.session.get(Review, asked), "request_changes", bruno, reason="Mend it")
        db.session.get(Review, mine).due_at = now() - timedelta(days=2)
        db.session.commit()
        assert queries.counts(bruno, queries.Wish()) == {
            "mine": 2,
            "nobody": 1,
            "overdue": 1,
            "author": 1,
            "imported": 0,
            "all": 5,
            "open": 3,
        }
    expected = {
        "mine": {"Bruno has this", "Approved, not public"},
        "nobody": {"Nobody has this"},
        "overdue": {"Bruno has this"},
        "author": {"The author has this"},
    }
    titles = {"Nobody has this", "Bruno has this", "Milan has this", "The author has this"}
    titles |= {"Approved, not public", "Public already"}
    for tab, wanted in expected.items():
        page = browsers("bruno").see(f"/review?tab={tab}")
        assert {title for title in titles if f">{title}</a>" in page} == wanted
    page = browsers("bruno").see("/review")
    assert "3 cases wait for a decision" in page and "Overdue 2 days" in page and "To be published" in page
    assert "Public already" not in page and state_of(app, waiting) == "approved"


def test_the_author_has_it_only_until_the_next_text_is_submitted(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people, title="Back and forth")
    with app.app_context():
        review = db.session.get(Review, review_id)
        service.decide(review, "request_changes", review.reviewer, reason="Mend it")
        draft = practices.working_revision(review.practice)
        ana = db.session.get(cast.User, people["ana"].id)
        practices.save(draft, {"objectives": "Mended."}, {}, ana)
        service.submit(draft, ana)
        db.session.commit()
    page = browsers("bruno").see("/review")
    assert page.count(">Back and forth</a>") == 1
    assert "Text changed since you read it" in page
    assert "Text changed since you read it" not in browsers("milan").see("/review")


def test_topic_and_city_narrow_the_desk_and_nonsense_is_left_out(app, people, browsers):
    play(app, stage.submitted, "ana", people=people, title="On housing", topics=["social-housing"])
    play(app, stage.submitted, "ana", people=people, title="On cycling", topics=["climate", "cycling"])
    play(app, stage.submitted, "willi", people=people, title="In Vienna", city="wien", topics=["housing"])
    seen = {
        "/review?topic=housing": {"On housing", "In Vienna"},
        "/review?topic=social-housing": {"On housing"},
        "/review?topic=mobility": {"On cycling"},
        "/review?city=wien": {"In Vienna"},
        "/review?city=porto&topic=mobility": {"On cycling"},
        "/review?topic=nonsense&sort=nonsense&tab=nonsense&page=nonsense": {
            "On housing",
            "On cycling",
            "In Vienna",
        },
        "/review?page=99999999999999999999&sort=age": {"On housing", "On cycling", "In Vienna"},
        "/review?city=nowhere": set(),
        "/review?topic=%27%22%25&page=-3": {"On housing", "On cycling", "In Vienna"},
    }
    for address, titles in seen.items():
        page = browsers("bruno").see(address)
        assert {
            one for one in ("On housing", "On cycling", "In Vienna") if f">{one}</a>" in page
        } == titles, address


def test_the_desk_flags_what_is_wrong(app, people, browsers):
    bare = {"file": "f" * 20, "alt": "A square", "credit": "Ana"}
    play(
        app,
        stage.submitted,
        "ana",
        people=people,
        media=[bare, bare],
        results=[{"indicator": "Voters", "value": "1"}],
    )
    page = browsers("bruno").see("/review")
    assert "2 pictures without licence" in page and "No source for 1 figure" in page
    play(app, stage.submitted, "ana", people=people, title="Short", objectives=None, cost_band=None)
    assert "2 answers missing" in browsers("bruno").see("/review")


def test_nobody_meets_a_case_of_their_own_on_the_desk(app, people, browsers):
    with app.app_context():
        wanda = cast.person("Wanda", "moderator", city="porto")
        review = stage.submitted(wanda, title="Wanda wrote this")
        db.session.commit()
        review_id = review.id
    browser = Browser(app, wanda)
    assert "Wanda wrote this" not in browser.see("/review")
    browser.see(f"/review/{review_id}", 404)
    browser.send(f"/review/{review_id}/claim", 404)


def test_an_expert_sees_only_what_was_given_to_her(app, people, browsers):
    mine = play(app, stage.submitted, "ana", people=people, title="For Eva")
    other = play(app, stage.submitted, "ana", people=people, title="Not for Eva")
    browsers("eva").see(f"/review/{mine}", 404)
    browsers("dora").send(f"/review/{mine}/assignment", **{"assign-person": people["eva"].id})
    page = browsers("eva").see("/review")
    assert "For Eva" in page and "Not for Eva" not in page
    browsers("eva").see(f"/review/{other}", 404)
    browsers("eva").send(f"/review/{mine}/comments", field="title", words="Well put.", audience="reviewers")
    assert "Well put." in browsers("dora").see(f"/review/{mine}")
    browsers("eva").send(f"/review/{mine}/decision", 404, verdict="approve", **stage.JUDGED)
    assert state_of(app, mine) == "in_review"


def test_titles_are_shown_as_typed_and_never_as_markup(app, people, browsers):
    evil = "<script>alert(1)</script>{{7*7}}"
    review_id = play(app, stage.submitted, "ana", people=people, title=evil, lead_unit=evil, challenge=evil)
    browsers("bruno").send(f"/review/{review_id}/claim")
    browsers("bruno").send(f"/review/{review_id}/comments", field="title", words=evil, audience="authors")
    for address in ("/review", f"/review/{review_id}", f"/review/{review_id}?compare=nothing"):
        page = browsers("bruno").see(address)
        assert (
            "<script>alert" not in page and "&lt;script&gt;alert(1)" in page and "49" not in evil + "{{7*7}}"
        )
        assert re.search(r"\sstyle=|\son[a-z]+=", page) is None


@pytest.mark.parametrize("scene", ["told", "imported"])
def test_the_desk_costs_the_same_for_one_case_three_and_fifty(app, people, browsers, scene):
    browsers("bruno")
    counts = []
    for many in (1, 2, 47):
        with app.app_context():
            ana, bruno = (db.session.get(cast.User, people[name].id) for name in ("ana", "bruno"))
            for number in range(many):
                if scene == "told":
                    stage.in_review(ana, bruno, title=f"Case {many} {number}")
                else:
                    service.submit(stage.imported(f"{many}-{number}"), None)
            db.session.commit()
        counts.append(queries_of(app, lambda: browsers("bruno").see("/review")))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] < 20


def queries_of(app, act):
    """How many statements an act sends to the database."""
    with app.app_context():
        engine = db.engine
    seen = []

    def note(_connection, _cursor, statement, *_more):
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_long_desk_has_pages(app, people, browsers):
    with app.app_context():
        ana = db.session.get(cast.User, people["ana"].id)
        for number in range(queries.PAGE + 3):
            stage.submitted(ana, title=f"Case {number}")
        db.session.commit()
    page = browsers("bruno").see("/review?page=2&topic=sustainability")
    assert page.count("data-open") == 3
    assert "21–23 of 23" in page and 'href="/review?topic=sustainability&amp;page=1"' in page


def test_whoever_asks_to_withdraw_a_case_is_listed_on_the_desk(app, people, browsers):
    review_id = play(app, stage.published, "ana", "bruno", people=people, title="No longer ours")
    with app.app_context():
        practice = db.session.get(Review, review_id).practice
        practices.ask_withdrawal(practice, db.session.get(cast.User, people["ana"].id), "We stopped in May.")
        db.session.commit()
        public_id = practice.public_id
    address = f"/practices/{public_id}/withdrawal-decision"
    assert address in browsers("bruno").see("/review")
    assert address not in browsers("eva").see("/review")
    assert "We stopped in May." in browsers("bruno").see(address)
    for name in ("chloe", "ana", "eva", "otto"):
        browsers(name).see(address, 404)
        browsers(name).send(address, 404, answer="agree", reason="No")
    assert "Choose one" in browsers("bruno").send(address, 422, reason="It ended in May.")
    browsers("bruno").send(address, answer="agree", reason="It ended in May.")
    with app.app_context():
        practice = practices.find(public_id)
        assert (practice.visibility, practice.notice) == ("tombstone", "It ended in May.")
    assert address not in browsers("bruno").see("/review")


# One review


def test_a_review_shows_every_field_the_note_and_why_answers_are_missing(app, people, browsers):
    with app.app_context():
        ana = db.session.get(cast.User, people["ana"].id)
        revision = cast.draft(ana, cost_band=None, note_to_reviewers="Please be quick.")
        missing = {"cost_band": {"reason": "not-known", "why": "The audit comes in May."}}
        practices.save(revision, {}, missing, ana)
        review_id = service.submit(revision, ana).id
        db.session.commit()
    page = browsers("bruno").see(f"/review/{review_id}")
    assert "Please be quick." in page and "Never public" in page
    assert "No answer: Not known yet." in page and "The audit comes in May." in page
    assert "Written by Ana" in page and "First version" in page
    assert page.count('<section class="review__field') == len(schema.FIELDS) + 1
    assert "Take this case" in page and 'name="verdict"' not in page


def test_a_newer_version_is_compared_word_by_word_with_the_public_one(app, people, browsers):
    first = play(app, stage.published, "ana", "bruno", people=people)
    with app.app_context():
        ana = db.session.get(cast.User, people["ana"].id)
        results = [
            {**cast.ANSWERS["results"][0], "value": "6100"},
            {"indicator": "Assemblies", "value": "12"},
        ]
        second = stage.next_version(
            db.session.get(Review, first),
            ana,
            solution="Every spring, assemblies in each district propose and vote.",
            results=results,
            what_failed="The first website.",
            objectives="",
        )
        db.session.commit()
        second_id = second.id
    page = browsers("bruno").see(f"/review/{second_id}")
    assert "in each <del>parish</del> <ins>district</ins> propose" in page
    assert "<del>5400</del><ins>6100</ins>" in page and "<ins>Assemblies</ins>" in page
    assert "<ins>The first website.</ins>" in page and "<del>More people take part.</del>" in page
    assert "4 fields of" in page and "Version 2" in page
    only = browsers("bruno").see(f"/review/{second_id}?only=changes")
    assert only.count('<section class="review__field') == 5 and 'id="field-scale"' not in only
    alone = browsers("bruno").see(f"/review/{second_id}?compare=nothing")
    assert "<ins>" not in alone and "<del>" not in alone


def test_unknown_and_huge_numbers_are_not_found(app, browsers):
    for number in ("0", "77", "2147483648", "9" * 40):
        browsers("bruno").see(f"/review/{number}", 404)
        browsers("bruno").send(f"/review/{number}/claim", 404)
    browsers("bruno").send("/review/1/comments/99/resolution", 404)


def test_bruno_takes_remarks_and_resolves(app, people, browsers):
    review_id = play(app, stage.submitted, "ana", people=people)
    bruno, here = browsers("bruno"), f"/review/{review_id}"
    assert bruno.send(f"{here}/claim") == here
    assert "You have this case." in bruno.see(here)
    location = bruno.send(
        f"{here}/comments", field="results", words="Who counted?", audience="authors", blocking="y"
    )
    assert location == f"{here}#field-results"
    page = bruno.see(here)
    assert "Who counted?" in page and "Blocks approval" in page
    assert "Approve opens when one comment is resolved." in page and 'value="approve"' not in page
    with app.app_context():
        made = db.session.scalars(select(Comment)).one().id
    other = play(app, stage.in_review, "ana", "bruno", people=people)
    bruno.send(f"/review/{other}/comments/{made}/resolution", 404)
    browsers("milan").send(f"{here}/comments/{made}/resolution", 404)
    bruno.send(f"{here}/comments/{made}/resolution")
    assert 'value="approve"' in bruno.see(here)


def test_a_remark_without_words_comes_back_with_everything_else(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    here = f"/review/{review_id}/comments"
    page = browsers("bruno").send(here, 422, field="results", words="   ", audience="reviewers", blocking="y")
    assert "Write the comment first." in page and re.search(r'id="blocking-results" checked', page)
    page = browsers("bruno").send(here, 422, field="nonsense", words="Kept words", audience="authors")
    page = browsers("bruno").send(here, 422, field="title", words="k" * 5001, audience="authors")
    assert "At most 5000 characters." in page and "k" * 5001 in page


def test_milan_is_told_that_bruno_has_taken_the_case(app, people, browsers):
    review_id = play(app, stage.submitted, "ana", people=people)
    browsers("milan").see(f"/review/{review_id}")
    browsers("bruno").send(f"/review/{review_id}/claim")
    assert "Bruno has taken this case." in browsers("milan").send(f"/review/{review_id}/claim", 409)


def test_a_moderator_of_the_same_city_is_refused_and_a_coordinator_notes_why_not(app, people, browsers):
    review_id = play(app, stage.submitted, "ana", people=people)
    here = f"/review/{review_id}"
    assert "somebody from elsewhere must review it" in browsers("nora").see(here)
    browsers("nora").send(f"{here}/claim", 409, conflict_note="It is fine")
    nora = {"assign-person": people["nora"].id}
    page = browsers("dora").send(f"{here}/assignment", 409, **nora)
    assert "only when a coordinator notes why" in page
    browsers("milan").send(f"{here}/assignment", 404, **nora)
    browsers("dora").send(
        f"{here}/assignment", **nora, **{"assign-conflict_note": "She alone reads Portuguese"}
    )
    assert "She alone reads Portuguese" in browsers("nora").see(here)
    browsers("dora").send(f"{here}/assignment", 422, **{"assign-person": people["chloe"].id})


def test_bruno_gives_a_case_back(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    browsers("milan").send(f"/review/{review_id}/release", 409)
    assert browsers("bruno").send(f"/review/{review_id}/release") == "/review"
    browsers("bruno").send(f"/review/{review_id}/release")
    assert f"/review/{review_id}/claim" in browsers("milan").see("/review?tab=nobody")


def test_bruno_approves_with_rubric_and_note_and_it_is_public(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    here = f"/review/{review_id}"
    seen = re.search(r'name="seen_hash" value="(\w+)"', browsers("bruno").see(here))[1]
    browsers("bruno").send(
        f"{here}/decision",
        verdict="approve",
        seen_hash=seen,
        publish_now="y",
        public_note="A careful account.",
        rubric_clear="yes",
        rubric_sources="partly",
        **stage.JUDGED,
    )
    with app.app_context():
        review = db.session.get(Review, review_id)
        assert review.rubric == {"clear": "yes", "sources": "partly"}
        assert (review.public_note, review.revision.state) == ("A careful account.", "published")
    assert "Approved" in browsers("bruno").see(here)


def test_an_approved_case_is_published_later(app, people, browsers):
    review_id = play(app, stage.approved, "ana", "bruno", people=people)
    for name, status in (("nobody", 401), ("chloe", 404), ("ana", 404), ("eva", 404), ("otto", 404)):
        browsers(name).send(f"/review/{review_id}/publication", status)
    assert "/publication" in browsers("milan").see(f"/review/{review_id}")
    browsers("milan").send(f"/review/{review_id}/publication")
    browsers("milan").send(f"/review/{review_id}/publication")
    assert state_of(app, review_id) == "published"
    early = play(app, stage.in_review, "ana", "bruno", people=people)
    browsers("bruno").send(f"/review/{early}/publication", 409)
    assert state_of(app, early) == "in_review"


KEPT = {"reason": "A reason of many words", "public_note": "A note", "rubric_clear": "partly"}


def kept(page):
    return all(words in page for words in ("A reason of many words", "A note", 'selected value="partly"'))


def decision(app, review_id, **more):
    with app.app_context():
        seen = db.session.get(Review, review_id).revision.content_hash
    return {"seen_hash": seen, **KEPT, **more}


def test_what_was_typed_survives_every_refusal_of_a_decision(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    bruno, here = browsers("bruno"), f"/review/{review_id}/decision"
    page = bruno.send(here, 422, **decision(app, review_id, verdict="approve"))
    assert kept(page) and "Say how the results were found out" in page
    page = bruno.send(here, 422, **decision(app, review_id, verdict="perhaps"))
    assert kept(page) and "Choose what to decide." in page
    page = bruno.send(here, 422, **{**decision(app, review_id, verdict="reject"), "reason": " "})
    assert "A reason is missing." in page and 'href="#reason"' in page and "A note" in page
    page = bruno.send(
        here, 409, **decision(app, review_id, verdict="approve", seen_hash="old", **stage.JUDGED)
    )
    assert kept(page) and "The text is another one now." in page
    bruno.send(f"/review/{review_id}/comments", field="", words="Mend it", audience="authors", blocking="y")
    page = bruno.send(here, 422, **decision(app, review_id, verdict="approve", **stage.JUDGED))
    assert kept(page) and "Approve opens when one comment is resolved." in page
    assert state_of(app, review_id) == "in_review"
    browsers("dora").send(f"/review/{review_id}/assignment", **{"assign-person": people["milan"].id})
    page = bruno.send(here, 409, **decision(app, review_id, verdict="reject"))
    assert "A reason of many words" in page and "somebody else acted on this case" in page
    browsers("dora").send(here, **decision(app, review_id, verdict="reject"))
    page = browsers("milan").send(here, 409, **decision(app, review_id, verdict="approve", **stage.JUDGED))
    assert "Dora has rejected this case meanwhile." in page and "A reason of many words" in page


def test_a_decision_without_the_text_that_was_read_is_refused(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    browsers("bruno").send(f"/review/{review_id}/decision", 409, verdict="approve", **stage.JUDGED)
    assert state_of(app, review_id) == "in_review"


def test_the_same_decision_sent_twice_is_one_decision(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    wanted = decision(app, review_id, verdict="request_changes")
    for _time in range(2):
        browsers("bruno").send(f"/review/{review_id}/decision", **wanted)
    with app.app_context():
        assert db.session.scalar(select(func.count(Decision.id))) == 1


def test_neither_authors_nor_outsiders_nor_experts_reach_the_verbs_of_a_review(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    here = f"/review/{review_id}"
    verbs = {
        "claim": {},
        "release": {},
        "assignment": {"assign-person": people["eva"].id},
        "comments": {"field": "title", "words": "Hello", "audience": "authors"},
        "comments/1/resolution": {},
        "decision": {"verdict": "reject", **KEPT},
        "publication": {},
        "reopening": {"reopening-reason": "Mine"},
    }
    for name in ("ana", "chloe", "eva", "otto", "willi"):
        browsers(name).see(here, 404)
        for verb, form in verbs.items():
            browsers(name).send(f"{here}/{verb}", 404, **form)
    for verb in verbs:
        assert browsers("bruno").client.get(f"{here}/{verb}").status_code in (404, 405)
    with app.app_context():
        assert db.session.get(Review, review_id).closed_at is None
        assert db.session.scalar(select(func.count(Comment.id))) == 0


def test_an_imported_case_is_approved_through_its_gate_and_nobody_is_asked_for_changes(app, people, browsers):
    with app.app_context():
        review_id = service.submit(stage.imported(), None).id
        db.session.commit()
    bruno, here = browsers("bruno"), f"/review/{review_id}"
    assert "Imported from library" in bruno.see("/review")
    bruno.send(f"{here}/claim")
    page = bruno.see(here)
    assert "La comunidad decide." in page and "https://library.example/1" in page
    assert 'value="request_changes"' not in page and 'value="approve"' in page
    bruno.send(f"{here}/decision", **decision(app, review_id, verdict="approve", publish_now="y"))
    assert state_of(app, review_id) == "published"


def test_a_rejected_case_is_reopened_by_a_coordinator(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    here = f"/review/{review_id}"
    browsers("bruno").send(f"{here}/decision", **decision(app, review_id, verdict="reject"))
    assert "/reopening" not in browsers("bruno").see(here)
    assert "Give a reason." in browsers("dora").send(f"{here}/reopening", 422)
    browsers("dora").send(f"{here}/reopening", **{"reopening-reason": "The author is right."})
    assert state_of(app, review_id) == "draft"


def test_earlier_rounds_and_their_open_remarks_are_on_the_page(app, people, browsers):
    first = play(app, stage.in_review, "ana", "bruno", people=people)
    browsers("bruno").send(
        f"/review/{first}/comments",
        field="results",
        words="Name the source",
        audience="authors",
        blocking="y",
    )
    browsers("bruno").send(f"/review/{first}/decision", **decision(app, first, verdict="request_changes"))
    with app.app_context():
        ana = db.session.get(cast.User, people["ana"].id)
        practice = db.session.get(Review, first).practice
        second = service.submit(practices.working_revision(practice), ana)
        service.take(second, db.session.get(cast.User, people["bruno"].id))
        db.session.commit()
        second_id, made = second.id, db.session.scalars(select(Comment)).one().id
    page = browsers("bruno").see(f"/review/{second_id}")
    assert "Name the source" in page and "from an earlier round" in page and "A reason of many words" in page
    location = browsers("bruno").send(f"/review/{first}/comments/{made}/resolution")
    assert location == f"/review/{second_id}#field-results"


# Acts on public cases


def test_a_coordinator_takes_a_case_down_and_brings_it_back_with_reasons(app, people, browsers):
    review_id = play(app, stage.published, "ana", "bruno", people=people)
    with app.app_context():
        public_id = db.session.get(Review, review_id).practice.public_id
    down, back = f"/practices/{public_id}/take-down", f"/practices/{public_id}/restoration"
    for name in ("ana", "chloe", "eva", "otto"):
        for address in (down, back):
            browsers(name).see(address, 404)
            browsers(name).send(address, 404, reason="No")
    browsers("bruno").send(down, 404, reason="Not his to take down")
    browsers("nobody").see(down, 401)
    assert "Give a reason." in browsers("dora").send(down, 422, reason=" ")
    for address, visibility in ((down, "tombstone"), (back, "public")):
        browsers("dora").see(address)
        browsers("dora").send(address, reason="Reasons in words")
        with app.app_context():
            assert practices.find(public_id).visibility == visibility
    browsers("dora").see("/practices/NOSUCH/take-down", 404)


def test_the_citys_admin_confirms_a_case_that_others_tell(app, people, browsers):
    review_id = play(app, stage.published, "ana", "bruno", people=people)
    with app.app_context():
        admin = cast.person("Adela", city="porto", city_admin=True)
        other = cast.person("Wanda", city="wien", city_admin=True)
        practice = db.session.get(Practice, db.session.get(Review, review_id).practice_id)
        practice.told_by = "researcher"
        db.session.commit()
        address = f"/practices/{practice.public_id}/confirmation"
    for browser in (browsers("ana"), browsers("bruno"), browsers("chloe"), Browser(app, other)):
        browser.see(address, 404)
        browser.send(address, 404, word="confirmed")
    adela = Browser(app, admin)
    assert "Say why." in adela.send(address, 422, word="disputed")
    adela.send(address, word="confirmed")
    adela.send(address, word="confirmed")
    with app.app_context():
        practice = db.session.get(Practice, practice.id)
        assert [one.word for one in practice.endorsements] == ["confirmed"]
        practice.told_by = "city"
        db.session.commit()
    assert "Confirmed" not in adela.see(address).split("<form", 1)[1]
    adela.send(address, 422, word="confirmed")


def test_what_was_never_public_has_no_such_pages(app, people, browsers):
    review_id = play(app, stage.submitted, "ana", people=people)
    with app.app_context():
        public_id = db.session.get(Review, review_id).practice.public_id
    for act in ("take-down", "restoration", "withdrawal-decision", "confirmation"):
        browsers("dora").see(f"/practices/{public_id}/{act}", 404)
