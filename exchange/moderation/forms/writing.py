"""The form of a case: one form class per step, made from the table of fields; the small forms beside it."""

from functools import cache, partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from exchange.core import i18n
from exchange.core.forms import Form
from exchange.moderation.forms import kinds, rules
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.taxonomy import service as taxonomy

LONGEST_WHY = 500
LONGEST_REASON = 3000
WHY_ASKED = {
    "not-known": _l("Say in a few words why it is not known yet."),
    "not-measured": _l("Say in a few words why nothing was measured yet, or when it will be."),
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

    def take_both(self, name, revision):
        """Put both texts into one field: what is typed, and with it what stands."""
        one = schema.FIELDS[name]
        theirs = revision.get(name, None)
        if one.kind in TOGETHER and theirs:
            self[name].process(None, TOGETHER[one.kind](self.answer(one)[0], theirs))

    def rearranged(self, sent):
        """The form with a row added, removed or moved, as the pressed button says; None without one."""
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
        questions[reason] = kinds.Choice(_l("No answer? Say why"), options=partial(reason_choices, field))
        questions[why] = kinds.Line(_l("In a few words"), [kinds.at_most(LONGEST_WHY)])
    return type("".join(slug.title().split("-")) + "Form", (StepForm,), {"step": step, **questions})


def takes_reason(field):
    return field.gate == "P" and field.name not in schema.RIGHTS


def reason_names(field):
    return f"{field.name}__reason", f"{field.name}__why"


def reason_choices(field):
    return [SelectChoice(name, schema.REASONS[name]) for name in field.reasons]


def told(step, revision):
    """The form's data as the revision stands, and the fingerprint of it."""
    data = {field.name: revision.get(field.name, None) for field in step.fields}
    for field in filter(takes_reason, step.fields):
        given = revision.missing.get(field.name) or {}
        data |= dict(zip(reason_names(field), (given.get("reason"), given.get("why")), strict=True))
    return {**data, "base": base_of(step, revision)}


def base_of(step, revision):
    return practices.base_of(revision, {field.name for field in step.fields})


# Two texts in one field


def beneath(mine, theirs):
    """A text under the other; one that holds the other is enough."""
    if theirs in mine or mine in theirs:
        return max(mine, theirs, key=len)
    return f"{mine}\n\n{theirs}"


def side_by_side(mine, theirs):
    return mine if theirs in mine else theirs if mine in theirs else f"{mine} / {theirs}"


def with_theirs(mine, theirs):
    return [*mine, *(one for one in theirs if one not in mine)]


TOGETHER = {  # kind of field → how two answers become one; the other kinds have room for one answer only
    "text": beneath,
    "line": side_by_side,
    **dict.fromkeys(
        ("choices", "topics", "tags", "languages", "group", "media", "documents"),
        lambda mine, theirs: with_theirs(mine or [], theirs),
    ),
}


# Rows without a script: one button each, and the page comes back


def with_one_more(rows, _place):
    return [*rows, {}]


def without(rows, place):
    return rows[:place] + rows[place + 1 :]


def moved_up(rows, place):
    above = max(0, place - 1)
    return [*rows[:above], rows[place], *rows[above:place], *rows[place + 1 :]]


def moved_down(rows, place):
    return moved_up(rows, place + 1) if place + 1 < len(rows) else rows


MOVES = {"add": with_one_more, "remove": without, "up": moved_up, "down": moved_down}


# What one field cannot know alone


def has_title(form):
    if "title" not in form or form["title"].data:
        return True
    return rules.complain(form["title"], _("Give the case a title."))


def ends_after_start(form):
    if "end" not in form or not rules.is_later(form["start"], form["end"]):
        return True
    return rules.complain(
        form["end"], _("It cannot end before it starts in %(date)s.", date=form["start"].data)
    )


def says_why(form):
    """Whoever does not know, or has not measured, says why; the other reasons speak for themselves."""
    good = True
    for field in filter(takes_reason, form.step.fields):
        reason, why = (form[name] for name in reason_names(field))
        if reason.data in schema.NEEDS_WHY and not why.data and not form[field.name].answer():
            good = rules.complain(why, WHY_ASKED[reason.data])
    return good


def shares_of_one_whole(form):
    if "funding" not in form:
        return True
    shares = [row["share"] for entry in form["funding"].entries if (row := entry.form)["share"].data]
    if any(share.errors for share in shares) or sum(float(share.data) for share in shares) <= 100:
        return True
    return rules.complain(shares[-1], _("Together the shares are more than 100 per cent."))


RULES = (has_title, ends_after_start, says_why, shares_of_one_whole)


# The small forms


class NewCaseForm(Form):
    """What a draft begins with; the cities are set by the view."""

    title = StringField(_l("Title"))
    language = kinds.Choice(_l("Language you write in"), options=kinds.language_choices, blank=False)
    city = SelectField(_l("City"))
    topic = HiddenField()  # that a call for cases asked for

    def __init__(self, cities, *args, **kwargs):
        super().__init__(
            *args, data={"language": i18n.language(), "topic": kwargs.pop("topic", "")}, **kwargs
        )
        self.city.choices = [SelectChoice(city.slug, city.label(i18n.language())) for city in cities]

    @property
    def about(self):
        """The topic that it begins with, if it is offered, or None."""
        found = taxonomy.find_word("topic", self.topic.data) if self.topic.data else None
        return found if found and found.is_offered else None

    def validate_title(self, field):
        kinds.at_most(schema.FIELDS["title"].limit)(self, field)
        if not field.data:
            raise ValidationError(_("Give the case a title."))


class WithdrawalForm(Form):
    reason = TextAreaField(_l("Why should it be withdrawn?"), [kinds.at_most(LONGEST_REASON)])

    def validate_reason(self, field):
        if not field.data:
            raise ValidationError(_("Give a reason: readers will see it in place of the case."))
