"""The shape of what people type about themselves and each other. Truth is the service's business."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from exchange.accounts import service
from exchange.accounts.models import ROLES
from exchange.config import LANGUAGES
from exchange.core.forms import Form, at_most, needed, one_line, own_mail_address, plain_words
from exchange.core.i18n import language

MAX_NAME, MAX_DEPARTMENT, MAX_REASON = 80, 120, 1000
ROLE_NAMES = {
    "expert": _l("Expert reviewer"),
    "moderator": _l("Moderator"),
    "coordinator": _l("Coordinator"),
    "admin": _l("Administrator"),
}
WEAK = {
    "short": _l("Use at least 12 characters: four or five words do well."),
    "long": _l("Use at most 200 characters."),
    "guessable": _l("That is easy to guess. Add a word or two that do not belong together."),
}


# What the fields below accept


def strong(form, field):
    own_words = [form[name].data or "" for name in ("email", "name") if name in form]
    weakness = service.weakness(field.data or "", *own_words, *form.known_words)
    if weakness:
        raise ValidationError(WEAK[weakness])


def mail_field():
    return StringField(_l("Mail address"), [needed(_l("Write your mail address.")), own_mail_address])


def name_field():
    return StringField(
        _l("Your name"),
        [needed(_l("Write your name.")), at_most(MAX_NAME), plain_words],
        filters=[one_line],
    )


def department_field():
    return StringField(_l("Department"), [at_most(MAX_DEPARTMENT), plain_words], filters=[one_line])


def new_password_field():
    return PasswordField(_l("New password"), [strong])


def language_field():
    choices = [SelectChoice(code, name) for code, name in LANGUAGES.items()]
    return SelectField(_l("Language of your letters and pages"), choices=choices, default=language)


class CityField(SelectField):
    """A choice among member cities, by slug; `city` is the chosen one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, default="", **kwargs)

    def offer(self, cities, nothing):
        named = sorted((city.label(language()), city.slug) for city in cities)
        self.choices = [SelectChoice("", nothing), *(SelectChoice(slug, name) for name, slug in named)]
        self.city = next((city for city in cities if city.slug == self.data), None)


# Signing up and in


class SignUp(Form):
    known_words = ()
    email = mail_field()
    name = name_field()
    password = new_password_field()
    city = CityField(_l("City that you work for"))
    department = department_field()
    language = language_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.password.label.text = _("Password")
        self.city.offer(service.member_cities(), _("None"))


class SignIn(Form):
    email = mail_field()
    password = PasswordField(_l("Password"), [needed(_l("Write your password."))])
    next = HiddenField()
    kept = HiddenField()


class AskLink(Form):
    """A letter with a link to sign in, or to choose a new password."""

    email = mail_field()


class Press(Form):
    """One button, nothing to type."""


class NewPassword(Form):
    known_words = ()
    password = new_password_field()


class Newcomer(Form):
    """Who accepts an invitation without having an account."""

    known_words = ()
    name = name_field()
    password = new_password_field()


# One's own account


WHICH_LETTERS = {
    "all": _l("All, at once"),
    "daily": _l("What I must do at once, the rest once a day"),
    "must": _l("Only what I must do"),
    "none": _l("None"),
}


class Details(Form):
    name = name_field()
    language = language_field()
    letters = SelectField(
        _l("Which letters you want"),
        choices=[SelectChoice(key, words) for key, words in WHICH_LETTERS.items()],
    )


class ChooseLanguage(Form):
    language = language_field()


class ChangePassword(NewPassword):
    current_password = PasswordField(
        _l("Password until now"), [needed(_l("Write the password you have now."))]
    )


class ChangeAddress(Form):
    """Where letters shall go from now on; whoever has a password says it, so that no passer-by moves in."""

    email = mail_field()
    current_password = PasswordField(_l("Password"), [needed(_l("Write your password."))])


class AskMembership(Form):
    city = CityField(_l("City"), [needed(_l("Choose a city."))])
    department = department_field()

    def __init__(self, cities, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.city.offer(cities, _("Choose a city"))


class Leave(Form):
    sure = BooleanField(
        _l("Yes, close my account for good"), [needed(_l("Tick this box if you want to leave."))]
    )


# Other people


class DecideMembership(Form):
    decision = SelectField(choices=[SelectChoice("approve"), SelectChoice("decline")])
    as_admin = BooleanField()


class CityAdmin(Form):
    is_admin = SelectField(choices=[SelectChoice("yes"), SelectChoice("no")])


class Invite(Form):
    email = mail_field()
    as_admin = BooleanField(_l("Lets people in and looks after the city’s cases (city administrator)"))


class Reason(Form):
    reason = TextAreaField(
        _l("Reason"), [needed(_l("Write the reason. It is kept in the record.")), at_most(MAX_REASON)]
    )


class ChangeRole(Form):
    role = SelectField(choices=[SelectChoice(role) for role in ROLES if role in service.GIVEN_HERE])
    change = SelectField(choices=[SelectChoice("give"), SelectChoice("take")])
