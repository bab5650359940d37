"""Where reviewers and authors speak with each other, and the desk deals with many, as browsers meet it."""

import json
import re

import pytest
from sqlalchemy import func, select

from exchange.core.models import db
from exchange.moderation import service
from exchange.moderation.models import CannedReason, Comment, Decision, Note, Review, Suggestion
from exchange.practices import service as practices
from tests import cast
from tests.moderation import stage
from tests.moderation.review.test_desk import browsers, decision, people, play, queries_of, state_of

__all__ = ["browsers", "people"]  # fixtures
SHORT = "Residents spend a part of the budget."


def loaded(model, **which):
    return db.session.scalars(select(model).filter_by(**which)).one()


def count(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def case(app, people):
    """(number of a review that Bruno has, code of Ana's case)"""
    review_id = play(app, stage.in_review, "ana", "bruno", people=people, title="In Bruno's hands")
    with app.app_context():
        return review_id, db.session.get(Review, review_id).practice.public_id


# Threads


def test_ana_reads_and_answers_a_comment_where_her_case_stands(app, browsers, case):
    here, write = f"/review/{case[0]}", f"/write/{case[1]}"
    bruno, ana = browsers("bruno"), browsers("ana")
    bruno.send(f"{here}/comments", field="results", words="Who counted?", audience="authors", blocking="y")
    bruno.send(f"{here}/comments", field="results", words="Between us", audience="reviewers")
    page = ana.see(f"{write}/submission")
    assert "Who counted?" in page and "Between us" not in page
    with app.app_context():
        remark, secret = (loaded(Comment, words=words).id for words in ("Who counted?", "Between us"))
    answers = f"{write}/comments/{remark}/answers"
    assert "Write the answer first." in ana.send(answers, 422, words=" ")
    where = ana.send(answers, words="The participation office.")
    assert where == f"{write}/submission#comment-{remark}"
    ana.send(answers, words="The participation office.")
    assert bruno.see(here).count("The participation office.") == 1
    ana.send(f"{write}/comments/{secret}/answers", 404, words="I guess")
    browsers("willi").send(answers, 404, words="Not mine")
    bruno.send(f"{here}/comments/{remark}/answers", words="Then name it.")
    assert "Then name it." in ana.see(f"{write}/submission")
    bruno.send(f"{here}/comments/{remark}/resolution")
    page = ana.send(answers, 409, words="Too late, but kept")
    assert "The review has gone on" in page
    with app.app_context():
        assert [one.words for one in loaded(Comment, id=remark).answers] == [
            "The participation office.",
            "Then name it.",
        ]


def test_an_answer_without_words_comes_back_beneath_its_comment(app, browsers, case):
    here = f"/review/{case[0]}"
    browsers("bruno").send(f"{here}/comments", field="title", words="Name the year", audience="authors")
    with app.app_context():
        remark = loaded(Comment).id
    page = browsers("bruno").send(f"{here}/comments/{remark}/answers", 422, words="k" * 5001)
    assert "At most 5000 characters." in page and "k" * 5001 in page
    browsers("bruno").send(f"{here}/comments/77/answers", 404, words="Nothing there")


# Other words


def test_bruno_suggests_words_and_ana_takes_or_declines_them_by_one_click(app, browsers, case):
    here, wording = f"/review/{case[0]}", f"/write/{case[1]}/wording"
    bruno, ana = browsers("bruno"), browsers("ana")
    assert "Suggest wording" in bruno.see(here)
    where = bruno.send(f"{here}/suggestions", field="summary", text=SHORT, why="Shorter")
    assert where == f"{here}#field-summary"
    sent = {"text-0-obstacle": "Mistrust", "text-0-handled": "Open accounts"}
    bruno.send(f"{here}/suggestions", field="obstacles", **sent)  # one of the two was changed
    assert "2 suggested wordings wait for your answer" in ana.see(f"/write/{case[1]}/submission")
    page = ana.see(wording)
    assert "Residents <del>decide how</del> <ins>spend</ins> a part" in page and "Shorter" in page
    with app.app_context():
        first, second = (loaded(Suggestion, field=field).id for field in ("summary", "obstacles"))
    for name in ("bruno", "willi", "chloe"):
        browsers(name).send(f"{wording}/{first}", 404, answer="accept")
    for _time in range(2):
        ana.send(f"{wording}/{first}", answer="accept")
    ana.send(f"{wording}/{second}", answer="decline")
    assert "dealt with meanwhile" in ana.send(f"{wording}/{second}", 409, answer="accept")
    page = bruno.see(here)
    assert "Taken by the author" in page and "Declined by the author" in page
    assert "Approve opens when the wording that the author took is in the text" in page
    bruno.send(f"{here}/decision", **decision(app, case[0], verdict="request_changes"))
    with app.app_context():
        draft = practices.working_revision(practices.find(case[1]))
        assert (draft.summary, draft.get("obstacles")[0]["obstacle"]) == (SHORT, "Distrust")


def test_words_that_say_nothing_new_or_too_much_come_back_as_they_were_typed(app, browsers, case):
    here = f"/review/{case[0]}/suggestions"
    bruno = browsers("bruno")
    same = bruno.send(here, 422, field="summary", text=cast.ANSWERS["summary"])
    assert "Change the text first" in same and count(app, Suggestion) == 0
    long = bruno.send(here, 422, field="summary", text="k" * 401, why="Because of this")
    assert "Shorten this to 400 characters" in long and "k" * 401 in long and "Because of this" in long
    empty = bruno.send(here, 422, field="summary", text=" ")
    assert "To have a passage taken out altogether" in empty
    bruno.send(here, 422, field="nonsense", text="Nothing there")
    two = bruno.send(here, field="title", text="Two\nlines")
    with app.app_context():
        made = loaded(Suggestion)
        assert (made.after, two) == ("Two lines", f"/review/{case[0]}#field-title")
    bruno.send(f"{here}/{made.id}/removal")
    assert "No wording is suggested" in browsers("ana").see(f"/write/{case[1]}/wording")


def test_bruno_cannot_put_words_into_an_approved_text_nor_an_expert_into_any(app, people, browsers, case):
    browsers("dora").send(f"/review/{case[0]}/assignment", **{"assign-person": people["eva"].id})
    assert "Suggest wording" not in browsers("eva").see(f"/review/{case[0]}")
    browsers("eva").send(f"/review/{case[0]}/suggestions", 404, field="summary", text=SHORT)


# What changed since I read it


def test_bruno_compares_with_what_he_last_read_and_sees_both_pictures(app, people, browsers):
    with app.app_context():
        ana = db.session.get(cast.User, people["ana"].id)
        revision = cast.draft(ana)
        first, second = (cast.put_media(revision.practice, ana)[0].id for _time in range(2))
        row = {"alt": "A square", "credit": "Porto", "licence": "CC-BY-4.0"}
        practices.save(revision, {"media": [{"file": first, **row}]}, {}, ana)
        review_id = service.submit(revision, ana).id
        db.session.commit()
    here = f"/review/{review_id}"
    bruno = browsers("bruno")
    page = bruno.see(here)
    assert "There is no public version to compare with." in page
    seen = re.search(r'name="seen_hash" value="(\w+)"', page)[1]
    bruno.send(f"{here}/reading", 409, seen_hash="another text")
    bruno.send(f"{here}/reading", seen_hash=seen)
    assert "You read this text on" in bruno.see(here)
    with app.app_context():
        review, ana = db.session.get(Review, review_id), db.session.get(cast.User, people["ana"].id)
        service.withdraw(review, ana)
        practices.save(
            review.revision,
            {"media": [{"file": second, **row}], "objectives": "More people decide."},
            {},
            ana,
        )
        again = service.submit(review.revision, ana).id
        db.session.commit()
    page = bruno.see(f"/review/{again}")
    assert "what you last read" in page and "More people <del>take part.</del><ins>decide.</ins>" in page
    assert f"/media/{first}/" in page and f"/media/{second}/" in page and "2 fields of" in page
    assert "Text changed since you read it" in bruno.see("/review")
    page = browsers("milan").see(f"/review/{again}")
    assert f"/media/{first}/" not in page and "what you last read" not in page


# Notes that keep


def fresh_base(app):
    with app.app_context():
        return service.base_of_note(None)


def autosave(browser, address, **form):
    answer = browser.client.post(
        address, data={"csrf_token": browser.token, **form}, headers={"Accept": "application/json"}
    )
    return answer.status_code, json.loads(answer.data)


def test_what_bruno_types_is_kept_as_he_types_and_stands_there_again(app, browsers, case):
    here = f"/review/{case[0]}"
    bruno = browsers("bruno")
    typed = {
        "notes": "Ask the census",
        "reason": "Name the source",
        "rubric_sources": "no",
        "note_sources": "None",
    }
    status, answer = autosave(bruno, f"{here}/notes", base=fresh_base(app), **typed)
    assert (status, answer["saved"]) == (200, True)
    page = bruno.see(here)
    assert all(words in page for words in ("Ask the census", "Name the source", 'value="None"'))
    assert (
        'name="publish_now"' in page and "checked" not in re.search(r"<input[^>]*publish_now[^>]*>", page)[0]
    )
    status, again = autosave(bruno, f"{here}/notes", base=answer["base"], **{**typed, "notes": "Ask twice"})
    assert status == 200 and again["base"] != answer["base"]
    status, late = autosave(bruno, f"{here}/notes", base=answer["base"], notes="The other window")
    assert (status, late["saved"]) == (409, False)
    page = bruno.send(f"{here}/notes", 409, base=answer["base"], notes="The other window", reason="Mine")
    assert all(words in page for words in ("Ask twice", "The other window", "Name the source", "Mine"))
    fresh = re.search(r'name="base"[^>]*value="(\w+)"', page)[1]
    bruno.send(f"{here}/notes", base=fresh, notes="Both: ask twice, and the other window")
    status, wrong = autosave(bruno, f"{here}/notes", base=fresh, notes="k" * 10001)
    assert status == 422 and "At most 10000 characters." in wrong["message"]
    assert "Both: ask twice" in browsers("milan").see(here)
    for name in ("ana", "chloe", "eva"):
        browsers(name).send(f"{here}/notes", 404, notes="Not mine")
    assert "Both: ask twice" not in browsers("ana").see(f"/write/{case[1]}/submission")


def test_a_decision_keeps_the_last_words_and_stops_at_those_of_another_window(app, browsers, case):
    here = f"/review/{case[0]}"
    bruno = browsers("bruno")
    base = fresh_base(app)
    autosave(bruno, f"{here}/notes", base=base, notes="From the first window")
    wanted = decision(app, case[0], verdict="request_changes", base=base, notes="From the second window")
    page = bruno.send(f"{here}/decision", 409, **wanted)
    assert "From the first window" in page and "From the second window" in page
    assert state_of(app, case[0]) == "in_review"
    wanted["base"] = re.search(r'name="base"[^>]*value="(\w+)"', page)[1]
    bruno.send(f"{here}/decision", **wanted)
    with app.app_context():
        assert loaded(Note).words == "From the second window"
    page = bruno.send(f"{here}/notes", 409, base=wanted["base"], notes="Typed too late")
    assert "has asked for changes meanwhile" in page and "Typed too late" in page


def test_notes_of_somebody_who_does_not_decide_leave_a_decision_to_be_alone(app, people, browsers, case):
    here = f"/review/{case[0]}"
    bruno = browsers("bruno")
    _status, answer = autosave(bruno, f"{here}/notes", base=fresh_base(app), reason="Half a letter")
    browsers("dora").send(f"{here}/assignment", **{"assign-person": people["milan"].id})
    assert 'name="reason"' not in browsers("eva").client.get(here).text
    autosave(bruno, f"{here}/notes", base=answer["base"], notes="Only a note")
    with app.app_context():
        note = loaded(Note)
        assert (note.words, note.typed["reason"]) == ("Only a note", ["Half a letter"])


# Standard reasons


def test_a_standard_reason_is_put_in_for_the_author_and_written_on(app, people, browsers, case):
    here = f"/review/{case[0]}"
    with app.app_context():
        db.session.get(cast.User, people["ana"].id).language = "fr"
        french = loaded(CannedReason, code="no-source").texts["fr"]
        db.session.commit()
    bruno = browsers("bruno")
    form = {"do": "canned", "canned": "no-source", "reason": "Mine.", "base": fresh_base(app)}
    assert bruno.send(f"{here}/notes", **form) == f"{here}#decision-words"
    with app.app_context():
        note = loaded(Note)
        assert note.typed["reason"] == [f"{french}\n\nMine."]
        form |= {"base": service.base_of_note(note), "reason": note.typed["reason"][0]}
    bruno.send(f"{here}/notes", **form)
    with app.app_context():
        assert loaded(Note).typed["reason"] == [f"{french}\n\nMine."]
    bruno.send(f"{here}/decision", **decision(app, case[0], verdict="request_changes", canned="no-source"))
    with app.app_context():
        assert loaded(Decision).reason_code == "no-source"


def test_a_decision_names_no_reason_that_is_not_on_offer(app, browsers, case):
    form = decision(app, case[0], verdict="request_changes", canned="nonsense")
    browsers("bruno").send(f"/review/{case[0]}/decision", **form)
    with app.app_context():
        assert loaded(Decision).reason_code is None


def test_dora_adds_changes_and_retires_a_standard_reason(app, browsers, case):
    dora = browsers("dora")
    new = {"new-code": "too-short", "new-label_en": "Too short", "new-text_en": "Please tell more."}
    assert "Give it a code." in dora.send("/desk/reasons", 422, **{**new, "new-code": ""})
    assert "Use small letters" in dora.send("/desk/reasons", 422, **{**new, "new-code": "Too short!"})
    assert "Write it in English" in dora.send("/desk/reasons", 422, **{**new, "new-text_en": ""})
    assert dora.send("/desk/reasons", **new) == "/desk/reasons#too-short"
    assert "Another reason has this code." in dora.send("/desk/reasons", 422, **new)
    assert ">Too short</option>" in browsers("bruno").see(f"/review/{case[0]}")
    wrong = dora.send("/desk/reasons/too-short", 422, label_en="", text_en="Kept words", text_fr="Gardé")
    assert "Kept words" in wrong and "Gardé" in wrong
    dora.send("/desk/reasons/too-short", label_en="Short", text_en="More, please.", label_de="Kurz")
    assert "Kurz" in dora.see("/desk/reasons?open=too-short")
    dora.send("/desk/reasons/too-short/retirement")
    assert ">Short</option>" not in browsers("bruno").see(f"/review/{case[0]}")
    dora.send("/desk/reasons/too-short/return")
    assert ">Short</option>" in browsers("bruno").see(f"/review/{case[0]}")
    dora.send("/desk/reasons/nothing", 404)
    browsers("bruno").see("/desk/reasons", 404)


def test_the_author_reads_the_marks_line_by_line_with_the_notes_beside_them(app, browsers, case):
    page = browsers("ana").see(f"/write/{case[1]}/submission")
    assert "What the reviewer found" not in page
    form = decision(app, case[0], verdict="request_changes", note_sources="None for the voters")
    browsers("bruno").send(f"/review/{case[0]}/decision", **form, rubric_sources="no")
    page = browsers("ana").see(f"/write/{case[1]}/what-and-where")
    assert "Figures have a source</b>: No – None for the voters" in page


# Many at once


@pytest.fixture
def imports(app, people):
    """The values of the boxes beside three imported cases."""
    with app.app_context():
        reviews = [service.submit(stage.imported(number), None) for number in range(3)]
        db.session.commit()
        return [f"{review.id}:{review.revision.content_hash}" for review in reviews]


def test_bruno_deals_with_ticked_imports_and_hears_what_was_left(app, browsers, imports):
    bruno = browsers("bruno")
    page = bruno.see("/review?tab=imported&tick=all")
    assert all(f'value="{one}"' in page for one in imports) and page.count(" checked>") == 3
    with app.app_context():
        broken = db.session.get(Review, int(imports[1].split(":")[0]))
        broken.practice.origin = {"url": "https://library.example/1"}
        db.session.commit()
    page = bruno.send("/review/bulk", 409, act="approve", case=imports, tab="imported")
    assert "2 cases are approved and public." in page and "1 case was left as it was:" in page
    assert "licence" in page and f'value="{imports[1]}"' in page and page.count(" checked>") == 1
    with app.app_context():
        states = [db.session.get(Review, int(one.split(":")[0])).revision.state for one in imports]
        assert states == ["published", "submitted", "published"]
    page = bruno.send("/review/bulk", 422, act="reject", case=imports[1:2])
    assert "Give a reason." in page and " checked>" in page
    bruno.send("/review/bulk", act="reject", case=imports[1:2], reason="No licence")
    assert state_of(app, int(imports[1].split(":")[0])) == "rejected"


def test_numbers_that_no_review_has_tick_nothing(browsers, imports):
    for number in ("9" * 30, "9" * 5000, "٣", "-1", ""):
        assert "Tick the cases first." in browsers("bruno").send(
            "/review/bulk", 422, act="take", case=[f"{number}:x"]
        )


def test_two_moderators_at_many_cases_one_has_them_and_the_other_is_told(app, browsers, imports):
    assert browsers("bruno").send("/review/bulk", act="take", case=imports[:2]) == "/review"
    page = browsers("milan").send("/review/bulk", 409, act="take", case=imports)
    assert "1 case is yours to review." in page and page.count("Bruno has taken this case.") == 2


def test_the_form_for_many_leads_to_where_many_are_dealt_with(app, people, browsers, imports):
    page = browsers("bruno").see("/review?tab=imported")
    form = re.search(r'<form id="bulk" method="post" action="([^"]+)"', page)
    assert form.group(1) == "/review/bulk"


@pytest.fixture
def many_imports(app, people, monkeypatch):
    """Seven imported cases, five of them about water; three are dealt with in a step, two stand on a page."""
    monkeypatch.setattr("exchange.moderation.views.tables.bulk.STEP", 3)
    monkeypatch.setattr("exchange.moderation.queries.PAGES", {"imported": 2})
    with app.app_context():
        for number in range(1, 8):
            revision = stage.imported(number)
            revision.title = f"{'Water' if number < 6 else 'Waste'} {number}"
            service.submit(revision, None)
        db.session.commit()


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def test_all_that_match_are_dealt_with_step_by_step_and_told_by_number(app, browsers, many_imports):
    bruno = browsers("bruno")
    asked = {"tab": "imported", "q": "water"}
    page = bruno.see("/review?tab=imported&q=water")
    assert "all 5 imported cases that match" in page
    form = {**asked, "act": "approve", "everything": "y", "up_to": hidden(page, "up_to")}
    page = bruno.send("/review/bulk", 200, **form)
    assert "3 cases are approved and public." in page and "2 more that match are still to go." in page
    assert "Go on with the next 2" in page
    form["after"] = hidden(page, "after")
    assert bruno.send("/review/bulk", **form) == "/review?tab=imported"
    with app.app_context():
        titles = [revision.title for _practice, revision in db.session.execute(practices.public())]
    assert sorted(titles) == [f"Water {number}" for number in range(1, 6)] and count(app, Decision) == 5
    assert "None of them waits any more." in bruno.send("/review/bulk", 422, **form)


def test_what_arrives_after_the_page_was_made_is_not_among_all(app, browsers, many_imports):
    bruno = browsers("bruno")
    up_to = hidden(bruno.see("/review?tab=imported&q=water"), "up_to")
    with app.app_context():
        late = stage.imported(9)
        late.title = "Water, late"
        service.submit(late, None)
        db.session.commit()
    form = {"tab": "imported", "q": "water", "act": "take", "everything": "y", "up_to": up_to}
    page = bruno.send("/review/bulk", 200, **form)
    bruno.send("/review/bulk", **form, after=hidden(page, "after"))
    with app.app_context():
        taken = [one.revision.title for one in db.session.query(Review) if one.reviewer_id]
    assert sorted(taken) == [f"Water {number}" for number in range(1, 6)]


def test_one_of_all_that_cannot_be_done_is_told_and_stops_nobody(app, browsers, many_imports):
    with app.app_context():
        found = next(one for one in db.session.query(Review) if one.revision.title == "Water 2")
        found.practice.origin = {}
        db.session.commit()
    bruno = browsers("bruno")
    form = {"tab": "imported", "q": "water", "act": "approve", "everything": "y", "up_to": "99"}
    page = bruno.send("/review/bulk", 409, **form)
    assert "2 cases are approved" in page and "1 case was left as it was" in page and "still to go" in page
    assert bruno.send("/review/bulk", **form, after=hidden(page, "after"))
    assert count(app, Decision) == 4


def test_rejecting_all_needs_a_reason_and_keeps_what_was_asked(app, browsers, many_imports):
    form = {"tab": "imported", "q": "", "act": "reject", "everything": "y", "up_to": "99"}
    page = browsers("bruno").send("/review/bulk", 422, **form)
    assert "Give a reason." in page and re.search(r'id="everything"[^>]* checked', page)
    browsers("eva").send("/review/bulk", 404, **form)
    browsers("bruno").send("/review/bulk", 422, act="take", everything="y", up_to="²")
    assert count(app, Decision) == 0


def test_nonsense_in_bulk_does_nothing(app, people, browsers, imports):
    bruno = browsers("bruno")
    own = play(app, stage.submitted, "ana", people=people)
    assert "Tick the cases first." in bruno.send("/review/bulk", 422, act="take")
    assert "Choose what to do with them." in bruno.send("/review/bulk", 422, act="perhaps", case=imports)
    bruno.send("/review/bulk", 422, act="take", case=["x:y", "99999:abc", "²:x", ":"])
    page = bruno.send("/review/bulk", 409, act="approve", case=[f"{own}:x", imports[0].split(":")[0] + ":x"])
    assert "2 cases were left as they were:" in page
    many = [f"{number}:x" for number in range(1000, 1060)]
    bruno.send("/review/bulk", 422, act="take", case=many)
    for name, status in (("nobody", 401), ("ana", 404), ("eva", 404), ("chloe", 404)):
        browsers(name).send("/review/bulk", status, act="take", case=imports)
    assert count(app, Decision) == 0


# Who sees what


def test_an_expert_sees_no_round_remark_or_note_of_cases_and_rounds_that_were_not_hers(app, people, browsers):
    first = play(app, stage.in_review, "ana", "bruno", people=people, title="Back and forth")
    browsers("bruno").send(
        f"/review/{first}/comments", field="title", words="First round", audience="authors"
    )
    form = decision(app, first, verdict="request_changes", reason="A reason of the first round")
    browsers("bruno").send(f"/review/{first}/decision", **form)
    with app.app_context():
        ana = db.session.get(cast.User, people["ana"].id)
        practice = db.session.get(Review, first).practice
        second = service.submit(practices.working_revision(practice), ana)
        service.assign(
            second, db.session.get(cast.User, people["eva"].id), db.session.get(cast.User, people["dora"].id)
        )
        db.session.commit()
        second_id = second.id
    for words in ("First round", "A reason of the first round", f"/review/{first}"):
        assert words in browsers("bruno").see(f"/review/{second_id}")
        assert words not in browsers("eva").see(f"/review/{second_id}")
    browsers("eva").see(f"/review/{first}", 404)
    other = play(app, stage.submitted, "ana", people=people, title="Back to others")
    for address in ("/review?q=Back", "/review?tab=all", "/review?q=forth"):
        page = browsers("eva").see(address)
        assert "Back and forth" in page and "Back to others" not in page
    assert "Back to others" in browsers("bruno").see("/review?q=others back")
    for verb in ("reading", "notes", "suggestions", "comments/1/answers"):
        browsers("eva").send(f"/review/{other}/{verb}", 404)


def test_the_desk_is_searched_by_words_of_the_title_or_the_code(app, people, browsers, case):
    play(app, stage.submitted, "ana", people=people, title="100 % bicycles")
    for q, found in (("bruno hands", 1), ("%", 1), (case[1].lower(), 1), ("_", 0), ("bicycles hands", 0)):
        assert browsers("milan").see(f"/review?q={q.replace('%', '%25')}").count("data-open ") == found, q


@pytest.mark.parametrize("q", ["Ørsted", "orsted", "ØRSTED", "STRASSENBÄUME", "strassenbaume", "ÎLE"])
def test_the_desk_is_searched_without_minding_case_and_accents_in_any_script(app, people, browsers, q):
    play(app, stage.submitted, "ana", people=people, title="Straßenbäume für Ørsted, île")
    play(app, stage.submitted, "ana", people=people, title="Something else")
    assert browsers("milan").see(f"/review?q={q}").count("data-open ") == 1


def test_a_title_that_is_changed_is_found_by_its_new_words(app, people, browsers, case):
    with app.app_context():
        revision = db.session.get(Review, case[0]).revision
        revision.title = "ПАРКИ Ελλάδα"
        db.session.commit()
    for q, found in (("парки", 1), ("ελλαδα", 1), ("hands", 0)):
        assert browsers("milan").see(f"/review?q={q}").count("data-open ") == found, q


def test_a_review_costs_the_same_whatever_was_said_on_it(app, people, browsers, case):
    bruno = browsers("bruno")
    here, costs = f"/review/{case[0]}", []
    for many in (1, 2, 20):
        with app.app_context():
            review = db.session.get(Review, case[0])
            by = review.reviewer
            for number in range(many):
                remark = service.comment(review, "results", f"Remark {many} {number}", by)
                service.answer(remark, "Answer", db.session.get(cast.User, people["milan"].id))
                service.suggest(review, by, "summary", f"Other words {many} {number}")
            db.session.commit()
        costs.append(queries_of(app, lambda: bruno.see(here)))
    assert costs[0] == costs[1] == costs[2], costs


def test_what_was_typed_never_becomes_markup(app, browsers, case):
    evil = "<script>alert(1)</script>"
    here = f"/review/{case[0]}"
    bruno = browsers("bruno")
    bruno.send(f"{here}/comments", field="title", words=evil, audience="authors")
    with app.app_context():
        remark = loaded(Comment).id
    bruno.send(f"{here}/comments/{remark}/answers", words=evil + "2")
    bruno.send(f"{here}/suggestions", field="summary", text=evil, why=evil)
    bruno.send(f"{here}/notes", base=fresh_base(app), notes=evil, reason=evil)
    pages = [bruno.see(here), browsers("milan").see(here)]
    pages += [browsers("ana").see(f"/write/{case[1]}/{page}") for page in ("submission", "wording")]
    for page in pages:
        assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
        assert re.search(r"\sstyle=|\son[a-z]+=", page) is None
