"""The main journey by hand, in a real browser, with JavaScript and without.

An official submits, a moderator asks for a change, the official mends, the moderator approves, and a visitor
finds it.
"""

import re
import time

import pytest

SUMMARY = (
    "Neighbours share a cargo bicycle kept in front of the library; 214 households used it in the first year."
)
PATIENCE = 30  # seconds until the worker has put an approved case into the index


def fill(page, answers):
    """Fill in fields by their names; a list ticks the boxes of those values."""
    for name, value in answers.items():
        if isinstance(value, list):
            for one in value:
                page.check(f'main [name="{name}"][value="{one}"]', force=True)  # its label lies over it
        elif page.locator(f'main select[name="{name}"]').count():
            page.select_option(f'main select[name="{name}"]', value)
        else:
            page.fill(f'main [name="{name}"]', value)


def press(page, selector):
    """Press a button and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def go_on(page):
    press(page, 'main button[name="do"][value="on"]:visible')


def tell(page, title):
    """Oriol tells a whole case, step by step, and submits it; returns its public id."""
    page.goto("/write/new")
    fill(page, {"title": title})
    press(page, "main form button")
    page.wait_for_url(re.compile(r"/write/\w+/what-and-where"))
    public_id = page.url.split("/")[-2]
    fill(
        page,
        {
            "summary": SUMMARY,
            "lead_unit": "Mobility department",
            "scale": "district",
            "topics-0": "cycling",
            "stage": "running",
            "start": "2021",
        },
    )
    go_on(page)
    fill(
        page,
        {
            "challenge": "Cars were used for short errands.",
            "objectives": "Fewer short car trips.",
            "sdgs-0-goal": "11",
        },
    )
    go_on(page)
    fill(
        page,
        {
            "solution": "The district bought four cargo bicycles and gave the keys to the library.",
            "actors-0-name": "Library",
            "actors-0-role": "partner",
            "competence_needed": "city",
        },
    )
    go_on(page)
    fill(
        page,
        {
            "results-0-indicator": "Households that borrowed",
            "results-0-unit": "households",
            "results-0-baseline": "0",
            "results-0-value": "214",
            "results-0-value_when": "2022",
            "evidence_design": "monitoring",
            "evidence_independence": "own",
        },
    )
    go_on(page)
    fill(
        page,
        {
            "obstacles-0-obstacle": "Winter",
            "obstacles-0-solved": "partly",
            "success_factors": "The librarians.",
        },
    )
    go_on(page)
    fill(
        page,
        {
            "transfer_conditions-0-condition": "A place that is open daily",
            "transfer_conditions-0-firmness": "must",
            "cost_band": "under-100k",
        },
    )
    go_on(page)
    fill(
        page,
        {
            "contacts-0-name": "Mobility department",
            "contacts-0-mail": "mobility@barcelona.example",
            "contacts-0-shown_to": "public",
            "licence": "CC-BY-4.0",
            "declarations": ["right-to-publish", "no-personal-data", "interests-told"],
        },
    )
    go_on(page)
    submit(page, public_id)
    return public_id


def submit(page, public_id):
    page.goto(f"/write/{public_id}/submission")
    press(page, 'main form[action$="/submission"] button')


def open_review(page, title):
    page.goto("/review?tab=all")
    with page.expect_navigation():
        page.get_by_role("link", name=title).first.click()


def find(page, title, words):
    """A visitor looks for the case until the worker has heard of it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page.goto("/")
        page.fill("#q", words)
        press(page, ".search-box button")
        link = page.get_by_role("link", name=title)
        if link.count():
            return link.first
        time.sleep(0.5)
    raise AssertionError(f"'{words}' does not find '{title}'")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_case_goes_from_its_first_word_to_a_reader(visit, scripts):
    title = f"Cargo bicycles at the library {'with' if scripts else 'without'} scripts"
    oriol = visit("oriol", java_script_enabled=scripts).page
    milan = visit("milan", java_script_enabled=scripts).page
    public_id = tell(oriol, title)

    open_review(milan, title)
    press(milan, 'form[action$="/claim"] button')
    milan.fill('form[action$="/decision"] [name="reason"]', "Please say who counted the households.")
    press(milan, 'button[value="request_changes"]')

    oriol.goto("/write")
    assert oriol.get_by_text("Changes asked").count()
    oriol.goto(f"/write/{public_id}/results")
    assert oriol.get_by_text("Please say who counted the households.").count()
    oriol.fill('[name="results-0-source"]', "Loan book of the library, counted each December.")
    go_on(oriol)
    submit(oriol, public_id)

    open_review(milan, title)
    press(milan, 'form[action$="/claim"] button')
    milan.select_option('[name="design"]', "monitoring")
    milan.select_option('[name="independence"]', "own")
    press(milan, 'button[value="approve"]')

    reader = visit("", java_script_enabled=scripts, locale="de-DE").page
    find(reader, title, f"cargo bicycle {'with' if scripts else 'without'}").click()
    reader.wait_for_load_state()
    assert f"/practices/{public_id}-" in reader.url
    assert reader.locator("h1").inner_text() == title
    assert reader.get_by_text("Loan book of the library").count()
    assert reader.get_by_text("Auf einen Blick").count()  # the reader's own language


def test_what_is_typed_is_saved_while_one_types_and_said_honestly_when_it_is_not(visit, server):
    window = visit("oriol")
    page = window.page
    page.goto("/write/new")
    fill(page, {"title": "Half a story"})
    press(page, "main form button")
    page.wait_for_url(re.compile(r"/write/\w+/what-and-where"))
    page.fill('[name="summary"]', "Saved without a button.")
    state = page.locator("[data-save-state]")
    state.get_by_text("Saved").first.wait_for()
    other = visit("oriol").page
    other.goto(page.url)
    assert other.input_value('[name="summary"]') == "Saved without a button."
    window.context.set_offline(True)
    page.fill('[name="summary"]', "Typed in a tunnel.")
    state.get_by_text("Not saved").first.wait_for()
    assert page.input_value('[name="summary"]') == "Typed in a tunnel."
    window.context.set_offline(False)
    page.locator('[name="summary"]').blur()
    state.get_by_text(re.compile("^Saved")).first.wait_for()


def test_whoever_was_signed_out_while_writing_finds_the_text_again(visit, server):
    """The session ends in the middle of a form; signing in again, by a link in another tab, sends it on."""
    page = visit("oriol", java_script_enabled=False).page
    page.goto("/write/new")
    page.context.clear_cookies()
    fill(page, {"title": "A title typed while signed out"})
    press(page, "main form button")
    assert page.locator("h1").inner_text() == "Sign in"
    assert page.get_by_text("Your text is kept on this page").count()
    other = page.context.new_page()
    other.goto(server.sign_in_link("oriol"))
    press(other, "main button")
    press(page, "main form button")
    assert page.get_by_text("A title typed while signed out").count()
    press(page, "main form button")
    assert page.input_value('[name="title"]') == "A title typed while signed out"
