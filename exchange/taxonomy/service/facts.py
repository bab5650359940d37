"""Fixed lists: countries and regions of UN M49, the Sustainable Development Goals."""

import csv
import json
from functools import cache
from pathlib import Path

from exchange.core.i18n import in_language

DATA = Path(__file__).resolve().parents[2] / "data"


@cache
def countries():
    """Alpha-2 → {m49, region, subregion, names}; names after UN M49, German after CLDR. An editable list."""
    with open(DATA / "countries.csv", encoding="utf-8") as file:
        return {
            row["code"]: {
                "m49": row["m49"],
                "region": row["region"],
                "subregion": row["subregion"],
                "names": {code: row[code] for code in ("en", "fr", "es", "de")},
            }
            for row in csv.DictReader(file)
        }


@cache
def regions():
    """M49 code → {parent, names} of the continents and their sub-regions."""
    return json.loads((DATA / "regions.json").read_text(encoding="utf-8"))


@cache
def goals():
    """Goal number → {"names": {language: name}} of the 17 goals (short names of the United Nations)."""
    found = json.loads((DATA / "goals.json").read_text(encoding="utf-8"))
    return {int(number): goal for number, goal in found.items()}


def country_name(code, language):
    country = countries().get(code or "")
    return in_language(country["names"], language) if country else ""


def region_name(code, language):
    region = regions().get(code)
    return in_language(region["names"], language) if region else ""


def goal_name(number, language):
    goal = goals().get(int(number))
    return in_language(goal["names"], language) if goal else ""


def regions_of(country):
    """The M49 codes a country lies in, continent first; [] for an unknown one."""
    found = countries().get(country or "")
    return [code for code in (found["region"], found["subregion"]) if code] if found else []
