"""A city records what it took up, the origin gives its word, and the count follows."""

import pytest
from sqlalchemy import delete

from exchange import reactions
from exchange.core.journal import AuditLine, News
from exchange.core.models import Gone, db
from exchange.moderation import service as moderation
from exchange.network.models.ledger import Transfer, TransferStage
from exchange.network.service.ledger import listing, recording
from exchange.network.service.talk import reports
from exchange.notifications.models import Letter
from exchange.practices import service as practices
from exchange.practices.service import Changed, NotAllowed
from tests import cast
from tests.network.ledger.stage import otto, record, told


@pytest.fixture
def scene(app):
    """(Ana of Porto, Bruno, Otto of Wien, Ana's public case) in an open context."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        yield ana, bruno, otto(), cast.published(ana, bruno)


def lines(act):
    return db.session.query(AuditLine).filter_by(act=act).count()


def test_both_cities_and_the_case_show_the_same_record(scene):
    _ana, _bruno, otto, practice = scene
    made = record(practice, otto, "2021", stage="piloting")
    wien, porto = otto.cities[0], practice.city
    shown = listing.of_practice(practice), listing.taken_by(wien), listing.given_by(porto)
    assert [[one.transfer for one in records] for records in shown] == [[made]] * 3
    assert made.standing == "unconfirmed" and practice.times_taken_up == 1


def test_a_record_sent_twice_is_one_and_another_one_meets_the_first(scene):
    _ana, _bruno, otto, practice = scene
    made = record(practice, otto)
    assert record(practice, otto) is made and lines("record transfer") == 1
    with pytest.raises(recording.RecordedAlready) as met:
        record(practice, otto, stage="stopped", stopped_because="Too dear.")
    assert met.value.transfer is made and made.stage == "running"


def test_nobody_records_for_a_city_not_their_own_nor_takes_up_their_own_case(scene):
    ana, _bruno, otto, practice = scene
    with pytest.raises(NotAllowed):
        record(practice, ana)
    with pytest.raises(NotAllowed):
        recording.record(practice, cast.find_city("dakar"), told(), otto)
    practices.show(practice, "tombstone", cast.person("Cora", "coordinator"), "Gone.")
    with pytest.raises(NotAllowed):
        record(practice, otto)
    assert db.session.query(Transfer).count() == 0


def test_whoever_stops_says_why_and_a_stop_before_any_use_counts_for_nothing(scene):
    _ana, _bruno, otto, practice = scene
    with pytest.raises(recording.ReasonMissing):
        record(practice, otto, stage="stopped")
    made = record(practice, otto, stage="considering")
    assert practice.times_taken_up == 0
    recording.change(
        made, told("stopped", stopped_because="The law forbids it."), otto, made.fingerprint, "2022"
    )
    assert practice.times_taken_up == 0 and [one.stage for one in made.stages] == ["considering", "stopped"]


def test_what_was_used_and_stopped_stays_an_adoption(scene):
    _ana, _bruno, otto, practice = scene
    made = record(practice, otto, "2019", stage="piloting", start="2019")
    recording.change(made, told("stopped", stopped_because="Too dear."), otto, made.fingerprint, "2021-05")
    rows = db.session.query(TransferStage).order_by(TransferStage.id)
    assert [(one.stage, one.since, one.by_id) for one in rows] == [
        ("piloting", "2019", otto.id),
        ("stopped", "2021-05", otto.id),
    ]
    assert made.was_used and practice.times_taken_up == 1


def test_the_origin_confirms_what_it_read_and_a_change_opens_the_question_again(scene):
    ana, _bruno, otto, practice = scene
    made = record(practice, otto)
    recording.give_word(made, "confirmed", ana, made.fingerprint)
    recording.give_word(made, "confirmed", ana, made.fingerprint)
    assert made.standing == "confirmed" and lines("confirm transfer") == 1
    assert listing.replication(listing.of_practice(practice)) == (1, 1)
    recording.change(made, told(result="It grew."), otto, made.fingerprint)
    assert made.standing == "changed"
    assert listing.replication(listing.of_practice(practice)) == (1, 0)


def test_a_word_on_a_record_that_reads_otherwise_meanwhile_is_not_taken(scene):
    ana, _bruno, otto, practice = scene
    made = record(practice, otto)
    read = made.fingerprint
    recording.change(made, told(result="It grew."), otto, read)
    with pytest.raises(Changed):
        recording.give_word(made, "confirmed", ana, read)
    with pytest.raises(Changed):
        recording.change(made, told(result="It shrank."), otto, read)
    assert made.word is None and made.result == "It grew."


def test_a_disputed_record_is_marked_and_counts_for_nothing(scene):
    ana, _bruno, otto, practice = scene
    made = record(practice, otto)
    with pytest.raises(recording.ReasonMissing):
        recording.give_word(made, "disputed", ana, made.fingerprint, " ")
    recording.give_word(made, "disputed", ana, made.fingerprint, "They never asked us.")
    assert made.standing == "disputed" and practice.times_taken_up == 0


def test_only_the_city_of_origin_answers_and_only_the_adopting_one_changes(scene):
    ana, bruno, otto, practice = scene
    made = record(practice, otto)
    for stranger in (otto, bruno, cast.chloe()):
        with pytest.raises(NotAllowed):
            recording.give_word(made, "confirmed", stranger, made.fingerprint)
    with pytest.raises(NotAllowed):
        recording.change(made, told("stopped", stopped_because="No."), ana, made.fingerprint)


def test_a_mistaken_record_is_taken_back_as_long_as_the_origin_has_not_answered(scene):
    ana, _bruno, otto, case = scene
    mistaken = record(case, otto)
    assert case.times_taken_up == 1
    with pytest.raises(recording.ReasonMissing):
        recording.take_back(mistaken, otto, " ")
    with pytest.raises(NotAllowed):
        recording.take_back(mistaken, ana, "Not ours to say.")
    recording.take_back(mistaken, otto, "It was Graz.")
    assert case.times_taken_up == 0 and recording.find(mistaken.public_id) is None
    line = db.session.query(AuditLine).filter_by(act="take transfer back").one()
    assert line.details["reason"] == "It was Graz."
    answered = record(case, otto)
    recording.give_word(answered, "confirmed", ana, answered.fingerprint)
    with pytest.raises(NotAllowed):
        recording.take_back(answered, otto, "It was Graz.")


def test_what_was_said_about_a_record_that_is_gone_is_not_said_about_the_next(scene):
    """SQLite gives a number again once its row is gone."""
    ana, bruno, otto, practice = scene
    mistaken = record(practice, otto)
    reports.report(mistaken, ana, "wrong", "That was Graz.")
    recording.take_back(mistaken, otto, "It was Graz.")
    record(practice, otto)
    assert reports.count_waiting() == 0


def test_of_two_who_take_a_record_back_at_the_same_moment_the_second_is_told(scene):
    _ana, _bruno, otto, practice = scene
    mistaken = record(practice, otto)
    for table in (TransferStage, Transfer):
        db.session.execute(delete(table).execution_options(synchronize_session=False))
    with pytest.raises(Gone):
        recording.take_back(mistaken, otto, "It was Graz.")
    assert lines("take transfer back") == 0


def test_a_hidden_record_is_on_no_page_and_counts_for_nothing_until_it_is_shown_again(scene):
    ana, bruno, otto, practice = scene
    made = record(practice, otto)
    reports.hide(made, bruno, "It tells personal data.")
    db.session.commit()
    reactions.react()
    assert practice.times_taken_up == 0 and listing.of_practice(practice) == []
    assert listing.given_by(practice.city) == [] and listing.find_all(listing.Question()).total == 0
    with pytest.raises(NotAllowed):
        recording.give_word(made, "confirmed", ana, made.fingerprint)
    reports.show(made, bruno, "It does not.")
    db.session.commit()
    reactions.react()
    assert practice.times_taken_up == 1


def test_records_of_a_merged_case_go_on_with_the_one_it_became(scene):
    ana, bruno, otto, practice = scene
    heir = cast.published(ana, bruno, title="The one that goes on")
    made, cora = record(practice, otto), cast.person("Cora", "coordinator")
    moderation.merge(practice, heir, cora, "They tell the same.")
    db.session.commit()
    reactions.react()
    (row,) = listing.taken_by(otto.cities[0])
    assert (row.transfer, row.practice) == (made, heir) and heir.times_taken_up == 1
    moderation.part(practice, cora, "They differ.")
    db.session.commit()
    reactions.react()
    assert (practice.times_taken_up, heir.times_taken_up) == (1, 0)


def test_after_a_merger_the_city_of_the_case_that_goes_on_answers(scene):
    ana, bruno, otto, practice = scene
    dara = cast.person("Dara", city="dakar")
    heir = cast.published(dara, bruno, title="The one that goes on", city="dakar")
    made = record(practice, otto)
    assert recording.may_answer(made, ana) and not recording.may_answer(made, dara)
    moderation.merge(practice, heir, cast.person("Cora", "coordinator"), "They tell the same.")
    assert recording.may_answer(made, dara) and not recording.may_answer(made, ana)


def test_a_report_of_a_record_that_is_gone_by_then_is_told_to_nobody(scene):
    ana, _bruno, otto, practice = scene
    made = record(practice, otto)
    reports.report(made, ana, "wrong", "We know nothing of it.")
    recording.take_back(made, otto, "It was another case.")
    db.session.commit()
    reactions.react()
    assert reports.count_waiting() == 0 and not db.session.query(Letter).filter_by(kind="reported").count()
    assert not db.session.query(News).filter(News.error.is_not(None)).count()


def letters():
    rows = db.session.query(Letter).order_by(Letter.id)
    return [(one.kind, one.address.split("@")[0]) for one in rows if one.kind.startswith("transfer-")]


def test_the_origin_is_asked_by_letter_and_the_adopter_hears_the_answer(scene):
    ana, _bruno, otto, practice = scene
    made = record(practice, otto)
    db.session.commit()
    reactions.react()
    assert letters() == [("transfer-recorded", "ana")]
    recording.change(made, told(result="It grew."), otto, made.fingerprint)  # she has not answered yet
    db.session.commit()
    reactions.react()
    assert letters() == [("transfer-recorded", "ana")]
    recording.give_word(made, "disputed", ana, made.fingerprint, "They never asked us.")
    db.session.commit()
    reactions.react()
    assert letters()[1:] == [("transfer-answered", "otto")]
    recording.change(made, told(result="It grew, as Porto told us."), otto, made.fingerprint)
    db.session.commit()
    reactions.react()
    assert letters()[2:] == [("transfer-recorded", "ana")]
