"""Ask a colleague: fields of a draft by a link, and what comes back beside them."""

import pytest

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service
from exchange.moderation.asked_models import Proposal
from exchange.moderation.service.links import asking
from exchange.moderation.service.links.by_link import token_of
from exchange.notifications.models import Letter
from exchange.practices import service as practices
from exchange.practices.models import Revision
from tests import cast
from tests.moderation import paper, stage
from tests.moderation.links.test_clearing import letters

RUI = ("Rui", "rui@porto.example", "en")
SOLUTION = "Every spring, assemblies in each parish propose and vote."
BETTER = "Every spring, assemblies in each of the seven parishes propose and vote."


@pytest.fixture
def town(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        draft = cast.draft(ana)
        db.session.commit()
        yield app, ana, bruno, draft


def asked(ana, draft, fields=("solution", "results"), question="Is that the number?"):
    one = asking.ask(draft.practice, list(fields), question, *RUI, ana)
    db.session.commit()
    return one


def answered(ana, draft, text=BETTER, remark="", field="solution"):
    one = asked(ana, draft)
    base = practices.base_of(draft, one.fields)
    asking.answer(one, base, {field: text}, {field: remark})
    db.session.commit()
    return asking.proposals(draft.practice)


def test_the_colleague_gets_one_letter_with_a_link_and_the_question(town):
    _app, ana, _bruno, draft = town
    one = asked(ana, draft)
    assert asked(ana, draft) is one
    assert letters("colleague") == ["rui@porto.example"]
    (letter,) = db.session.query(Letter).filter_by(kind="colleague")
    from exchange.notifications.things import things_of
    from exchange.notifications.wording import words_of

    _subject, text = words_of(letter, things_of(letter))
    assert f"/answers/{token_of(one)}" in text and "Is that the number?" in text


def test_what_the_colleague_changes_stands_as_a_proposal_and_is_taken_over_by_one_click(town):
    _app, ana, _bruno, draft = town
    (proposal,) = answered(ana, draft)
    assert draft.get("solution") == SOLUTION, "nothing is written for the author"
    asking.take(proposal, ana)
    assert draft.get("solution") == BETTER
    assert asking.proposals(draft.practice) == []
    lines = db.session.query(AuditLine).filter_by(act="save", by_id=ana.id).all()
    assert lines[-1].details["fields"] == ["solution"]


def test_a_dismissed_proposal_changes_nothing_and_stays_on_record(town):
    _app, ana, _bruno, draft = town
    (proposal,) = answered(ana, draft)
    asking.dismiss(proposal, ana)
    asking.dismiss(proposal, ana)
    assert draft.get("solution") == SOLUTION and proposal.verdict == "dismissed"
    with pytest.raises(service.AlreadyDecided):
        asking.take(proposal, ana)
    assert db.session.query(AuditLine).filter_by(act="dismiss proposal").count() == 1


def test_a_field_changed_meanwhile_is_not_overwritten(town):
    _app, ana, _bruno, draft = town
    (proposal,) = answered(ana, draft)
    practices.save(draft, {"solution": "Ana wrote on."}, {}, ana)
    with pytest.raises(practices.Changed):
        asking.take(proposal, ana)
    assert draft.get("solution") == "Ana wrote on." and proposal.verdict is None


def test_right_as_it_stands_is_an_answer_and_tells_the_authors(town):
    _app, ana, _bruno, draft = town
    assert answered(ana, draft, text=SOLUTION) == []
    assert letters("colleague-answered") == ["ana@cast.example"]


def test_a_remark_proposes_nothing_to_take(town):
    _app, ana, _bruno, draft = town
    (proposal,) = answered(ana, draft, text="", remark="Ask the council.", field="results")
    with pytest.raises(service.NotAllowed):
        asking.take(proposal, ana)
    asking.dismiss(proposal, ana)


def test_nobody_outside_the_authors_decides_on_a_proposal(town):
    _app, ana, bruno, draft = town
    (proposal,) = answered(ana, draft)
    for stranger in (bruno, cast.chloe()):
        with pytest.raises(service.NotAllowed):
            asking.take(proposal, stranger)


def test_while_the_text_is_reviewed_nothing_is_taken_over(town):
    _app, ana, _bruno, draft = town
    (proposal,) = answered(ana, draft)
    service.submit(draft, ana)
    with pytest.raises(service.NotAllowed):
        asking.take(proposal, ana)
    assert draft.get("solution") == SOLUTION


# Pages; they are asked while no context is open, as browsers ask


@pytest.fixture
def link(app):
    """(app, the address that Rui was sent, its ColleagueAsk, the draft, Ana)."""
    with app.app_context():
        ana = cast.ana()
        draft = cast.draft(ana)
        one = asked(ana, draft)
        address = f"/answers/{token_of(one)}"
        db.session.commit()
    return app, address, one, draft, ana


def write(app, ana, draft, **answers):
    with app.app_context():
        practices.save(db.session.get(Revision, draft.id), answers, {}, ana)
        db.session.commit()


def read(app, draft, field):
    with app.app_context():
        return db.session.get(Revision, draft.id).get(field)


def test_the_link_shows_the_chosen_fields_and_no_others(link):
    app, address, _one, _draft, _ana = link
    page = app.test_client().get(address)
    assert page.status_code == 200 and SOLUTION in page.text and "Voters" in page.text
    assert "Few people believed" not in page.text and "Distrust" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer" and "Set-Cookie" not in page.headers


def test_an_answer_goes_once_and_the_link_then_says_so(link):
    app, address, _one, _draft, _ana = link
    client = app.test_client()
    sent = paper.filled(client.get(address), new_solution=BETTER)
    assert "Your words stand beside" in client.post(address, data=sent).text
    again = client.post(address, data=sent)
    assert again.status_code == 409 and "This link has been used" in again.text
    assert client.get(address).status_code == 410
    with app.app_context():
        assert db.session.query(Proposal).count() == 1


def test_a_text_changed_meanwhile_comes_back_with_every_word(link):
    app, address, _one, draft, ana = link
    client = app.test_client()
    sent = paper.filled(client.get(address), new_solution=BETTER, remark_results="Who counted?")
    write(app, ana, draft, solution="Ana wrote on.")
    answer = client.post(address, data=sent)
    assert answer.status_code == 409
    assert BETTER in answer.text and "Who counted?" in answer.text and "Ana wrote on." in answer.text


def test_a_withdrawn_question_opens_nothing_and_what_was_typed_comes_back(link):
    app, address, one, _draft, ana = link
    client = app.test_client()
    sent = paper.filled(client.get(address), new_solution=BETTER)
    with app.app_context():
        asking.withdraw(db.session.get(type(one), one.id), ana)
        db.session.commit()
    answer = client.get(address)
    assert answer.status_code == 410 and SOLUTION not in answer.text
    late = client.post(address, data=sent)
    assert late.status_code == 409 and BETTER in late.text


@pytest.fixture
def proposed(link):
    """(app, Ana's browser, the address of the step, the proposal's id, the draft)."""
    app, address, _one, draft, ana = link
    client = app.test_client()
    client.post(address, data=paper.filled(client.get(address), new_solution=BETTER))
    with app.app_context():
        (proposal,) = db.session.query(Proposal)
        step = f"/write/{draft.practice.public_id}/solution"
    return app, cast.client_of(app, ana), step, proposal.id, draft


def test_the_proposal_stands_beside_its_field_and_one_button_takes_it_with_all_that_was_typed(proposed):
    app, client, address, number, draft = proposed
    page = client.get(address)
    assert "<ins>of the seven parishes</ins>" in page.text and "<del>parish</del>" in page.text
    sent = paper.filled(page, legal_basis="Typed a moment ago.", proposal=f"take-{number}")
    answer = client.post(address, data=sent)
    assert answer.status_code == 303 and answer.location.endswith("/solution#solution")
    assert read(app, draft, "solution") == BETTER
    assert read(app, draft, "legal_basis") == "Typed a moment ago."


def test_a_button_after_the_field_was_changed_shows_both_and_overwrites_nothing(proposed):
    app, client, address, number, draft = proposed
    sent = paper.filled(client.get(address), solution="Ana’s own.", proposal=f"take-{number}")
    answer = client.post(address, data=sent)
    assert answer.status_code == 409 and "Nothing has been overwritten" in answer.text
    assert read(app, draft, "solution") == "Ana’s own."


def test_an_author_sends_fields_and_sees_who_was_asked(link):
    app, _address, _one, draft, ana = link
    client, page = cast.client_of(app, ana), f"/write/{draft.practice.public_id}/colleagues"
    person = {"name": "Eva", "address": "eva@porto.example"}
    wrong = paper.send(client, page, person)
    assert wrong.status_code == 422 and "Choose at least one field" in wrong.text and "Eva" in wrong.text
    assert paper.send(client, page, {**person, "fields": ["solution"]}).status_code == 303
    assert "eva@porto.example" in client.get(page).text


def test_of_two_authors_who_decide_at_once_one_wins(app):
    with app.app_context():
        ana = cast.ana()
        (proposal,) = answered(ana, cast.draft(ana))
        ids = ana.id, proposal.id
    users = type(ana)

    def act(verb):
        def go():
            verb(db.session.get(Proposal, ids[1]), db.session.get(users, ids[0]))
            return "done"

        return go

    outcomes = stage.both_at_once(app, act(asking.take), act(asking.dismiss))
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyDecided", "str"]
