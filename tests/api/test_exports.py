"""Tables and maps: what each column holds, and that no spreadsheet calculates it."""

import json
from datetime import datetime, timedelta

import pytest

from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from tests import cast
from tests.api import readers
from tests.api.readers import take
from tests.moderation import stage as reviews
from tests.search import stage

RENT = "Rent regulation street by street"
SITE = "http://127.0.0.1:8000"


def row_of(app, title, query=""):
    return next(row for row in readers.rows(take(app, "csv", query)) if row["title"] == title)


def test_a_row_says_all_that_a_table_needs(app):
    told = stage.play(app)
    address = f"{SITE}/practices/{told[RENT]}"
    row = row_of(app, RENT)
    published, due = (datetime.fromisoformat(row.pop(name)) for name in ("published", "confirm_by"))
    assert due - published == timedelta(days=365)
    assert row == {
        "id": told[RENT],
        "version": "1",
        "title": RENT,
        "summary": "Told in few words.",
        "city": "Porto",
        "country": "PT",
        "country_name": "Portugal",
        "topics": "rent-regulation",
        "sdgs": "11",
        "tags": "",
        "stage": "piloting",
        "start": "2019",
        "end": "",
        "language": "en",
        "evidence_design": "before-after",
        "evidence_independence": "own",
        "cost_band": "100k-1m",
        "told_by": "city",
        "city_word": "",
        "labels": "",
        "licence": "CC-BY-4.0",
        "confirmed_at": "",
        "latitude": "41.15",
        "longitude": "-8.61",
        "url": f"{address}-rent-regulation-street-by-street",
        "version_url": f"{address}/revisions/1",
        "other_cities": "",
        "location_precision": "city-centre",
        "results": "Voters: 1200 (2015) → 5400 (2019) people – unchecked",
        "results_checked": "0",
        "results_disputed": "0",
        "results_outdated": "0",
        "evaluations": "",
        "staff_setup": "",
        "staff_running": "",
        "not_confirmed_since": "",
        "translations": "",
        "translated_title": "",
        "translated_summary": "",
    }


def test_both_addresses_of_a_row_open_the_case(app):
    stage.play(app)
    row, client = row_of(app, RENT), app.test_client()
    for name in ("url", "version_url"):
        answer = client.get(row[name].removeprefix(SITE))
        assert answer.status_code == 200 and f'<h1 lang="en">{RENT}</h1>' in answer.get_data(as_text=True)


def test_names_of_columns_stay_and_names_of_places_follow_the_reader(app):
    stage.play(app)
    english, german = (take(app, "csv", f"?hl={code}") for code in ("en", "de"))
    assert list(readers.rows(german)[0]) == list(readers.rows(english)[0])
    row = row_of(app, "Fahrradstraßen in Zürich", "?hl=en")
    assert (row["city"], row["country_name"]) == ("Vienna", "Austria")
    row = row_of(app, "Fahrradstraßen in Zürich", "?hl=de")
    assert (row["city"], row["country_name"]) == ("Wien", "Österreich")


def test_several_values_stand_in_one_cell(app):
    stage.play(app, [("A case", dict(tags=["bus; tram", "one, two"], topics=["cycling", "governance"]))])
    row = row_of(app, "A case")
    assert row["tags"] == "bus, tram; one, two"
    assert row["topics"] == "cycling; governance"
    place = json.loads(take(app, "geojson"))["features"][0]["properties"]
    assert place["tags"] == ["bus; tram", "one, two"] and place["sdgs"] == [11]


def test_markup_of_a_summary_is_left_behind(app):
    stage.play(app, [("A case", dict(summary="**Two** [streets](https://a.example)\n\n- one\n- two"))])
    assert row_of(app, "A case")["summary"] == "Two streets one two"


def test_the_reviewer_s_view_of_the_evidence_counts(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        review = moderation.submit(cast.draft(ana, title="A trial?", evidence_design="trial"), ana)
        moderation.take(review, bruno)
        moderation.decide(review, "approve", bruno, design="description", independence="partner")
        db.session.commit()
    row = row_of(app, "A trial?")
    assert (row["evidence_design"], row["evidence_independence"]) == ("description", "partner")


def test_it_says_who_tells_and_what_the_city_says(app):
    told = stage.play(app, [("Of others", {}), ("Its own", {}), ("Shown", {}), ("Imported", {})])
    with app.app_context():
        practices.find(told["Of others"]).told_by = "researcher"
        practices.give_label(practices.find(told["Shown"]), "demonstration")
        imported = practices.find(told["Imported"])
        imported.origin_source, imported.origin = "library", {"licence": "CC0"}
        db.session.commit()
    assert {row["title"]: (row["told_by"], row["city_word"]) for row in readers.rows(take(app, "csv"))} == {
        "Of others": ("researcher", "none"),
        "Its own": ("city", ""),
        "Shown": ("demonstration", "none"),
        "Imported": ("import", "none"),
    }
    with app.app_context():
        for word in ("confirmed", "disputed"):
            practices.endorse(practices.find(told["Of others"]), word, stage.moderator())
            db.session.commit()
    assert row_of(app, "Of others")["city_word"] == "disputed"


def test_a_newer_version_has_its_number_and_address(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        review = reviews.published(ana, bruno)
        newer = reviews.next_version(review, ana, title="Told again")
        moderation.take(newer, bruno)
        moderation.decide(newer, "approve", bruno, **reviews.JUDGED)
        db.session.commit()
    row = row_of(app, "Told again")
    assert row["version"] == "2" and row["version_url"].endswith("/revisions/2")


def test_an_imported_case_without_city_or_place_has_its_row(app):
    with app.app_context():
        bruno = cast.bruno()
        moderation.approve_import(reviews.imported(1), bruno)
        db.session.commit()
    row = row_of(app, "Imported case 1")
    assert (row["city"], row["country"], row["latitude"], row["longitude"]) == ("", "CO", "", "")
    feature = json.loads(take(app, "geojson"))["features"][0]
    assert feature["geometry"] is None and feature["type"] == "Feature"


def test_a_place_is_written_east_before_north(app):
    place = [{"label": "Depot", "lat": "48.2", "lon": "16.4"}]
    told = stage.play(app, [("Here", dict(location=place)), ("At the centre", dict(city="dakar"))])
    collection = json.loads(take(app, "geojson"))
    assert collection["type"] == "FeatureCollection"
    where = {one["id"]: one["geometry"] for one in collection["features"]}
    assert where[told["Here"]] == {"type": "Point", "coordinates": [16.4, 48.2]}
    assert where[told["At the centre"]] == {"type": "Point", "coordinates": [-17.44, 14.69]}


@pytest.mark.parametrize("ext", ["csv", "xlsx"])
def test_numbers_stay_numbers_and_nothing_else_is_one(app, ext):
    stage.play(app, [("-1+1", dict(summary="=1+1", tags=["+1", "@x"], city="dakar"))])
    if ext == "csv":
        row = readers.rows(take(app, "csv"))[0]
        assert row["longitude"] == "-17.44", "the one cell that may begin with a minus"
        assert (row["title"], row["summary"], row["tags"]) == ("'-1+1", "'=1+1", "'+1; @x")
        return
    head, cells = readers.sheet(take(app, "xlsx")).iter_rows()
    row = {name.value: cell for name, cell in zip(head, cells, strict=True)}
    assert (row["longitude"].value, row["version"].value) == (-17.44, 1)
    assert (row["title"].value, row["summary"].value, row["tags"].value) == ("-1+1", "=1+1", "+1; @x")
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)


def test_a_text_too_long_for_a_cell_is_cut_and_breaks_nothing(app):
    stage.play(app, [("Long", dict(summary="y" * 40_000))])
    cells = readers.sheet(take(app, "xlsx"))[2]
    assert len(cells[3].value) == 32_767
    assert len(row_of(app, "Long")["summary"]) == 40_000
