"""Who may do what: roles × routes × methods, every cell declared here and asserted by test_access.py.

A row names, per method, the roles that are let in. Whoever is not gets 401 (nobody signed in) or 404
(signed in, but nothing is learnt from the answer). A route without a row fails the build.
"""

ANONYMOUS = "anonymous"
ROLES = (
    ANONYMOUS,
    "unverified",  # signed up, the address not proven yet
    "reader",  # registered, of no city
    "author",  # Ana of Porto: the cases in the table are hers
    "other author",  # Otto of Wien
    "city admin",  # Ines of Porto
    "expert",
    "moderator",  # Bruno: has taken the review in the table
    "coordinator",
    "admin",
    "suspended",
)
NOBODY = frozenset()
EVERYONE = frozenset(ROLES)
OUT = frozenset({ANONYMOUS, "suspended"})  # a suspended person is signed out
SIGNED_IN = EVERYONE - OUT
VERIFIED = SIGNED_IN - {"unverified"}
OWN = frozenset({"author", "city admin"})
DESK = frozenset({"expert", "moderator", "coordinator"})
JUDGES = frozenset({"moderator", "coordinator"})
CITY = frozenset({"city admin", "coordinator"})

ACCESS = {
    # Reading is free for everyone
    "front.home": {"GET": EVERYONE},
    "front.case": {"GET": EVERYONE},
    "front.revision": {"GET": EVERYONE},
    "front.cover": {"GET": EVERYONE},
    "front.cities": {"GET": EVERYONE},
    "front.city": {"GET": EVERYONE},
    "front.topic": {"GET": EVERYONE},
    "front.about": {"GET": EVERYONE},
    "front.live": {"GET": EVERYONE},
    "front.ready": {"GET": EVERYONE},
    "front.robots": {"GET": EVERYONE},
    "front.sitemap": {"GET": EVERYONE},
    "front.security": {"GET": EVERYONE},
    "search.practices": {"GET": EVERYONE},
    "search.new_alert": {"GET": EVERYONE, "POST": EVERYONE},
    "search.alert_sent": {"GET": EVERYONE},
    "api.result": {"GET": EVERYONE},
    "api.citation": {"GET": EVERYONE},
    "search.clusters": {"GET": EVERYONE},
    "search.suggest": {"GET": EVERYONE},
    "practices.medium": {"GET": EVERYONE},
    "practices.document": {"GET": EVERYONE},
    "core.static": {"GET": EVERYONE},
    "core.land": {"GET": EVERYONE},
    "core.language": {"GET": EVERYONE},
    "core.choose_language": {"GET": EVERYONE},
    # Saved searches: whoever has the link from a letter may change and stop it
    "search.confirm_alert": {"GET": EVERYONE, "POST": EVERYONE},
    "search.alert": {"GET": EVERYONE, "POST": EVERYONE},
    "search.stop_alert": {"GET": EVERYONE, "POST": EVERYONE},
    "search.start_alert": {"POST": EVERYONE},
    "search.delete_alert": {"POST": EVERYONE},
    "search.alerts": {"GET": VERIFIED},
    # Coming in, going out
    "accounts.sign_up": {"GET": EVERYONE, "POST": EVERYONE},
    "accounts.sign_in": {"GET": EVERYONE, "POST": EVERYONE},
    "accounts.sign_in_link": {"GET": EVERYONE, "POST": EVERYONE},
    "accounts.forgotten": {"GET": EVERYONE, "POST": EVERYONE},
    "accounts.letter_sent": {"GET": EVERYONE},
    "accounts.one_time_link": {"GET": EVERYONE, "POST": EVERYONE},
    "accounts.sign_out": {"POST": EVERYONE},
    # One's own account
    "accounts.account": {"GET": SIGNED_IN},
    "accounts.letter_again": {"POST": {"unverified"}},
    "accounts.end_sessions": {"POST": SIGNED_IN},
    "accounts.language": {"POST": SIGNED_IN},
    "accounts.details": {"GET": VERIFIED, "POST": VERIFIED},
    "accounts.password": {"GET": VERIFIED, "POST": VERIFIED},
    "accounts.memberships": {"GET": VERIFIED, "POST": VERIFIED},
    "accounts.departure": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    # A city's people, and everybody's
    "accounts.city_people": {"GET": CITY},
    "accounts.invitations": {"POST": CITY},
    "accounts.requests": {"GET": {"coordinator"}},
    "accounts.decide_membership": {"POST": CITY},
    "accounts.end_membership": {"POST": CITY},
    "accounts.city_admin": {"POST": CITY},
    "accounts.people": {"GET": {"admin"}},
    "accounts.person": {"GET": {"admin"}},
    "accounts.suspension": {"POST": {"admin"}},
    "accounts.restoration": {"POST": {"admin"}},
    "accounts.roles": {"POST": {"admin"}},
    # Writing
    "moderation.my_cases": {"GET": VERIFIED},
    "moderation.new_case": {"GET": VERIFIED},
    "moderation.begin_case": {"POST": {"author", "other author", "city admin"}},
    "moderation.tags": {"GET": {"author", "other author", "city admin"}},
    "moderation.write": {"GET": OWN},
    "moderation.save": {"POST": OWN},
    "moderation.preview": {"GET": OWN | JUDGES},
    "moderation.submission": {"GET": OWN},
    "moderation.submit": {"POST": OWN},
    "moderation.withdraw": {"POST": OWN},
    "moderation.new_draft": {"POST": OWN},
    "moderation.withdrawal": {"GET": OWN},
    "moderation.ask_withdrawal": {"POST": OWN},
    # Reviewing
    "moderation.desk": {"GET": DESK},
    "moderation.review": {"GET": JUDGES},
    "moderation.claim": {"POST": JUDGES},
    "moderation.release": {"POST": JUDGES},
    "moderation.assignment": {"POST": {"coordinator"}},
    "moderation.comments": {"POST": JUDGES},
    "moderation.resolution": {"POST": JUDGES},
    "moderation.decision": {"POST": JUDGES},
    "moderation.publication": {"POST": JUDGES},
    "moderation.reopening": {"POST": {"coordinator"}},
    "moderation.take_down": {"GET": {"coordinator"}, "POST": {"coordinator"}},
    "moderation.restoration": {"GET": JUDGES, "POST": JUDGES},
    "moderation.withdrawal_decision": {"GET": JUDGES, "POST": JUDGES},
    "moderation.vocabulary": {"GET": JUDGES},
    "moderation.synonyms": {"POST": JUDGES},
    "moderation.synonym_removal": {"POST": JUDGES},
    "moderation.confirmation": {"GET": {"city admin"}, "POST": {"city admin"}},
}
