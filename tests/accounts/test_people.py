"""Looking after others, seen from the browser: a city's people, requests, accounts."""

import pytest

from exchange.accounts import service
from tests import cast
from tests.accounts import visits


@pytest.fixture
def stage(app):
    """Boss looks after Porto, Nadia asks to work for it; the others have reasons of their own to look."""

    def make():
        cast.ana()
        cast.person("Boss", city="porto", city_admin=True)
        cast.person("Nadia", city="porto", member_state="requested")
        cast.person("Uma", city="porto", member_state="requested", verified=False)
        cast.person("Wiebke", city="wien", city_admin=True)
        cast.bruno(), cast.chloe()
        cast.person("Esi", "expert")
        cast.person("Cora", "coordinator")
        cast.person("Root", "admin")

    visits.commit(app, make)
    return lambda name: visits.user(app, f"{name.lower()}@cast.example")


def browser(app, stage, name):
    return cast.client_of(app, stage(name) if name else None)


def membership(stage, name="Nadia"):
    return stage(name).memberships[0]


PEOPLE = "/cities/porto/people"


def test_the_citys_own_admin_and_a_coordinator_look_after_its_people_and_nobody_else(app, stage):
    seen = {
        name: browser(app, stage, name).get(PEOPLE).status_code
        for name in (None, "Chloe", "Nadia", "Ana", "Wiebke", "Esi", "Bruno", "Root", "Boss", "Cora", "Uma")
    }
    assert seen.pop(None) == 401
    assert {name for name, status in seen.items() if status == 200} == {"Boss", "Cora"}
    assert {status for status in seen.values() if status != 200} == {404}
    assert browser(app, stage, "Cora").get("/cities/atlantis/people").status_code == 404
    assert browser(app, stage, "Cora").get("/cities/a%00b/people").status_code == 404


def test_the_page_names_who_waits_and_who_works_there_but_not_the_unproven(app, stage):
    page = browser(app, stage, "Boss").get(PEOPLE).text
    assert "nadia@cast.example" in page and "ana@cast.example" in page
    assert "uma@cast.example" not in page


def test_porto_lets_nadia_in(app, stage):
    client, member = browser(app, stage, "Boss"), membership(stage)
    answer = visits.send(client, f"/memberships/{member.id}/decision", on=PEOPLE, decision="approve")
    assert (answer.status_code, answer.location) == (303, PEOPLE)
    assert "Nadia now works for Porto here." in client.get(PEOPLE).text
    nadia = stage("Nadia")
    assert nadia.is_of(member.city_id) and not nadia.is_admin_of(member.city_id)
    assert nadia.memberships[0].decided_by_id == stage("Boss").id
    assert ("membership approved", nadia.id) in [
        (act, int(payload["subject"].split(":")[1])) for act, payload in visits.news(app)
    ]


def test_of_two_who_decide_one_wins_and_the_other_is_told(app, stage):
    path = f"/memberships/{membership(stage).id}/decision"
    boss, cora = browser(app, stage, "Boss"), browser(app, stage, "Cora")
    secrets = [cast.token_for(app, client) for client in (boss, cora)]
    boss.post(path, data={"csrf_token": secrets[0], "decision": "decline"})
    answer = cora.post(
        path, data={"csrf_token": secrets[1], "decision": "approve", "next": "/people/requests"}
    )
    assert answer.location == "/people/requests"
    assert "Someone else decided that meanwhile." in cora.get("/people/requests").text
    assert membership(stage).state == "declined"


def test_nobody_from_elsewhere_decides_and_nobody_decides_for_themselves(app, stage):
    visits.commit(app, lambda: service.ask_membership(service.find_user("cora@cast.example"), porto()))
    own = membership(stage, "Cora").id
    for name, member_id, expected in (
        (None, membership(stage).id, 401),
        ("Wiebke", membership(stage).id, 404),
        ("Nadia", membership(stage).id, 404),
        ("Ana", membership(stage).id, 404),
        ("Root", membership(stage).id, 404),
        ("Cora", own, 404),
        ("Cora", 999_999, 404),
        ("Cora", 2**63, 404),
    ):
        client = browser(app, stage, name)
        data = {"csrf_token": visits.secret_in(client.get("/sign-in" if not name else "/account"))}
        for path in ("decision", "administration"):
            answer = client.post(
                f"/memberships/{member_id}/{path}", data={**data, "decision": "approve", "is_admin": "yes"}
            )
            assert answer.status_code == expected, (name, path)
    assert membership(stage).state == membership(stage, "Cora").state == "requested"


def porto():
    return cast.find_city("porto")


def test_a_decision_that_the_page_does_not_offer_is_refused(app, stage):
    client, member = browser(app, stage, "Boss"), membership(stage)
    for path, name in (("decision", "decision"), ("administration", "is_admin")):
        answer = visits.send(client, f"/memberships/{member.id}/{path}", on=PEOPLE, **{name: "maybe"})
        assert answer.status_code == 400
    assert membership(stage).state == "requested"


def test_ana_is_made_administrator_and_no_longer_works_there_at_last(app, stage):
    client, member = browser(app, stage, "Boss"), membership(stage, "Ana")
    for wish in ("yes", "no", "yes"):
        visits.send(client, f"/memberships/{member.id}/administration", on=PEOPLE, is_admin=wish)
        assert stage("Ana").is_admin_of(member.city_id) == (wish == "yes")
    assert browser(app, stage, "Ana").get(PEOPLE).status_code == 200
    visits.send(client, f"/memberships/{member.id}/end", on=PEOPLE)
    assert membership(stage, "Ana").state == "ended"
    assert browser(app, stage, "Ana").get(PEOPLE).status_code == 404


def test_nobody_ends_the_membership_of_a_person_of_another_city(app, stage):
    member = membership(stage, "Ana")
    answer = visits.send(browser(app, stage, "Wiebke"), f"/memberships/{member.id}/end", on="/account")
    assert answer.status_code == 404 and membership(stage, "Ana").state == "approved"


def test_boss_invites_a_colleague_and_sees_that_the_invitation_waits(app, stage):
    client = browser(app, stage, "Boss")
    path = "/cities/porto/invitations"
    answer = visits.send(client, path, on=PEOPLE, email="not an address")
    assert answer.status_code == 422 and 'value="not an address"' in answer.text
    assert visits.send(client, path, on=PEOPLE, email="New@cast.example", as_admin="y").status_code == 303
    assert "new@cast.example" in client.get(PEOPLE).text
    (link,) = visits.letters(app)
    assert (link.purpose, link.email, link.as_admin) == ("invitation", "new@cast.example", True)
    sent = [visits.send(client, path, on=PEOPLE, email="new@cast.example") for _ in range(5)]
    assert sent[-1].status_code == 429 and 'value="new@cast.example"' in sent[-1].text
    assert visits.send(browser(app, stage, "Wiebke"), path, on="/account").status_code == 404


def test_a_coordinator_sees_who_waits_anywhere(app, stage):
    page = browser(app, stage, "Cora").get("/people/requests")
    assert "nadia@cast.example" in page.text and "uma@cast.example" not in page.text
    for name in ("Boss", "Bruno", "Root", "Chloe"):
        assert browser(app, stage, name).get("/people/requests").status_code == 404
    assert browser(app, stage, None).get("/people/requests").status_code == 401


@pytest.mark.parametrize(
    ("who", "path"), [("Boss", PEOPLE), ("Cora", "/people/requests"), ("Root", "/people/accounts")]
)
def test_a_longer_list_asks_the_database_no_more_often(app, stage, who, path):
    client, counts = browser(app, stage, who), []
    for more in (1, 2, 47):
        visits.commit(app, lambda more=more: [crowd(len(counts), i) for i in range(more)])
        with visits.statements() as asked:
            assert client.get(path).status_code == 200
        counts.append(asked.total())
    assert len(set(counts)) == 1


def crowd(batch, number):
    state = "approved" if number % 2 else "requested"
    return cast.person(f"P{batch}n{number}", "expert", city="porto", member_state=state)


# Accounts


def test_accounts_are_the_administrators_and_nobody_elses(app, stage):
    ana = stage("Ana")
    for name in (None, "Chloe", "Ana", "Boss", "Esi", "Bruno", "Cora"):
        client = browser(app, stage, name)
        for path in ("/people/accounts", f"/people/accounts/{ana.id}"):
            assert client.get(path).status_code == (404 if name else 401)
        if name:
            for path in ("suspension", "restoration", "roles"):
                data = {"reason": "x", "role": "moderator", "change": "give"}
                sent = visits.send(client, f"/people/accounts/{ana.id}/{path}", on="/account", **data)
                assert sent.status_code == 404
    assert not stage("Ana").suspended_at and not stage("Ana").roles


def test_root_finds_accounts_by_name_or_address(app, stage):
    client = browser(app, stage, "Root")
    assert "nadia@cast.example" in client.get("/people/accounts").text
    page = client.get("/people/accounts?q=NADI").text
    assert "nadia@cast.example" in page and "ana@cast.example" not in page
    assert "Nobody found" in client.get("/people/accounts?q=100%25").text
    for odd in ("q=%00", "q=%25", "q=_", "q='", "page=0", "page=-3", "page=99999999999999999999", "page=x"):
        assert client.get(f"/people/accounts?{odd}").status_code == 200
    visits.commit(app, lambda: [cast.person(f"Person{i:03}") for i in range(60)])
    first, second = (client.get(f"/people/accounts?q=person&page={n}").text for n in (1, 2))
    assert "person000@" in first and "person059@" not in first and "person059@" in second
    assert "1–50 of 60" in first and "51–60 of 60" in second


def test_root_suspends_with_a_reason_and_lets_back_in(app, stage):
    client, ana = browser(app, stage, "Root"), stage("Ana")
    page = f"/people/accounts/{ana.id}"
    answer = visits.send(client, f"{page}/suspension", on=page, reason=" ")
    assert answer.status_code == 422 and "Write the reason." in answer.text
    assert visits.send(client, f"{page}/suspension", on=page, reason="Sold the tram").status_code == 303
    assert stage("Ana").suspended_at and "Sold the tram" in client.get(page).text
    visits.send(client, f"{page}/suspension", on=page, reason="again")
    visits.send(client, f"{page}/restoration", on=page, reason="Bought it back")
    assert not stage("Ana").suspended_at
    lines = [
        (act, by, details) for act, subject, by, details in visits.audit(app) if subject == f"user:{ana.id}"
    ]
    root = stage("Root").id
    assert lines == [
        ("suspend", root, {"reason": "Sold the tram"}),
        ("restore", root, {"reason": "Bought it back"}),
    ]


def test_root_gives_and_takes_roles_but_never_the_administrators(app, stage):
    client, ana = browser(app, stage, "Root"), stage("Ana")
    page = f"/people/accounts/{ana.id}"
    for role in ("expert", "moderator", "coordinator"):
        visits.send(client, f"{page}/roles", on=page, role=role, change="give")
    assert stage("Ana").roles == {"expert", "moderator", "coordinator"}
    visits.send(client, f"{page}/roles", on=page, role="moderator", change="take")
    assert stage("Ana").roles == {"expert", "coordinator"}
    assert visits.send(client, f"{page}/roles", on=page, role="admin", change="give").status_code == 400
    assert visits.send(client, f"{page}/roles", on=page, role="king", change="give").status_code == 400
    given = [details["role"] for act, _, by, details in visits.audit(app) if act == "grant role" and by]
    assert given == ["expert", "moderator", "coordinator"]


def test_root_changes_nothing_about_themselves(app, stage):
    client, root = browser(app, stage, "Root"), stage("Root")
    page = f"/people/accounts/{root.id}"
    assert client.get(page).status_code == 200
    for path in ("roles", "suspension", "restoration"):
        data = {"role": "coordinator", "change": "give", "reason": "x"}
        assert visits.send(client, f"{page}/{path}", on="/account", **data).status_code == 404
    assert stage("Root").roles == {"admin"} and not stage("Root").suspended_at


def test_an_administrator_has_no_editorial_power(app, stage):
    root = stage("Root")
    assert root.is_admin
    assert not (root.may_review or root.is_moderator or root.is_coordinator or root.may_write)


def test_an_account_that_left_or_never_was_is_not_there(app, stage):
    left = stage("Chloe").id
    visits.commit(app, lambda: service.leave(service.find_user("chloe@cast.example")))
    client = browser(app, stage, "Root")
    for user_id in (left, 0, 999_999, 2**63):
        assert client.get(f"/people/accounts/{user_id}").status_code == 404
    assert "left.invalid" not in client.get("/people/accounts").text
