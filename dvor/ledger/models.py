"""Tables of the ledger: one row of ``Transfer`` is the truth, everything else here is a sum of transfers.

Wallets, lots, pendings and open holds are materialised for speed and recomputed by ``proof``. The big tables have no
foreign keys and few, narrow indexes without a mutable column, so that inserts stay flat and updates stay on their
page (decision 0004).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dvor.ledger.currencies import Currency
from dvor.people.models import Resident

CURRENCIES = [(currency.value, currency.title) for currency in Currency]


class Account(models.Model):
    """One side of a transfer: ids 1–4 are the sub-accounts of every wallet, the others are the system's.

    System accounts (``issued:<project>``, ``expired``, ``spent:<organisation>``, ``donated:<fund>``) carry no
    balance: a balance row that everybody updates is the first thing to stand in the way (decision 0004).
    """

    id = models.IntegerField(primary_key=True)
    code = models.CharField(max_length=80, unique=True)
    title = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.code


class CurrencyTerms(models.Model):
    """How long points of a currency live: to the end of the month that lies ``lot_months`` months on."""

    currency = models.SmallIntegerField(primary_key=True, choices=CURRENCIES)
    lot_months = models.SmallIntegerField()

    class Meta:
        db_table = "ledger_currency"
        constraints = [models.CheckConstraint(condition=Q(lot_months__range=(1, 120)), name="ledger_currency_months")]

    def __str__(self) -> str:
        return str(Currency(self.currency).title)


class Wallet(models.Model):
    """A resident's account in one currency; its number is made of theirs, so nobody has to look it up.

    Debt is what a reversal could not take back; the next points repay it.
    """

    id = models.BigIntegerField(primary_key=True, help_text="number of the resident × 8 + currency")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="wallets", db_index=False)
    available = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    debt = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_by = models.BigIntegerField(null=True, blank=True, help_text="id of the operator")
    seq = models.IntegerField(default=0, help_text="number of its last transfer: gap-free from 1")
    newest_lot = models.DateField(null=True, help_text="no lot of this wallet ever expires later")
    currency = models.SmallIntegerField(choices=CURRENCIES)
    blocked_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=F("resident") * 8 + F("currency")), name="ledger_wallet_number"),
            models.CheckConstraint(
                condition=Q(available__gte=0, held__gte=0, pending__gte=0, debt__gte=0),
                name="ledger_wallet_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(blocked_at__isnull=True, blocked_by__isnull=True, blocked_reason="")
                | (Q(blocked_at__isnull=False, blocked_by__isnull=False) & ~Q(blocked_reason="")),
                name="ledger_wallet_blocked_at_by",
            ),
        ]

    def __str__(self) -> str:
        return f"wallet {self.pk}"


class Cause(models.IntegerChoices):
    """What a transfer follows from; ``cause_id`` names it."""

    AWARD = 1, _("award")
    HOLD = 2, _("order")
    EXPIRY = 3, _("expiry")
    DEBT = 4, _("repayment")


class Transfer(models.Model):
    """One immutable move of points from the debit account to the credit account. Partitioned by month, append-only.

    ``expires_on`` names the lot of the wallet that the row takes from or gives to; a spend over several lots is
    several rows. ``seq`` is gap-free per wallet and ``available_after`` is the running balance: a chain that the
    proof checks and a statement shows.
    """

    pk = models.CompositePrimaryKey("wallet_id", "posted_at", "seq")
    wallet_id = models.BigIntegerField()
    posted_at = models.DateTimeField()
    cause_id = models.BigIntegerField()
    available_after = models.BigIntegerField()
    seq = models.IntegerField()
    amount = models.IntegerField()
    debit = models.IntegerField()
    credit = models.IntegerField()
    expires_on = models.DateField(null=True)
    cause_kind = models.SmallIntegerField(choices=Cause.choices)
    currency = models.SmallIntegerField(choices=CURRENCIES)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_transfer_amount_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_transfer_two_sides"),
            models.CheckConstraint(condition=Q(available_after__gte=0), name="ledger_transfer_never_negative"),
        ]

    def __str__(self) -> str:
        return f"transfer {self.wallet_id}/{self.seq}"


class Lot(models.Model):
    """Available points of a wallet that expire after one day; spent oldest first."""

    pk = models.CompositePrimaryKey("wallet_id", "expires_on")
    wallet_id = models.BigIntegerField()
    remaining = models.BigIntegerField()
    expires_on = models.DateField(help_text="the last day on which they can be spent")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(remaining__gte=0), name="ledger_lot_never_negative")]

    def __str__(self) -> str:
        return f"lot {self.wallet_id}/{self.expires_on}"


class Pending(models.Model):
    """Points that were issued and become spendable later; the row goes away when they do."""

    pk = models.CompositePrimaryKey("wallet_id", "cause_id", "cause_kind")
    wallet_id = models.BigIntegerField()
    cause_id = models.BigIntegerField()
    matures_at = models.DateTimeField()
    amount = models.IntegerField()
    expires_on = models.DateField()
    cause_kind = models.SmallIntegerField(choices=Cause.choices)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_pending_amount_positive")]
        indexes = [models.Index(fields=["matures_at"], name="ledger_pending_matures_at")]

    def __str__(self) -> str:
        return f"pending {self.wallet_id}/{self.cause_id}"


class Hold(models.Model):
    """Points set aside for an order until it is captured, released or lapses at its deadline."""

    class Outcome(models.IntegerChoices):
        CAPTURED = 1, _("captured")
        RELEASED = 2, _("released")
        LAPSED = 3, _("lapsed")

    wallet_id = models.BigIntegerField()
    placed_at = models.DateTimeField()
    placed_by = models.BigIntegerField(null=True)
    deadline = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True, help_text="when captured points were given back")
    amount = models.IntegerField()
    captured_to = models.IntegerField(null=True, help_text="account that received the points")
    outcome = models.SmallIntegerField(null=True, choices=Outcome.choices)
    purpose = models.CharField(max_length=80, help_text="noun:key of what the points are for, such as order:17")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_hold_amount_positive"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome__isnull=True)
                | Q(closed_at__isnull=False, outcome__isnull=False),
                name="ledger_hold_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome=1, captured_to__isnull=False)
                | (Q(captured_to__isnull=True, reversed_at__isnull=True) & (Q(outcome__isnull=True) | ~Q(outcome=1))),
                name="ledger_hold_captured_to",
            ),
        ]
        indexes = [
            models.Index(fields=["wallet_id"], name="ledger_hold_wallet"),
            models.Index(fields=["deadline"], condition=Q(closed_at__isnull=True), name="ledger_hold_deadline"),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class Tally(models.Model):
    """What one statement changed on one system account; a job folds old rows. A balance is the sum."""

    account_id = models.IntegerField()
    change = models.BigIntegerField()
    currency = models.SmallIntegerField(choices=CURRENCIES)

    class Meta:
        verbose_name_plural = "tallies"
        indexes = [models.Index(fields=["account_id", "currency"], name="ledger_tally_account")]

    def __str__(self) -> str:
        return f"tally {self.account_id}"
