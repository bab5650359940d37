"""The family of a practice: who borrowed from whom, who took it up, drawn once for each."""

import pytest

from exchange import reactions
from exchange.core.models import db
from exchange.network.service.ledger import drawing, family
from exchange.practices import service as practices
from tests import cast
from tests.network.ledger.stage import otto, record


@pytest.fixture
def people(app):
    with app.app_context():
        yield cast.ana(), cast.bruno(), otto()


def case(people, title, *models, **more):
    ana, bruno, _otto = people
    borrowed = [{"practice": one.public_id, "changed": f"Less than {one.public_id}"} for one in models]
    made = cast.published(more.pop("by", ana), bruno, title=title, borrowed_from=borrowed, **more)
    settle()
    return made


def settle():
    db.session.commit()
    while reactions.react():
        pass


def of(practice):
    return family.family_of(practice, practices.public_revision(practice))


def told(found):
    return {(link.parent.title, link.child.title or link.child.city.name) for link in found.links}


def test_a_case_that_nobody_took_up_has_no_family(people):
    assert of(case(people, "Alone")) is None


def test_everybody_in_a_family_sees_the_same_family(people):
    first = case(people, "First")
    second = case(people, "Second", first)
    third = case(people, "Third", second)
    cousin = case(people, "Cousin", first)
    links = {("First", "Second"), ("Second", "Third"), ("First", "Cousin")}
    assert [told(of(one)) for one in (first, second, third, cousin)] == [links] * 4
    assert [one.column for one in sorted(of(third).members, key=lambda one: one.title)] == [1, 0, 1, 2]
    assert [one.title for one in of(third).members if one.is_here] == ["Third"]


def test_a_city_that_records_and_tells_a_case_of_its_own_is_one_member(people):
    first = case(people, "First")
    own = case(people, "Vienna's own", first, by=people[2], city="wien")
    made = record(first, people[2])
    (link,) = of(own).links
    assert link.record.transfer is made and link.is_told and link.changed.startswith("Less than")
    assert len(of(first).members) == 2


def test_a_city_without_a_case_of_its_own_stands_there_by_its_record(people):
    first = case(people, "First")
    record(first, people[2], start="2019")
    (link,) = of(first).links
    assert (link.child.city.slug, link.child.year, link.is_told) == ("wien", "2019", False)


def test_a_model_named_in_words_is_a_member_in_words(people):
    ana, bruno, _otto = people
    made = cast.published(ana, bruno, borrowed_from=[{"text": "London and Singapore"}])
    (link,) = of(made).links
    assert (link.parent.words, link.parent.path, link.child.is_here) == ("London and Singapore", "", True)


def test_two_that_say_they_borrowed_from_each_other_are_drawn_all_the_same(people):
    first = case(people, "First")
    second = case(people, "Second", first)
    cast.next_published(first, people[0], people[1], borrowed_from=[{"practice": second.public_id}])
    settle()
    found = of(first)
    assert told(found) == {("First", "Second"), ("Second", "First")}
    assert len({(one.column, one.row) for one in found.members}) == 2


def test_a_child_of_two_models_stands_to_the_right_of_both(people):
    first = case(people, "First")
    second = case(people, "Second", first)
    both = case(people, "Of both", first, second)
    place = {one.title: one.column for one in of(both).members}
    assert place == {"First": 0, "Second": 1, "Of both": 2}


def test_what_is_not_public_is_no_member(people):
    first = case(people, "First")
    second = case(people, "Second", first)
    case(people, "Third", second)
    practices.show(second, "unlisted", people[1], "Not for lists.")
    settle()
    assert of(first) is None


def test_whoever_no_longer_says_so_is_no_child(people):
    first = case(people, "First")
    second = case(people, "Second", first)
    cast.next_published(second, people[0], people[1], borrowed_from=[])
    settle()
    assert of(first) is None


def test_boxes_never_lie_upon_each_other(people):
    first = case(people, "First")
    for number in range(3):
        child = case(people, f"Child {number}", first)
        case(people, f"Grandchild {number}", child)
    record(first, people[2])
    boxes = drawing.draw(of(first)).boxes
    places = {(box.x, box.y) for box in boxes}
    assert len(places) == len(boxes) == 8
    for one in boxes:
        for other in boxes:
            near = abs(one.x - other.x) < drawing.WIDTH and abs(one.y - other.y) < drawing.HEIGHT
            assert one is other or not near
