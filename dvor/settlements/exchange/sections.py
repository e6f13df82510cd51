"""The shape of a statement: a head, sections of accounts, documents, an end; keys with what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal, Text
from dvor.settlements.exchange import text

ACCOUNT, DOCUMENT = "СекцияРасчСчет", "СекцияДокумент"
_ENDS = {ACCOUNT: "КонецРасчСчет", DOCUMENT: "КонецДокумента"}
_END_OF_FILE = "КонецФайла"
_PURPOSE, _PURPOSE_MAX = "НазначениеПлатежа", 4_000
_KEY = re.compile(r"[А-ЯЁ][А-Яа-яЁё]{2,40}[0-9]{0,2}")


def _keys(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SIDES = [
    f"{side}{name}"
    for side in ("Плательщик", "Получатель")
    for name in ("", "Счет", "ИНН", "КПП", "1", "2", "3", "4", "РасчСчет", "Банк1", "Банк2", "БИК", "Корсчет")
]
_HEAD_KEYS = _keys(
    "ВерсияФормата Кодировка Отправитель Получатель ДатаСоздания ВремяСоздания ДатаНачала ДатаКонца РасчСчет Документ"
)
_ACCOUNT_KEYS = _keys("ДатаНачала ДатаКонца НачальныйОстаток РасчСчет ВсегоСписано ВсегоПоступило КонечныйОстаток")
_DOCUMENT_KEYS = _keys(
    """
    Номер Дата Сумма КвитанцияДата КвитанцияВремя КвитанцияСодержание ДатаСписано ДатаПоступило ВидПлатежа ВидОплаты
    Код КодНазПлатежа СтатусСоставителя ПоказательКБК ОКАТО ПоказательОснования ПоказательПериода ПоказательНомера
    ПоказательДаты ПоказательТипа Очередность СрокПлатежа СрокАкцепта ВидАккредитива УсловиеОплаты1 УсловиеОплаты2
    УсловиеОплаты3 ПлатежПоПредст ДополнУсловия НомерСчетаПоставщика ДатаОтсылкиДок НазначениеПлатежа
    НазначениеПлатежа1 НазначениеПлатежа2 НазначениеПлатежа3 НазначениеПлатежа4 НазначениеПлатежа5 НазначениеПлатежа6
    """
) | frozenset(_SIDES)
_KNOWN = {"": _HEAD_KEYS, ACCOUNT: _ACCOUNT_KEYS, DOCUMENT: _DOCUMENT_KEYS}


@dataclass(slots=True)
class Section:
    """One part of the file: ``name`` is empty for its head; each value with the line on which it stands."""

    name: str
    line: int
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def purpose(self) -> str:
        """The purpose, whole or in its numbered lines, whichever says more."""
        numbered = [self.values.get(f"{_PURPOSE}{place}", "") for place in range(1, 7)]
        return max(self.values.get(_PURPOSE, ""), " ".join(filter(None, numbered)), key=len)


class Sections:
    """Walks over the lines once; ``warnings`` are complete when the walk is."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._unknown: dict[str, int] = {}
        self._repeated: dict[str, int] = {}
        self._section = Section("", 1)  # the one that is being read; without a name between two of them
        self._last = ""  # the key that the next line may continue
        self._ended = False

    def __iter__(self) -> Iterator[Section]:
        """The head first, then the sections in the order of the file.

        Raises:
            Refusal: ``file_broken``: cut off, or with sections that do not end, or with something behind the end.
        """
        head = self._section
        for number, line in text.lines(self._content):
            if line and not (line == text.MARK and self._section is head and not head.values):
                yield from self._step(line, number)
        if not self._ended:
            raise text.broken(_("The file is cut off: its last line “%(end)s” is missing.") % {"end": _END_OF_FILE})
        if self._section is head:
            yield head

    def _step(self, line: str, number: int) -> Iterator[Section]:
        """Take one line; the section that it ends, if it does."""
        if self._ended:
            raise _broken(_("Something stands behind the end of the file, in line %(line)s."), number)
        key = line.partition("=")[0].strip()
        if key in _ENDS:
            if self._section.name:
                raise _broken(_("The section of line %(line)s has no end."), self._section.line)
            if self._section.line == 1:
                yield self._section
            self._section, self._last = Section(key, number), ""
        elif line == _ENDS.get(self._section.name):
            yield self._section
            self._section, self._last = Section("", number), ""
        elif line == _END_OF_FILE and not self._section.name:
            self._ended = True
        else:
            self._take(line, number)

    def _take(self, line: str, number: int) -> None:
        section, last = self._section, self._last
        key, separator, value = line.partition("=")
        key = key.strip() if separator else ""
        known = key in _KNOWN[section.name]
        if not known and last.startswith(_PURPOSE) and not _KEY.fullmatch(key):
            if len(section.values[last]) < _PURPOSE_MAX:  # a purpose of several lines
                section.values[last] = f"{section.values[last]} {line}".strip()
            return
        self._last = ""
        if not known:
            self._unknown.setdefault((key or line)[:60], number)
        elif key in section.values:  # the first one stands: what a payer typed must not change a sum
            self._repeated.setdefault(key, number)
        else:
            section.values[key], section.lines[key] = value.strip(), number
            self._last = key

    def matters(self) -> Iterator[Text]:
        """What was not understood and does no harm."""
        for names, told in (
            (self._unknown, _("“%(key)s” is not known and is not read (line %(line)s).")),
            (self._repeated, _("“%(key)s” is repeated: the first one is read (line %(line)s).")),
        ):
            for key, number in list(names.items())[:20]:
                yield told % {"key": key, "line": number}


def _broken(told: Text, line: int) -> Refusal:
    return text.broken(str(told) % {"line": line})
