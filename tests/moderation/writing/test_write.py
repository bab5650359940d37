"""Ana tells a case: as a browser without scripts does it."""

from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, func, select

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.moderation.models import Review
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision
from tests import cast
from tests.moderation import paper

AJAX = {"Accept": "application/json"}


class Stage:
    """A case, the people around it and their browsers."""

    def __init__(self, app, **answers):
        self.app = app
        with app.app_context():
            self.ana = cast.ana()
            self.revision_id = cast.draft(self.ana, **answers).id
            db.session.commit()
            self.public_id = db.session.get(Revision, self.revision_id).practice.public_id
        self.browser = cast.client_of(app, self.ana)

    def address(self, last):
        return f"/write/{self.public_id}/{last}"

    def send(self, step, changes=None, **more):
        return paper.send(self.browser, self.address(step), changes, **more)

    def post(self, step, values, **how):
        return self.browser.post(self.address(step), data=values, **how)

    def told(self, name):
        with self.app.app_context():
            return db.session.get(Revision, self.revision_id).get(name, None)

    def missing(self, name):
        with self.app.app_context():
            return db.session.get(Revision, self.revision_id).missing.get(name)

    def guest(self, user_of):
        """The browser of another person, made by a function of the cast."""
        with self.app.app_context():
            user = user_of()
            db.session.commit()
        return cast.client_of(self.app, user)

    def change(self, **answers):
        """Somebody else saves while a page of Ana's is open."""
        with self.app.app_context():
            revision = db.session.get(Revision, self.revision_id)
            practices.save(revision, answers, {}, revision.created_by)
            db.session.commit()

    def submit(self):
        with self.app.app_context():
            revision = db.session.get(Revision, self.revision_id)
            moderation.submit(revision, revision.created_by)
            db.session.commit()


@pytest.fixture
def stage(app):
    return Stage(app)


# Beginning


def test_ana_begins_a_case_with_three_answers_and_lands_on_the_first_step(stage):
    answer = paper.send(
        stage.browser, "/write/new", title="A tram for the hills", language="pt", city="porto"
    )
    assert answer.status_code == 303
    page = stage.browser.get(answer.location)
    assert page.status_code == 200
    assert "A tram for the hills" in page.text
    assert "A tram for the hills" in stage.browser.get("/write").text


def test_the_form_of_a_new_case_sent_twice_makes_one_case(stage):
    form = paper.filled(stage.browser.get("/write/new"), title="Twice", city="porto")
    first, second = (stage.browser.post("/write/new", data=form) for _ in range(2))
    assert first.location == second.location


def test_a_case_needs_a_title_and_a_city_of_ones_own(stage):
    answer = paper.send(stage.browser, "/write/new", title=" ", city="porto")
    assert answer.status_code == 422
    assert "Give the case a title." in answer.text
    with stage.app.app_context():
        cast.find_city("wien")
        db.session.commit()
    assert paper.send(stage.browser, "/write/new", title="Foreign", city="wien").status_code == 422


def test_whoever_has_no_city_is_told_how_to_ask_for_one(stage):
    chloe = stage.guest(cast.chloe)
    assert "Ask for your city" in chloe.get("/write").text
    assert chloe.get("/write/new").location == "/write"


@contextmanager
def counted_queries():
    found = []

    def note(_connection, _cursor, statement, *_more):
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_my_cases_cost_the_same_number_of_queries_for_one_and_for_three(stage):
    stage.submit()
    with counted_queries() as one:
        assert stage.browser.get("/write").status_code == 200
    with stage.app.app_context():
        ana = db.session.get(Revision, stage.revision_id).created_by
        for title in ("Second", "Third"):
            revision = cast.draft(ana, title=title)
            moderation.submit(revision, ana)
        db.session.commit()
    with counted_queries() as three:
        assert "Third" in stage.browser.get("/write").text
    assert len(three) == len(one)


# The steps


@pytest.mark.parametrize("slug", schema.STEP_SLUGS)
def test_a_step_that_is_opened_and_sent_unchanged_changes_nothing(stage, slug):
    with stage.app.app_context():
        before = db.session.get(Revision, stage.revision_id).content_hash
    place = schema.STEP_SLUGS.index(slug) + 1
    following = (*schema.STEP_SLUGS, "submission")[place]
    answer = stage.send(slug, do="on")
    assert answer.status_code == 303
    assert answer.location == stage.address(following)
    with stage.app.app_context():
        assert db.session.get(Revision, stage.revision_id).content_hash == before
        assert not db.session.scalar(select(func.count(AuditLine.id)).where(AuditLine.act == "save"))


def test_every_kind_of_answer_is_stored_in_its_shape(stage):
    assert stage.send(
        "what-and-where",
        {
            "title": "  Trams,\n again ",
            "tags": "Trams, hills , trams;hills",
            "topics-0": "public-transport",
            "topics-1": "",
            "topics-2": "climate",
            "start": "1974-12",
            "location-0-label": "Baixa",
            "location-0-lat": "41,1",
            "location-0-lon": "−8.61",
            "do": "save",
        },
    ).location == stage.address("what-and-where")
    assert stage.told("title") == "Trams, again"
    assert stage.told("tags") == ["Trams", "hills"]
    assert stage.told("topics") == ["public-transport", "climate"]
    assert stage.told("start") == "1974-12"
    assert stage.told("location") == [{"label": "Baixa", "lat": "41.1", "lon": "-8.61"}]

    stage.send("problem", {"sdgs-0-goal": "13", "sdgs-0-why": "", "target_groups": ["women", "children"]})
    assert stage.told("sdgs") == [{"goal": 13, "target": "11.3"}]
    assert stage.told("target_groups") == ["children", "women"]

    stage.send("contact-and-rights", {"contacts-0-languages": "Portugiesisch, english, wo"})
    assert stage.told("contacts")[0]["languages"] == ["pt", "en", "wo"]


def test_an_answer_taken_out_is_gone(stage):
    stage.send("problem", objectives="", **{"sdgs-0-goal": "", "sdgs-0-target": "", "sdgs-0-why": ""})
    assert stage.told("objectives") is None
    assert stage.told("sdgs") is None


def test_what_is_too_long_is_told_at_its_field_and_nothing_typed_is_lost(stage):
    long = "word " * 700
    answer = stage.send("problem", challenge=long, objectives="Mended meanwhile.", do="on")
    assert answer.status_code == 422
    assert "it has 3499" in paper.error_at(answer, "challenge")
    assert long.strip() in answer.text
    assert 'data-focus id="error-summary"' in answer.text
    assert 'href="#challenge"' in answer.text
    assert stage.told("objectives") == "Mended meanwhile."
    assert stage.told("challenge") == cast.ANSWERS["challenge"]


@pytest.mark.parametrize(
    ("step", "name", "value", "said"),
    [
        ("what-and-where", "start", "soon", "Write a year like 2006"),
        ("what-and-where", "end", "2001", "cannot end before it starts"),
        ("what-and-where", "title", "", "Give the case a title."),
        ("what-and-where", "stage", "imaginary", "Not a valid choice"),
        ("what-and-where", "tags", "x" * 80, "A tag is a word or two"),
        ("what-and-where", "location-0-lat", "95", "between −90 and 90"),
        ("problem", "sdgs-0-goal", "18", "Not a valid choice"),
        ("problem", "sdgs-0-goal", "", "Fill this in"),
        ("results", "results-0-baseline", "many", "Write a number"),
        ("results", "results-0-baseline", "1,200", "without separators"),
        ("results", "results-0-baseline_when", "2051", "Give a date before 2019"),
        ("contact-and-rights", "contacts-0-mail", "not a mailbox", "Write a mail address"),
        ("contact-and-rights", "contacts-0-languages", "Klingon", "Klingon"),
        ("contact-and-rights", "links-0-address", "javascript:alert(1)", "Write a web address"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field(stage, step, name, value, said):
    answer = stage.send(step, {name: value})
    assert answer.status_code == 422
    assert said in paper.error_at(answer, name)
    assert f'href="#{name}"' in answer.text


def test_a_reason_may_stand_in_place_of_an_answer(stage):
    stage.change(cost_band="")
    answer = stage.send("conditions", {"cost_band__reason": "not-known", "cost_band__why": ""})
    assert answer.status_code == 422
    assert "why it is not known" in paper.error_at(answer, "cost_band__why")
    stage.send("conditions", {"cost_band__reason": "not-known", "cost_band__why": "audit in May"})
    assert stage.missing("cost_band") == {"reason": "not-known", "why": "audit in May"}
    stage.send("conditions", {"cost_band": "1m-10m"})
    assert stage.missing("cost_band") is None
    assert stage.told("cost_band") == "1m-10m"


def test_rights_take_no_reason(stage):
    stage.change(declarations=[], licence="")
    assert "licence__reason" not in stage.browser.get(stage.address("contact-and-rights")).text


def test_fields_that_no_form_shows_are_passed_over(stage):
    strange = {
        "state": "published",
        "practice_id": "1",
        "told_by": "award",
        "visibility": "public",
        "number": "7",
    }
    stage.send(
        "what-and-where",
        {**strange, "results-0-indicator": "smuggled", "results-²-x": "y", "summary": "New."},
    )
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        assert (revision.state, revision.number, revision.practice.told_by) == ("draft", None, "city")
        assert revision.practice.visibility == "none"
        assert revision.get("results") == cast.ANSWERS["results"]
        assert revision.summary == "New."
        assert not strange.keys() & revision.answers.keys()


def test_going_back_saves_too(stage):
    answer = stage.send("problem", objectives="More shade.", do="back")
    assert answer.location == stage.address("what-and-where")
    assert stage.told("objectives") == "More shade."


def test_an_unknown_step_is_not_there(stage):
    assert stage.browser.get(stage.address("nowhere")).status_code == 404


# Rows, without a script


def test_a_row_is_added_and_what_was_typed_elsewhere_stays(stage):
    address = stage.address("obstacles")
    page = paper.send(
        stage.browser,
        address,
        {"obstacles-0-obstacle": "No money", "what_failed": "The app.", "add": "obstacles"},
    )
    assert page.status_code == 200
    assert 'name="obstacles-1-obstacle"' in page.text
    form = paper.filled(page, {"obstacles-1-obstacle": "No staff", "do": "save"})
    assert stage.browser.post(address, data=form).status_code == 303
    assert [row["obstacle"] for row in stage.told("obstacles")] == ["No money", "No staff"]
    assert stage.told("what_failed") == "The app."


def test_rows_are_moved_and_removed_and_half_written_text_stays(stage):
    stage.change(actors=[{"name": name} for name in ("First", "Second", "Third")])
    address = stage.address("solution")
    page = paper.send(
        stage.browser, address, {"up": "actors-2", "steps-0-date": "someday", "steps-0-step": "Began"}
    )
    assert page.status_code == 200
    values = paper.read(page).values
    assert [values[f"actors-{n}-name"] for n in range(3)] == ["First", "Third", "Second"]
    assert values["steps-0-date"] == "someday"
    page = stage.browser.post(
        address, data=paper.filled(page, {"remove": "actors-0", "steps-0-date": "2001"})
    )
    form = paper.filled(page, {"do": "save"})
    assert stage.browser.post(address, data=form).status_code == 303
    assert [row["name"] for row in stage.told("actors")] == ["Third", "Second"]
    assert stage.told("steps") == [{"date": "2001", "step": "Began"}]


@pytest.mark.parametrize(
    "target", ["actors-77", "actors-x", "nothing-0", "", "title-0", "actors-99999999999999999999"]
)
def test_a_row_that_is_not_there_does_no_harm(stage, target):
    assert stage.send("solution", remove=target).status_code == 303
    assert stage.told("actors") == cast.ANSWERS["actors"]


# Two who write at once


def test_of_two_who_save_the_second_gets_both_texts_and_nothing_is_overwritten(stage):
    page = stage.browser.get(stage.address("problem"))
    stage.change(challenge="What Nuno wrote.")
    answer = stage.post("problem", paper.filled(page, challenge="What Ana wrote.", objectives="Her own."))
    assert answer.status_code == 409
    assert "What Nuno wrote." in answer.text
    assert "What Ana wrote." in answer.text
    assert "data-autosave" not in answer.text
    assert stage.told("challenge") == "What Nuno wrote."
    assert stage.told("objectives") == cast.ANSWERS["objectives"]


@pytest.mark.parametrize(("whose", "text"), [("mine", "What Ana wrote."), ("theirs", "What Nuno wrote.")])
def test_she_keeps_hers_or_takes_the_other(stage, whose, text):
    page = stage.browser.get(stage.address("problem"))
    stage.change(challenge="What Nuno wrote.")
    both = stage.post("problem", paper.filled(page, challenge="What Ana wrote.", objectives="Her own."))
    undecided = stage.post("problem", paper.filled(both))
    assert undecided.status_code == 409
    assert "Choose one." in undecided.text
    form = paper.filled(undecided, {"choose-challenge": whose, "choose-objectives": "mine"}, do="save")
    assert stage.post("problem", form).status_code == 303
    assert stage.told("challenge") == text
    assert stage.told("objectives") == "Her own."


def test_a_third_text_that_comes_while_she_chooses_is_shown_too(stage):
    page = stage.browser.get(stage.address("problem"))
    stage.change(challenge="Second.")
    both = stage.post("problem", paper.filled(page, challenge="First."))
    stage.change(challenge="Third.")
    again = stage.post("problem", paper.filled(both, {"choose-challenge": "mine"}))
    assert again.status_code == 409
    assert "Third." in again.text
    assert stage.told("challenge") == "Third."


def test_rows_and_reasons_differ_too(stage):
    stage.change(cost_band="")
    page = stage.browser.get(stage.address("conditions"))
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        reason = {"reason": "withheld", "why": ""}
        practices.save(revision, {"funding": [{"type": "private"}]}, {"cost_band": reason}, None)
        db.session.commit()
    answer = stage.post("conditions", paper.filled(page, {"cost_band__reason": "not-applicable"}))
    assert answer.status_code == 409
    assert "We may not say" in answer.text
    assert "Private funds" in answer.text
    assert stage.missing("cost_band") == reason


def test_two_reasons_for_one_gap_are_two_texts(stage):
    stage.change(cost_band="")
    page = stage.browser.get(stage.address("conditions"))
    reason = {"reason": "withheld", "why": ""}
    with stage.app.app_context():
        practices.save(db.session.get(Revision, stage.revision_id), {}, {"cost_band": reason}, None)
        db.session.commit()
    assert (
        stage.post("conditions", paper.filled(page, {"cost_band__reason": "not-applicable"})).status_code
        == 409
    )
    assert stage.missing("cost_band") == reason


def test_a_form_without_its_base_overwrites_nothing(stage):
    answer = stage.send("problem", base=None, challenge="From nowhere.")
    assert answer.status_code == 409
    assert stage.told("challenge") == cast.ANSWERS["challenge"]


def test_the_same_text_sent_twice_is_no_quarrel(stage):
    form = paper.filled(stage.browser.get(stage.address("problem")), challenge="Once.")
    assert [stage.post("problem", form).status_code for _ in range(2)] == [303, 303]


# Saving while one types


def test_what_is_typed_is_saved_on_the_way_and_says_from_which_text_the_next_saving_starts(stage):
    form = paper.filled(stage.browser.get(stage.address("problem")), challenge="Half a sen")
    answer = stage.post("problem", form, headers=AJAX)
    assert answer.status_code == 200
    assert answer.json["saved"] is True
    form["base"], form["challenge"] = answer.json["base"], "Half a sentence."
    assert stage.post("problem", form, headers=AJAX).json["saved"] is True
    assert stage.told("challenge") == "Half a sentence."


def test_a_half_typed_value_keeps_nothing_else_from_being_saved(stage):
    page = stage.browser.get(stage.address("what-and-where"))
    form = paper.filled(page, start="20", summary="Told anew.")
    answer = stage.post("what-and-where", form, headers=AJAX)
    assert answer.status_code == 422
    assert answer.json["saved"] is False
    assert list(answer.json["problems"]) == ["start"]
    assert stage.told("summary") == "Told anew."
    assert stage.told("start") == "2015"
    form["base"], form["start"] = answer.json["base"], "2016"
    assert stage.post("what-and-where", form, headers=AJAX).status_code == 200
    assert stage.told("start") == "2016"


def test_the_list_of_what_is_missing_comes_along(stage):
    stage.change(challenge="")
    form = paper.filled(stage.browser.get(stage.address("problem")), objectives="Still no problem.")
    answer = stage.post("problem", form, headers=AJAX).json
    assert "Problem addressed" in answer["readiness_html"]


def test_saving_on_the_way_meets_the_other_writer_too(stage):
    form = paper.filled(stage.browser.get(stage.address("problem")), challenge="Mine.")
    stage.change(challenge="Theirs.")
    answer = stage.post("problem", form, headers=AJAX)
    assert answer.status_code == 409
    assert answer.json["saved"] is False
    assert stage.told("challenge") == "Theirs."


def test_strangers_and_the_signed_out_get_their_answer_in_json_too(stage):
    form = paper.filled(stage.browser.get(stage.address("problem")))
    assert stage.app.test_client().post(stage.address("problem"), data=form, headers=AJAX).status_code == 401
    chloe = stage.guest(cast.chloe)
    form["csrf_token"] = cast.token_for(stage.app, chloe)
    answer = chloe.post(stage.address("problem"), data=form, headers=AJAX)
    assert (answer.status_code, answer.content_type) == (404, "application/json")


def test_tags_are_suggested_from_the_vocabulary(stage):
    with stage.app.app_context():
        from exchange.taxonomy import service as taxonomy

        taxonomy.let_in_tags(["Trams", "Tramway", "Water"])
        db.session.commit()
    assert stage.browser.get("/write/tags?q=tra").json == ["Trams", "Tramway"]
    assert stage.browser.get("/write/tags?q=%25").json == []
    assert stage.app.test_client().get("/write/tags?q=tra").status_code == 401
    assert stage.guest(cast.chloe).get("/write/tags?q=tra").status_code == 404


# Reading and submitting


def test_hostile_markdown_is_harmless_in_the_preview(stage):
    stage.change(
        challenge="<script>alert(1)</script> **bold** [x](javascript:alert(2)) ![i](https://evil.example/i.png)",
        title='<img src=x onerror="alert(3)">',
    )
    text = stage.browser.get(stage.address("preview")).text
    assert "<strong>bold</strong>" in text
    for danger in ("<script>alert", 'href="javascript', "<img src=x", 'evil.example/i.png"'):
        assert danger not in text


def test_the_preview_is_for_authors_and_reviewers(stage):
    assert stage.guest(cast.bruno).get(stage.address("preview")).status_code == 200
    assert stage.guest(cast.chloe).get(stage.address("preview")).status_code == 404
    assert stage.app.test_client().get(stage.address("preview")).status_code == 401


def test_a_case_with_gaps_is_not_submitted_and_the_gaps_are_named(stage):
    stage.change(challenge="", contacts=[])
    page = stage.browser.get(stage.address("submission"))
    assert stage.address("problem") + "#challenge" in page.text
    answer = stage.post("submission", {"csrf_token": paper_token(stage)})
    assert answer.status_code == 422
    assert "Contacts" in answer.text
    assert "2 answers are missing" in answer.text
    assert stage.told("challenge") is None


def paper_token(stage, browser=None):
    return cast.token_for(stage.app, browser or stage.browser)


def test_a_full_case_is_submitted_once_and_can_be_taken_back(stage):
    assert "Clear to a stranger" in stage.browser.get(stage.address("submission")).text
    token = {"csrf_token": paper_token(stage)}
    assert stage.post("submission", token).status_code == 303
    assert stage.post("submission", token).status_code == 303
    with stage.app.app_context():
        assert db.session.get(Revision, stage.revision_id).state == "submitted"
        assert db.session.scalar(select(func.count(Review.id))) == 1
    assert "Submitted on" in stage.browser.get(stage.address("problem")).text
    assert stage.post("submission/withdrawal", token).status_code == 303
    with stage.app.app_context():
        assert db.session.get(Revision, stage.revision_id).state == "draft"
    assert stage.send("problem", challenge="Mended.").status_code == 303


def test_what_is_typed_after_the_case_was_submitted_is_shown_to_be_copied(stage):
    form = paper.filled(stage.browser.get(stage.address("problem")), challenge="Too late, alas.")
    stage.submit()
    answer = stage.post("problem", form)
    assert answer.status_code == 409
    assert "Too late, alas." in answer.text
    assert stage.post("problem", form, headers=AJAX).status_code == 409
    assert stage.told("challenge") == cast.ANSWERS["challenge"]


def test_a_newcomer_writes_and_saves_but_does_not_submit(app):
    with app.app_context():
        newcomer = cast.person("Nuno", city="porto", member_state="requested")
        public_id = cast.draft(newcomer).practice.public_id
        db.session.commit()
    browser = cast.client_of(app, newcomer)
    assert paper.send(browser, f"/write/{public_id}/problem", challenge="His words.").status_code == 303
    assert "Porto has not confirmed yet" in browser.get(f"/write/{public_id}/submission").text
    answer = browser.post(f"/write/{public_id}/submission", data={"csrf_token": cast.token_for(app, browser)})
    assert answer.status_code == 403
    with app.app_context():
        assert db.session.scalar(select(Revision)).state == "draft"


@pytest.mark.parametrize("last", ["problem", "submission", "preview", "withdrawal"])
def test_an_outsider_finds_nothing_and_the_signed_out_are_asked_to_sign_in(stage, last):
    assert stage.guest(cast.chloe).get(stage.address(last)).status_code == 404
    assert stage.app.test_client().get(stage.address(last)).status_code == 401


def test_a_moderator_reads_but_does_not_write(stage):
    bruno = stage.guest(cast.bruno)
    assert bruno.get(stage.address("problem")).status_code == 404
    form = {"csrf_token": paper_token(stage, bruno), "challenge": "Bruno’s"}
    assert bruno.post(stage.address("problem"), data=form).status_code == 404


# After the review


def test_the_author_finds_the_moderators_words_beside_the_fields_and_not_those_for_reviewers(stage):
    stage.submit()
    with stage.app.app_context():
        bruno, review = cast.bruno(), db.session.scalar(select(Review))
        moderation.take(review, bruno)
        moderation.comment(review, "challenge", "Since when?", bruno, blocking=True)
        moderation.comment(review, "challenge", "I doubt it.", bruno, audience="reviewers")
        moderation.decide(review, "request_changes", bruno, reason="One thing is unclear.")
        db.session.commit()
    page = stage.browser.get(stage.address("problem")).text
    assert "One thing is unclear." in page
    assert "Since when?" in page
    assert "I doubt it." not in page
    assert "Changes asked" in stage.browser.get("/write").text
    assert stage.send("problem", challenge="Since 2011.").status_code == 303


@pytest.fixture
def published(stage):
    stage.submit()
    with stage.app.app_context():
        bruno, review = cast.bruno(), db.session.scalar(select(Review))
        moderation.take(review, bruno)
        moderation.decide(review, "approve", bruno, design="monitoring", independence="own")
        db.session.commit()
    return stage


def test_a_public_case_is_written_on_in_a_new_draft_while_the_old_text_stays(published):
    token = {"csrf_token": paper_token(published)}
    assert "Write a new version" in published.browser.get(published.address("problem")).text
    assert published.post("draft", token).status_code == 303
    assert published.post("draft", token).status_code == 303
    assert published.send("problem", challenge="A second telling.").status_code == 303
    with published.app.app_context():
        states = db.session.execute(select(Revision.state, Revision.id).order_by(Revision.id)).all()
        assert [state for state, _id in states] == ["published", "draft"]
        practice = db.session.scalar(select(Practice))
        assert practices.public_revision(practice).get("challenge") == cast.ANSWERS["challenge"]


def test_the_lead_author_asks_for_the_withdrawal_with_a_reason(published):
    address = f"/practices/{published.public_id}/withdrawal"
    assert published.browser.get(published.address("withdrawal")).status_code == 200
    token = paper_token(published)
    assert published.browser.post(address, data={"csrf_token": token, "reason": " "}).status_code == 422
    sent = {"csrf_token": token, "reason": "The law was repealed."}
    assert [published.browser.post(address, data=sent).status_code for _ in range(2)] == [303, 303]
    with published.app.app_context():
        practice = db.session.scalar(select(Practice))
        assert practice.withdrawal_asked == "The law was repealed."
        assert practice.visibility == "public"
        assert (
            db.session.scalar(select(func.count(AuditLine.id)).where(AuditLine.act == "ask withdrawal")) == 1
        )
    chloe = published.guest(cast.chloe)
    sent["csrf_token"] = paper_token(published, chloe)
    assert chloe.post(address, data=sent).status_code == 404


def test_whoever_asks_when_it_was_withdrawn_at_that_moment_is_told(published, monkeypatch):
    def withdrawn(*_asked):
        raise practices.NotAllowed("it has been withdrawn already")

    monkeypatch.setattr(practices, "ask_withdrawal", withdrawn)
    sent = {"csrf_token": paper_token(published), "reason": "The law was repealed."}
    answer = published.browser.post(f"/practices/{published.public_id}/withdrawal", data=sent)
    assert answer.status_code == 409 and "somebody else acted on this case meanwhile" in answer.text


def test_a_draft_that_was_never_public_is_not_withdrawn(stage):
    assert stage.browser.get(stage.address("withdrawal")).status_code == 404


# Both texts in one field


def undecided(stage, theirs, mine):
    """The page that shows Ana two texts of the problem: Nuno’s stands, hers is in the fields."""
    page = stage.browser.get(stage.address("problem"))
    stage.change(**theirs)
    return stage.post("problem", paper.filled(page, mine))


def test_the_words_that_differ_are_marked_in_both_directions(stage):
    both = undecided(
        stage, {"challenge": "Few people believed the mayor."}, {"challenge": "Few people knew us."}
    )
    assert both.status_code == 409
    assert "<ins>knew us.</ins>" in both.text and "<del>believed the mayor.</del>" in both.text


def test_she_keeps_both_and_shortens_them_by_hand(stage):
    both = undecided(stage, {"challenge": "What Nuno wrote."}, {"challenge": "What Ana wrote."})
    answer = stage.post("problem", paper.filled(both, {"choose-challenge": "both"}, do="on"))
    assert answer.status_code == 303 and answer.location.endswith("/problem#challenge")
    assert stage.told("challenge") == "What Ana wrote.\n\nWhat Nuno wrote."
    assert stage.send("problem", challenge="What both wrote.").status_code == 303
    assert stage.told("challenge") == "What both wrote."


def test_rows_of_both_stand_together_and_none_twice(stage):
    same = {"goal": 11, "target": "11.3", "why": "Participatory planning"}
    both = undecided(stage, {"sdgs": [same, {"goal": 5}]}, {"sdgs-0-why": "Planning together"})
    stage.post("problem", paper.filled(both, {"choose-sdgs": "both"}))
    mine = {**same, "why": "Planning together"}
    assert stage.told("sdgs") == [mine, same, {"goal": 5}]


def test_of_two_choices_only_one_can_be_kept(stage):
    page = stage.browser.get(stage.address("what-and-where"))
    stage.change(scale="street")
    both = stage.post("what-and-where", paper.filled(page, scale="region"))
    assert 'name="choose-scale" value="theirs"' in both.text
    assert 'name="choose-scale" value="both"' not in both.text


def test_both_of_a_text_that_has_changed_again_is_asked_anew(stage):
    both = undecided(stage, {"challenge": "Second."}, {"challenge": "First."})
    stage.change(challenge="Third.")
    again = stage.post("problem", paper.filled(both, {"choose-challenge": "both"}))
    assert again.status_code == 409
    assert paper.read(again).values["challenge"] == "First."  # of a text she has not seen nothing is put in
    assert stage.told("challenge") == "Third."
    stage.post("problem", paper.filled(again, {"choose-challenge": "both"}))
    assert stage.told("challenge") == "First.\n\nThird."


def test_both_together_may_be_too_long_and_are_not_thrown_away(stage):
    both = undecided(stage, {"challenge": "A" * 2000}, {"challenge": "B" * 2000})
    answer = stage.post("problem", paper.filled(both, {"choose-challenge": "both"}))
    assert answer.status_code == 422
    assert "A" * 2000 in answer.text and "B" * 2000 in answer.text
    assert "Shorten this to 3000 characters" in paper.error_at(answer, "challenge")


def test_the_page_is_saved_honestly_after_signing_in_again(stage):
    """A form of an older session is refused, and the page it stands on gives a new secret to send it with."""
    form = paper.filled(stage.browser.get(stage.address("problem")), challenge="Typed before.")
    with stage.app.app_context():
        ana = db.session.get(Revision, stage.revision_id).created_by
    again = cast.client_of(stage.app, ana)
    refused = again.post(stage.address("problem"), data=form, headers=AJAX)
    assert (refused.status_code, refused.content_type) == (400, "application/json")
    form["csrf_token"] = paper.read(again.get(stage.address("problem"))).values["csrf_token"]
    assert again.post(stage.address("problem"), data=form, headers=AJAX).json["saved"]
    assert stage.told("challenge") == "Typed before."
