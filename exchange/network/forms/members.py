"""Forms of a city's profile, its membership and its terms of office."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from exchange.config import LANGUAGES
from exchange.core.forms import Form, at_most, needed, partial_date, plain_words, web_address
from exchange.network.forms import fields
from exchange.network.forms.fields import line
from exchange.network.models.members import OFFICES
from exchange.network.service.members import editing
from exchange.network.service.members.offices import OFFICE_NAMES
from exchange.network.service.members.words import CLIMATES, INCOME_GROUPS, MATTERS, POWERS

FACTS = ("area", "income_group", "climate_class")
NOTE = _l("What changed, and why")


def choices(words):
    return [SelectChoice("", "–"), *(SelectChoice(value, name) for value, name in words.items())]


def whole(text):
    """'3 664 088' → 3664088; None for what is no number."""
    digits = "".join((text or "").split()).replace("\u202f", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


def number(text):
    """'891.7', '891,7' → a number above zero; None for anything else."""
    plain = (text or "").replace(",", ".").replace(" ", "")
    if not plain.isascii() or not plain.replace(".", "", 1).isdecimal() or len(plain) > 12:
        return None
    found = float(plain)
    return (int(found) if found == int(found) else found) or None


def a_year(_form, field):
    year = whole(field.data)
    if field.data and not (year and 1800 <= year <= date.today().year + 1):
        raise ValidationError(_l("Write a year like 2023."))


class ProfileForm(Form):
    base = HiddenField()
    name = line(_l("What the city calls itself"), needed(_l("Write its name.")), plain_words, at_most(100))
    languages = fields.Spoken(_l("Languages spoken there"), [at_most(200)])
    website = line(_l("Web site"), web_address, at_most(500))
    population = line(_l("Population"), at_most(20))
    population_year = line(_l("Year"), a_year)
    population_source = line(_l("Source"), at_most(500))
    area = line(_l("Area in km²"), at_most(12))
    area_year = line(_l("Year"), a_year)
    area_source = line(_l("Source"), at_most(500))
    income_group = SelectField(_l("Country’s income"), choices=choices(INCOME_GROUPS), default="")
    income_group_year = line(_l("Year"), a_year)
    income_group_source = line(_l("Source"), at_most(500))
    climate_class = SelectField(
        _l("Climate, after Köppen and Geiger"),
        choices=choices({code: code for code in CLIMATES}),
        default="",
    )
    climate_class_year = line(_l("Year"), a_year)
    climate_class_source = line(_l("Source"), at_most(500))
    departments = fields.Rows(FormField(fields.LinkRow), _l("Departments"), max_entries=fields.MOST_ROWS)
    note = line(NOTE, at_most(200))

    @classmethod
    def of(cls, city):
        told = {**cls.told(city), "base": editing.base_of(city, editing.PROFILE)}
        return fields.with_spare(cls(formdata=None, data=told))

    @classmethod
    def told(cls, city):
        """Field → what it holds of that city, as text."""
        told = {name: getattr(city, name) for name in ("name", "website", "departments")}
        told["languages"] = fields.language_words(city.languages)
        told |= {f"name_{code}": name for code, name in city.names.items()}
        told |= {f"about_{code}": text for code, text in city.about.items()}
        told |= {f"power_{matter}": who for matter, who in city.competences.items()}
        told |= {name: getattr(city, name) for name in ("population", "population_year", "population_source")}
        for name in FACTS:
            fact = city.facts.get(name) or {}
            told |= {
                name: fact.get("value"),
                f"{name}_year": fact.get("year"),
                f"{name}_source": fact.get("source"),
            }
        return {name: str(value) if isinstance(value, int | float) else value for name, value in told.items()}

    def validate_population(self, field):
        if field.data and not whole(field.data):
            raise ValidationError(_("Write a whole number."))

    def validate_area(self, field):
        if field.data and not number(field.data):
            raise ValidationError(_("Write a number above zero."))

    def validate(self, extra_validators=None):
        return super().validate(extra_validators) & self.facts_have_sources()

    def facts_have_sources(self):
        """A fact without its year and its source is hearsay."""
        bare = [
            field
            for name in ("population", *FACTS)
            for field in (self[f"{name}_year"], self[f"{name}_source"])
            if self[name].data and not field.data
        ]
        for field in bare:
            field.errors = [*field.errors, _("Say of which year it is, and where it is written.")]
        return not bare

    def words(self, city):
        """As `editing.change_profile` takes them; what this form does not ask stays as it is."""
        return {
            "name": self.name.data,
            "names": self.by_language("name", city.names),
            "about": self.by_language("about", city.about),
            "languages": self.languages.codes or [],
            "website": self.website.data or None,
            "departments": [row for row in fields.filled(self.departments) if row["name"]],
            "competences": {**others(city.competences, MATTERS), **filled(self, "power", MATTERS)},
            "population": whole(self.population.data),
            "population_year": whole(self.population_year.data),
            "population_source": self.population_source.data or None,
            "facts": {**others(city.facts, FACTS), **self.facts},
        }

    def by_language(self, name, stands):
        return {**others(stands, LANGUAGES), **filled(self, name, LANGUAGES)}

    @property
    def facts(self):
        return {name: self.fact(name) for name in FACTS if self[name].data}

    def fact(self, name):
        value = number(self[name].data) if name == "area" else self[name].data
        return {
            "value": value,
            "year": whole(self[f"{name}_year"].data),
            "source": self[f"{name}_source"].data,
        }


def others(stands, asked):
    return {name: value for name, value in stands.items() if name not in asked}


def filled(form, name, keys):
    return {key: text for key in keys if (text := form[f"{name}_{key}"].data)}


for code, language in LANGUAGES.items():
    setattr(
        ProfileForm,
        f"name_{code}",
        line(_l("Name (%(language)s)", language=language), plain_words, at_most(100)),
    )
    about = TextAreaField(_l("Description (%(language)s)", language=language), [at_most(600)])
    setattr(ProfileForm, f"about_{code}", about)
for matter, words in {
    "housing": _l("Housing"),
    "transport": _l("Transport"),
    "land_use": _l("Land use"),
    "tax": _l("Taxes"),
}.items():
    setattr(ProfileForm, f"power_{matter}", SelectField(words, choices=choices(POWERS), default=""))


class MembershipForm(Form):
    base = HiddenField()
    standing = RadioField(
        _l("The city is"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("member", _l("a member")),
            SelectChoice("former", _l("a former member")),
            SelectChoice("none", _l("no member")),
        ],
    )
    since = line(_l("Member since"), partial_date)
    until = line(_l("Member until"), partial_date)
    source = line(_l("Source"), at_most(500))
    note = line(NOTE, at_most(200))

    @classmethod
    def of(cls, city):
        left = city.member_until or city.member_since
        data = {
            "base": editing.base_of(city, editing.MEMBERSHIP),
            "standing": "member" if city.is_member else "former" if left else "none",
            "since": city.member_since,
            "until": city.member_until,
            "source": city.membership_source,
        }
        return cls(formdata=None, data=data)

    def validate_until(self, field):
        if self.standing.data == "former" and not field.data:
            raise ValidationError(_("Say until when it was a member; the year is enough."))
        if self.standing.data != "former" and field.data:
            raise ValidationError(_("Only a former member has a date on which it left."))
        check_order(self.since, field)

    @property
    def words(self):
        was = self.standing.data != "none"
        return {
            "is_member": self.standing.data == "member",
            "member_since": (self.since.data or None) if was else None,
            "member_until": self.until.data or None,
            "membership_source": (self.source.data or None) if was else None,
        }


class TermForm(Form):
    base = HiddenField()
    office = SelectField(
        _l("Office"),
        [needed(_l("Choose an office."))],
        choices=choices({office: OFFICE_NAMES[office] for office in OFFICES}),
    )
    start = line(_l("Since"), needed(_l("Say from when; the year is enough.")), partial_date)
    end = line(_l("Until"), partial_date)
    person = line(_l("Person"), at_most(120))
    note = line(_l("Remark"), at_most(300))
    source = line(_l("Source"), at_most(500))
    why = line(NOTE, at_most(200))

    @classmethod
    def of(cls, term):
        data = {name: getattr(term, name) for name in editing.TERM}
        return cls(formdata=None, prefix="term", data={**data, "base": editing.base_of(term, editing.TERM)})

    def validate_end(self, field):
        check_order(self.start, field)

    @property
    def words(self):
        return {
            "office": self.office.data,
            "start": self.start.data,
            "end": self.end.data or None,
            "person": self.person.data or None,
            "note": self.note.data or "",
            "source": self.source.data or "",
        }


def check_order(start, end):
    """As the database has it: November 2017 to 2017 is no contradiction."""
    if start.data and end.data and end.data < start.data[: len(end.data)]:
        raise ValidationError(_("That is before it began."))


class RemovalForm(Form):
    why = line(NOTE, needed(_l("Give a reason.")), at_most(200))
