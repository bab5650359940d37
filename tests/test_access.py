"""Every cell of tests/access.py, asserted; and what every answer carries, whoever asks."""

import pytest

from exchange.accounts import service as accounts
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.search import alerts, indexing
from exchange.search.query import Query
from exchange.taxonomy import service as taxonomy
from tests import cast, conftest
from tests.access import ACCESS, ANONYMOUS, ROLES

REFUSED = (401, 403, 404)


class Stage:
    """One installation with a person of each role and a case in each state; put back after every act."""

    def __init__(self, folder, template):
        self.app = conftest.copied_app(template, folder)
        self.folder = folder
        with self.app.app_context():
            self.people = people()
            self.args = cases(self.people, self.app)
            self.tokens = {role: accounts.start_session(user) for role, user in self.people.items()}
            accounts.suspend(self.people["suspended"], self.people["admin"], "for the table")
            db.session.commit()
            indexing.rebuild()
            self.close()
        cast.keep(self.app, folder)

    def close(self):
        db.session.remove()
        db.engine.dispose()

    def restore(self):
        with self.app.app_context():
            self.close()
        cast.bring_back(self.app, self.folder)

    def client(self, role):
        client = self.app.test_client()
        if role != ANONYMOUS:
            client.set_cookie("exchange", f"s.{self.tokens[role]}")
        return client

    def address(self, endpoint):
        args = {**self.args["any"], **self.args.get(endpoint, {})}
        with self.app.test_request_context():
            rule = next(rule for rule in self.app.url_map.iter_rules() if rule.endpoint == endpoint)
            return self.app.url_for(endpoint, **{name: args[name] for name in rule.arguments if name in args})

    def ask(self, endpoint, method, role):
        """The answer to an empty form (with its token) or a look; an act that succeeded is undone."""
        client = self.client(role)
        data = {}
        if method == "POST":
            data["csrf_token"] = cast.token_for(self.app, client)
        answer = client.open(self.address(endpoint), method=method, data=data or None, buffered=True)
        if method == "POST" and answer.status_code < 400:
            self.restore()
        return answer


def people():
    return {
        "unverified": cast.person("Una", verified=False),
        "reader": cast.person("Rita"),
        "author": cast.ana(),
        "other author": cast.person("Otto", city="wien"),
        "city admin": cast.person("Ines", city="porto", city_admin=True),
        "expert": cast.person("Edith", "expert"),
        "moderator": cast.bruno(),
        "coordinator": cast.person("Cora", "coordinator"),
        "admin": cast.person("Ada", "admin"),
        "suspended": cast.person("Sam", "moderator"),
    }


def cases(people, app):
    """Arguments for the addresses: Ana's draft, submission, review, and public case."""
    ana, bruno = people["author"], people["moderator"]
    draft = cast.draft(ana, title="A draft").practice
    submitted = moderation.submit(cast.draft(ana, title="Submitted"), ana)
    taken = moderation.submit(cast.draft(ana, title="Taken"), ana)
    moderation.take(taken, bruno)
    remark = moderation.comment(taken, "summary", "Which year?", bruno)
    public = cast.published(ana, bruno, title="Public")
    told = cast.published(ana, bruno, title="Told by others", told_by="partner")
    rejected = moderation.submit(cast.draft(ana, title="Rejected"), ana)
    moderation.take(rejected, bruno)
    moderation.decide(rejected, "reject", bruno, reason="Not a practice.")
    approved = moderation.submit(cast.draft(ana, title="Approved"), ana)
    moderation.take(approved, bruno)
    moderation.decide(approved, "approve", bruno, design="monitoring", independence="own", publish_now=False)
    withdrawn = cast.published(ana, bruno, title="Gone")
    moderation.take_down(withdrawn, people["coordinator"], "The city asked.")
    asked = cast.published(ana, bruno, title="To be withdrawn")
    moderation.practices.ask_withdrawal(asked, ana, "It has ended.")
    member = accounts.ask_membership(cast.person("Nora"), cast.find_city("porto"))
    link = accounts.make_link("sign-in", people["reader"])
    saved, asked_for = (
        alerts.save(Query(q="rent"), "", "weekly", "en", address=f"{name}@cast.example") for name in "ab"
    )
    alerts.confirm(saved)
    image, document = cast.public_media(public, ana)
    db.session.flush()
    write = {"public_id": draft.public_id}
    return {
        "any": {
            "slug": "porto",
            "ref": public.public_id,
            "practice": public.public_id,
            "size": "mini",
            "public_id": public.public_id,
            "number": 1,
            "step": "problem",
            "id": taken.id,
            "comment_id": remark.id,
            "member_id": member.id,
            "user_id": people["reader"].id,
            "token": accounts.token_of(link),
            "version": "x",
            "path": "css/base.css",
            "code": "fr",
            "medium_id": document.id,
            "facet": "topic",
            "value": "cycling",
        },
        "front.topic": {"slug": "housing"},
        "search.confirm_alert": {"token": alerts.asking_token_of(asked_for)},
        "search.alert": {"token": alerts.token_of(saved)},
        "search.stop_alert": {"token": alerts.token_of(saved)},
        "search.start_alert": {"token": alerts.token_of(saved)},
        "search.delete_alert": {"token": alerts.token_of(saved)},
        "api.result": {"ext": "csv"},
        "api.citation": {"ext": "bib"},
        "practices.medium": {"medium_id": image.id, "size": 320, "ext": "jpg"},
        "moderation.write": write,
        "moderation.save": write,
        "moderation.preview": write,
        "moderation.submission": write,
        "moderation.submit": write,
        "moderation.withdraw": {"public_id": submitted.practice.public_id},
        "moderation.claim": {"id": submitted.id},
        "moderation.reopening": {"id": rejected.id},
        "moderation.publication": {"id": approved.id},
        "moderation.restoration": {"public_id": withdrawn.public_id},
        "moderation.withdrawal_decision": {"public_id": asked.public_id},
        "moderation.confirmation": {"public_id": told.public_id},
        "moderation.synonym_removal": {"id": taxonomy.synonyms("topic")[0].id},
    }


@pytest.fixture(scope="module")
def stage(template, tmp_path_factory):
    stage = Stage(tmp_path_factory.mktemp("stage"), template)
    yield stage
    conftest.put_away(stage.app)


def test_every_route_has_its_row_and_every_row_its_route(stage):
    rules = {}
    for rule in stage.app.url_map.iter_rules():
        rules.setdefault(rule.endpoint, set()).update(rule.methods - {"HEAD", "OPTIONS"})
    assert {endpoint: sorted(methods) for endpoint, methods in rules.items()} == {
        endpoint: sorted(row) for endpoint, row in ACCESS.items()
    }


CELLS = [(endpoint, method, role) for endpoint, row in ACCESS.items() for method in row for role in ROLES]


@pytest.mark.parametrize("endpoint", ACCESS)
def test_each_role_gets_what_the_table_says(stage, endpoint):
    wrong = []
    for method, allowed in ACCESS[endpoint].items():
        for role in ROLES:
            status = stage.ask(endpoint, method, role).status_code
            wanted = "let in" if role in allowed else (401 if role in (ANONYMOUS, "suspended") else 404)
            got = status if status in REFUSED or status >= 500 else "let in"
            if got != wanted:
                wrong.append(f"{method} as {role}: {status}, the table says {wanted}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("endpoint", ACCESS)
def test_a_method_that_a_route_lacks_is_answered_with_405(stage, endpoint):
    path = stage.address(endpoint).partition("?")[0]
    present = set(stage.app.url_map.bind("127.0.0.1").allowed_methods(path))
    for method in {"POST", "PUT", "PATCH", "DELETE", "GET"} - present:
        client = stage.client("moderator")
        data = {"csrf_token": cast.token_for(stage.app, client)} if method != "GET" else None
        answer = client.open(stage.address(endpoint), method=method, data=data, buffered=True)
        assert answer.status_code == 405, f"{method}: {answer.status_code}"


WITHOUT_TOKEN = {"search.stop_alert"}  # RFC 8058: a mail program stops letters with one POST


@pytest.mark.parametrize(
    "endpoint", [name for name, row in ACCESS.items() if "POST" in row and name not in WITHOUT_TOKEN]
)
def test_no_form_acts_without_its_own_token(stage, endpoint):
    for role in ("author", "moderator", "coordinator", "admin"):
        for token in ("", "foreign"):
            answer = stage.client(role).post(stage.address(endpoint), data={"csrf_token": token})
            goes_on = endpoint == "accounts.sign_in" and answer.status_code == 303  # signed in already
            assert answer.status_code in (400, 401, 404) or goes_on, (role, token)


@pytest.mark.parametrize("endpoint", ACCESS)
def test_every_answer_carries_its_headers_and_reading_sets_no_cookie(stage, endpoint):
    for method in ("GET", "POST", "DELETE"):
        answer = stage.client(ANONYMOUS).open(stage.address(endpoint), method=method, buffered=True)
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy
        if method == "GET" and answer.status_code != 401 and endpoint not in FORMS:
            assert "Set-Cookie" not in headers


FORMS = {
    "accounts.sign_up",
    "accounts.sign_in",
    "accounts.sign_in_link",
    "accounts.forgotten",
    "accounts.one_time_link",
    "core.choose_language",
    "search.new_alert",
    "search.confirm_alert",
    "search.alert",
}


def test_a_missing_page_and_a_broken_one_carry_them_too(stage):
    for path in ("/no-such-page", "/static/x/none.css", "/practices/ZZZZZZ"):
        answer = stage.client(ANONYMOUS).get(path)
        assert answer.status_code == 404 and "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_foreign_host_name_is_refused(stage):
    assert stage.client(ANONYMOUS).get("/", headers={"Host": "evil.example"}).status_code == 400


def test_an_unknown_thing_and_one_that_is_not_yours_look_the_same(stage):
    client = stage.client("reader")
    hidden, unknown = client.get(stage.address("moderation.write")), client.get("/write/ZZZZZZ/problem")
    path = stage.address("moderation.write").encode()
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.data.replace(path, b"") == unknown.data.replace(b"/write/ZZZZZZ/problem", b"")


def test_the_suspended_are_out_at_once(stage):
    assert stage.people["suspended"].suspended_at <= now()
    assert stage.client("suspended").get("/account").status_code == 401
