"""What a case points to, fetched: the case whose idea it took, the other cities that take part."""

from dataclasses import dataclass

from exchange.accounts import service as accounts
from exchange.practices import service


@dataclass(frozen=True)
class Model:
    """One row of 'borrowed from'. `title`, `language` and `path` only while the case it names is public."""

    row: dict
    public_id: str = ""
    title: str = ""
    language: str = ""
    path: str = ""


def models_of(revision):
    """The rows of 'borrowed from' with the public cases they name; one query."""
    rows = [row for row in revision.get("borrowed_from", []) if isinstance(row, dict)]
    titles = service.public_titles({row["practice"] for row in rows if row.get("practice")})
    return [model_of(row, *titles.get(row.get("practice"), ("", ""))) for row in rows]


def model_of(row, title, language):
    public_id = row.get("practice") or ""
    return Model(row, public_id, title, language, service.path_to(public_id, title) if title else "")


def other_cities_of(revision, language):
    """(name in the reader's language, slug or '') of the other cities that take part."""
    return cities_named(revision.get("other_cities", []), language)


def cities_named(told, language):
    known = accounts.cities_of(told)
    return [(known[one].label(language), one) if one in known else (str(one), "") for one in told]
