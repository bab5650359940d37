"""How the verbs of this room say no. Nothing has been changed then."""


class Refusal(Exception):
    """A verb of this room says no, and has changed nothing; see the kinds below (and NotAllowed)."""


class NotReady(Refusal):
    """The text does not pass the gate. `gaps` are the fields of the schema that are missing."""

    def __init__(self, gaps):
        super().__init__(", ".join(getattr(gap, "name", gap) for gap in gaps))
        self.gaps = gaps


class NotYet(Refusal):
    """What keeps a review from being approved: `gaps` (fields), `comments` (how many block), `evidence`."""

    def __init__(self, gaps=(), comments=0, evidence=False):
        super().__init__("not yet")
        self.gaps, self.comments, self.evidence = list(gaps), comments, evidence

    def __bool__(self):
        return bool(self.gaps or self.comments or self.evidence)


class ConflictOfInterest(Refusal):
    """`kind` is 'author' (never) or 'city' (only with a coordinator's recorded note)."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


class ReasonMissing(Refusal):
    """This act needs a reason in words."""


class TextChanged(Refusal):
    """The text is not the one that the moderator read."""


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
