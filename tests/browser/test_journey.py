"""The main journey in a real browser: by mouse, by keyboard alone, and without JavaScript.

An official tells a case, has it cleared, submits it; a moderator asks for changes; it is mended, approved,
published, found; told anew, and the new text takes the place of the old. The letters come from a real mail
server.
"""

import re
import time

import pytest

from tests.browser.hands import HANDS

PATIENCE = 60  # seconds until the worker has put an approved case into the index
STORIES = {  # hand → what is told by it: three cases that nobody takes for one
    "by mouse": ("Cargo bicycles kept at the library", "Neighbours borrow a cargo bicycle with their card."),
    "by keyboard alone": (
        "A workshop where radios are mended",
        "Retired engineers mend radios on Saturdays.",
    ),
    "without JavaScript": ("Rain gardens beside the school", "Pupils look after beds that drink the rain."),
}
SOURCE = "Loan book of the library, counted each December."
SECOND = "The district bought nine of them, and gave the keys to the night porter."
STEPS = (
    {
        "lead_unit": "Neighbourhood office",
        "scale": "district",
        "topics-0": "cycling",
        "stage": "running",
        "start": "2021",
    },
    {
        "challenge": "Cars were used for short errands.",
        "objectives": "Fewer short car trips.",
        "sdgs-0-goal": "11",
    },
    {
        "solution": "The district bought four of them and gave the keys to the porter.",
        "actors-0-name": "Library",
        "actors-0-role": "partner",
        "competence_needed": "city",
    },
    {
        "results-0-indicator": "Households that took part",
        "results-0-unit": "households",
        "results-0-baseline": "0",
        "results-0-value": "214",
        "results-0-value_when": "2022",
        "evidence_design": "monitoring",
        "evidence_independence": "own",
    },
    {
        "obstacles-0-obstacle": "Winter",
        "obstacles-0-solved": "partly",
        "success_factors": "The porter.",
    },
    {
        "transfer_conditions-0-condition": "A place that is open daily",
        "transfer_conditions-0-firmness": "must",
        "cost_band": "under-100k",
    },
    {
        "contacts-0-name": "Neighbourhood office",
        "contacts-0-mail": "office@barcelona.example",
        "contacts-0-shown_to": "public",
        "licence": "CC-BY-4.0",
        "declarations": ["right-to-publish", "no-personal-data", "interests-told"],
    },
)
ON = 'main button[name="do"][value="on"]'


def test_a_case_goes_from_its_first_word_to_its_second_version(journey):
    for stage in (
        tell,
        have_it_cleared,
        submit,
        ask_for_changes,
        mend,
        have_it_cleared_again,
        submit,
        approve,
        publish,
        find,
        update,
        supersede,
    ):
        stage(journey)


class Journey:
    """Who takes part, each with the same kind of hands, and what is known of the case on its way."""

    def __init__(self, way, visit, server, post):
        self.hand, self.server, self.post, self.visit = HANDS[way], server, post, visit
        self.title, self.summary = STORIES[way]
        self.mayor = f"mayor-{way.split()[-1].lower()}@barcelona.example"
        self.oriol, self.milan = self.sign_in("oriol"), self.sign_in("milan")
        self.pia, self.reader = self.person(), self.person(locale="de-DE")
        self.code = None

    def person(self, **options):
        return self.hand(self.visit("", **self.hand.options, **options))

    def sign_in(self, name):
        person = self.person()
        person.go(self.server.sign_in_link(name))
        person.press("main button")
        return person

    def letter(self, address, *words):
        return self.post.letter_to(address, self.title, *words)


@pytest.fixture(params=HANDS)
def journey(request, visit, server, post):
    return Journey(request.param, visit, server, post)


def tell(on):
    oriol = on.oriol.go("/write")
    oriol.press('main a[href="/write/new"]')
    oriol.answer({"title": on.title})
    oriol.press("main form .button--primary")
    on.code = re.search(r"/write/(\w+)/what-and-where", oriol.page.url)[1]
    oriol.answer({"summary": on.summary})
    for answers in STEPS:
        oriol.answer(answers)
        oriol.press(ON)
    assert oriol.page.url.endswith(f"/write/{on.code}/submission")


def have_it_cleared(on):
    oriol = on.oriol
    oriol.press('main a[href$="/clearance"]')
    oriol.answer({"name": "Pia", "address": on.mayor, "role": "mayor", "language": "en"})
    oriol.press('main form[action$="/clearance"] .button--primary')
    clear(on, "Oriol")


def clear(on, *words):
    """Pia has no account: the link in her letter is all."""
    address = re.search(r"http\S+/clearance/\S+", on.letter(on.mayor, *words))[0]
    on.pia.go(address)
    assert on.pia.says(on.summary)
    on.pia.press('button[value="cleared"]')
    assert on.pia.go(address).page.locator('button[value="cleared"]').count() == 0  # it works once


def submit(on):
    on.oriol.go(f"/write/{on.code}/submission").press('main form[action$="/submission"] .button--primary')
    assert on.oriol.page.locator("h1").inner_text() == "My cases"


def take(on):
    on.milan.go("/review?tab=all&sort=age").press(f'main a:text-is("{on.title}")')
    on.milan.press('form[action$="/claim"] .button--primary')


def ask_for_changes(on):
    take(on)
    on.milan.touch('#field-results summary[data-key="c"]')
    on.milan.answer({"words": "Which book is that?", "audience": ["authors"]}, "#field-results details[open]")
    on.milan.press('#field-results form[action$="/comments"] .button')
    on.milan.answer({"reason": "Please say who counted."}, "#decide")
    on.milan.press('button[value="request_changes"]')


def mend(on):
    letter = on.letter("oriol@exchange.example", "Please say who counted.")
    oriol = on.oriol.go(re.search(rf"http\S+/write/{on.code}/\S+", letter)[0])
    assert oriol.says("Please say who counted.")
    oriol.press('main nav a[href$="/results"]')
    assert oriol.says("Which book is that?")
    oriol.answer({"results-0-source": SOURCE})
    oriol.press(ON)


def have_it_cleared_again(on):
    on.oriol.press('main a[href$="/clearance"]')
    seen = len(on.post.letters)
    on.oriol.press('form[action$="/clearance/again"] .button--primary')
    letter = on.post.letter_to(on.mayor, on.title, after=seen)
    on.pia.go(re.search(r"http\S+/clearance/\S+", letter)[0])
    assert on.pia.page.locator("ins").get_by_text("Loan book").count()
    on.pia.press('button[value="cleared"]')


def approve(on):
    take(on)
    judged = {"design": "monitoring", "independence": "own"}
    on.milan.answer(judged, ".decision")
    on.milan.answer({"public_note": "Told with rare precision.", "publish_now": ["y"]}, "#decide")
    on.milan.press('button[value="approve"]')
    assert on.milan.says("Publication")


def publish(on):
    """Its author has three days to answer the note; she reads it, and it may go."""
    assert on.milan.page.locator('form[action$="/publication"]').count() == 0
    letter = on.letter("oriol@exchange.example", "Told with rare precision.")
    on.oriol.go(re.search(rf"http\S+/write/{on.code}/\S+", letter)[0])
    on.oriol.press('form[action$="/reply"] .button--primary')
    on.milan.go(on.milan.page.url).press('form[action$="/publication"] .button--primary')
    assert f"/practices/{on.code}" in on.letter("oriol@exchange.example", "public now")


def find(on):
    """A visitor looks for the case until the worker has heard of it, and reads it in her language."""
    reader, end = on.reader, time.monotonic() + PATIENCE
    while time.monotonic() < end:
        reader.go("/")
        reader.write(reader.find("#q"), on.title)
        reader.press(".search-box button")
        if reader.page.get_by_role("link", name=on.title).count():
            break
    reader.press(f'main a:text-is("{on.title}")')
    assert f"/practices/{on.code}-" in reader.page.url
    assert reader.page.locator("h1").inner_text() == on.title
    assert reader.says("Loan book of the library") and reader.says("Told with rare precision.")
    assert reader.says("Auf einen Blick")


def update(on):
    oriol = on.oriol.go("/write")
    oriol.press(f'main a:text-is("{on.title}")')
    oriol.press('form[action$="/draft"] .button--primary')
    oriol.go(f"/write/{on.code}/solution")
    oriol.answer({"solution": SECOND})
    oriol.press(ON)
    submit(on)
    take(on)
    on.milan.answer({"design": "monitoring", "independence": "own"}, ".decision")
    on.milan.press('button[value="approve"]')


def supersede(on):
    """The address shows the new text, the old one stays with a word about it, and the two can be compared."""
    reader = on.reader.go(f"/practices/{on.code}?hl=en")
    assert reader.says(SECOND)
    reader.press('main a[href$="/versions"]')
    reader.press('main a[href$="/compare/1/2"]')
    assert reader.page.locator("ins").get_by_text("nine").count()
    assert reader.page.locator("del").get_by_text("four").count()
    reader.go(f"/practices/{on.code}/revisions/1")
    assert reader.says("gave the keys to the porter") and not reader.says(SECOND)
