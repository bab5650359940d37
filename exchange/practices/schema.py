"""The one table of a case's fields. Forms, readiness, preview, diff, hash and exports all read it.

Gates: D to save a draft, S to submit, P to publish, o optional. An imported case needs gate I only.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from exchange.practices.choices import (  # noqa: F401 – read through this file, as part of the table
    ACTOR_ROLES,
    COMPETENCES,
    CONSENTS,
    COST_BANDS,
    COST_KINDS,
    DECLARATIONS,
    DESIGNS,
    FINDING,
    FIRMNESS,
    FUNDING,
    INDEPENDENCE,
    INSTRUMENTS,
    LICENCES,
    LINK_KINDS,
    METHODS,
    NEEDS_WHY,
    OPEN_TO,
    PHASES,
    PICTURE_LICENCES,
    PRECISIONS,
    REASONS,
    RESULT_KINDS,
    SCALES,
    SHOWN_TO,
    SOLVED,
    STAGES,
    TARGET_GROUPS,
)

EDITION = 2


@dataclass(frozen=True)
class Field:
    """One question. `kind` decides how it is asked, checked and shown:

    line, text (Markdown), date (partial: 2006, 2006-01, 2006-01-03), year, number, currency (EUR), address
    (web), paper (DOI or web address), mail, choice, choices, topics, tags, cities, practice (a case of
    ours), language, languages, goal, group (rows of `parts`), media, documents (rows that each hold a file).
    """

    name: str
    kind: str
    label: str
    gate: str = "o"
    hint: str = ""
    limit: int = 0  # characters, or rows of a group
    choices: dict | None = None
    parts: tuple = ()
    translatable: bool = False
    public: bool = True
    one: str = ""  # what a single row is called
    key: bool = False  # the part that a row cannot do without
    reasons: tuple = ("not-known", "not-applicable", "withheld")  # that may stand in for an answer

    @property
    def has_rows(self):
        return self.kind in ("group", "media", "documents")


@dataclass(frozen=True)
class Step:
    slug: str
    title: str
    fields: tuple


def group(name, label, one, *parts, gate="o", hint="", limit=20, **more):
    return Field(name, "group", label, gate, hint, limit, parts=parts, translatable=True, one=one, **more)


def line(name, label, gate="o", hint="", limit=200, **more):
    return Field(name, "line", label, gate, hint, limit, **more)


def words(name, label, gate="o", hint="", limit=3000):
    return Field(name, "text", label, gate, hint, limit, translatable=True)


def choice(name, label, choices, gate="o", hint=""):
    return Field(name, "choice", label, gate, hint, choices=choices)


def choices(name, label, options, gate="o", hint="", limit=0):
    return Field(name, "choices", label, gate, hint, limit, choices=options)


STEPS = (
    Step(
        "what-and-where",
        _l("What and where"),
        (
            line(
                "title",
                _l("Title"),
                "D",
                _l("Say plainly what was done, as you would tell a colleague."),
                120,
                translatable=True,
            ),
            Field("language", "language", _l("Language you write in"), "D"),
            Field(
                "summary",
                "text",
                _l("Summary"),
                "S",
                _l("Two or three sentences: what, for whom, with what result."),
                400,
                translatable=True,
            ),
            Field(
                "other_cities",
                "cities",
                _l("Other cities that take part"),
                "o",
                _l("Their names, separated by commas."),
                12,
            ),
            line("lead_unit", _l("Department in charge"), "S"),
            choice("scale", _l("Scale"), SCALES, "S"),
            Field("topics", "topics", _l("Topics"), "S", _l("One to three; the most fitting first."), 3),
            Field("tags", "tags", _l("Tags"), "o", _l("A few short words, separated by commas."), 12),
            choice(
                "stage", _l("Stage"), STAGES, "S", _l("A discontinued practice teaches too: say so and why.")
            ),
            Field(
                "start",
                "date",
                _l("Start"),
                "S",
                _l("When people first used it: 2006, 2006-01 or 2006-01-03."),
            ),
            Field("end", "date", _l("End"), "o", _l("Only if it has ended.")),
            group(
                "location",
                _l("Place"),
                _l("Place"),
                line("label", _l("Name of the place")),
                Field("lat", "number", _l("Latitude")),
                Field("lon", "number", _l("Longitude")),
                choice("precision", _l("How exact"), PRECISIONS),
                limit=1,
                hint=_l("Without it the case stands at the centre of the city."),
            ),
        ),
    ),
    Step(
        "problem",
        _l("The problem"),
        (
            words("challenge", _l("Problem addressed"), "S", _l("What was wrong, for whom, since when?")),
            words("objectives", _l("Objectives"), "P", _l("What should be different afterwards?")),
            group(
                "sdgs",
                _l("Sustainable Development Goals"),
                _l("Goal"),
                Field("goal", "goal", _l("Goal"), key=True),
                line("target", _l("Target, like 11.2"), limit=6),
                line("why", _l("Why"), limit=200),
                gate="P",
                limit=6,
            ),
            choices("target_groups", _l("For whom"), TARGET_GROUPS),
        ),
    ),
    Step(
        "solution",
        _l("What was done"),
        (
            words(
                "solution",
                _l("What was done"),
                "S",
                _l("Step by step, so that another city could follow."),
                5000,
            ),
            choices("instruments", _l("Instruments"), INSTRUMENTS),
            group(
                "components",
                _l("Parts one can take alone"),
                _l("Part"),
                line("name", _l("Name"), limit=120, key=True),
                words("what", _l("What it is"), limit=600),
                choice("phase", _l("When it is needed"), PHASES),
                words("enabling", _l("What made it possible"), limit=600),
                words("lessons", _l("What you would do differently"), limit=600),
            ),
            group(
                "steps",
                _l("Steps"),
                _l("Step"),
                Field("date", "date", _l("When")),
                line("step", _l("What happened"), key=True),
                line("who", _l("Who")),
            ),
            group(
                "actors",
                _l("Who took part"),
                _l("Organisation"),
                line("name", _l("Organisation"), key=True),
                choice("role", _l("Role"), ACTOR_ROLES),
                gate="P",
            ),
            words("participation", _l("How residents took part")),
            words("legal_basis", _l("Legal basis")),
            choice("competence_needed", _l("Who must hold the power"), COMPETENCES, "P"),
        ),
    ),
    Step(
        "results",
        _l("What was measured"),
        (
            group(
                "results",
                _l("Results"),
                _l("Result"),
                line("indicator", _l("What was counted"), key=True),
                line("unit", _l("Unit"), limit=40),
                line("period", _l("Counted over, like “one year”"), limit=80),
                choice("method", _l("Method"), METHODS),
                Field("baseline", "number", _l("Before")),
                Field("baseline_when", "date", _l("Before: when")),
                Field("value", "number", _l("After")),
                Field("value_when", "date", _l("After: when")),
                choice("kind", _l("Kind"), RESULT_KINDS),
                line("comparator", _l("Compared with")),
                words("source", _l("Where does the figure come from?"), limit=400),
                gate="P",
                hint=_l("A small honest figure helps more than a large vague one."),
                reasons=("not-measured", "not-known", "withheld"),
            ),
            choice("evidence_design", _l("How it was found out"), DESIGNS, "P"),
            choice("evidence_independence", _l("Who found it out"), INDEPENDENCE, "P"),
            group(
                "evaluations",
                _l("Evaluations"),
                _l("Evaluation"),
                line("title", _l("Title"), key=True),
                Field("address", "paper", _l("DOI or web address")),
                choice("design", _l("Design"), DESIGNS),
                words("finding", _l("Finding"), limit=FINDING),
            ),
        ),
    ),
    Step(
        "obstacles",
        _l("What went wrong"),
        (
            group(
                "obstacles",
                _l("Obstacles"),
                _l("Obstacle"),
                line("obstacle", _l("Obstacle"), key=True),
                words("handled", _l("How it was handled"), limit=600),
                choice("solved", _l("Solved?"), SOLVED),
                gate="P",
            ),
            words("what_failed", _l("What failed"), hint=_l("Readers trust a case that says what failed.")),
            words("side_effects", _l("Side effects")),
            words("success_factors", _l("What made it work"), "P"),
        ),
    ),
    Step(
        "conditions",
        _l("What others need"),
        (
            group(
                "transfer_conditions",
                _l("What another city must have"),
                _l("Condition"),
                line("condition", _l("Condition"), key=True),
                choice("firmness", _l("How firmly"), FIRMNESS),
                line("note", _l("How it was here"), limit=300),
                gate="P",
            ),
            choice("cost_band", _l("Cost, roughly"), COST_BANDS, "P"),
            group(
                "costs",
                _l("Costs"),
                _l("Cost"),
                choice("kind", _l("Kind"), COST_KINDS),
                line("item", _l("For what")),
                Field("amount", "number", _l("Amount")),
                Field("currency", "currency", _l("Currency, like EUR")),
                Field("price_year", "year", _l("Prices of year")),
                line("source", _l("Source"), limit=300),
                hint=_l("In the money it was paid in. Nothing is converted without a rate and its source."),
            ),
            group(
                "funding",
                _l("Funding"),
                _l("Source of money"),
                choice("type", _l("Kind"), FUNDING),
                line("name", _l("Name")),
                Field("share", "number", _l("Share, %")),
            ),
            Field("staff_setup", "number", _l("Staff to set up, full-time posts")),
            Field("staff_running", "number", _l("Staff to run, full-time posts")),
            group(
                "borrowed_from",
                _l("Borrowed from"),
                _l("Model"),
                Field("practice", "practice", _l("Case in this collection, by its address")),
                words("text", _l("Or in words: which city, which practice"), limit=600),
                words("changed", _l("What you changed"), limit=600),
                hint=_l("Which city’s practice did you learn from?"),
                limit=5,
            ),
        ),
    ),
    Step(
        "contact-and-rights",
        _l("Contact and rights"),
        (
            group(
                "contacts",
                _l("Contacts"),
                _l("Contact"),
                line("name", _l("Office or person"), key=True),
                line("role", _l("Role")),
                Field("mail", "mail", _l("Mail address")),
                Field("languages", "languages", _l("Languages")),
                choices("open_to", _l("Open to"), OPEN_TO),
                choice("shown_to", _l("Shown to"), SHOWN_TO),
                gate="S",
                hint=_l("An office mailbox outlives a person."),
            ),
            group(
                "links",
                _l("Links"),
                _l("Link"),
                line("name", _l("Title")),
                Field("address", "address", _l("Web address"), key=True),
                choice("kind", _l("Kind"), LINK_KINDS),
                Field("language", "language", _l("Language")),
                Field("date", "date", _l("Published")),
            ),
            group(
                "awards",
                _l("Awards"),
                _l("Award"),
                line("name", _l("Award"), key=True),
                Field("year", "date", _l("Year")),
                line("by", _l("Given by")),
                Field("address", "address", _l("Web address")),
            ),
            Field(
                "media",
                "media",
                _l("Pictures"),
                "o",
                _l("Each picture needs a description, a credit and a licence to be published."),
                12,
                parts=(
                    line("alt", _l("Description for those who cannot see it"), limit=300),
                    line("credit", _l("Credit")),
                    choice("licence", _l("Licence"), PICTURE_LICENCES),
                    line("caption", _l("Caption"), limit=300),
                    Field("date", "date", _l("Taken")),
                    choice("consent", _l("People in the picture"), CONSENTS),
                    Field("focus_x", "number", _l("Focal point from the left, %")),
                    Field("focus_y", "number", _l("Focal point from the top, %")),
                ),
                translatable=True,
                one=_l("Picture"),
            ),
            Field(
                "documents",
                "documents",
                _l("Documents"),
                "o",
                _l("PDF or office documents, for readers to keep."),
                12,
                parts=(
                    line("name", _l("Title")),
                    Field("language", "language", _l("Language")),
                    Field("date", "date", _l("Published")),
                ),
                translatable=True,
                one=_l("Document"),
            ),
            choice("licence", _l("Licence"), LICENCES, "S"),
            choices("declarations", _l("Declarations"), DECLARATIONS, "S"),
            Field(
                "note_to_reviewers",
                "text",
                _l("Note to the reviewers"),
                "o",
                _l("Never public."),
                2000,
                public=False,
            ),
        ),
    ),
)

FIELDS = {field.name: field for step in STEPS for field in step.fields}
STEP_OF = {field.name: step.slug for step in STEPS for field in step.fields}
STORY = Field("story", "text", _l("Story"), limit=100_000, translatable=True)  # imports only
RIGHTS = {"licence", "declarations"}  # a reason does not stand in for these


STEP_SLUGS = tuple(step.slug for step in STEPS)


def find_step(slug):
    """The step of that name; raises KeyError."""
    return {step.slug: step for step in STEPS}[slug]


def fields_for(gate):
    """The fields that this gate asks for; each gate includes the earlier ones."""
    wanted = {"D": "D", "S": "DS", "P": "DSP"}[gate]
    return [field for field in FIELDS.values() if field.gate in wanted]


def gaps(revision, gate):
    """The fields that keep this revision from passing the gate, in the order of the form.

    A reason for an empty answer satisfies every field except the rights. Pictures without
    description, credit or licence are a gap of gate P.
    """
    missing = [field for field in fields_for(gate) if not is_answered(revision, field)]
    if gate == "P" and any(not is_complete(medium) for medium in revision.get("media", [])):
        missing.append(FIELDS["media"])
    return missing


def is_answered(revision, field):
    if field.name == "declarations":
        return set(revision.get("declarations", [])) == set(DECLARATIONS)
    if revision.get(field.name, None):
        return True
    reason = revision.missing.get(field.name, {}).get("reason")
    return bool(reason) and field.name not in RIGHTS and field.gate == "P"


def files_of(revision):
    """The ids of the pictures and documents that this text shows."""
    return {row.get("file") for name in ("media", "documents") for row in revision.get(name, [])}


def is_complete(medium):
    return all(medium.get(part) for part in ("alt", "credit", "licence"))


def open_answers(revision):
    """How many fields of gate P carry a reason instead of an answer: 'short case, n answers open'."""
    return sum(1 for field in fields_for("P") if not revision.get(field.name, None))
