"""Partner organisations and their editors."""

from exchange.core import i18n
from exchange.network.service.partners.partners import KINDS


def init_app(app):
    from exchange.network.views.partners import pages  # noqa: F401 – their routes hang on the blueprint

    app.jinja_env.globals.update(partner_kind=lambda kind: KINDS.get(kind, kind), about_of=about_of)


def about_of(partner):
    """(language, text) of what a partner says of itself, in the reader's language where it does."""
    told = partner.get("about", {})
    wishes = (i18n.language(), *i18n.FALLBACK, *told)
    return next(((code, told[code]) for code in wishes if told.get(code)), ("", ""))
