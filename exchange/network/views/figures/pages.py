"""`/figures` for everybody, `/cities/<slug>/membership/<year>` for the people of a city."""

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.core.models import now
from exchange.core.web import require
from exchange.network.service.figures import membership, overview
from exchange.network.views import network
from exchange.practices import schema
from exchange.taxonomy import service as taxonomy

UNKNOWN = overview.UNKNOWN
MOST_YEARS = 80


@network.get("/figures")
def figures():
    cases, members = overview.cases(), overview.members()
    return render_template(
        "network/figures.html",
        cases=cases,
        members=members,
        adoptions=overview.adoptions(),
        talk=overview.talk(),
        dates=overview.dates(),
        years=overview.years(),
        topics=topic_rows(cases.topics),
        regions=region_rows(cases.regions),
        member_regions=region_rows(members.regions, zero=(0, 0)),
        evidence=evidence_rows(cases.evidence),
        began=year_rows(cases.began),
        began_unknown=cases.began[UNKNOWN],
    )


@network.get("/cities/<slug>/membership")
def membership_now(slug):
    city = found_city(slug)
    return redirect(url_for("network.membership_year", slug=city.slug, year=now().year), 303)


@network.get("/cities/<slug>/membership/<int(fixed_digits=4):year>")
def membership_year(slug, year):
    city = found_city(slug)
    if not membership.is_year(year):
        abort(404)
    return render_template(
        "network/membership.html",
        city=city,
        told=membership.of(city, year),
        today=now().date(),
        earlier=year - 1 if membership.is_year(year - 1) else None,
        later=year + 1 if membership.is_year(year + 1) else None,
    )


def found_city(slug):
    """The city, if this person may read what it gave and got."""
    city = accounts.find_city(slug)
    if city is None:
        require(current_user.is_authenticated)
        abort(404)
    require(membership.may_be_seen_by(current_user, city))
    return city


# Rows of the charts: (code, name, number), in reading order


def topic_rows(numbers):
    """[(Topic, number)] in their tree; those of no case are left out."""
    tree = taxonomy.topics()
    roots = [topic for topic in tree.values() if topic.parent is None and numbers[topic.slug]]
    language = i18n.language()

    def below(root):
        those = [topic for topic in tree.values() if topic.parent_id == root.id and numbers[topic.slug]]
        return sorted(those, key=lambda topic: (-numbers[topic.slug], topic.label(language)))

    return [(topic, numbers[topic.slug]) for root in roots for topic in (root, *below(root))]


def region_rows(numbers, zero=0):
    rows = [
        (code, taxonomy.region_name(code, i18n.language()), numbers.get(code, zero))
        for code in overview.REGIONS
    ]
    return rows + ([(UNKNOWN, _("not recorded"), numbers[UNKNOWN])] if numbers.get(UNKNOWN) else [])


def evidence_rows(numbers):
    rows = [(code, words, numbers[code]) for code, words in schema.DESIGNS.items()]
    return rows + ([(UNKNOWN, _("not recorded"), numbers[UNKNOWN])] if numbers[UNKNOWN] else [])


def year_rows(numbers):
    """(year, number) of the years from the first to the last, also of those without any.

    A year that can hardly be meant does not stretch the drawing.
    """
    known = [year for year in numbers if year != UNKNOWN]
    last = min(max(known, default=0), now().year + 5)
    first = max(min(known, default=1), last - MOST_YEARS + 1)
    return [(year, numbers[year]) for year in range(first, last + 1)]
