"""The words to choose from in a case: code → what people read. The table of fields is `schema`."""

from flask_babel import lazy_gettext as _l

REASONS = {
    "not-measured": _l("Described, not yet measured"),
    "not-known": _l("Not known yet"),
    "not-applicable": _l("Does not apply here"),
    "withheld": _l("We may not say"),
    "not-recorded": _l("Not recorded"),
}
NEEDS_WHY = {"not-known", "not-measured"}  # the other reasons speak for themselves
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
PRECISIONS = {"exact": _l("This very place"), "city-centre": _l("Somewhere in the city: its centre")}
PHASES = {
    "prepare": _l("To prepare"),
    "decide": _l("To decide"),
    "build": _l("To build"),
    "run": _l("To run"),
    "widen": _l("To widen"),
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
FINDING = 600  # characters of what an evaluation found
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
CONSENTS = {
    "nobody": _l("Nobody can be recognised"),
    "given": _l("The people shown have agreed"),
    "guardians": _l("The parents of the children shown have agreed"),
    "public-event": _l("A public event: people who took part in it"),
}
DECLARATIONS = {
    "right-to-publish": _l("We have the right to publish these texts and pictures."),
    "no-personal-data": _l("No private person can be recognised against their will."),
    "interests-told": _l("Whoever earns from this practice is named in the case."),
}
