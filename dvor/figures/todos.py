"""What a resident can do now, one card each: the pieces of the home page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dvor.base import money, periods
from dvor.bills import overview
from dvor.homes.models import Flat, Residency
from dvor.meters.overview import Place
from dvor.people.models import Resident
from dvor.points import kinds, rules
from dvor.rewards.models import Order, Reward

EXPIRES_SOON = timedelta(days=30)
URGENT_DAYS = 3
CODES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that can be done now. ``brings`` are the points for it; ``is_urgent`` when it closes within days."""

    icon: str
    title: str
    text: str
    url: str
    action: str
    brings: int = 0
    is_urgent: bool = False


def first_steps(places: list[Place]) -> list[Todo]:
    """A flat to add, or one to prove."""
    if not places:
        return [
            Todo(
                "flat",
                _("Add your flat"),
                _("Find your house and enter the payer code from your bill: then you can send readings."),
                reverse("flat_add"),
                _("Add a flat"),
            )
        ]
    return [
        Todo(
            "info",
            _("Confirm that you live here: %(flat)s") % {"flat": _name(place.flat)},
            _("The payer code from your bill is enough: then you can send readings."),
            reverse("flat", args=[place.flat.pk]),
            _("Confirm"),
        )
        for place in places
        if not _residency(place.flat).proven
    ]


def readings(places: list[Place], *, resident: Resident, at: datetime) -> list[Todo]:
    """Flat by flat: meters whose reading is awaited, with what it brings, and those that have to be verified."""
    rate = _rate(resident, at=at) if any(place.waiting for place in places) else 0
    found: list[Todo] = []
    for place in places:
        url = reverse("meters_flat", args=[place.flat.pk])
        closes_on = place.closes_on
        if closes_on is not None:
            found.append(_sending(place, closes_on, rate, url, day=periods.day_of(at, place.flat.house.time_zone)))
        if expired := sum(window.expired for window in place.windows):
            found.append(_verifying(place, expired, url))
    return found


def bills(places: list[Place], *, resident: Resident, at: datetime) -> list[Todo]:
    """Flat by flat: the newest bill that is not paid yet."""
    unpaid = overview.unpaid([place.flat for place in places], reader=resident, at=at)
    return [
        Todo(
            "bill",
            _("Pay the bill: %(flat)s") % {"flat": _name(entry.bill.flat)},
            _("%(sum)s for %(month)s, until %(day)s.") % {
                "sum": money.show(entry.asked),
                "month": formats.date_format(entry.bill.period, "F").lower(),
                "day": formats.date_format(entry.bill.due_on, "j E"),
            },
            reverse("bill", args=[entry.bill.pk]),
            _("See the bill"),
            is_urgent=(entry.bill.due_on - periods.day_of(at, entry.bill.flat.house.time_zone)).days <= URGENT_DAYS,
        )
        for entry in unpaid
    ]  # fmt: skip


def next_window(places: list[Place]) -> date | None:
    """The first day on which readings of these flats are taken again."""
    states = [window.state for place in places for window in place.windows if window.state and not window.state.is_open]
    return min((state.opens_on for state in states), default=None)


def _sending(place: Place, closes_on: date, rate: int, url: str, *, day: date) -> Todo:
    left = ngettext("%(count)s meter is left", "%(count)s meters are left", place.waiting) % {"count": place.waiting}
    until = _("until %(day)s") % {"day": formats.date_format(closes_on, "j E")}
    return Todo(
        "meter",
        _("Send readings: %(flat)s") % {"flat": _name(place.flat)},
        f"{left}, {until}.",
        url,
        _("Send readings"),
        brings=rate * place.waiting,
        is_urgent=(closes_on - day).days <= URGENT_DAYS,
    )


def _verifying(place: Place, expired: int, url: str) -> Todo:
    text = ngettext(
        "The verification of %(count)s meter has expired, and its readings are not taken.",
        "The verification of %(count)s meters has expired, and their readings are not taken.",
        expired,
    )
    title = _("Have a meter verified: %(flat)s") % {"flat": _name(place.flat)}
    return Todo("warning", title, text % {"count": expired}, url, _("See the meters"))


def _rate(resident: Resident, *, at: datetime) -> int:
    """What one reading brings the resident by the rule of the day."""
    kind = kinds.named("reading")
    version = rules.in_force(kind, periods.day_of(at)) if kind else None
    return rules.terms_of(version).points.get(resident.account_level, 0) if version else 0


def waiting_codes(resident: Resident) -> list[Todo]:
    """Promo codes that were bought and never looked at."""
    waiting = Order.objects.filter(
        resident=resident, reward__kind=Reward.Kind.VOUCHER, cancelled_at__isnull=True, revealed_at__isnull=True
    )
    return [
        Todo(
            "promo",
            _("Your promo code is waiting: %(reward)s") % {"reward": order.reward},
            _("Open the order to see the code."),
            reverse("order", args=[order.pk]),
            _("Open the order"),
        )
        for order in waiting.select_related("reward").order_by("-pk")[:CODES_SHOWN]
    ]


def expiring(lots: list[tuple[date, int]], *, at: datetime) -> list[Todo]:
    """Points whose last day is near: the soonest ones."""
    limit = periods.day_of(at) + EXPIRES_SOON
    soon = [(last_day, amount) for last_day, amount in lots if last_day <= limit]
    if not soon:
        return []
    last_day, amount = soon[0]
    text = ngettext("%(count)s point expires on %(day)s.", "%(count)s points expire on %(day)s.", amount) % {
        "count": amount,
        "day": formats.date_format(last_day, "j E"),
    }
    is_urgent = last_day <= periods.day_of(at) + timedelta(days=7)
    return [
        Todo("gift", _("Spend points while they live"), text, reverse("rewards"), _("Choose a reward"), 0, is_urgent)
    ]


def _name(flat: Flat) -> str:
    """The flat as its resident calls it: by their own title, or by street and number."""
    return str(_residency(flat).title) or _("%(address)s, flat %(number)s") % {
        "address": flat.house.address,
        "number": flat.number,
    }


def _residency(flat: Flat) -> Residency:
    assert flat.residency is not None, "a resident's own flats come with their residency"
    return flat.residency
