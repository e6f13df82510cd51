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


def code_unusable() -> Refusal:
    return Refusal(
        "code_unusable",
        _("A code is 2 to 28 small Latin letters and “_”, such as loud_noise."),
        field="line",
    )


def reason_exists() -> Refusal:
    return Refusal(
        "reason_exists",
        _("There is such a line already, or newer words of it that begin on this day."),
        remedy=_("Choose another code or another day."),
        status=409,
    )


def reason_retired() -> Refusal:
    return Refusal("reason_retired", _("This line is off the list already."), status=409)


def reason_last() -> Refusal:
    return Refusal(
        "reason_last",
        _("This is the last line of the list: without it nobody could report anything."),
        remedy=_("Add another line first."),
        status=409,
    )


def words_missing(field: str) -> Refusal:
    return Refusal("words_missing", _("Write it in both languages."), field=field)


def words_too_long(field: str, most: int) -> Refusal:
    return Refusal("words_too_long", _("At most %(most)s characters, please.") % {"most": most}, field=field)


def day_past() -> Refusal:
    return Refusal(
        "day_past", _("What was in force stays as it was."), remedy=_("Let it begin today or later."), field="since"
    )


def note_missing() -> Refusal:
    return Refusal("note_missing", _("Say why it is changed."), field="reason")


def act_unknown() -> Refusal:
    return Refusal("act_unknown", _("There is no such act."), field="act")


def pace_unusable() -> Refusal:
    return Refusal(
        "pace_unusable",
        _("These numbers cannot be a pace."),
        remedy=_(
            "Times an hour and a day are whole numbers up to 100,000, and an hour has no more of them than a day."
        ),
        field="per_day",
    )


def pace_exists() -> Refusal:
    return Refusal(
        "pace_exists",
        _("A line for the same act, age and level begins on this day already."),
        remedy=_("Lines are not edited: choose a later day."),
        status=409,
        field="since",
    )


def pace_not_for_all() -> Refusal:
    return Refusal(
        "pace_not_for_all",
        _("This act has no line of its own for every account yet."),
        remedy=_(
            "First add one for accounts from 0 days and the lowest level: from then on those of “*” do not count."
        ),
        status=409,
        field="age_days",
    )


def no_appeal() -> Refusal:
    return Refusal("no_appeal", _("Nobody has appealed here."), status=409)
