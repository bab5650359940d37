"""What people paste: DOIs in three spellings, addresses of our cases, and what is neither."""

import pytest

from exchange.core.models import db
from exchange.moderation.forms import references
from exchange.practices import service as practices
from tests import cast


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("10.1000/182", "https://doi.org/10.1000/182"),
        ("doi:10.1000/182", "https://doi.org/10.1000/182"),
        ("DOI: 10.1016/j.cities.2020.1(2)<3>", "https://doi.org/10.1016/j.cities.2020.1(2)<3>"),
        ("https://doi.org/10.1000/182", "https://doi.org/10.1000/182"),
        ("http://dx.doi.org/10.1000/182", "https://doi.org/10.1000/182"),
        ("https://study.example/paper.pdf", "https://study.example/paper.pdf"),
        ("10.1000/a b", ""),
        ('10.1000/"><script>', "https://doi.org/10.1000/%22><script>"),
        ("javascript:alert(1)", ""),
        ("study.example", ""),
        ("", ""),
    ],
)
def test_a_doi_becomes_an_address_that_opens(typed, stored):
    assert references.paper_address(typed) == stored


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("K7Q2MX", "K7Q2MX"),
        (" k7q2mx ", "K7Q2MX"),
        ("/practices/K7Q2MX-a-price-on-the-bridges", "K7Q2MX"),
        ("http://127.0.0.1:8000/practices/K7Q2MX-a-price", "K7Q2MX"),
        ("127.0.0.1:8000/practices/K7Q2MX", "K7Q2MX"),
        ("http://127.0.0.1:8000/practices/K7Q2MX/revisions/2", "K7Q2MX"),
        ("http://127.0.0.1:8000/practices/K7Q2MX-a?hl=fr#costs", "K7Q2MX"),
        ("https://elsewhere.example/practices/K7Q2MX", ""),
        ("http://[broken/practices/K7Q2MX", ""),
        ("/practices/K7Q2MXX", ""),
        ("/cities/porto", ""),
        ("Barcelona", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_case_of_ours_is_known_by_its_address_or_its_code(app, typed, found):
    with app.app_context():
        assert references.public_id_in(typed) == found


def test_only_a_public_case_can_be_named_and_one_that_was_named_before_may_stay(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        public, hidden = cast.published(ana, bruno), cast.draft(ana, title="Hidden").practice
        assert references.is_known(public.public_id)
        assert not references.is_known(hidden.public_id)
        assert not references.is_known("K7Q2MX")
        practices.show(public, "tombstone", bruno, "It ended.")
        db.session.flush()
        assert not references.is_known(public.public_id)
        assert references.is_known(public.public_id, stored=public.public_id)
