"""The numbers of the network as a table: one line for each number, with its code and its name."""

from flask import Response

from exchange.api.views import api, disposition
from exchange.core import i18n
from exchange.core.cells import BOM, line_writer
from exchange.network.service.figures import overview
from exchange.practices import schema
from exchange.taxonomy import service as taxonomy

COLUMNS = ("figure", "code", "name", "number")


@api.get("/figures.csv")
def figures_csv():
    write = line_writer()
    lines = [write(COLUMNS), *(write(row) for row in rows(i18n.language()))]
    response = Response(BOM + "".join(lines), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = disposition("figures", "csv")
    response.add_etag()
    return response


def rows(language):
    """(figure, code, name in the reader's language, number)."""
    yield from of_cases(language)
    yield from of_network(language)
    for one in overview.years():
        for name in ("cases", "adoptions", "challenges", "answers", "reads", "downloads"):
            yield f"{name}_by_year", str(one.year), "", getattr(one, name)


def of_cases(language):
    cases, tree = overview.cases(), taxonomy.topics()
    yield "practices", "", "", cases.total
    yield "cities_with_practices", "", "", cases.cities
    yield "countries_with_practices", "", "", cases.countries
    for slug, number in sorted(cases.topics.items()):
        yield "practices_by_topic", slug, tree[slug].label(language), number
    for code, number in sorted(cases.regions.items()):
        yield "practices_by_region", code, taxonomy.region_name(code, language), number
    for design in (*schema.DESIGNS, overview.UNKNOWN):
        yield "practices_by_evidence", design, str(schema.DESIGNS.get(design, "")), cases.evidence[design]
    for year, number in sorted(cases.began.items(), key=lambda row: str(row[0])):
        yield "practices_by_first_year", str(year), "", number


def of_network(language):
    members, adoptions = overview.members(), overview.adoptions()
    yield "members", "", "", members.total
    yield "countries_of_members", "", "", members.countries
    for code, (number, telling) in sorted(members.regions.items()):
        yield "members_by_region", code, taxonomy.region_name(code, language), number
        yield "members_with_practices_by_region", code, taxonomy.region_name(code, language), telling
    yield "adoptions", "", "", adoptions.total
    for stage, number in adoptions.stages.items():
        yield "adoptions_by_stage", stage, "", number
    for name in ("confirmed", "used", "cities"):
        yield f"adoptions_{name}", "", "", getattr(adoptions, name)
    talk, dates = overview.talk(), overview.dates()
    yield "challenges_open", "", "", talk.open
    yield "challenges_closed", "", "", talk.closed
    yield "answers", "", "", talk.answers
    yield "answers_helped", "", "", talk.helped
    yield "cities_that_answered", "", "", talk.cities
    yield "questions_public", "", "", talk.questions
    yield "events_upcoming", "", "", dates.upcoming
    yield "events_past", "", "", dates.past
    yield "partners", "", "", dates.partners
    yield "positions", "", "", dates.positions
