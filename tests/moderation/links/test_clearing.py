"""Clearance: the house of the authors reads a text before it is public, by links without an account."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from exchange import reactions
from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.asked_models import Clearance
from exchange.moderation.service.links import clearing
from exchange.moderation.service.links.by_link import token_of
from exchange.notifications.models import Letter
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.practices.models import Translation
from tests import cast
from tests.moderation import stage

PIA = ("Pia", "pia@porto.example", "press", "en")
MAX = ("Max", "max@porto.example", "mayor", "en")


@pytest.fixture
def town(app):
    """Ana's complete draft, in the worker's context: (app, ana, bruno, draft)."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        draft = cast.draft(ana)
        db.session.commit()
        yield app, ana, bruno, draft


def row(draft):
    return clearing.row_of(draft.practice)


def states(draft):
    return [word for _row, word in clearing.standing(draft.practice, draft).rows]


def clear(one, draft):
    clearing.decide(one, "cleared", clearing.hash_of(draft))


def letters(kind):
    while reactions.react():
        pass
    return [one.address for one in db.session.query(Letter).filter_by(kind=kind).order_by(Letter.id)]


def test_the_first_gets_a_letter_and_the_next_only_when_the_first_has_cleared(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA, MAX], ana)
    db.session.commit()
    assert states(draft) == ["open", "waiting"]
    assert letters("clearance") == ["pia@porto.example"]
    clear(row(draft)[0], draft)
    db.session.commit()
    assert states(draft) == ["cleared", "open"]
    assert letters("clearance") == ["pia@porto.example", "max@porto.example"]


def test_an_objection_stops_the_row_and_tells_the_authors(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA, MAX], ana)
    first = row(draft)[0]
    with pytest.raises(service.ReasonMissing):
        clearing.decide(first, "objected", clearing.hash_of(draft), {"summary": "  "})
    clearing.decide(first, "objected", clearing.hash_of(draft), {"summary": "Name the year."})
    db.session.commit()
    assert states(draft) == ["objected", "waiting"]
    assert letters("clearance-answer") == ["ana@cast.example"]
    assert first.objections == {"summary": "Name the year."}


def test_a_changed_text_makes_the_clearance_outdated_and_a_caption_does_too(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA], ana)
    clear(row(draft)[0], draft)
    assert states(draft) == ["cleared"]
    picture, _document = cast.put_media(draft.practice, ana)
    practices.save(draft, {"media": [{"file": picture.id, "caption": "The square"}]}, {}, ana)
    assert states(draft) == ["outdated"]
    clearing.ask_again(draft.practice, ana)
    assert states(draft) == ["open"]
    clear(row(draft)[0], draft)
    practices.save(draft, {"media": [{"file": picture.id, "caption": "The old square"}]}, {}, ana)
    assert states(draft) == ["outdated"]


def test_a_changed_translation_makes_the_clearance_outdated(town):
    app, ana, bruno, draft = town
    review = service.submit(draft, ana)
    service.take(review, bruno)
    service.decide(review, "approve", bruno, **stage.JUDGED)
    newer = practices.next_draft(draft, ana)
    practices.save(newer, {"summary": "Other words."}, {}, ana)
    clearing.ask(draft.practice, [PIA], ana)
    clear(row(draft)[0], newer)
    assert states(newer) == ["cleared"]
    entry = {"text": "Les habitants décident.", "how": "human", "fingerprint": "x"}
    french = Translation(practice_id=draft.practice_id, language="fr", state="submitted")
    french.texts = {"summary": entry}
    db.session.add(french)
    db.session.flush()
    assert states(newer) == ["outdated"]
    clearing.ask_again(draft.practice, ana)
    db.session.commit()
    address = f"/clearance/{token_of(row(newer)[0])}"
    page = app.test_client().get(address).text
    assert "Translation: French" in page and "Les habitants décident." in page


def test_a_word_that_is_never_public_leaves_the_clearance_as_it_is(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA], ana)
    clear(row(draft)[0], draft)
    practices.save(draft, {"note_to_reviewers": "Please be quick."}, {}, ana)
    assert states(draft) == ["cleared"]
    assert "note_to_reviewers" not in row(draft)[0].text["answers"]


def test_publishing_waits_until_the_approved_text_is_the_cleared_one(town):
    _app, ana, bruno, draft = town
    clearing.ask(draft.practice, [PIA], ana)
    review = service.submit(draft, ana)
    service.take(review, bruno)
    service.decide(review, "approve", bruno, publish_now=False, **stage.JUDGED)
    with pytest.raises(service.Hindered) as told:
        service.publish(draft, bruno)
    assert [one.kind for one in told.value.hindrances] == ["clearance"]
    clear(row(draft)[0], draft)
    service.publish(draft, bruno)
    assert draft.state == "published"


def test_nobody_asked_means_nobody_waits(town):
    _app, ana, bruno, _draft = town
    assert stage.published(ana, bruno, title="Another").revision.state == "published"


def test_the_lead_author_records_why_it_need_not_be_cleared_and_only_for_this_text(town):
    _app, ana, bruno, draft = town
    ines = cast.person("Ines", city="porto", city_admin=True)
    clearing.ask(draft.practice, [PIA], ines)
    with pytest.raises(service.NotAllowed):
        clearing.waive(draft.practice, "Not needed.", ines)
    with pytest.raises(service.ReasonMissing):
        clearing.waive(draft.practice, " ", ana)
    clearing.waive(draft.practice, "The press office is closed until May.", ana)
    clearing.waive(draft.practice, "The press office is closed until May.", ana)
    assert not service.publication_hindrances(draft)
    lines = db.session.query(AuditLine).filter_by(act="waive clearance").all()
    assert [one.details["reason"] for one in lines] == ["The press office is closed until May."]
    practices.save(draft, {"summary": "Other words."}, {}, ana)
    assert [one.kind for one in service.publication_hindrances(draft)] == ["clearance"]


def test_a_decision_names_the_text_that_was_read(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA], ana)
    seen = clearing.hash_of(draft)
    practices.save(draft, {"summary": "Changed while Pia read."}, {}, ana)
    with pytest.raises(service.TextChanged):
        clearing.decide(row(draft)[0], "cleared", seen)
    assert states(draft) == ["open"]


def test_a_link_decides_once(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA], ana)
    (pia,) = row(draft)
    clear(pia, draft)
    clear(pia, draft)
    with pytest.raises(service.AlreadyDecided):
        clearing.decide(pia, "objected", clearing.hash_of(draft), {"": "On second thoughts."})
    assert db.session.query(AuditLine).filter_by(act="clear text").count() == 1


def test_a_link_ends_after_fourteen_days_and_whoever_let_it_pass_is_asked_again(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA], ana)
    (pia,) = row(draft)
    assert pia.expires_at - pia.asked_at == timedelta(days=14)
    pia.expires_at = now() - timedelta(seconds=1)
    assert states(draft) == ["expired"]
    with pytest.raises(service.LinkOver):
        clear(pia, draft)
    clearing.ask_again(draft.practice, ana)
    assert states(draft) == ["open"] and row(draft)[0].id != pia.id


def test_after_seven_days_there_is_one_reminder(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA, MAX], ana)
    db.session.commit()
    assert clearing.remind(now() + timedelta(days=6)) == 0
    assert clearing.remind(now() + timedelta(days=8)) == 1
    assert clearing.remind(now() + timedelta(days=9)) == 0
    assert letters("clearance") == ["pia@porto.example"] * 2


def test_who_is_asked_no_more_makes_room_for_the_next(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA, MAX], ana)
    pia = row(draft)[0]
    clearing.withdraw(pia, ana)
    assert [one.name for one in row(draft)] == ["Max"] and states(draft) == ["open"]
    with pytest.raises(service.LinkOver):
        clear(pia, draft)


def test_asking_the_same_person_twice_makes_one_link(town):
    _app, ana, _bruno, draft = town
    clearing.ask(draft.practice, [PIA], ana)
    clearing.ask(draft.practice, [PIA], ana)
    assert db.session.query(Clearance).count() == 1


def test_a_colleague_of_the_city_who_does_not_lead_cannot_ask(town):
    _app, ana, _bruno, draft = town
    otto = cast.person("Otto", city="porto")
    for stranger in (otto, cast.chloe()):
        with pytest.raises(service.NotAllowed):
            clearing.ask(draft.practice, [PIA], stranger)
    assert not row(draft)


def test_the_next_version_begins_a_row_of_its_own(town):
    _app, ana, bruno, draft = town
    clearing.ask(draft.practice, [PIA], ana)
    clear(row(draft)[0], draft)
    review = service.submit(draft, ana)
    service.take(review, bruno)
    service.decide(review, "approve", bruno, **stage.JUDGED)
    newer = practices.next_draft(draft, ana)
    assert states(newer) == [] and clearing.last_cleared(draft.practice).title == draft.title


# The page behind the link


def page_of(app, one):
    return app.test_client(), f"/clearance/{token_of(one)}"


def asked(ana, draft, *people):
    clearing.ask(draft.practice, list(people or [PIA]), ana)
    db.session.commit()
    return row(draft)[0]


def test_the_link_shows_the_text_as_often_as_one_likes_and_takes_one_decision(town):
    app, ana, _bruno, draft = town
    pia = asked(ana, draft)
    client, address = page_of(app, pia)
    for _time in range(3):
        page = client.get(address)
        assert page.status_code == 200 and "assemblies in each parish" in page.text
    done = client.post(address, data={"verdict": "cleared", "seen_hash": clearing.hash_of(draft)})
    assert done.status_code == 200 and "You have cleared the text" in done.text
    after = client.get(address)
    assert after.status_code == 410 and "This link has been used" in after.text
    assert "assemblies in each parish" not in after.text


def test_the_pages_are_found_kept_and_named_by_nobody(town):
    app, ana, _bruno, draft = town
    client, address = page_of(app, asked(ana, draft))
    for one in (client.get(address), client.post(address, data={}), client.get(address + "x")):
        assert one.headers["Referrer-Policy"] == "no-referrer"
        assert one.headers["Cache-Control"] == "private, no-store"
        assert "noindex" in one.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in one.headers


def test_a_forged_link_and_a_withdrawn_one_show_nothing(town):
    app, ana, _bruno, draft = town
    pia = asked(ana, draft)
    client, address = page_of(app, pia)
    for forged in (f"/clearance/{pia.id}", f"/clearance/{pia.id}.{'0' * 40}", f"/answers/{token_of(pia)}"):
        answer = client.get(forged)
        assert answer.status_code == 404 and draft.title not in answer.text
    clearing.withdraw(pia, ana)
    db.session.commit()
    answer = client.get(address)
    assert answer.status_code == 410 and draft.title not in answer.text


def test_a_link_whose_turn_has_not_come_shows_nothing(town):
    app, ana, _bruno, draft = town
    asked(ana, draft, PIA, MAX)
    client, address = page_of(app, row(draft)[1])
    answer = client.get(address)
    assert answer.status_code == 410 and draft.title not in answer.text


def test_what_is_never_public_is_not_shown_to_those_who_clear_it(town):
    app, ana, _bruno, draft = town
    practices.save(draft, {"note_to_reviewers": "Between us."}, {}, ana)
    client, address = page_of(app, asked(ana, draft))
    assert "Between us." not in client.get(address).text


def test_no_word_is_lost_when_the_text_changes_meanwhile(town):
    app, ana, _bruno, draft = town
    client, address = page_of(app, asked(ana, draft))
    seen = clearing.hash_of(draft)
    practices.save(draft, {"summary": "Quite another summary."}, {}, ana)
    db.session.commit()
    typed = {"verdict": "objected", "seen_hash": seen, "object-solution": "Say who pays."}
    answer = client.post(address, data=typed)
    assert answer.status_code == 409 and "Say who pays." in answer.text
    assert "Quite another summary." in answer.text


def test_no_word_is_lost_when_the_link_ends_meanwhile(town):
    app, ana, _bruno, draft = town
    pia = asked(ana, draft)
    client, address = page_of(app, pia)
    clearing.withdraw(pia, ana)
    db.session.commit()
    typed = {"verdict": "objected", "seen_hash": "x", "object-solution": "Say who pays."}
    answer = client.post(address, data=typed)
    assert answer.status_code == 409 and "Say who pays." in answer.text


def test_an_objection_without_words_comes_back(town):
    app, ana, _bruno, draft = town
    client, address = page_of(app, asked(ana, draft))
    answer = client.post(address, data={"verdict": "objected", "seen_hash": clearing.hash_of(draft)})
    assert answer.status_code == 422 and "at one field at least" in answer.text


def test_what_has_changed_since_the_last_clearance_is_marked(town):
    app, ana, _bruno, draft = town
    clear(asked(ana, draft), draft)
    practices.save(draft, {"summary": "Residents decide how half of the budget is spent."}, {}, ana)
    clearing.ask_again(draft.practice, ana)
    db.session.commit()
    client, address = page_of(app, row(draft)[0])
    page = client.get(address).text
    assert "One field has changed since the last clearance" in page
    assert "<ins>half</ins>" in page and "<del>a part</del>" in page


def test_answers_through_one_link_are_limited(town):
    app, ana, _bruno, draft = town
    client, address = page_of(app, asked(ana, draft))
    statuses = [client.post(address, data={"verdict": "nonsense"}).status_code for _try in range(31)]
    assert statuses[0] == 422 and statuses[-1] == 429


def test_only_pictures_of_the_text_are_shown_and_only_while_the_link_works(town):
    app, ana, _bruno, draft = town
    shown, _document = cast.put_media(draft.practice, ana)
    other, document = cast.put_media(draft.practice, ana)
    practices.save(draft, {"media": [{"file": shown.id}], "documents": [{"file": document.id}]}, {}, ana)
    pia = asked(ana, draft)
    client, address = page_of(app, pia)
    assert client.get(f"{address}/pictures/{shown.id}", buffered=True).mimetype == "image/jpeg"
    assert client.get(f"{address}/pictures/{other.id}").status_code == 404
    assert client.get(f"{address}/pictures/{document.id}").status_code == 404
    clear(pia, draft)
    db.session.commit()
    assert client.get(f"{address}/pictures/{shown.id}").status_code == 404


# The authors' page


def test_an_author_puts_somebody_in_the_row_and_sees_how_far_it_is(town):
    app, ana, _bruno, draft = town
    client = cast.client_of(app, ana)
    address = f"/write/{draft.practice.public_id}/clearance"
    token = cast.token_for(app, client)
    db.session.rollback()
    wrong = client.post(address, data={"csrf_token": token, "name": "Pia", "address": "nobody"})
    assert wrong.status_code == 422 and 'value="Pia"' in wrong.text
    person = {"name": "Pia", "address": "Pia@Porto.example", "role": "press", "language": "fr"}
    assert client.post(address, data={"csrf_token": token, **person}).status_code == 303
    page = client.get(address).text
    assert "pia@porto.example" in page and "0 of 1 have cleared it" in page
    (pia,) = row(draft)
    assert pia.language == "fr" and pia.role == "press"


def test_the_moderator_reads_on_the_review_page_how_far_it_is_and_why_not(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        review = stage.in_review(ana, bruno)
        practice = review.practice
        clearing.ask(practice, [PIA], ana)
        db.session.commit()
        number = review.id
    client = cast.client_of(app, bruno)
    assert "0 of 1 have cleared it" in client.get(f"/review/{number}").text
    with app.app_context():
        found = practices.find(practice.public_id)
        clearing.waive(found, "The press office is closed.", found.lead)
        db.session.commit()
    page = client.get(f"/review/{number}").text
    assert "the lead author says why: The press office is closed." in page


def test_approved_before_it_is_cleared_it_goes_public_once_it_is(app):
    """By the clock: whoever approved it need not come back."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        review = stage.in_review(ana, bruno)
        clearing.ask(review.practice, [PIA], ana)
        service.decide(review, "approve", bruno, **stage.JUDGED)
        draft = review.revision
        assert draft.state == "approved"
        db.session.commit()
        service.publish_due()
        db.session.refresh(draft)
        assert draft.state == "approved"
        clear(row(draft)[0], draft)
        db.session.commit()
        service.publish_due()
        db.session.refresh(draft)
        assert draft.state == "published"


def go_public(draft, ana, bruno):
    review = service.submit(draft, ana)
    service.take(review, bruno)
    service.decide(review, "approve", bruno, **stage.JUDGED)
    db.session.commit()
    return draft.practice


NOT_CLEARED = "cleared the original, not this translation"
FRENCH = {"title": "Un budget", "summary": "Ils décident."}


def test_a_translation_that_comes_after_the_clearance_is_called_not_cleared_on_desk_and_page(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        draft = cast.draft(ana)
        clearing.ask(draft.practice, [PIA], ana)
        clear(row(draft)[0], draft)
        practice = go_public(draft, ana, bruno)
        made = cast.translation(practice, ana, **FRENCH)
        translating.submit(made, ana)
        desk, path = f"/review/translations/{made.id}", practices.path_of(practice, draft.title)
        number, judge = made.id, SimpleNamespace(id=bruno.id)
        db.session.commit()
    moderator, reader = cast.client_of(app, judge), app.test_client()
    assert "They have not seen these words" in moderator.get(desk).text
    with app.app_context():
        service.decide_translation(translating.find(number), "approve", db.session.get(cast.User, judge.id))
        db.session.commit()
    assert NOT_CLEARED in moderator.get(desk).text
    assert NOT_CLEARED in reader.get(path, query_string={"text": "fr", "hl": "en"}).text
    assert NOT_CLEARED not in reader.get(path, query_string={"hl": "en"}).text


def test_a_translation_that_was_cleared_with_the_text_or_of_a_text_that_nobody_cleared_says_nothing(town):
    _app, ana, bruno, draft = town
    practice = go_public(draft, ana, bruno)
    made = cast.translated(practice, ana, bruno, **FRENCH)
    assert not clearing.lacks_clearance(made), "nobody was asked to clear this case"
    newer = practices.next_draft(draft, ana)
    practices.write(newer, {"objectives": "Even more people take part."}, {})
    clearing.ask(practice, [PIA], ana)
    clear(row(newer)[0], newer)
    go_public(newer, ana, bruno)
    assert not clearing.lacks_clearance(made), "its words were cleared with the text"
    other = cast.translated(practice, ana, bruno, **{**FRENCH, "title": "Le budget"})
    assert clearing.lacks_clearance(other)
