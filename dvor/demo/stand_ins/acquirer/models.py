"""What the stand-in keeps: payments, refunds, kept means of payment, answers it gave, notifications, its moods."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Method(models.Model):
    """A means of payment; ``saved`` when the payer agreed that the shop may charge it again."""

    id = models.CharField(max_length=64, primary_key=True)
    type = models.CharField(max_length=20)
    saved = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Method]] = models.Manager()

    class Meta:
        app_label = "acquirer"

    def __str__(self) -> str:
        return self.id


class Payment(models.Model):
    """One payment as YooKassa keeps it; sums in kopecks."""

    id = models.CharField(max_length=64, primary_key=True)
    method = models.ForeignKey(Method, models.PROTECT, null=True)
    created_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    kopecks = models.BigIntegerField()
    refunded_kopecks = models.BigIntegerField(default=0)
    status = models.CharField(max_length=20, default="pending")
    capture = models.BooleanField(default=False)
    save_method = models.BooleanField(default=False)
    method_type = models.CharField(
        max_length=20, blank=True, help_text="asked for by the shop; empty: the payer chooses"
    )
    cancel_party = models.CharField(max_length=20, blank=True)
    cancel_reason = models.CharField(max_length=40, blank=True)
    description = models.CharField(max_length=128, blank=True)
    return_url = models.CharField(max_length=2048, blank=True)
    metadata = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[Payment]] = models.Manager()

    class Meta:
        app_label = "acquirer"
        constraints = [
            models.CheckConstraint(condition=Q(kopecks__gt=0), name="acquirer_payment_sum"),
            models.CheckConstraint(
                condition=Q(refunded_kopecks__gte=0, refunded_kopecks__lte=F("kopecks")),
                name="acquirer_payment_refunded",
            ),
        ]

    def __str__(self) -> str:
        return self.id


class Refund(models.Model):
    """Money given back of one payment."""

    id = models.CharField(max_length=64, primary_key=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    created_at = models.DateTimeField()
    kopecks = models.BigIntegerField()
    status = models.CharField(max_length=20)
    cancel_reason = models.CharField(max_length=40, blank=True)
    description = models.CharField(max_length=250, blank=True)
    metadata = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[Refund]] = models.Manager()

    class Meta:
        app_label = "acquirer"

    def __str__(self) -> str:
        return self.id


class Answer(models.Model):
    """The first answer to an idempotence key; kept for a day."""

    key = models.CharField(max_length=64, primary_key=True)
    asked = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    body = models.JSONField(null=True)

    objects: ClassVar[models.Manager[Answer]] = models.Manager()

    class Meta:
        app_label = "acquirer"

    def __str__(self) -> str:
        return self.key


class Delivery(models.Model):
    """A notification on its way to the shop; sent again until the shop answers 200."""

    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    event = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    body = models.JSONField()
    tries = models.SmallIntegerField(default=0)
    last_answer = models.CharField(max_length=60, blank=True)

    objects: ClassVar[models.Manager[Delivery]] = models.Manager()

    class Meta:
        app_label = "acquirer"
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="acquirer_delivery_due")]

    def __str__(self) -> str:
        return f"{self.event} {self.object_id}"


class Mood(models.Model):
    """A misbehaviour that was asked for: the next ``times`` times."""

    class Kind(models.TextChoices):
        ERROR_BEFORE = "error_before"
        ERROR_AFTER = "error_after"
        ERROR_READ = "error_read"
        SLOW = "slow"
        DECLINE = "decline"
        DECLINE_REFUND = "decline_refund"
        LOST = "lost"
        LATE = "late"
        DUPLICATE = "duplicate"

    kind = models.CharField(max_length=20, choices=Kind.choices, primary_key=True)
    times = models.IntegerField(default=1)
    seconds = models.IntegerField(default=0)

    objects: ClassVar[models.Manager[Mood]] = models.Manager()

    class Meta:
        app_label = "acquirer"

    def __str__(self) -> str:
        return self.kind
