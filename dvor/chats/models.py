"""Chats of houses and talks of two neighbours, their messages and pictures, who has read how far, who blocks whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from dvor.homes.models import House
from dvor.people.models import Resident

TEXT_LENGTH_MAX, KEY_LENGTH_MAX, TOPIC_LENGTH_MAX = 2_000, 100, 40
PICTURES_MAX = 4
CONTENT = "message"  # what moderation calls it


class Chat(models.Model):
    """The chat of a house, or a talk of two residents, about something (``ad:17``) or about nothing in particular.

    ``revision`` counts what happened here; its row is locked by every write, so that messages become visible in the
    order of their numbers and a reader who asks «what after 41?» misses nothing.
    """

    class Kind(models.IntegerChoices):
        HOUSE = 1
        TALK = 2

    house = models.OneToOneField(House, models.CASCADE, null=True, related_name="+")
    first = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+", db_index=False)
    second = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    last_id = models.BigIntegerField(default=0, help_text="number of the last message, 0 before the first")
    revision = models.BigIntegerField(default=0)
    kind = models.SmallIntegerField(choices=Kind.choices)
    topic = models.CharField(max_length=TOPIC_LENGTH_MAX, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=1, house__isnull=False, first__isnull=True, second__isnull=True, topic="")
                | Q(kind=2, house__isnull=True, first__isnull=False, second__isnull=False, first__lt=F("second")),
                name="chats_chat_shape",
            ),
            models.UniqueConstraint("first", "second", "topic", condition=Q(kind=2), name="chats_chat_once"),
            models.CheckConstraint(condition=Q(last_id__gte=0, revision__gte=0), name="chats_chat_counts"),
        ]
        indexes = [
            models.Index("first", F("last_id").desc(), condition=Q(kind=2), name="chats_chat_first"),
            models.Index("second", F("last_id").desc(), condition=Q(kind=2), name="chats_chat_second"),
            models.Index("topic", condition=~Q(topic=""), name="chats_chat_topic"),
        ]

    def __str__(self) -> str:
        return f"chat {self.pk}"

    @property
    def is_talk(self) -> bool:
        return self.kind == self.Kind.TALK

    def other_id(self, resident_id: int) -> int:
        """The other one of a talk."""
        assert self.first_id is not None and self.second_id is not None
        return self.second_id if resident_id == self.first_id else self.first_id


class Message(models.Model):
    """What somebody wrote. Removed is what its writer took back, hidden what moderation took out."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="messages", db_index=False)
    writer = models.ForeignKey(Resident, models.PROTECT, related_name="+", db_index=False)
    quoted = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    revision = models.BigIntegerField()
    has_pictures = models.BooleanField(default=False)
    text = models.CharField(max_length=TEXT_LENGTH_MAX, blank=True)
    key = models.CharField(max_length=KEY_LENGTH_MAX, help_text="of the form: sent twice, it is one message")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["writer", "key"], name="chats_message_once"),
            models.UniqueConstraint(fields=["chat", "revision"], name="chats_message_revision"),
            models.CheckConstraint(
                condition=(~Q(text="") | Q(has_pictures=True)) & Q(removed_at__isnull=True)
                | Q(removed_at__isnull=False, text="", has_pictures=False),
                name="chats_message_says_something",
            ),
        ]
        indexes = [models.Index("chat", F("id").desc(), name="chats_message_chat")]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def is_shown(self) -> bool:
        """Whether it says something to everybody in the chat."""
        return self.removed_at is None and self.hidden_at is None


class Picture(models.Model):
    """A picture of a message: the names of two files, large and small."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="pictures", db_index=False)
    position = models.SmallIntegerField()
    width = models.SmallIntegerField()
    height = models.SmallIntegerField()
    large = models.CharField(max_length=48, unique=True)
    small = models.CharField(max_length=48, unique=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="chats_picture_place"),
            models.CheckConstraint(condition=Q(position__range=(1, PICTURES_MAX)), name="chats_picture_few"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="chats_picture_size"),
        ]

    def __str__(self) -> str:
        return f"picture {self.pk}"


class Seat(models.Model):
    """How far a resident has read a chat, whether it is open before him, and whether it may ring.

    Nobody has a seat before the first visit.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="seats", db_index=False)
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    seen_id = models.BigIntegerField(default=0, help_text="number of the last message that was read")
    here_until = models.DateTimeField(null=True, help_text="an open page of this chat is heard of until then")
    is_muted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "resident"], name="chats_seat_once")]

    def __str__(self) -> str:
        return f"seat {self.pk}"


class Block(models.Model):
    """A resident who wants to hear nothing more of another one."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+", db_index=False)
    blocked = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    blocked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "blocked"], name="chats_block_once"),
            models.CheckConstraint(condition=~Q(resident=F("blocked")), name="chats_block_another"),
        ]

    def __str__(self) -> str:
        return f"block {self.pk}"
