"""Nothing of the network is public that no moderator has read; what is public stays while it changes."""

import pytest
from sqlalchemy import select

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.network.service import vetting
from exchange.practices.service import NotAllowed
from tests import cast

SHOWN = {}  # what everybody reads of the things of these tests


def put(thing, content, _text):
    SHOWN[thing] = content["title"]


@pytest.fixture(autouse=True)
def leaflets(monkeypatch):
    """A kind of thing that has no table."""
    SHOWN.clear()
    monkeypatch.setitem(
        vetting.KINDS,
        "leaflet",
        vetting.Kind(
            "leaflet",
            "Leaflet",
            publish=put,
            hide=SHOWN.pop,
            title=lambda content: content["title"],
            lines=lambda content: [
                vetting.Line("Title", content["title"]),
                vetting.Line("Text", content.get("text", ""), is_long=True),
            ],
            path=lambda thing, _content: f"/leaflets/{thing}",
            edit_path=lambda thing: f"/leaflets/{thing}/edit",
        ),
    )


def first(ana, title="Trams"):
    return vetting.propose("leaflet", "A", {"title": title}, ana)


def acts():
    db.session.flush()
    return db.session.scalars(
        select(AuditLine.act).where(AuditLine.subject.like("leaflet:%")).order_by(AuditLine.id)
    ).all()


def test_what_ana_proposes_is_public_once_bruno_let_it_through(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        text = first(ana)
        assert SHOWN == {} and vetting.waiting()[0] == [text]
        vetting.let_through(text, bruno, text.content_hash)
        assert SHOWN == {"A": "Trams"} and vetting.waiting() == ([], 0)
        assert acts() == ["propose text", "publish text"]


def test_a_change_waits_while_the_public_text_stays(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        vetting.let_through(first(ana), bruno)
        change = vetting.propose("leaflet", "A", {"title": "Trams and buses"}, ana)
        assert SHOWN == {"A": "Trams"}
        assert vetting.compared(change)[0][2] == [("equal", "Trams"), ("insert", " and buses")]
        vetting.decline(change, bruno, "There are no buses.")
        assert SHOWN == {"A": "Trams"} and vetting.public("leaflet", "A").content == {"title": "Trams"}
        again = vetting.propose("leaflet", "A", {"title": "Trams and trains"}, ana)
        vetting.let_through(again, bruno)
        assert SHOWN == {"A": "Trams and trains"}
        assert [text.state for text in vetting.history("leaflet", "A")] == [
            "public",
            "declined",
            "superseded",
        ]


def test_nobody_lets_their_own_words_through(app):
    with app.app_context():
        bruno, milan = cast.bruno(), cast.person("Milan", "moderator")
        text = first(bruno)
        with pytest.raises(NotAllowed):
            vetting.let_through(text, bruno)
        vetting.propose("leaflet", "A", {"title": "Trams!"}, milan)  # who wrote on it, too
        with pytest.raises(NotAllowed):
            vetting.let_through(text, milan)
        with pytest.raises(NotAllowed):
            vetting.decline(text, cast.chloe(), "I do not like it.")
        assert SHOWN == {}


def test_a_moderator_decides_on_the_words_that_he_read(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        text = first(ana)
        read = text.content_hash
        vetting.propose("leaflet", "A", {"title": "Buy this"}, ana)
        with pytest.raises(vetting.Meanwhile):
            vetting.let_through(text, bruno, read)
        assert SHOWN == {}


def test_of_two_moderators_one_wins_and_the_other_is_told(app):
    with app.app_context():
        ana, bruno, milan = cast.ana(), cast.bruno(), cast.person("Milan", "moderator")
        text = first(ana)
        vetting.let_through(text, bruno)
        vetting.let_through(text, bruno)  # the same act again
        with pytest.raises(vetting.Meanwhile):
            vetting.decline(text, milan, "No.")
        assert acts() == ["propose text", "publish text"]


def test_of_two_who_change_a_text_the_second_is_told_and_the_same_words_are_no_conflict(app):
    with app.app_context():
        ana, ines = cast.ana(), cast.person("Ines", city="porto", city_admin=True)
        base = vetting.base_of("leaflet", "A")
        text = vetting.propose("leaflet", "A", {"title": "Trams"}, ana, base)
        assert vetting.propose("leaflet", "A", {"title": "Trams"}, ines, base) is text
        with pytest.raises(vetting.Meanwhile) as told:
            vetting.propose("leaflet", "A", {"title": "Buses"}, ines, base)
        assert told.value.text.content == {"title": "Trams"}
        assert acts() == ["propose text"]


def test_declining_and_hiding_need_a_reason(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        text = first(ana)
        with pytest.raises(vetting.ReasonMissing):
            vetting.decline(text, bruno, " ")
        vetting.let_through(text, bruno)
        with pytest.raises(vetting.ReasonMissing):
            vetting.hide("leaflet", "A", bruno, "")
        assert SHOWN == {"A": "Trams"}


def test_what_is_hidden_comes_back_when_it_is_let_through_again(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        vetting.let_through(first(ana), bruno)
        vetting.hide("leaflet", "A", bruno, "It advertises.")
        vetting.hide("leaflet", "A", bruno, "It advertises.")
        assert SHOWN == {}
        vetting.let_through(first(ana), bruno)
        assert SHOWN == {"A": "Trams"}
        assert acts() == ["propose text", "publish text", "hide text", "propose text", "publish text"]


def test_ana_takes_back_what_she_proposed_and_nobody_else_can(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        text = first(ana)
        with pytest.raises(NotAllowed):
            vetting.take_back(text, bruno)
        vetting.take_back(text, ana)
        vetting.take_back(text, ana)
        with pytest.raises(vetting.Meanwhile):
            vetting.let_through(text, bruno)
        assert acts() == ["propose text", "take text back"]


def test_proposing_what_is_public_already_changes_nothing(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        vetting.let_through(first(ana), bruno)
        assert first(ana) is None and vetting.waiting() == ([], 0)


def test_a_page_of_the_queue_beyond_all_numbers_is_empty(app):
    with app.app_context():
        bruno = cast.bruno()
        db.session.commit()
    client = cast.client_of(app, bruno)
    assert client.get(f"/vetting?page={10**30}").status_code == 200
