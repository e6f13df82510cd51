"""What was told to whom, what they want to be told, and what became of each mail."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dvor.notices.kinds import Channel
from dvor.people.models import Resident


class Notice(models.Model):
    """One fact told to one resident. (kind, resident, key) is unique: nobody is told the same event twice.

    A mail's life: ``by_mail`` → ``mail_started_at`` (claimed by a worker, committed before the first byte leaves) →
    ``mailed_at``. A claim that never ended is not tried again: never two mails rather than surely one, because the
    page shows the notice anyway.
    """

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, help_text="names the event inside its kind")
    context = models.JSONField(default=dict, encoder=DjangoJSONEncoder, help_text="what the templates show")
    url = models.CharField(max_length=300, blank=True, help_text="path on this site where the resident goes on")
    told_at = models.DateTimeField()
    on_page = models.BooleanField()
    read_at = models.DateTimeField(null=True)
    by_mail = models.BooleanField()
    batch = models.UUIDField(help_text="the call of tell that made it; its one mail job carries the same")
    mail_started_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "resident", "key"], name="notices_notice_once"),
            models.CheckConstraint(
                condition=Q(mailed_at__isnull=True) | Q(by_mail=True, mail_started_at__isnull=False),
                name="notices_notice_mailed",
            ),
        ]
        indexes = [
            models.Index(fields=["resident", "-id"], condition=Q(on_page=True), name="notices_notice_page"),
            models.Index(
                fields=["resident"], condition=Q(on_page=True, read_at__isnull=True), name="notices_notice_unread"
            ),
            models.Index(
                fields=["batch", "id"],
                condition=Q(by_mail=True, mail_started_at__isnull=True),
                name="notices_notice_due",
            ),
            models.Index(fields=["told_at"], name="notices_notice_told_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Preference(models.Model):
    """A resident's own choice for one kind on one channel; without a row the kind's default holds."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=[(channel.value, channel.value) for channel in Channel])
    wanted = models.BooleanField()
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "kind", "channel"], name="notices_preference_once"),
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in Channel]), name="notices_preference_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"


class Delivery(models.Model):
    """One attempt to mail one notice, and how it ended. No address is kept here."""

    class Ending(models.TextChoices):
        SENT = "sent", _("sent")
        POSTPONED = "postponed", _("postponed")
        REFUSED = "refused", _("refused by the mail server")
        UNKNOWN = "unknown", _("unknown")
        SKIPPED = "skipped", _("not needed any more")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    attempted_at = models.DateTimeField()
    ending = models.CharField(max_length=10, choices=Ending.choices)
    detail = models.CharField(max_length=100, blank=True, help_text="class of the error and the server's code")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["notice"], condition=Q(ending="sent"), name="notices_delivery_sent_once"),
        ]
        indexes = [models.Index(fields=["-attempted_at"], name="notices_delivery_at")]

    def __str__(self) -> str:
        return self.ending
