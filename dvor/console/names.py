"""What the console calls tables and columns. Models are named in code; operators read their own language.

The names are put on the models when the console's app is ready: they are words of this door alone, and in the
models every change of a word would be a migration.
"""

from __future__ import annotations

from django.apps import apps
from django.db.models import Field
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

PACKAGES = {
    "ads": _("Notice board"),
    "base": _("Journal"),
    "bills": _("Bills"),
    "feed": _("Feed"),
    "homes": _("Houses and flats"),
    "invites": _("Invites"),
    "ledger": _("Points"),
    "meters": _("Meters"),
    "moderation": _("Moderation"),
    "notices": _("Notices"),
    "payments": _("Payments"),
    "polls": _("Polls"),
    "rewards": _("Rewards"),
    "settlements": _("Reconciliation"),
}
# Model → one of them, many of them.
MODELS = {
    "base.auditentry": (_("act"), _("Audit log")),
    "bills.bill": (_("bill"), _("Bills")),
    "feed.entry": (_("card of the feed"), _("Cards of the feed")),
    "feed.news": (_("piece of news"), _("News")),
    "feed.outage": (_("outage"), _("Outages")),
    "homes.house": (_("house"), _("Houses")),
    "homes.flat": (_("flat"), _("Flats")),
    "homes.residency": (_("residency"), _("Residencies")),
    "ledger.wallet": (_("wallet"), _("Wallets")),
    "meters.meter": (_("meter"), _("Meters")),
    "meters.window": (_("window"), _("Windows")),
    "moderation.case": (_("case"), _("Cases of moderation")),
    "moderation.pace": (_("pace"), _("How often one may act")),
    "moderation.reason": (_("reason of moderation"), _("Reasons of moderation")),
    "notices.notice": (_("notice"), _("Notices")),
    "payments.notification": (_("notification of the acquirer"), _("Notifications of the acquirer")),
    "payments.payment": (_("payment"), _("Payments")),
    "payments.refund": (_("refund"), _("Refunds")),
    "polls.poll": (_("poll"), _("Polls")),
    "rewards.category": (_("category"), _("Categories")),
    "rewards.reward": (_("reward"), _("Rewards")),
    "rewards.order": (_("order"), _("Orders")),
    "settlements.account": (_("bank account"), _("Accounts at banks")),
    "settlements.day": (_("business day"), _("Business days")),
    "settlements.difference": (_("difference"), _("Differences")),
    "settlements.statement": (_("bank statement"), _("Statements that were loaded")),
}
COLUMNS = {
    "account": _("account"), "act": _("act"), "actor id": _("who acted"), "address": _("address"),
    "archived at": _("archived at"), "archived by": _("archived by"), "area cm2": _("area, cm²"), "at": _("when"),
    "available": _("available"), "blocked at": _("blocked at"), "blocked by": _("blocked by"),
    "blocked reason": _("reason of the block"), "built in": _("year built"), "cancel hours": _("hours to cancel"),
    "cancellable until": _("can be cancelled until"), "cancelled at": _("cancelled at"),
    "cancelled by": _("cancelled by"), "cancelled reason": _("reason of cancelling"), "category": _("category"),
    "closed by": _("closed by"), "connected since": _("connected since"), "currency": _("currency"),
    "debt": _("debt"), "digits after": _("digits after the point"), "digits before": _("digits before the point"),
    "district": _("district"), "drafted at": _("drafted at"), "entrance": _("entrance"), "facts": _("figures"),
    "fias guid": _("FIAS GUID"), "flat": _("flat"), "floor": _("floor"), "floors": _("floors"),
    "fulfilled at": _("fulfilled at"), "held": _("held"), "hold id": _("number of the hold"), "house": _("house"),
    "installed on": _("installed on"), "key": _("key"), "kind": _("kind"), "level min": _("lowest account type"),
    "lifetime max": _("at most for all time"), "management company": _("management company"),
    "month max": _("at most a month"), "number": _("number"), "opened at": _("opened at"),
    "order max": _("at most an order"), "partner": _("partner"), "payer code": _("payer code"),
    "pending": _("pending"), "placed at": _("placed at"), "points": _("points"), "price": _("price"),
    "proof": _("proof"), "proved at": _("proved at"), "published at": _("published at"),
    "published by": _("published by"), "quantity": _("quantity"), "reason": _("reason"), "resident": _("resident"),
    "resource": _("resource"), "revealed at": _("shown at"), "reward": _("reward"), "seq": _("transfers"),
    "serial": _("serial number"), "since": _("since"), "status": _("status"), "subject": _("subject"),
    "summary": _("summary"), "terms": _("terms"), "time zone": _("time zone"), "title": _("title"),
    "titles": _("titles"), "units total": _("units in all"), "unom": _("UNOM"), "until": _("until"),
    "valid until": _("valid until"), "verification due on": _("verification due"), "withdrawn at": _("withdrawn at"),
    "withdrawn by": _("withdrawn by"), "zones": _("tariff zones"),
    "state": _("state"), "note": _("told to both"), "signed in at": _("signed in at"),
    "acted at": _("first useful act"), "completed at": _("all was there"), "settled by": _("decided by"),
    "last period": _("last month"), "assumption": _("assumption"),
    "company": _("company"), "crosses month end": _("ends in the next month"), "first day": _("first day"),
    "last day": _("last day"), "by mail": _("by mail"), "mailed at": _("mailed at"), "on page": _("on the page"),
    "read at": _("read at"), "told at": _("told at"), "unit": _("unit of measure"), "place": _("place"),
    "gis guid": _("key in the housing registry"), "archived reason": _("why out of service"),
    "mail started at": _("mailing began"), "url": _("page"),
    "language": _("language"), "granted by": _("given by"), "revoked by": _("revoked by"),
    "acquirer": _("acquirer"), "acquirer id": _("number at the acquirer"), "cancel reason": _("why canceled"),
    "check at": _("next look"), "created at": _("begun"), "event": _("event"), "handled at": _("looked at"),
    "method type": _("means of payment"), "object id": _("number at the acquirer"), "ordered at": _("ordered at"),
    "outcome": _("outcome"), "paid at": _("paid at"), "payment": _("payment"),
    "received at": _("received at"), "settled at": _("end known at"), "autopay": _("automatic"),
    "age days": _("account is at least, days"), "level": _("account level"), "per day": _("a day"),
    "per hour": _("an hour"), "held at": _("held for a check"), "retired at": _("not used since"),
    "excerpt": _("short text"), "hidden at": _("hidden at"), "audience": _("for whom"), "body": _("full text"),
    "changed at": _("last changed"), "told": _("residents were notified"), "written at": _("written at"),
    "details": _("details"), "entrances": _("entrances"),
    "text": _("text"), "starts at": _("when it takes place"), "reach": _("who sees it"), "edited at": _("last changed"),
    "expires at": _("stays until"), "question": _("question"), "results": _("when the result shows"),
    "closes at": _("closes at"), "closed at": _("closed at"), "votes": _("how many answered"), "code": _("code"),
    "due on": _("pay by"), "version": _("version"), "withdrawn reason": _("why withdrawn"),
}  # fmt: skip
CHECKS = {
    "database": _("database"),
    "migrations": _("tables"),
    "worker": _("worker"),
    "queue": _("queue of jobs"),
    "disk": _("disk"),
}
# Words of the admin itself that it leaves untranslated.
UNFOLD = (
    _("Filters"), _("Type to search"), _("Run"), _("Light"), _("Dark"), _("System"), _("True"), _("False"),
    _("No results found"), _("This page yielded into no results. Create a new item or reset your filters."),
    _("Reset filters"), _("Select all rows"), _("Select record"), _("Select action"), _("Select action to run"),
    _("Apply Filters"), _("More actions"), _("Go back"), _("Choose file to upload"), _("Show counts"), _("Hide counts"),
    _("Clear all filters"), _("Return to site"), _("View site"),
)  # fmt: skip


def name_models() -> None:
    """Put the names on packages, models and columns that have none of their own."""
    for label, title in PACKAGES.items():
        apps.get_app_config(label).verbose_name = title
    for model in apps.get_models():
        options = model._meta
        if not model.__module__.startswith("dvor."):
            continue
        one, many = MODELS.get(options.label_lower, (None, None))
        if one is not None and many is not None and not isinstance(options.verbose_name, Promise):
            options.verbose_name, options.verbose_name_plural = one, many
        for field in options.get_fields():
            if isinstance(field, Field) and not isinstance(field.verbose_name, Promise):
                _name(field)


def _name(field: Field) -> None:  # type: ignore[type-arg]
    known = str(field.verbose_name)
    if known in COLUMNS:
        field.verbose_name = COLUMNS[known]
    elif known.upper() == "ID":
        field.verbose_name = format_lazy("№")
