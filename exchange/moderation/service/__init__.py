"""The verbs of review: submit, take, comment, decide, publish, take back. The caller commits.

Every verb first holds the revision's row until the commit, so that of two who act at once one wins
and the other is told. The same act repeated has no second effect.
"""

from exchange.moderation.service.clock import look_at_the_clock
from exchange.moderation.service.links import asking, by_link, clearing, freshness, telling
from exchange.moderation.service.links.by_link import LinkOver
from exchange.moderation.service.publication.appealing import appeal, may_answer, may_appeal, reopen, uphold
from exchange.moderation.service.publication.gates import hindrances, publication_hindrances
from exchange.moderation.service.publication.held import tell_of_holds
from exchange.moderation.service.publication.holds import (
    embargo_of,
    end_pause,
    holds_on,
    lift_embargo,
    may_change,
    may_embargo,
    may_pause,
    pause,
    pauses,
    set_embargo,
)
from exchange.moderation.service.publication.labelling import GIVEN, give_label, take_label
from exchange.moderation.service.publication.merging import merge, part
from exchange.moderation.service.publication.planning import cancel_plan, plan, plan_of, publish_due
from exchange.moderation.service.publication.public_notes import PublicNote, public_note
from exchange.moderation.service.publication.publishing import publish
from exchange.moderation.service.publication.replying import may_reply, reply, reply_until
from exchange.moderation.service.publication.visibility import confirm, decide_withdrawal, restore, take_down
from exchange.moderation.service.reasons import (
    add_reason,
    canned_reasons,
    change_reason,
    find_reason,
    retire_reason,
    revive_reason,
)
from exchange.moderation.service.refusals import (
    AlreadyAnswered,
    AlreadyDecided,
    AlreadyOpen,
    AlreadyTaken,
    AlreadyTakenUp,
    CheckedMeanwhile,
    CodeTaken,
    ConflictOfInterest,
    Hindered,
    Hindrance,
    KnownAlready,
    NotLater,
    NotReady,
    NotYet,
    ReasonMissing,
    Refusal,
    TextChanged,
    TooFar,
    TooManyWaiting,
)
from exchange.moderation.service.review.checking import (
    NEED_A_NOTE,
    check_claim,
    checks_of,
    claims_of,
    may_check,
)
from exchange.moderation.service.review.commenting import answer, comment, resolve
from exchange.moderation.service.review.dating import latest_due, may_date, set_due
from exchange.moderation.service.review.deciding import decide
from exchange.moderation.service.review.evaluating import (
    accept_evaluation,
    accepted_evaluations,
    decline_evaluation,
    evaluations_of,
    may_propose,
    propose_evaluation,
    proposed_evaluations,
    remove_evaluation,
    words_of_evaluations,
)
from exchange.moderation.service.review.noting import base_of_note, keep_note, note_of
from exchange.moderation.service.review.reading import last_reading, read
from exchange.moderation.service.review.suggesting import accept, decline, places, suggest, take_back_wording
from exchange.moderation.service.review.taking import assign, release, take
from exchange.moderation.service.reviews import approval_of, open_review
from exchange.moderation.service.rights import (
    conflict_of,
    has_written,
    leads,
    may_decide,
    may_read,
    may_resolve,
    may_suggest,
    reads_file,
    resolver,
)
from exchange.moderation.service.submitting import submit, take_back, withdraw
from exchange.moderation.service.tables.bulk import in_bulk
from exchange.moderation.service.tables.importing import approve_import
from exchange.moderation.service.translating import (
    decide_translation,
    remove_translation,
    say_what_is_read,
    wrote,
)
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

__all__ = [
    "AlreadyAnswered",
    "AlreadyDecided",
    "AlreadyOpen",
    "AlreadyTaken",
    "AlreadyTakenUp",
    "CheckedMeanwhile",
    "CodeTaken",
    "ConflictOfInterest",
    "GIVEN",
    "Hindered",
    "Hindrance",
    "KnownAlready",
    "LinkOver",
    "NEED_A_NOTE",
    "NotAllowed",
    "NotLater",
    "NotReady",
    "NotYet",
    "PublicNote",
    "ReasonMissing",
    "Refusal",
    "TextChanged",
    "TooFar",
    "TooManyWaiting",
    "accept",
    "accept_evaluation",
    "accepted_evaluations",
    "add_reason",
    "answer",
    "appeal",
    "approval_of",
    "approve_import",
    "asking",
    "assign",
    "base_of_note",
    "by_link",
    "cancel_plan",
    "canned_reasons",
    "change_reason",
    "check_claim",
    "checks_of",
    "claims_of",
    "clearing",
    "comment",
    "confirm",
    "conflict_of",
    "decide",
    "decide_translation",
    "decide_withdrawal",
    "decline",
    "decline_evaluation",
    "embargo_of",
    "end_pause",
    "evaluations_of",
    "find_reason",
    "freshness",
    "give_label",
    "has_written",
    "hindrances",
    "holds_on",
    "in_bulk",
    "keep_note",
    "last_reading",
    "latest_due",
    "leads",
    "lift_embargo",
    "look_at_the_clock",
    "may_answer",
    "may_appeal",
    "may_change",
    "may_check",
    "may_date",
    "may_decide",
    "may_embargo",
    "may_pause",
    "may_propose",
    "may_read",
    "may_reply",
    "may_resolve",
    "may_suggest",
    "note_of",
    "open_review",
    "pause",
    "pauses",
    "places",
    "plan",
    "plan_of",
    "merge",
    "part",
    "practices",
    "propose_evaluation",
    "proposed_evaluations",
    "public_note",
    "publication_hindrances",
    "publish",
    "publish_due",
    "read",
    "reads_file",
    "release",
    "remove_evaluation",
    "remove_translation",
    "reopen",
    "reply",
    "reply_until",
    "resolve",
    "resolver",
    "restore",
    "retire_reason",
    "revive_reason",
    "set_due",
    "set_embargo",
    "say_what_is_read",
    "submit",
    "suggest",
    "take",
    "take_back",
    "take_back_wording",
    "take_down",
    "take_label",
    "tell_of_holds",
    "telling",
    "uphold",
    "withdraw",
    "words_of_evaluations",
    "wrote",
]
