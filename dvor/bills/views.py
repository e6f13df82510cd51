"""Pages of bills: my flats, all bills of one flat, one bill in words, its PDF, and finding it by a QR code."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.bills import cards, overview, pdf, queries, scans, slots
from dvor.bills.forms import ScanForm
from dvor.bills.models import Bill
from dvor.bills.overview import Entry
from dvor.bills.scans import Found
from dvor.homes import rights
from dvor.homes.forms import PAYER_CODE_SEEN
from dvor.homes.rights import Act
from dvor.people.models import Resident

FLAT_PAGE_LENGTH = 24


@login_required
@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """My flats: the newest bill of each, and the year before."""
    return render(request, "bills/index.html", {"places": overview.flats(_resident(request), at=clock.now())})


@login_required
@require_http_methods(["GET", "HEAD"])
def flat(request: HttpRequest, flat_id: int) -> HttpResponse:
    """All bills of one flat, with the versions that were replaced."""
    by, at = _resident(request), clock.now()
    where = rights.flat_for(by, flat_id, Act.SEE_BILL, at=at)
    number = (
        int(asked) if (asked := request.GET.get("page", "1")).isascii() and asked.isdigit() and len(asked) < 4 else 1
    )
    skip = (max(number, 1) - 1) * FLAT_PAGE_LENGTH
    bills = queries.versions_of(where, skip=skip, limit=FLAT_PAGE_LENGTH + 1)
    states = slots.states(bills[:FLAT_PAGE_LENGTH], reader=by, at=at)
    context = {
        "flat": where,
        "entries": [Entry(bill, states.get(bill.pk)) for bill in bills[:FLAT_PAGE_LENGTH]],
        "newer": number - 1,
        "older": number + 1 if len(bills) > FLAT_PAGE_LENGTH else 0,
    }
    return render(request, "bills/flat.html", context)


@login_required
@require_http_methods(["GET", "HEAD"])
def bill(request: HttpRequest, bill_id: int) -> HttpResponse:
    """One bill: what is asked, why, what changed."""
    by, at = _resident(request), clock.now()
    sheet = queries.sheet_for(by, bill_id, Act.SEE_BILL, at=at)
    return render(request, "bills/bill.html", {"page": cards.page(sheet, reader=by, at=at), "bill": sheet.bill})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def bill_pdf(request: HttpRequest, bill_id: int) -> HttpResponse:
    """The document as PDF."""
    by, at = _resident(request), clock.now()
    found = queries.bill_for(by, bill_id, Act.SEE_BILL, at=at)
    document = cards.document(found, reader=by, at=at)
    headers = {"Content-Disposition": f'inline; filename="{pdf.file_name(found)}"'}
    return HttpResponse(document, content_type="application/pdf", headers=headers)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Find my bill by the text of its QR code."""
    if request.method != "POST":
        return render(request, "bills/scan.html", {"form": ScanForm()})
    form, found = ScanForm(request.POST), None
    if form.is_valid():
        try:
            found = scans.find(form.cleaned_data["text"], by=_resident(request), at=clock.now())
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            if found.bill is not None:
                return _to_bill(request, found, found.bill)
            request.session[PAYER_CODE_SEEN] = found.read.payer_code
    add_url = f"{reverse('flat_add')}?{urlencode({'search': found.address})}" if found else ""
    return render(request, "bills/scan.html", {"form": form, "found": found, "add_url": add_url}, status=422)


def _to_bill(request: HttpRequest, found: Found, bill: Bill) -> HttpResponse:
    for sentence in found.told:
        messages.warning(request, str(sentence))
    response = HttpResponseRedirect(reverse("bill", args=[bill.pk]))
    response.status_code = 303
    return response


def _resident(request: HttpRequest) -> Resident:
    return cast(Resident, request.user)
