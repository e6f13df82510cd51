"""Tables in files: read CSV, XLSX and ODS by a list of columns, write CSV and XLSX, report errors, show progress.

COLUMNS = (
    Column("serial", cells.text(length_max=40), required=True, titles=("Заводской номер", "Serial number")),
    Column("value", cells.decimal(places=3), required=True, titles=("Показание", "Value")),
)
with read_rows(path, COLUMNS) as rows, ErrorReport(report_path) as report:
    progress.total = rows.total
    for row in rows:
        if row.errors:
            report.add(row.errors)
        else:
            take(row.values["serial"], row.values["value"])
        progress.advance(1)
"""

from dvor.base.files import cells, kept
from dvor.base.files.cells import Unreadable
from dvor.base.files.paths import as_path
from dvor.base.files.progress import Progress, Silent
from dvor.base.files.report import ErrorReport
from dvor.base.files.table import CellError, Column, Row, Rows, read_rows
from dvor.base.files.writing import Heading, csv_lines, safe, write_csv, write_xlsx

__all__ = [
    "CellError",
    "Column",
    "ErrorReport",
    "Heading",
    "Progress",
    "Row",
    "Rows",
    "Silent",
    "Unreadable",
    "as_path",
    "cells",
    "csv_lines",
    "kept",
    "read_rows",
    "safe",
    "write_csv",
    "write_xlsx",
]
