"""The reader's language: `?hl=` > account > a cookie set only by choosing > Accept-Language."""

from functools import lru_cache

from babel.numbers import format_decimal
from flask import g, has_request_context, request
from flask_babel import Babel, Domain, force_locale, format_date, get_locale
from flask_login import current_user

from exchange.config import LANGUAGES

COOKIE = "language"
LOCALES = {"en": "en_GB"}  # how dates and numbers are written
FALLBACK = ("en", "fr", "es", "de")

babel = Babel()


def init_app(app):
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.root_path) + "/translations"
    babel.init_app(app, locale_selector=lambda: LOCALES.get(choose(), choose()))
    babel.domain_instance = Catalogues(domain="messages")
    app.jinja_env.filters.update(day=format_date, number=number)


class Catalogues(Domain):
    """Keeps the catalogues by their language, without more questions: a page asks for one a hundred times."""

    def __init__(self, **options):
        super().__init__(**options)
        self.by_language = {}

    def get_translations(self):
        code = language()
        try:
            return self.by_language[code]
        except KeyError:
            found = self.by_language[code] = super().get_translations()
            return found


def choose():
    """The language code of this request, always one of LANGUAGES."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = first_known(wishes()) or first_known(asked_for()) or "en"
    return g.language


def wishes():
    yield request.args.get("hl")
    yield current_user.language if current_user and current_user.is_authenticated else None
    yield request.cookies.get(COOKIE)


def asked_for():
    """What the browser asks for, best first; 'es-MX' will read 'es' before any second choice."""
    return (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)


def first_known(codes):
    return next((code for code in codes if code in LANGUAGES), None)


def language():
    """The code of the language we are speaking just now (also inside `speaking`)."""
    locale = get_locale()
    return locale.language if locale else "en"


def number(value):
    """A number as the reader's language writes it. A page of facets has hundreds, mostly small ones."""
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)
    return written(value, str(get_locale() or "en"))


@lru_cache(maxsize=10_000)
def written(value, locale):
    return format_decimal(value, locale=locale)


def speaking(code):
    """`with speaking('fr'):` – letters are written in the reader's language, not the sender's."""
    code = code if code in LANGUAGES else "en"
    return force_locale(LOCALES.get(code, code))


def in_language(texts, code):
    """The best text of a {language: text} dictionary for a reader; '' when there is none."""
    for wanted in (code, *FALLBACK):
        if texts.get(wanted):
            return texts[wanted]
    return next((text for text in texts.values() if text), "")
