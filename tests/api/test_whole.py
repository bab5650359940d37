"""One case whole: every public answer, and nothing else."""

import json

from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.taxonomy.models import Rate
from tests import cast

ANSWERS = {
    "other_cities": ["wien", "Atlantis"],
    "components": [{"name": "Assembly", "phase": "run", "enabling": "A hall.", "lessons": "Two halls."}],
    "costs": [{"kind": "yearly", "item": "Votes", "amount": "9100", "currency": "SEK", "price_year": "2006"}],
    "staff_setup": "2.5",
    "contacts": [
        {"name": "Everyone’s office", "mail": "all@porto.example", "shown_to": "public"},
        {"name": "Colleagues’ office", "mail": "some@porto.example", "shown_to": "verified"},
    ],
    "note_to_reviewers": "Between us.",
}


def tell(app, **answers):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        city = cast.find_city("porto")
        city.population, city.population_year = 1000, 2006
        cast.find_city("wien")
        db.session.add(Rate(currency="SEK", year=2006, per_euro="9.1", source="ECB"))
        model = cast.published(ana, bruno, title="The model")
        rows = [{"practice": model.public_id, "changed": "Gardens."}, {"text": "Ghent."}]
        told = cast.published(ana, bruno, **{**ANSWERS, "borrowed_from": rows, **answers})
        ids = told.public_id, model.public_id
        db.session.commit()
    return ids


def whole(app, public_id, status=200):
    answer = app.test_client().get(f"/practices/{public_id}.json")
    assert answer.status_code == status
    return answer.json if status == 200 else None


def test_a_machine_reads_what_a_reader_reads(app):
    told, model = tell(app)
    case = whole(app, told)
    assert (case["edition"], case["version"], case["evidence_design"]) == (schema.EDITION, 1, "before-after")
    assert case["other_cities"] == [{"name": "Vienna", "slug": "wien"}, {"name": "Atlantis", "slug": None}]
    assert case["components"] == ANSWERS["components"] and case["staff_setup"] == "2.5"
    (cost,) = case["costs"]
    assert (cost["amount"], cost["per_head"], cost["euros"]) == ("9100", "9.1", "1000")
    assert (cost["per_euro"], cost["rate_source"]) == ("9.1", "ECB")
    assert case["residents"] == {"count": 1000, "year": 2006, "source": None}
    first, second = case["borrowed_from"]
    assert first["practice"] == model and first["address"].endswith(f"/practices/{model}-the-model")
    assert second == {"text": "Ghent."}


def test_what_is_for_colleagues_or_reviewers_stays_here(app):
    told, _model = tell(app)
    body = json.dumps(whole(app, told), ensure_ascii=False)
    assert "all@porto.example" in body
    for hidden in ("some@porto.example", "Colleagues’", "Between us.", "declarations"):
        assert hidden not in body


def test_a_case_that_was_borrowed_from_is_no_link_once_it_is_gone(app):
    told, model = tell(app)
    with app.app_context():
        practices.show(practices.find(model), "tombstone", cast.person("Milan", "moderator"), "It ended.")
        db.session.commit()
    first = whole(app, told)["borrowed_from"][0]
    assert first == {"practice": model, "changed": "Gardens."}
    page = app.test_client().get(f"/practices/{told}", follow_redirects=True).text
    assert f"Case {model}, which is not public now" in page and "The model" not in page
    assert whole(app, model, 410) is None


def test_an_older_version_and_an_older_edition_stay_readable(app):
    told, _model = tell(app)
    with app.app_context():
        revision = practices.public_revision(practices.find(told))
        practices.write(revision, {"borrowed_from": "From Ghent.", "staff_setup": "three or four"}, {})
        revision.edition = 1
        revision.approved_hash = revision.content_hash = practices.content_hash(revision)
        db.session.commit()
    case = app.test_client().get(f"/practices/{told}/revisions/1.json").json
    assert case["edition"] == 1 and case["borrowed_from"] == [{"text": "From Ghent."}]
    page = app.test_client().get(f"/practices/{told}", follow_redirects=True).text
    assert "From Ghent." in page and "three or four" in page


def test_why_there_is_no_answer_is_told_where_the_page_tells_it(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        case = cast.published(ana, bruno)
        revision = practices.public_revision(case)
        reason = {"reason": "not-measured", "why": "The first count is in May."}
        practices.write(
            revision, {"results": None, "objectives": None}, {"results": reason, "objectives": reason}
        )
        revision.approved_hash = revision.content_hash
        told = case.public_id
        db.session.commit()
    assert whole(app, told)["missing"] == {"results": reason, "objectives": {"reason": "not-measured"}}


def test_only_who_may_be_read_is_given(app):
    with app.app_context():
        ana = cast.ana()
        draft = cast.draft(ana).practice.public_id
        db.session.commit()
    for public_id in (draft, "ZZZZZZ"):
        whole(app, public_id, 404)


def test_a_case_that_was_merged_leads_to_the_one_that_stands_for_it(app):
    told, model = tell(app)
    with app.app_context():
        moderation.merge(
            practices.find(told), practices.find(model), cast.person("Cora", "coordinator"), "They are one."
        )
        db.session.commit()
    answer = app.test_client().get(f"/practices/{told}.json")
    assert answer.status_code == 301 and answer.location.endswith(f"/practices/{model}.json")


def test_whoever_holds_it_hears_that_nothing_changed(app):
    told, _model = tell(app)
    first = app.test_client().get(f"/practices/{told}.json")
    again = app.test_client().get(f"/practices/{told}.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and first.headers["X-Robots-Tag"] == "noindex"
