"""Polls, who has voted, what was answered in named ones, the sealed boxes of anonymous ones, and comments.

Between a voter of an anonymous poll and the box there is no key, no time and no ballot: the box is one row a poll,
sealed anew at each vote with a key that is not in the database (decision 0019).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from dvor.homes.models import Flat, House
from dvor.people.models import Resident

QUESTION_LENGTH_MAX, DETAILS_LENGTH_MAX, OPTION_LENGTH_MAX, COMMENT_LENGTH_MAX = 200, 2_000, 120, 1_000
OPTIONS_MIN, OPTIONS_MAX = 2, 12
KEY_LENGTH_MAX = 100


class Poll(models.Model):
    """One question to the neighbours. What was asked never changes: a trigger holds it.

    ``counts`` are the final sums, written at closing: voices an option, or marks and first places of a ranking. Of an
    anonymous poll with too few answers they stay empty for ever. ``others`` are voters from flats that are not the
    author's.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", pgettext_lazy("poll", "one answer")
        MULTIPLE = "multiple", pgettext_lazy("poll", "several answers")
        SCALE = "scale", pgettext_lazy("poll", "a mark on a scale")
        RANKED = "ranked", pgettext_lazy("poll", "ranking by preference")

    class Results(models.TextChoices):
        LIVE = "live", pgettext_lazy("poll", "at any time")
        VOTED = "voted", pgettext_lazy("poll", "to those who have voted")
        CLOSED = "closed", pgettext_lazy("poll", "after closing")

    house = models.ForeignKey(House, models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(Resident, models.PROTECT, related_name="+", db_index=False)
    author_flat = models.ForeignKey(Flat, models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Resident,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="empty: in its time",
    )
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="by moderation")
    reminded_at = models.DateTimeField(null=True, blank=True)
    votes = models.IntegerField(default=0)
    others = models.IntegerField(default=0)
    entrance = models.SmallIntegerField(null=True, blank=True, help_text="empty: the whole house")
    choices_min = models.SmallIntegerField(default=1)
    choices_max = models.SmallIntegerField(default=1)
    owners_only = models.BooleanField(default=False)
    anonymous = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    results = models.CharField(max_length=10, choices=Results.choices)
    question = models.CharField(max_length=QUESTION_LENGTH_MAX)
    details = models.CharField(max_length=DETAILS_LENGTH_MAX, blank=True)
    options = ArrayField(models.CharField(max_length=OPTION_LENGTH_MAX))
    counts = ArrayField(models.IntegerField(), null=True, blank=True)
    key = models.CharField(max_length=KEY_LENGTH_MAX, help_text="of the form: sent twice, it counts once")

    class Meta:
        indexes = [
            models.Index(fields=["house", "-id"], name="polls_poll_house"),
            models.Index(fields=["author", "-opened_at"], name="polls_poll_author"),
            models.Index(fields=["closes_at"], condition=Q(closed_at__isnull=True), name="polls_poll_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="polls_poll_once"),
            models.UniqueConstraint(fields=["id", "anonymous"], name="polls_poll_anonymous"),  # ballots refer to it
            models.CheckConstraint(condition=~Q(question=""), name="polls_poll_question"),
            models.CheckConstraint(
                condition=Q(options__len__range=(OPTIONS_MIN, OPTIONS_MAX)), name="polls_poll_options"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["single", "multiple", "scale", "ranked"]), name="polls_poll_kind"
            ),
            models.CheckConstraint(
                condition=Q(results="closed") | Q(results__in=["live", "voted"], anonymous=False),
                name="polls_poll_anonymous_until_closed",
            ),
            models.CheckConstraint(
                condition=Q(choices_min__gte=1, choices_max__gte=F("choices_min"), choices_max__lte=OPTIONS_MAX),
                name="polls_poll_choices",
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opened_at")), name="polls_poll_period"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False)
                | Q(closed_at__isnull=True, closed_by__isnull=True, counts__isnull=True),
                name="polls_poll_closed",
            ),
            models.CheckConstraint(condition=Q(votes__gte=F("others"), others__gte=0), name="polls_poll_votes"),
        ]

    def __str__(self) -> str:
        return self.question


class Voter(models.Model):
    """That a resident has voted: of what he answered nothing stands here, and no time."""

    pk = models.CompositePrimaryKey("poll_id", "resident_id")
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+", db_index=False)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+")
    flat = models.ForeignKey(Flat, models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.poll_id} {self.resident_id}"


class Ballot(models.Model):
    """An answer in a named poll: numbers of options from 1, the best one first in a ranking.

    ``anonymous`` is always false and refers to the poll's own: the database takes no ballot of an anonymous poll.
    """

    pk = models.CompositePrimaryKey("poll_id", "resident_id")
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+", db_index=False)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", db_index=False)
    cast_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    anonymous = models.BooleanField(default=False)
    choice = ArrayField(models.SmallIntegerField())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(anonymous=False), name="polls_ballot_named"),
            models.CheckConstraint(condition=Q(choice__len__range=(1, OPTIONS_MAX)), name="polls_ballot_choice"),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.resident_id}"


class Box(models.Model):
    """The sums of an anonymous poll that is open, sealed; a ballot is nowhere. Gone when the poll closes."""

    poll = models.OneToOneField(Poll, models.PROTECT, primary_key=True, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        verbose_name_plural = "boxes"

    def __str__(self) -> str:
        return str(self.poll_id)


class Comment(models.Model):
    """What a neighbour says of a poll; always under his name."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(Resident, models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="by its author")
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="by moderation")
    text = models.CharField(max_length=COMMENT_LENGTH_MAX)
    key = models.CharField(max_length=KEY_LENGTH_MAX, help_text="of the form: sent twice, it counts once")

    class Meta:
        indexes = [
            models.Index(fields=["poll", "-id"], name="polls_comment_poll"),
            models.Index(fields=["author", "-written_at"], name="polls_comment_author"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="polls_comment_once"),
            models.CheckConstraint(condition=~Q(text=""), name="polls_comment_text"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
