"""What residents hear when the board says no, and more than one act says it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal


def ad_unknown() -> Refusal:
    """Also for an ad that exists and does not reach the asker."""
    return Refusal("ad_unknown", _("There is no such ad."), remedy=_("Look at the board: it may be over."), status=404)


def picture_unknown() -> Refusal:
    return Refusal("picture_unknown", _("There is no such picture."), status=404)


def ad_over() -> Refusal:
    return Refusal(
        "ad_over", _("This ad is over."), remedy=_("Look at the board: there may be another one."), status=409
    )


def ad_hidden() -> Refusal:
    return Refusal(
        "ad_hidden",
        _("A moderator has hidden this ad."),
        remedy=_("The decision and its reason are in your notifications."),
        status=409,
    )
