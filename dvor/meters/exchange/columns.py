"""Columns of files with readings: three layouts told apart by their headings.

- the 21 columns of open-condo's workbook (address, premise, account, kind and number of the meter, four values, dates);
- the columns of the housing registry and of mosgis: the meter's key there, resource, T1, T2, T3, date;
- a table of our own: what ``export`` writes.

The columns of all three are one list, because their headings mean the same wherever they meet.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from dvor.base.files import Column, Rows, cells
from dvor.base.refusals import Refusal
from dvor.homes import flats
from dvor.meters.nameplates import SERIAL_LENGTH_MAX
from dvor.meters.resources import Resource

_RESOURCES = {
    "ХВС": Resource.COLD_WATER, "Холодная вода": Resource.COLD_WATER, "Питьевая вода": Resource.COLD_WATER,
    "cold_water": Resource.COLD_WATER,
    "ГВС": Resource.HOT_WATER, "Горячая вода": Resource.HOT_WATER, "hot_water": Resource.HOT_WATER,
    "ЭЛ": Resource.ELECTRICITY, "Электроэнергия": Resource.ELECTRICITY, "electricity": Resource.ELECTRICITY,
    "Электрическая энергия": Resource.ELECTRICITY, "Электричество": Resource.ELECTRICITY,
    "ТЕПЛО": Resource.HEAT, "Тепловая энергия": Resource.HEAT, "Отопление": Resource.HEAT, "heat": Resource.HEAT,
    "heating": Resource.HEAT, "Тепло": Resource.HEAT,
    "ГАЗ": Resource.GAS, "Газ": Resource.GAS, "gas": Resource.GAS, "Сетевой газ": Resource.GAS,
}  # fmt: skip
_CODE = re.compile(r"[0-9]{10}", re.ASCII)
_value = cells.decimal(places=7, most=10**12)
_text = cells.text(length_max=300)


def _flat(raw: Any) -> str:
    number = flats.normal_number(cells.shown(raw))
    if not number:
        raise cells.Unreadable(_("This is not the number of a flat."), _("Write it like 12 or 12А."))
    return number


def _payer_code(raw: Any) -> str | None:
    """Ten digits name a flat; an account of another shape is left aside, the address names the flat then."""
    code = cells.shown(raw).replace(" ", "")
    return code if _CODE.fullmatch(code) else None


def _skip(_raw: Any) -> None:
    return None


COLUMNS = (
    Column("guid", cells.guid(), titles=(
        "Номер ПУ в ГИС ЖКХ", "Идентификатор прибора учёта", "Идентификатор ПУ", "UUID прибора учёта", "GUID", "UUID",
        "Meter GUID",
    )),
    Column("resource", cells.choice(_RESOURCES), titles=(
        "Ресурс", "Тип счетчика", "Коммунальный ресурс", "Вид коммунального ресурса", "Вид ресурса", "Resource",
        "Meter type",
    )),
    Column("serial", cells.text(length_max=SERIAL_LENGTH_MAX), titles=(
        "Номер счетчика", "Заводской номер", "Номер прибора учёта", "Серийный номер", "Meter number", "Serial number",
    )),
    Column("payer_code", _payer_code, titles=("Код плательщика", "Лицевой счет", "Payer code", "Account number")),
    Column("unom", cells.whole(least=1, most=2**62), titles=("УНОМ", "UNOM")),
    Column("address", _text, titles=("Адрес", "Адрес дома", "Address")),
    Column("flat", _flat, titles=("Квартира", "Помещение", "Номер помещения", "Flat", "Unit name")),
    Column("t1", _value, required=True, titles=(
        "T1", "Т1", "Показание 1", "Показание", "Значение показания (Т1)", "Значение показания (T1)", "Value 1",
        "Reading",
    )),
    Column("t2", _value, titles=(
        "T2", "Т2", "Показание 2", "Значение показания (Т2)", "Value 2",
        "Значение показания (Т2), является обязательным для двух- и трехтарифного ПУ",
    )),
    Column("t3", _value, titles=(
        "T3", "Т3", "Показание 3", "Значение показания (Т3)", "Value 3",
        "Значение показания (Т3), является обязательным для трехтарифного ПУ",
    )),
    Column("t4", _value, titles=("T4", "Т4", "Показание 4", "Value 4")),
    Column("month", cells.month(), titles=(
        "Месяц", "Период", "Расчётный месяц", "Период, за который передаются показания", "Month", "Billing month",
    )),
    Column("confirmed", cells.flag(), titles=("Подтверждено", "Confirmed")),
    Column("read_on", cells.day(), titles=(
        "Дата передачи показаний", "Дата снятия показания", "Дата снятия показаний", "Дата показания", "Дата", "Date",
        "Reading submission date",
    )),
    *(
        Column(f"unused_{number}", _skip, titles=(title,))  # known, and not needed for a reading: no warning either
        for number, title in enumerate((
            "Тип помещения", "Количество тарифов", "Дата поверки", "Дата следующей поверки", "Дата установки",
            "Дата ввода в эксплуатацию", "Дата опломбирования", "Дата контрольных показаний",
            "Место установки счетчика", "Автоматический", "Дата вывода из эксплуатации", "Версия", "Источник",
            "Отправлено", "Единица", "Version", "Source", "Sent", "Unit",
            "Тех. возможность авто-расчета потребляемого объема",
        ))
    ),
)  # fmt: skip
# mosgis: the meter's key, the resource, T1 … T3 and the date stand in columns B … G under headings of any wording.
MOSGIS = tuple(
    Column(name, read, position=position, required=name in {"guid", "t1", "read_on"}, empty_ok=True)
    for position, (name, read) in enumerate(
        (
            ("guid", cells.guid()), ("resource", cells.choice(_RESOURCES)), ("t1", _value), ("t2", _value),
            ("t3", _value), ("read_on", cells.day()),
        ),
        start=1,
    )
)  # fmt: skip


class Layout(StrEnum):
    """Whose columns a file has."""

    CONDO = "condo"
    REGISTRY = "registry"
    TABLE = "table"


def layout_of(rows: Rows) -> Layout:
    """Which layout the headings make.

    Raises:
        Refusal: ``columns_missing`` when they name no meter or no month.
    """
    names = set(rows.headings)
    if not names & {"guid", "serial"}:
        raise _missing(_("the number of the meter"))
    if not names & {"month", "read_on"}:
        raise _missing(_("the month or the date of the reading"))
    if "guid" in names and "serial" not in names:
        return Layout.REGISTRY
    if "resource" not in names:
        raise _missing(_("the resource"))
    return Layout.CONDO if {"t4", "read_on"} <= names else Layout.TABLE


def _missing(what: Any) -> Refusal:
    return Refusal(
        "columns_missing",
        _("The file lacks the columns: %(columns)s.") % {"columns": what},
        remedy=_("The first row must hold the titles of the columns; add the missing ones."),
        field="file",
    )
