"""Citations: BibTeX and RIS. They name the version that was read, under an address that keeps it."""

from flask import current_app
from flask_babel import format_date
from flask_babel import gettext as _

from exchange.api.facts import author_of, licence_of, one_line, summary_of, tags_of, version_url
from exchange.search import service as search

LATEX = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "%&#$_"},
        # As words, not as signs: BibTeX counts every brace, whatever stands before it.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
)


def as_bibtex(query):
    return (bibtex(case, query.language) for case in search.everything(query))


def as_ris(query):
    return (ris(case, query.language) for case in search.everything(query))


def bibtex(case, language):
    """One @misc entry. The author is a body, not a person, and titles keep their capitals: double braces."""
    revision = case.revision
    fields = {
        "author": f"{{{latex(author_of(case, language))}}}",
        "title": f"{{{latex(revision.title)}}}",
        "year": revision.published_at.year,
        "howpublished": latex(site_name()),
        "url": version_url(case),
        "note": latex(note_of(case)),
        "language": latex(revision.language),
        "keywords": latex(", ".join(word.replace(",", " ") for word in keywords(case, language))),
        "abstract": latex(summary_of(revision)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "@misc{" + ",\n".join([key_of(case), *lines]) + "\n}\n\n"


def latex(text):
    return one_line(text).translate(LATEX)


def ris(case, language):
    """One record, a line for each value. A comma in its name would make a person of the author."""
    revision = case.revision
    lines = [
        ("TY", "ELEC"),
        ("ID", key_of(case)),
        ("AU", author_of(case, language).replace(",", "")),
        ("TI", revision.title),
        ("AB", summary_of(revision)),
        ("PY", str(revision.published_at.year)),
        ("DA", revision.published_at.strftime("%Y/%m/%d/")),
        ("ET", str(revision.number)),
        ("PB", site_name()),
        ("UR", version_url(case)),
        ("LA", revision.language),
        *(("KW", word) for word in keywords(case, language)),
        ("N1", note_of(case)),
    ]
    told = [f"{tag}  - {one_line(value)}" for tag, value in lines if value]
    return "\r\n".join([*told, "ER  - ", "", ""])


def key_of(case):
    """'porto-2026-k7q2mx': the year is that of the first version, so that a key never changes."""
    place = case.city.slug if case.city else (case.country or "case").lower()
    first = case.practice.published_at or case.revision.published_at
    return f"{place}-{first.year}-{case.practice.public_id.lower()}"


def note_of(case):
    number, day = case.revision.number, format_date(case.revision.published_at, "long")
    if licence := licence_of(case):
        return _(
            "Version %(number)s, %(date)s. Licence: %(licence)s.", number=number, date=day, licence=licence
        )
    return _("Version %(number)s, %(date)s.", number=number, date=day)


def keywords(case, language):
    return [*(topic.label(language) for topic in case.topics), *tags_of(case.revision)]


def site_name():
    return current_app.config["SETTINGS"].site_name
