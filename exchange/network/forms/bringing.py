"""Forms by which the secretariat adds a city and puts it on the map."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from exchange.core.forms import Form, at_most, needed, plain_words
from exchange.core.i18n import language
from exchange.network.forms.fields import line
from exchange.network.forms.members import NOTE
from exchange.network.service.members import bringing, editing
from exchange.taxonomy import service as taxonomy

FURTHEST = {"lat": 90, "lon": 180}


def degrees(text):
    """'52.52', '52,52', '-0,1' → a number; None for anything else."""
    try:
        found = float((text or "").strip().replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        return None
    return found if abs(found) <= 180 else None  # nan is less than nothing


def on_earth(_form, field):
    found = degrees(field.data)
    if field.data and (found is None or abs(found) > FURTHEST[field.short_name]):
        raise ValidationError(_("Write degrees like 52.52; south and west are below zero."))


class PlaceForm(Form):
    base = HiddenField()
    lat = line(_l("Latitude"), on_earth, at_most(20))
    lon = line(_l("Longitude"), on_earth, at_most(20))
    note = line(NOTE, at_most(200))

    @classmethod
    def of(cls, city):
        told = {name: "" if (at := getattr(city, name)) is None else f"{at:.10g}" for name in bringing.PLACE}
        return cls(
            formdata=None, prefix="place", data={**told, "base": editing.base_of(city, bringing.PLACE)}
        )

    def validate_lon(self, field):
        if bool(self.lat.data) != bool(field.data):
            raise ValidationError(_("Give both, or neither."))

    @property
    def words(self):
        return {name: degrees(self[name].data) for name in bringing.PLACE}


class NewCityForm(PlaceForm):
    name = line(_l("What the city calls itself"), needed(_l("Write its name.")), plain_words, at_most(100))
    country = SelectField(_l("Country"), [needed(_l("Choose a country."))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        named = sorted((one["names"][language()], code) for code, one in taxonomy.countries().items())
        self.country.choices = [SelectChoice("", "–"), *(SelectChoice(code, name) for name, code in named)]
