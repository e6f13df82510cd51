"""Other houses: nothing of them is shown until the resident chooses one, and then only what is public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.feed.models import Follow, Seen
from dvor.homes import rights
from dvor.homes.models import House
from dvor.people.models import Resident

FOLLOWED_MAX = 5


@transaction.atomic
def choose(house_id: int, *, by: Resident, at: datetime) -> House:
    """Show the news and outages of a house where the resident does not live; a second time changes nothing.

    Raises:
        Refusal: ``house_unknown`` (404); ``house_own`` (409): its feed is shown already; ``houses_too_many`` (409).
    """
    house = House.objects.filter(pk=house_id).first() if 0 < house_id < 2**63 else None
    if house is None:
        raise Refusal("house_unknown", _("There is no such house."), status=404)
    if any(own.pk == house.pk for own in rights.houses_of(by)):
        raise Refusal("house_own", _("You live there: this house is in your feed already."), status=409)
    Resident.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # two at once count each other
    chosen = set(Follow.objects.filter(resident=by).values_list("house_id", flat=True))
    if house.pk not in chosen:
        if len(chosen) >= FOLLOWED_MAX:
            raise Refusal(
                "houses_too_many",
                _("At most %(count)s other houses.") % {"count": FOLLOWED_MAX},
                remedy=_("Remove one of them first."),
                status=409,
            )
        Follow.objects.create(resident=by, house=house, since=at)
    return house


@transaction.atomic
def drop(house_id: int, *, by: Resident) -> None:
    """Show nothing more of a house that was chosen; of one that was not, it changes nothing."""
    Follow.objects.filter(resident=by, house_id=house_id).delete()


def erase(*, resident_ids: Sequence[int], at: datetime) -> None:
    """Forget which houses these residents chose and what they have seen; called by ``people`` when it erases them."""
    del at  # nothing of it is kept
    for table in (Follow, Seen):
        table._default_manager.filter(resident_id__in=resident_ids).delete()
