"""A city's profile, its membership and its offices are changed, by whom they may be, each on record."""

import pytest
from sqlalchemy import delete

from exchange.core.journal import AuditLine, News
from exchange.core.models import Gone, db
from exchange.network.models.members import CityChange, TermOfOffice
from exchange.network.service.members import changes, editing
from exchange.practices.service import NotAllowed
from tests import cast
from tests.network.members import stage
from tests.network.talk.stage import look, post

FORM = {"name": "Porto", "languages": "Portuguese"}


def last_line():
    return db.session.query(AuditLine).order_by(AuditLine.id.desc()).first()


def test_what_a_city_says_of_itself_is_public_at_once_and_on_record(app):
    with app.app_context():
        ines, porto = stage.ines(), cast.find_city("porto")
        about = {"en": "A port on the Douro."}
        assert stage.change(porto, ines, "New text.", about=about) == ["about"]
        [change], _number = changes.of_city(porto)
        assert (change.what, change.details, change.note) == ("profile", ["about"], "New text.")
        assert changes.in_words(change) == "Changed: description"
        line = last_line()
        assert (line.act, line.subject, line.by_id, line.details["what"]) == (
            *("change city", "city:porto", ines.id, ["about"]),
        )
        assert porto.about == about


def test_older_changes_are_a_page_further(app):
    with app.app_context():
        ines, porto = stage.ines(), cast.find_city("porto")
        for number in range(changes.SHOWN + 1):
            stage.change(porto, ines, population=number + 1, population_year=2020, population_source="Census")
        db.session.commit()
    page, whole = (app.test_client().get(f"/cities/porto{asked}").text for asked in ("", "?changes=all"))
    assert page.count("Changed: population") == changes.SHOWN and "changes=all" in page
    assert whole.count("Changed: population") == changes.SHOWN + 1 and "changes=all" not in whole


def test_saying_the_same_again_changes_nothing_and_leaves_no_line(app):
    with app.app_context():
        ines, porto = stage.ines(), cast.find_city("porto")
        base = editing.base_of(porto, editing.PROFILE)
        stage.change(porto, ines, website="https://porto.example/")
        lines = db.session.query(AuditLine).count()
        assert stage.change(porto, ines, base=base, website="https://porto.example/") == []
        assert db.session.query(AuditLine).count() == lines and db.session.query(CityChange).count() == 1


def test_of_two_who_change_the_same_city_the_second_is_told(app):
    with app.app_context():
        ines, cora, porto = stage.ines(), stage.cora(), cast.find_city("porto")
        seen = editing.base_of(porto, editing.PROFILE)
        stage.change(porto, ines, website="https://porto.example/")
        with pytest.raises(editing.Meanwhile):
            stage.change(porto, cora, base=seen, website="https://other.example/")
        assert porto.website == "https://porto.example/"


def test_only_those_who_look_after_a_city_change_it_and_only_the_secretariat_its_offices(app):
    with app.app_context():
        porto, ines = cast.find_city("porto"), stage.ines()
        for other in (cast.ana(), cast.bruno(), cast.person("Otto", city="wien", city_admin=True)):
            with pytest.raises(NotAllowed):
                stage.change(porto, other, website="https://porto.example/")
        with pytest.raises(NotAllowed):
            editing.add_term(porto, ines, stage.TERM)
        words = stage.words_of(porto, editing.MEMBERSHIP, member_since="1990")
        with pytest.raises(NotAllowed):
            editing.set_membership(porto, ines, words, editing.base_of(porto, editing.MEMBERSHIP))
        assert (
            porto.website is None
            and porto.member_since is None
            and not db.session.query(TermOfOffice).count()
        )


def test_a_new_name_of_a_city_is_told_to_the_search(app):
    with app.app_context():
        ines, porto = stage.ines(), cast.find_city("porto")
        stage.change(porto, ines, website="https://porto.example/")
        assert not db.session.query(News).filter_by(act="vocabulary changed").count()
        stage.change(porto, ines, names={"en": "Oporto"})
        assert db.session.query(News).filter_by(act="vocabulary changed").count() == 1


def test_an_office_recorded_twice_is_one_and_what_becomes_of_it_can_be_read(app):
    with app.app_context():
        cora, porto = stage.cora(), cast.find_city("porto")
        term = editing.add_term(porto, cora, stage.TERM)
        assert editing.add_term(porto, cora, stage.TERM) is term
        base = editing.base_of(term, editing.TERM)
        assert editing.change_term(term, cora, {**stage.TERM, "end": None}, base) == ["end"]
        editing.remove_term(term, cora, "It was Wien.")
        db.session.flush()
        told = [(changes.in_words(one), one.note) for one in changes.of_city(porto)[0]]
        assert told == [
            ("Office taken out: President, since Aug 2018", "It was Wien."),
            ("Office corrected: President, since Aug 2018", ""),
            ("Office recorded: President, Aug 2018 – Nov 2020", ""),
        ]
        assert not db.session.query(TermOfOffice).count()


def test_a_city_that_leaves_keeps_its_dates_and_is_no_member(app):
    with app.app_context():
        cora, porto = stage.cora(), cast.find_city("porto")
        words = {
            "is_member": False,
            "member_since": "1990",
            "member_until": "2012-06",
            "membership_source": None,
        }
        editing.set_membership(porto, cora, words, editing.base_of(porto, editing.MEMBERSHIP))
        db.session.commit()
    text = look(app, None, "/cities/porto")
    assert "1990 – Jun 2012" in text and "leaving date" in text


# The pages


def test_a_fact_without_year_and_source_comes_back_with_what_was_typed(app):
    with app.app_context():
        ines = stage.ines()
        db.session.commit()
    answer = post(app, ines, "/cities/porto/edit", **FORM, area="41.4")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'value="41.4"' in text
    assert text.count("Say of which year it is") == 4  # twice in the summary, twice at the fields


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"website": "porto"}, "Write a web address"),
        ({"population": "many", "population_year": "2020", "population_source": "Atlas"}, "a whole number"),
        ({"area": "0", "area_year": "2020", "area_source": "Atlas"}, "a number above zero"),
        ({"area": "41", "area_year": "20", "area_source": "Atlas"}, "Write a year like 2023."),
        ({"languages": "Klingonese"}, "We know no language called"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(app, typed, why):
    with app.app_context():
        ines = stage.ines()
        db.session.commit()
    answer = post(app, ines, "/cities/porto/edit", **{**FORM, **typed})
    assert answer.status_code == 422 and why in answer.get_data(as_text=True)


@pytest.mark.parametrize("row", ["²", "9" * 5000, "-1"])
def test_a_row_with_an_odd_number_is_passed_over(app, row):
    with app.app_context():
        ines = stage.ines()
        base = editing.base_of(cast.find_city("porto"), editing.PROFILE)
        db.session.commit()
    rows = {f"departments-{row}-name": "Parks", "departments-7-name": "Trams"}
    assert post(app, ines, "/cities/porto/edit", **FORM, **rows, base=base).status_code == 303
    with app.app_context():
        assert [row["name"] for row in cast.find_city("porto").departments] == ["Trams"]


def test_a_whole_profile_is_typed_and_read(app):
    with app.app_context():
        ines, porto = stage.ines(), cast.find_city("porto")
        porto.facts = {"altitude": {"value": 104, "year": 2000, "source": "A map"}}
        base = editing.base_of(porto, editing.PROFILE)
        db.session.commit()
    source = "https://figures.example/porto"
    told = {
        **FORM,
        "base": base,
        "name_fr": "Porto-la-Belle",
        "about_en": "A port <b>on</b> the Douro.",
        "website": "https://porto.example/",
        "population": "231 800",
        "population_year": "2021",
        "population_source": source,
        "area": "41,4",
        "area_year": "2020",
        "area_source": source,
        "climate_class": "Csb",
        "climate_class_year": "2010",
        "climate_class_source": "Atlas",
        "power_housing": "shared",
        "departments-0-name": "Housing",
        "departments-0-address": "https://housing.example/",
        "note": "After the census.",
    }
    assert post(app, ines, "/cities/porto/edit", **told).status_code == 303
    with app.app_context():
        porto = cast.find_city("porto")
        assert (porto.population, porto.facts["area"]) == (
            231_800,
            {"value": 41.4, "year": 2020, "source": source},
        )
        assert porto.facts["altitude"]["value"] == 104 and porto.languages == ["pt"]
    text = look(app, None, "/cities/porto?hl=en")
    for words in (
        "231,800",
        "5,599 people per km²",
        "Mediterranean, warm summer (Csb)",
        "A port &lt;b&gt;on&lt;/b&gt;",
    ):
        assert words in text
    for words in (
        "Housing</a>",
        "Porto-la-Belle",
        "After the census.",
        "figures.example",
        "Changed: names in other",
    ):
        assert words in text
    assert ines.name not in text
    assert look(app, ines, "/cities/porto/edit").count('value="41.4"') == 1


def test_what_a_second_one_typed_is_kept_when_the_first_was_quicker(app):
    with app.app_context():
        ines, porto = stage.ines(), cast.find_city("porto")
        seen = editing.base_of(porto, editing.PROFILE)
        stage.change(porto, stage.cora(), website="https://porto.example/")
        db.session.commit()
    told = {**FORM, "base": seen, "about_en": "My words."}
    answer = post(app, ines, "/cities/porto/edit", **told)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "My words." in text and "Someone else has changed this" in text


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"term-office": "president", "term-start": "2018-02-30"}, "There is no such day."),
        (
            {"term-office": "president", "term-start": "2018", "term-end": "2017-12"},
            "That is before it began.",
        ),
        ({"term-office": "president", "term-start": "٢٠١٧"}, "Write a year like 2006"),
        ({"term-office": "king", "term-start": "2018"}, "Not a valid choice."),
    ],
)
def test_an_office_that_cannot_be_comes_back(app, form, why):
    with app.app_context():
        cora = stage.cora()
        cast.find_city("porto")
        db.session.commit()
    answer = post(app, cora, "/cities/porto/offices", **form)
    assert answer.status_code == 422 and why in answer.get_data(as_text=True)


def test_an_office_is_recorded_changed_and_taken_out_through_its_pages(app):
    with app.app_context():
        cora = stage.cora()
        cast.find_city("porto")
        db.session.commit()
    typed = {f"term-{name}": value for name, value in stage.TERM.items()}
    assert post(app, cora, "/cities/porto/offices", **typed).status_code == 303
    with app.app_context():
        term = db.session.query(TermOfOffice).one()
        path, base = f"/cities/porto/offices/{term.id}", editing.base_of(term, editing.TERM)
    assert "Maria" in look(app, None, "/offices?on=2019-06-01")
    changed = {**typed, "term-person": "Marta", "term-base": base}
    assert post(app, cora, path, **changed).status_code == 303
    assert "Marta" in look(app, None, "/offices?on=2020-11-30")
    assert post(app, cora, f"{path}/removal").status_code == 422
    assert post(app, cora, f"{path}/removal", **{"removal-why": "A mistake."}).status_code == 303
    assert "Marta" not in look(app, None, "/offices")


@pytest.mark.parametrize(
    "act", (editing.remove_term, lambda term, by: editing.change_term(term, by, stage.TERM, ""))
)
def test_of_two_who_remove_an_office_at_the_same_moment_the_second_is_told(app, act):
    with app.app_context():
        cora, porto = cast.person("Cora", "coordinator"), cast.find_city("porto")
        term = editing.add_term(porto, cora, stage.TERM)
        db.session.execute(delete(TermOfOffice).execution_options(synchronize_session=False))
        with pytest.raises(Gone):
            act(term, cora)
        assert [one.what for one in db.session.query(CityChange)] == ["office added"]
