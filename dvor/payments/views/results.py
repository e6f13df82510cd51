"""What became of a payment: waiting, done, declined; the receipt; the history and its file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dvor.base import clock, periods, texts
from dvor.base.allowances import Window
from dvor.base.files import Heading, csv_lines
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.payments import outcomes, queries, receipts, wording
from dvor.payments.forms import HistoryFilters
from dvor.payments.models import Payment, Source, Status
from dvor.payments.views.shared import me, see_other

READ = ["GET", "HEAD"]
SHOWN, FILE_MAX = 20, 2_000
LOOKS_A_MINUTE = 15  # of one payment in one process: a page that is reloaded must not flood the acquirer
LATE = timedelta(minutes=3)
PAUSES = (2, 3, 4, 5, 8, 10, 15)  # seconds between the looks of a waiting page; the last again and again
LOOKS_MAX = 40

_looks = Window()


@login_required
@never_cache
@require_http_methods(READ)
def payment(request: HttpRequest, payment_id: int) -> HttpResponse:
    """One payment as it stands; the payer comes back here from the acquirer."""
    found = queries.payment_for(me(request), payment_id)
    if request.GET.get("go") and found.status == Status.PENDING and found.confirmation_url:
        return render(request, "payments/go.html", {"payment": found})
    return render(request, "payments/payment.html", _context(request, _looked(request, found), look=0))


@login_required
@never_cache
@require_http_methods(READ)
def state(request: HttpRequest, payment_id: int) -> HttpResponse:
    """For a page that waits: the same words again, or the whole page anew once there is an end."""
    found = _looked(request, queries.payment_for(me(request), payment_id))
    if not found.is_open:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    look = texts.number(request.GET.get("look", "")) or 0
    return render(request, "payments/payment.html#waiting", _context(request, found, look=look))


def _looked(request: HttpRequest, found: Payment) -> Payment:
    """The payment after a question to the acquirer, if it is open and was not asked for too often."""
    if not found.is_open:
        return found
    at = clock.now()
    if _looks.spend(f"payment:{found.pk}", limit=LOOKS_A_MINUTE, moment=at.timestamp()).spent:
        return found
    outcomes.look(found.pk, source=Source.POLL, at=at)
    return queries.payment_for(me(request), found.pk)


def _context(request: HttpRequest, found: Payment, *, look: int) -> dict[str, Any]:
    at = clock.now()
    query = "&".join(f"bill={part.bill_id}" for part in found.parts.all())
    return {
        "payment": found,
        "receipt": receipts.of(found),
        "state": wording.state(found),
        "why": wording.why(found.cancel_reason) if found.status == Status.CANCELED else "",
        "is_late": at - found.created_at > LATE,
        "is_fresh": at - found.created_at < timedelta(hours=1),
        "next_look": look + 1 if look < LOOKS_MAX else 0,
        "pause": PAUSES[min(look, len(PAUSES) - 1)],
        "again_url": f"{reverse('pay')}?{query}",
    }


@login_required
@never_cache
@require_http_methods(READ)
def receipt(request: HttpRequest, payment_id: int) -> HttpResponse:
    """The receipt for paper; of a payment that is not done there is none."""
    found = queries.payment_for(me(request), payment_id)
    if found.status != Status.SUCCEEDED:
        return see_other(reverse("payment", args=[payment_id]))
    context = {"payment": found, "receipt": receipts.of(found), "payees": receipts.payees(found), "payer": me(request)}
    return render(request, "payments/receipt.html", context)


@login_required
@require_http_methods(READ)
def history(request: HttpRequest) -> HttpResponse:
    """My payments, newest first."""
    filters = _filters(request)
    before = texts.number(request.GET.get("before", ""))
    found = queries.history(me(request), before=before, limit=SHOWN + 1, **filters.wanted())
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "rows": [(one, wording.state(one)) for one in found[:SHOWN]],
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "filters": filters,
        "is_filtered": any(filters.wanted().values()),
        "query": f"{query.urlencode()}&" if query else "",
    }
    return render(request, "payments/history.html", context)


@login_required
@never_cache
@require_http_methods(READ)
def history_file(request: HttpRequest) -> HttpResponse:
    """The history as CSV under the same filters, one line a bill that was paid."""
    found: list[Payment] = []
    wanted = _filters(request).wanted()
    while len(found) < FILE_MAX:
        page = queries.history(me(request), before=found[-1].pk if found else None, limit=queries.HISTORY_MAX, **wanted)
        found += page
        if len(page) < queries.HISTORY_MAX:
            break
    rows = (line for one in found for line in receipts.file_lines(one))
    response = HttpResponse(b"".join(csv_lines(rows, _headings())), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="payments-{periods.day_of(clock.now()):%Y-%m-%d}.csv"'
    return response


def _filters(request: HttpRequest) -> HistoryFilters:
    resident, today = me(request), periods.day_of(clock.now())
    flats = rights.flats_allowing(resident, Act.SEE_BILL)
    return HistoryFilters(request.GET, flats=flats, today=today, first=periods.day_of(resident.joined_at))


def _headings() -> list[Heading]:
    return [
        Heading(one) for one in (
            _("Payment"), _("Begun"), _("Paid"), _("State"), _("Address"), _("Flat"), _("Month"),
            _("Services, roubles"), _("Penalty, roubles"), _("Insurance, roubles"), _("Returned, roubles"),
        )
    ]  # fmt: skip
