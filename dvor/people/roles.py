"""What operators may do: a city operator gives and takes roles, everything with a reason and in the audit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit
from dvor.base.refusals import Refusal
from dvor.people import queries
from dvor.people.models import Organisation, Resident, Role

NEEDS_ORGANISATION = {
    Role.Name.MANAGEMENT_COMPANY: Organisation.Kind.MANAGEMENT_COMPANY,
    Role.Name.PARTNER: Organisation.Kind.PARTNER,
}


@transaction.atomic
def grant(
    resident: Resident, name: str, organisation: Organisation | None = None, *,
    by: Resident | None, at: datetime, reason: str,
) -> Role:  # fmt: skip
    """Give a role. ``by`` is a city operator; empty only where somebody works on the server itself (first operator).

    Raises:
        Refusal: ``not_allowed`` (403), ``role_unknown``, ``organisation_wrong``, ``role_held`` (409),
            ``resident_gone`` (409) for someone who is leaving.
    """
    _only_city_operators(by)
    resident.__dict__.pop("has_role", None)  # what the query that found it knew is true no more
    resident = Resident.objects.select_for_update().get(pk=resident.pk)
    if name not in Role.Name.values:
        raise Refusal("role_unknown", _("There is no such role."), field="name")
    _check_organisation(Role.Name(name), organisation)
    if resident.deletion_requested_at is not None:
        raise Refusal("resident_gone", _("This resident has asked to be forgotten."), status=409)
    if resident.roles.filter(name=name, organisation=organisation, revoked_at__isnull=True).exists():
        raise Refusal("role_held", _("This resident has this role already."), status=409)
    role = Role.objects.create(resident=resident, name=name, organisation=organisation, granted_at=at, granted_by=by)
    _note("people.role.granted", role, by=by, at=at, reason=reason)
    return role


@transaction.atomic
def revoke(role: Role, *, by: Resident, at: datetime, reason: str) -> None:
    """Take a role away, from this moment on.

    Raises:
        Refusal: ``not_allowed`` (403), ``role_revoked`` (409), ``last_operator`` (409): somebody must be able to give
            roles back.
    """
    _only_city_operators(by)
    # Locked in one order, so that two operators cannot revoke each other at the same moment.
    held = list(Role.objects.select_for_update().filter(name=role.name, revoked_at__isnull=True).order_by("pk"))
    found = next((one for one in held if one.pk == role.pk), None)
    if found is None:
        raise Refusal("role_revoked", _("This role was already revoked."), status=409)
    if found.name == Role.Name.CITY_OPERATOR and len(held) == 1:
        raise Refusal(
            "last_operator", _("This is the last city operator."), remedy=_("Give the role to somebody else first."),
            status=409,
        )  # fmt: skip
    found.revoked_at, found.revoked_by = at, by
    found.save(update_fields=["revoked_at", "revoked_by"])
    _note("people.role.revoked", found, by=by, at=at, reason=reason)


def allows(resident: Resident, *names: str, organisation: Organisation | None = None) -> bool:
    """Whether the resident holds one of these roles today; with an organisation, for it or for the whole city."""
    if not resident.is_active or resident.__dict__.get("has_role") is False:
        return False
    return any(
        role.name in names
        and (organisation is None or role.organisation_id is None or role.organisation_id == organisation.pk)
        for role in queries.roles_of(resident)
    )


def _only_city_operators(by: Resident | None) -> None:
    if by is not None and not allows(by, Role.Name.CITY_OPERATOR):
        raise Refusal("not_allowed", _("Only a city operator gives and takes roles."), status=403)


def _check_organisation(name: Role.Name, organisation: Organisation | None) -> None:
    wanted = NEEDS_ORGANISATION.get(name)
    if (organisation.kind if organisation else None) != wanted:
        remedy = _("Choose an organisation of the right kind.") if wanted else _("Leave the organisation empty.")
        raise Refusal("organisation_wrong", _("This role does not fit this organisation."), remedy=remedy,
                      field="organisation")  # fmt: skip


def _note(act: str, role: Role, *, by: Resident | None, at: datetime, reason: str) -> None:
    audit.record(
        act=act, subject=f"resident:{role.resident_id}", by=by.pk if by else None, at=at, reason=reason,
        facts={"role": role.name, "organisation": role.organisation_id},
    )  # fmt: skip
