"""What was told to whom, what they want to be told when and where, and what became of each mail and push."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dvor.notices.kinds import Channel
from dvor.people.models import Resident


class Notice(models.Model):
    """One fact told to one resident. (kind, resident, key) is unique: nobody is told the same event twice.

    A mail's life: ``by_mail`` → perhaps ``mail_waits`` until ``mail_due_at`` (quiet hours, the hour of the digest) →
    ``mail_started_at`` (claimed by a worker, committed before the first byte leaves) → ``mailed_at``. A claim that
    never ended is not tried again: never two mails rather than surely one, because the page shows the notice anyway.
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
    mail_due_at = models.DateTimeField(null=True, help_text="not before; empty: at once")
    mail_waits = models.BooleanField(default=False, db_default=False, help_text="nobody has released it yet")
    in_digest = models.BooleanField(default=False, db_default=False, help_text="goes with others in one mail")
    batch = models.UUIDField(help_text="the call of tell that made it, or of the release that let its mail go")
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
            models.Index(fields=["mail_due_at"], condition=Q(mail_waits=True), name="notices_notice_waiting"),
            models.Index(
                fields=["resident"],
                condition=Q(in_digest=True, mail_started_at__isnull=True),
                name="notices_notice_digest",
            ),
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


class Rhythm(models.Model):
    """When a resident wants to be told; without a row at once, at any hour.

    Quiet hours are half-open and may go over midnight; mail and push wait for their end, urgent facts do not.
    """

    class Mails(models.TextChoices):
        AT_ONCE = "at_once", _("each at once")
        DAILY = "daily", _("once a day, all in one")
        WEEKLY = "weekly", _("once a week, all in one")
        NEVER = "never", _("no mails, but for what is part of the service")

    resident = models.OneToOneField(Resident, models.CASCADE, primary_key=True, related_name="+")
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    zone = models.CharField(max_length=50, help_text="time zone of the resident's house when it was chosen")
    mails = models.CharField(max_length=10, choices=Mails.choices, default=Mails.AT_ONCE)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="notices_rhythm_quiet",
            ),
            models.CheckConstraint(
                condition=Q(mails__in=["at_once", "daily", "weekly", "never"]), name="notices_rhythm_mails"
            ),
        ]

    def __str__(self) -> str:
        return self.mails


class Device(models.Model):
    """A browser that shows notices as push messages. Its address is a permission to write to it, so it is sealed."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    sealed = models.BinaryField(help_text="JSON of endpoint, p256dh, auth")
    fingerprint = models.BinaryField(unique=True, max_length=32, help_text="keyed hash of the endpoint")
    host = models.CharField(max_length=253, help_text="of the push service: when it is busy, it is busy for all")
    title = models.CharField(max_length=60, help_text="browser and system")
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["resident"], name="notices_device_resident")]

    def __str__(self) -> str:
        return self.title


class Push(models.Model):
    """One notice on its way to one device; made by the statement that made the notice, and never again.

    Its life is a mail's: perhaps ``waits`` until ``due_at`` → ``started_at`` (claimed, committed) → ``sent_at``. What
    the push service did not take waits again.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="pushes")
    device = models.ForeignKey(Device, models.CASCADE, related_name="pushes")
    due_at = models.DateTimeField(help_text="not before")
    waits = models.BooleanField()
    started_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name_plural = "pushes"
        constraints = [
            models.UniqueConstraint(fields=["notice", "device"], name="notices_push_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(started_at__isnull=False), name="notices_push_sent"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(waits=True), name="notices_push_waiting"),
            models.Index(fields=["id"], condition=Q(waits=False, started_at__isnull=True), name="notices_push_due"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.device_id}"


class Delivery(models.Model):
    """One attempt to mail or push one notice, and how it ended. No address is kept here."""

    class Ending(models.TextChoices):
        SENT = "sent", _("sent")
        POSTPONED = "postponed", _("postponed")
        REFUSED = "refused", _("refused by the mail server")
        UNKNOWN = "unknown", _("unknown")
        SKIPPED = "skipped", _("not needed any more")
        GONE = "gone", _("the browser has unsubscribed")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    device_number = models.BigIntegerField(null=True, help_text="of a push; it may be gone; empty: a mail")
    attempted_at = models.DateTimeField()
    ending = models.CharField(max_length=10, choices=Ending.choices)
    detail = models.CharField(max_length=100, blank=True, help_text="class of the error and the server's code")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "device_number"],
                condition=Q(ending="sent"),
                nulls_distinct=False,
                name="notices_delivery_once_each",
            ),
        ]
        indexes = [models.Index(fields=["-attempted_at"], name="notices_delivery_at")]

    def __str__(self) -> str:
        return self.ending
