"""Reads: my links, whom they brought, what an invite earns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q

from dvor.homes.models import Residency
from dvor.invites import kinds
from dvor.invites.models import Join, Link
from dvor.people.models import Resident
from dvor.points import queries as points
from dvor.points.kinds import Kind
from dvor.points.models import RuleVersion

SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Guest:
    """One newcomer as his inviter sees him: a first name, and only of a neighbour of a house of mine."""

    name: str
    join: Join


def links(resident: Resident) -> list[Link]:
    """The resident's links that work, newest first, each with its house and ``came``. One query."""
    found = Link.objects.filter(resident=resident, revoked_at__isnull=True).select_related("house")
    return list(found.annotate(came=Count("joins")).order_by("-pk"))


def invited(
    resident: Resident, *, houses: Sequence[int], after: tuple[datetime, int] | None = None, limit: int = SHOWN_MAX
) -> list[Guest]:
    """Whom the resident's links brought, newest first; names only of those who live now in one of ``houses``.

    One query.
    """
    lives = Residency.objects.filter(
        resident=OuterRef("joiner"), flat__house=OuterRef("house"), until__isnull=True
    ).exclude(proof=Residency.Proof.NONE)
    found = Join.objects.filter(inviter=resident).select_related("joiner", "link", "house")
    found = found.annotate(is_neighbour=Exists(lives))
    if after is not None:
        found = found.filter(Q(signed_in_at__lt=after[0]) | Q(signed_in_at=after[0], pk__lt=after[1]))
    return [
        Guest(join.joiner.first_name if join.is_neighbour and join.house_id in houses else "", join)
        for join in found.order_by("-signed_in_at", "-pk")[:limit]
    ]


def counts(resident: Resident) -> dict[Join.State, int]:
    """How many newcomers are in which state. One query."""
    found = Join.objects.filter(inviter=resident).values_list("state").annotate(count=Count("pk"))
    known = Counter({Join.State(state): count for state, count in found})
    return {state: known[state] for state in Join.State}


def mine(resident: Resident) -> Join | None:
    """By which invite the resident came himself. One query."""
    return Join.objects.filter(pk=resident.pk).select_related("house").first()


def rules(day: date) -> tuple[RuleVersion | None, RuleVersion | None]:
    """What the rules give to the inviter and to the newcomer on a day. One query."""
    found = {rule.kind.id: rule.now for rule in points.rules(day)}
    return found.get(kinds.INVITE.id), found.get(kinds.INVITED.id)


def paid(rule: RuleVersion | None, level: int) -> int:
    """The points of a rule for an account level."""
    return (rule.points[level - 1] or 0) if rule is not None else 0


def useful() -> list[Kind]:
    """What counts as a first useful act."""
    return kinds.useful()
