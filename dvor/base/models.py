"""Tables that every package leans on: who did what, which request was answered, how often something was tried.

None of them has a foreign key: they outlive what they speak of and never stand in its way.
"""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One act that somebody may have to answer for. Append-only."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, help_text="resident who acted; empty: the system itself")
    act = models.CharField(max_length=80, help_text="package.noun.past_verb, such as points.rule.published")
    subject = models.CharField(max_length=120, help_text="noun:key, such as wallet:17")
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="ids and figures, never personal data")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-at"], name="base_audit_subject"),
            models.Index(fields=["actor_id", "-at"], name="base_audit_actor"),
            models.Index(fields=["-at"], name="base_audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"


class Request(models.Model):
    """A command that carried an idempotency key, and its first answer."""

    owner_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    fingerprint = models.BinaryField(max_length=32)
    status = models.SmallIntegerField(null=True, help_text="empty while the first call is still running")
    answer = models.JSONField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_id", "key"], name="base_request_once")]
        indexes = [models.Index(fields=["asked_at"], name="base_request_asked_at")]

    def __str__(self) -> str:
        return self.key


class Attempt(models.Model):
    """How often one actor tried one guessable thing in one window of time."""

    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "actor", "window_start"], name="base_attempt_once")]

    def __str__(self) -> str:
        return f"{self.act} {self.count}"
