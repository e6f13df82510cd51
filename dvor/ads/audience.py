"""Whose ads a resident sees, and where he may post: his houses, their companies, their districts.

Names are a matter of the house: only those who have proven that they live in it read its people's surnames.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dvor.ads.models import Ad
from dvor.base.refusals import Refusal
from dvor.chats import access
from dvor.homes import rights
from dvor.homes.models import House
from dvor.homes.rights import Act
from dvor.people.models import Resident, Role

Reach = Ad.Reach


@dataclass(frozen=True)
class Sight:
    """What one resident sees: ads of these houses, of these companies' houses, of these districts."""

    resident_id: int
    houses: dict[int, House] = field(default_factory=dict)
    proven: frozenset[int] = frozenset()
    posting: dict[int, House] = field(default_factory=dict)

    @property
    def companies(self) -> set[int]:
        return {house.management_company_id for house in self.houses.values() if house.management_company_id}

    @property
    def districts(self) -> set[str]:
        return {house.district for house in self.houses.values() if house.district}

    def where(self, *, own_only: bool = False) -> Q:
        """The ads that reach this resident; ``own_only``: those of his own houses."""
        reached = Q(house__in=list(self.houses))
        if own_only:
            return reached
        return (
            reached
            | Q(reach=Reach.COMPANY, company__in=sorted(self.companies))
            | Q(reach=Reach.DISTRICT, district__in=sorted(self.districts))
        )

    def sees(self, ad: Ad) -> bool:
        """The same question for one ad that is at hand."""
        return (
            ad.house_id in self.houses
            or (ad.reach == Reach.COMPANY and ad.company_id in self.companies)
            or (ad.reach == Reach.DISTRICT and ad.district in self.districts)
        )

    def name_of(self, person: Resident, house_id: int) -> str:
        """«Анна Сергеева» in one's own house, «Анна С.» elsewhere."""
        return access.name_of(person, is_near=house_id in self.proven)


def of(resident: Resident, *, at: datetime | None = None) -> Sight:
    """What a resident sees at a moment, or now. One query."""
    houses, posting, proven = {}, {}, set()
    for flat in rights.flats_of(resident, at=at):
        assert flat.residency is not None
        acts = rights.acts_of(flat.residency, level=resident.account_level)
        if Act.SEE_ADS in acts:
            houses[flat.house_id] = flat.house
        if Act.POST_ADS in acts:
            posting[flat.house_id] = flat.house
        if flat.residency.proven:
            proven.add(flat.house_id)
    return Sight(resident.pk, houses, frozenset(proven), posting)


def operator_sees(resident: Resident, ad: Ad) -> bool:
    """Whether an operator looks at ads of this house: those of the whole city, and moderators. One query."""
    roles = [name for name in Role.Name.values if Act.SEE_ADS in rights.OF_ROLE[name]]
    return rights.operates(resident, ad.house, roles=roles)


def moderates(resident: Resident, ad: Ad) -> bool:
    """Whether hidden ads are this operator's business. One query."""
    return rights.operates(resident, ad.house, roles=[Role.Name.MODERATOR, Role.Name.CITY_OPERATOR])


def reaches(house: House, *, proven: bool) -> list[Reach]:
    """How far an ad of this house may go: farther than the house only by those who have proven that they live there."""
    found = [Reach.HOUSE]
    if proven and house.management_company_id:
        found.append(Reach.COMPANY)
    if proven and house.district:
        found.append(Reach.DISTRICT)
    return found


def refuse(sight: Sight, house_id: int, reach: Reach) -> House:
    """The house, if this resident may post there so far.

    Raises:
        Refusal: ``house_unknown`` (404) when it is not his; ``not_allowed`` (403) for his status there;
            ``reach_needs_proof`` (403); ``reach_unknown`` when the house has no company or no district.
    """
    house = sight.posting.get(house_id)
    if house is None and house_id in sight.houses:
        raise Refusal(
            "not_allowed",
            _("Guests read the notice board, but do not post."),
            remedy=_("Ask the resident who invited you to post it."),
            status=403,
        )
    if house is None:
        raise Refusal("house_unknown", _("There is no such house."), remedy=_("Choose one of yours."), status=404)
    if reach not in reaches(house, proven=True):
        raise Refusal("reach_unknown", _("The ad cannot reach so far from this house."), field="reach")
    if reach not in reaches(house, proven=house_id in sight.proven):
        raise Refusal(
            "reach_needs_proof",
            _("Farther than your house your ad goes when you have confirmed that you live there."),
            remedy=_("Enter the payer code from the bill in “My flats”, or post to your house alone."),
            status=403,
            field="reach",
        )
    return house
