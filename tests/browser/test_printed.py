"""What is taken to a council: printed, it fills the pages that it promises."""

import re

import pytest

from exchange.core.models import db
from tests import cast
from tests.network.figures import test_membership as council

STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
SHEET = re.compile(rb"/Type\s*/Page\b")


def printed(chromium, page, client):
    """How many pages of A4 a page of ours has in print; its styles come along, nothing else is fetched."""
    styles = [client.get(path, buffered=True).get_data(as_text=True) for path in STYLES.findall(page)]
    window = chromium.new_page()
    window.set_content(STYLES.sub("", page) + "".join(f"<style>{style}</style>" for style in styles))
    try:
        return len(SHEET.findall(window.pdf(prefer_css_page_size=True)))
    finally:
        window.close()


@pytest.mark.parametrize(("much", "language"), [(False, "en"), (True, "de")])
def test_our_membership_is_two_pages(app, chromium, much, language):
    with app.app_context():
        people = council.play()
        if much:
            council.fill(people)
        people["ana"].language = language
        db.session.commit()
    client = cast.client_of(app, people["ana"])
    page = client.get(f"/cities/porto/membership/{council.LAST}").get_data(as_text=True)
    assert "sheet__numbers" in page
    assert printed(chromium, page, client) == 2
