"""Columns of a table with bills: one row a line of a bill, the columns of the bill repeated on each of its rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from dvor.base.files import Column, Unreadable, cells
from dvor.bills.charges import Service
from dvor.bills.exchange import words
from dvor.bills.models import KOPECKS_MAX

_roubles = cells.decimal(places=2, least=-KOPECKS_MAX // 100, most=KOPECKS_MAX // 100)
_any_volume = cells.decimal(places=6, least=-(10**8) + 1, most=10**8 - 1)
_any_value = cells.decimal(places=3, least=0, most=10**9 - 1)


def kopecks(raw: Any) -> int:
    """Roubles with a point or a comma: ``1234``, ``-1 234,5``, ``0.07``."""
    if type(raw) is str:  # the usual case without a Decimal: a file has ten million of them
        whole, _point, rest = raw.partition("," if "," in raw else ".")
        digits = whole[1:] if whole[:1] == "-" else whole
        if len(rest) == 2 and len(digits) <= 10 and digits.isdigit() and rest.isdigit() and raw.isascii():
            value = int(digits) * 100 + int(rest)
            return -value if whole[0] == "-" else value
    return int(_roubles(raw) * 100)


def _volume(raw: Any) -> Decimal:
    return Decimal(raw) if _is_plain(raw, 6) else _any_volume(raw)


def _value(raw: Any) -> Decimal:
    return Decimal(raw) if _is_plain(raw, 3) else _any_value(raw)


def _is_plain(raw: Any, places: int) -> bool:
    """Whether it is a text like 12.345: what nearly every cell is, and needs no second look."""
    if type(raw) is not str:
        return False
    whole, _point, rest = raw.partition(".")
    return (
        len(whole) <= 8 and len(rest) <= places and whole.isdigit() and (rest.isdigit() or not rest) and raw.isascii()
    )


def _taken_off(raw: Any) -> int:
    """A benefit, which some files write with a minus."""
    return abs(kopecks(raw))


def _debts(raw: Any) -> tuple[tuple[date, int], ...]:
    """``08.2026=123.45; 09.2026=678.90``."""
    found = []
    for part in cells.shown(raw).split(";"):
        if part.strip():
            month, equals, sum_ = part.partition("=")
            if not equals:
                raise Unreadable(_("Debts by month are not readable."), _("Write them like 08.2026=123.45; 09.2026=6."))
            found.append((_month(month.strip()), kopecks(sum_.strip())))
    return tuple(found)


_month = cells.month()
_SERVICES = {service.name.lower().replace("_", " "): service for service in Service}

BILL = (
    Column("payer_code", cells.digits(length=10), required=True, titles=("Код плательщика", "Payer code")),
    Column("period", _month, required=True, titles=(
        "Месяц", "Период", "Расчётный период", "Расчётный месяц", "Month", "Billing month", "Period",
    )),
    Column("kind", cells.choice(words.KINDS), titles=(
        "Вид документа", "Тип документа", "Тип платёжного документа", "Document type", "Kind",
    )),
    Column("number", cells.text(length_max=40), titles=(
        "Номер документа", "Номер платёжного документа", "Номер ПД", "Document number",
    )),
    Column("due_on", cells.day(), titles=("Оплатить до", "Срок оплаты", "Pay by", "Due date")),
    Column("payee_name", cells.text(length_max=160), required=True, titles=(
        "Получатель", "Получатель платежа", "Payee",
    )),
    Column("payee_inn", cells.text(length_max=12), required=True, titles=(
        "ИНН получателя", "ИНН", "Payee INN",
    )),
    Column("payee_kpp", cells.text(length_max=9), titles=("КПП получателя", "КПП", "Payee KPP")),
    Column("payee_account", cells.text(length_max=20), required=True, titles=(
        "Расчётный счёт", "Счёт получателя", "Payee account",
    )),
    Column("payee_bank", cells.text(length_max=45), required=True, titles=("Банк", "Банк получателя", "Bank")),
    Column("payee_bic", cells.digits(length=9), required=True, titles=("БИК", "БИК банка", "BIC")),
    Column("payee_correspondent_account", cells.text(length_max=20), required=True, titles=(
        "Корр. счёт", "Корреспондентский счёт", "Correspondent account",
    )),
    Column("debt_before_kopecks", kopecks, titles=(
        "Задолженность", "Задолженность за предыдущие периоды", "Долг на начало", "Debt",
    )),
    Column("advance_before_kopecks", kopecks, titles=("Аванс", "Переплата", "Аванс на начало", "Advance")),
    Column("taken_kopecks", kopecks, titles=("Учтённые платежи", "Оплачено", "Payments taken")),
    Column("taken_until", cells.day(), titles=("Учтены платежи до", "Payments taken until")),
    Column("last_payment_on", cells.day(), titles=("Дата последней оплаты", "Last payment")),
    Column("debts", _debts, titles=("Долг по месяцам", "Задолженность по месяцам", "Debt by month")),
    Column("charged_kopecks", kopecks, required=True, titles=(
        "Итого начислено", "Всего начислено за месяц", "Total charged",
    )),
    Column("penalty_kopecks", kopecks, titles=("Итого пени", "Total penalty")),
    Column("insurance_kopecks", kopecks, titles=("Итого страхование", "Total insurance")),
    Column("payable_kopecks", kopecks, required=True, titles=(
        "Итого к оплате", "Итого к оплате без страхования", "Total payable",
    )),
)  # fmt: skip
LINE = (
    Column("title", cells.text(length_max=120), required=True, titles=(
        "Услуга", "Вид услуги", "Наименование услуги", "Service",
    )),
    Column("group", cells.choice(words.GROUPS), titles=("Раздел", "Группа услуг", "Group")),
    Column("service_code", cells.choice(_SERVICES), titles=("Код услуги", "Service code")),
    Column("volume_by", cells.choice(words.VOLUMES), titles=(
        "Способ определения объёма", "Способ расчёта", "Volume by",
    )),
    Column("tariff", _volume, titles=("Тариф", "Тариф, руб.", "Tariff")),
    Column("volume", _volume, titles=("Объём", "Объём услуг", "Количество", "Volume")),
    Column("unit", cells.text(length_max=20), titles=("Единица", "Единица измерения", "Ед. изм.", "Unit")),
    Column("meter_before", _value, titles=("Предыдущее показание", "Previous reading")),
    Column("meter_after", _value, titles=("Текущее показание", "Current reading")),
    Column("accrued_kopecks", kopecks, required=True, titles=("Начислено", "Начислено, руб.", "Accrued")),
    Column("factor_excess_kopecks", kopecks, titles=(
        "Превышение по коэффициенту", "Повышающий коэффициент, руб.", "Factor excess",
    )),
    Column("recalculation_kopecks", kopecks, titles=("Перерасчёт", "Перерасчёты", "Recalculation")),
    Column("recalculation_reason", cells.text(length_max=300), titles=(
        "Основание перерасчёта", "Причина перерасчёта", "Recalculation reason",
    )),
    Column("benefit_kopecks", _taken_off, titles=("Льгота", "Льготы", "Скидка", "Benefit")),
    Column("line_payable_kopecks", kopecks, titles=("К оплате", "К оплате, руб.", "Payable")),
)  # fmt: skip
COLUMNS = (*BILL, *LINE)
