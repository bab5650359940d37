"""`make messages`: collect the words of the interface, bring the catalogues up to date, compile them.

New words come in empty; `tests/test_catalogues.py` fails until each has its translation.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "exchange" / "translations"
LANGUAGES = ("fr", "es", "de")
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
SOURCES = (
    (ROOT / "exchange", [("**.py", "python")]),
    (ROOT / "templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
)


def main():
    template = collected()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        write(language, catalogue)
        missing = sum(1 for message in catalogue if message.id and not translated(message))
        print(f"{language}: {len(catalogue)} messages, {missing} without translation")


def collected():
    """A catalogue of every word that the code and the templates hand to gettext."""
    template = Catalog(project="Exchange", charset="utf-8")
    for folder, methods in SOURCES:
        for _file, _line, message, comments, context in extract_from_dir(
            str(folder), methods, keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            template.add(message, None, [], auto_comments=comments, context=context)
    return template


def read(language):
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale=language, project="Exchange", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language, catalogue):
    folder = FOLDER / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    catalogue.header_comment = "# Words of the Exchange's interface."
    with (folder / "messages.po").open("wb") as file:
        write_po(file, catalogue, sort_output=True, no_location=True, width=110, ignore_obsolete=True)
    (folder / "messages.mo").write_bytes(compiled(catalogue))


def compiled(catalogue):
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def translated(message):
    words = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(words)


if __name__ == "__main__":
    main()
