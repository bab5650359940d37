"""The form of a case: one form class per step, made from the table of fields; the small forms beside it."""

from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from exchange.core import i18n
from exchange.core.forms import Form
from exchange.moderation.forms import kinds
from exchange.practices import schema
from exchange.practices import service as practices

LONGEST_WHY = 500
LONGEST_REASON = 3000
GUIDANCE = {  # field → what stands beside it: (heading, text)
    "title": (
        _l("A title that travels"),
        _l("Name the thing itself. A reader in another city decides by it."),
    ),
    "summary": (
        _l("Two minutes of a colleague’s time"),
        _l("What was done, for whom, and what came of it. Figures may wait for step 4."),
    ),
    "topics": (_l("Where readers will look"), _l("The first topic gives the case its colour and its place.")),
    "challenge": (
        _l("The problem, not the solution"),
        _l("Who lost what, and how was it known? Say since when."),
    ),
    "sdgs": (_l("One goal is enough"), _l("Name a target only if the case really moves it.")),
    "solution": (
        _l("Write for the one who must do it"),
        _l("Who decided, who paid, what was done first, what next? Leave the praise to readers."),
    ),
    "components": (_l("What travels lightly"), _l("Most cities take one part, not the whole.")),
    "actors": (_l("Opponents count"), _l("Who was against it tells other cities what to expect.")),
    "results": (
        _l("One number that moved"),
        _l(
            "Say what stood before, what stands now, and who counted. "
            "A small honest figure helps more than a large vague one."
        ),
    ),
    "evidence_design": (
        _l("Who checks this?"),
        _l("A reviewer from another city opens the source and sets the level of evidence with you."),
    ),
    "obstacles": (
        _l("What readers read first"),
        _l("Name what nearly stopped it, and what you did about it."),
    ),
    "transfer_conditions": (
        _l("Before another city begins"),
        _l("A law, a budget line, an office, a map: what must be there, and what merely helps?"),
    ),
    "cost_band": (_l("Roughly is enough"), _l("A band says more than silence. Exact figures go into Costs.")),
    "contacts": (
        _l("Somebody who answers"),
        _l("An office mailbox outlives a person. You decide who sees the address."),
    ),
    "media": (
        _l("Your own pictures"),
        _l("Up to 20 MB each. We keep the picture and nothing else: place and camera are removed."),
    ),
    "declarations": (_l("All three are needed"), _l("They are what makes it safe to publish.")),
}


class StepForm(Form):
    """One step of a case. `base` says on top of which text it was filled in."""

    step = None
    base = HiddenField()

    def questions(self):
        return [(field, self[field.name]) for field in self.step.fields]

    def validate(self, extra_validators=None):
        good = super().validate(extra_validators)
        return all([good, *(rule(self) for rule in RULES)])

    def problems(self):
        """Field name → [(id of the control, name of the question, message)]."""
        found = {
            field.name: bound.problems() + self.reason_problems(field) for field, bound in self.questions()
        }
        return {name: problems for name, problems in found.items() if problems}

    def reason_problems(self, field):
        bounds = [self[name] for name in reason_names(field)] if takes_reason(field) else []
        return [(bound.id, str(field.label), str(error)) for bound in bounds for error in bound.errors]

    def answer(self, field):
        """(what is told, why nothing is told or None) of one field."""
        told = self[field.name].answer()
        return told, None if told or not takes_reason(field) else self.reason(field)

    def reason(self, field):
        reason, why = (self[name].data for name in reason_names(field))
        return {"reason": reason, "why": why} if reason else None

    def show(self, name, revision):
        """Put the stored answer of one field in place of what was typed."""
        values = told(self.step, revision)
        for one in {name, *reason_names(schema.FIELDS[name])} & set(values):
            self[one].process(None, values[one])
            self[one].errors = []

    def rearranged(self, sent):
        """The form with a row added, removed or moved up, as the pressed button says; None without one."""
        act = next((act for act in MOVES if act in sent), None)
        name, _dash, number = sent.get(act, "").partition("-")
        if name not in {field.name for field in self.step.fields if field.has_rows}:
            return None
        rows = self.data[name]
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else len(rows)
        if act != "add" and place >= len(rows):
            return None
        return type(self)(formdata=None, data={**self.data, name: MOVES[act](rows, place)})

    def rows_with_files(self):
        """(line of the schema, row) of every row that may hold a file."""
        return [
            (field, entry.form)
            for field, bound in self.questions()
            if field.kind in ("media", "documents")
            for entry in bound.entries
        ]


def step_form(step, revision, **more):
    """The form of a step: as the request sent it or, with formdata=None, as the revision stands."""
    return form_class(step.slug)(data=told(step, revision), **more)


@cache
def form_class(slug):
    step = schema.find_step(slug)
    questions = {field.name: kinds.ask(field) for field in step.fields}
    for field in filter(takes_reason, step.fields):
        reason, why = reason_names(field)
        questions[reason] = kinds.Choice(_l("No answer? Say why"), options=reason_choices)
        questions[why] = kinds.Line(_l("In a few words"), [kinds.at_most(LONGEST_WHY)])
    return type("".join(slug.title().split("-")) + "Form", (StepForm,), {"step": step, **questions})


def takes_reason(field):
    return field.gate == "P" and field.name not in schema.RIGHTS


def reason_names(field):
    return f"{field.name}__reason", f"{field.name}__why"


def reason_choices():
    return [SelectChoice(name, text) for name, text in schema.REASONS.items() if name != "not-recorded"]


def told(step, revision):
    """The form's data as the revision stands, and the fingerprint of it."""
    data = {field.name: revision.get(field.name, None) for field in step.fields}
    for field in filter(takes_reason, step.fields):
        given = revision.missing.get(field.name) or {}
        data |= dict(zip(reason_names(field), (given.get("reason"), given.get("why")), strict=True))
    return {**data, "base": base_of(step, revision)}


def base_of(step, revision):
    return practices.base_of(revision, {field.name for field in step.fields})


# Rows without a script: one button each, and the page comes back


def with_one_more(rows, _place):
    return [*rows, {}]


def without(rows, place):
    return rows[:place] + rows[place + 1 :]


def moved_up(rows, place):
    above = max(0, place - 1)
    return [*rows[:above], rows[place], *rows[above:place], *rows[place + 1 :]]


MOVES = {"add": with_one_more, "remove": without, "up": moved_up}


# What one field cannot know alone


def has_title(form):
    if "title" not in form or form["title"].data:
        return True
    return kinds.complain(form["title"], _("Give the case a title."))


def ends_after_start(form):
    if "end" not in form or not kinds.is_later(form["start"], form["end"]):
        return True
    return kinds.complain(
        form["end"], _("It cannot end before it starts in %(date)s.", date=form["start"].data)
    )


def says_why(form):
    """Whoever does not know yet says why; the other reasons speak for themselves."""
    good = True
    for field in filter(takes_reason, form.step.fields):
        reason, why = (form[name] for name in reason_names(field))
        if reason.data == "not-known" and not why.data and not form[field.name].answer():
            good = kinds.complain(why, _("Say in a few words why it is not known yet."))
    return good


RULES = (has_title, ends_after_start, says_why)


# The small forms


class NewCaseForm(Form):
    """What a draft begins with; the cities are set by the view."""

    title = StringField(_l("Title"))
    language = kinds.Choice(_l("Language you write in"), options=kinds.language_choices, blank=False)
    city = SelectField(_l("City"))

    def __init__(self, cities, *args, **kwargs):
        super().__init__(*args, data={"language": i18n.language()}, **kwargs)
        self.city.choices = [SelectChoice(city.slug, city.label(i18n.language())) for city in cities]

    def validate_title(self, field):
        kinds.at_most(schema.FIELDS["title"].limit)(self, field)
        if not field.data:
            raise kinds.ValidationError(_("Give the case a title."))


class WithdrawalForm(Form):
    reason = TextAreaField(_l("Why should it be withdrawn?"), [kinds.at_most(LONGEST_REASON)])

    def validate_reason(self, field):
        if not field.data:
            raise kinds.ValidationError(_("Give a reason: readers will see it in place of the case."))
