"""Evaluations that readers propose: read on the desk, answered by letter, shown outside the text."""

import pytest
from sqlalchemy import func, select

from exchange import reactions
from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service
from exchange.moderation.models import Evaluation
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from exchange.practices import service as practices
from exchange.search import indexing
from tests import cast
from tests.moderation import stage
from tests.moderation.review.test_desk import browsers, people  # noqa: F401 – fixtures

FORM = {
    "title": "Who votes on budgets",
    "address": "doi:10.1000/182",
    "design": "comparison-group",
    "finding": "Turnout rose by a third; the poorest parishes gained least.",
}
TOLD = ("Who votes on budgets", "https://doi.org/10.1000/182", "comparison-group", "Turnout rose.", "en")


@pytest.fixture
def town(app, people):  # noqa: F811
    with app.app_context():
        ana, bruno = (db.session.get(cast.User, people[name].id) for name in ("ana", "bruno"))
        public_id = cast.published(ana, bruno).public_id
        db.session.commit()
        while reactions.react():
            pass
    return public_id


def known(people, name):  # noqa: F811
    return db.session.get(cast.User, people[name].id)


def proposed(app, town, people, name="chloe", told=TOLD):  # noqa: F811
    with app.app_context():
        made = service.propose_evaluation(practices.find(town), known(people, name), *told)
        db.session.commit()
        return made.id


def state_of(app, number):
    with app.app_context():
        return db.session.get(Evaluation, number).state


def tell(browser, town, status=303, **changes):
    """Send the form of a proposal; the page that answers, or where it leads."""
    data = {"csrf_token": browser.token, **FORM, **changes}
    answer = browser.client.post(f"/practices/{town}/evaluations/new", data=data)
    assert answer.status_code == status
    return answer.text


def case_page(app, town):
    return app.test_client().get(f"/practices/{town}", follow_redirects=True).text


def letters_of(app, kind):
    """[(address, subject, text)] of the letters of that kind, as they would go now."""
    with app.app_context():
        while reactions.react():
            pass
        rows = db.session.scalars(select(Letter).where(Letter.kind == kind)).all()
        return [(row.address, *words_of(row, things_of(row))) for row in rows]


def test_a_reader_proposes_a_moderator_accepts_and_it_stands_beside_the_case(app, town, people, browsers):  # noqa: F811
    chloe, milan = browsers("chloe"), browsers("milan")
    assert "Propose an evaluation" in chloe.see(chloe.client.get(f"/practices/{town}").location)
    tell(chloe, town)
    assert FORM["title"] not in case_page(app, town)
    desk = milan.see("/review")
    assert FORM["title"] in desk and "Proposed evaluations" in desk
    (number,) = numbers(app)
    page = milan.see(f"/review/evaluations/{number}")
    assert "https://doi.org/10.1000/182" in page and FORM["finding"] in page and "Chloe" in page
    assert milan.send(f"/review/evaluations/{number}", answer="accept") == "/review"
    text = case_page(app, town)
    assert FORM["title"] in text and 'href="https://doi.org/10.1000/182"' in text
    assert "Proposed by a reader, accepted by a moderator" in text and "Chloe" not in text
    ((address, subject, body),) = letters_of(app, "evaluation-decided")
    assert address == "chloe@cast.example" and "Accepted" in subject and f"/practices/{town}" in body
    ((address, _subject, body),) = letters_of(app, "evaluation-added")
    assert address == "ana@cast.example" and FORM["title"] in body
    assert FORM["title"] not in milan.see("/review")
    with app.app_context():
        assert practices.public_revision(practices.find(town)).number == 1


def numbers(app):
    with app.app_context():
        return db.session.scalars(select(Evaluation.id)).all()


def test_a_proposal_without_title_address_design_or_finding_comes_back_filled(app, town, browsers):  # noqa: F811
    chloe = browsers("chloe")
    for name, words in (
        ("title", "Give its title."),
        ("address", "Say where it can be read."),
        ("design", "Choose one."),
        ("finding", "Say what it found."),
    ):
        page = tell(chloe, town, 422, **{name: ""})
        assert words in page and all(FORM[other] in page for other in FORM if other != name)
    assert "At most 600" in tell(chloe, town, 422, finding="x" * 601)
    assert "Write a DOI" in tell(chloe, town, 422, address="in the library")
    assert numbers(app) == []


def test_what_is_declined_stays_off_the_case_and_its_proposer_hears_why(app, town, people, browsers):  # noqa: F811
    number, milan = proposed(app, town, people), browsers("milan")
    where = f"/review/evaluations/{number}"
    assert "Give a reason." in milan.send(where, 422, answer="decline", reason="")
    milan.send(where, answer="decline", reason="It is about another city.")
    assert state_of(app, number) == "declined" and TOLD[0] not in case_page(app, town)
    ((address, subject, body),) = letters_of(app, "evaluation-decided")
    assert address == "chloe@cast.example" and "Declined" in subject and "another city" in body
    assert letters_of(app, "evaluation-added") == []


def test_what_was_accepted_can_be_taken_off_again_with_a_reason(app, town, people, browsers):  # noqa: F811
    number, milan = proposed(app, town, people), browsers("milan")
    where = f"/review/evaluations/{number}"
    milan.send(where, answer="accept")
    assert f'href="{where}"' in milan.see(milan.client.get(f"/practices/{town}").location)
    assert "Give a reason." in milan.send(where, 422, reason="")
    milan.send(where, reason="It was retracted.")
    assert TOLD[0] not in case_page(app, town)
    assert "It was retracted." in letters_of(app, "evaluation-decided")[-1][2]
    assert proposed(app, town, people) != number, "a better one may be proposed at the same address"


@pytest.mark.parametrize("name", ["ana"])
def test_whoever_writes_the_case_names_evaluations_in_the_text(app, town, people, browsers, name):  # noqa: F811
    browsers(name).see(f"/practices/{town}/evaluations/new", 404)
    with pytest.raises(practices.NotAllowed):
        proposed(app, town, people, name)


def test_only_a_public_case_gets_proposals(app, town, people, browsers):  # noqa: F811
    with app.app_context():
        draft = cast.draft(known(people, "ana"), title="Hidden").practice.public_id
        practices.show(practices.find(town), "tombstone", known(people, "bruno"), "It ended.")
        db.session.commit()
    for public_id in (draft, town, "ZZZZZZ"):
        browsers("chloe").see(f"/practices/{public_id}/evaluations/new", 404)


def test_the_same_study_is_proposed_once(app, town, people):  # noqa: F811
    first = proposed(app, town, people)
    assert proposed(app, town, people) == first
    with pytest.raises(service.KnownAlready):
        proposed(app, town, people, "willi")
    with app.app_context():
        acts = select(func.count(AuditLine.id)).where(AuditLine.act == "propose evaluation")
        assert db.session.scalar(acts) == 1


def test_a_study_that_the_authors_named_is_known_already(app, people):  # noqa: F811
    with app.app_context():
        rows = [{"title": TOLD[0], "address": TOLD[1]}]
        town = cast.published(known(people, "ana"), known(people, "bruno"), evaluations=rows).public_id
        db.session.commit()
    with pytest.raises(service.KnownAlready):
        proposed(app, town, people)


def test_nobody_floods_the_desk(app, town, people, browsers):  # noqa: F811
    for number in range(10):
        proposed(app, town, people, told=(TOLD[0], f"https://study.example/{number}", *TOLD[2:]))
    page = tell(browsers("chloe"), town, 409)
    assert "Ten of your proposals wait" in page and FORM["finding"] in page
    assert proposed(app, town, people, "willi")


def test_nobody_decides_on_a_proposal_of_their_own_or_on_a_case_of_their_own(app, town, people, browsers):  # noqa: F811
    own = proposed(app, town, people, "milan")
    assert TOLD[0] not in browsers("milan").see("/review")
    browsers("milan").see(f"/review/evaluations/{own}", 404)
    with app.app_context():
        with pytest.raises(service.ConflictOfInterest):
            service.accept_evaluation(db.session.get(Evaluation, own), known(people, "milan"))
        ana = known(people, "ana")
        cast.accounts.grant(ana, "moderator")
        with pytest.raises(service.ConflictOfInterest):
            service.accept_evaluation(db.session.get(Evaluation, own), ana)
        with pytest.raises(practices.NotAllowed):
            service.accept_evaluation(db.session.get(Evaluation, own), known(people, "eva"))
    assert state_of(app, own) == "proposed"


def test_of_two_moderators_one_decides_and_the_other_is_told(app, town, people, browsers):  # noqa: F811
    number = proposed(app, town, people)
    where = f"/review/evaluations/{number}"
    milan, dora = browsers("milan"), browsers("dora")
    milan.send(where, answer="decline", reason="No.")
    late = dora.send(where, 409, answer="accept")
    assert "decided meanwhile" in late and state_of(app, number) == "declined"
    assert milan.send(where, answer="decline", reason="No.") == "/review"
    assert len(letters_of(app, "evaluation-decided")) == 1


def test_of_two_in_the_same_moment_one_wins(app, town, people):  # noqa: F811
    number = proposed(app, town, people)

    def act(verb, name, *more):
        return lambda: verb(db.session.get(Evaluation, number), known(people, name), *more)

    outcomes = stage.both_at_once(
        app,
        act(service.accept_evaluation, "milan"),
        act(service.decline_evaluation, "dora", "No."),
    )
    assert [type(one) for one in outcomes].count(service.AlreadyDecided) == 1
    assert outcomes.count(None) == 1


def test_a_letter_to_a_reader_never_names_a_text_that_is_not_public(app, town, people):  # noqa: F811
    number = proposed(app, town, people)
    with app.app_context():
        practice, ana = practices.find(town), known(people, "ana")
        draft = practices.next_draft(practices.public_revision(practice), ana)
        practices.write(draft, {"title": "The secret new title"}, {})
        service.decline_evaluation(db.session.get(Evaluation, number), known(people, "milan"), "No.")
        db.session.commit()
    ((_address, subject, body),) = letters_of(app, "evaluation-decided")
    assert "secret" not in (subject + body).lower() and f"/practices/{town}" in body
    with app.app_context():
        practices.show(practices.find(town), "tombstone", known(people, "bruno"), "It ended.")
        db.session.commit()
    ((_address, _subject, body),) = letters_of(app, "evaluation-decided")
    assert f"/practices/{town}" not in body and "No." in body


def test_the_desk_costs_the_same_for_one_and_many_proposals(app, town, people, browsers):  # noqa: F811
    from tests.moderation.writing.test_write import counted_queries

    milan, costs = browsers("milan"), []
    for number in range(9):
        proposed(app, town, people, told=(TOLD[0], f"https://study.example/{number}", *TOLD[2:]))
        if number in (0, 2, 8):
            milan.see("/review")
            with counted_queries() as seen:
                milan.see("/review")
            costs.append(len(seen))
    assert costs[0] == costs[1] == costs[2]


def test_an_accepted_evaluation_leaves_the_house_with_the_case(app, town, people):  # noqa: F811
    number = proposed(app, town, people)
    whole = app.test_client().get(f"/practices/{town}.json").json
    assert whole["evaluations_proposed_by_readers"] == []
    with app.app_context():
        from exchange.search import indexing

        service.accept_evaluation(db.session.get(Evaluation, number), known(people, "milan"))
        db.session.commit()
        indexing.repair()
    (told,) = app.test_client().get(f"/practices/{town}.json").json["evaluations_proposed_by_readers"]
    assert (told["title"], told["address"], told["design"]) == TOLD[:3]
    assert TOLD[1] in app.test_client().get("/practices.csv", buffered=True).text


def finds(app, words):
    from tests.search.stage import ask

    return [hit.practice.public_id for hit in ask(app, words).hits]


def react(app, act=None):
    with app.app_context():
        if act:
            act()
            db.session.commit()
        while reactions.react():
            pass


def test_a_case_is_found_by_the_words_of_an_evaluation_while_it_stands_beside_it(app, town, people):  # noqa: F811
    told = ("Zebra crossings in parishes", "https://doi.org/10.1000/183", "trial", "Quokkas **voted**.", "en")
    number = proposed(app, town, people, told=told)
    react(app, indexing.repair)
    assert finds(app, "zebra") == finds(app, "quokka") == [], "nobody has accepted it yet"
    find = lambda: (db.session.get(Evaluation, number), known(people, "bruno"))  # noqa: E731
    react(app, lambda: service.accept_evaluation(*find()))
    assert finds(app, "zebra") == finds(app, "quokka") == [town]
    react(app, lambda: service.remove_evaluation(*find(), "It tells of another city."))
    assert finds(app, "zebra") == finds(app, "quokka") == []


def test_a_title_counts_for_more_than_the_words_of_an_evaluation(app, town, people):  # noqa: F811
    told = ("Zebra crossings", "https://doi.org/10.1000/183", "trial", "Zebra.", "en")
    number = proposed(app, town, people, told=told)
    with app.app_context():
        ana, bruno = known(people, "ana"), known(people, "bruno")
        other = cast.published(ana, bruno, title="Zebra").public_id
        service.accept_evaluation(db.session.get(Evaluation, number), bruno)
        db.session.commit()
    react(app, indexing.repair)
    assert finds(app, "zebra") == [other, town]
