"""Meters as devices: installed, replaced, taken out of service, brought back, verified.

Owners do it for their flat, operators of the city for every flat, those of a management company in its houses.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, periods, sql
from dvor.base.refusals import Outcome, Refusal
from dvor.homes.models import Residency
from dvor.meters import nameplates
from dvor.meters.models import Meter
from dvor.meters.nameplates import Nameplate
from dvor.people import roles
from dvor.people.models import Resident, Role

METERS_MAX = 20  # of one flat, in service
REASON_LENGTH_MAX = 200
_OPERATORS = (Role.Name.CITY_OPERATOR, Role.Name.MANAGEMENT_COMPANY)


@transaction.atomic
def install(meters: Sequence[Nameplate], *, by: Resident, at: datetime, reason: str = "") -> list[Outcome[int]]:
    """Put meters into service, one or ten thousand; the value of an outcome is the meter's id. Four statements.

    A row is refused as ``flat_unknown`` (404), ``not_allowed`` (403), ``too_many_meters``, ``meter_exists`` (409), or
    for what :func:`nameplates.check` finds.
    """
    found = _flats({meter.flat_id for meter in meters}, by=by, at=at)
    day = periods.day_of(at)
    outcomes: list[Outcome[int]] = []
    good: list[tuple[int, Nameplate]] = []
    for index, meter in enumerate(meters):
        try:
            flat = _manageable(found.get(meter.flat_id))
            checked = nameplates.check(meter, day=day)
            if flat["room"] <= 0:
                raise _too_many()
        except Refusal as refusal:
            outcomes.append(Outcome(index, refusal=refusal))
        else:
            flat["room"] -= 1
            good.append((index, checked))
            outcomes.append(Outcome(index))
    ids = _insert([meter for _index, meter in good])
    for (index, _meter), pk in zip(good, ids, strict=True):
        outcomes[index] = Outcome(index, pk) if pk else Outcome(index, refusal=_exists())
    made = [pk for pk in ids if pk]
    if made:
        subject = f"meter:{made[0]}" if len(made) == 1 else f"meters:{made[0]}..{made[-1]}"
        _note("meters.meter.installed", subject, by=by, at=at, reason=reason, facts={"meters": len(made)})
    return outcomes


@transaction.atomic
def replace(meter_id: int, new: Nameplate, *, by: Resident, at: datetime, reason: str) -> int:
    """Take a meter out of service and put another one of the same resource in its place; the new one's id.

    Raises:
        Refusal: as :func:`archive` and :func:`install`.
    """
    old = _manage(meter_id, by=by, at=at)
    _archive(old, by=by, at=at, reason=reason)
    outcome = install([new._replace(flat_id=old.flat_id, resource=nameplates.resource_of(old))], by=by, at=at)[0]
    if outcome.refusal is not None:
        raise outcome.refusal
    assert outcome.value is not None
    return outcome.value


@transaction.atomic
def archive(meter_id: int, *, by: Resident, at: datetime, reason: str) -> None:
    """Take a meter out of service: no more readings; its history stays.

    Raises:
        Refusal: ``meter_unknown`` (404), ``not_allowed`` (403), ``meter_archived`` (409), ``reason_missing``.
    """
    _archive(_manage(meter_id, by=by, at=at), by=by, at=at, reason=reason)


@transaction.atomic
def restore(meter_id: int, *, by: Resident, at: datetime, reason: str) -> None:
    """Bring a meter back that was archived by mistake.

    Raises:
        Refusal: ``meter_unknown`` (404), ``not_allowed`` (403), ``meter_in_service`` (409), ``meter_exists`` (409) when
            its place was taken meanwhile, ``too_many_meters``, ``reason_missing``.
    """
    meter = _manage(meter_id, by=by, at=at)
    why = _reason(reason)
    if meter.archived_at is None:
        raise Refusal("meter_in_service", _("The meter is in service."), status=409)
    if Meter.objects.filter(flat_id=meter.flat_id, archived_at__isnull=True).count() >= METERS_MAX:
        raise _too_many()
    try:
        with transaction.atomic():
            Meter.objects.filter(pk=meter.pk).update(archived_at=None, archived_by=None, archived_reason="")
    except IntegrityError:
        raise _exists() from None
    _note("meters.meter.restored", f"meter:{meter.pk}", by=by, at=at, reason=why)


@transaction.atomic
def verify(meter_id: int, *, due_on: date, by: Resident, at: datetime, reason: str) -> None:
    """Note that a meter was verified and until when that is good. Operators only: they have seen the certificate.

    Raises:
        Refusal: ``meter_unknown`` (404), ``not_allowed`` (403), ``verification_unusable``, ``reason_missing``.
    """
    meter = _manage(meter_id, by=by, at=at, operators_only=True)
    why = _reason(reason)
    nameplates.check_verification(due_on, installed_on=meter.installed_on, day=periods.day_of(at))
    Meter.objects.filter(pk=meter.pk).update(verification_due_on=due_on)
    _note(
        "meters.meter.verified", f"meter:{meter.pk}", by=by, at=at, reason=why, facts={"due_on": due_on.isoformat()}
    )  # fmt: skip


def may_manage(residency: Residency | None) -> bool:
    """Whether a resident's status at a flat lets him install and archive meters there."""
    return residency is not None and residency.status == Residency.Status.OWNER and residency.proven


def _archive(meter: Meter, *, by: Resident, at: datetime, reason: str) -> None:
    why = _reason(reason)
    if meter.archived_at is not None:
        raise Refusal("meter_archived", _("The meter is out of service already."), status=409)
    Meter.objects.filter(pk=meter.pk).update(archived_at=at, archived_by=by.pk, archived_reason=why)
    _note("meters.meter.archived", f"meter:{meter.pk}", by=by, at=at, reason=why)


def _manage(meter_id: int, *, by: Resident, at: datetime, operators_only: bool = False) -> Meter:
    """The meter, locked, if ``by`` may manage it; unknown to whoever has nothing to do with its flat."""
    meter = Meter.objects.select_for_update().filter(pk=meter_id).first() if 0 < meter_id < 2**63 else None
    flat = _flats({meter.flat_id}, by=by, at=at).get(meter.flat_id) if meter else None
    if meter is None or flat is None:
        raise Refusal("meter_unknown", _("There is no such meter."), status=404)
    if operators_only and not flat["operated"]:
        raise Refusal(
            "not_allowed",
            _("Only operators note a verification."),
            remedy=_("Hand the certificate to your management company."),
            status=403,
        )
    _manageable(flat)
    return meter


def _flats(flat_ids: set[int], *, by: Resident, at: datetime) -> dict[int, dict[str, Any]]:
    """Flats that are somehow the asker's, with what he may do there. Two statements."""
    city = roles.allows(by, Role.Name.CITY_OPERATOR)
    companies = [role.organisation_id for role in _roles(by) if role.name == Role.Name.MANAGEMENT_COMPANY]
    wanted = [flat_id for flat_id in flat_ids if 0 < flat_id < 2**63]
    found = sql.rows("meters/flats.sql", flats=wanted, resident_id=by.pk, at=at)
    return {
        row.id: {
            "operated": operated,
            "owned": row.status == Residency.Status.OWNER and row.proven,
            "room": METERS_MAX - row.meters,
        }
        for row in found
        if (operated := city or row.company_id in companies) or row.status is not None
    }


def _roles(by: Resident) -> list[Role]:
    return list(by.roles.filter(revoked_at__isnull=True, name__in=_OPERATORS))


def _manageable(flat: dict[str, Any] | None) -> dict[str, Any]:
    if flat is None:
        raise Refusal("flat_unknown", _("There is no such flat."), remedy=_("Choose one of your flats."), status=404)
    if not (flat["operated"] or flat["owned"]):
        raise Refusal(
            "not_allowed",
            _("Meters are installed and removed by the owner of the flat."),
            remedy=_("Ask the owner or your management company."),
            status=403,
        )
    return flat


def _insert(meters: Sequence[Nameplate]) -> list[int | None]:
    """Ids in the order of the meters; none where the table's constraints say that it is there already."""
    if not meters:
        return []
    columns = dict(zip(Nameplate._fields, map(list, zip(*meters, strict=True)), strict=True))
    initial = columns.pop("initial")
    for zone in range(3):
        columns[f"t{zone + 1}"] = [values[zone] if len(values) > zone else None for values in initial]
    found = sql.rows("meters/install.sql", places=list(range(len(meters))), **columns)
    ids: dict[int, int] = {row.place: row.id for row in found}
    return [ids.get(place) for place in range(len(meters))]


def _reason(reason: str) -> str:
    text = reason.strip()
    if not text or len(text) > REASON_LENGTH_MAX:
        raise Refusal(
            "reason_missing",
            _("Say why, in up to %(limit)s characters.") % {"limit": REASON_LENGTH_MAX},
            field="reason",
        )
    return text


def _exists() -> Refusal:
    return Refusal(
        "meter_exists",
        _("A meter with this number is in service already."),
        remedy=_("Compare the number with the one on the meter."),
        status=409,
        field="serial",
    )


def _too_many() -> Refusal:
    return Refusal(
        "too_many_meters",
        _("A flat can have %(limit)s meters in service.") % {"limit": METERS_MAX},
        remedy=_("Take out of service those that were removed."),
    )


def _note(act: str, subject: str, *, by: Resident, at: datetime, reason: str, facts: Any = None) -> None:
    audit.record(act=act, subject=subject, by=by.pk, at=at, reason=reason, facts=facts)
