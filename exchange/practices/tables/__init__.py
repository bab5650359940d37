"""Tables that people send: CSV and XLSX, read into cells of text within limits; nothing in them is executed.

`read` takes the bytes and gives a Table, or raises BadTable with a sentence for whoever sent the file.
"""

from exchange.practices.tables.columns import CITY, Column, columns, find_column, guess
from exchange.practices.tables.limits import MOST_BYTES, MOST_CELL, MOST_COLUMNS, MOST_ROWS, BadTable
from exchange.practices.tables.reading import Row, Table, read

__all__ = [
    "BadTable",
    "CITY",
    "Column",
    "MOST_BYTES",
    "MOST_CELL",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Row",
    "Table",
    "columns",
    "find_column",
    "guess",
    "read",
]
