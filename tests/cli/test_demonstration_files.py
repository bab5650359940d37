"""The files behind the demonstration: each fact with an address, nothing that points nowhere."""

import re
import tomllib
from itertools import chain
from zoneinfo import ZoneInfo

import pytest

from exchange.cli.demonstration import FOLDER, ON_THE_WAY

TODAY = "2026-11-26"  # the day the files were written for
PARTIAL = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def read(kind):
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in (FOLDER / kind).glob("*.toml")
    }


CITIES = read("cities")
MEMBERS = {slug for slug, city in CITIES.items() if "membership" in city}
PRACTICES = read("practices")
PUBLISHED = PRACTICES.keys() - ON_THE_WAY.keys()
KINDS = ("events", "partners", "positions", "news", "transfers", "challenges", "questions", "collections")
FILES = [pytest.param(kind, text, id=f"{kind}/{slug}") for kind in KINDS for slug, text in read(kind).items()]


def topics():
    return set(re.findall(r'"slug": "([^"]+)"', (FOLDER.parent / "data" / "topics.json").read_text("utf-8")))


def under(key, thing):
    """Everything that stands under the key, however deep."""
    if isinstance(thing, dict):
        here = [thing[key]] if key in thing else []
        return here + list(chain.from_iterable(under(key, value) for value in thing.values()))
    return list(chain.from_iterable(under(key, part) for part in thing)) if isinstance(thing, list) else []


def replies_of(text):
    return [*text.get("answers", ()), *text.get("replies", ())]


def flat(lists):
    return set(chain.from_iterable(lists))


@pytest.mark.parametrize(("kind", "text"), FILES)
def test_a_file_points_only_to_what_is_there(kind, text):
    named = {text[key] for key in ("city", "to_city", "from_city") if key in text}
    named |= set(text.get("signatories", ())) | {answer["city"] for answer in replies_of(text)}
    assert named <= CITIES.keys()
    assert set(under("practice", text)) | flat(under("practices", text)) <= PUBLISHED
    assert flat(under("topics", text)) <= topics()


@pytest.mark.parametrize(("kind", "text"), FILES)
def test_a_file_says_where_its_facts_come_from(kind, text):
    addresses = [*under("source", text), *under("address", text)]
    addresses += [source for source in chain.from_iterable(under("sources", text)) if isinstance(source, str)]
    assert all(address.startswith(("https://", "http://")) and " " not in address for address in addresses)
    if kind in ("challenges", "questions", "collections"):
        return  # written for the demonstration
    assert text.get("sources" if kind == "transfers" else "source")
    assert all("source" in part for part in text.get("programmes", ()))


@pytest.mark.parametrize(("kind", "text"), FILES)
def test_dates_are_in_order(kind, text):
    for first, last in (("start", "end"), ("from", "to"), ("on", "closed_on")):
        days = [text[key] for key in (first, last) if key in text]
        assert days == sorted(days)
        assert all(PARTIAL.fullmatch(day) for day in days)
    if kind == "events":
        assert ZoneInfo(text["zone"])
        assert text["start"] <= TODAY or "outcome" not in text
    if kind == "transfers":
        assert (text["stage"] == "stopped") == all(key in text for key in ("to", "was", "stopped_because"))
    assert text.get("date", TODAY) <= TODAY


@pytest.mark.parametrize("text", read("questions").values(), ids=read("questions"))
def test_a_question_is_between_members_and_marked(text):
    cities = {reply["city"] for reply in text["replies"]}
    assert text["demonstration"] and cities and text["city"] not in cities
    assert {text["city"]} | cities <= MEMBERS
    assert all("In this demonstration" in reply["text"] for reply in text["replies"])


@pytest.mark.parametrize("text", read("challenges").values(), ids=read("challenges"))
def test_a_challenge_is_between_members_and_marked(text):
    assert text["demonstration"]
    assert {text["city"]} | {answer["city"] for answer in text["answers"]} <= MEMBERS
    assert text["city"] not in {answer["city"] for answer in text["answers"]}
    assert all((answer["kind"] == "practice") == ("practice" in answer) for answer in text["answers"])
    assert ("outcome" in text) == ("closed_on" in text)


@pytest.mark.parametrize("city", CITIES.values(), ids=CITIES)
def test_a_city_says_where_its_facts_come_from(city):
    facts = [*city.get("facts", {}).values(), *([city["membership"]] if "membership" in city else [])]
    assert all(fact["source"].startswith("http") for fact in facts)
    assert all(1990 <= int(fact["year"]) <= 2026 for fact in city.get("facts", {}).values())


def test_there_is_enough_of_everything():
    counts = {kind: len(read(kind)) for kind in ("cities", *KINDS)}
    assert counts["cities"] >= 40
    assert counts["events"] >= 12
    assert counts["partners"] >= 6
    assert counts["transfers"] >= 12
    assert counts["challenges"] >= 6
    assert sum(transfer["stage"] == "stopped" for transfer in read("transfers").values()) >= 3


def test_profiles_are_of_people_whom_other_files_name_and_say_that_they_are_not_real():
    people = read("people")["profiles"]["people"]
    challenges = read("challenges").values()
    named = {(one["person"], one["city"]) for one in challenges} | {
        ("Anke", "berlin"),
        ("Oriol", "barcelona"),
    }
    named |= {(answer["person"], answer["city"]) for one in challenges for answer in one["answers"]}
    assert {(one["person"], one["city"]) for one in people} <= named
    assert flat(one["topics"] for one in people) <= topics()
    assert all(re.search("d[eé]mon?stra", one["about"]) for one in people)
