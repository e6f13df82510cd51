"""Invites of neighbours: links, who came by them, traces of devices for thirty days, and what is too much."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dvor.homes.models import Flat, House
from dvor.invites.reasons import Doubt, Reason
from dvor.people.models import Resident

CODE_LENGTH, TITLE_LENGTH_MAX, KEY_LENGTH_MAX, NOTE_LENGTH_MAX = 16, 40, 100, 500
CODE_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # without i, l, o, u: nothing that a hand writes in two ways
HASH_LENGTH = 32


class Link(models.Model):
    """A resident's address for the neighbours of one house: ``/i/<code>/``, until it is revoked.

    ``title`` is the resident's own name for it («lift, second entrance») and is shown to nobody else.
    ``names_inviter``: the first name stands on the page and on the notice, because its resident wants so.
    """

    class Sort(models.IntegerChoices):
        PERSONAL = 1, _("personal")
        NOTICE = 2, _("notice for the entrance")

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", db_index=False)
    house = models.ForeignKey(House, models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    sort = models.SmallIntegerField(choices=Sort.choices)
    names_inviter = models.BooleanField(default=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, help_text="80 random bits")
    title = models.CharField(max_length=TITLE_LENGTH_MAX, blank=True)
    key = models.CharField(max_length=KEY_LENGTH_MAX, help_text="of the form: sent twice, it is one link")

    class Meta:
        verbose_name, verbose_name_plural = _("invite link"), _("invite links")
        constraints = [
            models.UniqueConstraint(fields=["resident", "key"], name="invites_link_once"),
            models.CheckConstraint(
                condition=Q(code__regex=rf"^[{CODE_ALPHABET}]{{{CODE_LENGTH}}}$"), name="invites_link_code"
            ),
            models.CheckConstraint(condition=Q(sort__range=(1, 2)), name="invites_link_sort"),
        ]
        indexes = [models.Index(fields=["resident", "-id"], name="invites_link_mine")]

    def __str__(self) -> str:
        return f"{self.get_sort_display()} {self.pk}"

    @property
    def spoken_code(self) -> str:
        """In groups of four, as it is printed and typed."""
        return "-".join(self.code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


class Join(models.Model):
    """A newcomer who came by a link. Nobody comes twice: the newcomer is the primary key.

    ``flat`` is the proven flat of the house, since the newcomer has one; counted ones are unique by it. ``doubts`` are
    why somebody of the city looks first; ``reason`` is why it does not count, ``note`` what the operator wrote.
    """

    class State(models.IntegerChoices):
        SIGNED_IN = 1, _("signed in")
        FLAT_ADDED = 2, _("flat added")
        COUNTED = 3, _("counted")
        HELD = 4, _("under review")
        NOT_COUNTED = 5, _("not counted")

    joiner = models.OneToOneField(Resident, models.PROTECT, primary_key=True, related_name="+")
    inviter = models.ForeignKey(Resident, models.PROTECT, related_name="+", db_index=False)
    link = models.ForeignKey(Link, models.PROTECT, related_name="joins", db_index=False)
    house = models.ForeignKey(House, models.PROTECT, related_name="+", db_index=False)
    flat = models.ForeignKey(Flat, models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    signed_in_at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True, help_text="first useful act")
    completed_at = models.DateTimeField(null=True, help_text="flat and act were there: the day that rules ask for")
    settled_at = models.DateTimeField(null=True, help_text="counted, or it will not be")
    settled_by = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+", db_index=False)
    look_at = models.DateTimeField(null=True, help_text="when the next look is due; empty: there is none")
    state = models.SmallIntegerField(choices=State.choices, default=State.SIGNED_IN)
    reason = models.SmallIntegerField(choices=Reason.choices, null=True)
    doubts = ArrayField(models.SmallIntegerField(choices=Doubt.choices), default=list, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH_MAX, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("invited neighbour"), _("invited neighbours")
        constraints = [
            models.UniqueConstraint(fields=["flat"], condition=Q(state=3), name="invites_join_flat_counts_once"),
            models.CheckConstraint(condition=~Q(joiner=F("inviter")), name="invites_join_not_oneself"),
            models.CheckConstraint(
                condition=Q(state__in=[1, 2], settled_at__isnull=True, look_at__isnull=False)
                | Q(state=4, settled_at__isnull=True, look_at__isnull=True)
                | Q(state__in=[3, 5], settled_at__isnull=False, look_at__isnull=True),
                name="invites_join_settled",
            ),
            models.CheckConstraint(
                condition=Q(state=5, reason__isnull=False) | (~Q(state=5) & Q(reason__isnull=True)),
                name="invites_join_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[1, 2, 5])
                | Q(flat__isnull=False, acted_at__isnull=False, completed_at__isnull=False),
                name="invites_join_complete",
            ),
            models.CheckConstraint(  # nobody: the job has settled it
                condition=Q(settled_by__isnull=True) | Q(settled_at__isnull=False), name="invites_join_settled_by"
            ),
            models.CheckConstraint(condition=~Q(state=4) | ~Q(doubts=[]), name="invites_join_held_for_something"),
            models.CheckConstraint(
                condition=Q(signed_in_at__gte=F("opened_at")), name="invites_join_opened_before_signed_in"
            ),
        ]
        indexes = [
            models.Index(fields=["inviter", "-signed_in_at"], name="invites_join_mine"),
            models.Index(fields=["house", "signed_in_at"], name="invites_join_house"),
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="invites_join_due"),
            models.Index(fields=["signed_in_at"], condition=Q(state=4), name="invites_join_held"),
        ]

    def __str__(self) -> str:
        return f"join {self.pk}"

    @property
    def subject(self) -> str:
        """The natural key of both activities: one newcomer counts once, whoever says that he came."""
        return f"joiner:{self.pk}"

    @property
    def stage(self) -> State:
        return self.State(self.state)

    @property
    def why(self) -> Reason | None:
        return None if self.reason is None else Reason(self.reason)

    @property
    def doubted(self) -> list[Doubt]:
        return [Doubt(one) for one in self.doubts]


class Trace(models.Model):
    """A keyed hash of a device's cookie or of a coarse network, by which two accounts of one hand are seen.

    Kept for thirty days after it was seen last; the cookie and the address themselves are never stored.
    """

    class Sort(models.IntegerChoices):
        DEVICE = 1, "device"
        NETWORK = 2, "network"

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField()
    sort = models.SmallIntegerField(choices=Sort.choices)
    hash = models.BinaryField(max_length=HASH_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "sort", "hash"], name="invites_trace_once"),
            models.CheckConstraint(condition=Q(sort__range=(1, 2)), name="invites_trace_sort"),
        ]
        indexes = [
            models.Index(fields=["sort", "hash"], name="invites_trace_hash"),
            models.Index(fields=["seen_at"], name="invites_trace_seen"),
        ]

    def __str__(self) -> str:
        return f"trace {self.pk}"


class Departed(models.Model):
    """A keyed hash of the city ID of somebody who was erased: who comes back is welcome, and not new."""

    fingerprint = models.BinaryField(max_length=HASH_LENGTH, primary_key=True)
    erased_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "departed"
        indexes = [models.Index(fields=["erased_at"], name="invites_departed_at")]

    def __str__(self) -> str:
        return f"departed {self.erased_at:%Y-%m-%d}"


class Limit(models.Model):
    """How many is too many, since a day (``limits`` names them); afterwards a later line says it."""

    code = models.CharField(max_length=40)
    since = models.DateField()
    most = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "since"], name="invites_limit_once"),
            models.CheckConstraint(condition=Q(most__range=(0, 10_000)), name="invites_limit_most"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.most}"
