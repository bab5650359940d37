"""Told what is new, once, and nothing else, whatever clock, index or a crash may do."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.core.models import db
from exchange.practices import service as practices
from exchange.search import alerts, indexing, lookout, service
from exchange.search.models import Arrival
from exchange.search.query import Query
from tests.accounts import visits
from tests.search import saved, stage
from tests.search.saved import revise

# What is new


def test_she_is_told_of_a_case_that_comes_and_not_of_those_that_were_there(town):
    search = saved.keep("rent")
    assert saved.told() == []
    saved.publish("A cap on rents")
    saved.come_round()
    assert saved.told(search) == [["A cap on rents"]]


def test_she_is_told_of_it_once(town):
    saved.keep("rent")
    saved.publish("A cap on rents")
    for _ in range(3):
        saved.come_round()
    assert len(saved.told()) == 1


def test_a_case_that_does_not_answer_her_question_is_not_told(town):
    saved.keep("rent", filters={"country": ["AT"]})
    saved.publish("A cap on rents", city="dakar")
    saved.come_round()
    assert saved.told() == []


def test_every_word_of_the_question_must_be_found(town):
    """The page answers a hopeless question loosely; a letter must not."""
    saved.keep("rent regulation in the harbour of Rotterdam")
    saved.publish("Rent regulation in the old town")
    saved.come_round()
    assert saved.told() == []


def test_a_case_that_is_revised_is_news_only_where_it_was_not_found_before(town):
    rents, bicycles = saved.keep("rent"), saved.keep("cargo bicycles")
    practice = practices.find(service.find(Query(q="rent")).hits[0].practice.public_id)
    revise(practice, summary="Told anew, with cargo bicycles.")
    saved.come_round()
    assert saved.told(rents) == [] and saved.told(bicycles) == [["Rent regulation street by street"]]


def test_a_case_that_was_withdrawn_and_returns_is_not_new(town):
    """Neither one that she found before, nor one that was away when she saved the search."""
    (practice,) = [hit.practice for hit in service.find(Query(q="rent")).hits]
    bruno = stage.moderator()
    for keep_first in (True, False):
        if keep_first:
            saved.keep("rent")
        practices.show(practice, "tombstone", bruno, "The city asked.")
        db.session.commit()
        saved.come_round()
        if not keep_first:
            saved.keep("regulation")
        practices.show(practice, "public", bruno, "")
        db.session.commit()
        saved.come_round()
        assert indexing.verify() == [] and saved.told() == []


def test_a_case_that_comes_and_goes_before_anyone_looks_is_not_told(town):
    saved.keep("rent")
    practice = saved.publish("A cap on rents")
    practices.show(practice, "tombstone", stage.moderator(), "A mistake.")
    db.session.commit()
    saved.come_round()
    assert saved.told() == []


def test_old_cases_that_match_for_another_reason_are_no_news(town, monkeypatch):
    """A new synonym, a better stemmer: ten thousand old cases may match, nobody wants them in a letter."""
    search = saved.keep("tenancy")
    everything = service.ask
    monkeypatch.setattr(service, "ask", lambda query: everything(Query(per_page=None)))
    saved.publish("A cap on tenancies")
    saved.come_round()
    assert saved.told(search) == [["A cap on tenancies"]]


def test_between_saving_and_confirming_nothing_is_lost(town):
    search = alerts.save(Query(q="rent"), "", "at-once", "en", address=saved.NOA)
    db.session.commit()
    practice = saved.publish("A cap on rents")
    saved.come_round()
    revise(practice, summary="Told anew.")
    saved.come_round()
    alerts.confirm(search)
    db.session.commit()
    saved.come_round()
    saved.come_round()
    assert saved.told() == [["A cap on rents"]]


def test_a_case_is_told_only_once_the_index_holds_it(town, monkeypatch):
    search = saved.keep("rent")
    with monkeypatch.context() as late:
        late.setattr(indexing, "refresh_many", lambda ids: 0)
        saved.publish("A cap on rents")
        saved.come_round()
        assert saved.told() == []
    indexing.repair()
    saved.come_round()
    assert saved.told(search) == [["A cap on rents"]]


def test_a_case_that_the_index_does_not_take_holds_up_no_other(town, monkeypatch):
    search = saved.keep("rent")
    with monkeypatch.context() as broken:
        broken.setattr(indexing, "refresh_many", lambda ids: 0)
        saved.publish("Rents that nobody can index")
        well = saved.publish("A cap on rents")
        saved.come_round()
    indexing.refresh_many([well.public_id])
    lookout.look_around()
    assert saved.told(search) == [["A cap on rents"]]


def test_while_the_index_is_away_nobody_is_told_and_nothing_is_lost(town):
    search = saved.keep("rent")
    before = saved.again(search).mark
    saved.publish("A cap on rents")
    shutil.rmtree(town.config["SETTINGS"].index)
    saved.come_round()
    assert saved.told() == [] and saved.again(search).mark == before
    indexing.repair()
    saved.come_round()
    assert saved.told(search) == [["A cap on rents"]]


def test_what_the_stand_in_finds_is_told_to_nobody(town, monkeypatch):
    """It knows no stems, so what it misses would be missed for good."""
    search, ask = saved.keep("rent"), service.ask
    saved.publish("A cap on rents")
    with monkeypatch.context() as repair:
        repair.setattr(service, "ask", lambda query: replace(ask(query), degraded=True))
        saved.come_round()
    assert saved.told() == [] and saved.again(search).tries == 0
    saved.come_round()
    assert saved.told(search) == [["A cap on rents"]]


def test_what_the_index_has_lost_is_waited_for(town, monkeypatch):
    """An index that can be read but is not whole must not make a case pass by unseen."""
    search = saved.keep("rent")
    practice = saved.publish("A cap on rents")
    while saved.reactions.react():
        pass
    engine = indexing.get_engine(town)
    lookout.keep_up_with(engine)
    engine.remove([practice.public_id])
    lookout.look_around()
    assert saved.told() == []
    indexing.repair()
    saved.come_round()
    assert saved.told(search) == [["A cap on rents"]]


@pytest.mark.parametrize("step", [dict(days=-400), dict(days=400)])
def test_a_clock_that_is_set_wrong_loses_nothing_and_repeats_nothing(town, clock, step):
    search = saved.keep("rent", rhythm="weekly")
    clock.move(**step)
    saved.publish("A cap on rents")
    saved.come_round()
    clock.move(**{unit: -by for unit, by in step.items()})
    saved.come_round()
    saved.publish("Rents in the old town")
    for _ in range(3):
        clock.move(days=8)
        saved.come_round()
    assert sorted(sum(saved.told(search), [])) == ["A cap on rents", "Rents in the old town"]


# When


def test_daily_and_weekly_letters_gather_what_came_meanwhile(town, clock):
    daily, weekly = saved.keep("rent", "daily"), saved.keep("rents", "weekly")
    for day in range(1, 9):
        saved.publish(f"Rents, day {day:02}")
        clock.move(days=1, minutes=1)
        saved.come_round()
    assert [len(titles) for titles in saved.told(daily)] == [1] * 8
    assert [len(titles) for titles in saved.told(weekly)] == [7]


def test_a_quiet_week_brings_no_letter_and_moves_no_hour(town, clock):
    search = saved.keep("rent", "weekly")
    hour = saved.again(search).next_look_at
    clock.move(days=15)
    saved.come_round()
    assert saved.told() == []
    assert (saved.again(search).next_look_at - hour) == timedelta(days=14)
    saved.publish("A cap on rents")
    clock.move(days=5)
    saved.come_round()
    assert saved.told() == []
    clock.move(days=3)
    saved.come_round()
    assert saved.told() == [["A cap on rents"]]


def test_at_once_is_at_once_but_a_hundred_cases_in_a_row_make_few_letters(town, clock):
    saved.keep("rent")
    for number in range(4):
        saved.publish(f"Rents {number}")
        saved.come_round()
    assert [len(titles) for titles in saved.told()] == [1]
    clock.move(minutes=11)
    saved.come_round()
    assert [len(titles) for titles in saved.told()] == [1, 3]


def test_a_letter_lists_twenty_the_newest_first_and_counts_the_rest(town, monkeypatch):
    monkeypatch.setattr(lookout, "LISTED", 2)
    saved.keep("rent")
    for number in range(5):
        saved.publish(f"Rents {number}")
    saved.come_round()
    (news,) = db.session.query(saved.News).filter(saved.News.act == "new cases")
    assert saved.told() == [["Rents 4", "Rents 3"]] and news.payload["more"] == 3


# Robust


def test_a_search_that_fails_hinders_no_other_and_is_tried_again(town, clock, monkeypatch):
    broken, well = saved.keep("rent"), saved.keep("rents")
    ask = service.ask

    def fail(query):
        if query.q == "rent":
            raise RuntimeError("zqbroken")
        return ask(query)

    with monkeypatch.context() as failing:
        failing.setattr(service, "ask", fail)
        saved.publish("A cap on rents")
        saved.come_round()
        saved.come_round()
        assert saved.told(well) == [["A cap on rents"]] and saved.told(broken) == []
    assert saved.again(broken).tries == 1 and "zqbroken" in broken.error
    clock.move(minutes=3)
    saved.come_round()
    assert saved.told(broken) == [["A cap on rents"]]
    assert saved.again(broken).tries == 0 and broken.error is None


def test_a_worker_killed_before_the_commit_has_told_nothing_and_tells_it_later(town, monkeypatch):
    search = saved.keep("rent")
    saved.publish("A cap on rents")
    while saved.reactions.react():
        pass

    class Killed(BaseException):
        """Like a signal: nothing of ours catches it."""

    def die(*_):
        raise Killed

    for place in ("plan", "tell"):
        with monkeypatch.context() as dying:
            dying.setattr(lookout, place, die)
            with pytest.raises(Killed):
                lookout.look_around()
        db.session.remove()
        assert saved.told() == []
    saved.come_round()
    saved.come_round()
    assert saved.told(search) == [["A cap on rents"]]


def test_a_hundred_searches_cost_few_statements_each_and_one_answer_for_the_same_question(town, monkeypatch):
    for number in range(20):
        alerts.confirm(alerts.save(Query(q="rent"), "", "daily", "en", address=f"n{number}@cast.example"))
    db.session.commit()
    asked = []
    ask = service.ask
    monkeypatch.setattr(service, "ask", lambda query: asked.append(query) or ask(query))
    with visits.statements() as seen:
        lookout.look_around()
    assert len(asked) == 1
    assert sum(seen.values()) <= 20 * 3 + 10, seen


def test_who_has_nothing_new_to_hear_costs_no_search(town, clock, monkeypatch):
    saved.keep("rent", "daily")
    saved.keep("rents")
    monkeypatch.setattr(service, "ask", lambda query: pytest.fail("asked for nothing"))
    clock.move(days=2)
    lookout.look_around()


def test_a_go_that_takes_long_leaves_the_rest_for_the_next(town, monkeypatch):
    searches = [saved.keep(q) for q in ("rent", "rents", "cap")]
    saved.publish("A cap on rents")
    while saved.reactions.react():
        pass
    monkeypatch.setattr(lookout, "BUDGET", -1.0)
    for number in (1, 2, 3):
        lookout.look_around()
        assert sum(bool(saved.told(one)) for one in searches) == number


def test_bits_remember_exactly_the_numbers_put_in():
    numbers = {0, 1, 7, 8, 9, 63, 64, 1000, 99_999}
    assert {n for n in range(100_010) if lookout.bits(numbers) >> n & 1} == numbers
    assert lookout.bits([]) == 0


def test_what_is_known_survives_the_database(town):
    search = saved.keep("rent")
    search.known = lookout.bits([3, 70_000])
    db.session.commit()
    assert saved.again(search).known == lookout.bits([3, 70_000])


def test_arrivals_are_counted_in_the_order_of_publishing_and_the_first_is_remembered(town):
    saved.come_round()
    before = db.session.query(Arrival).count()
    practice = saved.publish("A cap on rents")
    saved.come_round()
    first = db.session.get(Arrival, practice.id)
    assert first.place == first.first == before + 1
    revise(practice, summary="Told anew.")
    saved.come_round()
    anew = db.session.get(Arrival, practice.id, populate_existing=True)
    assert (anew.number, anew.first, anew.place) == (2, before + 1, before + 2)
