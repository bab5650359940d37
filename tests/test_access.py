"""Every cell of tests/access.py, asserted; and what every answer carries, whoever asks."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from exchange.accounts import service as accounts
from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.moderation.models import Review
from exchange.moderation.service.tables import batches, uploads
from exchange.notifications.models import Letter
from exchange.practices import authorship, history, schema, sharing, tables, translating
from exchange.practices import service as practices
from exchange.search import alerts, indexing
from exchange.search.query import Query
from exchange.taxonomy import service as taxonomy
from tests import cast, conftest
from tests.access import ACCESS, ANONYMOUS, DEEDS, IDLE, IN_ONE_PRESS, NO_LINE, ROLES
from tests.moderation import stage as moderation_stage
from tests.network import things as network_things
from tests.network.kept import stage as kept
from tests.network.ledger import stage as ledger
from tests.network.members import stage as members
from tests.network.people import stage as people_stage
from tests.network.talk import stage as talk
from tests.practices import sheets

REFUSED = (401, 403, 404)


class Stage:
    """One installation with a person of each role and a case in each state; put back after every act."""

    def __init__(self, folder, template):
        self.app = conftest.copied_app(template, folder)
        self.folder, self.with_forms = folder, {}
        with self.app.app_context():
            self.people = people()
            self.args = cases(self.people, self.app)
            self.forms = forms(self.people, self.args)
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

    def client_with_form(self, role):
        """A browser that has a form open, and the form’s token, which is the same for a whole session."""
        if role not in self.with_forms:
            client = self.client(role)
            token = cast.token_for(self.app, client)
            self.with_forms[role] = client.get_cookie("exchange").value, token
        cookie, token = self.with_forms[role]
        client = self.app.test_client()
        client.set_cookie("exchange", cookie)
        return client, token

    def address(self, endpoint):
        args = {**self.args["any"], **self.args.get(endpoint, {})}
        with self.app.test_request_context():
            rule = next(rule for rule in self.app.url_map.iter_rules() if rule.endpoint == endpoint)
            return self.app.url_for(endpoint, **{name: args[name] for name in rule.arguments if name in args})

    def act(self, endpoint, role, form, columns=(AuditLine.act,)):
        """(status, rows of these columns in the audit) of one filled-in form, which is undone afterwards."""
        (client, token), last = self.client_with_form(role), self.lines()
        files = {"file": (io.BytesIO(cast.PDF), "report.pdf")} if "kind" in form else {}
        data = {"csrf_token": token, **form, **files}
        answer = client.post(self.address(endpoint), data=data, buffered=True)
        with self.app.app_context():
            new = select(*columns).where(AuditLine.id > last).order_by(AuditLine.id)
            found = db.session.execute(new).all()
        if found or answer.status_code < 400:
            self.restore()
        return answer.status_code, found

    def lines(self):
        with self.app.app_context():
            return db.session.scalar(select(func.max(AuditLine.id)))

    def ask(self, endpoint, method, role):
        """The answer to an empty form (with its token) or a look; an act that succeeded is undone."""
        client, token = self.client_with_form(role) if method == "POST" else (self.client(role), None)
        data = {"csrf_token": token} if token else None
        answer = client.open(self.address(endpoint), method=method, data=data, buffered=True)
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


UPLOAD_PAGES = (
    "upload",
    "columns",
    "choose_columns",
    "choose_sheet",
    "make_drafts",
    "problems",
    "remove_upload",
)
BATCH_PAGES = ("batch", "batch_description", "describe_batch", "hand_in")


def bulk(people):
    """Arguments for the pages of Ana's file, and of three batches of Rita's, each further than the last."""
    rita, porto = people["reader"], cast.find_city("porto")
    data = sheets.workbook(["Title"], ["From a table"], More=[["Title"], ["From another sheet"]])
    table = tables.read(data)
    upload = uploads.stage(people["author"], data, "cases.xlsx", table, ["title"], "en", city=porto)
    upload.state = "checked"
    begun, submitted, vetted = (batch_with_case(people, rita, porto, name) for name in "ABC")
    for batch in (submitted, vetted):
        batches.hand_in(batch, rita, list(schema.DECLARATIONS))
    batches.record_vetting(vetted, people["moderator"], "A jury", "It read them.", "2026")
    case = db.session.execute(batches.cases(submitted)).first().Practice
    return {
        **{f"moderation.{name}": {"id": upload.id} for name in UPLOAD_PAGES},
        **{f"moderation.{name}": {"id": begun.id} for name in BATCH_PAGES},
        **{f"moderation.{name}": {"id": submitted.id} for name in ("vetting", "batch_letters")},
        "moderation.batch_exception": {"id": submitted.id, "public_id": case.public_id},
        "moderation.approve_batch": {"id": vetted.id},
        "moderation.bulk_template": {"ext": "csv"},
    }


def batch_with_case(people, sender, city, name):
    batch = batches.open_batch(people["coordinator"], sender, kind="award", name=name, cities=[city])
    answers = {field: value for field, value in cast.ANSWERS.items() if field != "declarations"}
    uploads.take_row({**answers, "title": f"Of batch {name}", "language": "en"}, "1", sender, city, batch)
    return batch


def cases(people, app):
    """Arguments for the addresses: Ana's draft, submission, review, and public case."""
    ana, bruno = people["author"], people["moderator"]
    draft = cast.draft(ana, title="A draft").practice
    submitted = moderation.submit(cast.draft(ana, title="Submitted"), ana)
    taken = moderation.submit(cast.draft(ana, title="Taken"), ana)
    moderation.take(taken, bruno)
    remark = moderation.comment(taken, "summary", "Which year?", bruno)
    suggestion = moderation.suggest(taken, bruno, "summary", "Residents spend a part of the budget.")
    public = cast.published(ana, bruno, title="Public")
    told = cast.published(ana, bruno, title="Told by others", told_by="partner")
    rejected = moderation.submit(cast.draft(ana, title="Rejected"), ana)
    moderation.take(rejected, bruno)
    moderation.decide(rejected, "reject", bruno, reason="Not a practice.")
    approved = moderation.submit(cast.draft(ana, title="Approved"), ana)
    moderation.take(approved, bruno)
    moderation.decide(approved, "approve", bruno, design="monitoring", independence="own", publish_now=False)
    planned = moderation.submit(cast.draft(ana, title="Planned"), ana)
    moderation.take(planned, bruno)
    later = now() + timedelta(days=9)
    moderation.decide(planned, "approve", bruno, design="trial", independence="own", publish_at=later)
    moderation.set_embargo(draft, later, ana, "The council first.")
    pause = moderation.pause(
        later, later + timedelta(days=1), people["coordinator"], "Vote", cast.find_city("porto")
    )
    appealed = moderation.submit(cast.draft(ana, title="Appealed"), ana)
    moderation.take(appealed, bruno)
    moderation.decide(appealed, "reject", bruno, reason="Not a practice.")
    moderation.appeal(appealed, ana, "It is.")
    moderation.give_label(told, "featured", bruno, "For its honesty.")
    versions = cast.published(ana, bruno, title="Versions")
    cast.next_published(versions, ana, bruno)
    withdrawn = cast.published(ana, bruno, title="Gone")
    moderation.take_down(withdrawn, people["coordinator"], "The city asked.")
    asked = cast.published(ana, bruno, title="To be withdrawn")
    moderation.practices.ask_withdrawal(asked, ana, "It has ended.")
    member = accounts.ask_membership(cast.person("Nora"), cast.find_city("porto"))
    link = accounts.make_link("sign-in", people["reader"])
    waiting = cast.translation(
        public, ana, "fr", title="Public, en français", summary="Les habitants décident."
    )
    translating.submit(waiting, ana)
    german = {"title": "Öffentlich", "summary": "Die Leute entscheiden."}
    cast.translation(public, ana, "de", **german)
    spoken = cast.translated(told, ana, bruno, "de", **german)
    merged = cast.published(ana, bruno, title="Merged")
    moderation.merge(merged, public, people["coordinator"], "The same case.")
    saved, asked_for = (
        alerts.save(Query(q="rent"), "", "weekly", "en", address=f"{name}@cast.example") for name in "ab"
    )
    alerts.confirm(saved)
    stopped = alerts.save(Query(q="bus"), "", "weekly", "en", address="c@cast.example")
    alerts.confirm(stopped)
    alerts.stop(stopped)
    image, document = cast.public_media(public, ana)
    about = {"subject": f"practice:{public.public_id}"}
    letter = Letter(
        key="k", kind="taken", address="a@cast.example", message_id="<k@x>", details=about, **about
    )
    letter.failed_at = now()
    db.session.add(letter)
    links = by_link(people, draft, told)
    together = cast.draft(ana, title="Together").practice
    authorship.take_part(together, cast.person("Vera"), "viewer")
    invitation = authorship.invite(together, "new@partner.example", "viewer", ana)
    shared = sharing.share(together, ana)
    practices.save(together.revisions[0], {"challenge": "Another problem."}, {}, ana)
    db.session.flush()
    write = {"public_id": draft.public_id}
    taxonomy.let_in_tags(["Bike", "Bikes"])
    missed = taxonomy.propose("tag", "", "Superblocks", "en", "Three cases need it.", ana)
    both = {"public_id": together.public_id}
    earlier = {**both, "snapshot_id": history.of(together.revisions[0])[-1].id}
    look = {"token": sharing.token_of(shared)}
    study = ("A study", "https://study.example/", "trial", "It helped.", "en")
    proposal = moderation.propose_evaluation(public, people["reader"], *study)
    claim = moderation.claims_of(public)[0].key
    in_review = {"public_id": taken.practice.public_id}
    reason = {"code": "no-source"}
    moderation.retire_reason(moderation.find_reason("advertising"), people["coordinator"])
    imported = moderation.submit(moderation_stage.imported(), None)
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
            "suggestion_id": suggestion.id,
            "member_id": member.id,
            "user_id": people["reader"].id,
            "token": accounts.token_of(link),
            "version": "x",
            "path": "css/base.css",
            "code": "fr",
            "medium_id": document.id,
            "facet": "topic",
            "value": "cycling",
            "claim": claim,
            "language": "fr",
            "letter_id": letter.id,
        },
        "front.topic": {"slug": "housing"},
        "front.call_for_cases": {"topic": "cycling", "region": "150", "size": "small"},
        **bulk(people),
        **talk.access(people),
        **people_stage.access(people),
        **network_things.access(people),
        **ledger.access(people, public, told),
        **members.access(people),
        **kept.access(people, public),
        "network.membership_year": {"year": 2026},
        "search.confirm_alert": {"token": alerts.asking_token_of(asked_for)},
        "search.alert": {"token": alerts.token_of(saved)},
        "search.stop_alert": {"token": alerts.token_of(saved)},
        "search.start_alert": {"token": alerts.token_of(stopped)},
        "search.delete_alert": {"token": alerts.token_of(saved)},
        **links,
        "api.result": {"ext": "csv"},
        "api.citation": {"ext": "bib"},
        "practices.medium": {"medium_id": image.id, "size": 320, "ext": "jpg"},
        "accounts.city_admin": {"member_id": people["author"].memberships[0].id},
        "accounts.restoration": {"user_id": people["suspended"].id},
        "moderation.new_draft": {"public_id": public.public_id},
        "moderation.write": write,
        "moderation.save": write,
        "moderation.preview": write,
        "moderation.history": write,
        "moderation.earlier": earlier,
        "moderation.restore": earlier,
        "moderation.files": write,
        "moderation.beside": write,
        "moderation.leave_notes": write,
        "moderation.people": both,
        "moderation.change_part": {**both, "user_id": together.authors[-1].user_id},
        "moderation.invite_author": both,
        "moderation.withdraw_invitation": {**both, "invitation_id": invitation.id},
        "moderation.hand_over": both,
        "moderation.share": both,
        "moderation.end_sharing": {**both, "link_id": shared.id},
        "moderation.invitation": {"token": authorship.token_of(invitation)},
        "moderation.shared": look,
        "moderation.shared_text": look,
        "moderation.submission": write,
        "moderation.submit": write,
        "moderation.withdraw": {"public_id": submitted.practice.public_id},
        "moderation.author_answers": in_review,
        "moderation.wording": in_review,
        "moderation.wording_answer": in_review,
        "moderation.change_reason": reason,
        "moderation.retire_reason": reason,
        "moderation.revive_reason": {"code": "advertising"},
        "moderation.bulk": {"imported": imported.id},
        "moderation.claim": {"id": submitted.id},
        "moderation.reopening": {"id": rejected.id},
        "moderation.plan": {"id": approved.id},
        "moderation.plan_cancellation": {"id": planned.id},
        "moderation.upholding": {"id": appealed.id},
        "moderation.appeal": {"public_id": rejected.practice.public_id},
        "moderation.reply": {"public_id": approved.practice.public_id},
        "moderation.embargo": {"public_id": submitted.practice.public_id},
        "moderation.embargo_end": write,
        "moderation.pause_end": {"id": pause.id},
        "moderation.label_removal": {"public_id": told.public_id, "label_id": told.labels[0].id},
        "moderation.comparison": {"public_id": versions.public_id, "old": 1, "new": 2},
        "moderation.publication": {"id": approved.id},
        "moderation.restoration": {"public_id": withdrawn.public_id},
        "moderation.withdrawal_decision": {"public_id": asked.public_id},
        "moderation.evaluation": {"id": proposal.id},
        "moderation.decide_evaluation": {"id": proposal.id},
        **{f"moderation.{name}": {"id": waiting.id} for name in ("translation_review", "decide_translation")},
        "moderation.remove_translation": {"id": spoken.id},
        "moderation.translation": {"language": "de"},
        "moderation.save_translation": {"language": "de"},
        "moderation.merger": {"public_id": told.public_id},
        "moderation.parting": {"public_id": merged.public_id},
        "moderation.confirmation": {"public_id": told.public_id},
        "moderation.word_decision": {"id": missed.id},
        "moderation.synonym_removal": {"id": taxonomy.synonyms("topic")[0].id},
    }


def forms(people, args):
    """What only the stage knows of the forms in DEEDS: ids, and fingerprints of texts."""
    draft = moderation.practices.find(args["moderation.save"]["public_id"])
    names = {field.name for field in schema.find_step("problem").fields}
    taken = db.session.get(Review, args["any"]["id"])
    missed = args["moderation.word_decision"]["id"]
    waiting = translating.find(args["moderation.decide_translation"]["id"])
    public = waiting.practice
    together = practices.find(args["moderation.restore"]["public_id"])
    return {
        **network_things.forms(args),
        **ledger.forms(args),
        **members.forms(args),
        **talk.forms(args),
        "moderation.restore": {"base": practices.base_of(together.revisions[0], tuple(schema.FIELDS))},
        "moderation.save_translation": {"base": translating.base_of(translating.working(public, "de"))},
        "moderation.decide_translation": {"seen_hash": waiting.content_hash},
        "moderation.merger": {"into": public.public_id},
        "network.add_to_collection": {"practice": args["any"]["public_id"]},
        "moderation.word_names": {
            "base": practices.fingerprint(taxonomy.find_word("topic", "cycling").texts)
        },
        "moderation.word_decision": {f"p{missed}-decision": "take", f"p{missed}-reason": "Yes."},
        "moderation.save": {"base": moderation.practices.base_of(draft.revisions[0], names)},
        "moderation.notes": {"base": moderation.base_of_note(None)},
        "moderation.bulk": {"case": ticked(args["moderation.bulk"]["imported"])},
        "moderation.assignment": {"assign-person": people["expert"].id},
        "moderation.label_removal": {
            f"label-{args['moderation.label_removal']['label_id']}-reason": "A month is over."
        },
        "moderation.decision": {"seen_hash": moderation.practices.content_hash(taken.revision)},
        "moderation.decide_by_link": {"seen_hash": moderation.clearing.hash_of(draft.revisions[0])},
        "moderation.answer_by_link": {"base": moderation.practices.base_of(draft.revisions[0], ["solution"])},
    }


def by_link(people, draft, told):
    """Arguments for the addresses of those who are asked by a link."""
    ana, ask = people["author"], moderation
    ask.clearing.ask(draft, [("Pia", "pia@porto.example", "press", "en")], ana)
    (clearance,) = ask.clearing.row_of(draft)
    picture = cast.put_media(draft, ana)[0]
    text = practices.working_revision(draft)
    practices.write(text, {"media": [{"file": picture.id, "alt": "A square"}]}, {})
    colleague = ask.asking.ask(draft, ["solution"], "", "Rui", "rui@porto.example", "en", ana)
    proposal = ask.asking.propose(text, "solution", "Rui", new="Other words.")
    db.session.add(proposal)
    notice = ask.telling.add(told, "Ines", "ines@porto.example", "en", ana)
    ask.by_link.send(notice, "tell city", ask.telling.LIFE)
    ask.telling.reply(told, "We see it otherwise.", "Ines", notice=notice)
    stopped = cast.draft(ana, title="Stopped by the press office").practice
    ask.clearing.ask(stopped, [("Pia", "pia@porto.example", "press", "en")], ana)
    words = {"": "Not like this."}
    hash_of = ask.clearing.hash_of(stopped.revisions[0])
    ask.clearing.decide(ask.clearing.row_of(stopped)[0], "objected", hash_of, words)
    elsewhere = cast.draft(ana, title="Told about Wien", city="wien").practice
    elsewhere.told_by = "partner"
    db.session.flush()
    token = {one: {"token": ask.by_link.token_of(one)} for one in (clearance, colleague, notice)}
    write = {"public_id": draft.public_id}
    own = (
        "clearance",
        "ask_clearance",
        "waive_clearance",
        "colleagues",
        "ask_colleague",
        "proposals",
        "teller",
        "choose_teller",
    )
    return {
        **{f"moderation.{name}": write for name in own},
        "moderation.withdraw_clearance": {**write, "asked_id": clearance.id},
        "moderation.withdraw_question": {**write, "asked_id": colleague.id},
        "moderation.decide_proposal": {**write, "id": proposal.id},
        "moderation.ask_clearance_again": {"public_id": stopped.public_id},
        "moderation.name_city_contact": {"public_id": elsewhere.public_id},
        "moderation.hide_reply": {"public_id": told.public_id},
        "moderation.taking_over": {"public_id": told.public_id},
        "moderation.city_reply": {"public_id": told.public_id},
        "moderation.clearance_by_link": token[clearance],
        "moderation.decide_by_link": token[clearance],
        "moderation.picture_by_link": {**token[clearance], "medium_id": picture.id},
        "moderation.answers_by_link": token[colleague],
        "moderation.answer_by_link": token[colleague],
        "moderation.confirm_by_link": token[notice],
        "moderation.answer_confirmation": token[notice],
        "moderation.reply_by_link": token[notice],
    }


def ticked(review_id):
    return f"{review_id}:{db.session.get(Review, review_id).revision.content_hash}"


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


ACTS = [name for name, row in ACCESS.items() if "POST" in row]


@pytest.mark.parametrize("endpoint", ACTS)
def test_every_act_that_changes_something_leaves_exactly_one_line_in_the_audit(stage, endpoint):
    assert (endpoint in DEEDS) != (endpoint in NO_LINE), f"say in tests/access.py what {endpoint} does"
    done = []
    for role in ROLES:
        form = {**DEEDS.get(endpoint, {}), **stage.forms.get(endpoint, {})}
        status, lines = stage.act(endpoint, role, form)
        let_in = role in ACCESS[endpoint]["POST"] - IDLE.get(endpoint, set())
        wanted = 1 if let_in and status < 400 and endpoint in DEEDS else 0
        assert len(lines) == wanted, f"{endpoint} as {role}: {status}, {lines}"
        done += [role] * wanted
    assert done or endpoint in NO_LINE, f"{endpoint}: nobody’s act was done, the last answer was {status}"


@pytest.mark.parametrize("endpoint", IN_ONE_PRESS)
def test_two_acts_by_one_press_leave_one_line_that_tells_of_both(stage, endpoint):
    form, act, along = IN_ONE_PRESS[endpoint]
    told = []
    for role in sorted(ACCESS[endpoint]["POST"]):
        form = {**form, **stage.forms.get(endpoint, {})}
        status, lines = stage.act(endpoint, role, form, columns=(AuditLine.act, AuditLine.details))
        assert len(lines) == (1 if status < 400 else 0), f"{endpoint} as {role}: {status}, {lines}"
        told += [(one.act, one.details["with"]) for one in lines]
    assert told and told == [(act, along)] * len(told)


@pytest.mark.parametrize("endpoint", ACCESS)
def test_a_method_that_a_route_lacks_is_answered_with_405(stage, endpoint):
    path = stage.address(endpoint).partition("?")[0]
    present = set(stage.app.url_map.bind("127.0.0.1").allowed_methods(path))
    for method in {"POST", "PUT", "PATCH", "DELETE", "GET"} - present:
        client, token = stage.client_with_form("moderator")
        data = {"csrf_token": token} if method != "GET" else None
        answer = client.open(stage.address(endpoint), method=method, data=data, buffered=True)
        assert answer.status_code == 405, f"{method}: {answer.status_code}"


BY_LINK = {  # their own address is the secret that a form's token would be
    "moderation.decide_by_link",
    "moderation.answer_by_link",
    "moderation.answer_confirmation",
    "moderation.reply_by_link",
    "moderation.shared",
}
WITHOUT_TOKEN = {
    "search.stop_alert",
    "network.stop_following",
    *BY_LINK,
}  # RFC 8058: a mail program stops letters with one POST
SECRET = {"moderation.shared", "moderation.shared_text"}  # whose address goes nowhere else


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
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
        secret = endpoint in SECRET and answer.status_code != 405
        assert not secret or headers["Referrer-Policy"] == "no-referrer"
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
    "moderation.invitation",
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
