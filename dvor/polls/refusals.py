"""Refusals that several acts of this package give."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal


def poll_unknown() -> Refusal:
    """Also for polls of other houses, and for those that moderation has hidden."""
    return Refusal(
        "poll_unknown", _("There is no such poll."), remedy=_("Look at the list of your house's polls."), status=404
    )


def poll_closed() -> Refusal:
    """The window is checked under the poll's lock: nothing is counted after it."""
    return Refusal(
        "poll_closed",
        _("The poll is closed: votes are not taken any more."),
        remedy=_("Look at its result."),
        status=409,
    )


def owners_only() -> Refusal:
    """Everybody who may take part in polls sees it, owners answer it."""
    return Refusal(
        "owners_only",
        _("Only owners answer this poll."),
        remedy=_("If you own a flat here, ask your management company to confirm it."),
        status=403,
    )


def voted_already() -> Refusal:
    """Of anonymous polls: nobody can find the vote that would have to be taken out."""
    return Refusal(
        "voted_already",
        _("You have voted already. An anonymous vote cannot be changed: nobody can tell which one is yours."),
        remedy=_("The result appears when the poll closes."),
        status=409,
    )


def text_too_long(field: str, most: int) -> Refusal:
    """One text of a form."""
    return Refusal("text_too_long", _("At most %(count)s characters.") % {"count": most}, field=field)


def text_missing(field: str) -> Refusal:
    """One text of a form."""
    return Refusal("text_missing", _("Write something here."), field=field)
