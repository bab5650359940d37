"""Partners: proposed by moderators, written by their editors, and what they brought."""

from datetime import timedelta

import pytest

from exchange.core.models import db, now
from exchange.network.service import vetting
from exchange.network.service.partners import editors, partners
from exchange.practices.service import NotAllowed
from tests import cast
from tests.network import things


def stage():
    return cast.bruno(), cast.person("Milan", "moderator"), cast.person("Cora", "coordinator"), cast.chloe()


def test_an_editor_changes_the_text_and_a_moderator_reads_it_first(app):
    with app.app_context():
        bruno, milan, cora, chloe = stage()
        museum = things.public_partner(bruno, milan)
        with pytest.raises(NotAllowed):
            partners.propose(things.PARTNER, chloe, museum)
        editors.name_editor(museum, "chloe@cast.example", cora)
        _partner, text = partners.propose({**things.PARTNER, "name": "Rail Museum"}, chloe, museum)
        assert museum.name == "Tram Museum"
        vetting.let_through(text, bruno)
        assert museum.name == "Rail Museum" and museum.public_id == "tram-museum"


def test_an_editor_proposes_dates_of_the_partner_until_she_is_dismissed(app):
    with app.app_context():
        bruno, milan, cora, chloe = stage()
        museum = things.public_partner(bruno, milan)
        row = editors.name_editor(museum, "chloe@cast.example", cora)
        assert editors.name_editor(museum, "chloe@cast.example", cora) is row
        made = things.public_event(chloe, bruno, partner="tram-museum")
        assert partners.events_of(museum) == [made]
        editors.dismiss_editor(museum, row, cora)
        editors.dismiss_editor(museum, row, cora)
        assert editors.editors_of(museum) == []
        with pytest.raises(NotAllowed):
            things.event(chloe)


def test_only_coordinators_name_editors_and_only_people_with_a_proven_address(app):
    with app.app_context():
        bruno, milan, cora, _chloe = stage()
        museum = things.public_partner(bruno, milan)
        cast.person("Una", verified=False)
        with pytest.raises(NotAllowed):
            editors.name_editor(museum, "chloe@cast.example", bruno)
        for nobody in ("una@cast.example", "noone@cast.example"):
            with pytest.raises(editors.NoSuchPerson):
                editors.name_editor(museum, nobody, cora)


def test_it_brought_the_cases_that_its_text_names_and_those_that_its_editors_told(app):
    with app.app_context():
        bruno, milan, cora, chloe = stage()
        ana = cast.ana()
        named = cast.published(ana, bruno, title="Named")
        told = cast.published(ana, bruno, title="Told by its editor", told_by="partner")
        cast.published(ana, bruno, title="Of somebody else")
        hidden = cast.draft(ana, title="Not public").practice
        museum = things.public_partner(bruno, milan, practices=[named.public_id, hidden.public_id])
        assert [practice.public_id for practice, _text in partners.brought(museum)] == [named.public_id]
        editors.name_editor(museum, "ana@cast.example", cora)
        assert {practice.public_id for practice, _text in partners.brought(museum)} == {
            named.public_id,
            told.public_id,
        }


def test_two_partners_of_one_name_are_told_apart_and_one_form_sent_twice_makes_one(app):
    with app.app_context():
        bruno, milan, _cora, _chloe = stage()
        first, _text = partners.propose(things.PARTNER, bruno)
        assert partners.propose(things.PARTNER, bruno)[0] is first
        with pytest.raises(partners.NameTaken):
            partners.propose({**things.PARTNER, "kind": "company"}, milan)


def test_a_partner_in_four_languages_is_read_in_the_readers(app):
    with app.app_context():
        bruno, milan, _cora, _chloe = stage()
        things.public_partner(bruno, milan, about={"en": "It keeps trams.", "fr": "Il garde des trams."})
        db.session.commit()
    client = app.test_client()
    for language, words in (("fr", "Il garde des trams."), ("de", "It keeps trams.")):
        assert words in client.get(f"/partners/tram-museum?hl={language}").text


def test_the_list_counts_its_kinds_and_shows_one_of_them(app):
    with app.app_context():
        bruno, milan, _cora, _chloe = stage()
        things.public_partner(bruno, milan)
        things.public_partner(bruno, milan, name="Rail Bank", kind="bank")
        assert partners.kinds_there_are() == {"association": 1, "bank": 1}
        db.session.commit()
    page = app.test_client().get("/partners?kind=bank").text
    assert "Rail Bank" in page and "Tram Museum" not in page


def test_one_form_sent_twice_at_the_same_moment_makes_one_partner_and_another_is_told(app, monkeypatch):
    with app.app_context():
        bruno = cast.bruno()
        made, text = partners.propose(things.PARTNER, bruno)
        monkeypatch.setattr(partners, "find", lambda slug: None)  # it was not there a moment ago
        assert partners.propose(things.PARTNER, bruno) == (made, text)
        with pytest.raises(partners.NameTaken):
            partners.propose({**things.PARTNER, "kind": "bank"}, bruno)


def test_an_editor_is_dismissed_although_the_clock_was_put_back(app):
    with app.app_context():
        bruno, milan, cora, chloe = stage()
        partner = things.public_partner(bruno, milan)
        row = editors.name_editor(partner, "chloe@cast.example", cora)
        row.at = now() + timedelta(hours=2)
        editors.dismiss_editor(partner, row, cora)
        assert editors.editors_of(partner) == []
