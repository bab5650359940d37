"""The one table of a case's fields. Forms, readiness, preview, diff, hash and exports all read it.

Gates: D to save a draft, S to submit, P to publish, o optional. An imported case needs gate I only.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

EDITION = 1
REASONS = {
    "not-known": _l("Not known yet"),
    "not-applicable": _l("Does not apply here"),
    "withheld": _l("We may not say"),
    "not-recorded": _l("Not recorded"),
}
SCALES = {
    "street": _l("Street"),
    "district": _l("District"),
    "city": _l("City"),
    "metropolitan": _l("Metropolitan area"),
    "region": _l("Region"),
}
STAGES = {
    "piloting": _l("Piloting"),
    "running": _l("Running"),
    "scaled": _l("Scaled up"),
    "completed": _l("Completed"),
    "discontinued": _l("Discontinued"),
}
INSTRUMENTS = {
    "regulation": _l("Regulation"),
    "plan": _l("Plan"),
    "pricing": _l("Pricing"),
    "subsidy": _l("Subsidy"),
    "investment": _l("Investment"),
    "service": _l("Service"),
    "partnership": _l("Partnership"),
    "participation": _l("Participation"),
    "data": _l("Data and digital tools"),
    "campaign": _l("Campaign"),
}
TARGET_GROUPS = {
    "residents": _l("Residents"),
    "tenants": _l("Tenants"),
    "children": _l("Children"),
    "young-people": _l("Young people"),
    "older-people": _l("Older people"),
    "women": _l("Women"),
    "people-with-disabilities": _l("People with disabilities"),
    "migrants": _l("Migrants"),
    "homeless-people": _l("Homeless people"),
    "low-income-households": _l("Low-income households"),
    "commuters": _l("Commuters"),
    "businesses": _l("Businesses"),
    "informal-workers": _l("Informal workers"),
}
COMPETENCES = {
    "city": _l("The city itself"),
    "shared": _l("Shared with others"),
    "higher": _l("A higher level of government"),
}
COST_BANDS = {
    "under-100k": _l("Under 100,000 euros"),
    "100k-1m": _l("100,000 to 1 million euros"),
    "1m-10m": _l("1 to 10 million euros"),
    "10m-100m": _l("10 to 100 million euros"),
    "over-100m": _l("Over 100 million euros"),
}
ACTOR_ROLES = {
    "lead": _l("Lead"),
    "partner": _l("Partner"),
    "funder": _l("Funder"),
    "opponent": _l("Opponent"),
}
RESULT_KINDS = {
    "output": _l("Output: what was made"),
    "outcome": _l("Outcome: what changed for people"),
    "impact": _l("Impact: what changed for the city"),
}
METHODS = {
    "city-count": _l("Measured by the city"),
    "partner-count": _l("Measured by a partner"),
    "independent-study": _l("Independent study"),
    "survey": _l("Survey"),
    "model": _l("Model"),
    "estimate": _l("Estimate"),
}
DESIGNS = {
    "description": _l("Description"),
    "monitoring": _l("Monitoring"),
    "before-after": _l("Before and after"),
    "comparison-group": _l("Comparison group"),
    "trial": _l("Trial"),
}
INDEPENDENCE = {"own": _l("The city’s own"), "partner": _l("A partner’s"), "independent": _l("Independent")}
SOLVED = {"yes": _l("Solved"), "partly": _l("Partly solved"), "no": _l("Not solved")}
FIRMNESS = {"must": _l("Must"), "helps": _l("Helps")}
COST_KINDS = {"setup": _l("To set up"), "yearly": _l("Each year")}
FUNDING = {
    "own-budget": _l("Own budget"),
    "national": _l("National funds"),
    "international": _l("International funds"),
    "private": _l("Private funds"),
    "user-fees": _l("User fees"),
}
LINK_KINDS = {
    "source": _l("Source"),
    "website": _l("Web site"),
    "report": _l("Report"),
    "law": _l("Law"),
    "media": _l("Press"),
}
OPEN_TO = {"mail": _l("Mail"), "call": _l("Calls"), "visit": _l("Visits")}
SHOWN_TO = {"public": _l("Everyone"), "verified": _l("Verified staff of member cities")}
LICENCES = {"CC-BY-4.0": "CC BY 4.0", "CC-BY-SA-4.0": "CC BY-SA 4.0", "CC0-1.0": "CC0 1.0"}
PICTURE_LICENCES = {
    **LICENCES,
    "public-domain": _l("Public domain"),
    "permission": _l("Shown here with permission"),
}
CONSENTS = {"nobody": _l("Nobody can be recognised"), "given": _l("The people shown have agreed")}
DECLARATIONS = {
    "right-to-publish": _l("We have the right to publish these texts and pictures."),
    "no-personal-data": _l("No private person can be recognised against their will."),
    "interests-told": _l("Whoever earns from this practice is named in the case."),
}


@dataclass(frozen=True)
class Field:
    """One question. `kind` decides how it is asked, checked and shown:

    line, text (Markdown), date (partial: 2006, 2006-01, 2006-01-03), number, address (web), mail,
    choice, choices, topics, tags, language, languages, goal, group (rows of `parts`), media, documents
    (rows that each hold a file).
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

    @property
    def has_rows(self):
        return self.kind in ("group", "media", "documents")


@dataclass(frozen=True)
class Step:
    slug: str
    title: str
    fields: tuple


def group(name, label, one, *parts, gate="o", hint="", limit=20):
    return Field(name, "group", label, gate, hint, limit, parts=parts, translatable=True, one=one)


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
            ),
            choice("evidence_design", _l("How it was found out"), DESIGNS, "P"),
            choice("evidence_independence", _l("Who found it out"), INDEPENDENCE, "P"),
            group(
                "evaluations",
                _l("Evaluations"),
                _l("Evaluation"),
                line("title", _l("Title"), key=True),
                Field("address", "address", _l("Web address")),
                choice("design", _l("Design"), DESIGNS),
                words("finding", _l("Finding"), limit=600),
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
                line("currency", _l("Currency, like EUR"), limit=3),
                line("price_year", _l("Prices of year"), limit=4),
                line("source", _l("Source"), limit=300),
            ),
            group(
                "funding",
                _l("Funding"),
                _l("Source of money"),
                choice("type", _l("Kind"), FUNDING),
                line("name", _l("Name")),
                Field("share", "number", _l("Share, %")),
            ),
            line("staff_setup", _l("Staff to set up, full-time posts"), limit=60),
            line("staff_running", _l("Staff to run, full-time posts"), limit=60),
            words(
                "borrowed_from",
                _l("Borrowed from"),
                hint=_l("Which city’s practice did you learn from?"),
                limit=600,
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
            ),
            group(
                "awards",
                _l("Awards"),
                _l("Award"),
                line("name", _l("Award"), key=True),
                line("year", _l("Year"), limit=4),
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
                ),
                one=_l("Picture"),
            ),
            Field(
                "documents",
                "documents",
                _l("Documents"),
                "o",
                _l("PDF or office documents, for readers to keep."),
                12,
                parts=(line("name", _l("Title")), Field("language", "language", _l("Language"))),
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
