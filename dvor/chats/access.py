"""Whose chats are whose: the houses where a resident may chat, and the talks that are his."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.chats import refusals
from dvor.chats.models import Chat
from dvor.homes import rights
from dvor.homes.models import House, Residency
from dvor.homes.rights import Act
from dvor.people.models import Resident

# With a proof: a guest's lets him read the notice board, not talk as one of the house.
_CHATTING = [status for (status, is_proven), acts in rights.OF_STATUS.items() if is_proven and Act.CHAT in acts]


@dataclass(frozen=True)
class Sight:
    """The houses in whose chats a resident takes part."""

    resident_id: int
    houses: dict[int, House] = field(default_factory=dict)


def of(resident: Resident, *, at: datetime | None = None) -> Sight:
    """What a resident takes part in at a moment, or now. One query."""
    flats = rights.flats_allowing(resident, Act.CHAT, at=at)
    return Sight(resident.pk, {flat.house_id: flat.house for flat in flats})


def reach(chat_id: int, *, by: Resident, at: datetime, lock: bool = False) -> tuple[Chat, Sight]:
    """The chat, if it is this resident's; with ``lock``, nobody writes there until the transaction ends. Two queries.

    Raises:
        Refusal: ``chat_unknown`` (404), also for the chat of a house where he may not, or not any more.
    """
    found = Chat.objects.select_for_update(of=("self",), no_key=True) if lock else Chat.objects.all()
    chat = found.select_related("house", "first", "second").filter(pk=chat_id).first() if 0 < chat_id < 2**63 else None
    if chat is None:
        raise refusals.chat_unknown()
    sight = of(by, at=at)
    if not is_mine(chat, sight):
        raise refusals.chat_unknown()
    return chat, sight


def is_mine(chat: Chat, sight: Sight) -> bool:
    """Whether this resident reads it."""
    if chat.is_talk:
        return sight.resident_id in (chat.first_id, chat.second_id)
    return chat.house_id in sight.houses


def names(people: Iterable[Resident], sight: Sight, *, at: datetime) -> dict[int, str]:
    """How the people of talks are called: «Анна Сергеева» in one's own house, «Анна С.» elsewhere. One query."""
    found = {person.pk: person for person in people}
    near = neighbours(found, sight, at=at)
    return {pk: name_of(person, is_near=pk in near) for pk, person in found.items()}


def neighbours(resident_ids: Iterable[int], sight: Sight, *, at: datetime) -> set[int]:
    """Those who take part in the chat of a house where this resident does. One query."""
    lasts = Q(until__isnull=True) | Q(until__gt=at)
    chatting = Residency.objects.filter(
        lasts, since__lte=at, resident__in=list(resident_ids), flat__house__in=list(sight.houses), status__in=_CHATTING
    ).exclude(proof=Residency.Proof.NONE)
    return set(chatting.values_list("resident", flat=True))


def name_of(person: Resident, *, is_near: bool) -> str:
    """The surname is a matter of the house: elsewhere its first letter."""
    if not person.first_name:
        return str(_("A neighbour"))
    if is_near or not person.last_name:
        return f"{person.first_name} {person.last_name}".strip()
    return f"{person.first_name} {person.last_name[0]}."


def refuse_stranger(sight: Sight) -> None:
    """Refuse whoever takes part in no house's chat: he has not proven where he lives, or not any more.

    Raises:
        Refusal: ``not_allowed`` (403).
    """
    if not sight.houses:
        raise Refusal(
            "not_allowed",
            _("Chats are for those who have confirmed where they live."),
            remedy=_("Enter the payer code from the bill in “My flats”."),
            status=403,
        )
