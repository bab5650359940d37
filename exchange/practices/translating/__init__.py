"""A case in other languages: what there is to translate, who writes it, and how readers see it.

A translation is a row of its own, made of texts by their place in the case: 'title', 'challenge',
'components.0.what'. Each text remembers the fingerprint of the words it was made from; where these are
others now, it is stale. A row of a group that moved is recognised by its words.
"""

from exchange.practices.translating.finding import (
    find,
    first_words,
    is_written_in,
    languages_for,
    latest,
    may_translate,
    public,
    public_of,
    texts_of_translations,
    title_of,
    with_titles,
    working,
)
from exchange.practices.translating.reading import (
    Told,
    in_language,
    lang_of,
)
from exchange.practices.translating.units import (
    FIRST,
    matches,
    place_of,
    units,
)
from exchange.practices.translating.writing import (
    MACHINE,
    Incomplete,
    base_of,
    begin,
    fill,
    hold,
    lacking,
    move,
    record,
    save,
    submit,
    take_back,
)

__all__ = [
    "FIRST",
    "Incomplete",
    "MACHINE",
    "Told",
    "base_of",
    "begin",
    "fill",
    "find",
    "first_words",
    "hold",
    "in_language",
    "is_written_in",
    "lacking",
    "lang_of",
    "languages_for",
    "latest",
    "matches",
    "may_translate",
    "move",
    "place_of",
    "public",
    "public_of",
    "record",
    "save",
    "submit",
    "take_back",
    "texts_of_translations",
    "title_of",
    "units",
    "with_titles",
    "working",
]
