"""Two to six cases side by side: the address is the whole state, and only what everyone reads is compared."""

import csv
import io
import re
from functools import partial

from exchange.core.models import db
from exchange.network.service.kept import comparing
from exchange.practices import service as practices
from tests import cast
from tests.moderation.tables.test_bulk import queries_of
from tests.network.kept import stage
from tests.network.talk.stage import look


def three(app):
    """The codes of three public cases."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        codes = [one.public_id for one in stage.three(ana, bruno)]
        db.session.commit()
    return codes


def row_of(page, label):
    """(classes, words of each cell) of the row with that label."""
    for classes, body in re.findall(r'<tr class="([^"]*)">(.*?)</tr>', page, re.S):
        if f'<th scope="row">{label}' in body:
            cells = re.findall(r'<div class="compare__said">(.*?)</div></td>', body, re.S)
            return classes, [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in cells]
    return None


def test_a_reader_sees_what_each_case_says_row_by_row_and_what_sets_them_apart(app):
    codes = three(app)
    page = look(app, None, f"/compare?ids={','.join(codes)}")
    assert row_of(page, "Stage") == ("compare__row--apart", ["Running", "Completed", "Discontinued"])
    assert row_of(page, "Scale") == ("compare__row--apart", ["City", "District", "City"])
    assert row_of(page, "Country") == ("compare__row--same", ["Portugal"] * 3)
    assert "Signs: 1,200,000 EUR, prices of 2019" in row_of(page, "Costs")[1][2]
    assert '<meta name="robots" content="noindex">' in page


def test_only_what_differs_leaves_the_same_rows_out(app):
    codes = three(app)
    page = look(app, None, f"/compare?ids={','.join(codes)}&only=differences")
    assert row_of(page, "Stage") and not row_of(page, "Country")


def test_words_that_all_say_stand_back_where_each_says_several(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        one = cast.published(ana, bruno, title="One", instruments=["plan", "pricing"])
        two = cast.published(ana, bruno, title="Two", instruments=["plan", "subsidy"])
        db.session.commit()
        found = comparing.compare([one.public_id, two.public_id], "en")
        row = next(row for row in found.rows if row.name == "instruments")
        assert len(row.shared) == 1 and row.stands_out


def test_cases_are_added_and_taken_out_by_links_alone(app):
    one, two, three_ = three(app)
    page = look(app, None, f"/compare?ids={one},{two}")
    assert f'href="/compare?ids={two}"' in page and f'href="/compare?ids={two},{one}"' in page
    assert f"/compare?ids={one}" in look(app, None, f"/practices/{one}")
    found = look(app, None, f"/compare?ids={one},{two}&q=court")
    assert f'href="/compare?ids={one},{two},{three_}"' in found
    assert f'value="{one}" form="compare"' in look(app, None, "/practices")


def test_ticked_results_and_small_letters_lead_to_the_one_address(app):
    one, two, _three = three(app)
    answer = cast.client_of(app, None).get(f"/compare?ids={one.lower()}&ids={two}&ids={one}")
    assert answer.status_code == 301 and answer.location == f"/compare?ids={one},{two}"


def test_more_than_six_and_what_nobody_can_read_are_left_out_and_said(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        codes = [cast.published(ana, bruno, title=f"Case {number}").public_id for number in range(7)]
        hidden = cast.draft(ana, title="Nobody knows").practice.public_id
        gone = cast.published(ana, bruno, title="Withdrawn words")
        practices.show(gone, "tombstone", bruno, "Gone.")
        db.session.commit()
        gone = gone.public_id
    page = look(app, None, f"/compare?ids={','.join(codes)}")
    assert page.count('<th scope="col"') == 6 and "More than 6 do not fit" in page
    page = look(app, None, f"/compare?ids={codes[0]},{hidden},{gone},ZZZZZZ")
    assert "3 cases are left out" in page and "Nobody knows" not in page and "Withdrawn words" not in page


def test_what_is_shown_to_verified_staff_alone_is_in_no_comparison(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        contact = {**cast.ANSWERS["contacts"][0], "mail": "secret@porto.example", "shown_to": "verified"}
        told = {"contacts": [contact], "note_to_reviewers": "Between us."}
        codes = [cast.published(ana, bruno, title=title, **told).public_id for title in ("One", "Two")]
        db.session.commit()
    for path in ("/compare", "/compare.csv", "/briefing"):
        page = look(app, ana, f"{path}?ids={','.join(codes)}")
        assert "One" in page and "secret@porto" not in page and "Between us." not in page


def test_the_table_goes_into_a_spreadsheet_and_nothing_in_it_is_a_formula(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        one = cast.published(ana, bruno, title="One", lead_unit="=1+1").public_id
        two = cast.published(ana, bruno, title="Two").public_id
        db.session.commit()
    answer = cast.client_of(app, None).get(f"/compare.csv?ids={one},{two}")
    rows = {
        row[0]: row[1:] for row in csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    }
    assert rows[""] == ["One", "Two"] and rows["Department in charge"][0] == "'=1+1"
    assert rows["Address"][1].endswith(f"/practices/{two}/revisions/1")
    assert answer.headers["Content-Disposition"].endswith(f'{one.lower()}-{two.lower()}.csv"')


def test_it_reads_in_the_readers_language_where_somebody_translated(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        one, two, _three = stage.three(ana, bruno)
        cast.translated(one, ana, bruno, "fr", title="Une taxe à l’essai", summary="Les gens décident.")
        db.session.commit()
        codes = f"{one.public_id},{two.public_id}"
    page = look(app, None, f"/compare?ids={codes}&hl=fr")
    assert "Une taxe à l’essai" in page and 'lang="en">A bus of its own' in page


def test_two_cases_cost_as_many_queries_as_four(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        other = {"other_cities": ["wien", "Lisboa"], "costs": stage.COSTS}
        cast.find_city("wien")
        codes = [cast.published(ana, bruno, title=f"Case {n}", **other).public_id for n in range(4)]
        db.session.commit()
    client = cast.client_of(app, None)

    def counts(path):
        few, many = (f"{path}?ids={','.join(codes[:n])}" for n in (2, 4))
        return [queries_of(app, partial(client.get, one)) for one in (few, many)]

    for path in ("/compare", "/compare.csv", "/briefing"):
        few, many = counts(path)
        assert few == many, path


def test_a_row_that_is_none_is_left_out_of_the_comparison(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        one, two, _three = stage.three(ana, bruno)
        told = practices.public_revision(two)
        told.answers = {**told.answers, "costs": ["Much", *stage.COSTS], "results": ["More"]}
        db.session.commit()
        codes = f"{one.public_id},{two.public_id}"
    assert "Signs" in app.test_client().get(f"/compare?ids={codes}").text
