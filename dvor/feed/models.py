"""Entries of the houses' feeds, who has read how far, and what operators write: news and outages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dvor.homes.models import House
from dvor.people.models import Organisation, Resident

TITLE_LENGTH_MAX, EXCERPT_LENGTH_MAX, URL_LENGTH_MAX = 200, 500, 200
HOUSES_MAX = 500  # named one by one; a company or a district has as many as it has
BODY_LENGTH_MAX, DETAILS_LENGTH_MAX, REASON_LENGTH_MAX, KEY_LENGTH_MAX = 10_000, 1_000, 500, 64


if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field


class Ranges(_Field):
    """Whole numbers kept as ranges that grow together: ``{[1,900),[905,906)}``."""

    def db_type(self, connection: Any) -> str:
        return "int8multirange"


class Stream(models.Model):
    """The feed of one house: whoever publishes locks this row before he draws a number.

    So numbers of one house become visible in their order, and «read as far as 900» can never swallow 899.
    """

    house = models.OneToOneField(House, models.PROTECT, primary_key=True, related_name="+")
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.house_id)


class Entry(models.Model):
    """The card of something in the feed of one house; what it stands for lives in its own package.

    Hidden is what moderation took out: publishing again does not bring it back. Withdrawn is what its owner took out.
    """

    published_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True, help_text="over after that; empty: it has no end")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    house = models.ForeignKey(House, models.PROTECT, related_name="+", db_index=False)  # (house, -id) serves
    author_id = models.BigIntegerField(null=True, blank=True, help_text="id of the resident; empty: an organisation")
    entrance = models.SmallIntegerField(null=True, blank=True, help_text="empty: the whole house")
    urgent = models.BooleanField(default=False)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, help_text="what it stands for: ad:17")
    title = models.CharField(max_length=TITLE_LENGTH_MAX)
    excerpt = models.CharField(max_length=EXCERPT_LENGTH_MAX, blank=True)
    url = models.CharField(max_length=URL_LENGTH_MAX)
    search = models.GeneratedField(  # words and house: feed_vector, in the first migration
        expression=Func(F("house_id"), F("title"), F("excerpt"), function="feed_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["subject", "house", "kind"], name="feed_entry_once"),
            models.CheckConstraint(condition=~Q(title=""), name="feed_entry_title"),
            models.CheckConstraint(condition=Q(url__regex=r"^/([^/\\]|$)"), name="feed_entry_url"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("published_at")), name="feed_entry_until"
            ),
        ]
        indexes = [
            models.Index(
                "house",
                F("id").desc(),
                condition=Q(withdrawn_at__isnull=True, hidden_at__isnull=True),
                name="feed_entry_house",
            ),
            models.Index(
                "house",
                "kind",
                F("id").desc(),
                condition=Q(withdrawn_at__isnull=True, hidden_at__isnull=True),
                name="feed_entry_kind",
            ),
            models.Index(fields=["-id"], condition=Q(hidden_at__isnull=False), name="feed_entry_hidden"),
            GinIndex(fields=["search"], name="feed_entry_search"),
        ]

    def __str__(self) -> str:
        return self.title


class Seen(models.Model):
    """What one resident has seen of one house's feed: mostly a single range with no beginning."""

    pk = models.CompositePrimaryKey("resident_id", "house_id")
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+", db_index=False)
    house = models.ForeignKey(House, models.CASCADE, related_name="+", db_index=False)
    numbers = Ranges(help_text="entries that were seen")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "seen"

    def __str__(self) -> str:
        return f"{self.resident_id} {self.house_id}"


class Follow(models.Model):
    """A house that is not the resident's own, whose public entries he chose to see."""

    pk = models.CompositePrimaryKey("resident_id", "house_id")
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+", db_index=False)
    house = models.ForeignKey(House, models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.resident_id} {self.house_id}"


class Audience(models.IntegerChoices):
    """Whom an operator addresses."""

    HOUSES = 1, _("chosen houses")
    COMPANY = 2, _("all houses of the management company")
    DISTRICT = 3, _("a district")


class Written(models.Model):
    """What news and outages share: who wrote it, for whom, and that the same form sent twice writes once."""

    company = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", help_text="empty: the city"
    )
    audience = models.SmallIntegerField(choices=Audience.choices)
    district = models.CharField(max_length=100, blank=True)
    house_ids = ArrayField(models.BigIntegerField(), default=list, help_text="houses that were reached")
    version = models.SmallIntegerField(default=1)
    key = models.CharField(max_length=KEY_LENGTH_MAX, help_text="of the form: sent twice, it counts once")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Resident, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Resident, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Resident, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=REASON_LENGTH_MAX, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["written_by", "key"], name="feed_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(changed_at__isnull=True, changed_by__isnull=True)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
                name="feed_%(class)s_changed_at_by",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="feed_%(class)s_withdrawn_at_by",
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.DISTRICT) & ~Q(district="")
                | ~Q(audience=Audience.DISTRICT) & Q(district=""),
                name="feed_%(class)s_district",
            ),
        ]


class News(Written):
    """A piece of news of a management company, or of the city for a district."""

    title = models.CharField(max_length=TITLE_LENGTH_MAX)
    body = models.CharField(max_length=BODY_LENGTH_MAX)
    told = models.BooleanField(default=False, help_text="residents were notified, too")

    class Meta(Written.Meta):
        verbose_name_plural = "news"
        constraints = [
            *Written.Meta.constraints,
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="feed_news_text"),
        ]

    def __str__(self) -> str:
        return self.title


class Service(models.IntegerChoices):
    """What is cut off."""

    COLD_WATER = 1, pgettext_lazy("outage", "cold water")
    HOT_WATER = 2, pgettext_lazy("outage", "hot water")
    ELECTRICITY = 3, pgettext_lazy("outage", "electricity")
    HEATING = 4, pgettext_lazy("outage", "heating")
    GAS = 5, pgettext_lazy("outage", "gas")
    LIFT = 6, pgettext_lazy("outage", "lift")
    SEWERAGE = 7, pgettext_lazy("outage", "sewerage")
    INTERCOM = 8, pgettext_lazy("outage", "intercom")
    INTERNET = 9, pgettext_lazy("outage", "internet and television")


class Outage(Written):
    """A service that is cut off in houses or entrances for a time; ``withdrawn`` is its cancellation."""

    service = models.SmallIntegerField(choices=Service.choices)
    emergency = models.BooleanField()
    entrances = ArrayField(models.SmallIntegerField(), default=list, help_text="empty: whole houses")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True, help_text="empty: not known yet, of an emergency only")
    zone = models.CharField(max_length=50, blank=True, help_text="time zone of its houses; empty: the city's")
    details = models.CharField(max_length=DETAILS_LENGTH_MAX, blank=True, help_text="why, and what to do")

    class Meta(Written.Meta):
        constraints = [
            *Written.Meta.constraints,
            models.CheckConstraint(condition=Q(service__range=(1, 9)), name="feed_outage_service"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) | Q(ends_at__isnull=True, emergency=True),
                name="feed_outage_times",
            ),
            models.CheckConstraint(
                condition=Q(entrances=[]) | Q(house_ids__len=1), name="feed_outage_entrances_of_one_house"
            ),
        ]
        indexes = [models.Index(fields=["-starts_at"], name="feed_outage_starts")]

    def __str__(self) -> str:
        return self.get_service_display()
