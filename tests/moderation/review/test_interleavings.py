"""Two to ten editors and moderators at one case, in any order, each acting on what they saw a while ago.

After every step: a refusal has changed nothing, an act has left one line, done twice it counts once,
nobody's words are gone without being told, and the rules of review hold.
"""

from collections import Counter
from functools import cache, partial
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from exchange.accounts.models import User
from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service
from exchange.moderation.models import Comment, Decision, Note, Reading, Review, Suggestion
from exchange.practices import service as practices
from exchange.practices.models import WORKING, Author, Practice, Revision
from exchange.practices.service import Changed, NotAllowed
from tests import cast
from tests.moderation import stage

STEPS = 30
ALONE = lazyload("*")
FIELDS = ("summary", "solution")
RUNNING = {"claim_until", "warned_at"}  # a claim runs anew with every touch: that is no second effect
WORDS = st.sampled_from(("First words.", "Other words.", "Yet other words.", "The last words."))
SOMEONE = st.integers(0, 4)
FIELD = st.sampled_from(FIELDS)
YES = st.booleans()
NUMBERS = count()
ACTS = {  # what people do, and what has to be said of it
    "look": dict(who=SOMEONE, writes=YES),
    "save": dict(who=SOMEONE, fresh=YES, field=FIELD, words=WORDS, again=YES),
    "submit": dict(who=SOMEONE, usual=YES, again=YES),
    "withdraw": dict(who=SOMEONE, fresh=YES, again=YES),
    "take_back": dict(who=SOMEONE, again=YES),
    "begin_a_new_version": dict(again=YES),
    "say_yes_or_no_to_words": dict(who=SOMEONE, yes=YES, again=YES),
    "take": dict(who=SOMEONE, fresh=YES, again=YES),
    "release": dict(who=SOMEONE, again=YES),
    "comment": dict(who=SOMEONE, writes=YES, fresh=YES, field=FIELD, words=WORDS, blocks=YES, again=YES),
    "answer": dict(who=SOMEONE, writes=YES, words=WORDS, again=YES),
    "resolve": dict(who=SOMEONE, usual=YES, again=YES),
    "suggest": dict(who=SOMEONE, fresh=YES, field=FIELD, words=WORDS, again=YES),
    "take_words_back": dict(who=SOMEONE, again=YES),
    "read": dict(who=SOMEONE, fresh=YES, again=YES),
    "approve": dict(who=SOMEONE, usual=YES, fresh=YES, again=YES),
    "ask_for_changes": dict(who=SOMEONE, usual=YES, fresh=YES, again=YES),
    "publish": dict(who=SOMEONE, again=YES),
}
LIKELY = {  # what people do with a text in that state; some acts oftener than others
    "draft": ("look", "save", "save", "save", "submit", "submit", "say_yes_or_no_to_words"),
    "submitted": ("look", "take", "take", "take", "withdraw", "comment"),
    "in_review": (
        *("look", "take", "release", "withdraw", "comment", "answer", "resolve", "resolve", "read", "save"),
        *("suggest", "suggest", "take_words_back", "say_yes_or_no_to_words", "say_yes_or_no_to_words"),
        *("approve", "approve", "approve", "ask_for_changes", "ask_for_changes"),
    ),
    "approved": ("look", "publish", "publish", "publish", "take_back", "save", "approve"),
    "published": ("look", "begin_a_new_version", "begin_a_new_version", "publish", "save", "withdraw"),
}


class Interleaving(RuleBasedStateMachine):
    """`app` and `done` (what was done or refused, how often) are set by the test."""

    app = done = state = None
    turn = 0

    @initialize(editors=st.integers(1, 5), moderators=st.integers(1, 5))
    def come_together(self, editors, moderators):
        with self.app.app_context():
            mark = next(NUMBERS)
            people = [cast.person(f"editor{mark}x{number}", city="porto") for number in range(editors)]
            practice = cast.draft(people[0]).practice
            practice.authors += [Author(user=one, role="co-author") for one in people[1:]]
            judges = [cast.person(f"moderator{mark}x{number}", "moderator") for number in range(moderators)]
            db.session.commit()
            self.practice_id, self.public_id = practice.id, practice.public_id
            self.editors, self.moderators = [one.id for one in people], [one.id for one in judges]
        self.seen, self.lines, self.state, self.turn = {}, [], "draft", 1

    @rule(data=st.data())
    def go_on(self, data):
        """Mostly what makes sense with the text as it is, every sixth time whatever comes to mind."""
        likely = LIKELY.get(self.state) if self.turn % 6 else tuple(ACTS)
        name = data.draw(st.sampled_from(likely), label="act")
        getattr(self, name)(**{word: data.draw(of, label=word) for word, of in ACTS[name].items()})

    # What people see, and act upon later

    def look(self, who, writes):
        self.look_as(self.person(who, writes))

    def look_as(self, user_id):
        with self.app.app_context():
            practice = db.session.get(Practice, self.practice_id)
            text = practices.working_revision(practice) or practices.public_revision(practice)
            review = service.open_review(practice)
            self.seen[user_id] = {
                "revision": text.id,
                "words": {field: text.get(field) for field in FIELDS},
                "bases": {field: practices.base_of(text, [field]) for field in FIELDS},
                "hash": practices.content_hash(text),
                "review": review.id if review else None,
            }

    def known_to(self, user_id, fresh):
        if fresh or user_id not in self.seen:
            self.look_as(user_id)
        return self.seen[user_id]

    def person(self, who, writes):
        among = self.editors if writes else self.moderators
        return among[who % len(among)]

    def holder(self, who, usual):
        """Whoever has the case, or anybody."""
        with self.app.app_context():
            review = service.open_review(db.session.get(Practice, self.practice_id, options=[ALONE]))
            has_it = review and review.reviewer_id
        return has_it if usual and has_it else self.person(who, False)

    # Those who tell it

    def save(self, who, fresh, field, words, again):
        user_id = self.person(who, True)
        seen = self.known_to(user_id, fresh)
        with self.app.app_context():
            stands = db.session.get(Revision, seen["revision"]).get(field)

        def act(by):
            text, base = db.session.get(Revision, seen["revision"]), seen["bases"][field]
            practices.save(text, {field: words}, {field: {}}, by, base)

        outcome = self.do("save", user_id, act, again)
        if outcome is None:
            assert stands in (seen["words"][field], words), "overwritten without a word"
        elif isinstance(outcome, Changed):
            assert stands not in (seen["words"][field], words), "a conflict where there was none"

    def submit(self, who, usual, again):
        user_id = self.editors[0] if usual else self.person(who, True)
        self.do("submit", user_id, lambda by: service.submit(self.text(), by), again)

    def withdraw(self, who, fresh, again):
        user_id = self.person(who, True)
        seen = self.known_to(user_id, fresh)
        if seen["review"]:
            self.do("withdraw", user_id, lambda by: service.withdraw(self.review(seen), by), again)

    def take_back(self, who, again):
        text_id = self.text_id()
        self.do(
            "take back",
            self.person(who, True),
            lambda by: service.take_back(db.session.get(Revision, text_id), by),
            again,
        )

    def begin_a_new_version(self, again):
        def act(by):
            public = practices.public_revision(db.session.get(Practice, self.practice_id))
            if public is None:
                raise NotAllowed("nothing is public")
            practices.next_draft(public, by)

        self.do("new version", self.editors[0], act, again, lines=0)

    def say_yes_or_no_to_words(self, who, yes, again):
        act = service.accept if yes else service.decline
        self.with_latest(Suggestion, "accept" if yes else "decline", self.person(who, True), act, again)

    # Those who review it

    def take(self, who, fresh, again):
        self.on_review("take", self.person(who, False), fresh, service.take, again)

    def release(self, who, again):
        self.on_review("release", self.person(who, False), True, service.release, again)

    def comment(self, who, writes, fresh, field, words, blocks, again):
        def act(review, by):
            service.comment(review, field, words, by, blocking=blocks)

        self.on_review("comment", self.person(who, writes), fresh, act, again)

    def answer(self, who, writes, words, again):
        act = partial(self.answered_with, words)
        self.with_latest(Comment, "answer", self.person(who, writes), act, again)

    @staticmethod
    def answered_with(words, remark, by):
        service.answer(remark, words, by)

    def resolve(self, who, usual, again):
        self.with_latest(Comment, "resolve", self.holder(who, usual), service.resolve, again)

    def suggest(self, who, fresh, field, words, again):
        def act(review, by):
            service.suggest(review, by, field, words)

        self.on_review("suggest", self.person(who, False), fresh, act, again)

    def take_words_back(self, who, again):
        user_id = self.person(who, False)
        self.with_latest(Suggestion, "take words back", user_id, service.take_back_wording, again)

    def read(self, who, fresh, again):
        user_id = self.person(who, False)
        seen = self.known_to(user_id, fresh)
        self.on_review(
            "read", user_id, False, lambda review, by: service.read(review, by, seen["hash"]), again
        )

    def approve(self, who, usual, fresh, again):
        self.decide("approve", who, usual, fresh, again)

    def ask_for_changes(self, who, usual, fresh, again):
        self.decide("request_changes", who, usual, fresh, again)

    def decide(self, verdict, who, usual, fresh, again):
        user_id = self.holder(who, usual)
        seen = self.known_to(user_id, fresh)

        def act(review, by):
            how = {"reason": "In words.", "seen_hash": seen["hash"], "publish_now": False, **stage.JUDGED}
            service.decide(review, verdict, by, **how)

        self.on_review(verdict, user_id, False, act, again)

    def publish(self, who, again):
        text_id = self.text_id()

        def act(by):
            service.publish(db.session.get(Revision, text_id), by)

        self.do("publish", self.person(who, False), act, again)

    # How an act is done

    def on_review(self, name, user_id, fresh, act, again):
        seen = self.known_to(user_id, fresh)
        if seen["review"]:
            self.do(name, user_id, lambda by: act(self.review(seen), by), again)

    def with_latest(self, model, name, user_id, act, again):
        with self.app.app_context():
            found = db.session.scalar(
                select(model.id)
                .join(Review, Review.id == model.review_id)
                .where(Review.practice_id == self.practice_id)
                .order_by(model.id.desc())
                .limit(1)
            )
        if found:
            self.do(name, user_id, lambda by: act(db.session.get(model, found), by), again)

    def do(self, name, user_id, act, again, lines=1):
        """Do it, perhaps twice; returns the refusal, or None when it was done."""
        before = self.everything()
        refusal = self.attempt(user_id, act)
        after = self.everything()
        self.done[name if refusal is None else type(refusal).__name__] += 1
        if refusal is not None:
            assert after == before, f"{name} was refused with {refusal!r} and changed something"
            return refusal
        added = len(after["audit"]) - len(before["audit"])
        assert added == (0 if after == before else lines), f"{name} left {added} lines"
        if again:
            self.attempt(user_id, act)
            assert self.everything() == after, f"{name} was done twice"
        return None

    def attempt(self, user_id, act):
        """As a request does it: a session of its own, one commit. What else goes wrong fails the test."""
        with self.app.app_context():
            try:
                act(db.session.get(User, user_id))
                db.session.commit()
            except (service.Refusal, NotAllowed, Changed) as error:
                db.session.rollback()
                return error
        return None

    def text(self):
        practice = db.session.get(Practice, self.practice_id)
        return practices.working_revision(practice) or practices.public_revision(practice)

    def text_id(self):
        with self.app.app_context():
            return self.text().id

    @staticmethod
    def review(seen):
        return db.session.get(Review, seen["review"])

    def everything(self):
        """Every row about this case, as it stands."""
        with self.app.app_context():
            of_case = select(Review.id).where(Review.practice_id == self.practice_id)
            return {
                "practice": rows(Practice, Practice.id == self.practice_id),
                "revisions": rows(Revision, Revision.practice_id == self.practice_id),
                "reviews": rows(Review, Review.practice_id == self.practice_id),
                "readings": rows(Reading, Reading.practice_id == self.practice_id),
                **{
                    model.__tablename__: rows(model, model.review_id.in_(of_case))
                    for model in (Decision, Comment, Suggestion, Note)
                },
                "audit": self.lines_of_audit(),
            }

    def lines_of_audit(self):
        return rows(AuditLine, AuditLine.subject == f"practice:{self.public_id}")

    # What holds after every step

    @invariant()
    def the_rules_hold(self):
        if not hasattr(self, "public_id"):
            return
        with self.app.app_context():
            practice = db.session.get(Practice, self.practice_id, options=[ALONE])
            texts = all_of(Revision, self.practice_id)
            reviews = all_of(Review, self.practice_id)
            for text in texts:
                self.check_text(text)
            for review in reviews:
                self.check_review(review)
            public = [text for text in texts if text.state == "published"]
            working = [text for text in texts if text.state in WORKING]
            assert len(public) == (practice.visibility == "public")
            assert len(working) <= 1
            assert sum(review.closed_at is None for review in reviews) <= 1
            numbers = [text.number for text in texts if text.number]
            assert sorted(numbers) == list(range(1, len(numbers) + 1))
            self.state, self.turn = (working or public)[0].state, self.turn + 1
            lines = self.lines_of_audit()
        assert lines[: len(self.lines)] == self.lines, "the audit was rewritten"
        self.lines = lines

    def check_text(self, text):
        assert text.content_hash == practices.content_hash(text)
        if text.state in ("approved", "published", "superseded"):
            decision = service.approval_of(text)
            assert decision.content_hash == text.approved_hash == text.content_hash
            assert decision.by_id in self.moderators

    def check_review(self, review):
        assert review.reviewer_id is None or review.reviewer_id in self.moderators
        assert (review.closed_at is None) == (review.decision is None)
        decided = {"request_changes": "changes_requested", "reject": "rejected"}
        if review.decision and review.decision.verdict in decided:
            assert review.revision.state == decided[review.decision.verdict]
            assert review.decision.content_hash == review.revision.content_hash
        if review.closed_at is None:
            assert review.revision.state in ("submitted", "in_review")


def all_of(model, practice_id):
    """The rows of a case, each without what hangs on it: these are asked for after every step."""
    found = select(model).where(model.practice_id == practice_id).order_by(model.id).options(ALONE)
    return db.session.scalars(found).all()


def rows(model, condition):
    found = db.session.execute(every_column(model).where(condition))
    return [tuple(map(repr, row)) for row in found]


@cache
def every_column(model):
    columns = [column for column in model.__table__.columns if column.name not in RUNNING]
    return select(*columns).order_by(model.id)


MET = {"save", "submit", "take", "request_changes", "approve", "publish", "Changed", "AlreadyDecided"}
RARE = {"withdraw", "accept", "suggest", "comment", "new version", "AlreadyTaken", "TextChanged", "NotYet"}


def test_in_whatever_order_people_act_nothing_is_lost_done_twice_or_against_the_rules(app, full):
    """The long run is 500 interleavings, and then more of them until each rare conflict was met as well."""
    done = Counter()
    machine = type("ThisInterleaving", (Interleaving,), {"app": app, "done": done})
    interleave(machine, 500 if full else 25, full)
    for _ in range(10):
        if not full or set(done) >= RARE:
            break
        interleave(machine, 100, full)
    assert MET | (RARE if full else set()) <= set(done), done


def interleave(machine, times, by_chance):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=times,
            stateful_step_count=STEPS,
            derandomize=not by_chance,  # the same each time, but for the long run
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
