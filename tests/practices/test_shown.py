"""How a case's answers read: figures, dates and words in the reader's language."""

from types import SimpleNamespace

import pytest

from exchange.core import i18n
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.practices import shown
from tests import cast


@pytest.fixture
def reading(app):
    """A function that asks something as a reader of that language does."""

    def ask(code, question, *arguments):
        with app.test_request_context("/"), i18n.speaking(code):
            return str(question(*arguments))

    return ask


def result(before, after, unit=""):
    return {"indicator": "Cars", "baseline": before, "value": after, "unit": unit}


def revision(**answers):
    return SimpleNamespace(
        get=lambda field, empty="": answers.get(field, empty),
        missing=answers.get("missing", {}),
        practice=SimpleNamespace(is_imported=False),
    )


@pytest.mark.parametrize(
    ("before", "after", "unit", "said"),
    [
        ("100", "78", "cars", "−22\u202f%"),
        ("1200", "5400", "people", "+350\u202f%"),
        ("36", "66", "per cent", "+30"),
        ("26.3", "26.8", "Prozent", "+0.5"),
        ("0", "-20", "per cent", "−20\u202f%"),
        ("0", "-11", "Prozent", "−11\u202f%"),
        ("0", "1264", "viviendas", "+1,264"),
        ("-5", "-3", "degrees", "+2"),
        ("100", "100", "cars", ""),
        ("100", "100.01", "cars", ""),
        ("", "100", "cars", ""),
        (None, None, None, ""),
        ("many", "few", "cars", ""),
        ("1e999999", "1", "cars", ""),
    ],
)
def test_a_reader_sees_what_changed_between_before_and_after(reading, before, after, unit, said):
    assert reading("en", shown.difference, result(before, after, unit)) == said


def test_differences_and_figures_are_written_as_the_reader_writes(reading):
    assert reading("de", shown.difference, result("0", "1264", "Wohnungen")) == "+1.264"
    assert reading("de", shown.difference, result("2", "2.05")) == "+2,5\u202f%"
    assert reading("en", shown.figure, "1900000") == "1,900,000"
    assert reading("de", shown.figure, "1900000") == "1.900.000"
    assert reading("fr", shown.figure, "1900000.5").split() == ["1", "900", "000,5"]
    assert reading("en", shown.figure, "-20") == "−20"
    assert reading("en", shown.figure, "0.0004") == "0.0004"
    assert reading("en", shown.figure, "about a dozen") == "about a dozen"


def test_dates_are_as_exact_as_they_were_told(reading):
    assert reading("en", shown.partial_date, "2006") == "2006"
    assert reading("en", shown.partial_date, "2006-01") == "January 2006"
    assert reading("fr", shown.partial_date, "2020-02") == "février 2020"
    assert reading("es", shown.partial_date, "2020-02") == "febrero de 2020"
    assert reading("de", shown.partial_date, "2006-01-03") == "3. Januar 2006"
    for words in ("", "2002–2007", "2006-13", "soon"):
        assert reading("en", shown.partial_date, words) == words
    assert reading("en", shown.partial_date, None) == ""


def test_a_period_claims_no_more_than_was_told(reading):
    for answers, brief, whole in (
        ({"start": "2006-01", "stage": "running"}, "since 2006", "since January 2006"),
        ({"start": "2020", "stage": "completed"}, "2020", "2020"),
        ({"start": "2016"}, "2016", "2016"),
        ({"start": "2020-02", "end": "2021"}, "2020–2021", "February 2020 – 2021"),
        ({"start": "2020-02", "end": "2020-05"}, "2020", "February 2020 – May 2020"),
        ({}, "", ""),
    ):
        assert reading("en", shown.period, revision(**answers)) == brief
        assert reading("en", shown.whole_period, revision(**answers)) == whole


def test_the_first_three_changes_become_key_figures(reading):
    rows = [result("", "9"), result("0", "5", "km"), *[result("10", "5", "t")] * 3]
    found = reading("en", lambda: shown.key_figures(revision(results=rows)))
    assert found.count("Cars") == 3
    assert "('Cars', 'km', '+5')" in found and "('Cars', '', '−50" in found


def test_evidence_goes_from_a_description_to_a_trial(reading):
    designs = ("description", "monitoring", "before-after", "comparison-group", "trial")
    assert [shown.evidence_level(one) for one in designs] == [1, 2, 3, 4, 5]
    assert shown.evidence_level("") == shown.evidence_level("hearsay") == 0
    assert reading("en", shown.evidence_words, "trial", "independent") == "Trial · Independent"
    assert reading("en", shown.evidence_words, "trial") == "Trial"


def test_contacts_for_colleagues_are_kept_from_everyone_else(app):
    contacts = [{"name": "Press"}, {"name": "Tram desk", "shown_to": "verified"}]
    with app.app_context():
        told = cast.draft(cast.ana(), contacts=contacts)
        readers = {
            "colleague": cast.person("Dora", city="wien"),
            "unverified": cast.person("Fay", city="wien", verified=False),
            "waiting": cast.person("Emil", city="wien", member_state="requested"),
            "outsider": cast.chloe(),
            "of no member": cast.person("Gil", city="dakar"),
        }
        cast.find_city("dakar").is_member = False
        db.session.flush()
        seen = {name: len(shown.contacts_for(told, user)) for name, user in readers.items()}
    assert seen == {"colleague": 2, "unverified": 1, "waiting": 1, "outsider": 1, "of no member": 1}


def test_the_contents_name_the_parts_that_this_reader_finds(app):
    with app.app_context():
        told = cast.draft(cast.ana(), contacts=[{"name": "Desk", "shown_to": "verified"}], results=None)
        anchors = [anchor for anchor, _, _ in shown.contents_of(told, cast.chloe())]
        assert "contact" not in anchors and "results" not in anchors
        practices.write(told, {}, {"results": {"reason": "not-known"}})
        anchors = [anchor for anchor, _, _ in shown.contents_of(told, cast.person("Dora", city="wien"))]
    assert "contact" in anchors and "results" in anchors
    assert anchors[0] == "challenge" and anchors[-2:] == ["cite", "versions"]


def test_a_source_is_named_by_its_host():
    assert shown.web_host("https://www.berlin.de/sen/") == "berlin.de"
    assert shown.web_host("http://[broken") == "http://[broken"
