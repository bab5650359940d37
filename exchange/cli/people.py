"""People from the command line. Each function commits and returns the sentence to print."""

from click import ClickException
from flask import current_app

from exchange.accounts import service as accounts
from exchange.accounts.models import Membership, User
from exchange.core import journal, schema
from exchange.core.forms import MAIL
from exchange.core.models import db, now
from exchange.taxonomy.seed import seed_vocabulary


def set_up(email, name):
    schema.migrate()
    seed_vocabulary()
    user = make(email, name)
    accounts.grant(user, "admin")
    db.session.commit()
    return (
        f"Ready. {name} is the administrator and signs in here, once, within 30 minutes:\n{link_for(user)}\n"
        "Next: `exchange user role EMAIL coordinator` for whoever runs the reviews, then `exchange serve`."
    )


def add(email, name, city=None, city_admin=False):
    if city_admin and not city:
        raise ClickException("Of which city? Name it with --city.")
    user = make(email, name)
    if city:
        found = accounts.find_city(city)
        if not found:
            raise ClickException(f"There is no city '{city}'.")
        user.memberships.append(
            Membership(city=found, state="approved", is_admin=city_admin, decided_at=now())
        )
        db.session.flush()
        journal.record("membership approved", accounts.subject(user), news=False, city=city)
    db.session.commit()
    return f"{name} <{user.email}> has been added. `exchange user sign-in-link {user.email}` lets them in."


def set_role(email, role, revoke=False):
    user = find(email)
    (accounts.revoke if revoke else accounts.grant)(user, role)
    db.session.commit()
    return f"{user.email}: {', '.join(sorted(user.roles)) or 'no role'}."


def sign_in_link(email):
    return link_for(find(email))


def link_for(user):
    link = accounts.make_link("sign-in", user)
    db.session.commit()
    return f"{current_app.config['SETTINGS'].base_url}/links/{accounts.token_of(link)}"


def make(email, name):
    email = accounts.normal(email)
    if not MAIL.fullmatch(email):
        raise ClickException(f"'{email}' is not a mail address.")
    if accounts.find_user(email):
        raise ClickException(f"{email} has an account already.")
    user = User(email=email, name=name, verified_at=now())
    db.session.add(user)
    db.session.flush()
    journal.record("add user", accounts.subject(user), news=False)
    return user


def find(email):
    user = accounts.find_user(email)
    if not user:
        raise ClickException(f"Nobody here has the address {email}.")
    return user
