"""How the verbs of this room say no. Nothing has been changed then."""

from dataclasses import dataclass
from datetime import datetime


class Refusal(Exception):
    """A verb of this room says no, and has changed nothing; see the kinds below (and NotAllowed)."""


class NotReady(Refusal):
    """The text does not pass the gate. `gaps` are the fields of the schema that are missing."""

    def __init__(self, gaps):
        super().__init__(", ".join(getattr(gap, "name", gap) for gap in gaps))
        self.gaps = gaps


class NotYet(Refusal):
    """What keeps a review from being approved: `gaps` (fields), `comments` (how many block), `evidence`,
    `wording` (how much of it the author took that is not in the text yet)."""

    def __init__(self, gaps=(), comments=0, evidence=False, wording=0):
        super().__init__("not yet")
        self.gaps, self.comments, self.evidence, self.wording = list(gaps), comments, evidence, wording

    def __bool__(self):
        return bool(self.gaps or self.comments or self.evidence or self.wording)


@dataclass(frozen=True)
class Hindrance:
    """One thing that keeps an approved text from going public; `views.refusals` has the words of each kind.

    `until`: when it ends by itself, or None; `reason` and `who`: what was recorded, where something was.
    """

    kind: str
    until: datetime | None = None
    reason: str = ""
    who: str = ""


class Hindered(Refusal):
    """The text is approved, but something keeps it from going public: `hindrances`, at least one."""

    def __init__(self, hindrances):
        super().__init__(", ".join(one.kind for one in hindrances))
        self.hindrances = hindrances


class ConflictOfInterest(Refusal):
    """`kind` is 'author' or 'proposer' (never), or 'city' (only with a coordinator's recorded note)."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


class ReasonMissing(Refusal):
    """This act needs a reason in words."""


class NotLater(Refusal):
    """The end lies before the beginning, or is over already."""


class TooFar(Refusal):
    """Later than this person may choose; `until` is the last moment."""

    def __init__(self, until):
        super().__init__(until.isoformat())
        self.until = until


class TextChanged(Refusal):
    """The text is not the one that the moderator read."""


class CheckedMeanwhile(Refusal):
    """Someone else checked this figure since the page was opened; `check` is what stands now."""

    def __init__(self, check):
        super().__init__(check.state if check else "")
        self.check = check


class KnownAlready(Refusal):
    """This evaluation stands beside the case already, in its text, or on the desk."""


class TooManyWaiting(Refusal):
    """This person has proposed as much as the desk can read for now."""


class AlreadyOpen(Refusal):
    """Another review of this practice is open."""


class AlreadyTaken(Refusal):
    """Someone else has this review; `who` is that person."""

    def __init__(self, who):
        super().__init__(who.name if who else "")
        self.who = who


class AlreadyDecided(Refusal):
    """The matter was closed meanwhile; `decision` says by whom and how, where there is one."""

    def __init__(self, decision=None):
        super().__init__(decision.verdict if decision else "")
        self.decision = decision


class AlreadyAnswered(Refusal):
    """Somebody has said yes or no to this `suggestion`, or it was taken back."""

    def __init__(self, suggestion):
        super().__init__(suggestion.answer)
        self.suggestion = suggestion


class AlreadyTakenUp(Refusal):
    """Another wording for the same place was accepted before."""


class CodeTaken(Refusal):
    """Another canned reason has this code."""
