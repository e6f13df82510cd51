"""The notice board: ads, their pictures, and whose first ad was paid."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from dvor.homes.models import House
from dvor.people.models import Organisation, Resident

TITLE_LENGTH_MAX, TEXT_LENGTH_MAX, PLACE_LENGTH_MAX = 100, 3_000, 120
ALT_LENGTH_MAX, KEY_LENGTH_MAX = 200, 100
PRICE_MAX = 100_000_000_00  # kopecks; more is a slip of the finger
PICTURES_MAX = 6
_OPEN = Q(done_at__isnull=True, withdrawn_at__isnull=True, hidden_at__isnull=True)


class Ad(models.Model):
    """What one resident tells his house, the houses of its company, or its district, until ``expires_at``.

    ``company`` and ``district`` are those of the house when it was posted, and only where the ad reaches so far.
    Done is given, sold, found; withdrawn is what the author took back; hidden is what moderation took out.
    """

    class Category(models.IntegerChoices):
        GIVE_AWAY = 1, _("give away")
        SELL = 2, _("sell")
        LOOK_FOR = 3, _("look for")
        SERVICES = 4, _("services")
        LOST_AND_FOUND = 5, _("lost and found")
        EVENTS = 6, _("events")

    class Reach(models.IntegerChoices):
        HOUSE = 1, _("my house")
        COMPANY = 2, _("houses of the same management company")
        DISTRICT = 3, _("the district")

    author = models.ForeignKey(Resident, models.PROTECT, related_name="+", db_index=False)
    house = models.ForeignKey(House, models.PROTECT, related_name="+", db_index=False)
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True, help_text="of an event")
    price_kopecks = models.BigIntegerField(null=True, help_text="empty: to be agreed")
    category = models.SmallIntegerField(choices=Category.choices)
    reach = models.SmallIntegerField(choices=Reach.choices)
    district = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=TITLE_LENGTH_MAX)
    text = models.CharField(max_length=TEXT_LENGTH_MAX, blank=True)
    place = models.CharField(max_length=PLACE_LENGTH_MAX, blank=True, help_text="of an event, or where it was lost")
    key = models.CharField(max_length=KEY_LENGTH_MAX, help_text="of the form: sent twice, it is one ad")
    search = models.GeneratedField(  # words: ads_vector, in the first migration
        expression=Func(F("title"), F("text"), F("place"), function="ads_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name, verbose_name_plural = _("ad"), _("ads")
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="ads_ad_once"),
            models.CheckConstraint(condition=Q(category__range=(1, 6)), name="ads_ad_category"),
            models.CheckConstraint(
                condition=Q(reach=1, company__isnull=True, district="")
                | Q(reach=2, company__isnull=False, district="")
                | (Q(reach=3, company__isnull=True) & ~Q(district="")),
                name="ads_ad_reach",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="ads_ad_title"),
            models.CheckConstraint(
                condition=Q(price_kopecks__isnull=True) | Q(category__in=[2, 4], price_kopecks__range=(1, PRICE_MAX)),
                name="ads_ad_price",
            ),
            models.CheckConstraint(
                condition=Q(category=6, starts_at__isnull=False) | (~Q(category=6) & Q(starts_at__isnull=True)),
                name="ads_ad_event_has_its_time",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("published_at")), name="ads_ad_lasts"),
        ]
        indexes = [
            models.Index("house", F("id").desc(), condition=_OPEN, name="ads_ad_house"),
            models.Index("company", F("id").desc(), condition=_OPEN & Q(reach=2), name="ads_ad_company"),
            models.Index("district", F("id").desc(), condition=_OPEN & Q(reach=3), name="ads_ad_district"),
            models.Index("author", F("id").desc(), name="ads_ad_mine"),
            models.Index(fields=["expires_at"], name="ads_ad_expires"),
            GinIndex(fields=["search"], name="ads_ad_search"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """Its name in the feed, in facts and in statements of points."""
        return f"ad:{self.pk}"

    @property
    def sort(self) -> Category:
        return self.Category(self.category)

    def is_live(self, at: datetime) -> bool:
        """Whether neighbours see it on the board."""
        return not (self.done_at or self.withdrawn_at or self.hidden_at) and self.expires_at > at


class Picture(models.Model):
    """A picture of an ad: the names of two files, large and small. The same file twice is one picture."""

    ad = models.ForeignKey(Ad, models.CASCADE, related_name="pictures", db_index=False)
    added_at = models.DateTimeField()
    width = models.SmallIntegerField()
    height = models.SmallIntegerField()
    position = models.SmallIntegerField()
    large = models.CharField(max_length=48, unique=True)
    small = models.CharField(max_length=48, unique=True)
    alt = models.CharField(max_length=ALT_LENGTH_MAX, blank=True)
    digest = models.BinaryField(max_length=32, help_text="of what is kept, not of what was uploaded")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["ad", "position"], name="ads_picture_place", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["ad", "digest"], name="ads_picture_once"),
            models.CheckConstraint(condition=Q(position__range=(1, PICTURES_MAX)), name="ads_picture_few"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="ads_picture_size"),
        ]

    def __str__(self) -> str:
        return f"picture {self.pk}"


class First(models.Model):
    """The ad that was paid as a resident's first: one a resident, because he is the primary key.

    ``subject`` and ``month`` name the activity. The row goes when its award is taken back.
    """

    resident = models.OneToOneField(Resident, models.CASCADE, primary_key=True, related_name="+")
    ad_id = models.BigIntegerField()
    posted_at = models.DateTimeField()
    month = models.DateField()
    subject = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["ad_id"], name="ads_first_ad")]

    def __str__(self) -> str:
        return self.subject
