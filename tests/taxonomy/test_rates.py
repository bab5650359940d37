"""Rates: a table that an admin imports, line by line, as often as she likes."""

import io

import pytest
from sqlalchemy import select

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.taxonomy import service as taxonomy

HEAD = "currency,year,per_euro,source\n"


def read(text, head=HEAD):
    return taxonomy.read_rates(io.StringIO(head + text, newline=""))


def test_a_line_says_currency_year_units_and_source():
    lines, problems = read("SEK,2014,9.0985,European Central Bank\nchf,2016, 1.0902 ,ECB\n")
    assert [(one.currency, one.year, one.per_euro, one.source) for one in lines] == [
        ("SEK", 2014, "9.0985", "European Central Bank"),
        ("CHF", 2016, "1.0902", "ECB"),
    ]
    assert problems == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ABC,2014,2,ECB", "'ABC' is no currency code"),
        (",2014,2,ECB", "'' is no currency code"),
        ("EUR,2014,1,ECB", "a euro is a euro"),
        ("SEK,14,9.1,ECB", "'14' is no year"),
        ("SEK,2014.5,9.1,ECB", "'2014.5' is no year"),
        ("SEK,2014,nine,ECB", "'nine' is no number"),
        ("SEK,2014,0,ECB", "'0' is no number"),
        ("SEK,2014,-9,ECB", "'-9' is no number"),
        ("SEK,2014,NaN,ECB", "'NaN' is no number"),
        ("SEK,2014,1e99,ECB", "'1e99' is no number"),
        ('SEK,2014,"9,1",ECB', "'9,1' is no number"),
        ("SEK,2014,9.1,", "the source is missing"),
        ("SEK,2014", "the source is missing"),
        (f"SEK,2014,9.1,{'x' * 301}", "longer than 300"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_line_and_takes_no_other_with_it(line, words):
    lines, problems = read(f"USD,2014,1.3285,ECB\n{line}\nGBP,2014,0.80612,ECB\n")
    assert [one.currency for one in lines] == ["USD", "GBP"]
    ((number, told),) = problems
    assert number == 3 and words in told


def test_the_same_year_twice_in_one_file_is_a_mistake_and_not_a_choice():
    lines, problems = read("SEK,2014,9.1,ECB\nSEK,2014,9.2,ECB\n")
    assert [one.per_euro for one in lines] == ["9.1"]
    assert problems == [(3, "SEK of 2014 stands in line 2 already")]


def test_a_file_without_these_columns_is_refused_whole():
    with pytest.raises(taxonomy.BadRates, match="lacks per_euro, source"):
        read("SEK,2014\n", head="currency,year\n")
    with pytest.raises(taxonomy.BadRates, match="lacks currency"):
        read("", head="")


def test_an_import_is_repeated_without_a_second_effect_and_leaves_one_line(app):
    def acts():
        return db.session.scalars(select(AuditLine.details).where(AuditLine.act == "import rates")).all()

    with app.app_context():
        lines, _ = read("SEK,2014,9.0985,ECB\nCHF,2016,1.0902,ECB\n")
        assert taxonomy.import_rates(lines) == {"new": 2, "changed": 0, "same": 0}
        assert taxonomy.import_rates(lines) == {"new": 0, "changed": 0, "same": 2}
        assert len(acts()) == 1
        better, _ = read("SEK,2014,9.0990,Riksbank\n")
        assert taxonomy.import_rates(better) == {"new": 0, "changed": 1, "same": 0}
        assert acts()[-1] == {"new": 0, "changed": 1, "same": 0}
        assert [(one.currency, one.per_euro, one.source) for one in taxonomy.all_rates()] == [
            ("CHF", "1.0902", "ECB"),
            ("SEK", "9.0990", "Riksbank"),
        ]


def test_only_the_very_year_counts(app):
    with app.app_context():
        taxonomy.import_rates(read("SEK,2014,9.1,ECB\nSEK,2015,9.4,ECB\nCHF,2014,1.2,ECB\n")[0])
        assert set(taxonomy.rates_of({("SEK", 2014), ("CHF", 2015), ("EUR", 2014)})) == {("SEK", 2014)}
        assert taxonomy.rates_of(set()) == {}
