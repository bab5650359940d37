"""Rules between the parts of a row, and how any rule complains."""

from flask_babel import gettext as _


def has_key(row):
    key = next((bound for part, bound in row.questions() if part.key), None)
    if key is None or key.answer():
        return True
    return complain(key, _("Fill this in, or remove the row."))


def has_file(row):
    if row.file.data or row.upload.data:
        return True
    return complain(row.upload, _("Choose a file and press Save, or remove the row."))


def before_comes_first(row):
    before, after = row["baseline_when"], row["value_when"]
    if is_later(before, after):
        return complain(before, _("Give a date before %(date)s.", date=after.data))
    return True


def both_coordinates(row):
    lat, lon = row["lat"], row["lon"]
    if bool(lat.data) == bool(lon.data):
        return True
    return complain(lon if lat.data else lat, _("Give both numbers, or neither."))


def exact_place_has_numbers(row):
    if row["precision"].data != "exact" or row["lat"].data:
        return True
    return complain(row["lat"], _("An exact place needs its two numbers. Without them choose the centre."))


def amount_has_currency(row):
    amount, currency = row["amount"], row["currency"]
    if amount.data and not currency.data:
        return complain(currency, _("Say in which currency."))
    if currency.data and not amount.data:
        return complain(amount, _("Give the amount, or empty the currency."))
    return True


def share_of_a_whole(row):
    share = row["share"]
    if not share.data or share.errors or 0 <= float(share.data) <= 100:
        return True
    return complain(share, _("A share lies between 0 and 100 per cent."))


def borrowed_from_somewhere(row):
    if row["practice"].data or row["text"].data:
        return True
    return complain(row["practice"], _("Name the case, or say in words where it comes from."))


def focus_in_picture(row):
    """Two numbers from 0 to 100, or none: what stays in sight where the picture is cut."""
    bounds = row["focus_x"], row["focus_y"]
    for bound, other in (bounds, bounds[::-1]):
        if not bound.errors and bool(bound.data) < bool(other.data):
            return complain(bound, _("Give both numbers, or neither."))
        if bound.data and not bound.errors and not 0 <= float(bound.data) <= 100:
            return complain(bound, _("Write a number from 0 to 100."))
    return True


RULES = {
    "results": (before_comes_first,),
    "costs": (amount_has_currency,),
    "funding": (share_of_a_whole,),
    "borrowed_from": (borrowed_from_somewhere,),
    "location": (both_coordinates, exact_place_has_numbers),
    "media": (has_file, focus_in_picture),
    "documents": (has_file,),
}


def is_later(first, second):
    """Whether a partial date lies after another, as far as both tell."""
    if not first.data or not second.data or first.errors or second.errors:
        return False
    known = min(len(first.data), len(second.data))
    return first.data[:known] > second.data[:known]


def complain(bound, message):
    """Add a message to a field that was checked already; always False."""
    bound.errors = [*bound.errors, message]
    return False
