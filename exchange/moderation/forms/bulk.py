"""Forms of bulk import and of batches."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from exchange.core import i18n
from exchange.core.forms import Form, mail_address, needed, partial_date
from exchange.moderation.bulk_models import KINDS
from exchange.moderation.forms import kinds
from exchange.moderation.forms.desk import options, rubric_name, short_enough
from exchange.moderation.models import MARKS, RUBRIC
from exchange.practices import schema, tables
from exchange.practices.tables.columns import folded

KIND_LABELS = dict(zip(KINDS, (_l("Award"), _l("A partner’s collection"), _l("Call for cases")), strict=True))


class UploadForm(Form):
    """A file, and where its cases go: `into` is 'city:slug' or 'batch:id'."""

    file = FileField(_l("CSV or XLSX file"))
    into = SelectField(_l("For"), validate_choice=True)

    def __init__(self, places, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.into.choices = [SelectChoice(value, label) for value, label in places]

    def validate_file(self, field):
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose a file."))


class SheetForm(Form):
    sheet = SelectField(_l("Sheet"))


class ColumnsForm(Form):
    """What each column of a file means; made by `columns_form`. `places` are the controls of the columns."""

    key = SelectField(_l("What finds a row again"), coerce=int)
    language = kinds.Choice(
        _l("Language of rows that name none"), options=kinds.language_choices, blank=False
    )
    places = ()

    def mapping(self):
        return [tables.guess(self[name].data or "") for name in self.places]

    def validate(self, extra_validators=None):
        good = super().validate(extra_validators)
        unknown = [
            self[name] for name in self.places if self[name].data and not tables.guess(self[name].data)
        ]
        for bound in unknown:
            kinds.complain(bound, _("We have no column of this name."))
        return good and not unknown


def columns_form(upload, **more):
    """The form of one upload, as it was sent or, with formdata=None, as the upload stands."""
    names = tuple(f"column-{place}" for place in range(len(upload.headings)))
    asked = {
        name: StringField(heading or _("Column %(number)s", number=place), [short_enough(300)])
        for place, (name, heading) in enumerate(zip(names, upload.headings, strict=True), start=1)
    }
    made = type("ColumnsFormOfUpload", (ColumnsForm,), {**asked, "places": names})
    told = {name: label_of(target) for name, target in zip(names, upload.mapping, strict=True)}
    key = -1 if upload.key_column is None else upload.key_column
    form = made(data={**told, "key": key, "language": upload.told_language}, **more)
    form.key.choices = [
        SelectChoice(-1, _("Title and start")),
        *(
            SelectChoice(place, one or _("Column %(number)s", number=place + 1))
            for place, one in enumerate(upload.headings)
        ),
    ]
    return form


def label_of(target):
    column = tables.find_column(target)
    return column.label if column else ""


class BatchForm(Form):
    """A batch as its coordinator describes it. `sender` is the address of an account."""

    kind = RadioField(_l("Kind"), [needed(_l("Choose one."))], choices=options(KIND_LABELS))
    name = StringField(_l("Name"), [needed(_l("Give it a name.")), short_enough(120)])
    organisation = StringField(_l("Organisation that sends it"), [short_enough(200)])
    sender = StringField(
        _l("Mail address of the person who sends it"), [needed(_l("Name a person.")), mail_address]
    )
    rules = TextAreaField(_l("Rules"), [short_enough(10_000)])
    languages = kinds.Languages(_l("Languages"), [kinds.known_languages])
    deadline = StringField(_l("Last day"), [partial_date])
    cities = TextAreaField(_l("Cities"), [short_enough(10_000)])

    def __init__(self, known_cities, find_user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.known_cities, self.find_user = known_cities, find_user
        self.user, self.chosen = None, []

    def validate_sender(self, field):
        self.user = self.find_user(field.data)
        if self.user is None or not (self.user.verified_at and self.user.is_active):
            raise ValidationError(_("Nobody here has this address. They must make an account first."))

    def validate_deadline(self, field):
        if field.data and len(field.data) < 10:
            raise ValidationError(_("Write a day like 2006-01-03."))

    def validate_cities(self, field):
        by_name = {
            folded(name): city
            for city in self.known_cities
            for name in (city.slug, city.name, *city.names.values())
        }
        lines = [line.strip() for line in (field.data or "").replace(";", "\n").splitlines() if line.strip()]
        unknown = [line for line in lines if folded(line) not in by_name]
        if unknown:
            raise ValidationError(_("We know no city “%(name)s”.", name=unknown[0][:80]))
        self.chosen = list({by_name[folded(line)].id: by_name[folded(line)] for line in lines}.values())


def cities_text(cities):
    return "\n".join(city.label(i18n.language()) for city in cities)


class VettingForm(Form):
    who = StringField(
        _l("Who vetted the cases"), [needed(_l("Say who, by name or by role.")), short_enough(300)]
    )
    how = TextAreaField(_l("How they were vetted"), [needed(_l("Say how.")), short_enough(2000)])
    on = StringField(_l("When"), [needed(_l("Say when.")), partial_date])

    @property
    def rubric(self):
        return {line: self[rubric_name(line)].data for line in RUBRIC if self[rubric_name(line)].data}


for _line, _label in RUBRIC.items():
    setattr(
        VettingForm,
        rubric_name(_line),
        SelectField(_label, choices=options({"": _l("Not set"), **MARKS}), default=""),
    )


class HandInForm(Form):
    """The sender declares for every case what an author declares for one."""

    declarations = kinds.Choices(_l("Declarations"), options=lambda: kinds.from_table(schema.DECLARATIONS))

    def validate_declarations(self, field):
        if set(field.data or ()) != set(schema.DECLARATIONS):
            raise ValidationError(_("All three are needed."))


class ExceptionForm(Form):
    reason = TextAreaField(_l("Why it is reviewed singly"), [needed(_l("Give a reason.")), short_enough()])


class TogetherForm(Form):
    """How strong the evidence is of cases that say nothing of it, and whether they go public at once."""

    design = SelectField(_l("How it was found out"), choices=options(schema.DESIGNS), default="description")
    independence = SelectField(_l("Who found it out"), choices=options(schema.INDEPENDENCE), default="own")
    publish_now = BooleanField(_l("Publish at once"), default=True)
