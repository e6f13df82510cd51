"""What can be wrong with a file as a whole, and with a row that has no cells to speak of."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal, Text


@dataclass(frozen=True, slots=True)
class Unusable:
    """A row that could not be split into cells."""

    reason: Text
    remedy: Text


def empty() -> Refusal:
    return Refusal("file_empty", _("The file is empty."), remedy=_("Choose the file with the table."), field="file")


def not_a_table() -> Refusal:
    return Refusal(
        "file_kind",
        _("This file is not a table that can be read here."),
        remedy=_("Save it as XLSX, ODS or CSV and choose it again."),
        field="file",
    )


def broken() -> Refusal:
    return Refusal(
        "file_broken",
        _("The workbook cannot be opened."),
        remedy=_("Open it in a spreadsheet program, save it as XLSX without a password and choose it again."),
        field="file",
    )


def too_large(limit: int) -> Refusal:
    return Refusal(
        "file_too_large",
        _("The file is larger than %(limit)s MB.") % {"limit": limit // 1024**2},
        remedy=_("Split it into several files."),
        status=413,
        field="file",
    )


def too_large_unpacked() -> Refusal:
    return Refusal(
        "file_too_large",
        _("The workbook is too large to be unpacked."),
        remedy=_("Save the sheet as CSV: a CSV file may be much larger."),
        status=413,
        field="file",
    )
