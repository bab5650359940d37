"""What one could have instead. Each is built from the same cases, stems English, and answers a Question
with a Page: total, the ten best with scores and snippets, and the counts of five facets, where a facet's
own filter does not shrink its own counts. Each does so in the best way that it offers."""

import importlib
from dataclasses import dataclass

FACETS = ("topic", "stage", "country", "year", "language")
TEN = 10
NAMES = ("tantivy", "sqlite", "postgres", "whoosh")


class Missing(Exception):
    """It is not on this machine; the message says what is missing."""


@dataclass(frozen=True)
class Page:
    total: int
    hits: list  # (number of the case, score, snippet)
    facets: dict  # facet → {value: count}


def open_rival(name, folder, stream):
    """Build the rival of that name from a stream of cases; raises Missing."""
    module = importlib.import_module(
        f"{__name__}.naive_{name}" if name == "whoosh" else f"{__name__}.{name}_"
    )
    folder.mkdir()
    return module.Rival(folder, stream)


def others(filters, name):
    """The filters but one."""
    return {facet: values for facet, values in filters.items() if facet != name}
