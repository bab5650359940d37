"""The acts of the audit in words. One that is not here is shown as it is recorded, which is English."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "begin": _l("Case begun"),
    "begin version": _l("New version begun"),
    "save": _l("Text saved"),
    "add file": _l("File added"),
    "submit": _l("Submitted"),
    "withdraw": _l("Submission taken back"),
    "take": _l("Taken for review"),
    "assign": _l("Assigned"),
    "release": _l("Given back"),
    "set due date": _l("Due date set"),
    "comment": _l("Comment made"),
    "resolve comment": _l("Comment resolved"),
    "request changes": _l("Changes asked"),
    "approve": _l("Approved"),
    "reject": _l("Rejected"),
    "appeal": _l("Appeal made"),
    "reopen": _l("Opened again on appeal"),
    "uphold": _l("Upheld on appeal"),
    "reply to review": _l("Authors answered the review note"),
    "plan publication": _l("Publication planned"),
    "cancel publication": _l("Planned publication cancelled"),
    "cancel approval": _l("Approved text taken back"),
    "publish": _l("Published"),
    "set embargo": _l("Embargo set"),
    "lift embargo": _l("Embargo lifted"),
    "pause publishing": _l("Publishing paused"),
    "end pause": _l("Pause ended"),
    "give label": _l("Label given"),
    "take label": _l("Label taken"),
    "ask withdrawal": _l("Withdrawal asked"),
    "decline withdrawal": _l("Withdrawal declined"),
    "make tombstone": _l("Taken down or withdrawn"),
    "make public": _l("Brought back"),
    "make unlisted": _l("Taken off lists"),
    "make archived": _l("Archived"),
    "endorsement confirmed": _l("Confirmed by the city"),
    "endorsement disputed": _l("Disputed by the city"),
    "endorsement ended": _l("No longer supported by the city"),
    "take in": _l("Imported"),
    "vocabulary changed": _l("Vocabulary changed"),
    "sign up": _l("Asked for an account"),
    "verify": _l("Address confirmed"),
    "sign in": _l("Signed in"),
    "change details": _l("Name or language changed"),
    "set password": _l("Password changed"),
    "change address": _l("Mail address changed"),
    "suspend": _l("Suspended"),
    "restore": _l("Restored"),
    "grant role": _l("Role given"),
    "revoke role": _l("Role taken"),
    "ask membership": _l("Asked to work for a city"),
    "invite": _l("Invited"),
    "accept invitation": _l("Accepted an invitation"),
    "membership approved": _l("Let in by a city"),
    "membership declined": _l("Not let in by a city"),
    "membership ended": _l("Left a city"),
    "make city admin": _l("Made administrator of a city"),
    "end city admin": _l("No longer administrator of a city"),
    "leave": _l("Account closed"),
}


def act_name(act):
    return ACTS.get(act, act)


def acts_of(line):
    """What a line of the audit tells of, in words: its act, and what that brought along."""
    return ", ".join(str(act_name(act)) for act in (line.act, *line.details.get("with", ())))
