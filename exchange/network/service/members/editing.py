"""A city's profile, membership and offices are changed, each change on record. The caller commits."""

from exchange.accounts.models import City
from exchange.core import journal
from exchange.core.models import db, hold_row
from exchange.network.models.members import CityChange, TermOfOffice
from exchange.practices.service import NotAllowed, fingerprint

PROFILE = (
    *("name", "names", "about", "languages", "website", "departments", "competences"),
    *("population", "population_year", "population_source", "facts"),
)
MEMBERSHIP = ("is_member", "member_since", "member_until", "membership_source")
TERM = ("office", "start", "end", "person", "note", "source")


class Meanwhile(Exception):
    """Somebody else changed it since the form was opened."""


def may_edit(user, city):
    """Whoever administers the city, and coordinators."""
    return user.is_authenticated and (user.is_coordinator or user.is_admin_of(city.id))


def may_change_offices(user):
    """Who belongs to the network, and who leads it, is said by its secretariat."""
    return user.is_authenticated and (user.is_coordinator or user.is_admin)


def base_of(thing, names):
    """A text that differs when one of these attributes does; goes into a form as a hidden field."""
    return fingerprint([getattr(thing, name) for name in names])


def change_profile(city, by, words, base, note=""):
    """Afterwards the profile says so; `words` has every name of PROFILE. Returns the names of what changed.

    Raises NotAllowed, and Meanwhile when it is not any more what `base` was made of.
    """
    hold(city)
    if not may_edit(by, city):
        raise NotAllowed("only its administrators and coordinators change a city's profile")
    changed = put(city, PROFILE, words, base)
    if changed:
        record("change city", "profile", city, by, changed, note)
    if {"name", "names"} & set(changed):
        journal.tell("vocabulary changed", subject=subject(city))
    return changed


def set_membership(city, by, words, base, note=""):
    """Afterwards it is, was or never was a member; `words` has every name of MEMBERSHIP. Raises as above."""
    hold_for_secretariat(city, by)
    changed = put(city, MEMBERSHIP, words, base)
    if changed:
        record("change city membership", "membership", city, by, changed, note)
    return changed


def add_term(city, by, words, note=""):
    """The city holds an office; the same term twice is one. Returns the TermOfOffice. Raises NotAllowed."""
    hold_for_secretariat(city, by)
    same = {name: words[name] for name in ("office", "start", "end", "person")}
    known = db.session.query(TermOfOffice).filter_by(city_id=city.id, **same).first()
    if known:
        return known
    made = TermOfOffice(city=city, **{name: words[name] for name in TERM})
    db.session.add(made)
    db.session.flush()
    record("add term of office", "office added", city, by, span(made), note, term=made.id)
    return made


def change_term(term, by, words, base, note=""):
    """Returns the names of what changed. Raises NotAllowed, Meanwhile, Gone."""
    hold_for_secretariat(term.city, by)
    hold_row(term)
    changed = put(term, TERM, words, base)
    if changed:
        record("change term of office", "office changed", term.city, by, span(term), note, term=term.id)
    return changed


def remove_term(term, by, note=""):
    """It was recorded by mistake; that it stood here stays on record. Raises NotAllowed, Gone."""
    hold_for_secretariat(term.city, by)
    hold_row(term)
    record("remove term of office", "office removed", term.city, by, span(term), note, term=term.id)
    db.session.delete(term)


def put(thing, names, words, base):
    changed = [name for name in names if words[name] != getattr(thing, name)]
    if changed and base_of(thing, names) != base:
        raise Meanwhile
    for name in changed:
        setattr(thing, name, words[name])
    return changed


def hold_for_secretariat(city, by):
    hold(city)
    if not may_change_offices(by):
        raise NotAllowed("only coordinators and admins change memberships and offices")


def hold(city):
    db.session.refresh(city, with_for_update={"of": City})


def span(term):
    return [term.office, term.start, term.end]


def record(act, what, city, by, details, note, **more):
    db.session.add(CityChange(city_id=city.id, by_id=by.id, what=what, details=list(details), note=note))
    journal.record(act, subject(city), by, news=False, what=list(details), note=note, **more)
    db.session.flush()


def subject(city):
    return f"city:{city.slug}"
