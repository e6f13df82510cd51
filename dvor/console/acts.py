"""What the audit log calls the acts of operators, and where the page of an act's subject is."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Text

ACTS: dict[str, Text] = {
    "bills.bill.withdrawn": _("A bill was withdrawn"),
    "demo.district.built": _("The demo district was built"),
    "feed.entry.hidden": _("A card of the feed was hidden"),
    "feed.entry.restored": _("A card of the feed was shown again"),
    "feed.news.corrected": _("News was corrected"),
    "feed.news.published": _("News was published"),
    "feed.news.withdrawn": _("News was withdrawn"),
    "feed.outage.announced": _("An outage was announced"),
    "feed.outage.cancelled": _("An outage was cancelled"),
    "feed.outage.changed": _("An outage was changed"),
    "feed.outage.ended": _("An outage was ended"),
    "homes.registry.import_asked": _("A file of the registry was sent"),
    "homes.registry.imported": _("The registry was loaded"),
    "homes.residency.closed": _("A residency was ended"),
    "homes.residency.confirmed": _("A status was confirmed"),
    "homes.residency.opened": _("A flat was added"),
    "homes.residency.proved": _("A status was proved"),
    "homes.residency.reopened": _("A flat was added again"),
    "invites.join.allowed": _("An invite was counted"),
    "invites.join.denied": _("An invite was not counted"),
    "ledger.wallet.blocked": _("A wallet was blocked"),
    "ledger.wallet.unblocked": _("A block of a wallet was lifted"),
    "meters.meter.archived": _("A meter was taken out of service"),
    "meters.meter.installed": _("A meter was installed"),
    "meters.meter.restored": _("A meter was brought back into service"),
    "meters.meter.verified": _("A verification was noted"),
    "meters.readings.exported": _("Readings were downloaded"),
    "meters.readings.import_asked": _("A file of readings was sent"),
    "meters.readings.imported": _("Readings were loaded"),
    "meters.window.published": _("A window was published"),
    "moderation.appeal.decided": _("An appeal was decided"),
    "moderation.appeal.made": _("An author appealed"),
    "moderation.case.claimed": _("A case of moderation was taken"),
    "moderation.case.decided": _("A case of moderation was decided"),
    "moderation.case.opened": _("A case of moderation was looked at"),
    "moderation.case.released": _("A case of moderation was given back"),
    "moderation.pace.added": _("How often one may act was changed"),
    "moderation.reason.published": _("A line of the public list was published"),
    "moderation.reason.retired": _("A line of the public list was taken off"),
    "payments.refund.ordered": _("A refund was ordered"),
    "people.organisation.opened": _("An organisation was added"),
    "people.resident.deletion_requested": _("A deletion was requested"),
    "people.resident.deletion_withdrawn": _("A deletion was withdrawn"),
    "people.resident.erased": _("A resident was erased"),
    "people.role.granted": _("A role was given"),
    "people.role.revoked": _("A role was revoked"),
    "people.session.closed": _("A session was closed"),
    "people.session.closed_others": _("Other sessions were closed"),
    "people.token.issued": _("A token was issued"),
    "people.token.revoked": _("A token was revoked"),
    "points.award.reversed": _("An award was taken back"),
    "points.rule.published": _("A rule version was published"),
    "rewards.codes.import_asked": _("A file of promo codes was sent"),
    "rewards.codes.loaded": _("Promo codes were loaded"),
    "rewards.reward.corrected": _("Texts of a reward were corrected"),
    "rewards.reward.drafted": _("A reward was drafted"),
    "rewards.reward.published": _("A reward was published"),
    "rewards.reward.repriced": _("The price of a reward was changed"),
    "rewards.reward.withdrawn": _("A reward was withdrawn"),
    "settlements.account.opened": _("An account was opened for reconciliation"),
    "settlements.day.closed": _("A day was reconciled and closed"),
    "settlements.difference.resolved": _("A difference was resolved"),
    "settlements.entry.matched": _("An entry of a statement was matched"),
    "settlements.report.exported": _("A report of reconciliation was downloaded"),
    "settlements.statement.imported": _("A bank statement was loaded"),
}
# The noun of a subject → the list that has its rows; `kind` is a rule.
PLACES = {
    "case": "moderation_case",
    "join": "invites_join",
    "meter": "meters_meter",
    "news": "feed_news",
    "outage": "feed_outage",
    "organisation": "people_organisation",
    "pace": "moderation_pace",
    "reason": "moderation_reason",
    "residency": "homes_residency",
    "resident": "people_resident",
    "reward": "rewards_reward",
    "wallet": "ledger_wallet",
    "window": "meters_window",
}


def title(act: str) -> Text:
    """The act in words; as it is written, when nobody gave it any."""
    return ACTS.get(act, act)


def address(subject: str) -> str:
    """The page of a subject such as ``wallet:17``; empty when it has none."""
    noun, _colon, key = subject.partition(":")
    if not (key.isascii() and key.isdigit()):
        return ""
    if noun == "kind":
        return reverse("admin:rule", args=[int(key)])
    return reverse(f"admin:{PLACES[noun]}_change", args=[key]) if noun in PLACES else ""
