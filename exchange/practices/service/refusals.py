"""How the verbs of a case say no. Nothing has been changed then."""


class NotAllowed(Exception):
    """The act does not fit the state the thing is in; the message is for the person who tried."""


class Changed(Exception):
    """Someone else saved meanwhile. `current` holds what stands now."""

    def __init__(self, current):
        super().__init__("changed meanwhile")
        self.current = current
