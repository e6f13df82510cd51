"""Tables of points: kinds, dated rule versions, activities that count once, awards with their reason.

Activities, awards and reversals are append-only; the first two are partitioned by month and have no foreign keys
(decision 0004).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncDate

from dvor.ledger.models import CURRENCIES
from dvor.people.levels import Level
from dvor.points.reasons import Reason

LEVELS = [(level.value, level.title) for level in Level]
POINTS_MAX = 1_000_000  # a rate or a cap above this is a slip of the hand
SUM_KOPECKS_MAX = 100_000_000_000
CITY_ZONE = ZoneInfo(settings.TIME_ZONE)  # of the days in constraints: never the zone of whoever is connected


class Kind(models.Model):
    """A kind of activity as SQL sees it; titles and texts stand in the registry (``kinds``), which fills this table."""

    id = models.SmallIntegerField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    project = models.CharField(max_length=40)
    account_id = models.IntegerField(help_text="ledger account that issues its points")
    currency = models.SmallIntegerField(choices=CURRENCIES)

    def __str__(self) -> str:
        return self.code


class RuleVersion(models.Model):
    """What a kind pays from a day on, until its next version begins: periods cannot overlap. Append-only.

    ``points`` and ``permille`` have one element a level (simplified, standard, full); empty: the level earns nothing.
    An award is the fixed points plus the per mille of the sum in roubles, rounded down. ``cap_counts`` and
    ``cap_points`` have one element a period (day, month, year, all time); empty: no cap.
    """

    id = models.AutoField(primary_key=True)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="versions", db_index=False)
    since = models.DateField(help_text="first day, in the city's time zone")
    points = ArrayField(models.IntegerField(null=True), size=3)
    permille = ArrayField(models.IntegerField(null=True), size=3)
    cap_counts = ArrayField(models.IntegerField(null=True), size=4)
    cap_points = ArrayField(models.IntegerField(null=True), size=4)
    delay_days = models.SmallIntegerField(default=0, help_text="days until the points can be spent")
    assumption = models.BooleanField(help_text="the amount is not public: chosen by us")
    source = models.JSONField(default=dict, help_text='where it is written: {"ru": …, "en": …}')
    source_url = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True, help_text="empty: it came with the product")
    note = models.TextField(blank=True, help_text="why it was published")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "since"], name="points_ruleversion_once"),
            models.CheckConstraint(condition=Q(delay_days__range=(0, 366)), name="points_ruleversion_delay"),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | Q(since__gt=TruncDate("published_at", tzinfo=CITY_ZONE)),
                name="points_ruleversion_never_retroactive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} since {self.since}"


class Activity(models.Model):
    """One useful act of one resident. Its natural key is the primary key, so it counts once.

    ``month`` is the month in which the subject arose (a reading's billing month): it belongs to the subject for ever,
    which is why a key per partition is a key over all of them.
    """

    pk = models.CompositePrimaryKey("kind_id", "subject", "month")
    id = models.BigIntegerField()
    resident_id = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    sum_kopecks = models.BigIntegerField(null=True)
    by_id = models.BigIntegerField(null=True, help_text="resident who acted; empty: the system")
    month = models.DateField()
    kind_id = models.SmallIntegerField()
    level = models.SmallIntegerField(choices=LEVELS)
    subject = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="points_activity_month"),
            models.CheckConstraint(condition=Q(occurred_at__lte=F("recorded_at")), name="points_activity_has_occurred"),
            models.CheckConstraint(
                condition=Q(sum_kopecks__range=(0, SUM_KOPECKS_MAX)) | Q(sum_kopecks__isnull=True),
                name="points_activity_sum",
            ),
        ]

    def __str__(self) -> str:
        return f"activity {self.id}"


class Award(models.Model):
    """What the rule gave for one activity: points, or zero with the reason. Always a row."""

    pk = models.CompositePrimaryKey("resident_id", "recorded_at", "activity_id")
    resident_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    activity_id = models.BigIntegerField()
    spendable_at = models.DateTimeField(null=True, help_text="empty: at once, or nothing was paid")
    rule_version_id = models.IntegerField(null=True)
    points = models.IntegerField()
    occurred_on = models.DateField()
    month = models.DateField()
    kind_id = models.SmallIntegerField()
    reason = models.SmallIntegerField(choices=[(reason.value, reason.code) for reason in Reason])
    subject = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(points__gte=0), name="points_award_never_negative")]

    def __str__(self) -> str:
        return f"award {self.activity_id}"


class Reversal(models.Model):
    """An award that was taken back: once, whole, with a reason. Append-only."""

    activity_id = models.BigIntegerField(primary_key=True)
    resident_id = models.BigIntegerField()
    awarded_at = models.DateTimeField(help_text="recorded_at of the award")
    reversed_at = models.DateTimeField()
    reversed_by = models.BigIntegerField(null=True)
    points = models.IntegerField()
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["resident_id", "awarded_at"], name="points_reversal_award")]
        constraints = [models.CheckConstraint(condition=Q(points__gt=0), name="points_reversal_positive")]

    def __str__(self) -> str:
        return f"reversal {self.activity_id}"
