"""Pages of the catalogue and of orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dvor.base import clock, periods
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.rewards import codes, offers, orders, qr, queries, wishes
from dvor.rewards.forms import Exchange, Filters

ORDERS_SHOWN = 20


# ── The catalogue: public, because it says what readings are worth ───────────────────────────────────────────────
@require_http_methods(["GET", "HEAD"])
def catalogue(request: HttpRequest) -> HttpResponse:
    """What can be had for points."""
    resident, at = _resident(request), clock.now()
    purse = offers.Purse(resident.pk if resident else None)
    filters = Filters(request.GET, known=resident is not None)
    wanted = filters.wanted(available=purse)
    shelf = queries.shelf(wanted, resident_id=purse.resident_id, at=at)
    context = {
        "offers": [offers.Offer(card, purse) for card in shelf.cards],
        "found": shelf.found,
        "page": Paginator(range(shelf.found), queries.PAGE_LENGTH).get_page(shelf.page),
        "filters": filters,
        "query": filters.query_string(),
        "all_url": f"?{filters.query_string(category='')}",
        "shelves": [
            (category, f"?{filters.query_string(category=category.slug)}") for category in queries.categories()
        ],
        "purse": purse,
    }
    return render(request, "rewards/catalogue.html", context)


@require_http_methods(["GET", "HEAD"])
def reward(request: HttpRequest, reward_id: int) -> HttpResponse:
    """One reward: what it is, its terms, its price."""
    return render(request, "rewards/reward.html", _offer(request, reward_id, at=clock.now()))


def _offer(request: HttpRequest, reward_id: int, *, at: datetime) -> dict[str, Any]:
    resident = _resident(request)
    purse = offers.Purse(resident.pk if resident else None)
    card = queries.card(reward_id, resident_id=purse.resident_id, at=at)
    taken = None
    if resident and (card.month_max or card.lifetime_max):
        taken = queries.taken(reward_id=reward_id, resident_id=resident.pk, at=at)
    obstacle = offers.obstacle(card, level=resident.level if resident else None, taken=taken, day=periods.day_of(at))
    return {"offer": offers.Offer(card, purse), "reward": card, "purse": purse, "taken": taken, "obstacle": obstacle}


@login_required
@require_POST
def wish(request: HttpRequest, reward_id: int) -> HttpResponse:
    """Keep a reward in mind, or forget it."""
    if request.POST.get("wished") == "on":
        wishes.place(reward_id=reward_id, by=_me(request), at=clock.now())
        messages.success(request, _("Added to your wish list."))
    else:
        wishes.cancel(reward_id=reward_id, by=_me(request), at=clock.now())
        messages.success(request, _("Removed from your wish list."))
    return _see_other(reverse("reward", args=[reward_id]))


# ── The exchange: first the sum, then the act ────────────────────────────────────────────────────────────────────
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: HttpRequest, reward_id: int) -> HttpResponse:
    """Confirm an order: the balance before and after; the post places it, once."""
    if request.method == "POST":
        form = Exchange(request.POST)
        if not form.is_valid():
            return _confirmation(request, reward_id, quantity=1, status=422, form=form)
        return _exchanged(request, reward_id, form.cleaned_data)
    asked = request.GET.get("quantity", "1")
    quantity = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    return _confirmation(request, reward_id, quantity=quantity)


def _exchanged(request: HttpRequest, reward_id: int, asked: dict[str, Any]) -> HttpResponse:
    try:
        order = orders.place(reward_id=reward_id, by=_me(request), at=clock.now(), **asked)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _confirmation(request, reward_id, quantity=asked["quantity"], status=refusal.status, refusal=refusal)
    messages.success(request, _("Done: the order is yours."))
    return _see_other(reverse("order", args=[order.pk]))


def _confirmation(
    request: HttpRequest, reward_id: int, *, quantity: int, status: int = 200, **shown: Any
) -> HttpResponse:
    context = _offer(request, reward_id, at=clock.now())
    card: queries.Card = context["reward"]
    quantity = min(max(quantity, 1), card.order_max)
    bill = offers.Bill(card, context["purse"], quantity)
    known = {"quantity": quantity, "price_seen": card.price, "key": str(uuid4())}
    return render(request, "rewards/exchange.html", {**context, "bill": bill, "known": known, **shown}, status=status)


# ── Orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
@login_required
@require_http_methods(["GET", "HEAD"])
def my_orders(request: HttpRequest) -> HttpResponse:
    """What I exchanged, newest first."""
    before = _cursor(request.GET.get("before", ""))
    found = queries.orders(_me(request).pk, before=before, limit=ORDERS_SHOWN + 1)
    shown, older = found[:ORDERS_SHOWN], ""
    if len(found) > ORDERS_SHOWN:
        older = f"{int(shown[-1].placed_at.timestamp() * 1_000_000)}-{shown[-1].pk}"
    return render(request, "rewards/orders.html", {"orders": shown, "older": older})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: its code and how to use it, or what became of it."""
    at = clock.now()
    mine = queries.order(order_id, resident_id=_me(request).pk)
    context = {
        "order": mine,
        "reward": mine.reward,
        "codes": [(code, qr.svg(code.text)) for code in codes.shown(mine)],
        "can_cancel": orders.is_cancellable(mine, at=at),
        "partial": f"rewards/fulfilment/{mine.reward.kind}.html",
    }
    return render(request, "rewards/order.html", context)


@login_required
@require_POST
def reveal(request: HttpRequest, order_id: int) -> HttpResponse:
    """Show the code; from now on the order is final."""
    orders.reveal(order_id=order_id, by=_me(request), at=clock.now())
    messages.success(request, _("Here is your code. It works once: keep it to yourself."))
    return _see_other(reverse("order", args=[order_id]))


@login_required
@require_POST
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """Take an order back."""
    orders.cancel(order_id=order_id, by=_me(request), at=clock.now())
    messages.success(request, _("The order is cancelled, your points are back."))
    return _see_other(reverse("order", args=[order_id]))


def _cursor(text: str) -> tuple[datetime, int] | None:
    moment, _dash, number = text.partition("-")
    if not (text.isascii() and moment.isdigit() and number.isdigit() and len(moment) < 17 and len(number) < 19):
        return None
    return datetime.fromtimestamp(int(moment) / 1_000_000, tz=periods.zone()), int(number)


def _resident(request: HttpRequest) -> Resident | None:
    return request.user if isinstance(request.user, Resident) else None


def _me(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident), "login_required stands before"
    return request.user


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
