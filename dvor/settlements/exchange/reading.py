"""Reads a bank statement whole: sums exact, balances and totals proved, every wrong line reported.

A file in which one document is wrong is refused as a whole: half a statement would never balance.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dvor.base import money
from dvor.base.files import CellError, ErrorReport
from dvor.base.refusals import Refusal, Text
from dvor.settlements.exchange import text
from dvor.settlements.exchange.balancing import AccountPart, balanced
from dvor.settlements.exchange.movements import Movement, Statement
from dvor.settlements.exchange.sections import ACCOUNT, Section, Sections

DOCUMENTS_MAX = 100_000
_DAY = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
_YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A file: its statements, one an account, and what was odd about it."""

    encoding: str
    statements: tuple[Statement, ...]
    warnings: tuple[Text, ...] = ()


def read(data: bytes, *, report: ErrorReport) -> Exchange:
    """Read a statement of version 1.0x (Windows-1251, DOS-866 or UTF-8).

    Raises:
        Refusal: ``file_empty``, ``file_too_large``, ``file_kind``, ``file_broken``, ``format_version``, or
            ``statement_wrong`` when lines cannot be read or the sums do not add up: each matter is in the report.
    """
    content, encoding = text.decoded(data)
    sections = Sections(content)
    walk = iter(sections)
    head = next(walk)
    version = head.values.get("ВерсияФормата", "")
    if not version.startswith("1."):
        raise Refusal(
            "format_version", _("Version “%(version)s” of the format is not known here.") % {"version": version[:20]},
            remedy=_("Export the statement in version 1.03."), field="file",
        )  # fmt: skip
    reader = _Reader(head)
    for section in walk:
        reader.take(section)
    statements = reader.statements()
    if reader.errors:
        report.add(sorted(reader.errors, key=lambda error: error.row))
        raise _wrong(reader.errors)
    declared = head.values.get("Кодировка", "")
    warnings = (*text.encoding_matters(content, encoding, declared), *sections.matters())
    return Exchange(encoding, statements, warnings)


@dataclass(slots=True)
class _Reader:
    head: Section
    parts: list[AccountPart] = field(default_factory=list)
    documents: list[Section] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    def take(self, section: Section) -> None:
        if section.name == ACCOUNT:
            self.parts.append(self._part(section))
        else:
            self.documents.append(section)
        if len(self.documents) > DOCUMENTS_MAX:
            raise text.broken(_("The file has more than %(limit)s documents.") % {"limit": DOCUMENTS_MAX})

    def statements(self) -> tuple[Statement, ...]:
        """Movements by account, then the proof of each account's sums."""
        if not self.parts:
            raise text.broken(_("The file names no account and no balance."))
        movements: dict[str, list[Movement]] = {part.account: [] for part in self.parts}
        for section in self.documents:
            for account, movement in self._movements(section, movements):
                movements[account].append(movement)
        if self.errors:
            return ()
        return tuple(balanced(account, self.parts, found, self.errors) for account, found in movements.items())

    def _part(self, section: Section) -> AccountPart:
        account = section.values.get("РасчСчет", "") or self.head.values.get("РасчСчет", "")
        if not re.fullmatch(r"[0-9A-Z]{20}", account):
            self._wrong(section, "РасчСчет", _("This is not an account of 20 digits."))
        since = self._day(section, "ДатаНачала") or self._day(self.head, "ДатаНачала")
        until = self._day(section, "ДатаКонца") or self._day(self.head, "ДатаКонца") or since
        opening, closing = self._sum(section, "НачальныйОстаток"), self._sum(section, "КонечныйОстаток")
        incoming, outgoing = self._sum(section, "ВсегоПоступило"), self._sum(section, "ВсегоСписано")
        for name, value in (("ДатаНачала", since), ("НачальныйОстаток", opening), ("КонечныйОстаток", closing)):
            if value is None and name not in section.values:
                self._wrong(section, name, _("This line is missing, so the balance cannot be checked."))
        if since and until and until < since:
            self._wrong(section, "ДатаКонца", _("The period ends before it begins."))
        nothing = date.min
        return AccountPart(
            account, since or nothing, until or nothing, opening or 0, closing or 0, incoming, outgoing, section.line
        )

    def _movements(self, section: Section, accounts: dict[str, list[Movement]]) -> list[tuple[str, Movement]]:
        """A document moves money of one of the file's accounts, or of two when it is a transfer between them."""
        values = section.values
        payers = [values.get(f"Плательщик{name}", "") for name in ("Счет", "РасчСчет")]
        payees = [values.get(f"Получатель{name}", "") for name in ("Счет", "РасчСчет")]
        sides = [(False, next(filter(accounts.__contains__, payers), "")),
                 (True, next(filter(accounts.__contains__, payees), ""))]  # fmt: skip
        if not any(account for _incoming, account in sides) or sides[0][1] == sides[1][1]:
            side = "ПлательщикСчет" if sides[0][1] else "ПолучательСчет"
            self._wrong(section, side, _("The document moves money of none of the accounts of this file."))
            return []
        kopecks, drawn_on = self._sum(section, "Сумма"), self._day(section, "Дата")
        if not values.get("Сумма") or (kopecks is not None and kopecks <= 0):
            self._wrong(section, "Сумма", _("A document needs a sum above zero."))
        found = []
        for incoming, account in sides:
            booked_on = self._day(section, "ДатаПоступило" if incoming else "ДатаСписано") or drawn_on
            if account and booked_on is None:
                self._wrong(section, "Дата", _("A document needs a day."))
            elif account and kopecks and booked_on:
                found.append((account, Movement(
                    section.line, values.get("Номер", "")[:20], booked_on, kopecks, incoming,
                    payer=_name(section, "Плательщик"), payer_account=next(filter(None, payers), "")[:34],
                    payer_inn=values.get("ПлательщикИНН", "")[:12], payee=_name(section, "Получатель"),
                    payee_account=next(filter(None, payees), "")[:34], purpose=section.purpose()[:2_000],
                )))  # fmt: skip
        return found

    def _day(self, section: Section, key: str) -> date | None:
        told = section.values.get(key, "")
        if not told:
            return None
        try:
            found = datetime.strptime(told, "%d.%m.%Y").date() if _DAY.fullmatch(told) else None  # noqa: DTZ007 a day
        except ValueError:
            found = None
        if found is None or found.year not in _YEARS:
            self._wrong(section, key, _("This is not a day."), _("Days are written like 20.11.2026."))
            return None
        return found

    def _sum(self, section: Section, key: str) -> int | None:
        told = section.values.get(key, "")
        if not told:
            return None
        try:
            kopecks = money.parse(told.removeprefix("-"))
        except Refusal as refusal:
            self._wrong(section, key, refusal.text, refusal.remedy)
            return None
        return -kopecks if told.startswith("-") else kopecks

    def _wrong(self, section: Section, key: str, reason: Text, remedy: Text = "") -> None:
        line = section.lines.get(key, section.line)
        self.errors.append(CellError(line, key, section.values.get(key, "")[:120], reason, remedy))


def _name(section: Section, side: str) -> str:
    """The name of a side without the taxpayer number that banks put before it."""
    told = section.values.get(f"{side}1", "") or section.values.get(side, "")
    return re.sub(r"^ИНН\s*[0-9]{10,12}\s*", "", told)[:300]


def _wrong(errors: Sequence[CellError]) -> Refusal:
    first = min(errors, key=lambda error: error.row)
    return Refusal(
        "statement_wrong",
        _("The statement cannot be taken: line %(line)s, %(key)s: %(why)s")
        % {"line": first.row, "key": first.column, "why": first.reason},
        remedy=_("Nothing was taken. Export the statement once more, and ask the bank if it stays so."),
        field="file",
    )
