"""Which operators see payments and give money back: the one place that says so, for the console and for the acts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.people import roles
from dvor.people.models import Resident, Role

LOOKERS = (Role.Name.CITY_OPERATOR, Role.Name.ACCOUNTANT)
REFUNDERS = (Role.Name.CITY_OPERATOR, Role.Name.ACCOUNTANT)


def refuse_stranger(by: Resident | None) -> None:
    """Refuse who may not order refunds; ``by`` is empty for the product itself.

    Raises:
        Refusal: ``not_allowed`` (403).
    """
    if by is not None and not roles.allows(by, *REFUNDERS):
        raise Refusal(
            "not_allowed",
            _("Only operators of the city and accountants give money back."),
            remedy=_("Ask the hotline for the refund."),
            status=403,
        )
