"""What can go wrong with a report, a decision or an appeal, in both languages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal


def content_unknown() -> Refusal:
    """For what is gone, and for whoever may not see it."""
    return Refusal("content_unknown", _("There is no such publication."), remedy=_("It may be gone."), status=404)


def own_content() -> Refusal:
    return Refusal(
        "own_content", _("This is your own publication."), remedy=_("You can change or remove it yourself."), status=409
    )


def already_reported() -> Refusal:
    return Refusal(
        "already_reported",
        _("You have reported this already."),
        remedy=_("A moderator will look at it; you will be told."),
        status=409,
    )


def already_judged() -> Refusal:
    return Refusal(
        "already_judged",
        _("You have reported this before, and it has not changed since a moderator looked at it."),
        remedy=_("If it changes, you can report it again."),
        status=409,
    )


def reason_unknown() -> Refusal:
    return Refusal("reason_unknown", _("Choose a reason from the list."), field="reason")


def note_too_long(most: int) -> Refusal:
    return Refusal("note_too_long", _("At most %(most)s characters, please.") % {"most": most}, field="note")


def words_unusable(most: int) -> Refusal:
    return Refusal("words_unusable", _("Write from 5 to %(most)s characters.") % {"most": most}, field="words")


def key_unusable() -> Refusal:
    return Refusal("key_unusable", _("The form is damaged. Open the page anew."), status=400)


def key_used() -> Refusal:
    return Refusal(
        "key_used",
        _("This form was sent already, with other words."),
        remedy=_("Open the page anew and write again."),
        status=409,
    )


def case_unknown() -> Refusal:
    return Refusal("case_unknown", _("There is no such case."), status=404)


def case_decided() -> Refusal:
    return Refusal("case_decided", _("This case is decided already."), status=409)


def case_claimed() -> Refusal:
    return Refusal(
        "case_claimed",
        _("Another moderator is working on this."),
        remedy=_("Take another case; a claim ends by itself after half an hour."),
        status=409,
    )


def not_allowed() -> Refusal:
    return Refusal("not_allowed", _("Your role does not allow this."), remedy=_("Ask a city operator."), status=403)


def own_case() -> Refusal:
    return Refusal(
        "own_case",
        _("This concerns you: you wrote it or reported it."),
        remedy=_("Leave it to another moderator."),
        status=403,
    )


def same_moderator() -> Refusal:
    return Refusal(
        "same_moderator",
        _("You decided this the first time."),
        remedy=_("Leave it to another moderator."),
        status=403,
    )


def nothing_to_appeal() -> Refusal:
    return Refusal("nothing_to_appeal", _("Nothing was taken from you here."), status=409)


def already_appealed() -> Refusal:
    return Refusal("already_appealed", _("You have appealed already; an appeal is heard once."), status=409)


def appeal_late(days: int) -> Refusal:
    return Refusal("appeal_late", _("An appeal is possible for %(days)s days.") % {"days": days}, status=409)


def reason_missing() -> Refusal:
    return Refusal("reason_missing", _("Name the rule that this stands on."), field="rule")


def reason_needless() -> Refusal:
    return Refusal("reason_needless", _("What stays breaks no rule: leave the rule empty."), field="rule")


def content_removed() -> Refusal:
    return Refusal(
        "content_removed",
        _("Moderators have removed this publication; it cannot be changed."),
        remedy=_("You find the decision, and how to appeal, among your cases."),
        status=409,
    )


def outcome_unknown() -> Refusal:
    return Refusal("outcome_unknown", _("Choose what is to be done."), field="outcome")


def no_appeal() -> Refusal:
    return Refusal("no_appeal", _("Nobody has appealed here."), status=409)
