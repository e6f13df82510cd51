"""Payments of bills: intents, what they pay, refunds, what the acquirer told, and consent to automatic payment.

No card data is ever here: the payer types it on the acquirer's page, and we keep the acquirer's names of things only.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dvor.homes.models import Flat
from dvor.people.models import Resident


class Status(models.IntegerChoices):
    """Where a payment or a refund stands; only ever forward, and the last two are final."""

    CREATED = 1, _("being prepared")  # our own row exists; whether the acquirer knows of it is not sure yet
    PENDING = 2, _("waiting")  # the acquirer has it
    SUCCEEDED = 3, _("done")
    CANCELED = 4, _("canceled")


class Source(models.IntegerChoices):
    """Who told us of a change."""

    CALL = 1, _("answer to our call")
    WEBHOOK = 2, _("notification of the acquirer")
    POLL = 3, _("asked by ourselves")
    RESIDENT = 4, _("resident")
    OPERATOR = 5, _("operator")


class Method(models.Model):
    """A means of payment that the acquirer keeps for a resident who agreed to it; we hold its sealed name only."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="payment_methods")
    kept_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    type = models.CharField(max_length=30, help_text="the acquirer's word: bank_card, sbp …")
    sealed_token = models.BinaryField()
    fingerprint = models.BinaryField(max_length=32, unique=True)

    def __str__(self) -> str:
        return self.type


class Autopay(models.Model):
    """A resident's consent that bills of a flat are paid by themselves up to a ceiling."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+")
    flat = models.ForeignKey(Flat, models.PROTECT, related_name="+")
    method = models.ForeignKey(Method, models.PROTECT, related_name="+", db_index=False)
    consented_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ceiling_kopecks = models.BigIntegerField()
    with_insurance = models.BooleanField(default=False)
    ended_reason = models.CharField(max_length=40, blank=True, help_text="code")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["flat"], condition=Q(ended_at__isnull=True), name="payments_autopay_one_a_flat"
            ),
            models.CheckConstraint(condition=Q(ceiling_kopecks__gt=0), name="payments_autopay_ceiling"),
        ]

    def __str__(self) -> str:
        return f"autopay {self.pk}"


class Payment(models.Model):
    """One intent of a resident to pay; at most one charge at the acquirer, because ``request_key`` is stored first."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="payments", db_index=False)
    method = models.ForeignKey(Method, models.PROTECT, null=True, related_name="+", db_index=False)
    autopay = models.ForeignKey(Autopay, models.PROTECT, null=True, related_name="payments", db_index=False)
    total_kopecks = models.BigIntegerField()
    refunded_kopecks = models.BigIntegerField(default=0, help_text="of refunds that are done")
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, help_text="by the acquirer's clock")
    settled_at = models.DateTimeField(null=True, help_text="when we learnt of the end, paid or canceled")
    check_at = models.DateTimeField(null=True, help_text="when to ask the acquirer next; empty: nothing is open")
    request_key = models.UUIDField(unique=True, help_text="idempotence key of the call that creates it")
    status = models.SmallIntegerField(choices=Status.choices, default=Status.CREATED)
    checks_made = models.SmallIntegerField(default=0)
    keep_method = models.BooleanField(default=False, help_text="the resident agreed that the acquirer keeps the means")
    acquirer = models.CharField(max_length=20)
    acquirer_id = models.CharField(max_length=64, null=True, unique=True)
    method_type = models.CharField(max_length=30, blank=True)
    cancel_reason = models.CharField(max_length=60, blank=True, help_text="code of the acquirer or our own")
    confirmation_url = models.CharField(max_length=1000, blank=True)
    key = models.CharField(max_length=100, help_text="the resident's own word for this intent")
    asked = models.BinaryField(max_length=32, help_text="hash of what was asked for under the key")

    class Meta:
        indexes = [
            models.Index(fields=["resident", "-id"], name="payments_payment_history"),
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="payments_payment_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["resident", "key"], name="payments_payment_once"),
            models.CheckConstraint(condition=Q(total_kopecks__gt=0), name="payments_payment_total"),
            models.CheckConstraint(
                condition=Q(refunded_kopecks=0) | Q(status=3, refunded_kopecks__range=(0, F("total_kopecks"))),
                name="payments_payment_refunded",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[1, 2], paid_at__isnull=True, settled_at__isnull=True)
                | Q(status=3, paid_at__isnull=False, settled_at__isnull=False, acquirer_id__isnull=False)
                | Q(status=4, paid_at__isnull=True, settled_at__isnull=False),
                name="payments_payment_settled",
            ),
            models.CheckConstraint(
                condition=Q(status=1) | Q(status=4) | Q(acquirer_id__isnull=False), name="payments_payment_known"
            ),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether its end is not known yet."""
        return self.status in (Status.CREATED, Status.PENDING)


class Part(models.Model):
    """What one payment pays of one bill, in the order of art. 319 of the Civil Code: services, penalty; then insurance.

    ``bill`` is a plain number: bills grow without bound. Flat, month and kind name the document whatever its version.
    ``copy`` keeps what the payer saw.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="parts", db_index=False)
    bill_id = models.BigIntegerField()
    flat_id = models.BigIntegerField()
    house_id = models.BigIntegerField()
    services_kopecks = models.BigIntegerField()
    penalty_kopecks = models.BigIntegerField(default=0)
    insurance_kopecks = models.BigIntegerField(default=0)
    refunded_services_kopecks = models.BigIntegerField(default=0)
    refunded_penalty_kopecks = models.BigIntegerField(default=0)
    refunded_insurance_kopecks = models.BigIntegerField(default=0)
    period = models.DateField()
    kind = models.SmallIntegerField(help_text="kind of the bill: ordinary or debt")
    copy = models.JSONField(help_text="number, sums and address of the bill when it was paid")

    class Meta:
        indexes = [
            models.Index(fields=["bill_id"], name="payments_part_bill"),
            models.Index(fields=["flat_id", "period"], name="payments_part_flat"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["payment", "bill_id"], name="payments_part_once"),
            models.CheckConstraint(
                condition=Q(services_kopecks__gte=0, penalty_kopecks__gte=0, insurance_kopecks__gte=0),
                name="payments_part_sums",
            ),
            models.CheckConstraint(
                condition=Q(refunded_services_kopecks__range=(0, F("services_kopecks")))
                & Q(refunded_penalty_kopecks__range=(0, F("penalty_kopecks")))
                & Q(refunded_insurance_kopecks__range=(0, F("insurance_kopecks"))),
                name="payments_part_refunded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}/{self.bill_id}"

    @property
    def total_kopecks(self) -> int:
        return self.services_kopecks + self.penalty_kopecks + self.insurance_kopecks

    @property
    def refunded_kopecks(self) -> int:
        return self.refunded_services_kopecks + self.refunded_penalty_kopecks + self.refunded_insurance_kopecks


class Refund(models.Model):
    """Money on its way back. ``parts``: what goes back of each bill, ``[[part id, services, penalty, insurance]]``."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    ordered_by = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+", db_index=False)
    sum_kopecks = models.BigIntegerField()
    ordered_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)
    request_key = models.UUIDField(unique=True)
    status = models.SmallIntegerField(choices=Status.choices, default=Status.CREATED)
    checks_made = models.SmallIntegerField(default=0)
    acquirer_id = models.CharField(max_length=64, null=True, unique=True)
    key = models.CharField(max_length=100, unique=True)
    cancel_reason = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=250)
    parts = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="payments_refund_open")]
        constraints = [
            models.CheckConstraint(condition=Q(sum_kopecks__gt=0), name="payments_refund_sum"),
            models.CheckConstraint(
                condition=Q(status__in=[1, 2], settled_at__isnull=True)
                | Q(status__in=[3, 4], settled_at__isnull=False),
                name="payments_refund_settled",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="payments_refund_reason"),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk}"


class Event(models.Model):
    """A step of a payment or refund, never edited: what changed, who told it, with no personal data."""

    payment_id = models.BigIntegerField()
    refund_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    source = models.SmallIntegerField(choices=Source.choices)
    before = models.SmallIntegerField(choices=Status.choices, null=True)
    after = models.SmallIntegerField(choices=Status.choices)
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["payment_id", "id"], name="payments_event_of")]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.before} → {self.after}"


class Notification(models.Model):
    """What the acquirer sent us; only a reason to ask it what is true."""

    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField()
    event = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["object_id"], name="payments_notification_of")]

    def __str__(self) -> str:
        return f"{self.event} {self.object_id}"


class AutopayRun(models.Model):
    """One bill that an automatic payment is going to pay: told two days before, paid once."""

    autopay = models.ForeignKey(Autopay, models.PROTECT, related_name="runs")
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="+")
    bill_id = models.BigIntegerField()
    told_kopecks = models.BigIntegerField(help_text="the sum that the resident was told; never more is taken")
    told_at = models.DateTimeField()
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, help_text="a worker has begun to pay; it can be stopped no more")
    stopped_at = models.DateTimeField(null=True)
    stopped_reason = models.CharField(max_length=40, blank=True, help_text="code")

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="payments_autopayrun_due",
                condition=Q(stopped_at__isnull=True, payment__isnull=True),
            )
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["autopay", "bill_id"], name="payments_autopayrun_once"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(payment__isnull=True), name="payments_autopayrun_one_end"
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=True) | Q(started_at__isnull=False), name="payments_autopayrun_started"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.autopay_id}/{self.bill_id}"
