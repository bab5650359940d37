"""Every page in a real browser: axe finds nothing, nothing scrolls sideways, no script stumbles."""

import random

import pytest

from exchange.config import LANGUAGES
from tests.access import ACCESS
from tests.browser import things as demonstration
from tests.browser.addresses import ADDRESSES, FULLEST, MORE, NO_PAGES, PEOPLE
from tests.browser.looking import DRESSES, Looker
from tests.conftest import FULL

WIDE, *_ = DRESSES
PART = 0.2  # of all looks, drawn by a fixed lot, in the short run


@pytest.fixture(scope="module")
def things(server):
    return demonstration.put_into(server.folder)


@pytest.fixture(scope="module")
def seen():
    """What was looked at, for all roles together."""
    return {}


def looks():
    """(role, language, address, dresses) of what this run looks at."""
    chance = random.Random(4)
    for one in all_looks():
        if FULL:
            yield one
        elif chance.random() < PART:
            *who, dresses = one
            yield *who, (chance.choice(dresses),)


def all_looks():
    """Every page as every role, in English in all dresses; in other languages as its fullest, wide."""
    for endpoint, address in ADDRESSES.items():
        roles = [role for role in PEOPLE if role in ACCESS[endpoint]["GET"]]
        fullest = FULLEST.get(endpoint) or roles[-1]
        for role in {*roles, fullest} if FULL else [fullest]:
            yield role, "en", address, tuple(DRESSES)
        for language in [code for code in LANGUAGES if code != "en"]:
            yield fullest, language, address, (WIDE,)
    for address in MORE:
        yield ("author" if "/write" in address else "coordinator"), "en", address, tuple(DRESSES)


def test_every_page_of_the_table_is_looked_at():
    pages = {endpoint for endpoint, row in ACCESS.items() if "GET" in row} - NO_PAGES
    assert pages == set(ADDRESSES)


@pytest.mark.parametrize("role", PEOPLE)
def test_on_every_page_axe_finds_nothing_and_nothing_scrolls_sideways(role, chromium, server, things, seen):
    looker = Looker(chromium, server, PEOPLE[role], seen)
    for who, language, address, dresses in looks():
        if who == role:
            looker.look(address.format(**things), language, dresses)
    found = looker.close()
    assert not found, "\n".join(found)


def test_a_page_without_pictures_is_light(visit):
    """Bytes over the wire of the search page's own parts, uncompressed; a promise about size, not time."""
    page = visit().page
    sizes = {"all": 0, "script": 0}

    def weigh(response):
        body = len(response.body())
        sizes["all"] += body
        sizes["script"] += body if response.request.resource_type == "script" else 0

    page.on("response", weigh)
    page.goto("/about")
    page.wait_for_load_state("networkidle")
    assert sizes["script"] <= 30_000
    assert sizes["all"] <= 150_000
