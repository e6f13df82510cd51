"""The demo's bank: writes statements in the form 1CClientBankExchange 1.03, as a bank's program exports them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dvor.base import periods
from dvor.payments.models import Payment, Refund, Status
from dvor.settlements.models import Account

ACQUIRER_NAME, ACQUIRER_INN, ACQUIRER_ACCOUNT = 'НКО "Учебный эквайер"', "7750005725", "30232810600000000010"
OWN_NAME, OWN_INN = 'ГБУ "Расчётный центр района"', "7700000123"
BANK = "УЧЕБНЫЙ БАНК"
COMMISSION_PER_MILLE = 12
OPENING_KOPECKS = 100_000_000  # what lay on the account before its first statement


@dataclass(frozen=True, slots=True)
class Transfer:
    """One document of a statement; ``incoming`` money comes from ``name``, other money goes there."""

    day: date
    kopecks: int
    purpose: str
    name: str = "Иванова Мария Петровна"
    inn: str = ""
    account: str = "40817810099910004312"
    incoming: bool = True
    kind: str = "Платежное поручение"
    number: int = 0


def from_acquirer(
    *, day: date, booked_on: date, payments_kopecks: int, commission_kopecks: int, until: date | None = None
) -> Transfer:  # fmt: skip
    """The acquirer's transfer for a day (or for several): the payments less the commission that it names."""
    span = f"{day:%d.%m.%Y}" + (f"-{until:%d.%m.%Y}" if until else "")
    purpose = (
        f"Перечисление средств по реестру за {span} по договору НЭК.0001 от 01.02.2025, "
        f"комиссия {roubles(commission_kopecks).replace('.', ',')} руб. НДС не облагается"
    )
    return Transfer(
        booked_on, payments_kopecks - commission_kopecks, purpose, ACQUIRER_NAME, ACQUIRER_INN, ACQUIRER_ACCOUNT
    )


def by_resident(*, day: date, kopecks: int, payer_code: str, period: date, number: int = 0) -> Transfer:
    """A resident's own transfer by the QR code of a bill."""
    return Transfer(day, kopecks, f"ЕПД за {period:%m.%Y}, код плательщика {payer_code}", number=number)


def statement(
    account: str, transfers: Sequence[Transfer], *, since: date, until: date | None = None, opening_kopecks: int = 0
) -> str:
    """The whole text of a statement of one account, with balances that add up."""
    until = until or since
    came = sum(one.kopecks for one in transfers if one.incoming)
    left = sum(one.kopecks for one in transfers if not one.incoming)
    return "\n".join([
        "1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", "Отправитель=Учебный банк-клиент",
        "Получатель=", f"ДатаСоздания={until:%d.%m.%Y}", "ВремяСоздания=23:59:00", f"ДатаНачала={since:%d.%m.%Y}",
        f"ДатаКонца={until:%d.%m.%Y}", f"РасчСчет={account}", "СекцияРасчСчет", f"ДатаНачала={since:%d.%m.%Y}",
        f"ДатаКонца={until:%d.%m.%Y}", f"НачальныйОстаток={roubles(opening_kopecks)}", f"РасчСчет={account}",
        f"ВсегоСписано={roubles(left)}", f"ВсегоПоступило={roubles(came)}",
        f"КонечныйОстаток={roubles(opening_kopecks + came - left)}", "КонецРасчСчет",
        *(line for place, one in enumerate(transfers, 1) for line in _document(account, one, place)),
        "КонецФайла", "",
    ])  # fmt: skip


def morning_after(account: Account, day: date) -> bytes:
    """The bank's statement of a day: the acquirer pays the payments of the day before, less its commission."""
    before = day - timedelta(days=1)
    begins, ends = periods.day_start(before), periods.day_end(before)
    done = Payment.objects.filter(
        acquirer=account.acquirer, status=Status.SUCCEEDED, paid_at__gte=begins, paid_at__lt=ends
    )
    back = Refund.objects.filter(
        payment__acquirer=account.acquirer, status=Status.SUCCEEDED, settled_at__gte=begins, settled_at__lt=ends
    )
    came = sum(done.values_list("total_kopecks", flat=True)) - sum(back.values_list("sum_kopecks", flat=True))
    last = account.statements.filter(until__lt=day).order_by("-until").first()
    held_back = came * COMMISSION_PER_MILLE // 1000
    transfers = [from_acquirer(day=before, booked_on=day, payments_kopecks=came, commission_kopecks=held_back)]
    opening = last.closing_kopecks if last else OPENING_KOPECKS
    return encoded(statement(account.number, transfers if came > 0 else [], since=day, opening_kopecks=opening))


def encoded(text: str, encoding: str = "cp1251", *, ends: str = "\r\n") -> bytes:
    """The file as a bank sends it."""
    return text.replace("\n", ends).encode(encoding)


def roubles(kopecks: int) -> str:
    sign = "-" if kopecks < 0 else ""
    return f"{sign}{abs(kopecks) // 100}.{abs(kopecks) % 100:02d}"


def _document(account: str, one: Transfer, place: int) -> Iterable[str]:
    number = one.number or place
    ours = (account, OWN_NAME, OWN_INN)
    theirs = (one.account, one.name, one.inn)
    payer, payee = (theirs, ours) if one.incoming else (ours, theirs)
    yield f"СекцияДокумент={one.kind}"
    yield f"Номер={number}"
    yield f"Дата={one.day:%d.%m.%Y}"
    yield f"Сумма={roubles(one.kopecks)}"
    for side, (number_, name, inn) in (("Плательщик", payer), ("Получатель", payee)):
        yield f"{side}Счет={number_}"
        yield f"{side}={f'ИНН {inn} ' if inn else ''}{name}"
        yield f"{side}ИНН={inn}"
        yield f"{side}1={name}"
        yield f"{side}РасчСчет={number_}"
        yield f"{side}Банк1={BANK}"
        yield f"{side}БИК=044525999"
        if side == "Плательщик":
            yield f"ДатаСписано={'' if one.incoming else f'{one.day:%d.%m.%Y}'}"
        else:
            yield f"ДатаПоступило={f'{one.day:%d.%m.%Y}' if one.incoming else ''}"
    yield "ВидОплаты=01"
    yield "Очередность=5"
    yield f"НазначениеПлатежа={one.purpose}"
    yield "КонецДокумента"
