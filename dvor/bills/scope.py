"""Whose houses an operator may bill: the city all, a management company its own."""

from __future__ import annotations

from dvor.bills import refusals
from dvor.people import roles
from dvor.people.models import Resident, Role

Companies = frozenset[int] | None  # none: all houses


def companies_of(by: Resident | None) -> Companies:
    """The companies for whose houses ``by`` may issue and withdraw; nobody (the system itself) may everywhere.

    Raises:
        Refusal: ``not_allowed`` (403) for whoever has neither role.
    """
    if by is None or roles.allows(by, Role.Name.CITY_OPERATOR):
        return None
    companies = frozenset(
        role.organisation_id
        for role in by.roles.filter(name=Role.Name.MANAGEMENT_COMPANY, revoked_at__isnull=True)
        if role.organisation_id is not None
    )
    if not companies:
        raise refusals.not_allowed()
    return companies


def holds(companies: Companies, company_id: int | None) -> bool:
    """Whether a house of this company may be billed."""
    return companies is None or company_id in companies
