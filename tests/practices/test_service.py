"""A case from first word to public page, at the level of its verbs."""

import pytest

from exchange.core.models import db
from exchange.practices import schema, service
from tests import cast


def test_ana_begins_a_case_and_it_is_a_draft_that_only_she_sees(app):
    with app.app_context():
        ana, chloe = cast.ana(), cast.chloe()
        revision = cast.draft(ana)
        db.session.commit()
        assert revision.state == "draft"
        assert revision.practice.may_be_seen_by(ana)
        assert not revision.practice.may_be_seen_by(chloe)
        assert db.session.execute(service.public()).all() == []


def test_a_full_draft_has_no_gap_and_an_empty_answer_is_named(app):
    with app.app_context():
        ana = cast.ana()
        assert schema.gaps(cast.draft(ana), "P") == []
        bare = cast.draft(ana, title="Bare", challenge=None, results=None)
        assert [field.name for field in schema.gaps(bare, "S")] == ["challenge"]
        assert [field.name for field in schema.gaps(bare, "P")] == ["challenge", "results"]
        bare.missing = {"results": {"reason": "not-known", "why": "first count in May"}}
        assert [field.name for field in schema.gaps(bare, "P")] == ["challenge"]


def test_of_two_who_save_the_same_step_the_second_gets_both_texts(app):
    with app.app_context():
        ana = cast.ana()
        revision = cast.draft(ana)
        base = service.base_of(revision, {"challenge"})
        assert service.save(revision, {"challenge": "First"}, {}, ana, base)
        with pytest.raises(service.Changed) as conflict:
            service.save(revision, {"challenge": "Second"}, {}, ana, base)
        assert conflict.value.current == {"challenge": "First"}
        assert revision.get("challenge") == "First"


def test_whoever_no_longer_works_for_the_city_no_longer_writes_its_case(app):
    with app.app_context():
        ana = cast.ana()
        practice = cast.draft(ana).practice
        assert practice.may_be_edited_by(ana) and practice.may_be_submitted_by(ana)
        ana.memberships[0].state = "requested"
        assert practice.may_be_edited_by(ana) and not practice.may_be_submitted_by(ana)
        ana.memberships[0].state = "ended"
        assert not practice.may_be_edited_by(ana)
