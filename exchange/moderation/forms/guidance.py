"""What stands beside a question: a heading, a word of advice, and a good example to measure against.

The examples are of a city that does not exist.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Guide:
    title: str
    text: str
    example: str = ""


GUIDANCE = {
    "title": Guide(
        _l("A title that travels"),
        _l("Name the thing itself. A reader in another city decides by it."),
        _l("“Rain gardens in forty schoolyards” – and not “Greening our future together”."),
    ),
    "summary": Guide(
        _l("Two minutes of a colleague’s time"),
        _l("What was done, for whom, and what came of it. Figures may wait for step 4."),
        _l(
            "Marenholm turned forty asphalt schoolyards into rain gardens that stay open on Sundays. "
            "Cellars nearby flood half as often, and 9,000 children play in the shade."
        ),
    ),
    "other_cities": Guide(
        _l("Only who did it with you"),
        _l("Cities that share the work or the money. Whoever you learned from belongs into step 6."),
    ),
    "topics": Guide(
        _l("Where readers will look"),
        _l("The first topic gives the case its colour and its place."),
        _l("Rain gardens in schoolyards: first “Water”, then “Nature”. “Education” is not what was changed."),
    ),
    "stage": Guide(
        _l("Where it stands today"),
        _l("A pilot of three streets is a pilot, however well it runs."),
        _l("Stopped after the election of 2021: “Discontinued”, and the reason in step 5."),
    ),
    "location": Guide(
        _l("A place, or the city"),
        _l("Give the two numbers only when somebody could stand there and see it."),
        _l(
            "Schoolyard in Mill Street, 54.1021, 10.2240: this very place. A tariff for the whole "
            "city: nothing."
        ),
    ),
    "challenge": Guide(
        _l("The problem, not the solution"),
        _l("Who lost what, and how was it known? Say since when."),
        _l(
            "Since 2005 heavy rain has flooded the cellars of the lower town every second summer. "
            "The insurers counted 310 claims in 2013; tenants without insurance were counted by nobody."
        ),
    ),
    "objectives": Guide(
        _l("What somebody could check"),
        _l("A number and a year, or a sentence that can turn out wrong."),
        _l("By 2020 no cellar below Mill Street floods more than once in ten years."),
    ),
    "sdgs": Guide(
        _l("One goal is enough"),
        _l("Name a target only if the case really moves it."),
        _l("Goal 11, target 11.5 – because fewer people lose what they own to floods."),
    ),
    "solution": Guide(
        _l("Write for the one who must do it"),
        _l("Who decided, who paid, what was done first, what next? Leave the praise to readers."),
        _l(
            "The water company paid for the ground works, because a garden costs a third of a sewer. "
            "The school office chose the first five yards by their soil, not by who asked first. "
            "Asphalt came out in the summer holidays; by September children could use the yard again."
        ),
    ),
    "components": Guide(
        _l("What travels lightly"),
        _l("Most cities take one part, not the whole."),
        _l(
            "Key contract with neighbours – a club opens and closes the yard on Sundays, the city "
            "insures it. "
            "Made possible by: a model contract of the school office. Differently today: two clubs a yard."
        ),
    ),
    "steps": Guide(
        _l("As exact as you know it"),
        _l("A year, a month or a day. Delays are worth a line: they save others from the same plan."),
        _l("2014-05 – Council votes the money, a year later than planned (school office)."),
    ),
    "actors": Guide(
        _l("Opponents count"),
        _l("Who was against it tells other cities what to expect."),
        _l("Caretakers’ union – opponent, until the Sunday shifts were paid."),
    ),
    "participation": Guide(
        _l("What residents could change"),
        _l("Say who was asked, who came, and what was different afterwards."),
        _l(
            "Two afternoons a school, 60 children each; they moved the football ground, which had "
            "been left out."
        ),
    ),
    "legal_basis": Guide(
        _l("Which rule carries it"),
        _l("Name law and paragraph, so that a colleague can look for its like at home."),
        _l(
            "Water Act of the region, section 55: rain is to seep away where it falls, if the "
            "ground allows it."
        ),
    ),
    "results": Guide(
        _l("One number that moved"),
        _l(
            "Say what stood before, what stands now, and who counted. "
            "A small honest figure helps more than a large vague one."
        ),
        _l(
            "Flooded cellars below Mill Street: 310 in 2013, 140 in 2019, counted over one year by "
            "the insurers; "
            "in the upper town, without gardens, the number stayed the same."
        ),
    ),
    "evidence_design": Guide(
        _l("Who checks this?"),
        _l("A reviewer from another city opens the source and sets the level of evidence with you."),
        _l(
            "Two counts, 2013 and 2019: “Before and after”. With the upper town beside it: "
            "“Comparison group”."
        ),
    ),
    "evaluations": Guide(
        _l("What others wrote about it"),
        _l("Also the one that you do not like. Readers may propose more."),
        _l("“Cooling by schoolyards”, 10.1000/182, comparison group: 1.4 degrees less on hot afternoons."),
    ),
    "obstacles": Guide(
        _l("What readers read first"),
        _l("Name what nearly stopped it, and what you did about it."),
        _l(
            "Nobody would open the yards on Sundays. Neighbours’ clubs got keys and insurance – "
            "partly solved."
        ),
    ),
    "what_failed": Guide(
        _l("The honest paragraph"),
        _l("What you tried and gave up, and what it cost. Nobody else will tell it."),
        _l("The first five yards were planted with birches. All died in 2018; 40,000 euros were lost."),
    ),
    "side_effects": Guide(
        _l("Wanted or not"),
        _l("Who gained or lost without being meant?"),
        _l("Rents around two of the yards rose faster than elsewhere. We had not thought of it."),
    ),
    "success_factors": Guide(
        _l("What could not be left out"),
        _l("Take one thing away in your mind: would it still have worked?"),
        _l("One budget for school and water. Before, each office waited for the other to pay."),
    ),
    "transfer_conditions": Guide(
        _l("Before another city begins"),
        _l("A law, a budget line, an office, a map: what must be there, and what merely helps?"),
        _l("Must: ground that takes water, tested beforehand. Helps: a school office that owns its yards."),
    ),
    "cost_band": Guide(
        _l("Roughly is enough"), _l("A band says more than silence. Exact figures go into Costs.")
    ),
    "costs": Guide(
        _l("As it stands in the books"),
        _l(
            "Your own money, the year of the prices, and where the figure comes from. Readers see "
            "it per head."
        ),
        _l(
            "To set up: ground works and planting of 40 yards, 3200000 CHF, prices of 2016, annual "
            "accounts 2016."
        ),
    ),
    "funding": Guide(
        _l("Who paid, and how much of it"),
        _l("Shares need not add up to 100, but never to more."),
        _l("User fees: water company, 60 %. Own budget: school office, 40 %."),
    ),
    "staff_setup": Guide(
        _l("Posts, not people"),
        _l("Two halves are one. Months count too: a full post for six months is 0.5."),
        _l("To set up 2.5, to run 0.75."),
    ),
    "borrowed_from": Guide(
        _l("Nobody begins from nothing"),
        _l("Name the case whose idea you took, for readers to follow. Then say what you made different."),
        _l(
            "The address of the case “Water squares”; changed: gardens instead of basins, because "
            "children play."
        ),
    ),
    "contacts": Guide(
        _l("Somebody who answers"),
        _l("An office mailbox outlives a person. You decide who sees the address."),
        _l("School yards office, yards@marenholm.example, German and English, open to mail and visits."),
    ),
    "links": Guide(
        _l("Where a reader can look for herself"),
        _l("The decision, the accounts, the plan. A page that may vanish is better added as a document."),
        _l("Council decision 2014/87, https://marenholm.example/2014-87, law, German, 2014-05-12."),
    ),
    "media": Guide(
        _l("Your own pictures"),
        _l("Up to 20 MB each. We keep the picture and nothing else: place and camera are removed."),
        _l(
            "Description: “Schoolyard after rain; water stands in a planted hollow, two children "
            "step over it.” "
            "Credit: “City of Marenholm, Jo Meier”."
        ),
    ),
    "declarations": Guide(_l("All three are needed"), _l("They are what makes it safe to publish.")),
}
