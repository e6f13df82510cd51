"""Paying: choose bills and sums, see exactly what will be paid and earned, go to the acquirer."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dvor.base import clock, texts
from dvor.base.refusals import Refusal
from dvor.payments import acquirers, choosing, intents
from dvor.payments.forms import PayForm
from dvor.payments.models import Payment, Status
from dvor.payments.refusals import PaymentInProgress
from dvor.payments.views.shared import me, see_other


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def choose(request: HttpRequest) -> HttpResponse:
    """Which bills to pay, how much of each, and by what."""
    asked = [one for one in map(texts.number, request.GET.getlist("bill")[: intents.SHARES_MAX]) if one]
    return _chosen(request, _form(request, None, asked))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The last look before the money: a GET shows it, the POST pays, once."""
    told = request.POST if request.method == "POST" else request.GET
    form = _form(request, told, _bills_of(told))
    if not form.is_valid():
        return _chosen(request, form, status=422)
    if request.method == "POST":
        return _pay(request, form, told.get("key", ""))
    return _summary(request, form)


def _pay(request: HttpRequest, form: PayForm, key: str) -> HttpResponse:
    try:
        payment = intents.start(
            [share for _choice, share in form.cleaned_data["wanted"]], by=me(request), at=clock.now(), key=key,
            method_id=form.method_id, keep_method=form.cleaned_data["keep"], way=form.means,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _summary(request, form, refusal=refusal, status=refusal.status)
    payment = intents.send(payment.pk, at=clock.now())
    return see_other(_onward(payment))


def _onward(payment: Payment) -> str:
    """The page of the payment, which leads on to the acquirer while there is something to confirm."""
    page = reverse("payment", args=[payment.pk])
    return f"{page}?go=1" if payment.status == Status.PENDING and payment.confirmation_url else page


def _summary(request: HttpRequest, form: PayForm, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    plan = choosing.plan(form.cleaned_data["wanted"], by=me(request), at=clock.now())
    started = refusal.payment_id if isinstance(refusal, PaymentInProgress) else None
    context = {
        "plan": plan, "form": form, "known": [*form.known, ("key", str(uuid4()))], "refusal": refusal,
        "started": started, "way": dict(form.fields["way"].choices)[form.cleaned_data["way"]],  # type: ignore[attr-defined]
        "back": f"{reverse('pay')}?{'&'.join(f'bill={row.choice.bill.pk}' for row in plan.rows)}",
        "beside_penalty": sum(row.penalty for row in plan.rows),
        "beside_insurance": sum(row.insurance for row in plan.rows),
    }  # fmt: skip
    return render(request, "payments/check.html", context, status=status)


def _chosen(request: HttpRequest, form: PayForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "is_on": acquirers.is_on()}
    return render(request, "payments/pay.html", context, status=status)


def _form(request: HttpRequest, data: QueryDict | None, asked: list[int]) -> PayForm:
    resident = me(request)
    found = choosing.choices(resident, at=clock.now(), asked=asked)
    return PayForm(data, found, choosing.methods(resident) if found else [])


def _bills_of(told: QueryDict) -> list[int]:
    """The bills that a form names: their fields carry their numbers."""
    found = (texts.number(name.removeprefix("bill_")) for name in told if name.startswith("bill_"))
    return [one for one in found if one][: intents.SHARES_MAX]
