"""Figures: the network in numbers, and a city's year for its council."""

from exchange.network.service.figures import membership, reads
from exchange.network.service.members.offices import OFFICE_NAMES
from exchange.network.service.members.partial import in_words


def init_app(app):
    from exchange.network.views.figures import pages  # noqa: F401 – its routes hang on the blueprint

    app.jinja_env.globals.update(
        may_see_reads=reads.may_be_seen_by,
        reads_by_day=reads.daily,
        reads_total=lambda practice: reads.of_cases([practice.id]).get(practice.id, reads.NONE),
        may_see_membership=membership.may_be_seen_by,
        office_name=lambda office: OFFICE_NAMES.get(office, office),
        term_words=lambda term: in_words(term.start, term.end),
    )
