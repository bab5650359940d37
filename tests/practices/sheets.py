"""Files as people send them: CSV in any letters, workbooks sound and hostile."""

import csv
import io
import zipfile

import xlsxwriter
from openpyxl import Workbook


def separated(*rows, separator=",", encoding="utf-8-sig"):
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows(rows)
    return file.getvalue().encode(encoding)


def workbook(*rows, **sheets):
    """The bytes of an XLSX file; `sheets` are more of them by name."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for row in lines:
            sheet.append(list(row))
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def shared_strings(*rows):
    """The same, as spreadsheets write it: every text once, in a part of its own."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Cases")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def with_parts(data, level=zipfile.ZIP_DEFLATED, **parts):
    """The same workbook with parts put in place of others, or added; '__' in a name stands for '/'."""
    named = {name.replace("__", "/"): text for name, text in parts.items()}
    return repacked(data, named, level)


def repacked(data, parts, level=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", level) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return file.getvalue()


def sheet_xml(inside, before=""):
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
        f'main"><sheetData>{inside}</sheetData></worksheet>'
    )


def with_sheet(inside, before=""):
    """A workbook whose one sheet is this XML."""
    return repacked(workbook(["Title"], ["x"]), {"xl/worksheets/sheet1.xml": sheet_xml(inside, before)})
