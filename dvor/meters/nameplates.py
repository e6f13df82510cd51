"""What stands on a meter: its number, registers, unit and dates, checked before it goes into service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dvor.base import periods
from dvor.base.refusals import Refusal
from dvor.meters import checks
from dvor.meters.checks import Device
from dvor.meters.models import Meter
from dvor.meters.resources import Resource, Unit

SERIAL_LENGTH_MAX = 40
PLACE_LENGTH_MAX = 60
_OLDEST = date(1950, 1, 1)
_VERIFIED_YEARS_MAX = 30  # the longest verification interval of a household meter is 16 years


class Nameplate(NamedTuple):
    """A meter to install. What is left out is as usual for its resource; ``initial`` is what it shows now."""

    flat_id: int
    resource: Resource
    serial: str
    installed_on: date
    zones: int = 1
    digits_before: int | None = None
    digits_after: int | None = None
    unit: Unit | None = None
    place: str = ""
    verification_due_on: date | None = None
    initial: Sequence[object] = ()
    gis_guid: UUID | None = None


def check(plate: Nameplate, *, day: date) -> Nameplate:
    """The nameplate with everything filled in.

    Raises:
        Refusal: ``serial_unusable``, ``place_unusable``, ``zones_unusable``, ``digits_unusable``,
            ``installed_unusable``, ``verification_unusable``, or what :func:`checks.numbers` finds.
    """
    usual = plate.resource.usual
    full = plate._replace(
        serial=" ".join(plate.serial.split()),
        place=" ".join(plate.place.split()),
        digits_before=usual.digits_before if plate.digits_before is None else plate.digits_before,
        digits_after=usual.digits_after if plate.digits_after is None else plate.digits_after,
        unit=usual.unit if plate.unit is None else plate.unit,
    )
    _check_texts(full)
    _check_registers(full)
    if not _OLDEST <= full.installed_on <= day:
        raise Refusal(
            "installed_unusable",
            _("A meter cannot have been installed on that day."),
            remedy=_("Take the day from the certificate; it is not in the future."),
            field="installed_on",
        )
    if full.verification_due_on is not None:
        check_verification(full.verification_due_on, installed_on=full.installed_on, day=day)
    return full._replace(initial=_initial(full))


def check_verification(due_on: date, *, installed_on: date, day: date) -> None:
    """Refuse an end of the verification interval that lies before the installation or absurdly far away."""
    if not installed_on <= due_on <= periods.month_plus(day, 12 * _VERIFIED_YEARS_MAX):
        raise Refusal(
            "verification_unusable",
            _("The meter cannot be verified until that day."),
            remedy=_("Take the day of the next verification from the certificate."),
            field="verification_due_on",
        )


def resource_of(meter: Meter) -> Resource:
    """The resource of a stored meter."""
    return Resource(meter.resource)


def _check_texts(plate: Nameplate) -> None:
    if not 0 < len(plate.serial) <= SERIAL_LENGTH_MAX or not plate.serial.isprintable():
        raise Refusal(
            "serial_unusable",
            _("The meter needs its number."),
            remedy=_("Copy it from the meter or its certificate, up to %(limit)s characters.")
            % {"limit": SERIAL_LENGTH_MAX},
            field="serial",
        )
    if len(plate.place) > PLACE_LENGTH_MAX or not (plate.place.isprintable() or not plate.place):
        raise Refusal(
            "place_unusable",
            _("The place is described too long."),
            remedy=_("Say it in up to %(limit)s characters: kitchen, bathroom.") % {"limit": PLACE_LENGTH_MAX},
            field="place",
        )


def _check_registers(plate: Nameplate) -> None:
    if not 1 <= plate.zones <= (3 if plate.resource is Resource.ELECTRICITY else 1):
        raise Refusal(
            "zones_unusable",
            _("Only meters of electricity have tariff zones, up to three."),
            remedy=_("Choose one zone."),
            field="zones",
        )
    assert plate.digits_before is not None and plate.digits_after is not None
    if not (3 <= plate.digits_before <= 9 and 0 <= plate.digits_after <= 3):
        raise Refusal(
            "digits_unusable",
            _("A meter has 3 to 9 digits before the point and up to 3 after it."),
            remedy=_("Count them on the meter."),
            field="digits_before",
        )


def _initial(plate: Nameplate) -> tuple[Decimal, ...]:
    """What the meter shows now, or nothing where it is not known."""
    if not plate.initial:
        return ()
    assert plate.unit is not None and plate.digits_before is not None and plate.digits_after is not None
    device = Device(plate.resource, plate.unit, plate.zones, plate.digits_before, plate.digits_after)
    try:
        return checks.numbers(plate.initial, device)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.text, remedy=refusal.remedy, field="initial") from None
