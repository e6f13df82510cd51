"""Differences: each is ended by an accountant with a reason, or by the money itself; never silently."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, sql
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.settlements import days, rights
from dvor.settlements.matches import Book
from dvor.settlements.models import Difference, Entry


@transaction.atomic
def resolve(difference_id: int, *, reason: str, by: Resident, at: datetime, kopecks: int | None = None) -> None:
    """Say why it is right as it is: a gap of a day counts as explained from now on. Audited.

    ``kopecks``: the sum that the accountant saw, if another one must not be explained.

    Raises:
        Refusal: ``not_allowed`` (403), ``difference_unknown`` (404), ``difference_ended`` (409),
            ``difference_changed`` (409), ``reason_missing``.
    """
    found = _open(difference_id, by=by, reason=reason)
    if kopecks is not None and kopecks != found.kopecks:
        raise _changed()
    if found.entry_id is None and found.kopecks != found.day.gap_kopecks:
        raise _changed()
    _end(found, "settlements.difference.resolved", by=by, at=at, reason=reason)


@transaction.atomic
def to_bill(
    difference_id: int, *, payer_code: str, period: date, reason: str, by: Resident, at: datetime
) -> None:  # fmt: skip
    """Say which bill an entry pays: the current one of the flat with this payer code and month. Audited.

    Raises:
        Refusal: those of :func:`resolve`, ``entry_matched`` (409) if it belongs somewhere already,
            ``entry_of_acquirer`` (409), ``bill_missing`` (404).
    """
    found = _open(difference_id, by=by, reason=reason)
    entry = _unmatched(found)
    if entry.kind == Entry.Kind.REGISTRY:
        raise Refusal(
            "entry_of_acquirer", _("This is the acquirer's money: it is for a day, not for a bill."),
            remedy=_("Say for which day it is."), status=409,
        )  # fmt: skip
    rows = sql.rows("settlements/bills.sql", places=[0], codes=[payer_code], periods=[period.replace(day=1)])
    bill = next((row.bill_id for row in rows if row.bill_id is not None and not row.withdrawn), None)
    if bill is None:
        raise Refusal("bill_missing", _("There is no bill of this payer code and month."),
                      remedy=_("Check the payer code and the month."), status=404, field="payer_code")  # fmt: skip
    book = Book()
    book.match(entry.pk, found.day_id, entry.kopecks, bill=bill)
    book.keep(by=by.pk, at=at, reason=reason)
    _end(found, "settlements.entry.matched", by=by, at=at, reason=reason, facts={"bill": bill})


@transaction.atomic
def to_day(difference_id: int, *, day: date, reason: str, by: Resident, at: datetime) -> None:
    """Say for which day a transfer of the acquirer is; its commission is the one that its purpose names. Audited.

    Raises:
        Refusal: those of :func:`resolve`, ``entry_matched`` (409), ``day_wrong`` for a day that is not reconciled.
    """
    found = _open(difference_id, by=by, reason=reason)
    entry, account = _unmatched(found), found.day.account
    if not account.since <= day <= entry.booked_on:
        raise Refusal("day_wrong", _("This day cannot be the one of the transfer."),
                      remedy=_("Choose a day before the money came."), field="day")  # fmt: skip
    target = days.opened(account, [day], again=True, at=at)[day]
    book = Book()
    book.match(entry.pk, target, entry.kopecks, commission=entry.commission_kopecks)
    book.keep(by=by.pk, at=at, reason=reason)
    _end(found, "settlements.entry.matched", by=by, at=at, reason=reason, facts={"day": target})
    days.review(account, at=at)


def _open(difference_id: int, *, by: Resident, reason: str) -> Difference:
    """The difference with its day, while the caller holds the account."""
    rights.refuse_stranger(by)
    if not reason.strip():
        raise Refusal("reason_missing", _("A reason is needed."), field="reason")
    number = Difference.objects.filter(pk=difference_id).values_list("day__account__number", flat=True).first()
    if number is None:
        raise Refusal("difference_unknown", _("There is no such difference."), status=404)
    days.held([number])
    found = Difference.objects.select_related("day__account", "entry").get(pk=difference_id)
    if not found.is_open:
        raise Refusal("difference_ended", _("This difference has ended already."), status=409)
    return found


def _unmatched(found: Difference) -> Entry:
    entry = found.entry
    if entry is None or entry.matches.exists():
        raise Refusal(
            "entry_matched", _("This money belongs somewhere already."), remedy=_("Resolve it with a reason."),
            status=409,
        )  # fmt: skip
    return entry


def _end(
    found: Difference, act: str, *, by: Resident, at: datetime, reason: str, facts: dict[str, int] | None = None
) -> None:
    found.resolved_at, found.resolved_by, found.reason = at, by, reason.strip()[:500]
    found.save(update_fields=["resolved_at", "resolved_by", "reason"])
    told = {"day": found.day_id, "entry": found.entry_id, "kopecks": found.kopecks, **(facts or {})}
    audit.record(act=act, subject=f"difference:{found.pk}", by=by.pk, at=at, reason=reason, facts=told)


def _changed() -> Refusal:
    return Refusal("difference_changed", _("The sum has changed meanwhile."), remedy=_("Look at the day again."),
                   status=409)  # fmt: skip
