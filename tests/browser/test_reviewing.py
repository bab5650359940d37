"""What scripts do at the desk: keys, notes that are kept while one types, wording taken by one click."""

import re

import pytest

from exchange import config, create_app
from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.moderation import service as moderation
from tests import cast
from tests.browser.hands import Mouse


@pytest.fixture
def review(server):
    """`review('A title')` → the address of a review that Milan has, of a case of Oriol's, and its code."""
    app = create_app(config.load({"EXCHANGE_INSTANCE": str(server.folder)}, server.folder))

    def bring(title, taken=True, **answers):
        with app.app_context():
            oriol, milan = (accounts.find_user(f"{one}@exchange.example") for one in ("oriol", "milan"))
            made = moderation.submit(cast.draft(oriol, title, "barcelona", **answers), oriol)
            if taken:
                moderation.take(made, milan)
            db.session.commit()
            return f"/review/{made.id}", made.practice.public_id

    return bring


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def test_a_case_is_found_taken_and_opened_from_the_desk_by_keys(review, visit):
    titles = [f"Case {word} for the keys" for word in ("one", "two")]
    pages = [review(title, taken=False)[0] for title in titles]
    page = visit("milan").page
    page.goto("/review?tab=all&q=for+the+keys&sort=age")
    page.keyboard.press("j")
    first = focused(page)
    page.keyboard.press("j")
    assert {first, focused(page)} == set(titles)
    page.keyboard.press("k")
    assert focused(page) == first
    with page.expect_navigation():
        page.keyboard.press("t")
    page.goto("/review?tab=mine&q=for+the+keys")
    assert page.locator("[data-open]").all_inner_texts() == [first]
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert page.url.endswith(pages[titles.index(first)])


def test_keys_walk_through_a_review_open_its_forms_and_rest_while_one_types(review, visit):
    address, _code = review("A case for ten fingers")
    page = visit("milan").page
    page.goto(address)
    page.keyboard.press("j")
    page.keyboard.press("j")
    field = page.evaluate("document.activeElement.id")
    assert field.startswith("field-")
    page.keyboard.press("c")
    page.keyboard.type("jack?")
    words = page.locator(f"#{field} textarea[name=words]")
    assert words.input_value() == "jack?" and page.locator("dialog[open]").count() == 0
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("dialog[open]").get_by_text("mark the text as read").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.get_by_role("button", name="Keys on").press("Enter")
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 0  # they are off, and stay so on the next page
    page.reload()
    assert page.get_by_role("button", name="Keys on").get_attribute("aria-pressed") == "false"


def test_notes_and_a_decision_half_written_are_kept_while_one_types(review, visit):
    from playwright.sync_api import expect

    address, _code = review("A case to think about")
    page = visit("milan").page
    page.goto(address)
    page.fill('[name="notes"]', "Ask the census office.")
    page.fill('[name="reason"]', "Please name the year.")
    kept = page.locator("[data-save-state]")
    expect(kept).to_contain_text(re.compile(r"Saved [1-9]\d* s ago"), timeout=60_000)
    other = visit("milan").page
    other.goto(address)
    assert other.input_value('[name="notes"]') == "Ask the census office."
    assert other.input_value('[name="reason"]') == "Please name the year."


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_wording_that_a_moderator_suggests_is_taken_by_one_click(review, visit, scripts):
    address, code = review(f"A case in other words {scripts}", summary="Residents decides it.")
    milan = Mouse(visit("milan", java_script_enabled=scripts)).go(address)
    milan.touch('#field-summary summary[data-key="w"]')
    words = milan.page.locator('#field-summary form[action$="/suggestions"] textarea')
    milan.write(words, "Residents decide it.")
    milan.press('#field-summary form[action$="/suggestions"] .button')
    oriol = Mouse(visit("oriol", java_script_enabled=scripts)).go(f"/write/{code}/wording")
    assert oriol.page.locator("del").inner_text() == "decides"
    oriol.press('button[value="accept"]')
    assert oriol.says("It goes into your next draft.")
    milan.go(address)
    milan.answer({"reason": "Only these words."}, "#decide")
    milan.press('button[value="request_changes"]')
    oriol.go(f"/write/{code}/what-and-where")
    assert oriol.page.input_value('[name="summary"]') == "Residents decide it."
