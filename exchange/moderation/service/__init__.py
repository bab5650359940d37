"""The verbs of review: submit, take, comment, decide, publish, take back. The caller commits.

Every verb first holds the revision's row until the commit, so that of two who act at once one wins
and the other is told. The same act repeated has no second effect.
"""

from exchange.moderation.service.commenting import comment, resolve
from exchange.moderation.service.deciding import decide, reopen
from exchange.moderation.service.gates import hindrances
from exchange.moderation.service.importing import approve_import
from exchange.moderation.service.publishing import approval_of, publish
from exchange.moderation.service.refusals import (
    AlreadyDecided,
    AlreadyOpen,
    AlreadyTaken,
    ConflictOfInterest,
    NotReady,
    NotYet,
    ReasonMissing,
    Refusal,
    TextChanged,
)
from exchange.moderation.service.reviews import open_review
from exchange.moderation.service.rights import (
    conflict_of,
    has_written,
    leads,
    may_decide,
    may_read,
    may_resolve,
)
from exchange.moderation.service.submitting import submit, take_back, withdraw
from exchange.moderation.service.taking import assign, release, take
from exchange.moderation.service.visibility import confirm, decide_withdrawal, restore, take_down
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

__all__ = [
    "AlreadyDecided",
    "AlreadyOpen",
    "AlreadyTaken",
    "ConflictOfInterest",
    "NotAllowed",
    "NotReady",
    "NotYet",
    "ReasonMissing",
    "Refusal",
    "TextChanged",
    "approval_of",
    "approve_import",
    "assign",
    "comment",
    "confirm",
    "conflict_of",
    "decide",
    "decide_withdrawal",
    "has_written",
    "hindrances",
    "leads",
    "may_decide",
    "may_read",
    "may_resolve",
    "open_review",
    "practices",
    "publish",
    "release",
    "reopen",
    "resolve",
    "restore",
    "submit",
    "take",
    "take_back",
    "take_down",
    "withdraw",
]
