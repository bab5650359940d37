"""The pages of the ledger: recording from a case, answering, the list with its filters, the exits."""

import csv
import io
import json
from functools import partial

import pytest

from exchange.core.models import db
from exchange.network.models.ledger import Transfer
from exchange.network.service.ledger import fitting, recording
from exchange.practices import service as practices
from tests import cast
from tests.moderation.tables.test_bulk import queries_of
from tests.network.ledger.stage import otto, record, told
from tests.network.talk.stage import look, post

COMPONENTS = [{"name": "Assemblies", "what": "Each spring", "phase": "run"}]


@pytest.fixture
def scene(app):
    """(app, Ana, Otto of Wien, the id of Ana's public case)."""
    with app.app_context():
        ana, bruno, visitor = cast.ana(), cast.bruno(), otto()
        practice = cast.published(ana, bruno, components=COMPONENTS)
        db.session.commit()
        return app, ana, visitor, practice.public_id


def made(app, public_id, by, **more):
    with app.app_context():
        held = record(practices.find(public_id), db.session.merge(by), **more)
        db.session.commit()
        return held.public_id


def the_record(app):
    with app.app_context():
        return db.session.query(Transfer).one()


FORM = {
    "city": "wien",
    "stage": "running",
    "since": "2021",
    "components-0-name": "Assemblies",
    "components-0-what": "changed",
    "components-0-why": "Online, for lack of halls.",
    "components-1-name": "",
    "components-1-what": "",
    "sources-0-address": "https://wien.example/budget",
    "amount": "1 200 000",
    "currency": "eur",
    "price_year": "2021",
    "result": "**More** people came.",
    "language": "en",
}


def test_an_official_records_from_the_page_of_a_case_and_both_cities_show_it(scene):
    app, _ana, otto, public_id = scene
    page = look(app, otto, f"/practices/{public_id}")
    assert f"/practices/{public_id}/transfers/new" in page
    assert 'value="Assemblies"' in look(app, otto, f"/practices/{public_id}/transfers/new")
    answer = post(app, otto, f"/practices/{public_id}/transfers/new", **FORM)
    assert answer.status_code == 303
    held = the_record(app)
    assert held.components == [{"name": "Assemblies", "what": "changed", "why": "Online, for lack of halls."}]
    assert held.cost == {"amount": "1 200 000", "currency": "EUR", "price_year": "2021"}
    assert (held.start, held.stages[0].since) == ("2021", "2021")
    page = look(app, None, answer.location)
    assert "<strong>More</strong> people came." in page and "Not confirmed by Porto yet" in page
    for path in (f"/practices/{public_id}", "/cities/porto", "/cities/wien", "/transfers"):
        assert f"/transfers/{held.public_id}-wien" in look(app, None, path), path


def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(scene):
    app, _ana, otto, public_id = scene
    form = {**FORM, "stage": "stopped", "since": "someday"}
    answer = post(app, otto, f"/practices/{public_id}/transfers/new", **form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "what did not work is what others learn from" in page
    assert "Online, for lack of halls." in page and 'value="someday"' in page
    with app.app_context():
        assert db.session.query(Transfer).count() == 0


def test_a_second_record_of_the_same_city_is_told_and_keeps_its_text(scene):
    app, _ana, otto, public_id = scene
    with app.app_context():
        other = cast.person("Olga", city="wien")
        db.session.commit()
    form_page = f"/practices/{public_id}/transfers/new"
    client = cast.client_of(app, other)
    token = cast.token_for(app, client)
    made(app, public_id, otto)
    assert client.get(form_page).location.endswith("/edit"), "who comes later changes what there is"
    assert client.post(form_page, data={"csrf_token": token, **FORM}).status_code == 303
    assert the_record(app).result == ""


def test_who_saves_on_top_of_a_colleague_sees_both(scene):
    app, _ana, otto, public_id = scene
    ref = made(app, public_id, otto)
    base = the_record(app).fingerprint
    with app.app_context():
        held = recording.find(ref)
        recording.change(held, told(result="By a colleague."), db.session.merge(otto), held.fingerprint)
        db.session.commit()
    form = {**FORM, "base": base}
    answer = post(app, otto, f"/transfers/{ref}/edit", **form)
    assert answer.status_code == 409 and "**More** people came." in answer.get_data(as_text=True)
    assert the_record(app).result == "By a colleague."
    form["base"] = the_record(app).fingerprint
    assert post(app, otto, f"/transfers/{ref}/edit", **form).status_code == 303
    assert the_record(app).result == "**More** people came."


def test_a_day_told_wrongly_is_corrected_without_another_stage(scene):
    app, _ana, otto, public_id = scene
    ref = made(app, public_id, otto, since="2021")
    form = {**FORM, "components-0-what": "", "components-0-why": "", "base": the_record(app).fingerprint}
    assert post(app, otto, f"/transfers/{ref}/edit", **{**form, "since": "2019-05"}).status_code == 303
    with app.app_context():
        [stage] = recording.find(ref).stages
        assert (stage.stage, stage.since) == ("running", "2019-05")


def test_what_is_typed_beside_a_removal_without_a_reason_goes_to_the_record(scene):
    app, _ana, otto, public_id = scene
    ref = made(app, public_id, otto)
    answer = post(app, otto, f"/transfers/{ref}/removal", **{"removal-reason": " "})
    assert answer.status_code == 422
    assert f'<form class="form transfer-form" method="post" action="/transfers/{ref}/edit"' in answer.text


def test_the_origin_confirms_on_the_page_of_the_record(scene):
    app, ana, otto, public_id = scene
    ref = made(app, public_id, otto)
    assert "What does your city say of it?" in look(app, ana, f"/transfers/{ref}")
    assert "What does your city say of it?" not in look(app, otto, f"/transfers/{ref}")
    base = the_record(app).fingerprint
    assert post(app, ana, f"/transfers/{ref}/word", word="disputed", base=base).status_code == 422
    assert post(app, ana, f"/transfers/{ref}/word", word="confirmed", base="old").status_code == 409
    assert post(app, ana, f"/transfers/{ref}/word", word="confirmed", base=base).status_code == 303
    page = look(app, None, f"/practices/{public_id}")
    assert "Confirmed by Porto" in page and "1 confirmed" in page


def test_names_of_people_are_for_people_of_both_cities(scene):
    app, ana, otto, public_id = scene
    ref = made(app, public_id, otto)
    assert "Otto" in look(app, ana, f"/transfers/{ref}")
    assert "Otto" not in look(app, None, f"/transfers/{ref}")
    assert "Otto" not in look(app, None, f"/transfers/{ref}.json")


def test_a_record_is_gone_for_readers_when_it_is_hidden_or_its_case_withdrawn(scene):
    app, _ana, otto, public_id = scene
    ref = made(app, public_id, otto)
    with app.app_context():
        practices.show(practices.find(public_id), "tombstone", db.session.merge(otto), "Gone.")
        db.session.commit()
    client = cast.client_of(app, None)
    assert [client.get(f"/transfers/{ref}{end}").status_code for end in ("", ".json")] == [404, 404]
    assert ref not in look(app, None, "/transfers") + look(app, None, "/transfers.json")


@pytest.mark.parametrize(
    "asked, found",
    [
        ("", True),
        ("?stage=running&from=porto&to=wien&topic=governance", True),
        ("?topic=sustainability", True),
        ("?stage=stopped", False),
        ("?from=wien", False),
        ("?to=nowhere", False),
        ("?topic=cycling", False),
        ("?page=2", False),
        ("?stage=nonsense&page=x", True),
    ],
)
def test_the_list_is_narrowed_by_stage_cities_and_topic(scene, asked, found):
    app, _ana, otto, public_id = scene
    ref = made(app, public_id, otto)
    page = look(app, None, f"/transfers{asked}")
    assert (f"/transfers/{ref}-" in page) is found
    assert found or "Nobody has recorded this yet" in page


def test_an_empty_ledger_says_what_to_do(app):
    assert "Find a practice" in look(app, None, "/transfers")


def test_machines_get_the_same_records(scene):
    app, _ana, otto, public_id = scene
    ref = made(app, public_id, otto, components=[{"name": "Assemblies", "what": "dropped", "why": "=1+1"}])
    (item,) = json.loads(look(app, None, "/transfers.json"))["items"]
    assert (item["id"], item["from_city"], item["to_city"], item["standing"]) == (
        ref,
        "porto",
        "wien",
        "unconfirmed",
    )
    (row,) = csv.DictReader(io.StringIO(look(app, None, "/transfers.csv").lstrip("\ufeff")))
    assert (row["id"], row["dropped"]) == (ref, "Assemblies (=1+1)")
    whole = json.loads(look(app, None, f"/practices/{public_id}.json"))
    assert whole["times_taken_up"] == 1 and whole["transfers"][0]["id"] == ref
    assert [one["city"] for one in whole["family"]["members"]] == ["porto", "wien"]
    assert whole["family"]["links"][0]["transfer"] == ref


def test_a_list_costs_the_same_for_one_record_and_for_many(scene):
    app, ana, otto, public_id = scene
    made(app, public_id, otto)
    client, pages = (
        cast.client_of(app, None),
        ("/transfers", "/cities/porto", "/cities/wien", "/transfers.json"),
    )

    def costs():
        return [queries_of(app, partial(client.get, path)) for path in pages]

    few = costs()
    with app.app_context():
        bruno = db.session.query(type(otto)).filter_by(name="Bruno").one()
        for number in range(3):
            practice = cast.published(db.session.merge(ana), bruno, title=f"More {number}")
            record(practice, db.session.merge(otto))
        db.session.commit()
    assert costs() == few


def test_a_case_is_held_against_the_city_one_names_and_ticks_stand_in_the_address(scene):
    app, _ana, otto, public_id = scene
    with app.app_context():
        wien = cast.find_city("wien")
        wien.population, wien.population_year = 1_900_000, 2023
        (condition,) = fitting.conditions_of(practices.public_revision(practices.find(public_id)))
        cast.find_city("dakar")
        db.session.commit()
    base = look(app, None, f"/practices/{public_id}").split('rel="canonical" href="')[1].split('"')[0]
    path = base[base.index("/practices") :]
    client = cast.client_of(app, None)
    page = client.get(f"{path}?here=Vienna").get_data(as_text=True)
    assert "What Vienna must have" in page and "1 condition is open." in page
    page = client.get(f"{path}?here=wien&have={condition.key}").get_data(as_text=True)
    assert "Every condition is ticked." in page
    assert "We know no city called" in client.get(f"{path}?here=Atlantis").get_data(as_text=True)
    mine = cast.client_of(app, otto)
    assert "What Vienna must have" in mine.get(path).get_data(as_text=True), "his own city, unasked"
    assert (
        post(app, otto, f"/practices/{public_id}/conditions", city="wien", have=condition.key).status_code
        == 303
    )
    assert "Every condition is ticked." in mine.get(path).get_data(as_text=True)
