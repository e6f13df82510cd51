"""Why an invite does not count, and why somebody of the city looks at it first: in words for both sides."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.IntegerChoices):
    """Why it does not count. Numbers are kept for ever."""

    HOUSEHOLD = 1, _("you share a flat: invites are for neighbours, not for one's own household")
    FLAT_COUNTED = 2, _("an invite to this flat has counted already: each flat counts once")
    TOO_LATE = 3, _("there was no flat with a useful act in time")
    DENIED = 4, _("the city's check did not confirm it")
    LEFT = 5, _("the account was deleted")


class Doubt(models.IntegerChoices):
    """Why it is held for review. Numbers are kept for ever."""

    SAME_DEVICE = 1, _("both accounts were opened on one device")
    SHARED_DEVICE = 2, _("several newcomers signed in on one device")
    SAME_CONTACTS = 3, _("both accounts have one phone or e-mail")
    NETWORK_PACE = 4, _("many newcomers of one day came from one network")
    INVITER_PACE = 5, _("many newcomers of one day came by one resident's links")
    HOUSE_PACE = 6, _("many newcomers of one day came to one house")
