"""Who tells a case: of one that others tell, its city hears before it is public, and has its say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange import reactions
from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.asked_models import CityNotice
from exchange.moderation.service.links import telling
from exchange.moderation.service.links.by_link import token_of
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from exchange.practices import service as practices
from tests import cast
from tests.moderation import paper, stage
from tests.moderation.links.test_clearing import letters


@pytest.fixture
def patient(app):
    """Cities have fourteen days here."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], tell_city_days=14)
    return app


@pytest.fixture
def town(patient):
    """(app, Ana who tells for a partner, Ines the admin of Porto, Bruno)."""
    with patient.app_context():
        people = cast.ana(), cast.person("Ines", city="porto", city_admin=True), cast.bruno()
        db.session.commit()
        yield patient, *people


def told_by_a_partner(ana, city="porto"):
    draft = cast.draft(ana, city=city)
    draft.practice.told_by = "partner"
    return draft


def approved(ana, bruno, draft):
    review = service.submit(draft, ana)
    service.take(review, bruno)
    service.decide(review, "approve", bruno, publish_now=False, **stage.JUDGED)
    return draft


def kinds(draft):
    return [one.kind for one in service.publication_hindrances(draft)]


def notice_of(draft):
    return telling.notices_of(draft.practice)[0]


def test_the_citys_admin_hears_when_it_is_submitted_and_publishing_waits_fourteen_days(town):
    _app, ana, _ines, bruno = town
    draft = approved(ana, bruno, told_by_a_partner(ana))
    db.session.commit()
    assert letters("city-notice") == ["ines@cast.example"]
    with pytest.raises(service.Hindered):
        service.publish(draft, bruno)
    notice = notice_of(draft)
    notice.asked_at = now() - timedelta(days=13, hours=23)
    assert kinds(draft) == ["city-told"]
    notice.asked_at = now() - timedelta(days=14, minutes=1)
    service.publish(draft, bruno)
    assert draft.state == "published"


def test_a_city_that_confirms_earlier_shortens_the_wait(town):
    _app, ana, _ines, bruno = town
    draft = approved(ana, bruno, told_by_a_partner(ana))
    telling.answer(notice_of(draft), "confirmed")
    assert kinds(draft) == [] and draft.practice.endorsement.word == "confirmed"
    db.session.commit()
    assert letters("city-word") == ["ana@cast.example"]


def test_a_city_that_disputes_says_why_and_its_word_stands_beside_the_case(town):
    _app, ana, ines, bruno = town
    draft = approved(ana, bruno, told_by_a_partner(ana))
    with pytest.raises(service.ReasonMissing):
        telling.answer(notice_of(draft), "disputed")
    telling.answer(notice_of(draft), "disputed", "The figure is of 2012.")
    endorsement = draft.practice.endorsement
    assert (endorsement.word, endorsement.reason, endorsement.by_id) == (
        "disputed",
        "The figure is of 2012.",
        ines.id,
    )
    assert kinds(draft) == ["city-told"], "to dispute does not shorten the wait"


def test_a_case_that_its_city_tells_waits_for_nobody(town):
    _app, ana, _ines, bruno = town
    assert kinds(approved(ana, bruno, cast.draft(ana))) == []


def test_an_import_waits_for_nobody(town):
    _app, _ana, _ines, _bruno = town
    assert kinds(stage.imported(city="porto")) == []


def test_without_waiting_days_the_city_hears_and_nothing_waits(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        cast.person("Ines", city="porto", city_admin=True)
        draft = approved(ana, bruno, told_by_a_partner(ana))
        assert kinds(draft) == [] and notice_of(draft).stands == "open"


def test_where_a_city_has_no_admin_the_teller_names_whom_to_tell(patient):
    with patient.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        draft = told_by_a_partner(ana)
        approved(ana, bruno, draft)
        assert kinds(draft) == ["city-untold"]
        telling.name_contact(draft.practice, "Office", "office@porto.example", "en", ana)
        db.session.commit()
        assert kinds(draft) == ["city-told"]
        assert letters("city-notice") == ["office@porto.example"]


def test_a_contact_named_in_the_draft_hears_on_submission_not_before(patient):
    with patient.app_context():
        ana = cast.ana()
        draft = told_by_a_partner(ana)
        telling.name_contact(draft.practice, "Office", "office@porto.example", "en", ana)
        db.session.commit()
        assert letters("city-notice") == []
        service.submit(draft, ana)
        db.session.commit()
        assert letters("city-notice") == ["office@porto.example"]


def test_the_city_takes_it_over_and_the_teller_hears(town):
    _app, ana, ines, bruno = town
    draft = approved(ana, bruno, told_by_a_partner(ana))
    telling.answer(notice_of(draft), "disputed", "It is ours to tell.")
    telling.take_over(draft.practice, ines)
    telling.take_over(draft.practice, ines)
    assert draft.practice.told_by == "city" and draft.practice.lead is ines
    assert {(one.user.name, one.role) for one in draft.practice.authors} == {
        ("Ines", "lead"),
        ("Ana", "co-author"),
    }
    assert kinds(draft) == []
    db.session.commit()
    assert letters("city-took-over") == ["ana@cast.example"]
    assert db.session.query(AuditLine).filter_by(act="take over", by_id=ines.id).count() == 1


def test_only_the_citys_own_admin_takes_over(town):
    _app, ana, _ines, _bruno = town
    draft = told_by_a_partner(ana)
    for stranger in (ana, cast.person("Wanda", city="wien", city_admin=True)):
        with pytest.raises(service.NotAllowed):
            telling.take_over(draft.practice, stranger)


def test_who_tells_it_is_said_in_the_draft_and_not_later(town):
    _app, ana, ines, bruno = town
    draft = cast.draft(ana)
    with pytest.raises(service.NotAllowed):
        telling.choose(draft.practice, "secretariat", ana)
    with pytest.raises(service.NotAllowed):
        telling.choose(draft.practice, "partner", ines)
    telling.choose(draft.practice, "partner", ana)
    service.submit(draft, ana)
    with pytest.raises(service.NotAllowed):
        telling.choose(draft.practice, "city", ana)
    assert draft.practice.told_by == "partner"


def test_a_reply_is_hidden_by_a_moderator_with_a_reason_and_kept(town):
    _app, ana, ines, bruno = town
    practice = cast.published(ana, bruno, told_by="partner")
    telling.reply(practice, "We count *differently*.", "Ines", ines)
    with pytest.raises(service.NotAllowed):
        telling.hide_reply(practice, "Rude.", ana)
    with pytest.raises(service.ReasonMissing):
        telling.hide_reply(practice, " ", bruno)
    telling.hide_reply(practice, "It names a person.", bruno)
    assert telling.reply_of(practice) is None
    assert telling.last_reply(practice).hidden_reason == "It names a person."


def test_nobody_else_replies_for_a_city(town):
    _app, ana, _ines, bruno = town
    practice = cast.published(ana, bruno, told_by="partner")
    for stranger in (ana, bruno, None):
        with pytest.raises(service.NotAllowed):
            telling.reply(practice, "Hello.", "Somebody", stranger)


# Pages


@pytest.fixture
def notice(patient):
    """(app, the address that the contact in Porto was sent, public id, its CityNotice)."""
    with patient.app_context():
        ana = cast.ana()
        draft = told_by_a_partner(ana)
        telling.name_contact(draft.practice, "Office", "office@porto.example", "en", ana)
        service.submit(draft, ana)
        (one,) = telling.notices_of(draft.practice)
        db.session.commit()
        address = f"/confirm/{token_of(one)}"
    return patient, address, draft.practice.public_id, one


def publish(app, public_id):
    with app.app_context():
        practice, bruno = practices.find(public_id), cast.bruno()
        db.session.query(CityNotice).update({"asked_at": now() - timedelta(days=20)})
        review = service.open_review(practice)
        service.take(review, bruno)
        service.decide(review, "approve", bruno, **stage.JUDGED)
        db.session.commit()


def test_a_city_reads_what_is_told_and_confirms_without_an_account(notice):
    app, address, _public_id, one = notice
    client = app.test_client()
    page = client.get(address)
    assert page.status_code == 200 and "assemblies in each parish" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer" and "Set-Cookie" not in page.headers
    assert "unless you confirm it" in page.text
    assert "You confirmed it" in client.post(address, data={"word": "confirmed"}).text
    late = client.post(address, data={"word": "disputed", "reason": "On second thoughts."})
    assert late.status_code == 409 and "On second thoughts." in late.text


def test_what_was_taken_back_is_a_draft_that_the_city_neither_reads_nor_confirms(notice):
    app, address, public_id, _one = notice
    with app.app_context():
        practice = practices.find(public_id)
        review, ana = service.open_review(practice), practice.lead
        service.withdraw(review, ana)
        practices.save(review.revision, {"challenge": "Half a thought of Ana’s."}, {}, ana)
        db.session.commit()
    client = app.test_client()
    page = client.get(address)
    assert page.status_code == 410 and "was taken back" in page.text and "Half a thought" not in page.text
    late = client.post(address, data={"word": "disputed", "reason": "Not so."})
    assert late.status_code == 409 and "Not so." in late.text
    with app.app_context():
        assert practices.find(public_id).endorsement is None


def test_a_dispute_without_a_reason_comes_back(notice):
    app, address, _public_id, _one = notice
    answer = app.test_client().post(address, data={"word": "disputed"})
    assert answer.status_code == 422 and "Say why." in answer.text


def test_a_reply_through_the_link_stands_on_the_public_page_as_safe_markdown(notice):
    app, address, public_id, _one = notice
    client = app.test_client()
    words = "We count *differently*. <script>alert(1)</script>"
    assert client.post(address + "/reply", data={"words": words}).status_code == 303
    publish(app, public_id)
    page = client.get(f"/practices/{public_id}", follow_redirects=True).text
    assert "What Porto replies" in page and "<em>differently</em>" in page
    assert "<script>alert" not in page
    with app.app_context():
        practice = practices.find(public_id)
        telling.hide_reply(practice, "It names a person.", moderator_of(practice))
        db.session.commit()
    assert "differently" not in client.get(f"/practices/{public_id}", follow_redirects=True).text


def moderator_of(practice):
    return service.approval_of(practices.public_revision(practice)).by


def test_a_reply_is_at_most_two_thousand_characters(notice):
    app, address, _public_id, _one = notice
    answer = app.test_client().post(address + "/reply", data={"words": "x" * 2001})
    assert answer.status_code == 422


def test_the_letter_names_the_days_and_carries_the_link(notice):
    app, address, _public_id, _one = notice
    with app.app_context():
        while reactions.react():
            pass
        (letter,) = db.session.query(Letter).filter_by(kind="city-notice")
        _subject, text = words_of(letter, things_of(letter))
    assert address in text and "before 14 days have passed" in text


def test_an_admin_takes_over_by_one_button(patient):
    with patient.app_context():
        ana, ines = cast.ana(), cast.person("Ines", city="porto", city_admin=True)
        practice = told_by_a_partner(ana).practice
        db.session.commit()
        public_id = practice.public_id
    client = cast.client_of(patient, ines)
    assert paper.send(client, f"/write/{public_id}/taking-over").status_code == 303
    with patient.app_context():
        assert practices.find(public_id).told_by == "city"
    assert client.get(f"/write/{public_id}/taking-over").status_code == 404


def test_the_teller_says_who_tells_it_and_names_a_contact(patient):
    with patient.app_context():
        ana = cast.ana()
        public_id = cast.draft(ana).practice.public_id
        db.session.commit()
    client, address = cast.client_of(patient, ana), f"/write/{public_id}/teller"
    token = cast.token_for(patient, client)
    assert client.post(address, data={"csrf_token": token, "told_by": "partner"}).status_code == 303
    assert "Nobody of Porto looks after" in client.get(address).text
    office = {"csrf_token": token, "name": "Office", "address": "office@porto.example", "language": "en"}
    assert client.post(address + "/contact", data=office).status_code == 303
    assert "office@porto.example" in client.get(address).text
