"""What invites declare: the two activities that pay, and the facts that both sides are told."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dvor.notices import kinds as facts
from dvor.notices.kinds import FactKind
from dvor.points import kinds as points
from dvor.points.kinds import Kind

# A first useful act is one of these that earned points which can be spent: a payment that goes back earns none.
USEFUL = ("reading", "bill_paid")


def describe(subjects: Iterable[str]) -> dict[str, str]:
    """Words for statements; without a name, because a statement outlives a neighbour's account."""
    return {subject: _("a neighbour of your house") for subject in subjects}


INVITE = Kind(
    id=23,
    code="invite",
    titles={"ru": "Приглашение соседа", "en": "Inviting a neighbour"},
    what={
        "ru": "Пригласите соседа по дому своей ссылкой. Баллы придут, когда он впервые войдёт с городским ID, "
        "подтвердит квартиру в вашем доме и сделает первое полезное дело: передаст показания или оплатит ЕПД. "
        "Каждая квартира считается один раз; домочадцы и вторые учётные записи не считаются.",
        "en": "Invite a neighbour of your house by your link. Points come when they sign in with the city ID for the "
        "first time, prove a flat in your house and do a first useful act: send a reading or pay a bill. Each flat "
        "counts once; members of one's household and second accounts do not count.",
    },
    unit={"ru": "за каждого соседа", "en": "per neighbour"},
    icon="users",
    describe=describe,
)
INVITED = Kind(
    id=24,
    code="invited",
    titles={"ru": "Начало по приглашению соседа", "en": "A start by a neighbour's invite"},
    what={
        "ru": "Войдите впервые по ссылке соседа, подтвердите квартиру в том же доме и сделайте первое полезное дело.",
        "en": "Sign in for the first time by a neighbour's link, prove a flat in the same house and do a first useful "
        "act.",
    },
    unit={"ru": "один раз", "en": "once"},
    icon="key",
    describe=lambda subjects: dict.fromkeys(subjects, ""),
)

COUNTED = FactKind(
    code="invites.counted",
    titles={"ru": "Приглашение засчитано", "en": "An invite counted"},
    icon="users",
)
HELD = FactKind(
    code="invites.held",
    titles={"ru": "Приглашение проверяется", "en": "An invite is under review"},
    icon="clock",
)
DENIED = FactKind(
    code="invites.denied",
    titles={"ru": "Приглашение не засчитано", "en": "An invite did not count"},
    icon="info",
)


def register() -> None:
    """Make the kinds known."""
    for kind in (INVITE, INVITED):
        points.register(kind)
    for fact in (COUNTED, HELD, DENIED):
        facts.register(fact)


def useful() -> list[Kind]:
    """The kinds whose first act makes an invite count; those that this city has."""
    return [kind for kind in map(points.named, USEFUL) if kind is not None]
