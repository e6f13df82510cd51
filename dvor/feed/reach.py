"""Whom a text reaches: houses by name, all houses of a company, or a district; and how many people that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.feed.models import HOUSES_MAX, Audience, Written
from dvor.homes.models import Flat, House, Residency
from dvor.people.models import Organisation

ENTRANCE_MAX = 99


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom an operator addresses. ``company``: in whose name, and whose houses; empty: the city's."""

    audience: int
    company: Organisation | None = None
    district: str = ""
    house_ids: Sequence[int] = ()
    entrances: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many a text would reach; ``residents`` are those who are in Dvor."""

    houses: int
    flats: int
    residents: int


def houses(whom: Whom) -> list[House]:
    """The houses of an audience, in the order of their numbers. One query, and a check of entrances.

    Raises:
        Refusal: ``audience_unknown`` (422); ``houses_missing`` (422) when it has no house; ``houses_too_many`` (422);
            ``houses_foreign`` (422) when a house is not the company's; ``entrances_need_a_house`` (422);
            ``entrance_unknown`` (422).
    """
    if whom.audience == Audience.HOUSES:
        found = _chosen(whom)
    elif whom.audience == Audience.COMPANY and whom.company is not None:
        found = list(House.objects.filter(management_company=whom.company).order_by("pk"))
    elif whom.audience == Audience.DISTRICT and whom.district.strip():
        found = list(House.objects.filter(district=whom.district.strip()).order_by("pk"))
    else:
        raise Refusal("audience_unknown", _("Say whom you address."), field="audience")
    if not found:
        raise Refusal("houses_missing", _("No house was found."), field=_field(whom))
    if whom.entrances:
        _check_entrances(whom, found)
    return found


def zone(found: Sequence[House]) -> str:
    """The time zone that all these houses share.

    Raises:
        Refusal: ``houses_of_two_zones`` (422): hours would mean different moments.
    """
    zones = {house.time_zone for house in found}
    if len(zones) > 1:
        raise Refusal(
            "houses_of_two_zones",
            _("These houses live in different time zones."),
            remedy=_("Write for each zone separately."),
            field="houses",
        )
    return zones.pop()


def count(found: Sequence[House], entrances: Sequence[int] = ()) -> Counts:
    """How many flats and residents these houses or entrances have. Two queries."""
    ids = [house.pk for house in found]
    flats = Flat.objects.filter(_in_entrances("", entrances), house_id__in=ids)
    living = Residency.objects.filter(_in_entrances("flat__", entrances), flat__house_id__in=ids, until__isnull=True)
    people = living.aggregate(people=Count("resident_id", distinct=True))["people"]
    return Counts(len(ids), flats.count(), int(people or 0))


def residents(written: Written, entrances: Sequence[int] = ()) -> QuerySet[Any, Any]:
    """Everybody who lives in the houses of what was written, as a query that never leaves the database."""
    reached = type(written)._default_manager.filter(pk=written.pk)
    ids = reached.values_list(Func(F("house_ids"), function="unnest"), flat=True)
    living = Residency.objects.filter(_in_entrances("flat__", entrances), flat__house_id__in=ids, until__isnull=True)
    return living.values_list("resident_id", flat=True)


def _chosen(whom: Whom) -> list[House]:
    ids = set(whom.house_ids)
    if len(ids) > HOUSES_MAX:
        raise Refusal(
            "houses_too_many",
            _("At most %(count)s houses at once.") % {"count": HOUSES_MAX},
            remedy=_("Choose all houses of the company or a district instead."),
            field="houses",
        )
    found = list(House.objects.filter(pk__in=ids).order_by("pk"))
    foreign = [house for house in found if whom.company and house.management_company_id != whom.company.pk]
    if foreign or len(found) < len(ids):
        raise Refusal(
            "houses_foreign",
            _("Not every house is managed by this company.") if foreign else _("There is no such house."),
            field="houses",
        )
    return found


def _check_entrances(whom: Whom, found: Sequence[House]) -> None:
    if len(found) > 1:
        raise Refusal("entrances_need_a_house", _("Entrances can be named for one house only."), field="entrances")
    known = set(Flat.objects.filter(house=found[0]).values_list("entrance", flat=True).distinct())
    if not set(whom.entrances) <= known:
        raise Refusal("entrance_unknown", _("The house has no such entrance."), field="entrances")


def _in_entrances(path: str, entrances: Sequence[int]) -> Q:
    """Who lives where no entrance is known is told, too."""
    if not entrances:
        return Q()
    return Q(**{f"{path}entrance__in": list(entrances)}) | Q(**{f"{path}entrance__isnull": True})


def _field(whom: Whom) -> str:
    return {Audience.HOUSES: "houses", Audience.DISTRICT: "district"}.get(Audience(whom.audience), "audience")
