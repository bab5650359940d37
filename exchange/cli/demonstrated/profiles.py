"""Profiles of people of the demonstration: those whom other files name, and none of a real person."""

import tomllib
from pathlib import Path

from exchange.accounts import service as accounts
from exchange.cli.demonstrated import people
from exchange.network.service.people import profiles

FILE = Path(__file__).resolve().parents[2] / "demo" / "people" / "profiles.toml"


def add():
    for facts in read():
        city = accounts.find_city(facts.pop("city"))
        who = people.official(facts.pop("person"), city)
        profiles.tell(who, **{"language": "en", **facts, "city_id": city.id, "takes_messages": True})


def read():
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["people"]
