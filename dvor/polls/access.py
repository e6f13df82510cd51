"""Who sees a poll and who may answer it, by the rights table alone: the same rule for one resident and for all of them.

Whoever may take part in polls at a flat of the house (of the entrance, if it is an entrance's) sees the poll; the same
people answer it, or only the owners among them. An account level has no say: a poll is not a meeting of owners.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from dvor.homes import rights
from dvor.homes.models import Flat, Residency
from dvor.homes.rights import Act
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.polls import refusals
from dvor.polls.models import Poll


@dataclass(frozen=True, slots=True)
class Seat:
    """A resident's place at a poll: the flat by which it is seen; ``may_vote``: the poll is addressed to them."""

    flat: Flat
    may_vote: bool


def flats(by: Resident, *, at: datetime) -> list[Flat]:
    """The resident's flats where polls are allowed. One query."""
    return rights.flats_allowing(by, Act.POLLS, at=at)


def seat(poll: Poll, own: list[Flat]) -> Seat | None:
    """The place that one of these flats gives; an owner's flat before others."""
    near = [
        flat
        for flat in own
        if flat.house_id == poll.house_id and (poll.entrance is None or flat.entrance == poll.entrance)
    ]
    owned = [flat for flat in near if flat.residency is not None and flat.residency.status == Residency.Status.OWNER]
    if owned:
        return Seat(owned[0], may_vote=True)
    return Seat(near[0], may_vote=not poll.owners_only) if near else None


def seen(by: Resident, poll_id: int, *, at: datetime, lock: bool = False) -> tuple[Poll, Seat]:
    """The poll and the resident's place at it; with ``lock``, nobody votes or closes until the transaction ends.

    Two queries. What moderation has hidden only its author sees.

    Raises:
        Refusal: ``poll_unknown`` (404).
    """
    own = flats(by, at=at)
    if not own or not 0 < poll_id < 2**63:
        raise refusals.poll_unknown()
    found = Poll.objects.select_related("author", "house")
    if lock:
        found = found.select_for_update(of=("self",), no_key=True)
    poll = found.filter(pk=poll_id, house__in={flat.house_id for flat in own}).first()
    place = seat(poll, own) if poll else None
    if poll is None or place is None or (poll.hidden_at is not None and (lock or poll.author_id != by.pk)):
        raise refusals.poll_unknown()
    return poll, place


def of_flats(own: list[Flat]) -> Q:
    """The polls that residents of these flats see."""
    condition = Q(pk__in=[])
    for flat in own:
        near = Q(entrance__isnull=True)
        if flat.entrance is not None:
            near |= Q(entrance=flat.entrance)
        condition |= Q(house=flat.house_id) & near
    return condition


def electorate(poll: Poll) -> QuerySet[Residency, int]:
    """Everybody to whom the poll is addressed, as a query of residents' ids that never leaves the database."""
    return living(poll.house_id, entrance=poll.entrance, owners_only=poll.owners_only)


def living(house_id: int, *, entrance: int | None, owners_only: bool) -> QuerySet[Residency, int]:
    """Those who may answer a poll with this address."""
    proven = ~Q(proof=Residency.Proof.NONE)
    cells = Q(pk__in=[])
    for status in Residency.Status:
        if owners_only and status != Residency.Status.OWNER:
            continue
        for is_proven in (True, False):
            if rights.allows(level=Level.SIMPLIFIED, status=status, proven=is_proven, act=Act.POLLS):
                cells |= Q(status=status) & (proven if is_proven else ~proven)
    found = Residency.objects.filter(cells, flat__house=house_id, until__isnull=True, resident__deleted_at__isnull=True)
    if entrance is not None:
        found = found.filter(flat__entrance=entrance)
    return found.values_list("resident_id", flat=True).distinct()
