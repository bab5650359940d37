"""The city of a case that others tell hears before each later version that says something else."""

from datetime import timedelta

import pytest

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
from tests.moderation import stage
from tests.moderation.links.test_clearing import letters
from tests.moderation.links.test_telling import approved, kinds, patient, told_by_a_partner, town

__all__ = ["patient", "town"]  # fixtures
OTHER = {"solution": "Every autumn, assemblies in each parish propose and vote."}


def public_case(ana, bruno, **more):
    """A case told by a partner whose city was told long ago."""
    draft = told_by_a_partner(ana, **more)
    if not telling.admins_of(draft.practice):
        telling.name_contact(draft.practice, "Office", "office@porto.example", "en", ana)
    approved(ana, bruno, draft)
    db.session.query(CityNotice).update({"asked_at": now() - timedelta(days=20)})
    service.publish(draft, bruno)
    db.session.commit()
    return draft


def newer(draft, ana, bruno, answers):
    """The next version, approved."""
    text = practices.next_draft(draft, ana)
    practices.save(text, answers, {}, ana)
    review = service.submit(text, ana)
    service.take(review, bruno)
    service.decide(review, "approve", bruno, publish_now=False, **stage.JUDGED)
    return text


def test_a_version_that_says_something_else_is_told_and_waits_the_same_days(town):
    _app, ana, ines, bruno = town
    first = public_case(ana, bruno)
    second = newer(first, ana, bruno, OTHER)
    db.session.commit()
    assert letters("city-notice") == [ines.email] * 2
    assert kinds(second) == ["city-told"]
    with pytest.raises(service.Hindered):
        service.publish(second, bruno)
    last = telling.notices_of(second.practice, 2)[0]
    last.asked_at = now() - timedelta(days=14, minutes=1)
    service.publish(second, bruno)
    assert second.state == "published" and first.state == "superseded"


@pytest.mark.parametrize(
    "answers",
    [
        {"solution": "every spring: assemblies, in each parish, propose – and vote!"},
        {"contacts": [{**cast.ANSWERS["contacts"][0], "name": "Another office"}]},
        {"tags": ["budget"]},
        {"note_to_reviewers": "Only a comma."},
    ],
)
def test_a_version_that_says_the_same_is_told_to_nobody_and_waits_for_nobody(town, answers):
    _app, ana, ines, bruno = town
    second = newer(public_case(ana, bruno), ana, bruno, answers)
    db.session.commit()
    assert letters("city-notice") == [ines.email] and kinds(second) == []


def test_each_other_word_counts_whatever_the_shape_of_its_answer(town):
    _app, ana, _ines, bruno = town
    first = public_case(ana, bruno)
    text = practices.next_draft(first, ana)
    assert not telling.is_to_hear(text)
    for field, value in {
        "title": "Another title",
        "stage": "discontinued",
        "results": [{**cast.ANSWERS["results"][0], "value": "1"}],
        "obstacles": None,
        "media": [{"file": "x", "alt": "A crowd"}],
    }.items():
        before = text.get(field, None)
        practices.write(text, {field: value}, {})
        assert telling.is_to_hear(text), field
        practices.write(text, {field: before}, {})
    assert not telling.is_to_hear(text)


def test_sent_back_and_submitted_again_it_is_one_version_and_one_letter(town):
    _app, ana, ines, bruno = town
    text = practices.next_draft(public_case(ana, bruno), ana)
    practices.save(text, OTHER, {}, ana)
    review = service.submit(text, ana)
    service.take(review, bruno)
    service.decide(review, "request_changes", bruno, reason="Name the year.")
    service.submit(practices.working_revision(text.practice), ana)
    db.session.commit()
    assert letters("city-notice") == [ines.email] * 2


def test_a_yes_to_the_first_text_is_none_to_the_second(town):
    _app, ana, _ines, bruno = town
    first = public_case(ana, bruno)
    telling.answer(telling.notices_of(first.practice)[0], "confirmed")
    second = newer(first, ana, bruno, OTHER)
    assert kinds(second) == ["city-told"]
    telling.answer(telling.notices_of(second.practice, 2)[0], "confirmed")
    assert kinds(second) == []
    assert [one.word for one in second.practice.endorsements] == ["confirmed"] * 2


def test_whoever_was_told_last_time_is_told_again_where_the_city_has_no_admin(patient):
    with patient.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        second = newer(public_case(ana, bruno), ana, bruno, OTHER)
        db.session.commit()
        assert letters("city-notice") == ["office@porto.example"] * 2 and kinds(second) == ["city-told"]


def test_the_letter_says_that_it_is_a_new_version_and_the_page_shows_what_is_different(patient):
    with patient.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        second = newer(public_case(ana, bruno), ana, bruno, OTHER)
        db.session.commit()
        letters("city-notice")
        last = db.session.query(Letter).filter_by(kind="city-notice").order_by(Letter.id.desc()).first()
        _subject, text = words_of(last, things_of(last))
        assert "is told anew" in text and "before 14 days have passed" in text
        old, new = (telling.notices_of(second.practice, number)[0] for number in (1, 2))
        addresses = [f"/confirm/{token_of(one)}" for one in (old, new)]
    earlier, later = (patient.test_client().get(address).text for address in addresses)
    assert "autumn" not in earlier, "the link of the first version shows what is public"
    assert "<ins>autumn,</ins>" in later and "<del>spring,</del>" in later and "new version" in later


def test_a_draft_of_a_new_version_is_shown_to_no_city(patient):
    with patient.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        first = public_case(ana, bruno)
        practices.save(practices.next_draft(first, ana), OTHER, {}, ana)
        (notice,) = telling.notices_of(first.practice)
        db.session.commit()
        address = f"/confirm/{token_of(notice)}"
    assert "autumn" not in patient.test_client().get(address).text
