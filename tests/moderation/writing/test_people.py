"""Ana asks others to take part in her case: by letter, for one part or another, to lead it even."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.accounts.models import User
from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from exchange.practices import authorship, sharing
from exchange.practices import service as practices
from exchange.practices.models import Author, Invitation, Practice, Revision
from tests import cast
from tests.moderation import paper
from tests.moderation.stage import both_at_once
from tests.moderation.writing.test_write import Stage, counted_queries


@pytest.fixture
def stage(app):
    return Stage(app)


def member(name, **more):
    return lambda: cast.person(name, city="porto", **more)


def ask(stage, email, role="co-author"):
    page = stage.browser.get(stage.address("people"))
    token = paper.read(page).values["csrf_token"]
    return stage.post("invitations", {"csrf_token": token, "email": email, "role": role})


def offer(stage, email, browser=None):
    browser = browser or stage.browser
    token = paper.read(browser.get(stage.address("people"))).values["csrf_token"]
    return browser.post(stage.address("handover"), data={"csrf_token": token, "heir": email})


def letters(stage):
    """(kind, address, words) of every letter so far, after the worker has looked."""
    with stage.app.app_context():
        while reactions.journal.deliver(reactions.HANDLERS):
            pass
        rows = db.session.scalars(select(Letter).order_by(Letter.id)).all()
        found = []
        for letter in rows:
            things = things_of(letter)
            found.append((letter.kind, letter.address, words_of(letter, things)[1] if things else ""))
        return found


def link_to(stage, email):
    """The path that the latest letter to this address leads to."""
    words = [words for _kind, address, words in letters(stage) if address == email][-1]
    return re.search(r"/invitations/\S+", words)[0]


def answer(browser, path, do="accept", **more):
    return browser.post(path, data=paper.filled(browser.get(path), do=do, **more))


def parts(stage):
    with stage.app.app_context():
        practice = practices.find(stage.public_id)
        return {hand.user.name: hand.role for hand in practice.authors}


def join(stage, user_of, role="co-author"):
    """The browser of somebody who was invited and accepted."""
    browser = stage.guest(user_of)
    with stage.app.app_context():
        email = db.session.scalars(select(User.email).order_by(User.id.desc())).first()
    assert ask(stage, email, role).status_code == 303
    assert answer(browser, link_to(stage, email)).status_code == 303
    return browser


# Asking and answering


def test_a_colleague_is_invited_accepts_and_writes(stage):
    nuno = join(stage, member("Nuno"))
    assert parts(stage) == {"Ana": "lead", "Nuno": "co-author"}
    assert paper.send(nuno, stage.address("problem"), challenge="Nuno’s words.").status_code == 303
    assert stage.told("challenge") == "Nuno’s words."


def test_looking_at_an_invitation_answers_nothing(stage):
    ask(stage, "new@partner.example")
    path = link_to(stage, "new@partner.example")
    for _look in range(2):
        page = stage.app.test_client().get(path)
        assert page.status_code == 200 and "A budget that residents decide" in page.text
        assert page.headers["X-Robots-Tag"] == "noindex"
    assert parts(stage) == {"Ana": "lead"}


def test_somebody_without_an_account_says_who_they_are_and_can_write_as_a_guest(stage):
    ask(stage, "new@partner.example")
    browser = stage.app.test_client()
    path = link_to(stage, "new@partner.example")
    assert answer(browser, path).status_code == 422  # without a name
    done = answer(browser, path, name="Pia Partner")
    assert done.status_code == 303 and "/links/" in done.location
    inside = browser.post(done.location, data=paper.filled(browser.get(done.location)))
    assert inside.location == stage.address("what-and-where")
    assert browser.get(stage.address("problem")).status_code == 200
    assert paper.send(browser, stage.address("problem"), challenge="Pia’s words.").status_code == 303
    assert stage.told("challenge") == "Pia’s words."
    assert "A budget that residents decide" in browser.get("/write").text
    assert browser.get(stage.address("submission")).status_code == 200
    form = {"csrf_token": cast.token_for(stage.app, browser)}
    assert browser.post(stage.address("submission"), data=form).status_code == 403


def test_whoever_declines_has_no_part_and_the_inviter_is_told(stage):
    ask(stage, "new@partner.example")
    path = link_to(stage, "new@partner.example")
    assert answer(stage.app.test_client(), path, "decline").status_code == 303
    assert parts(stage) == {"Ana": "lead"}
    assert ("invitation-answered", "ana@cast.example") in [one[:2] for one in letters(stage)]
    assert stage.app.test_client().get(path).status_code == 404


def test_an_invitation_is_answered_once(stage):
    nuno = stage.guest(member("Nuno"))
    ask(stage, "nuno@cast.example")
    path = link_to(stage, "nuno@cast.example")
    form = paper.filled(nuno.get(path), do="accept")
    assert nuno.post(path, data=form).status_code == 303
    assert nuno.post(path, data=form).status_code == 404
    with stage.app.app_context():
        assert db.session.query(AuditLine).filter(AuditLine.act == "join case").count() == 1


def test_of_two_who_answer_at_once_one_wins(stage):
    stage.guest(member("Nuno"))
    ask(stage, "nuno@cast.example")

    def act(verb):
        def play():
            invitation = db.session.scalar(select(Invitation))
            return verb(invitation, accounts.find_user("nuno@cast.example"))

        return play

    outcomes = both_at_once(stage.app, act(authorship.accept), act(authorship.decline))
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "Refused"]


def test_after_fourteen_days_it_opens_nothing(stage):
    ask(stage, "new@partner.example")
    path = link_to(stage, "new@partner.example")
    with stage.app.app_context():
        db.session.scalar(select(Invitation)).expires_at = now() - timedelta(seconds=1)
        db.session.commit()
    assert stage.app.test_client().get(path).status_code == 404


def test_a_withdrawn_invitation_opens_nothing_and_its_letter_does_not_go(stage):
    ask(stage, "new@partner.example")
    path = link_to(stage, "new@partner.example")
    with stage.app.app_context():
        invitation_id = db.session.scalar(select(Invitation.id))
    form = {"csrf_token": cast.token_for(stage.app, stage.browser)}
    for _twice in range(2):
        assert stage.post(f"invitations/{invitation_id}/withdrawal", form).status_code == 303
    assert stage.app.test_client().get(path).status_code == 404
    assert [words for kind, _address, words in letters(stage) if kind == "case-invitation"] == [""]


def test_asked_twice_for_the_same_part_one_letter_goes(stage):
    for _twice in range(2):
        assert ask(stage, "new@partner.example").status_code == 303
    assert [one[0] for one in letters(stage)] == ["case-invitation"]


def test_asked_for_another_part_the_older_letter_opens_nothing(stage):
    ask(stage, "new@partner.example", "viewer")
    older = link_to(stage, "new@partner.example")
    ask(stage, "new@partner.example", "commenter")
    assert stage.app.test_client().get(older).status_code == 404
    assert stage.app.test_client().get(link_to(stage, "new@partner.example")).status_code == 200


def test_who_is_signed_in_with_another_address_cannot_accept_for_somebody(stage):
    chloe = stage.guest(cast.chloe)
    stage.guest(member("Nuno"))
    ask(stage, "nuno@cast.example")
    path = link_to(stage, "nuno@cast.example")
    refused = answer(chloe, path)
    assert refused.status_code == 422 and "another address" in refused.text
    assert parts(stage) == {"Ana": "lead"}


def test_the_token_of_one_invitation_cannot_be_guessed_from_its_row(stage):
    ask(stage, "new@partner.example")
    with stage.app.app_context():
        invitation_id = db.session.scalar(select(Invitation.id))
    for token in (invitation_id, f"{invitation_id}.", f"{invitation_id}.{'0' * 40}"):
        assert stage.app.test_client().get(f"/invitations/{token}").status_code == 404


def test_an_invitation_is_worth_as_much_as_its_senders_word(stage):
    ask(stage, "new@partner.example")
    path = link_to(stage, "new@partner.example")
    with stage.app.app_context():
        ana = accounts.find_user("ana@cast.example")
        accounts.end_membership(ana.memberships[0], ana)
        db.session.commit()
    assert stage.app.test_client().get(path).status_code == 404


def test_a_newcomer_whom_the_city_has_not_let_in_invites_nobody(app):
    with app.app_context():
        uma = cast.person("Uma", city="porto", member_state="requested")
        public_id = cast.draft(uma).practice.public_id
        db.session.commit()
    browser = cast.client_of(app, uma)
    form = {"csrf_token": cast.token_for(app, browser), "email": "x@y.example", "role": "viewer"}
    assert browser.post(f"/write/{public_id}/invitations", data=form).status_code == 404
    assert browser.post(f"/write/{public_id}/links", data={**form, "days": "30"}).status_code == 404


def test_nobody_is_asked_for_what_they_have_and_bad_addresses_are_told(stage):
    answered = ask(stage, "ana@cast.example")
    assert answered.status_code == 422 and "has a part in the case already" in answered.text
    assert "Write a mail address" in ask(stage, "nonsense").text
    assert ask(stage, "x@y.example", "lead").status_code == 422


def test_letters_to_one_address_are_limited(stage):
    for role in ("viewer", "commenter", "co-author", "viewer", "commenter"):
        ask(stage, "new@partner.example", role)
    answered = ask(stage, "new@partner.example", "viewer")
    assert answered.status_code == 429 and "Too many letters" in answered.text


# The parts


def test_a_viewer_reads_and_nothing_else(stage):
    vera = join(stage, lambda: cast.person("Vera"), "viewer")
    assert vera.get(stage.address("preview")).status_code == 200
    for last in ("problem", "notes", "history", "submission"):
        assert vera.get(stage.address(last)).status_code == 404, last
    assert "You look on." in vera.get("/write").text


def test_a_commenter_reads_and_notes_but_does_not_write(stage):
    carlo = join(stage, lambda: cast.person("Carlo"), "commenter")
    assert carlo.get(stage.address("notes")).status_code == 200
    form = paper.filled(
        carlo.get(stage.address("notes")), {"note-challenge": "Since when?"}, do="note:challenge"
    )
    assert carlo.post(stage.address("notes"), data=form).status_code == 303
    assert "Since when?" in stage.browser.get(stage.address("problem")).text
    for last in ("problem", "history", "submission"):
        assert carlo.get(stage.address(last)).status_code == 404, last
    form = {"csrf_token": cast.token_for(stage.app, carlo), "challenge": "Mine now."}
    assert carlo.post(stage.address("problem"), data=form).status_code == 404


def test_a_co_author_writes_but_neither_submits_nor_invites(stage):
    nuno = join(stage, member("Nuno"))
    form = {"csrf_token": cast.token_for(stage.app, nuno), "email": "x@y.example", "role": "viewer"}
    assert nuno.post(stage.address("invitations"), data=form).status_code == 404
    assert nuno.post(stage.address("submission"), data=form).status_code == 403
    assert nuno.get(stage.address("people")).status_code == 200


def test_whoever_has_commented_does_not_review_the_case(stage):
    with stage.app.app_context():
        bruno = cast.bruno()
        practice = practices.find(stage.public_id)
        authorship.take_part(practice, bruno, "commenter")
        review = moderation.submit(db.session.get(Revision, stage.revision_id), practice.lead)
        with pytest.raises(moderation.ConflictOfInterest):
            moderation.take(review, bruno)


def change(stage, name, role, browser=None):
    browser = browser or stage.browser
    with stage.app.app_context():
        user_id = db.session.scalar(select(User.id).where(User.name == name))
    form = {"csrf_token": cast.token_for(stage.app, browser), "role": role}
    return browser.post(stage.address(f"people/{user_id}"), data=form)


def test_ana_changes_a_part_and_takes_it_away_and_the_person_hears(stage):
    nuno = join(stage, member("Nuno"))
    assert change(stage, "Nuno", "viewer").status_code == 303
    assert nuno.get(stage.address("problem")).status_code == 404
    assert change(stage, "Nuno", "none").status_code == 303
    assert parts(stage) == {"Ana": "lead"}
    assert nuno.get(stage.address("preview")).status_code == 404
    assert change(stage, "Nuno", "none").status_code == 409
    told = [words for kind, address, words in letters(stage) if kind == "part-changed"]
    assert "you now read the draft" in told[0] and "has ended your part" in told[1]


def test_nuno_leaves_by_himself_and_the_lead_hears(stage):
    nuno = join(stage, member("Nuno"))
    assert change(stage, "Nuno", "none", nuno).location == "/write"
    assert parts(stage) == {"Ana": "lead"}
    assert ("left-case", "ana@cast.example") in [one[:2] for one in letters(stage)]


def test_nobody_gives_themselves_another_part_nor_changes_others(stage):
    nuno = join(stage, member("Nuno"), "viewer")
    assert change(stage, "Nuno", "co-author", nuno).status_code == 404
    assert change(stage, "Ana", "none", nuno).status_code == 404
    assert parts(stage) == {"Ana": "lead", "Nuno": "viewer"}
    with stage.app.app_context():
        user = accounts.find_user("nuno@cast.example")
        with pytest.raises(practices.NotAllowed):
            authorship.change(practices.find(stage.public_id), user, "co-author", user)


def test_a_case_keeps_its_lead(stage):
    assert change(stage, "Ana", "none").status_code == 303
    assert change(stage, "Ana", "viewer").status_code == 303
    assert parts(stage) == {"Ana": "lead"}


# Handing on


def test_the_case_is_handed_on_once_the_colleague_accepts(stage):
    nuno = stage.guest(member("Nuno"))
    assert offer(stage, "nuno@cast.example").status_code == 303
    assert parts(stage) == {"Ana": "lead"}
    assert "offers you a case to lead" in nuno.get("/write").text
    assert answer(nuno, link_to(stage, "nuno@cast.example")).status_code == 303
    assert parts(stage) == {"Ana": "co-author", "Nuno": "lead"}
    assert ("handed-on", "ana@cast.example") in [one[:2] for one in letters(stage)]
    with stage.app.app_context():
        assert db.session.query(AuditLine).filter(AuditLine.act == "take over case").count() == 1
    form = {"csrf_token": cast.token_for(stage.app, nuno)}
    assert nuno.post(stage.address("submission"), data=form).status_code == 303


def test_the_citys_admin_offers_a_case_whose_author_is_gone(stage):
    ines = stage.guest(member("Ines", city_admin=True))
    nuno = stage.guest(member("Nuno"))
    assert offer(stage, "nuno@cast.example", ines).status_code == 303
    answer(nuno, link_to(stage, "nuno@cast.example"))
    assert parts(stage) == {"Ana": "co-author", "Nuno": "lead"}


@pytest.mark.parametrize("heir", ["nobody@cast.example", "chloe@cast.example", "ana@cast.example"])
def test_it_is_offered_to_nobody_from_elsewhere(stage, heir):
    stage.guest(cast.chloe)
    assert offer(stage, heir).status_code == 422
    with stage.app.app_context():
        assert not db.session.scalar(select(Invitation.id))


def test_a_co_author_cannot_offer_the_case(stage):
    nuno = join(stage, member("Nuno"))
    form = {"csrf_token": cast.token_for(stage.app, nuno), "heir": "nuno@cast.example"}
    assert nuno.post(stage.address("handover"), data=form).status_code == 404


def test_whoever_left_the_city_meanwhile_does_not_take_over(stage):
    nuno = stage.guest(member("Nuno"))
    offer(stage, "nuno@cast.example")
    path = link_to(stage, "nuno@cast.example")
    with stage.app.app_context():
        user = accounts.find_user("nuno@cast.example")
        accounts.end_membership(user.memberships[0], user)
        db.session.commit()
    refused = answer(nuno, path)
    assert refused.status_code == 422 and "no longer work for this city" in refused.text
    assert parts(stage) == {"Ana": "lead"}


def test_only_the_latest_offer_stands(stage):
    for name in ("Nuno", "Olga"):
        stage.guest(member(name))
    offer(stage, "nuno@cast.example")
    first = link_to(stage, "nuno@cast.example")
    offer(stage, "olga@cast.example")
    assert stage.app.test_client().get(first).status_code == 404


def test_a_case_never_has_two_leads(stage):
    """The database says so, whatever a verb forgets."""
    from sqlalchemy.exc import IntegrityError

    with stage.app.app_context():
        practice = db.session.scalar(select(Practice))
        practice.authors.append(Author(user=cast.person("Nuno", city="porto"), role="lead"))
        with pytest.raises(IntegrityError):
            db.session.commit()


# The page


def test_the_page_costs_the_same_for_one_person_and_for_twelve(stage):
    def add(*numbers):
        with stage.app.app_context():
            practice = practices.find(stage.public_id)
            for number in numbers:
                authorship.take_part(practice, cast.person(f"Guest{number}"), "viewer")
                authorship.invite(practice, f"guest{number}@partner.example", "viewer", practice.lead)
                sharing.share(practice, practice.lead)
            db.session.commit()

    add(0)
    with counted_queries() as few:
        stage.browser.get(stage.address("people"))
    add(*range(1, 12))
    with counted_queries() as many:
        assert "guest11@partner.example" in stage.browser.get(stage.address("people")).text
    assert len(many) == len(few)


def test_strangers_and_moderators_do_not_see_who_takes_part(stage):
    for person in (cast.chloe, cast.bruno):
        assert stage.guest(person).get(stage.address("people")).status_code == 404
