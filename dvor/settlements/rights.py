"""Who reconciles: the accountant acts, a city operator looks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.people import roles
from dvor.people.models import Resident, Role

ACTORS = (Role.Name.ACCOUNTANT,)
LOOKERS = (Role.Name.ACCOUNTANT, Role.Name.CITY_OPERATOR)


def refuse_stranger(by: Resident | None) -> None:
    """Refuse who is no accountant; ``by`` is empty on the server itself.

    Raises:
        Refusal: ``not_allowed`` (403).
    """
    if by is not None and not roles.allows(by, *ACTORS):
        raise Refusal("not_allowed", _("Only an accountant does this."), remedy=_("Ask an accountant."), status=403)
