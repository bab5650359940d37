"""kill -9 of the server and the worker at random, while people submit and approve and the index is written.

Real processes on an instance of their own (SQLite), real HTTP, real signals. After each kill: every act
that was acknowledged is in the database exactly once, nothing is half done, and the index equals the table.
"""

import http.client
import random
import shutil
import sqlite3
import threading
import time
from collections import Counter, defaultdict, deque
from contextlib import closing
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, text

from exchange.core import journal, schema
from exchange.core.journal import AuditLine, News
from exchange.core.models import db, reading
from exchange.moderation.models import Decision, Review
from exchange.notifications.models import Letter
from exchange.practices.models import Practice, Revision
from exchange.search import indexing
from tests import cast
from tests.conftest import make_app
from tests.server import Server, children, is_alive

ROUNDS = {False: 3, True: 36}  # kills in the short and in the full run
ON_HAND = 24  # drafts that wait to be submitted when a round begins
PEOPLE = 4  # who act at the same time
PATIENCE = 60.0  # seconds after which a wait has failed
ALL = ("supervisor", "web", "work")
VICTIMS = (ALL, ("work",), ("web",), ("supervisor",))
ACTS = ("submit", "take", "approve", "publish")
LEADS_TO = {  # state → the acts that lead there, each once
    "draft": ACTS[:0],
    "submitted": ACTS[:1],
    "in_review": ACTS[:2],
    "approved": ACTS[:3],
    "published": ACTS,
}
LETTERS = {"submit": "submitted", "take": "taken", "publish": "published"}  # act → what Ana gets


class Case:
    """A case on its way: who judges it, the text that is judged, and whether approving publishes."""

    def __init__(self, revision, judge, at_once):
        self.public_id, self.hash = revision.practice.public_id, revision.content_hash
        self.judge, self.at_once = judge, at_once

    def steps(self, review_id):
        """(who, address, form, the acts that an answer acknowledges), one after the other."""
        yield "ana", f"/write/{self.public_id}/submission", {}, ACTS[:1]
        here = f"/review/{review_id(self.public_id)}"
        yield self.judge, f"{here}/claim", {}, ACTS[1:2]
        verdict = {
            "verdict": "approve",
            "design": "before-after",
            "independence": "own",
            "seen_hash": self.hash,
        }
        if self.at_once:
            yield self.judge, f"{here}/decision", {**verdict, "publish_now": "y"}, ACTS[2:]
        else:
            yield self.judge, f"{here}/decision", verdict, ACTS[2:3]
            yield self.judge, f"{here}/publication", {}, ACTS[3:]


def title(number):
    """One like no other: whoever submits a case like a public one is asked whether it is the same."""
    return sha256(str(number).encode()).hexdigest()[:24]


class Network:
    """An instance on SQLite, whatever the suite runs on, and people who are signed in."""

    def __init__(self, folder):
        self.folder, self.file = folder, folder / "exchange.sqlite"
        self.app = make_app(folder, f"sqlite:///{self.file}")
        self.told, self.keys = 0, {}
        with self.app.app_context():
            schema.migrate()
            cast.vocabulary()
            people = {"ana": cast.ana(), "bruno": cast.bruno(), "milan": cast.person("Milan", "moderator")}
            self.ana = people["ana"].id
            db.session.commit()
        for name, person in people.items():
            client = cast.client_of(self.app, person)
            self.keys[name] = client.get_cookie("exchange").value, cast.token_for(self.app, client)

    def drafts(self, count):
        """So many new cases of Ana's, ready to be submitted."""
        with self.app.app_context():
            ana = db.session.get(cast.User, self.ana)
            revisions = [cast.draft(ana, title=title(self.told + n)) for n in range(count)]
            db.session.commit()
            self.told += count
            return [
                Case(revision, ("bruno", "milan")[n % 2], at_once=n % 3 > 0)
                for n, revision in enumerate(revisions)
            ]

    def review_id(self, public_id):
        query = "SELECT r.id FROM reviews r JOIN practices p ON p.id = r.practice_id WHERE p.public_id = ?"
        with closing(sqlite3.connect(self.file, timeout=30)) as connection:
            return connection.execute(query, [public_id]).fetchone()[0]

    def close(self):
        with self.app.app_context():
            db.engine.dispose()


class Crowd:
    """Threads that walk cases through their steps by HTTP; what got no answer is sent again, as people do."""

    def __init__(self, network, server):
        self.network, self.server = network, server
        self.cases, self.finished = deque(), 0
        self.acknowledged, self.cut, self.odd = [], 0, []
        self.door, self.inside, self.open, self.over = threading.Condition(), 0, False, False
        self.threads = [threading.Thread(target=self.play, daemon=True) for _ in range(PEOPLE)]
        for thread in self.threads:
            thread.start()

    def go_on(self):
        with self.door:
            self.open = True
            self.door.notify_all()

    def pause(self):
        """Nobody sends anything any more, and every answer has come or will never come."""
        with self.door:
            self.open = False
            assert self.door.wait_for(lambda: self.inside == 0, PATIENCE)

    def go_home(self):
        with self.door:
            self.open = self.over = True
            self.door.notify_all()
        for thread in self.threads:
            thread.join(PATIENCE)

    def play(self):
        while not self.over:
            try:
                case = self.cases.popleft()
            except IndexError:
                time.sleep(0.02)
                continue
            for step in case.steps(self.network.review_id):
                while not (self.over or self.send(case, *step)):
                    time.sleep(0.05)
            self.finished += not self.over

    def send(self, case, who, address, form, acts):
        """True when it was acknowledged."""
        with self.door:
            self.door.wait_for(lambda: self.open)
            self.inside += 1
        try:
            status = self.post(who, address, form)
        except (OSError, http.client.HTTPException):
            self.cut += 1
            return False
        else:
            if status == 303:
                self.acknowledged += [(case.public_id, act) for act in acts]
            elif status != 503:
                self.odd.append((status, address))
            return status != 503
        finally:
            with self.door:
                self.inside -= 1
                self.door.notify_all()

    def post(self, who, address, form):
        cookie, token = self.network.keys[who]
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)) as connection:
            headers = {"Cookie": f"exchange={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", address, urlencode({"csrf_token": token, **form}), headers)
            response = connection.getresponse()
            response.read()
            return response.status


# What must be true after every kill


def faults(app, acknowledged):
    """What is lost, doubled or half done, as sentences."""
    with app.app_context(), reading():
        cases = db.session.execute(
            select(Practice.public_id, Practice.visibility, Revision).join(
                Revision, Revision.practice_id == Practice.id
            )
        ).all()
        audit = acts_of(
            (act, line.subject)
            for line in db.session.scalars(select(AuditLine))
            for act in (line.act, *line.details.get("with", ()))
        )
        news = acts_of((one.act, one.payload["subject"]) for one in db.session.scalars(select(News)))
        reviews = {}
        for review in db.session.scalars(select(Review)):
            reviews.setdefault(review.revision_id, []).append(review)
        decisions = {decision.review_id: decision for decision in db.session.scalars(select(Decision))}
    found = [
        f"{key}: {act} was acknowledged and is there {audit[key][act]} times"
        for key, act in acknowledged
        if audit[key][act] != 1
    ]
    for key, visibility, revision in cases:
        wanted = Counter(LEADS_TO[revision.state])
        if audit[key] != wanted:
            found.append(f"{key}: {revision.state}, but the audit says {dict(audit[key])}")
        if news[key] != wanted:
            found.append(f"{key}: {revision.state}, but the news says {dict(news[key])}")
        if (visibility == "public") != (revision.state == "published"):
            found.append(f"{key}: {revision.state}, but {visibility}")
        if not is_consistent(revision, reviews.get(revision.id, []), decisions):
            found.append(f"{key}: {revision.state}, but its review or decision is not as it must be")
    return found


def acts_of(pairs):
    """Public id → Counter of ACTS."""
    found = defaultdict(Counter)
    for act, subject in pairs:
        if act in ACTS:
            found[subject.removeprefix("practice:")][act] += 1
    return found


def is_consistent(revision, reviews, decisions):
    """Whether a text in this state has the review and the decision that belong to it."""
    if revision.state == "draft":
        return reviews == []
    if len(reviews) != 1:
        return False
    review, decision = reviews[0], decisions.get(reviews[0].id)
    if revision.state in ("submitted", "in_review"):
        taken = review.reviewer_id is not None
        return review.closed_at is None and decision is None and taken == (revision.state == "in_review")
    right_text = decision and revision.approved_hash == revision.content_hash == decision.content_hash
    return bool(review.closed_at and right_text and decision.verdict == "approve")


def faults_of_letters(app, acknowledged):
    """Letters that are missing, doubled or unsent, as sentences."""
    with app.app_context(), reading():
        letters = db.session.scalars(select(Letter)).all()
    sent = Counter((letter.details["subject"], letter.kind, letter.address) for letter in letters)
    files = len(list((app.config["SETTINGS"].instance / "mail").glob("*.eml")))
    found = [f"{letter} is there {times} times" for letter, times in sent.items() if times > 1]
    found += [f"{letter.key} has not been sent" for letter in letters if not letter.sent_at]
    found += [f"{len(letters)} letters, but {files} files"] if files != len(letters) else []
    for key, act in acknowledged:
        if act in LETTERS and not sent[f"practice:{key}", LETTERS[act], "ana@cast.example"]:
            found.append(f"{key}: no letter about {act}")
    return found


def seconds_until(done, began):
    """How long after `began` this came true; fails after PATIENCE."""
    while not done():
        assert time.monotonic() < began + PATIENCE, "it has never come true"
        time.sleep(0.03)
    return time.monotonic() - began


def index_is_equal(app):
    with app.app_context():
        return indexing.verify() == [] and indexing.is_whole()


def nothing_waits(app):
    with app.app_context(), reading():
        letters = db.session.scalar(select(Letter.id).where(Letter.sent_at.is_(None)).limit(1))
        return journal.oldest_waiting() is None and letters is None


# The kills


@pytest.fixture
def network(tmp_path):
    network = Network(tmp_path)
    yield network
    network.close()


@pytest.fixture
def server(network):
    secret = network.app.config["SETTINGS"].secret_key
    waits = {"EXCHANGE_REPLY_DAYS": "0", "EXCHANGE_TELL_CITY_DAYS": "0"}
    server = Server(network.folder, demo=False, EXCHANGE_SECRET_KEY=secret, **waits).start()
    yield server
    server.stop()


def test_no_acknowledged_write_is_lost_however_the_processes_are_killed(network, server, full, capsys):
    chance = random.Random(20)
    crowd, delays, written = Crowd(network, server), [], 0
    try:
        for number in range(ROUNDS[full]):
            crowd.cases.extend(network.drafts(ON_HAND - len(crowd.cases)))
            crowd.go_on()
            time.sleep(chance.uniform(0.1, 0.9))
            victims = VICTIMS[number % len(VICTIMS)]
            written += wait_for_the_index(network, chance) if "work" in victims else 0
            delays.append((strike(network, server, crowd, victims), " + ".join(victims)))
            assert faults(network.app, crowd.acknowledged) == [], victims
        finish(network, crowd)
    finally:
        crowd.go_home()
    assert faults(network.app, crowd.acknowledged) == []
    assert faults_of_letters(network.app, crowd.acknowledged) == []
    assert crowd.odd == []
    assert len(crowd.acknowledged) == len(ACTS) * network.told
    with network.app.app_context():
        assert journal.dead_letters() == []
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
    with capsys.disabled():
        print(
            f"\n{len(delays)} kills ({written} while the index was written), {network.told} cases, "
            f"{len(crowd.acknowledged)} acts acknowledged, {crowd.cut} requests cut off; "
            "index equal after at most {:.1f} s ({})".format(*max(delays))
        )


def wait_for_the_index(network, chance):
    """Often: until the worker writes the index or builds a lost one; returns whether it was seen to."""
    folder = network.folder / "index"
    if chance.random() < 0.3:
        return 0
    if chance.random() < 0.3:
        shutil.rmtree(folder, ignore_errors=True)
    before, end = listing(folder), time.monotonic() + 2
    while listing(folder) == before and time.monotonic() < end:
        time.sleep(0.001)
    seen = time.monotonic() < end
    time.sleep(chance.uniform(0, 0.02))
    return int(seen)


def listing(folder):
    try:
        return {path.name for path in (folder, *folder.glob("g-*")) for path in path.iterdir()}
    except OSError:
        return set()


def strike(network, server, crowd, victims):
    """Kill, bring everything up again; returns the seconds until the index equals the table."""
    family = [pid for pid, _ in children(server.process.pid)]
    killed = server.kill(*victims)
    assert killed, victims
    began = time.monotonic()
    if "supervisor" in victims:
        seconds_until(lambda: not any(is_alive(pid) for pid in family), began)  # its children follow it
        began = time.monotonic()
        server.start()
    crowd.pause()
    return seconds_until(lambda: index_is_equal(network.app), began)


def finish(network, crowd):
    """Every case reaches its end, every letter its reader."""
    crowd.go_on()
    began = time.monotonic()
    seconds_until(lambda: crowd.finished == network.told, began)
    crowd.pause()
    seconds_until(lambda: nothing_waits(network.app) and index_is_equal(network.app), began)


# Would the test see a fault? Each of these plants one.


@pytest.fixture
def approved_case(network):
    """The public id of a case that went the whole way, with its letters, inside this process."""
    from exchange.cli import worker

    with network.app.app_context():
        ana = db.session.get(cast.User, network.ana)
        bruno = db.session.scalar(select(cast.User).where(cast.User.name == "Bruno"))
        practice = cast.published(ana, bruno)
        db.session.commit()
        worker.work_once()
        return practice.public_id


def test_an_answer_before_the_commit_would_be_seen(network, approved_case):
    draft = network.drafts(1)[0].public_id
    assert faults(network.app, [(approved_case, act) for act in ACTS]) == []
    assert faults(network.app, [(draft, "submit")]) == [
        f"{draft}: submit was acknowledged and is there 0 times"
    ]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE revisions SET state = 'in_review'",
        "DELETE FROM decisions",
        "UPDATE reviews SET closed_at = NULL",
        "DELETE FROM news",
        "INSERT INTO news (at, act, payload, tries, next_try_at) SELECT at, act, payload, 0, at FROM news",
        "UPDATE practices SET visibility = 'none'",
    ],
)
def test_what_is_half_done_or_done_twice_would_be_seen(network, approved_case, harm):
    assert faults(network.app, []) == []
    with network.app.app_context():
        db.session.execute(text(harm))
        db.session.commit()
    assert faults(network.app, []) != []


def test_a_lost_or_a_second_letter_would_be_seen(network, approved_case):
    told = [(approved_case, act) for act in ACTS]
    assert faults_of_letters(network.app, told) == []
    with network.app.app_context():
        letter = db.session.scalars(select(Letter)).first()
        letter.address = "nobody@cast.example"
        db.session.commit()
    assert len(faults_of_letters(network.app, told)) == 1
    next((network.folder / "mail").glob("*.eml")).unlink()
    assert len(faults_of_letters(network.app, told)) == 2
