"""What is known of cities in the reader's words."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

MATTERS = {
    "housing": _l("housing"),
    "transport": _l("transport"),
    "land_use": _l("land use"),
    "tax": _l("taxes"),
}
POWERS = {"own": _l("decides itself"), "shared": _l("shares the power"), "none": _l("has no power")}
INCOME_GROUPS = {
    "low": _l("low income"),
    "lower-middle": _l("lower middle income"),
    "upper-middle": _l("upper middle income"),
    "high": _l("high income"),
}
CLIMATES = {  # after Köppen and Geiger
    "Af": _l("tropical, rainforest"),
    "Am": _l("tropical, monsoon"),
    "Aw": _l("tropical, savanna"),
    "As": _l("tropical, savanna with a dry summer"),
    "BWh": _l("hot desert"),
    "BWk": _l("cold desert"),
    "BSh": _l("hot steppe"),
    "BSk": _l("cold steppe"),
    "Csa": _l("Mediterranean, hot summer"),
    "Csb": _l("Mediterranean, warm summer"),
    "Csc": _l("Mediterranean, cold summer"),
    "Cwa": _l("subtropical, dry winter"),
    "Cwb": _l("subtropical highland, dry winter"),
    "Cwc": _l("cold highland, dry winter"),
    "Cfa": _l("humid subtropical"),
    "Cfb": _l("oceanic, warm summer"),
    "Cfc": _l("oceanic, cold summer"),
    "Dsa": _l("continental, hot dry summer"),
    "Dsb": _l("continental, warm dry summer"),
    "Dsc": _l("cold, dry summer"),
    "Dwa": _l("continental, hot summer, dry winter"),
    "Dwb": _l("continental, warm summer, dry winter"),
    "Dwc": _l("cold, dry winter"),
    "Dfa": _l("continental, hot summer"),
    "Dfb": _l("continental, warm summer"),
    "Dfc": _l("cold, cool summer"),
    "ET": _l("tundra"),
}


def language_words(codes):
    """'English, French' in the reader's language."""
    known = get_locale().languages
    return ", ".join(known.get(code, code) for code in codes)
