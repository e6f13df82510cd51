"""Whose houses and which months a file may speak of."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from dvor.base import periods
from dvor.base.refusals import Refusal
from dvor.people import roles
from dvor.people.models import Resident, Role

MONTHS_BACK_OF_COMPANY = 3
_OLDEST = date(2010, 1, 1)


class Scope(NamedTuple):
    """Whose houses a file may speak of (none: all), since which month, and who answers for it."""

    companies: list[int] | None
    since: date
    doer_id: int | None


def scope_of(by: Resident | None, *, at: datetime) -> Scope:
    """What the operator may bring: the city any month, a company the last months of its own houses.

    Raises:
        Refusal: ``not_allowed`` (403) for everybody else.
    """
    if by is None:
        return Scope(None, _OLDEST, None)
    if roles.allows(by, Role.Name.CITY_OPERATOR):
        return Scope(None, _OLDEST, by.pk)
    companies = [
        role.organisation_id
        for role in by.roles.filter(name=Role.Name.MANAGEMENT_COMPANY, revoked_at__isnull=True)
        if role.organisation_id is not None
    ]
    if not companies:
        raise Refusal(
            "not_allowed",
            _("Files with readings are loaded by operators."),
            remedy=_("Send the readings of your own flat on its page."),
            status=403,
        )
    return Scope(companies, periods.month_plus(periods.month_of(at), -MONTHS_BACK_OF_COMPANY), by.pk)
