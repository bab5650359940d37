"""A question put back into words, as it was understood.

housing and (rent or price), not market, in the title: reform, city: Porto or Lyon, begun 2015–2020
"""

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _

from exchange.search import labels
from exchange.search.engines.evaluation import is_small
from exchange.search.words import analysis, parser

MOST_NAMED = 12  # parts of one list
LONGEST_PART = 60  # characters
LONGEST = 600
LOOKED_AT = 4 * LONGEST_PART  # characters of one piece
FACETS = {
    "city": lambda names: _("city: %(names)s", names=names),
    "country": lambda names: _("country: %(names)s", names=names),
    "region": lambda names: _("region: %(names)s", names=names),
    "topic": lambda names: _("topic: %(names)s", names=names),
    "tag": lambda names: _("tag: %(names)s", names=names),
    "sdg": lambda names: _("goal: %(names)s", names=names),
    "stage": lambda names: _("stage: %(names)s", names=names),
    "language": lambda names: _("language: %(names)s", names=names),
}


def in_words(tree, language, topics):
    """What a tree looks for, in the reader's language; '' where nothing was typed."""
    if tree is None:
        return ""
    if tree == parser.NOTHING:
        return _("nothing, for there is no letter and no figure in it")
    return shortened(clause(tree, Namer(language, topics)), LONGEST)


def small_words(tree):
    """The words that nobody is asked for, as they were typed."""
    match tree:
        case parser.And():
            told = telling(tree.parts)
            skipped = [part for part in tree.parts if part not in told]
            deeper = [word for part in tree.parts for word in small_words(part)]
            return unique([shown(part.text) for part in skipped] + deeper)
        case parser.Or():
            return unique(word for part in tree.parts for word in small_words(part))
        case parser.Not():
            return small_words(tree.part)
    return []


def left_out(texts):
    """Ignored texts, cut to what one wants to read."""
    return named_at_most([in_one_line(text) for text in texts])


def shortened(text, length=LONGEST_PART):
    return text if len(text) <= length else text[: length - 1] + "…"


class Namer:
    """Knows the names of facet values."""

    def __init__(self, language, topics):
        self.language, self.topics = language, topics

    def names(self, facet, typed):
        """What the typed values are called: a code or slug by its name, a name as it was typed."""
        typed = [in_one_line(value) for value in typed]
        known = labels.known(
            facet, {form for one in typed for form in forms(one)}, self.language, self.topics
        )
        return unique(next(filter(None, map(known.get, forms(one))), one) for one in typed)


def forms(typed):
    return typed.lower(), typed.upper()


# A tree, part by part


def clause(node, namer):
    """A part in words, without brackets round it."""
    match node:
        case parser.And():
            return all_of(node.parts, namer)
        case parser.Or():
            return listed([inner(part, namer) for part in node.parts], "or")
        case parser.Not():
            return none_of([node], namer)
        case parser.Field():
            return _("in the title: %(words)s", words=clause(node.part, namer))
        case parser.Having():
            return having(node, namer)
        case parser.Phrase():
            return _("“%(words)s”", words=shown(node.text))
        case parser.Prefix():
            return _("words beginning with “%(start)s”", start=shown(node.text))
    return shown(node.text)


def inner(node, namer):
    """A part in words, in brackets where it is a group."""
    words = clause(node, namer)
    return f"({words})" if isinstance(node, parser.And | parser.Or) and len(node.parts) > 1 else words


def all_of(parts, namer):
    """Words first, then what must not be there, then the title, then places and years."""
    parts = telling(parts)
    excluded = [part for part in parts if isinstance(part, parser.Not)]
    titles = [part for part in parts if isinstance(part, parser.Field)]
    facets = [part for part in parts if isinstance(part, parser.Having)]
    words = [part for part in parts if part not in (*excluded, *titles, *facets)]
    said = [listed([inner(part, namer) for part in words], "standard")] if words else []
    if len(excluded) == len(parts):
        said.append(_("every practice"))
    if excluded:
        said.append(none_of(excluded, namer))
    if titles:
        within = listed([inner(part.part, namer) for part in titles], "standard")
        said.append(_("in the title: %(words)s", words=within))
    return ", ".join([*said, *(having(part, namer) for part in facets)])


def telling(parts):
    """Those that are asked for: small words only where there are no others, as in `evaluation`."""
    told = [part for part in parts if isinstance(part, parser.Not) or not is_skipped(part)]
    return told if any(not isinstance(part, parser.Not) for part in told) else parts


def is_skipped(part):
    """Looks closely only at what is as short as small words are."""
    return isinstance(part, parser.Word) and len(part.text) <= LONGEST_PART and is_small(part)


def none_of(nots, namer):
    words = listed([inner(one.part, namer) for one in nots], "or")
    return _("not %(words)s", words=f"({words})" if len(nots) > 1 else words)


def having(node, namer):
    if node.facet == "year":
        return years(*node.values)
    return FACETS[node.facet](listed(namer.names(node.facet, node.values), "or"))


def years(first, last):
    if first == last:
        return _("begun in %(year)s", year=first)
    if not first:
        return _("begun until %(year)s", year=last)
    if last == parser.LAST_YEAR:
        return _("begun since %(year)s", year=first)
    return _("begun %(first)s–%(last)s", first=first, last=last)


# Lists and pieces


def listed(texts, style):
    """'a, b and c', or with 'or', as the reader's language does it."""
    return format_list(named_at_most(texts), style, locale=get_locale() or "en")


def named_at_most(texts):
    if len(texts) <= MOST_NAMED:
        return texts
    return [*texts[:MOST_NAMED], _("%(number)s more", number=len(texts) - MOST_NAMED)]


def shown(text):
    """A typed piece without the signs around it, which nobody looks for."""
    text = text[:LOOKED_AT]
    words = list(analysis.WORD.finditer(text))
    return in_one_line(text[words[0].start() : words[-1].end()] if words else text)


def in_one_line(text):
    return shortened(" ".join(text[:LOOKED_AT].split()))


def unique(texts):
    return list(dict.fromkeys(texts))
