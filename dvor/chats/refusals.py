"""What residents hear when a chat says no, and more than one act says it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal


def chat_unknown() -> Refusal:
    """Also for a chat that exists and is none of the asker's."""
    return Refusal("chat_unknown", _("There is no such chat."), remedy=_("Choose one of yours."), status=404)


def message_unknown() -> Refusal:
    return Refusal("message_unknown", _("There is no such message."), remedy=_("It may have been removed."), status=404)


def picture_unknown() -> Refusal:
    return Refusal("picture_unknown", _("There is no such picture."), status=404)


def not_taken() -> Refusal:
    """Whoever is blocked hears no more than this."""
    return Refusal(
        "messages_not_taken",
        _("This neighbour does not take your messages."),
        remedy=_("Write in the house chat, or speak with each other in the yard."),
        status=409,
    )


def blocked_by_you() -> Refusal:
    return Refusal(
        "blocked_by_you",
        _("You have blocked this neighbour."),
        remedy=_("Unblock the neighbour to write again."),
        status=409,
    )


def topic_over() -> Refusal:
    return Refusal(
        "topic_over",
        _("This talk is over: what it was about has ended."),
        remedy=_("You can still read it."),
        status=409,
    )
