"""Who runs the catalogue: the city all of it, a partner the rewards of its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.people import roles
from dvor.people.models import Organisation, Resident, Role

OPERATORS = (Role.Name.CITY_OPERATOR,)
PARTNERS = (Role.Name.CITY_OPERATOR, Role.Name.PARTNER)


def refuse_stranger(by: Resident | None, partner: Organisation, *, city_only: bool = False) -> None:
    """Refuse who neither works for the city nor for this partner; ``by`` is empty on the server itself.

    What the city answers for (what is offered, at which price) is not a partner's to decide.

    Raises:
        Refusal: ``not_allowed`` (403).
    """
    allowed = OPERATORS if city_only else PARTNERS
    if by is not None and not roles.allows(by, *allowed, organisation=partner):
        raise Refusal(
            "not_allowed",
            _("Your role does not allow this."),
            remedy=_("Ask a city operator."),
            status=403,
        )
