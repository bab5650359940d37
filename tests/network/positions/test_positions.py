"""Positions: what cities say together. A city signs words; other words are signed anew."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.network.models.positions import Signature
from exchange.network.service import vetting
from exchange.network.service.positions import positions, signing
from exchange.practices.service import NotAllowed
from tests import cast
from tests.network import things


@pytest.fixture
def hall(app):
    """(position, Ines who administers Porto, Porto, Bruno)."""
    with app.app_context():
        ines, bruno = cast.person("Ines", city="porto", city_admin=True), cast.bruno()
        yield things.public_position(ines, bruno), ines, cast.find_city("porto"), bruno


def test_an_admin_signs_once_for_her_city_and_no_other(hall):
    position, ines, porto, _bruno = hall
    wien = cast.find_city("wien")
    first = signing.sign(position, porto, ines, position.words_hash)
    assert signing.sign(position, porto, ines, position.words_hash) is first
    with pytest.raises(NotAllowed):
        signing.sign(position, wien, ines, position.words_hash)
    with pytest.raises(NotAllowed):
        signing.sign(position, porto, cast.ana(), position.words_hash)
    assert [row.city for row in signing.signatures_of(position)] == [porto]
    acts = db.session.scalars(select(AuditLine.act).where(AuditLine.act == "sign position")).all()
    assert len(acts) == 1


def test_words_that_were_changed_are_signed_anew_and_an_outcome_changes_none(hall):
    position, ines, porto, bruno = hall
    signing.sign(position, porto, ines, position.words_hash)
    read = position.words_hash
    change(position, ines, bruno, outcome="The minister listened.")
    assert signing.signatures_of(position)[0].words_hash == position.words_hash
    change(position, ines, bruno, text="Build rails and bridges.")
    assert signing.signatures_of(position)[0].words_hash != position.words_hash
    with pytest.raises(signing.OtherWords):
        signing.sign(position, porto, ines, read)
    signing.sign(position, porto, ines, position.words_hash)
    assert [row.words_hash for row in signing.signatures_of(position)] == [position.words_hash]
    assert db.session.query(Signature).count() == 2, "what was signed before stays on record"


def change(position, by, moderator, **words):
    _position, text = positions.propose({**position.content, **words}, by, position)
    vetting.let_through(text, moderator)


def test_a_signature_can_be_withdrawn_and_given_again(hall):
    position, ines, porto, _bruno = hall
    signing.sign(position, porto, ines, position.words_hash)
    signing.withdraw(position, porto, ines)
    signing.withdraw(position, porto, ines)
    assert signing.signatures_of(position) == [] and positions.public(city=porto)[1] == 0
    signing.sign(position, porto, ines, position.words_hash)
    assert positions.public(city=porto)[0] == [position]


def test_what_is_not_public_cannot_be_signed(hall):
    position, ines, porto, bruno = hall
    vetting.hide("position", position.public_id, bruno, "It insults.")
    with pytest.raises(NotAllowed):
        signing.sign(position, porto, ines, position.words_hash)


def test_a_city_that_left_signs_nothing(hall):
    position, ines, porto, _bruno = hall
    porto.is_member = False
    with pytest.raises(NotAllowed):
        signing.sign(position, porto, ines, position.words_hash)


def test_those_who_write_for_a_city_propose_no_position(hall):
    with pytest.raises(NotAllowed):
        positions.propose(things.POSITION, cast.ana())


def test_a_signature_is_withdrawn_although_the_clock_was_put_back(app):
    with app.app_context():
        ines, porto = cast.person("Ines", city="porto", city_admin=True), cast.find_city("porto")
        position = things.public_position(ines, cast.bruno())
        signed = signing.sign(position, porto, ines, position.words_hash)
        signed.at = now() + timedelta(hours=2)
        signing.withdraw(position, porto, ines)
        assert signing.signature_of(position, porto) is None
