"""Business days: opened, counted, compared with what the bank says, closed to the kopeck."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, money, periods, sql
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.settlements import rights
from dvor.settlements.models import Account, Day

FORGOTTEN_AFTER = timedelta(days=5)  # an acquirer pays the next working day; long holidays are explained by hand


@dataclass(frozen=True, slots=True)
class Counted:
    """What a round of counting found."""

    items: int
    found: int
    changed: int
    gone: int


@transaction.atomic
def reconcile(*, at: datetime) -> Counted:
    """Count new payments and refunds of all accounts into their days and tell what differs. Every night."""
    rounds = [_reconciled(account, at=at) for account in held(Account.objects.values_list("number", flat=True))]
    return Counted(*(sum(getattr(one, name) for one in rounds) for name in ("items", "found", "changed", "gone")))


@transaction.atomic
def close(day_id: int, *, by: Resident, at: datetime, reason: str = "") -> None:
    """Close a business day for ever: what comes later opens a correction. Audited.

    Raises:
        Refusal: ``not_allowed`` (403), ``day_unknown`` (404), ``day_closed`` (409), ``day_not_over`` (409),
            ``statement_missing`` (409) without a statement that covers the day, ``day_differs`` (409) while a kopeck
            is missing or a difference is open.
    """
    rights.refuse_stranger(by)
    day = of_id(day_id)
    [account] = held([day.account.number])
    _reconciled(account, at=at)
    day.refresh_from_db()
    if day.closed_at is not None:
        raise Refusal("day_closed", _("This day is closed already."), status=409)
    if day.day >= periods.day_of(at):
        raise Refusal("day_not_over", _("This day is not over."), remedy=_("Close it tomorrow."), status=409)
    if not account.statements.filter(since__lte=day.day, until__gte=day.day).exists():
        raise Refusal(
            "statement_missing", _("There is no bank statement of this day."),
            remedy=_("Load the statement of the day first."), status=409,
        )  # fmt: skip
    if day.gap_kopecks or day.open_count:
        raise Refusal(
            "day_differs",
            _("The day does not add up: %(sum)s, open differences: %(count)s.")
            % {"sum": money.show(day.gap_kopecks), "count": day.open_count},
            remedy=_("Resolve each difference first."), status=409,
        )  # fmt: skip
    day.closed_at, day.closed_by = at, by
    day.save(update_fields=["closed_at", "closed_by"])
    facts = {"expected": day.expected_kopecks, "received": day.received_kopecks, "commission": day.commission_kopecks}
    audit.record(act="settlements.day.closed", subject=f"day:{day.pk}", by=by.pk, at=at, reason=reason, facts=facts)


def of_id(day_id: int) -> Day:
    """The day.

    Raises:
        Refusal: ``day_unknown`` (404).
    """
    found = Day.objects.select_related("account").filter(pk=day_id).first() if 0 < day_id < 2**63 else None
    if found is None:
        raise Refusal("day_unknown", _("There is no such day."), status=404)
    return found


def held(numbers: Iterable[str]) -> list[Account]:
    """The accounts, locked in one order: whoever reconciles an account does it alone, and nobody waits in a circle."""
    return list(Account.objects.select_for_update(no_key=True).filter(number__in=list(numbers)).order_by("pk"))


def opened(account: Account, days: Iterable[date], *, again: bool, at: datetime) -> dict[date, int]:
    """Ids of the open days among these; missing ones are opened, with ``again`` also corrections of closed ones."""
    wanted = sorted(set(days))
    if not wanted:
        return {}
    rows = sql.rows("settlements/open_days.sql", account_id=account.pk, days=wanted, again=again, at=at)
    return {row.day: row.id for row in rows}


def count(account: Account, *, at: datetime) -> int:
    """Count what the acquirer owes into days; how many payments and refunds were new. The caller holds the account."""
    if not account.acquirer:
        return 0
    told = {"acquirer": account.acquirer, "zone": settings.TIME_ZONE}
    days = [row.day for row in sql.rows("settlements/uncounted.sql", since=account.since, **told)]
    if not days:
        return 0
    ids = opened(account, days, again=True, at=at)
    return len(sql.rows("settlements/count.sql", ids=list(ids.values()), days=list(ids), **told))


def review(account: Account, *, at: datetime) -> Counted:
    """Tell the gaps of the open days as differences. The caller holds the account."""
    forgotten = periods.day_of(at) - FORGOTTEN_AFTER
    row = sql.row("settlements/review.sql", account_id=account.pk, forgotten=forgotten, at=at)
    return Counted(0, row.found, row.changed, row.gone)


def _reconciled(account: Account, *, at: datetime) -> Counted:
    items = count(account, at=at)
    told = review(account, at=at)
    return Counted(items, told.found, told.changed, told.gone)
