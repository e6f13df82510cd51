"""What can be had for points, how many are left, the secret codes, and who exchanged what."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dvor.base.texts import pick
from dvor.ledger.currencies import Currency
from dvor.people.levels import Level
from dvor.people.models import Organisation, Resident

CURRENCIES = [(currency.value, currency.title) for currency in Currency]
LEVELS = [(level.value, level.title) for level in Level]
PRICE_MAX = 1_000_000
QUANTITY_MAX = 100


def _positive(field: str) -> Q:
    return Q(**{f"{field}__gt": 0}) | Q(**{f"{field}__isnull": True})


class Category(models.Model):
    """A shelf of the catalogue: souvenirs, home goods, promo codes, tickets, charity."""

    slug = models.SlugField(max_length=40, unique=True)
    titles = models.JSONField(help_text="both languages: {ru, en}")
    icon = models.CharField(max_length=20, default="gift")
    position = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(condition=Q(titles__has_keys=["ru", "en"]), name="rewards_category_titles")
        ]

    def __str__(self) -> str:
        return pick(self.titles)


class Reward(models.Model):
    """Something that a partner gives for points. The price and the limits are of one unit.

    ``units_total`` counts what was ever put up: the parts of a donation's goal, later the pieces of a parcel; empty
    means that the codes of the pool are the stock, or that there is no limit. ``account`` is the ledger account that
    receives the points, known from the first publication on.
    """

    class Kind(models.TextChoices):
        VOUCHER = "voucher", _("promo code")
        DONATION = "donation", _("donation")

    category = models.ForeignKey(Category, models.PROTECT, related_name="rewards")
    partner = models.ForeignKey(Organisation, models.PROTECT, related_name="rewards")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    titles = models.JSONField(help_text="both languages: {ru, en}")
    summary = models.JSONField(help_text="one or two sentences for the card")
    terms = models.JSONField(help_text="how it is used, what it does not cover")
    price = models.IntegerField(help_text="points for one unit")
    currency = models.SmallIntegerField(choices=CURRENCIES, default=Currency.CITY)
    level_min = models.SmallIntegerField(choices=LEVELS, default=Level.SIMPLIFIED, help_text="lowest account level")
    order_max = models.SmallIntegerField(default=1, help_text="units in one order")
    month_max = models.SmallIntegerField(null=True, blank=True, help_text="units of one resident in a calendar month")
    lifetime_max = models.SmallIntegerField(null=True, blank=True, help_text="units of one resident ever")
    cancel_hours = models.SmallIntegerField(null=True, blank=True, help_text="empty: an order is final")
    valid_until = models.DateField(null=True, blank=True, help_text="last day on which it can be used")
    units_total = models.IntegerField(null=True, blank=True)
    account = models.IntegerField(null=True, blank=True, help_text="ledger account that receives the points")
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Resident, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Resident, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-published_at", "-id"], name="rewards_reward_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["voucher", "donation"]), name="rewards_reward_kind"),
            models.CheckConstraint(condition=Q(titles__has_keys=["ru", "en"]), name="rewards_reward_titles"),
            models.CheckConstraint(condition=Q(price__range=(1, PRICE_MAX)), name="rewards_reward_price"),
            models.CheckConstraint(
                condition=Q(level_min__in=[level.value for level in Level]), name="rewards_reward_level"
            ),
            models.CheckConstraint(condition=Q(order_max__range=(1, QUANTITY_MAX)), name="rewards_reward_order_max"),
            models.CheckConstraint(condition=_positive("month_max"), name="rewards_reward_month_max"),
            models.CheckConstraint(condition=_positive("lifetime_max"), name="rewards_reward_lifetime_max"),
            models.CheckConstraint(condition=_positive("cancel_hours"), name="rewards_reward_cancel_hours"),
            models.CheckConstraint(condition=_positive("units_total"), name="rewards_reward_units_total"),
            models.CheckConstraint(  # the stock of a voucher is its pool of codes
                condition=Q(units_total__isnull=True) | ~Q(kind="voucher"), name="rewards_reward_codes_are_the_stock"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, account__isnull=False),
                name="rewards_reward_published_at_by",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, published_at__isnull=False),
                name="rewards_reward_withdrawn_at_by",
            ),
        ]

    def __str__(self) -> str:
        return pick(self.titles)


class Stock(models.Model):
    """One of several counters of a counted reward: a rush spreads over them instead of queueing at one row.

    What is left is the sum over the shards; ``remaining`` + what stands in orders = ``Reward.units_total``.
    """

    reward = models.ForeignKey(Reward, models.PROTECT, related_name="stock")
    shard = models.SmallIntegerField()
    remaining = models.IntegerField()

    class Meta:
        verbose_name_plural = "stock"
        constraints = [
            models.UniqueConstraint(fields=["reward", "shard"], name="rewards_stock_shard"),
            models.CheckConstraint(condition=Q(remaining__gte=0), name="rewards_stock_never_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.reward_id}/{self.shard}"


class Order(models.Model):
    """One exchange of points for a reward. A state is a moment: placed, fulfilled, revealed, cancelled.

    ``key`` is the resident's own word for this exchange: the same key again is the same order. A code that was shown
    cannot be given back, hence no order is both revealed and cancelled.
    """

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="orders", db_index=False)
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="orders", db_index=False)
    placed_at = models.DateTimeField()
    cancellable_until = models.DateTimeField(null=True, help_text="empty: the order is final")
    fulfilled_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True, help_text="when the resident asked to see the code")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+", db_index=False)
    cancelled_reason = models.CharField(max_length=500, blank=True)
    hold_id = models.BigIntegerField(unique=True, help_text="the ledger's hold that paid for it")
    points = models.IntegerField(help_text="price of the whole order when it was placed")
    quantity = models.SmallIntegerField()
    key = models.CharField(max_length=100)

    class Meta:
        indexes = [
            models.Index(fields=["resident", "reward", "placed_at"], name="rewards_order_limits"),
            models.Index(fields=["reward", "-id"], name="rewards_order_reward"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["resident", "key"], name="rewards_order_once"),
            models.CheckConstraint(condition=Q(quantity__range=(1, QUANTITY_MAX)), name="rewards_order_quantity"),
            models.CheckConstraint(condition=Q(points__gt=0), name="rewards_order_points"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancelled_reason="")
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="rewards_order_cancelled_at_by",
            ),
            models.CheckConstraint(
                condition=Q(revealed_at__isnull=True) | Q(cancelled_at__isnull=True, fulfilled_at__isnull=False),
                name="rewards_order_revealed_is_final",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True)
                | Q(cancellable_until__isnull=False, cancellable_until__gt=F("cancelled_at")),
                name="rewards_order_cancelled_when_it_may",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.pk}"


class PromoCode(models.Model):
    """One secret of a pool: sealed, given to one order, never shown to an operator.

    ``fingerprint`` is keyed and covers the partner: a code is loaded once for all rewards of one partner. ``place``
    numbers the codes of an order, so that no order holds more of them than it has places.
    """

    reward = models.ForeignKey(Reward, models.PROTECT, related_name="codes", db_index=False)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="codes", db_index=False)
    given_at = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField()
    valid_until = models.DateField(null=True, help_text="last day on which it can be used")
    place = models.SmallIntegerField(null=True, help_text="1 … quantity of the order")
    sealed = models.BinaryField()
    fingerprint = models.BinaryField(max_length=32, unique=True)

    class Meta:
        indexes = [models.Index(fields=["reward", "id"], condition=Q(order__isnull=True), name="rewards_code_free")]
        constraints = [
            models.UniqueConstraint(fields=["order", "place"], name="rewards_code_one_a_place"),
            models.CheckConstraint(
                condition=Q(order__isnull=True, given_at__isnull=True, place__isnull=True)
                | Q(order__isnull=False, given_at__isnull=False, place__isnull=False, place__gt=0),
                name="rewards_code_given",
            ),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class Wish(models.Model):
    """A reward that a resident would like to have one day."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+", db_index=False)
    reward = models.ForeignKey(Reward, models.CASCADE, related_name="+", db_index=False)
    wished_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "wishes"
        constraints = [models.UniqueConstraint(fields=["resident", "reward"], name="rewards_wish_once")]

    def __str__(self) -> str:
        return f"wish {self.pk}"
