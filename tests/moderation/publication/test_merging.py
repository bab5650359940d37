"""Two cases that tell the same: merged, on record, and parted again."""

import pytest

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.practices.service import NotAllowed
from exchange.search import indexing
from exchange.search.query import Query
from exchange.search.service import find
from tests import cast
from tests.api.readers import EXITS
from tests.moderation import stage
from tests.moderation.review.test_desk import Browser


class Two:
    """Two public cases of Porto, and the people."""

    def __init__(self):
        self.ana, self.bruno, self.dora = cast.ana(), cast.bruno(), stage.dora()
        self.first = cast.published(self.ana, self.bruno, title="A budget that residents decide")
        self.second = cast.published(self.ana, self.bruno, title="Participatory zebra budget")

    def merge(self, by=None, reason="They tell the same."):
        service.merge(self.second, self.first, by or self.dora, reason)


@pytest.fixture
def two(app):
    with app.app_context():
        yield Two()


def test_the_case_leaves_every_list_and_its_addresses_lead_to_the_other(app):
    with app.app_context():
        two = Two()
        db.session.commit()
        indexing.rebuild()
        first, second = two.first.public_id, two.second.public_id
        path = practices.path_of(two.first, "A budget that residents decide")
        two.merge()
        db.session.commit()
    visitor = app.test_client()
    for address in (
        f"/practices/{second}",
        f"/practices/{second}-old-title",
        f"/practices/{second}/revisions/1",
    ):
        answer = visitor.get(address)
        assert (answer.status_code, answer.location) == (301, f"{path}?merged={second}")
        assert answer.headers["Cache-Control"] == "no-cache"
    note = visitor.get(f"{path}?merged={second}").get_data(as_text=True)
    assert "They tell the same." in note and second in note
    assert "They tell the same." not in visitor.get(f"{path}?merged={first}").get_data(as_text=True)
    assert visitor.get(f"/practices/{second}.bib").location.endswith(f"/practices/{first}.bib")
    for address in ("/practices?q=zebra", "/sitemap.xml", *(f"/practices.{ext}?q=zebra" for ext in EXITS)):
        assert second.encode() not in visitor.get(address).data, address


def test_moderators_still_read_what_was_merged(app):
    with app.app_context():
        two = Two()
        two.merge()
        first, second = two.first.public_id, two.second.public_id
        bruno, chloe = two.bruno, cast.chloe()
        db.session.commit()
    page = Browser(app, bruno).see(f"/practices/{second}/revisions/1")
    assert "Participatory zebra budget" in page and "was merged into another one" in page
    listed = (
        Browser(app, bruno).client.get(f"/practices/{first}", follow_redirects=True).get_data(as_text=True)
    )
    assert f"/practices/{second}/revisions/1" in listed
    assert Browser(app, chloe).client.get(f"/practices/{second}/revisions/1").status_code == 301


def test_it_is_recorded_once_and_twice_is_once(two):
    two.merge()
    two.merge()
    lines = db.session.query(AuditLine).filter(AuditLine.act == "merge").all()
    assert [line.details["into"] for line in lines] == [two.first.public_id]


def test_only_a_coordinator_who_wrote_neither_merges(two):
    author = cast.person("Cleo", "coordinator", city="porto")
    own = cast.published(author, two.bruno, title="Her own")
    for by in (two.bruno, two.ana):
        with pytest.raises(NotAllowed):
            two.merge(by)
    with pytest.raises(NotAllowed):
        service.merge(two.second, own, author, "Mine is better.")
    with pytest.raises(service.ReasonMissing):
        two.merge(reason=" ")


def test_a_case_is_not_merged_into_itself_into_a_draft_or_into_what_is_gone(two):
    draft = cast.draft(two.ana, title="A draft").practice
    gone = cast.published(two.ana, two.bruno, title="Gone")
    practices.show(gone, "tombstone", two.dora, "Asked for.")
    for into in (two.second, draft, gone):
        with pytest.raises(NotAllowed):
            service.merge(two.second, into, two.dora, "The same.")


def test_a_chain_leads_to_its_end(app):
    with app.app_context():
        two = Two()
        third = cast.published(two.ana, two.bruno, title="The third")
        two.merge()
        service.merge(two.first, third, two.dora, "All three.")
        assert practices.stands_for(two.second) is third
        assert practices.merged_into(third) == [two.first, two.second]
        with pytest.raises(NotAllowed):
            service.merge(third, two.second, two.dora, "Round and round.")
        second, path = two.second.public_id, practices.path_of(third, "The third")
        db.session.commit()
    assert app.test_client().get(f"/practices/{second}").location == f"{path}?merged={second}"


def test_it_can_be_undone_and_stands_as_it_stood(two):
    practices.show(two.second, "archived", two.dora, "Old.")
    two.merge()
    with pytest.raises(NotAllowed):
        service.restore(two.second, two.bruno, "Back.")
    service.part(two.second, two.dora, "They differ after all.")
    service.part(two.second, two.dora, "They differ after all.")
    assert (two.second.visibility, two.second.merged_into_id) == ("archived", None)
    assert db.session.query(AuditLine).filter(AuditLine.act == "undo merge").count() == 1


def test_a_newer_text_of_a_merged_case_goes_nowhere(two):
    draft = practices.next_draft(practices.public_revision(two.second), two.ana)
    two.merge()
    with pytest.raises(NotAllowed):
        service.submit(draft, two.ana)


def test_two_mergers_at_once_and_one_wins(app):
    with app.app_context():
        two = Two()
        third = cast.published(two.ana, two.bruno, title="The third")
        ids = two.first.id, two.second.id, third.id, two.dora.id
        db.session.commit()

    def merge(into):
        pair = [db.session.get(Practice, key) for key in (ids[1], into)]
        service.merge(*pair, db.session.get(cast.User, ids[3]), "The same.")

    outcomes = stage.both_at_once(app, lambda: merge(ids[0]), lambda: merge(ids[2]))
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyDecided", "NoneType"]


def test_each_merged_into_the_other_at_once_leaves_one_of_them(app):
    with app.app_context():
        two = Two()
        ids, dora = (two.first.id, two.second.id), two.dora.id
        db.session.commit()

    def merge(one, into):
        pair = [db.session.get(Practice, key) for key in (one, into)]
        service.merge(*pair, db.session.get(cast.User, dora), "The same.")

    outcomes = stage.both_at_once(app, lambda: merge(*ids), lambda: merge(*reversed(ids)))
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "NotAllowed"]
    with app.test_request_context():
        public = [practice.public_id for practice, _ in db.session.execute(practices.public())]
        assert len(public) == 1


def test_a_coordinator_names_the_case_by_its_address(app):
    with app.app_context():
        two = Two()
        dora, first, second = two.dora, two.first.public_id, two.second.public_id
        path = practices.path_of(two.first, "A budget that residents decide")
        db.session.commit()
    browser = Browser(app, dora)
    page = browser.send(f"/practices/{second}/merger", 422, into="ZZZZZZ", reason="The same.")
    assert "We do not know this case" in page and "The same." in page
    browser.send(f"/practices/{second}/merger", 422, into=first)
    browser.send(f"/practices/{second}/merger", into=f"http://127.0.0.1:8000{path}?x=1", reason="The same.")
    with app.test_request_context():
        assert practices.find(second).merged_into_id == practices.find(first).id
        assert find(Query(q="zebra")).total == 0
    browser.send(f"/practices/{second}/parting", reason="They differ.")
    with app.app_context():
        assert practices.find(second).visibility == "public"
