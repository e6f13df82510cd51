"""Who writes for whom: the city for everybody, a management company for its own houses alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.feed.models import Audience
from dvor.people import roles
from dvor.people.models import Organisation, Resident, Role

WRITERS = (Role.Name.CITY_OPERATOR, Role.Name.MANAGEMENT_COMPANY)
MODERATORS = (Role.Name.CITY_OPERATOR, Role.Name.MODERATOR)


def refuse_stranger(by: Resident, company: Organisation | None, audience: int) -> None:
    """Refuse who may not write in the name of this company (none: of the city) for such an audience. One query.

    Raises:
        Refusal: ``not_allowed`` (403).
    """
    if roles.allows(by, Role.Name.CITY_OPERATOR):
        return
    is_own = company is not None and roles.allows(by, Role.Name.MANAGEMENT_COMPANY, organisation=company)
    if not is_own:
        raise Refusal(
            "not_allowed",
            _("Your role does not allow this."),
            remedy=_("Ask a city operator."),
            status=403,
        )
    if audience == Audience.DISTRICT:
        raise Refusal(
            "not_allowed",
            _("Only the city writes to a district."),
            remedy=_("Choose your houses, or all of them."),
            status=403,
            field="audience",
        )
