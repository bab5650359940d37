"""Translating and reading translations, as a browser meets it."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import event

from exchange import config
from exchange.core.models import db
from exchange.moderation import service
from exchange.practices import machine, translating
from exchange.practices import service as practices
from tests import cast
from tests.moderation import paper, stage
from tests.moderation.review.test_desk import Browser

FIRST = {"text-title": "Un budget", "text-summary": "Ils décident."}


class Town:
    """A public case of Porto; the people by name, their browsers by `at`."""

    def __init__(self, app):
        self.app = app
        with app.app_context():
            self.people = {
                "ana": cast.ana(),
                "berta": cast.person("Berta", city="porto"),
                "bruno": cast.bruno(),
                "milan": stage.milan(),
            }
            practice = cast.published(
                self.people["ana"], self.people["bruno"], challenge="*Nobody* listened."
            )
            self.id, self.key = practice.public_id, practice.id
            db.session.commit()
        self.list = f"/write/{self.id}/translations"
        self.page = f"{self.list}/fr"

    def at(self, name):
        return Browser(self.app, self.people[name])

    def begun(self, name="ana", **texts):
        """Somebody began, and wrote these texts; returns her browser."""
        browser = self.at(name)
        browser.send(self.list, language="fr")
        if texts:
            paper.send(browser.client, self.page, texts, do="save")
        return browser

    def submitted(self):
        """Ana's translation of title and summary waits; returns its number."""
        browser = self.begun()
        assert paper.send(browser.client, self.page, FIRST, do="submit").status_code == 303
        return self.working().id

    def working(self):
        with self.app.app_context():
            return translating.working(practices.find(self.id), "fr")

    def text(self, key):
        return self.working().texts.get(key, {}).get("text")


@pytest.fixture
def town(app):
    return Town(app)


def test_original_and_translation_stand_side_by_side_title_and_summary_first(town):
    page = town.begun().see(town.page)
    assert page.index('name="text-title"') < page.index('name="text-summary"') < page.index("translate__rest")
    assert page.index("translate__rest") < page.index('name="text-challenge"')
    assert '<div class="translate__text" lang="en"><p><em>Nobody</em> listened.</p>' in page
    assert 'lang="fr"' in page and "machine" not in page.lower()


def test_what_was_typed_is_kept_and_the_form_comes_back_filled(town):
    browser = town.begun(**FIRST)
    assert town.text("title") == "Un budget"
    assert paper.read(browser.client.get(town.page)).values["text-summary"] == "Ils décident."


def test_the_page_saves_itself(town):
    browser = town.begun()
    form = paper.filled(browser.client.get(town.page), FIRST)
    answer = browser.client.post(town.page, data=form, headers={"Accept": "application/json"})
    assert answer.json["saved"] and town.text("title") == "Un budget"
    form["base"], form["text-title"] = answer.json["base"], "x" * 500
    answer = browser.client.post(town.page, data=form, headers={"Accept": "application/json"})
    assert answer.status_code == 422 and not answer.json["saved"] and town.text("title") == "Un budget"


def test_too_long_a_title_is_told_and_everything_else_is_saved(town):
    browser = town.begun()
    answer = paper.send(browser.client, town.page, {**FIRST, "text-title": "x" * 500}, do="submit")
    assert answer.status_code == 422 and "x" * 500 in answer.text
    assert town.text("summary") == "Ils décident." and town.text("title") is None


def test_of_two_who_write_at_once_the_second_sees_both_texts(town):
    ana, berta = town.begun(), town.at("berta")
    form = paper.filled(berta.client.get(town.page), {"text-title": "Le budget"})
    paper.send(ana.client, town.page, FIRST, do="save")
    answer = berta.client.post(town.page, data=form)
    assert answer.status_code == 409 and "Un budget" in answer.text and "Le budget" in answer.text
    assert town.text("title") == "Un budget"
    assert berta.client.post(town.page, data=paper.filled(answer)).status_code == 303
    assert town.text("title") == "Le budget"


def test_without_a_summary_it_is_not_submitted_and_nothing_is_lost(town):
    browser = town.begun()
    answer = paper.send(browser.client, town.page, {"text-title": "Un budget"}, do="submit")
    assert answer.status_code == 422 and "#text-summary" in answer.text
    assert town.text("title") == "Un budget" and town.working().state == "draft"


def test_what_was_submitted_meanwhile_is_not_overwritten_and_what_was_typed_stays(town):
    ana, berta = town.begun(**FIRST), town.at("berta")
    form = paper.filled(berta.client.get(town.page), {"text-title": "Le budget"})
    paper.send(ana.client, town.page, do="submit")
    answer = berta.client.post(town.page, data=form)
    assert answer.status_code == 409 and "Le budget" in answer.text and town.text("title") == "Un budget"


def test_it_can_be_taken_back_to_write_on(town):
    town.submitted()
    town.at("ana").send(f"{town.page}/withdrawal")
    assert town.working().state == "draft"


def decide(browser, number, **form):
    address = f"/review/translations/{number}"
    return browser.client.post(f"{address}/decision", data=paper.filled(browser.client.get(address), form))


def test_a_moderator_reads_it_beside_the_original_and_publishes_it(town):
    number = town.submitted()
    bruno = town.at("bruno")
    assert "Berta" not in bruno.see(f"/review/translations/{number}")
    page = bruno.see(f"/review/translations/{number}")
    assert "Un budget" in page and "Written by Ana" in page and "texts are not translated" in page
    answer = decide(bruno, number, verdict="approve")
    assert answer.status_code == 303
    reader = town.app.test_client().get(f"/practices/{town.id}?hl=fr", follow_redirects=True)
    assert reader.status_code == 200 and town.working() is None


def test_sending_back_needs_a_reason_which_the_translator_reads(town):
    number = town.submitted()
    bruno = town.at("bruno")
    assert decide(bruno, number, verdict="request_changes").status_code == 422
    decide(bruno, number, verdict="request_changes", reason="Shorter, please.")
    assert "Shorter, please." in town.at("ana").see(town.page)


def test_the_second_moderator_is_told_and_keeps_her_words(town):
    number = town.submitted()
    address = f"/review/translations/{number}"
    milan = town.at("milan")
    form = paper.filled(milan.client.get(address), verdict="reject", reason="Not a word of French.")
    decide(town.at("bruno"), number, verdict="approve")
    answer = milan.client.post(f"{address}/decision", data=form)
    assert answer.status_code == 409 and "Not a word of French." in answer.text


def test_the_desk_shows_what_a_moderator_reads(town):
    number = town.submitted()
    bruno = town.at("bruno")
    link = f"/review/translations/{number}"
    assert link in bruno.see("/review/translations")
    bruno.send("/review/translations/languages", reads="German, Spanish")
    assert link not in bruno.see("/review/translations")
    assert link in bruno.see("/review/translations?all=1")
    bruno.send("/review/translations/languages", reads="Français, English")
    assert link in bruno.see("/review/translations")
    assert "1</span>" in bruno.see("/review").partition("/review/translations")[2][:80]
    page = bruno.send("/review/translations/languages", 422, reads="Klingonish")
    assert "Klingonish" in page


def test_cases_that_nobody_has_begun_to_translate_are_offered(town):
    bruno = town.at("bruno")
    offered = f'href="{town.list}"'
    bruno.send("/review/translations/languages", reads="fr, es")
    assert offered not in bruno.see("/review/translations")
    bruno.send("/review/translations/languages", reads="fr, en")
    assert offered in bruno.see("/review/translations")
    town.begun()
    assert offered not in bruno.see("/review/translations")


@pytest.mark.parametrize("address", ["/review/translations"])
def test_the_queue_costs_the_same_whatever_its_length(town, address):
    costs = []
    bruno = town.at("bruno")
    bruno.see(address)
    for number in range(3):
        with town.app.app_context():
            ana = db.session.get(cast.User, town.people["ana"].id)
            practice = cast.published(
                ana, db.session.get(cast.User, town.people["bruno"].id), title=f"Case {number}"
            )
            translating.submit(cast.translation(practice, ana, title="T", summary="S"), ana)
            db.session.commit()
        costs.append(queries_of(town.app, lambda: bruno.see(address)))
    assert costs[0] == costs[2]


def queries_of(app, act):
    count = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *_: count.append(1))
    act()
    return len(count)


# A machine


def shout(texts, source, target):
    return [f"{source}>{target} {text.upper()}" for text in texts]


def fail(texts, source, target):
    raise RuntimeError("no money left")


def forget_one(texts, source, target):
    return texts[1:]


asleep = threading.Event()


def sleep(texts, source, target):
    asleep.wait(30)
    return texts


@pytest.fixture
def with_machine(town):
    def use(name):
        settings = town.app.config["SETTINGS"]
        town.app.config["SETTINGS"] = replace(settings, translator=f"{__name__}:{name}")
        return town

    return use


def test_a_machine_fills_what_is_empty_and_is_named_until_a_person_read_it(with_machine):
    town = with_machine("shout")
    browser = town.begun(**{"text-title": "Un budget"})
    assert paper.send(browser.client, town.page, do="machine").status_code == 303
    assert town.text("title") == "Un budget" and town.text("summary").startswith("en>fr RESIDENTS")
    paper.send(browser.client, town.page, {"text-summary": "Ils décident."}, do="save")
    assert town.working().texts["summary"]["how"] == "machine"
    paper.send(browser.client, town.page, {"sure-summary": "y"}, do="save")
    assert town.working().texts["summary"]["how"] == "human"


@pytest.mark.parametrize("name", ["fail", "forget_one", "missing"])
def test_a_machine_that_fails_is_told_and_nothing_is_lost(with_machine, name):
    town = with_machine(name)
    browser = town.begun()
    answer = paper.send(browser.client, town.page, FIRST, do="machine")
    assert answer.status_code == 503 and "did not answer" in answer.text
    assert town.text("title") == "Un budget" and town.text("challenge") is None


def test_a_slow_machine_holds_nobody_up(with_machine, monkeypatch):
    monkeypatch.setattr(machine, "PATIENCE", 0.3)
    town = with_machine("sleep")
    browser = town.begun(**FIRST)
    try:
        answers = [paper.send(browser.client, town.page, do="machine") for _ in range(machine.AT_ONCE + 1)]
        assert [answer.status_code for answer in answers] == 4 * [503]
        assert "took too long" in answers[0].text and "too much to do" in answers[-1].text
    finally:
        asleep.set()


def test_without_a_machine_nobody_is_offered_one(town):
    assert 'value="machine"' not in town.begun().see(town.page)


def test_a_machine_is_named_by_module_and_function(tmp_path):
    environ = {"EXCHANGE_INSTANCE": str(tmp_path), "EXCHANGE_TRANSLATOR": "no colon"}
    with pytest.raises(config.BadSetting, match="EXCHANGE_TRANSLATOR"):
        config.load(environ)


def test_a_translation_that_was_written_beside_an_older_text_is_stale_at_once(town):
    browser = town.begun()
    form = paper.filled(browser.client.get(town.page), {"text-challenge": "Personne n’écoutait."})
    with town.app.app_context():
        ana, bruno = (db.session.get(cast.User, town.people[name].id) for name in ("ana", "bruno"))
        draft = practices.next_draft(practices.public_revision(practices.find(town.id)), ana)
        practices.write(draft, {"challenge": "Everybody shouted."}, {})
        review = service.submit(draft, ana)
        service.take(review, bruno)
        service.decide(review, "approve", bruno, **stage.JUDGED)
        db.session.commit()
    assert browser.client.post(town.page, data=form).status_code == 303
    page = browser.see(town.page)
    assert "Personne n’écoutait." in page and "The original has changed since" in page


def test_words_about_a_picture_are_translated_and_judged_beside_the_picture(town):
    with town.app.app_context():
        image, _document = cast.public_media(practices.find(town.id), town.people["ana"])
        db.session.commit()
        shown = f"/media/{image.id}/320.jpg"
    browser = town.begun(**{"text-media.0.alt": "Une place", "text-documents.0.name": "Rapport"})
    page = browser.client.get(town.page).text
    row = page.partition('id="row-media.0.alt"')[2].partition('class="field"')[0]
    assert shown in row and "A square" in row
    assert shown not in page.partition('id="row-documents.0.name"')[2].partition('class="translate__row"')[0]
    paper.send(browser.client, town.page, FIRST, do="submit")
    page = town.at("milan").client.get(f"/review/translations/{town.working().id}").text
    assert shown in page.partition('id="unit-media.0.alt"')[2].partition("</section>")[0]
