"""Reconciliation: accounts, bank statements and their entries, business days, what belongs to what, what differs.

Sums in kopecks. Entries, items and matches are append-only; a day's sums are counted by triggers from them, so a closed
day proves itself. Who paid and what for is personal: it lies sealed in an entry, beside what was recognised in it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dvor.payments.models import Payment, Refund
from dvor.people.models import Resident

KOPECKS_MAX = 10**15  # of a day or a statement


def _at_and_by(name: str, constraint: str, *, more: Q | None = None) -> models.CheckConstraint:
    """``<name>_at`` and ``<name>_by`` are known together."""
    known = Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}) & (more or Q())
    unknown = Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
    return models.CheckConstraint(condition=known | unknown, name=constraint)


class Account(models.Model):
    """Our account at a bank. With an ``acquirer`` its daily transfers come here; others get residents' transfers only.

    ``since``: the first business day that is reconciled.
    """

    opened_by = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField(_("opened at"))
    since = models.DateField(_("first day reconciled"))
    number = models.CharField(_("account"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=100)
    acquirer = models.CharField(_("acquirer"), max_length=20, blank=True)
    acquirer_inn = models.CharField(_("acquirer's taxpayer number"), max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["acquirer"], condition=~Q(acquirer=""), name="settlements_account_one_each"
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9A-Z]{20}$"), name="settlements_account_number"),
            models.CheckConstraint(
                condition=Q(acquirer="", acquirer_inn="")
                | (~Q(acquirer="") & Q(acquirer_inn__regex=r"^(\d{10}|\d{12})$")),
                name="settlements_account_acquirer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} •{self.number[-4:]}"


class Statement(models.Model):
    """An account's part of a file that was loaded; the same file is loaded once."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="statements", verbose_name=_("account"))
    loaded_by = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+", db_index=False)
    loaded_at = models.DateTimeField(_("loaded at"))
    opening_kopecks = models.BigIntegerField(_("opening balance"))
    incoming_kopecks = models.BigIntegerField(_("came in"))
    outgoing_kopecks = models.BigIntegerField(_("went out"))
    closing_kopecks = models.BigIntegerField(_("closing balance"))
    entries_read = models.IntegerField(_("documents in the file"))
    since = models.DateField(_("from the day"))
    until = models.DateField(_("to the day"))
    encoding = models.CharField(_("encoding"), max_length=10)
    file_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "file_hash"], name="settlements_statement_once"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="settlements_statement_period"),
            models.CheckConstraint(
                condition=Q(
                    closing_kopecks=F("opening_kopecks") + F("incoming_kopecks") - F("outgoing_kopecks"),
                    incoming_kopecks__gte=0,
                    outgoing_kopecks__gte=0,
                ),
                name="settlements_statement_balances",
            ),
        ]
        indexes = [models.Index(fields=["account", "-until"], name="settlements_statement_of")]

    def __str__(self) -> str:
        return f"{self.since:%d.%m.%Y} – {self.until:%d.%m.%Y}"


class Entry(models.Model):
    """One line of a statement, append-only. The same line in another file is the same entry.

    ``repeat``: which of several lines of one statement that do not differ in anything. ``sealed``: payer, payee, their
    accounts and the purpose; the columns hold what was recognised there.
    """

    class Kind(models.IntegerChoices):
        OUTGOING = 1, _("outgoing")
        REGISTRY = 2, _("transfer of the acquirer")
        DIRECT = 3, _("transfer of a resident")

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    kopecks = models.BigIntegerField(_("sum"))
    commission_kopecks = models.BigIntegerField(_("commission"), default=0, help_text="held back, by its purpose")
    booked_on = models.DateField(_("day"))
    registry_since = models.DateField(_("registry from"), null=True)
    registry_until = models.DateField(_("registry to"), null=True)
    period = models.DateField(_("month"), null=True)
    kind = models.SmallIntegerField(_("kind"), choices=Kind.choices)
    repeat = models.SmallIntegerField(default=1)
    number = models.CharField(_("number"), max_length=20, blank=True)
    payer_code = models.CharField(_("payer code"), max_length=10, blank=True)
    fingerprint = models.BinaryField(max_length=32)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint", "repeat"], name="settlements_entry_once"),
            models.CheckConstraint(
                condition=Q(kopecks__range=(1, KOPECKS_MAX), commission_kopecks__range=(0, KOPECKS_MAX)),
                name="settlements_entry_sums",
            ),
            models.CheckConstraint(
                condition=Q(registry_since__isnull=True, registry_until__isnull=True)
                | Q(registry_since__isnull=False, registry_until__gte=F("registry_since")),
                name="settlements_entry_registry",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "booked_on"], name="settlements_entry_day"),
            models.Index(fields=["payer_code", "period"], name="settlements_entry_bill"),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on:%d.%m.%Y} № {self.number}"


class Day(models.Model):
    """A business day of an account. ``turn`` 1 is the day itself; what comes after it was closed opens a correction.

    expected (payments − refunds) − received − commission − explained = gap. Only a day without gap and without open
    differences can be closed, and a closed one is never changed.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="days", verbose_name=_("account"))
    closed_by = models.ForeignKey(
        Resident, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("closed by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    expected_kopecks = models.BigIntegerField(_("payments less refunds"), default=0)
    received_kopecks = models.BigIntegerField(_("received"), default=0)
    commission_kopecks = models.BigIntegerField(_("commission"), default=0)
    explained_kopecks = models.BigIntegerField(_("explained"), default=0, help_text="gaps that were resolved")
    direct_kopecks = models.BigIntegerField(_("residents' own transfers"), default=0, help_text="matched to bills")
    gap_kopecks = models.GeneratedField(
        expression=F("expected_kopecks") - F("received_kopecks") - F("commission_kopecks") - F("explained_kopecks"),
        output_field=models.BigIntegerField(), db_persist=True, verbose_name=_("difference"),
    )  # fmt: skip
    open_count = models.IntegerField(_("open differences"), default=0)
    day = models.DateField(_("day"))
    turn = models.SmallIntegerField(_("turn"), default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "day", "turn"], name="settlements_day_turn"),
            models.UniqueConstraint(
                fields=["account", "day"], condition=Q(closed_at__isnull=True), name="settlements_day_one_open"
            ),
            _at_and_by("closed", "settlements_day_closed_by"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | Q(
                    open_count=0,
                    expected_kopecks=F("received_kopecks") + F("commission_kopecks") + F("explained_kopecks"),
                ),
                name="settlements_day_balances",
            ),
        ]
        indexes = [models.Index(fields=["-day", "account"], name="settlements_day_list")]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y}" + (f" ({_('correction')} {self.turn - 1})" if self.turn > 1 else "")


class Item(models.Model):
    """A payment (or, below zero, a refund) that the acquirer owes us for a day; each is counted once. Append-only."""

    day = models.ForeignKey(Day, models.PROTECT, related_name="items")
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="+")
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="+")
    kopecks = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, refund__isnull=True, kopecks__gt=0)
                | Q(payment__isnull=True, refund__isnull=False, kopecks__lt=0),
                name="settlements_item_one",
            )
        ]

    def __str__(self) -> str:
        return f"payment {self.payment_id}" if self.payment_id else f"refund {self.refund_id}"


class Match(models.Model):
    """What an entry settles: a day of the acquirer, or (with ``bill_id``) a bill. Append-only.

    ``bill_id`` is a plain number: bills grow without bound. Matches of an entry are together never above its sum.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="matches")
    day = models.ForeignKey(Day, models.PROTECT, related_name="matches")
    matched_by = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+", db_index=False)
    matched_at = models.DateTimeField()
    bill_id = models.BigIntegerField(null=True)
    kopecks = models.BigIntegerField()
    commission_kopecks = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True, help_text="of the operator; empty: recognised by itself")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kopecks__gt=0, commission_kopecks__gte=0)
                & (Q(bill_id__isnull=True) | Q(commission_kopecks=0)),
                name="settlements_match_sums",
            ),
            models.CheckConstraint(
                condition=Q(matched_by__isnull=True) | ~Q(reason=""), name="settlements_match_reason"
            ),
        ]
        indexes = [models.Index(fields=["bill_id"], condition=Q(bill_id__isnull=False), name="settlements_match_bill")]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.bill_id or self.day_id}"


class Difference(models.Model):
    """What does not add up in a day (its gap) or an entry: open, resolved by somebody, or gone by itself. Then final.

    ``kopecks`` of a gap: above zero money is missing, below zero there is too much.
    """

    class Kind(models.IntegerChoices):
        NO_MONEY = 1, _("payments without money")
        NO_PAYMENT = 2, _("money without payment")
        OTHER_SUM = 3, _("other sum")
        DOUBLE = 4, _("paid twice")

    day = models.ForeignKey(Day, models.PROTECT, related_name="differences", verbose_name=_("day"))
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, related_name="differences", verbose_name=_("entry of the statement")
    )
    resolved_by = models.ForeignKey(
        Resident, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("resolved by")
    )
    found_at = models.DateTimeField(_("found at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    gone_at = models.DateTimeField(_("gone by itself at"), null=True)
    kopecks = models.BigIntegerField(_("sum"))
    kind = models.SmallIntegerField(_("kind"), choices=Kind.choices)
    code = models.CharField(max_length=40, help_text="why, see reasons.py")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(entry__isnull=True, resolved_at__isnull=True, gone_at__isnull=True),
                name="settlements_difference_one_gap",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(entry__isnull=False, resolved_at__isnull=True, gone_at__isnull=True),
                name="settlements_difference_one_entry",
            ),
            _at_and_by("resolved", "settlements_difference_resolved", more=~Q(reason="")),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | Q(gone_at__isnull=True), name="settlements_difference_ended"
            ),
            models.CheckConstraint(condition=~Q(kopecks=0), name="settlements_difference_sum"),
        ]
        indexes = [
            models.Index(
                fields=["day"], condition=Q(resolved_at__isnull=True, gone_at__isnull=True),
                name="settlements_difference_open",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day_id}"

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None and self.gone_at is None
