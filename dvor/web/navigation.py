"""The doors of the house: what stands in the dock, the header and the footer, and which one is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Door:
    """A place one can go to from every page."""

    name: str
    title: Promise
    icon: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A door as a page shows it; ``current`` is the value of aria-current, ``new`` how much is new behind it."""

    url: str
    title: Promise
    icon: str
    current: str
    new: int = 0


HOME = Door("home", _("Home"), "home")
FEED = Door("feed", _("Feed"), "megaphone")
METERS = Door("meters", _("Meters"), "meter")
BILLS = Door("bills", _("Bills"), "bill")
PAYMENTS = Door("payments", _("Payments"), "wallet")
POINTS = Door("points", _("Points"), "points")
REWARDS = Door("rewards", _("Rewards"), "gift")
MORE = Door("more", _("More"), "more")
KNOWLEDGE = Door("knowledge", _("What points are given for"), "book")
ORDERS = Door("orders", _("My orders"), "order")
FLATS = Door("flats", _("My flats"), "flat")
POLLS = Door("polls", pgettext_lazy("title", "Polls"), "vote")
ADS = Door("ads", _("Notice board"), "edit")
CHATS = Door("chats", _("Messages"), "chat")
INVITES = Door("invites", _("Invite neighbours"), "users")
NOTIFICATIONS = Door("notifications", _("Notifications"), "bell")
PROFILE = Door("profile", _("Profile"), "user")
MODERATION = Door("moderation", _("How we moderate"), "shield")
MODERATION_CASES = Door("moderation_cases", _("My publications and reports"), "shield")
CONTACTS = Door("contacts", _("Contacts"), "phone")
FIGURES = Door("figures", _("The city in figures"), "chart")
CONSOLE = Door("admin:index", _("Console"), "shield")

DOCK = (HOME, FEED, METERS, BILLS, MORE)  # points are one tap away as the balance at the top, and rewards from there
DOORS = (HOME, FEED, METERS, BILLS, REWARDS, CHATS, MORE)
FOOTER = (KNOWLEDGE, FIGURES, MODERATION, CONTACTS)
MINE = (
    ADS, CHATS, POLLS, PAYMENTS, REWARDS, POINTS, FLATS, ORDERS, INVITES, MODERATION_CASES, NOTIFICATIONS, PROFILE,
)  # fmt: skip
PUBLIC = (KNOWLEDGE, FIGURES, MODERATION, CONTACTS)


def shown(doors: tuple[Door, ...], path: str, new: Mapping[str, int] | None = None) -> list[Shown]:
    """The doors with their addresses; the one that leads to ``path`` or above it is current. ``new``: by name."""
    return [
        Shown(url, door.title, door.icon, _current(url, path), (new or {}).get(door.name, 0))
        for door in doors
        for url in [_address(door.name)]
    ]


@cache
def _address(name: str) -> str:
    """Addresses stay while the process lives."""
    return reverse(name)


def _current(url: str, path: str) -> str:
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""
