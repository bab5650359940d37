"""What edition 2 added, as readers meet it on the case page."""

import re

from exchange.core.models import db
from exchange.practices import service as practices
from exchange.taxonomy.models import Rate
from tests import cast
from tests.front.test_views import acting, page, tell

TOLD = {
    "other_cities": ["wien", "Atlantis"],
    "location": [{"label": "Mill Street", "lat": "41.14", "lon": "-8.61", "precision": "exact"}],
    "components": [
        {
            "name": "Assembly",
            "what": "A meeting.",
            "phase": "decide",
            "enabling": "A hall nearby.",
            "lessons": "Two halls.",
        }
    ],
    "results": [{**cast.ANSWERS["results"][0], "period": "one spring", "comparator": "the year before"}],
    "evaluations": [{"title": "A study", "address": "https://doi.org/10.1000/182", "design": "trial"}],
    "costs": [
        {"kind": "setup", "item": "Halls", "amount": "1820000", "currency": "SEK", "price_year": "2006"}
    ],
    "funding": [{"type": "national", "name": "The state", "share": "60"}],
    "staff_setup": "2.5",
    "staff_running": "0.75",
    "borrowed_from": [{"text": "Porto Alegre.", "changed": "Smaller parishes."}],
    "awards": [{"name": "A prize", "year": "2022-05", "by": "A jury"}],
    "links": [{"name": "The plan", "address": "https://plan.example/", "kind": "law", "date": "2014"}],
}


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition('<main id="main"')[2]).split())


def told(app, query="", **answers):
    """The words of the page of a case with everything in it, and its public id."""
    with app.app_context():
        cast.find_city("wien")
        city = cast.find_city("porto")
        city.population, city.population_year = 910_000, 2006
        db.session.add(Rate(currency="SEK", year=2006, per_euro="9.1", source="ECB"))
        db.session.commit()
    (one,) = tell(app, **{**TOLD, **answers})
    return words(page(app, page(app, f"/practices/{one}").location + query).text), one


def test_every_new_answer_stands_on_the_page(app):
    text, _one = told(app)
    for sentence in (
        "With Vienna , Atlantis",
        "Mill Street This very place",
        "To decide",
        "What made it possible A hall nearby.",
        "What they would do differently Two halls.",
        "Counted over: one spring.",
        "Compared with the year before.",
        "Outcome: what changed for people",
        "No reviewer has checked a figure yet.",
        "A study – Trial Named by whoever tells the case.",
        "1,820,000 SEK prices of 2006 ≈ 200,000 euros of that year, by ECB",
        "2.00 SEK",
        "Per head of 910,000 residents of Porto in 2006.",
        "National funds: The state (60 %)",
        "Staff to set up, full-time posts: 2.5",
        "Staff to run, full-time posts: 0.75",
        "Porto Alegre.",
        "What was changed Smaller parishes.",
        "A prize – Award, May 2022 · A jury",
        "The plan – Law, 2014",
    ):
        flat = sentence.replace(" ", "")
        assert flat in text.replace(" ", ""), sentence


def test_without_a_rate_nothing_is_converted(app):
    text, _one = told(app, costs=[{**TOLD["costs"][0], "price_year": "2007"}])
    assert "1,820,000 SEK" in text and "≈" not in text


def test_a_figure_reads_as_the_reader_writes(app):
    text, _one = told(app, "?hl=de")
    assert "1.820.000 SEK" in text and "200.000" in text and "2,00 SEK" in text


def test_what_is_not_known_of_the_city_is_not_divided_by(app):
    text, one = told(app)
    with acting(app, one) as (practice, _):
        practice.city.population_year = None
    text = words(page(app, page(app, f"/practices/{one}").location).text)
    assert "Per head of" not in text and "1,820,000 SEK" in text


def test_a_case_that_measured_nothing_says_so_in_its_own_words(app):
    (one,) = tell(app)
    for reason, said in (
        ("not-measured", "Described, not yet measured. We count in May."),
        ("withheld", "We may not say: We count in May."),
    ):
        with acting(app, one) as (practice, _):
            revision = practices.public_revision(practice)
            practices.write(
                revision, {"results": None}, {"results": {"reason": reason, "why": "We count in May."}}
            )
            revision.approved_hash = revision.content_hash
        text = words(page(app, page(app, f"/practices/{one}").location).text)
        assert said in text
    assert "not yet measured" not in text


def test_other_cities_are_found_by_their_names(app):
    from exchange.search import indexing
    from tests.search import stage

    _text, one = told(app)
    with app.app_context():
        indexing.repair()
    assert [hit.practice.public_id for hit in stage.ask(app, "Atlantis").hits] == [one]


def test_rows_of_which_only_the_needful_was_told_do_not_break_the_page(app):
    """Imports, drafts and demonstrations leave out what nobody knew."""
    from exchange.practices import schema

    bare = {
        name: [{part.name: "https://bare.example/" if part.kind == "address" else "Bare"}]
        for name, field in schema.FIELDS.items()
        if field.kind == "group" and name not in ("sdgs", "location")
        for part in field.parts
        if part.key or name in ("costs", "funding", "borrowed_from") and part.kind in ("line", "text")
    }
    (one,) = tell(app, **bare)
    assert page(app, page(app, f"/practices/{one}").location).status_code == 200
    assert page(app, f"/practices/{one}.json").status_code == 200
