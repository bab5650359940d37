"""Languages by their names, in whatever language these are typed."""

from functools import cache
from unicodedata import normalize

from babel import Locale
from flask_babel import get_locale
from wtforms.fields import SelectChoice

from exchange.config import LANGUAGES

CODES = (
    "ar bg bn ca cs da de el en es et eu fa fi fil fr gl he hi hr hu id is it ja ka ko lt lv mk ms nl no pl "
    "pt ro ru sk sl sq sr sv sw ta th tr uk ur vi wo yo zh zu"
)
COMMON_LANGUAGES = CODES.split()


def language_choices():
    return [SelectChoice(code, name) for code, name in languages_named(str(get_locale()))]


@cache
def languages_named(locale):
    """(code, name) of the common languages, in the order of their names in this language."""
    names = Locale.parse(locale).languages
    named = [(code, names.get(code, code)) for code in COMMON_LANGUAGES]
    return sorted(named, key=lambda one: normalize("NFKD", one[1]).casefold())


def language_name(code):
    """A language in the reader's language; the code itself when there is no name for it."""
    return get_locale().languages.get(code.replace("-", "_")) or code


def language_code(name):
    """The code of a language by its name in any language of the interface, its own name, or its code."""
    return language_names().get(name.casefold().strip())


@cache
def language_names():
    found = {}
    for code in COMMON_LANGUAGES:
        names = [Locale.parse(reader).languages.get(code) for reader in (*LANGUAGES, code)]
        found |= {name.casefold(): code for name in (code, *names) if name}
    return found
