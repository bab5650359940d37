"""The journeys of the network in a real browser: by mouse, by keyboard alone, and without JavaScript.

A city poses a challenge, another answers with a practice of its own; the first records that it takes it up,
the other confirms. And a visitor puts three cases side by side and carries the briefing away. The letters
come from a real mail server.
"""

import io
import re
import zipfile

import pytest

from tests.browser.hands import HANDS
from tests.browser.test_printed import SHEET

STORIES = {  # hand → who answers with which practice of their city, and what Barcelona asks
    "by mouse": {
        "person": "lucia.montevideo",
        "city": "Montevideo",
        "title": "Homes that nobody sells on",
        "text": "We have plots to give. Who gave land from a stock of its own to housing cooperatives?",
        "topic": "cooperatives-land-trusts",
    },
    "by keyboard alone": {
        "person": "fatou.dakar",
        "city": "Dakar",
        "title": "Electric buses that do not stand in the traffic",
        "text": "Ours stand in the traffic. Who runs electric buses on lanes of their own, as a BRT?",
        "topic": "public-transport",
    },
    "without JavaScript": {
        "person": "anke",
        "city": "Berlin",
        "title": "Rents that teachers can pay",
        "text": "Rents rise faster than wages. Which cap on rents stood, and what became of it in court?",
        "topic": "rent-regulation",
    },
}
WHY = "It was put up within days; what matters is the order of the streets."
RESULT = "Two of five streets are done, and the buses are on time."
OUTCOME = "We try it on two streets; the council decides in autumn."


class Journey:
    """Barcelona asks, another city answers; a visitor reads along."""

    def __init__(self, way, visit, server, post):
        self.hand, self.visit, self.server, self.post = HANDS[way], visit, server, post
        self.story = STORIES[way]
        self.asker, self.origin = self.sign_in("oriol"), self.sign_in(self.story["person"])
        self.reader = self.person()
        self.address = self.case = self.record = None

    def person(self, **options):
        return self.hand(self.visit("", **self.hand.options, **options))

    def sign_in(self, name):
        person = self.person()
        person.go(self.server.sign_in_link(name))
        person.press("main button")
        return person

    def follow_letter(self, person, name, *words):
        """Somebody opens the address that her letter gives."""
        letter = self.post.letter_to(f"{name}@exchange.example", *words)
        person.go("about:blank")  # a page that is open already would only be scrolled
        return person.go(re.search(r"http\S+/(?:challenges|transfers)/\S+", letter)[0])


@pytest.fixture(params=HANDS)
def way(request):
    return request.param


@pytest.fixture
def journey(way, visit, server, post):
    return Journey(way, visit, server, post)


def test_a_challenge_is_answered_and_the_adoption_confirmed(journey):
    for stage in (pose, answer, mark_what_helped, record, confirm, read_along, close):
        stage(journey)


def pose(on):
    asker = on.asker.go("/challenges")
    asker.press('main a[href="/challenges/new"]')
    asker.answer({"title": on.story["title"], "text": on.story["text"], "topic_1": on.story["topic"]})
    if on.hand.options:
        asker.press('button[value="look"]')  # without a script they come when one asks for them
    asker.page.locator("#matching li", has_text=on.story["city"]).first.wait_for()
    asker.press('button[value="pose"]')
    on.address = asker.page.url
    assert asker.page.locator("h1").inner_text() == on.story["title"]


def answer(on):
    """It stands on top of the list; search has found the practice of her city already."""
    origin = on.origin.go("/challenges")
    origin.press(f'main a:text-is("{on.story["title"]}")')
    assert origin.page.url == on.address
    proposed = origin.page.locator(".matching li", has_text=on.story["city"]).first
    on.case = proposed.locator("a").first.inner_text()
    code = re.search(r"practice=(\w+)", proposed.locator("a").last.get_attribute("href"))[1]
    origin.press(f'.matching a[href*="{code}"] >> nth=-1')
    origin.answer({"text": WHY}, 'form[action$="/answers"]')
    origin.press('form[action$="/answers"] .button--primary')
    assert origin.page.locator(".talk-answer", has_text=WHY).get_by_text(on.case).count()


def mark_what_helped(on):
    on.follow_letter(on.asker, "oriol", on.story["title"], WHY)
    on.asker.press('form[action$="/helped"] button')
    on.follow_letter(on.origin, on.story["person"], "answer helped", on.story["title"])
    assert on.origin.page.locator(".talk-answer--helped", has_text=WHY).count() == 1


def record(on):
    asker = on.asker
    asker.press('.talk-answer--helped a[href$="/transfers/new"]')
    asker.answer(
        {
            "stage": ["piloting"],
            "since": "2026",
            "components-0-name": "Bollards",
            "components-0-what": "changed",
            "components-0-why": "Ours are of wood.",
            "result": RESULT,
        }
    )
    asker.press("main .transfer-form .button--primary")
    on.record = asker.page.url
    assert asker.says(f"Not confirmed by {on.story['city']} yet")
    assert asker.says("Ours are of wood.")


def confirm(on):
    """Whoever works for the city of the practice is asked by letter; the other city hears what it said."""
    origin = on.follow_letter(on.origin, on.story["person"], "took up your practice", on.case)
    assert origin.page.url == on.record and origin.says(RESULT)
    origin.answer({"word": ["confirmed"], "reason": "We were there and saw it."}, 'form[action$="/word"]')
    origin.press('form[action$="/word"] .button--primary')
    asker = on.follow_letter(on.asker, "oriol", "confirms your record", on.case, "We were there and saw it.")
    assert asker.says(f"Confirmed by {on.story['city']}")


def read_along(on):
    """The page of the case and the ledger show the same record to everybody."""
    reader = on.reader.go(on.record)
    assert reader.says(f"Confirmed by {on.story['city']}")
    reader.press(f'main a:text-is("{on.case}")')
    path = on.record.removeprefix(on.server.url)
    row = reader.page.locator(".transfer").filter(has=reader.page.locator(f'a[href="{path}"]'))
    assert row.get_by_text(f"Confirmed by {on.story['city']}").count()
    assert reader.go("/transfers").page.locator(f'main a[href="{path}"]').count() == 1


def close(on):
    asker = on.asker.go(on.address)
    asker.press('main a[href$="/outcome"]')
    asker.answer({"outcome": OUTCOME})
    asker.press("main form .button--primary")
    on.follow_letter(on.origin, on.story["person"], on.story["title"], OUTCOME)
    assert on.origin.page.locator(".talk-outcome").get_by_text(OUTCOME).count()


def test_three_cases_are_compared_and_their_briefing_is_carried_away(way, visit):
    hand = HANDS[way]
    reader = hand(visit("", **hand.options))
    titles = tick_three(reader)
    compare(reader, titles)
    reader.press('main a[href^="/briefing?ids="]')
    for title in titles:
        assert reader.page.locator(".memo").get_by_text(title).count() >= 2  # told, and cited
    assert reader.page.locator(".memo__sources li").count() == 3
    assert len(SHEET.findall(reader.page.pdf(prefer_css_page_size=True))) <= 2
    with reader.page.expect_download() as carried:
        reader.touch('main a[href^="/briefing.docx"]')
    assert all(title in words_of(carried.value.path()) for title in titles)


def tick_three(reader):
    """Three of the results of a search; returns their titles."""
    reader.go("/")
    reader.write(reader.find("#q"), "street")
    reader.press(".search-box button")
    rows = reader.page.locator(".results > li").filter(has=reader.page.locator('[name="ids"]'))
    titles = [rows.nth(number).locator("h2, h3").first.inner_text() for number in range(3)]
    for number in range(3):
        reader.tick(rows.nth(number).locator('[name="ids"]'))
    reader.press("#compare button")
    return titles


def compare(reader, titles):
    """Their columns stand in the order in which they were found; the last can be brought to the front."""
    heads = reader.page.locator(".compare__title")
    assert heads.all_inner_texts() == titles
    rows = reader.page.locator(".compare__table tr").count()
    reader.press('main a[href*="only=differences"]')
    assert reader.page.locator(".compare__table tr").count() < rows
    reader.press(".compare__case:last-child .compare__acts a >> nth=0")
    assert heads.first.inner_text() == titles[-1]


def words_of(path):
    with zipfile.ZipFile(path) as file:
        told = io.TextIOWrapper(file.open("word/document.xml"), "utf-8").read()
    return re.sub(r"<[^>]+>", "", told).replace("&amp;", "&")
