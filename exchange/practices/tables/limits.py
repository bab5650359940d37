"""How much of a table is read, and how a table is refused."""

MOST_BYTES = 5 * 1024 * 1024  # of the file as it is sent
MOST_ROWS = 500  # that hold a case
MOST_LINES = 5_000  # looked at for them, empty ones included
MOST_COLUMNS = 400
MOST_CELL = 32_767  # characters, as in a spreadsheet
MOST_SHEETS = 50
MOST_PARTS = 2_000  # files inside a workbook
MOST_UNPACKED = 40 * 1024 * 1024  # bytes of a workbook, unpacked
MOST_ELEMENTS = 1_000_000  # of XML in a workbook
MOST_CELLS_A_LINE = 2_000  # formatted ones without a word in them included


class BadTable(ValueError):
    """A file that cannot be read as a table; the message is for the person who sent it."""
