"""`exchange cities`: the member table of a network, by the forms that its secretariat fills in."""

from collections import Counter

from click import ClickException
from werkzeug.datastructures import MultiDict

from exchange.accounts import service as accounts
from exchange.cli import tables
from exchange.cli.people import find
from exchange.core.i18n import speaking
from exchange.core.models import db
from exchange.network.forms import bringing as places
from exchange.network.forms import members as forms
from exchange.network.forms.fields import language_code
from exchange.network.service.members import bringing, editing
from exchange.taxonomy import service as taxonomy

TOLD_APART = ("base", "note", "departments", "csrf_token")  # not in a table
MEMBERSHIP = {"since": "member_since", "until": "member_until", "source": "membership_source"}
OTHERS = ("slug", "own_name", "country", "is_member", *MEMBERSHIP.values(), "lat", "lon")
DERIVED = ("country_name", "region", "offices", "practices", "url")  # which /cities.csv adds
YES, NO = ("yes", "true", "1", "x"), ("no", "false", "0")
NO_CSRF = {"csrf": False}


class Wrong(Exception):
    """What is wrong with a row: column → sentence."""


def import_table(data, email, dry_run=False):
    """(lines to print, whether every row was good). Empty cells leave what stands; safe to repeat."""
    by = find(email)
    if not by.is_coordinator:
        raise ClickException(f"{by.email} is no coordinator.")
    table, counts, told = tables.read(data), Counter(new=0, changed=0, same=0), []
    with speaking("en"):
        names = [heading.strip().lower() for heading in table.headings]
        unknown = [name for name in names if name and name not in (*columns(), *DERIVED)]
        for row in table.rows:
            try:
                with db.session.begin_nested():
                    counts[take(dict(zip(names, row.cells, strict=False)), by)] += 1
            except Wrong as wrong:
                told += [
                    f"row {row.number}, column {name}: {words}"
                    for name, words in sorted(wrong.args[0].items())
                ]
                counts["refused"] += 1
    db.session.rollback() if dry_run else db.session.commit()
    left = [f"Left out, for no column of ours is called so: {', '.join(unknown)}."] if unknown else []
    parts = [f"{counts[word]} {word}" for word in ("new", "changed", "same", "refused")]
    ending = " Dry run: nothing was written." if dry_run else ""
    return [*left, *told, f"{', '.join(parts)}.{ending}"], not counts["refused"]


def columns():
    form = forms.ProfileForm(formdata=None, meta=NO_CSRF)
    return [*OTHERS, *(field.short_name for field in form if field.short_name not in TOLD_APART)]


def take(cells, by):
    """'new', 'changed' or 'same'. Raises Wrong."""
    cells = {name: text.strip() for name, text in cells.items() if text and text.strip()}
    name, country = cells.get("own_name") or cells.get("name", ""), country_code(cells.get("country", ""))
    city = known_city(cells.get("slug"), name, country)
    is_new = city is None
    if is_new:
        city = add(by, name, country)
    changed = [*set_profile(city, cells, by), *set_membership(city, cells, by), *set_place(city, cells, by)]
    return "new" if is_new else "changed" if changed else "same"


def country_code(words):
    """'DE', 'Germany', 'Allemagne' → 'DE'; other words as they are."""
    for code, country in taxonomy.countries().items():
        if words.casefold() in (code.casefold(), *(name.casefold() for name in country["names"].values())):
            return code
    return words


def known_city(slug, name, country):
    """By its slug, else by any of its names; a city is renamed by `own_name` alone."""
    if not slug:
        return bringing.find(name, country)
    city = accounts.find_city(slug)
    if city is None:
        raise Wrong({"slug": f"there is no city '{slug}'; leave it empty for a new one"})
    return city


def add(by, name, country):
    form = checked(places.NewCityForm, {"name": name, "country": country})
    return bringing.add_city(by, form.name.data, form.country.data)


def checked(form_class, values, names=None):
    """The form with these values, without mistakes; else Wrong, by column."""
    form = form_class(formdata=MultiDict(values), meta=NO_CSRF)
    if not form.validate():
        wrong = {name: " ".join(map(str, problems)) for name, problems in form.errors.items()}
        raise Wrong({(names or {}).get(name, name): words for name, words in wrong.items()})
    return form


def set_profile(city, cells, by):
    """Names of what changed; departments stay as they are."""
    stands = {name: value for name, value in forms.ProfileForm.told(city).items() if value}
    departments = stands.pop("departments", [])
    told = {name: text for name, text in cells.items() if name not in OTHERS and name != "name"}
    if "own_name" in cells:
        told["name"] = cells["own_name"]
    if "languages" in told:
        told["languages"] = with_commas(told["languages"])
    form = checked(forms.ProfileForm, {**stands, **told})
    words = {**form.words(city), "departments": departments}
    return editing.change_profile(city, by, words, editing.base_of(city, editing.PROFILE))


def with_commas(languages):
    """'pt gl', as the table of the site writes them → 'pt, gl'."""
    parts = languages.split()
    return ", ".join(parts) if all(map(language_code, parts)) else languages


def set_membership(city, cells, by):
    if not {"is_member", *MEMBERSHIP.values()} & cells.keys():
        return []
    told = {name: cells.get(column) or getattr(city, column) or "" for name, column in MEMBERSHIP.items()}
    told["standing"] = standing(cells, city, told)
    if told["standing"] == "member" and "member_until" not in cells:
        told["until"] = ""
    form = checked(forms.MembershipForm, told, {**MEMBERSHIP, "standing": "is_member"})
    return editing.set_membership(city, by, form.words, editing.base_of(city, editing.MEMBERSHIP))


def standing(cells, city, told):
    """'member', 'former' or 'none', as the row says it."""
    says = cells.get("is_member", "").lower()
    if says and says not in (*YES, *NO):
        raise Wrong({"is_member": "write yes or no"})
    if says in YES or (not says and "member_until" not in cells and (city.is_member or told["since"])):
        return "member"
    return "former" if told["until"] else "none"


def set_place(city, cells, by):
    if not {"lat", "lon"} & cells.keys():
        return []
    form = checked(places.PlaceForm, {name: cells.get(name, "") for name in bringing.PLACE})
    return bringing.set_place(city, by, form.words, editing.base_of(city, bringing.PLACE))
