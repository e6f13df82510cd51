"""What reconciliation looks at: accounts, bills, payments that are done, statements of the bank."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time
from uuid import uuid4

from dvor.base import periods
from dvor.base.files import ErrorReport
from dvor.bills.models import Bill, Payee
from dvor.demo import bank
from dvor.homes.models import Flat
from dvor.payments.models import Part, Payment, Refund, Status
from dvor.people.models import Resident, Role
from dvor.settlements import accounts, statements
from dvor.settlements.accounts import NewAccount
from dvor.settlements.models import Account, Day
from dvor.settlements.statements import Imported

ACCOUNT, OTHER_ACCOUNT = "40602810000000000001", "40602810000000000002"
SINCE = date(2026, 10, 1)
DAY = date(2026, 10, 15)
NEXT = date(2026, 10, 16)
MONTH = date(2026, 9, 1)

_numbers = itertools.count(1)


def accountant(resident: Resident, *, at: datetime) -> Resident:
    Role.objects.create(resident=resident, name=Role.Name.ACCOUNTANT, granted_at=at)
    return resident


def account(*, at: datetime, number: str = ACCOUNT, acquirer: str = "yookassa") -> Account:
    inn = bank.ACQUIRER_INN if acquirer else ""
    return accounts.open_(
        NewAccount(number, "Расчётный счёт", SINCE, acquirer, inn), by=None, at=at, reason="для проверки"
    )


def bill(flat: Flat, kopecks: int = 500_000, *, period: date = MONTH, insurance: int = 0) -> Bill:
    payee, _made = Payee.objects.get_or_create(
        name="Расчётный центр", inn="7700000123", kpp="", account=ACCOUNT, bank="Учебный банк", bic="044525999",
        correspondent_account="0",
    )  # fmt: skip
    return Bill.objects.create(
        flat=flat, house_id=flat.house_id, payee=payee, issued_at=datetime(2026, 10, 1, tzinfo=UTC),
        charged_kopecks=kopecks, insurance_kopecks=insurance, period=period, due_on=periods.month_plus(period, 1),
        version=1, content=b"%032d" % next(_numbers),
    )  # fmt: skip


def moment(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=periods.zone())


def payment(resident: Resident, flat: Flat, kopecks: int, *, day: date = DAY, of: Bill | None = None) -> Payment:
    """A payment that the acquirer took on that day."""
    made = Payment.objects.create(
        resident=resident, total_kopecks=kopecks, created_at=moment(day), paid_at=moment(day), settled_at=moment(day),
        request_key=uuid4(), status=Status.SUCCEEDED, acquirer="yookassa", acquirer_id=f"p-{next(_numbers)}",
        key=f"k-{next(_numbers)}",
    )  # fmt: skip
    of = of or Bill.objects.filter(flat=flat, period=MONTH).first() or bill(flat)
    Part.objects.create(
        payment=made, bill_id=of.pk, flat_id=flat.pk, house_id=flat.house_id, services_kopecks=kopecks,
        period=of.period, kind=of.kind, copy={},
    )  # fmt: skip
    return made


def refund(of: Payment, kopecks: int, *, day: date = DAY) -> Refund:
    made = Refund.objects.create(
        payment=of, sum_kopecks=kopecks, ordered_at=moment(day), settled_at=moment(day), request_key=uuid4(),
        status=Status.SUCCEEDED, acquirer_id=f"r-{next(_numbers)}", key=f"k-{next(_numbers)}", reason="ошибся домом",
        parts=[],
    )  # fmt: skip
    return made


def transfer(
    gross: int, commission: int = 0, *, day: date = DAY, on: date = NEXT, until: date | None = None
) -> bank.Transfer:
    return bank.from_acquirer(day=day, until=until, booked_on=on, payments_kopecks=gross, commission_kopecks=commission)


def direct(flat: Flat, kopecks: int, *, on: date = NEXT, period: date = MONTH) -> bank.Transfer:
    return bank.by_resident(day=on, kopecks=kopecks, payer_code=flat.payer_code or "", period=period)


def file(*transfers: bank.Transfer, since: date = DAY, until: date = NEXT, number: str = ACCOUNT) -> bytes:
    return bank.encoded(bank.statement(number, transfers, since=since, until=until))


def load(data: bytes, *, at: datetime, by: Resident | None = None) -> Imported:
    return statements.import_(data, report=ErrorReport(), by=by, at=at)


def day(on: date = DAY, *, turn: int = 1) -> Day:
    return Day.objects.get(day=on, turn=turn)
