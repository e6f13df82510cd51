"""Organisations that operators work for: management companies and partners of rewards."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit
from dvor.base.refusals import Refusal
from dvor.people import roles
from dvor.people.models import Organisation, Resident, Role

# Weights of the control digits (order of the Federal Tax Service of 29.06.2012 № ММВ-7-6/435@, appendix).
_TENTH = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_ELEVENTH = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_TWELFTH = (3, *_ELEVENTH)


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What is to be known of it; ``kind`` is one of ``Organisation.Kind``."""

    kind: str
    title: str
    inn: str
    phone: str = ""
    email: str = ""


def open_(new: NewOrganisation, *, by: Resident, at: datetime, reason: str) -> Organisation:
    """Make an organisation known; a role in it can be given from now on.

    Raises:
        Refusal: ``not_allowed`` (403), ``inn_wrong`` (its control digits do not fit), ``organisation_known`` (409).
    """
    if not roles.allows(by, Role.Name.CITY_OPERATOR):
        raise Refusal("not_allowed", _("Only a city operator adds organisations."), status=403)
    if not inn_fits(new.inn):
        raise Refusal(
            "inn_wrong", _("There is no such taxpayer number."), remedy=_("Check its digits: there are 10 or 12."),
            field="inn",
        )  # fmt: skip
    try:
        with transaction.atomic():
            made = Organisation.objects.create(**asdict(new))
            audit.record(
                act="people.organisation.opened", subject=f"organisation:{made.pk}", by=by.pk, at=at, reason=reason
            )
    except IntegrityError:
        raise Refusal(
            "organisation_known", _("An organisation with this taxpayer number is known already."), status=409,
            field="inn",
        ) from None  # fmt: skip
    return made


def inn_fits(inn: str) -> bool:
    """Whether the control digits of a taxpayer number agree with the rest."""
    if not (inn.isascii() and inn.isdigit()):
        return False
    digits = [int(digit) for digit in inn]
    if len(digits) == 10:
        return _control(digits, _TENTH) == digits[9]
    if len(digits) == 12:
        return _control(digits, _ELEVENTH) == digits[10] and _control(digits, _TWELFTH) == digits[11]
    return False


def _control(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10
