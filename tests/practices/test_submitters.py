"""Who may submit a case: its lead author once let in, its city's admin – and who may not."""

import pytest

from exchange.core.models import db
from exchange.moderation import service
from exchange.moderation.service.tables import batches, uploads
from exchange.practices import authorship
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation import stage


@pytest.fixture
def stand(app):
    with app.app_context():
        yield app


def told_by(teller, writer, city="porto"):
    revision = cast.draft(writer, city=city)
    revision.practice.told_by = teller
    db.session.flush()
    return revision


def may(revision, person):
    """Whether she may, by the rule and by the verb alike."""
    allowed = revision.practice.may_be_submitted_by(person)
    try:
        with db.session.begin_nested():
            service.submit(revision, person)
            raise RuntimeError  # undone: the next one tries the same
    except NotAllowed:
        assert not allowed
    except RuntimeError:
        assert allowed
    return allowed


@pytest.mark.parametrize("teller", ["city", "partner", "award", "researcher"])
def test_the_lead_author_whom_the_city_has_let_in_and_the_citys_admin_submit(stand, teller):
    ana, ines = cast.ana(), cast.person("Ines", city="porto", city_admin=True)
    revision = told_by(teller, ana)
    assert may(revision, ana) and may(revision, ines)


@pytest.mark.parametrize("teller", ["city", "partner", "award", "researcher"])
def test_to_say_that_a_partner_tells_it_lets_in_nobody_whom_no_city_has_let_in(stand, teller):
    waits = cast.person("Wim", city="porto", member_state="requested")
    stranger = cast.person("Sara", city="wien")
    assert not may(told_by(teller, waits), waits)
    assert not may(told_by(teller, stranger), stranger)


@pytest.mark.parametrize("teller", ["city", "partner", "award"])
def test_nobody_but_the_lead_submits_however_much_they_write(stand, teller):
    ana, rui, guest = cast.ana(), cast.person("Rui", city="porto"), cast.person("Gil")
    revision = told_by(teller, ana)
    authorship.take_part(revision.practice, rui, "co-author")
    authorship.take_part(revision.practice, guest, "co-author")
    others = (rui, guest, cast.bruno(), stage.dora(), stage.eva(), cast.chloe())
    assert not any(may(revision, person) for person in others)
    assert not may(revision, cast.person("Wanda", city="wien", city_admin=True))


def test_only_a_coordinator_who_leads_it_submits_for_the_secretariat(stand):
    dora, ana = stage.dora(), cast.ana()
    assert may(told_by("secretariat", dora), dora)
    assert not may(told_by("secretariat", ana), ana)


def batch_case(sender, kind="award"):
    batch = batches.open_batch(
        stage.dora(), sender, kind=kind, name="A prize", cities=[cast.find_city("porto")]
    )
    row = {**cast.ANSWERS, "title": "Of a batch", "language": "en"}
    uploads.take_row(row, "1", sender, cast.find_city("porto"), batch)
    return next(iter(db.session.execute(batches.cases(batch)))).Practice


def test_the_sender_whom_a_coordinator_named_submits_the_cases_of_her_batch_and_no_others(stand):
    rita = cast.person("Rita")
    practice = batch_case(rita)
    assert practice.told_by == "award" and practice.may_be_submitted_by(rita)
    assert not may(told_by("award", rita), rita)
    rita.verified_at = None
    assert not practice.may_be_submitted_by(rita)


def test_what_a_city_takes_over_is_the_former_senders_no_more_to_submit_or_write(stand):
    rita, ines = cast.person("Rita"), cast.person("Ines", city="porto", city_admin=True)
    practice = batch_case(rita)
    service.telling.take_over(practice, ines)
    assert practice.may_be_submitted_by(ines)
    assert not practice.may_be_submitted_by(rita) and not practice.may_be_edited_by(rita)
