"""The payer's page, where one pays or declines, and the page where this stand-in is told to misbehave."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base.money import show
from dvor.demo.stand_ins.acquirer import moods, notifications, payments, settings
from dvor.demo.stand_ins.acquirer.faults import Fault
from dvor.demo.stand_ins.acquirer.models import Delivery, Mood, Payment

MOODS = {
    Mood.Kind.ERROR_BEFORE: _("answer 500 and do nothing"),
    Mood.Kind.ERROR_AFTER: _("do it, then answer 500"),
    Mood.Kind.ERROR_READ: _("answer 500 when asked for an object"),
    Mood.Kind.SLOW: _("do it, answer late (seconds)"),
    Mood.Kind.DECLINE: _("decline the payment"),
    Mood.Kind.DECLINE_REFUND: _("decline the refund"),
    Mood.Kind.LOST: _("lose the notification"),
    Mood.Kind.LATE: _("send the notification late (seconds)"),
    Mood.Kind.DUPLICATE: _("send the notification twice"),
}
SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest, payment_id: str) -> HttpResponse:
    """Choose how to pay, then pay or decline; afterwards the way back to the shop."""
    try:
        payment = payments.find(payment_id)
        if request.method == "POST":
            at = timezone.now()  # noqa: TID251 other people's clock is the real one
            if "decline" in request.POST:
                payment = payments.decline(payment_id, at=at)
            else:
                payment = payments.confirm(payment_id, method_type=request.POST.get("method", ""), at=at)
            return redirect(payment.return_url)
    except Fault:
        raise Http404 from None
    return render(request, "acquirer/checkout.html", {"payment": payment, "sum": show(payment.kopecks)})


@never_cache
@require_http_methods(["GET", "HEAD"])
def control(request: HttpRequest) -> HttpResponse:
    """What happened here, and how it behaves."""
    asked = {mood.kind: mood for mood in Mood.objects.all()}
    context = {
        "moods": [(kind.value, title, asked.get(kind.value)) for kind, title in MOODS.items()],
        "payments": [(one, show(one.kopecks)) for one in Payment.objects.order_by("-created_at")[:SHOWN]],
        "deliveries": Delivery.objects.order_by("-id")[:SHOWN],
        "site_url": settings.SITE_URL,
        "notify_url": settings.NOTIFY_URL,
    }
    return render(request, "acquirer/control.html", context)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Misbehave so many times."""
    kind = request.POST.get("kind", "")
    if kind in Mood.Kind.values:
        moods.ask(kind, times=_whole(request.POST.get("times")), seconds=_whole(request.POST.get("seconds")))
    else:
        moods.forget()
    return redirect("control")


@require_POST
def again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send a notification once more."""
    notifications.again(delivery_id, at=timezone.now())  # noqa: TID251
    return redirect("control")


@require_http_methods(["GET", "HEAD"])
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive, with its store."""
    Mood.objects.exists()
    return JsonResponse({"checks": {"acquirer": "ok"}})


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0
