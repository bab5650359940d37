"""What goes into the cells of files that people open with a spreadsheet: text stays text."""

import csv

BOM = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # how one begins


def harmless(value):
    """No spreadsheet shall calculate what somebody wrote; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def line_writer():
    """A function from the cells of a row to its line, RFC 4180."""
    write = csv.writer(Passing(), lineterminator="\r\n").writerow
    return lambda cells: write([harmless(cell) for cell in cells])


class Passing:
    """A file that hands back what is written to it."""

    def write(self, text):
        return text
