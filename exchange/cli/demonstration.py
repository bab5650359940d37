"""The demonstration: cities, people of every role, cases in every state, through the verbs of real life."""

import tomllib
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import select, update

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.accounts.models import City, Membership, User
from exchange.cli import demonstrated, demonstration_transfers, people
from exchange.cli.progress import Progress
from exchange.core import schema
from exchange.core.journal import News
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.network.models.members import TermOfOffice
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.search import indexing
from exchange.taxonomy.seed import seed_vocabulary

FOLDER = Path(__file__).resolve().parent.parent / "demo"
PEOPLE = (  # name, role, city, city admin
    ("Rosa", None, None, False),
    ("Oriol", None, "barcelona", False),
    ("Anke", None, "berlin", True),
    ("Edith", "expert", None, False),
    ("Milan", "moderator", None, False),
    ("Clara", "coordinator", None, False),
    ("Aminata", "admin", None, False),
    ("Tilda", "coordinator", None, False),  # compiles cases for the secretariat
)
ROLE_WORDS = {
    "Rosa": "reader",
    "Oriol": "official of Barcelona",
    "Anke": "city admin of Berlin",
    "Edith": "expert reviewer",
    "Milan": "moderator",
    "Clara": "coordinator",
    "Aminata": "admin",
}
ON_THE_WAY = {  # case → where it stands, so that each role finds work
    "barcelona-30-percent-rule": "draft",
    "barcelona-superblocks": "changes",
    "hamburg-green-roof-strategy": "in review",
    "casablanca-third-party-rehousing": "with the expert",
    "madrid-central": "submitted",
}
NEWEST = (  # these stand on the first page, the last one leads
    "stockholm-congestion-charge",
    "rotterdam-water-squares",
    "wien-subsidised-housing-zoning",
    "medellin-cable-car",
)
NOTE = "Compiled for demonstration from public sources; not submitted by the city."


def prepare():
    """Bring a demonstration to where it can be served: shape, content, index. Safe to repeat."""
    schema.migrate()
    if seed():
        click.echo("The demonstration has been set up.")
    seed_vocabulary()  # words that a newer program brings
    db.session.commit()
    indexing.repair()
    while reactions.react():
        pass


def print_links():
    for name, role in ROLE_WORDS.items():
        user = accounts.find_user(address(name))
        if user and user.is_active:
            click.echo(f"  {role:<22} {people.link_for(user)}")
    click.echo("  (each link signs in once, within 30 minutes; `exchange user sign-in-link` makes new ones)")


def seed():
    """Fill an empty installation; returns False, and changes nothing, where anybody or anything is."""
    if db.session.scalar(select(User.id).limit(1)) or db.session.scalar(select(Practice.id).limit(1)):
        return False
    seed_vocabulary()
    for path in sorted((FOLDER / "cities").glob("*.toml")):
        add_city(read(path))
    cast = {name: add_person(name, *rest) for name, *rest in PEOPLE}
    ask_for_berlin()
    paths = sorted((FOLDER / "practices").glob("*.toml"), key=order)
    progress = Progress("Seeding")
    with long_told():
        for done, path in enumerate(paths, start=1):
            add_case(path.stem, read(path), cast)
            progress(done, len(paths))
    demonstrated.add_all()
    demonstration_transfers.seed(cast["Tilda"])
    # What happened before the doors opened is no news: no letter goes out, and the index is built whole.
    db.session.execute(update(News).values(done_at=now()))
    db.session.commit()
    return True


@contextmanager
def long_told():
    """The cities of the demonstration have heard of their cases, as if some weeks had passed."""
    settings = current_app.config["SETTINGS"]
    current_app.config["SETTINGS"] = replace(settings, tell_city_days=0)
    try:
        yield
    finally:
        current_app.config["SETTINGS"] = settings


def order(path):
    """As in the alphabet, but the cases of the first page come last, the lead last of all."""
    return (NEWEST.index(path.stem) + 1 if path.stem in NEWEST else 0, path.stem)


def read(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def add_city(told):
    offices = told.pop("offices", [])
    membership = told.pop("membership", None)  # only where a public source says so
    dates = {name: str(told.pop(name)) for name in ("member_since", "member_until") if name in told}
    city = City(
        **told,
        **dates,
        is_member=membership is not None and "member_until" not in dates,
        membership_source=(membership or {}).get("source"),
    )
    db.session.add(city)
    db.session.add_all(term_of(city, term) for term in offices)
    db.session.flush()


def term_of(city, told):
    return TermOfOffice(
        city=city,
        office=told["office"],
        start=told["from"],
        end=told.get("to") or None,
        person=told.get("person"),
        note=told.get("note", ""),
        source=told.get("source", ""),
    )


def address(name):
    return f"{name.lower()}@exchange.example"


def add_person(name, role, city, city_admin):
    user = User(email=address(name), name=name, verified_at=now())
    db.session.add(user)
    db.session.flush()
    if role:
        accounts.grant(user, role)
    if city:
        user.memberships.append(
            Membership(city=accounts.find_city(city), state="approved", is_admin=city_admin, decided_at=now())
        )
    db.session.flush()
    return user


def ask_for_berlin():
    """Somebody waits to be let in, so that the city's admin finds work."""
    newcomer = add_person("Nele", None, None, False)
    accounts.ask_membership(newcomer, accounts.find_city("berlin"), "Senate Department for Mobility")


def add_case(slug, facts, cast):
    stand = ON_THE_WAY.get(slug, "published")
    ours = stand in ("draft", "changes")  # the official's own desk
    author = cast["Oriol" if ours else "Tilda"]
    city = accounts.find_city(facts.pop("city"))
    facts.pop("told_by", None)
    revision = practices.begin(
        author, city, facts.pop("title"), facts.pop("language"), told_by="city" if ours else "secretariat"
    )
    practice = revision.practice
    practice.origin_source, practice.origin_id = "demonstration", slug
    practices.give_label(practice, "demonstration", note=NOTE)
    missing = facts.pop("missing", {})
    practices.write(revision, {**facts, "declarations": list(DECLARED), "licence": "CC-BY-4.0"}, missing)
    WAYS[stand](revision, author, cast)


DECLARED = ("right-to-publish", "no-personal-data", "interests-told")


def leave_as_draft(revision, author, _cast):
    """Half written: the later steps are still to be told."""
    later = (
        "results",
        "evidence_design",
        "evidence_independence",
        "success_factors",
        "obstacles",
        "transfer_conditions",
        "declarations",
        "contacts",
    )
    practices.write(revision, dict.fromkeys(later), {})


def submit_only(revision, author, _cast):
    return moderation.submit(revision, author)


def start_review(revision, author, cast):
    review = moderation.submit(revision, author)
    moderation.take(review, cast["Milan"])
    return review


def give_to_expert(revision, author, cast):
    review = moderation.submit(revision, author)
    moderation.assign(review, cast["Edith"], cast["Clara"])


def ask_for_changes(revision, author, cast):
    review = start_review(revision, author, cast)
    moderation.comment(
        review,
        "results",
        "Who counted, and when? Please name the source of each figure.",
        cast["Milan"],
        blocking=True,
    )
    moderation.decide(
        review,
        "request_changes",
        cast["Milan"],
        reason="The story is clear. Please add where the figures come from.",
    )


def publish(revision, author, cast):
    review = start_review(revision, author, cast)
    moderation.decide(
        review,
        "approve",
        cast["Milan"],
        design=revision.get("evidence_design"),
        independence=revision.get("evidence_independence"),
        public_note=NOTE,
        publish_now=False,
    )
    moderation.reply(review, author)  # she has seen the note
    moderation.publish(revision, cast["Milan"])


WAYS = {
    "draft": leave_as_draft,
    "submitted": submit_only,
    "in review": start_review,
    "with the expert": give_to_expert,
    "changes": ask_for_changes,
    "published": publish,
}
