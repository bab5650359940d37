"""Records among all that can be reported and hidden."""

from flask_babel import lazy_gettext as _l

from exchange.network.models.ledger import Transfer
from exchange.network.service.talk import reports
from exchange.practices import service as practices
from exchange.practices.models import READABLE

KIND = "transfer"


def is_hidden(transfer):
    return reports.hiding_of(transfer) is not None


def public_text(transfer):
    """The public text of its case, or None."""
    practice = practices.stands_for(transfer.practice)
    return practices.public_revision(practice) if practice.visibility in READABLE else None


def readable(transfer, _user):
    return public_text(transfer) is not None


def title(transfer):
    text = public_text(transfer)
    return f"{transfer.city.name}: {text.title if text else transfer.practice.public_id}"


def words(transfer):
    """All that it says, as plain text."""
    parts = [f"{row.get('name', '')}: {row.get('why', '')}" for row in transfer.components]
    sources = [" ".join(filter(None, (row.get("name"), row.get("address")))) for row in transfer.sources]
    said = [word.reason for word in transfer.words]
    return "\n".join(filter(None, [transfer.result, transfer.stopped_because, *parts, *sources, *said]))


reports.register(
    reports.Kind(
        KIND,
        Transfer,
        _l("a record of the ledger"),
        author=lambda transfer: transfer.created_by,
        path=lambda transfer: f"/transfers/{transfer.public_id}",
        title=title,
        words=words,
        readable=readable,
        counted=False,
    )
)
