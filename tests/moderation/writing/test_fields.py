"""The fields of edition 2, as a browser without scripts fills them in."""

import pytest

from exchange.core.models import db
from exchange.moderation.forms import guidance
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.models import Revision
from tests import cast
from tests.moderation import paper
from tests.moderation.writing.test_write import Stage


@pytest.fixture
def stage(app):
    return Stage(app)


def test_other_cities_are_kept_by_what_they_are_and_unknown_ones_by_their_name(stage):
    with stage.app.app_context():
        cast.find_city("wien")
        db.session.commit()
    assert stage.send("what-and-where", other_cities="Vienna, Wien; Atlantis").status_code == 303
    assert stage.told("other_cities") == ["wien", "Atlantis"]
    page = stage.browser.get(stage.address("what-and-where"))
    assert paper.read(page).values["other_cities"] == "Vienna, Atlantis"


def test_an_exact_place_needs_its_numbers_and_a_centre_does_not(stage):
    rows = {"location-0-label": "Mill Street", "location-0-precision": "exact"}
    answer = stage.send("what-and-where", rows)
    assert answer.status_code == 422 and "needs its two numbers" in paper.error_at(answer, "location-0-lat")
    assert stage.told("location") is None
    assert stage.send("what-and-where", {**rows, "location-0-precision": "city-centre"}).status_code == 303
    assert stage.told("location") == [{"label": "Mill Street", "precision": "city-centre"}]
    exact = {**rows, "location-0-lat": "41,14", "location-0-lon": "-8.61"}
    assert stage.send("what-and-where", exact).status_code == 303
    assert stage.told("location")[0]["precision"] == "exact"


def test_a_part_says_when_it_is_needed_what_made_it_possible_and_what_was_learnt(stage):
    told = {
        "components-0-name": "Key contract",
        "components-0-what": "A club opens the yard.",
        "components-0-phase": "run",
        "components-0-enabling": "A model contract.",
        "components-0-lessons": "Two clubs a yard.",
    }
    assert stage.send("solution", told).status_code == 303
    assert stage.told("components") == [
        {
            "name": "Key contract",
            "what": "A club opens the yard.",
            "phase": "run",
            "enabling": "A model contract.",
            "lessons": "Two clubs a yard.",
        }
    ]


def test_rows_go_down_and_up_without_a_script_and_the_last_goes_no_further(stage):
    told = {"steps-0-step": "First", "steps-1-step": "Second"}
    page = stage.send("solution", {"steps-0-step": "First"}, add="steps")
    page = stage.post("solution", paper.filled(page, told, down="steps-0"))
    values = paper.read(page).values
    assert (values["steps-0-step"], values["steps-1-step"]) == ("Second", "First")
    assert ("down", "steps-1") not in paper.read(page).buttons
    assert ("down", "steps-0") in paper.read(page).buttons
    page = stage.post("solution", paper.filled(page, down="steps-1"))
    assert paper.read(page).values["steps-1-step"] == "First"
    page = stage.post("solution", paper.filled(page, up="steps-1"))
    assert paper.read(page).values["steps-0-step"] == "First"


def test_money_has_a_currency_and_a_year(stage):
    row = {"costs-0-item": "Works", "costs-0-amount": "1 200,50"}
    answer = stage.send("conditions", row)
    assert answer.status_code == 422 and "which currency" in paper.error_at(answer, "costs-0-currency")
    answer = stage.send("conditions", row, **{"costs-0-currency": "xyz", "costs-0-price_year": "14"})
    assert "three letters" in paper.error_at(answer, "costs-0-currency")
    assert "a year like 2014" in paper.error_at(answer, "costs-0-price_year")
    good = {**row, "costs-0-currency": "sek", "costs-0-price_year": "2014"}
    assert stage.send("conditions", good).status_code == 303
    assert stage.told("costs") == [
        {"item": "Works", "amount": "1200.50", "currency": "SEK", "price_year": "2014"}
    ]


def test_shares_are_parts_of_one_whole(stage):
    rows = {"funding-0-type": "national", "funding-0-share": "130"}
    assert "between 0 and 100" in paper.error_at(stage.send("conditions", rows), "funding-0-share")
    page = stage.send("conditions", {"funding-0-type": "national", "funding-0-share": "60"}, add="funding")
    more = {"funding-1-type": "own-budget", "funding-1-share": "50"}
    answer = stage.post("conditions", paper.filled(page, more, do="save"))
    assert answer.status_code == 422 and "more than 100" in paper.error_at(answer, "funding-1-share")
    answer = stage.post("conditions", paper.filled(answer, {"funding-1-share": "40"}, do="save"))
    assert answer.status_code == 303
    assert [row["share"] for row in stage.told("funding")] == ["60", "40"]


def test_staff_is_counted_in_posts(stage):
    answer = stage.send("conditions", staff_setup="three or four")
    assert answer.status_code == 422 and "Write a number" in paper.error_at(answer, "staff_setup")
    assert stage.send("conditions", staff_setup="2,5", staff_running="0.75").status_code == 303
    assert (stage.told("staff_setup"), stage.told("staff_running")) == ("2.5", "0.75")


def test_a_case_is_borrowed_from_a_public_one_or_from_words_but_not_from_nothing(stage):
    with stage.app.app_context():
        model = cast.published(
            cast.person("Willi", city="wien"), cast.bruno(), title="The model", city="wien"
        )
        hidden = cast.draft(cast.person("Wanda", city="wien"), title="Hidden", city="wien").practice
        public_id, hidden_id = model.public_id, hidden.public_id
        db.session.commit()
    name = "borrowed_from-0-practice"
    for wrong in (hidden_id, "ZZZZZZ", "https://elsewhere.example/practices/" + public_id):
        answer = stage.send("conditions", {name: wrong})
        assert answer.status_code == 422 and "no public case" in paper.error_at(answer, name), wrong
    answer = stage.send("conditions", {"borrowed_from-0-changed": "Gardens."})
    assert "where it comes from" in paper.error_at(answer, name)
    address = f"http://127.0.0.1:8000/practices/{public_id}-the-model"
    told = {name: address, "borrowed_from-0-changed": "Gardens."}
    assert stage.send("conditions", told).status_code == 303
    assert stage.told("borrowed_from") == [{"practice": public_id, "changed": "Gardens."}]


def test_whoever_has_measured_nothing_yet_says_so_and_why(stage):
    nothing = {f"results-0-{part.name}": "" for part in schema.FIELDS["results"].parts}
    answer = stage.send("results", {**nothing, "results__reason": "not-measured"})
    assert answer.status_code == 422
    assert "why nothing was measured" in paper.error_at(answer, "results__why")
    told = {**nothing, "results__reason": "not-measured", "results__why": "The first count is in May."}
    assert stage.send("results", told).status_code == 303
    assert stage.missing("results") == {"reason": "not-measured", "why": "The first count is in May."}
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        assert "results" not in {gap.name for gap in schema.gaps(revision, "P")}
    assert "Described, not yet measured. The first count is in May." in " ".join(
        stage.browser.get(stage.address("preview")).text.split()
    )


def test_not_measured_is_no_reason_for_any_other_silence(stage):
    offered = {
        name: "not-measured" in field.reasons for name, field in schema.FIELDS.items() if field.gate == "P"
    }
    assert [name for name, yes in offered.items() if yes] == ["results"]
    answer = stage.send("problem", objectives="", objectives__reason="not-measured", objectives__why="x")
    assert answer.status_code == 422 and stage.missing("objectives") is None


def test_evaluations_are_named_by_doi_and_awards_are_dated_as_exactly_as_known(stage):
    rows = {"evaluations-0-title": "A study", "evaluations-0-address": "doi:10.1000/182"}
    assert stage.send("results", rows).status_code == 303
    assert stage.told("evaluations") == [{"title": "A study", "address": "https://doi.org/10.1000/182"}]
    answer = stage.send("results", {"evaluations-0-address": "the library"})
    assert "Write a DOI" in paper.error_at(answer, "evaluations-0-address")
    award = {"awards-0-name": "Prize", "awards-0-year": "2022-05", "awards-0-by": "A jury"}
    assert stage.send("contact-and-rights", award).status_code == 303
    assert stage.told("awards") == [{"name": "Prize", "year": "2022-05", "by": "A jury"}]


def test_words_of_the_first_edition_stand_in_the_row_that_holds_them_now(stage):
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        practices.write(revision, {"borrowed_from": "Learnt from Ghent."}, {})
        revision.edition = 1
        revision.content_hash = kept = practices.content_hash(revision)
        db.session.commit()
    assert stage.told("borrowed_from") == [{"text": "Learnt from Ghent."}]
    page = stage.browser.get(stage.address("conditions"))
    assert paper.read(page).values["borrowed_from-0-text"] == "Learnt from Ghent."
    assert "Learnt from Ghent." in stage.browser.get(stage.address("preview")).text
    with stage.app.app_context():
        revision = db.session.get(Revision, stage.revision_id)
        assert (
            practices.content_hash(revision) == kept
            and revision.answers["borrowed_from"] == "Learnt from Ghent."
        )


def test_a_new_version_is_told_in_the_newest_edition(app):
    with app.app_context():
        practice = cast.published(cast.ana(), cast.bruno())
        old = practices.public_revision(practice)
        old.edition = 1
        assert practices.next_draft(old, practice.lead).edition == schema.EDITION == 2
        assert old.edition == 1


def test_beside_every_question_that_needs_thought_stands_advice_with_an_example(stage):
    thoughtful = {
        field.name
        for field in schema.FIELDS.values()
        if field.gate in "SP" and field.kind in ("text", "group") or field.name in ("costs", "components")
    }
    without = {name for name in thoughtful if not getattr(guidance.GUIDANCE.get(name), "example", "")}
    assert without == set()
    assert set(guidance.GUIDANCE) <= set(schema.FIELDS)
    page = stage.browser.get(stage.address("problem")).text
    assert "A good example" in page and "Since 2005 heavy rain" in page
