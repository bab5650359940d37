"""The list: every column that points to a person, and every one that holds an address or a name.

A test reads the database's tables and fails when one of them is missing here.
"""

from dataclasses import dataclass

REMOVED, KEPT = "removed", "kept"  # what becomes of a row when its person leaves


@dataclass(frozen=True)
class Column:
    """A column with the number of a person.

    `leaving`: REMOVED, or KEPT – the row stays, and what it points to has no name and no address any more.
    `unless`: SQL under which a row is kept all the same. `blank`: column → what stands there afterwards; '#'
    is replaced by the row's own number. `is_own`: the row is about this person, so they get it in an export.
    """

    table: str
    name: str
    leaving: str = KEPT
    unless: str = ""
    blank: tuple = ()
    is_own: bool = True


def own(table, name="by_id", **more):
    """Somebody's own words and acts: theirs to take along; afterwards they are the city's."""
    return Column(table, name, **more)


def gone(table, name="by_id", unless=""):
    """Nobody needs it once they have left."""
    return Column(table, name, REMOVED, unless)


def beside(table, *names):
    """Who did something to a thing of others: told by the audit, not in what they export."""
    return [Column(table, name, is_own=False) for name in names]


NOBODY = "–"
NOWHERE = "left-#@left.invalid"

COLUMNS = (
    # The account itself is emptied by accounts.leave
    own("memberships", "user_id", blank=(("department", None),)),
    gone("role_grants", "user_id"),
    gone("sessions", "user_id"),
    gone("one_time_links", "user_id"),
    gone("letters", "user_id"),
    gone("saved_searches", "user_id"),
    # People
    gone("profiles"),
    gone("blocks"),
    Column("blocks", "user_id", REMOVED, is_own=False),
    gone("messages"),
    gone("correspondences", "one_id"),
    gone("correspondences", "other_id"),
    # What they keep for themselves; a collection that others work on or read is left to its city
    gone("follows", "user_id"),
    gone("collections", unless="city_id IS NOT NULL OR shown_at IS NOT NULL"),
    gone("column_names", "user_id"),
    gone("uploads", "owner_id"),
    gone("notes"),
    gone("review_notes"),
    gone("readings", "user_id"),
    gone("help_requests", "user_id", unless="answered_at IS NOT NULL"),
    gone("partner_editors", "user_id"),
    # Cases: the city's
    gone("authors", "user_id"),
    own("revisions", "created_by_id"),
    own("snapshots"),
    own("media"),
    own("comments"),
    own("replies"),
    own("appeals"),
    own("suggestions"),
    own("evaluations"),
    own("word_proposals"),
    own("endorsements"),
    own("city_replies", blank=(("name", NOBODY),)),
    own("city_notices", "user_id", blank=(("name", NOBODY), ("address", NOWHERE))),
    own("freshness_asks", "user_id", blank=(("name", NOBODY), ("address", NOWHERE))),
    own("invitations", "user_id", blank=(("email", NOWHERE),)),
    own("shared_links"),
    own("clearance_waivers"),
    own("batches", "sender_id"),
    # Talk, dates, the ledger: spoken for a city, and the city's
    own("challenges"),
    own("answers"),
    own("talk_comments"),
    own("questions"),
    own("question_replies"),
    own("reports"),
    own("vetted_texts"),
    own("events"),
    own("event_files"),
    own("news_items"),
    own("positions"),
    own("partners"),
    own("signatures"),
    own("city_changes"),
    own("transfers", "created_by_id"),
    own("transfer_stages"),
    own("transfer_words"),
    own("condition_ticks"),
    # What they did to things of others: the record of it stays, without a name
    *beside("audit", "by_id"),
    *beside("answers", "helped_by_id"),
    *beside("appeals", "decided_by_id"),
    *beside("batch_cases", "excepted_by_id"),
    *beside("batches", "opened_by_id", "recorded_by_id"),
    *beside("challenges", "closed_by_id"),
    *beside("city_notices", "by_id"),
    *beside("city_replies", "hidden_by_id"),
    *beside("claim_checks", "by_id"),
    *beside("clearances", "by_id"),
    *beside("colleague_asks", "by_id"),
    *beside("comments", "resolved_by_id"),
    *beside("decisions", "by_id"),
    *beside("evaluations", "decided_by_id"),
    *beside("freshness_asks", "by_id"),
    *beside("help_desks", "set_by_id"),
    *beside("help_requests", "passed_by_id"),
    *beside("hidings", "by_id", "upheld_by_id", "ended_by_id"),
    *beside("holds", "by_id", "ended_by_id"),
    *beside("invitations", "by_id"),
    *beside("labels", "by_id", "removed_by_id"),
    *beside("locks", "by_id", "ended_by_id"),
    *beside("memberships", "decided_by_id"),
    *beside("notes", "done_by_id"),
    *beside("one_time_links", "created_by_id"),
    *beside("partner_editors", "by_id", "ended_by_id"),
    *beside("plans", "by_id"),
    *beside("proposals", "decided_by_id"),
    *beside("reports", "decided_by_id"),
    *beside("reviews", "reviewer_id"),
    *beside("role_grants", "granted_by_id"),
    *beside("signatures", "withdrawn_by_id"),
    *beside("suggestions", "answered_by_id"),
    *beside("synonyms", "added_by_id", "removed_by_id"),
    *beside("translations", "decided_by_id"),
    *beside("vetted_texts", "decided_by_id"),
    *beside("word_proposals", "decided_by_id"),
)
BENEATH = {  # rows that hang on rows that are removed, and by which column
    "correspondences": ("messages", "correspondence_id"),
    "collections": ("collection_entries", "collection_id"),
    "uploads": ("upload_rows", "upload_id"),
}


@dataclass(frozen=True)
class Address:
    """A column with the mail address of somebody who may have no account.

    `since`: the moment from which its keeping is counted, or '' where other verbs sweep it. `name`: the
    column with the person's name, emptied with it.
    """

    table: str
    column: str
    since: str = ""
    name: str = ""


ADDRESSES = (
    Address("users", "email"),
    Address("letters", "address"),
    Address("one_time_links", "email"),
    Address("saved_searches", "address"),
    Address("invitations", "email", "expires_at"),
    Address("shared_links", "email", "expires_at"),
    Address("clearances", "address", "expires_at", "name"),
    Address("colleague_asks", "address", "expires_at", "name"),
    Address("city_notices", "address", "expires_at", "name"),
    Address("freshness_asks", "address", "expires_at", "name"),
)
NO_PERSON = {  # columns that sound like it
    ("evaluations", "address"): "of a study on the web",
    ("users", "mail_paused_at"): "a moment",
    ("messages", "gives_address"): "yes or no",
}
