"""What a resident can do now, one card each: the pieces of the home page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dvor.base import periods
from dvor.homes import rights
from dvor.homes.models import Flat, Residency
from dvor.homes.rights import Act
from dvor.meters import windows
from dvor.meters.models import Meter
from dvor.meters.resources import Resource
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


def first_steps(resident: Resident, flats: list[Flat]) -> list[Todo]:
    """A flat to add, or one to prove."""
    if not flats:
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
            _("Confirm that you live here: %(flat)s") % {"flat": _place(flat)},
            _("The payer code from your bill is enough: then you can send readings."),
            reverse("flat", args=[flat.pk]),
            _("Confirm"),
        )
        for flat in flats
        if not _may_send(resident, flat) and not _residency(flat).proven
    ]


def _may_send(resident: Resident, flat: Flat) -> bool:
    own = _residency(flat)
    return rights.allows(
        level=resident.account_level, status=rights.Status(own.status), proven=own.proven, act=Act.SUBMIT_READINGS
    )


def _residency(flat: Flat) -> Residency:
    assert flat.residency is not None, "a resident's own flats come with their residency"
    return flat.residency


def readings(resident: Resident, flats: list[Flat], *, at: datetime) -> tuple[list[Todo], date | None]:
    """Open windows flat by flat, with what is still to send and what it brings; and when the next window opens."""
    own = [flat for flat in flats if _may_send(resident, flat)]
    if not own:
        return [], None
    states = windows.of_houses([flat.house for flat in own], at=at)
    meters = Meter.objects.filter(flat__in=own, archived_at__isnull=True)
    rate = _rate(resident, at=at)
    rows = list(meters.values_list("flat_id", "resource", "last_period", "verification_due_on"))
    todos = []
    for flat in own:
        todos += _of_flat(flat, [row for row in rows if row[0] == flat.pk], states, rate, at=at)
    coming = [state.opens_on for state in states.values() if not state.is_open]
    return todos, min(coming, default=None)


def _of_flat(
    flat: Flat,
    rows: list[tuple[int, int, date | None, date | None]],
    states: Mapping[tuple[int, Resource], windows.State],
    rate: int,
    *,
    at: datetime,
) -> list[Todo]:
    day = periods.day_of(at, flat.house.time_zone)
    url = reverse("meters_flat", args=[flat.pk])
    open_states = {
        resource: state
        for resource in Resource
        if (state := states.get((flat.house_id, resource))) is not None and state.is_open
    }
    valid = [row for row in rows if row[3] is None or row[3] >= day]
    left = [
        open_states[Resource(resource)]
        for _flat, resource, last, _due in valid
        if resource in open_states and (last is None or last < open_states[Resource(resource)].period)
    ]
    todos = []
    if left:
        closes_on = min(state.closes_on for state in left)
        text = ngettext("%(count)s meter is left", "%(count)s meters are left", len(left)) % {"count": len(left)}
        until = _("until %(day)s") % {"day": formats.date_format(closes_on, "j E")}
        todos.append(
            Todo(
                "meter",
                _("Send readings: %(flat)s") % {"flat": _place(flat)},
                f"{text}, {until}.",
                url,
                _("Send readings"),
                brings=rate * len(left),
                is_urgent=(closes_on - day).days <= URGENT_DAYS,
            )
        )
    overdue = len(rows) - len(valid)
    if overdue:
        text = ngettext(
            "The verification of %(count)s meter has expired, and its readings are not taken.",
            "The verification of %(count)s meters has expired, and their readings are not taken.",
            overdue,
        )
        title = _("Have a meter verified: %(flat)s") % {"flat": _place(flat)}
        todos.append(Todo("warning", title, text % {"count": overdue}, url, _("See the meters")))
    return todos


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


def _place(flat: Flat) -> str:
    """The flat as its resident calls it: by their own title, or by street and number."""
    return str(_residency(flat).title) or _("%(address)s, flat %(number)s") % {
        "address": flat.house.address,
        "number": flat.number,
    }
