"""Letters about texts that wait: to those who may decide, and to whoever proposed them."""

from exchange import reactions
from exchange.core.models import db
from exchange.network.service import vetting
from exchange.network.service.partners import editors
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from tests import cast
from tests.network import things


def letters():
    """{(kind, address): subject and text} of all letters that have something to tell."""
    db.session.commit()
    while reactions.journal.deliver(reactions.HANDLERS):
        pass
    found = {}
    for letter in db.session.query(Letter).order_by(Letter.id):
        if told := things_of(letter):
            found[letter.kind, letter.address] = "\n".join(words_of(letter, told))
    return found


def test_coordinators_hear_what_waits_and_the_proposer_what_was_decided(app):
    with app.app_context():
        ana, bruno, _cora = cast.ana(), cast.bruno(), cast.person("Cora", "coordinator")
        _event, text = things.event(ana)
        told = letters()
        assert set(told) == {("text-waits", "cora@cast.example")}
        assert f"/vetting/{text.id}" in told["text-waits", "cora@cast.example"]
        vetting.decline(text, bruno, "Name the house.")
        told = letters()
        assert set(told) == {("text-decided", "ana@cast.example")}, "nothing waits any more"
        assert "Name the house." in told["text-decided", "ana@cast.example"]


def test_a_coordinator_is_not_asked_to_read_her_own_words(app):
    with app.app_context():
        cast.bruno()
        cora = cast.person("Cora", "coordinator")
        things.event(cora)
        assert set(letters()) == {("text-waits", "bruno@cast.example")}


def test_whoever_is_named_editor_is_told(app):
    with app.app_context():
        bruno, milan, cora = (
            cast.bruno(),
            cast.person("Milan", "moderator"),
            cast.person("Cora", "coordinator"),
        )
        cast.chloe()
        partner = things.public_partner(bruno, milan)
        editors.name_editor(partner, "chloe@cast.example", cora)
        assert "Tram Museum" in letters()["editor-named", "chloe@cast.example"]
