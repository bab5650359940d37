"""What every engine can do, and where the one that this installation uses is found."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime


class Unusable(Exception):
    """The engine cannot answer: its index is missing, broken, of another format, or being replaced."""


class OutOfTime(Exception):
    """The question takes longer than anybody may take from the others."""


@dataclass(frozen=True)
class About:
    cases: int
    segments: int = 1
    named_at: datetime | None = None  # when the names of topics, places and tags were last renewed


class Engine(ABC):
    """Finds public cases. It holds copies: the database says what is true."""

    name = ""

    @abstractmethod
    def search(self, query, tree, hidden=frozenset()):
        """Results of a Query, whose words were read as `tree` (see strategies).

        Cases whose public id is in `hidden` are neither found nor counted. Raises Unusable when it
        cannot answer, and OutOfTime when answering would take too long.
        """

    @abstractmethod
    def upsert(self, documents, removed=(), names=None):
        """Take these Documents in place of what was known of them, and forget the `removed` public ids.

        `names` (Names) replace all that were known, unless None. All of it holds from now on, or, when
        this raises, nothing of it.
        """

    @abstractmethod
    def replace(self, documents, names=()):
        """Forget everything and hold these Documents (an iterable, read once); returns how many they are.

        Until it is done, searches are answered as before.
        """

    @abstractmethod
    def known(self, public_ids=None):
        """Public id → (number, stamp) of every case it holds, or of these; raises Unusable."""

    def names(self):
        """The Names it holds."""
        return []

    def labels(self, facet):
        """Value → {language: name} of a facet, as far as it has Names; '' is a language too."""
        return {}

    def suggest(self, beginning, language, hidden=frozenset(), most=8):
        """What somebody may be about to type: (matches, Hits, more Hits).

        Matches are (facet, value, cases) of values whose name begins so; Hits have it in their title. The
        others are translated into the language and say it somewhere in that, perhaps in the title.
        """
        return [], [], []

    def related(self, public_id, hidden=frozenset(), most=4):
        """Hits of the cases most like this one."""
        return []

    def alike(self, texts, topics=(), hidden=frozenset(), most=4):
        """Hits of the cases most like one that is not indexed: its plain texts, the title first."""
        return []

    def count(self):
        return len(self.known())

    def state(self):
        """A text that differs whenever something else could be found; raises Unusable."""
        return ""

    def place_of(self, text):
        """'city' or 'country' when the text is the whole name of one, else ''."""
        return ""

    def tend(self):
        """Do some of what keeps it quick; returns whether there was something to do."""
        return False

    def check(self):
        """Raise Unusable unless it could answer now."""
        self.known()

    def inspect(self):
        """Read again every byte that it keeps; raises Unusable when one is not as it was written."""
        self.check()

    def about(self):
        """How much it holds, for whoever looks after it; raises Unusable."""
        return About(self.count())

    def remove(self, public_ids):
        self.upsert((), public_ids)


def get_engine(app):
    """The engine of this installation: one object per app, safe to share between threads."""
    return app.extensions["search"]
