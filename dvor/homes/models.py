"""Houses, flats, and who lives where with which proof."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from dvor.people.models import Organisation, Resident


class House(models.Model):
    """An apartment building. ``unom`` is the city's own key of a building and the key of re-runnable imports."""

    unom = models.BigIntegerField(unique=True)
    fias_guid = models.UUIDField(null=True, blank=True, unique=True)
    address = models.CharField(max_length=300)
    district = models.CharField(max_length=100, blank=True)
    time_zone = models.CharField(max_length=50, blank=True, help_text="empty: the city's")
    management_company = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="houses")
    built_in = models.SmallIntegerField(null=True, blank=True)
    floors = models.SmallIntegerField(null=True, blank=True)
    connected_since = models.DateField(null=True, blank=True)
    search = models.GeneratedField(  # what the words are: homes_address_vector, in the first migration
        expression=Func(F("address"), function="homes_address_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [GinIndex(fields=["search"], name="homes_house_search")]
        constraints = [models.CheckConstraint(condition=Q(unom__gt=0), name="homes_house_unom_positive")]

    def __str__(self) -> str:
        return self.address


class Flat(models.Model):
    """A premise of a house. The payer code names its account in the single bill and proves that one lives there."""

    house = models.ForeignKey(House, models.PROTECT, related_name="flats", db_index=False)  # (house, number) serves
    number = models.CharField(max_length=20)
    entrance = models.SmallIntegerField(null=True, blank=True)
    floor = models.SmallIntegerField(null=True, blank=True)
    area_cm2 = models.BigIntegerField(null=True, blank=True, help_text="square centimetres: 54.3 m² is 543000")
    payer_code = models.CharField(max_length=10, null=True, blank=True)

    residency: Residency | None  # of the resident who asks; set by ``rights.flat_for`` and ``rights.flats_of``

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["house", "number"], name="homes_flat_once"),
            models.UniqueConstraint(fields=["payer_code"], name="homes_flat_payer_code_once"),
            models.CheckConstraint(
                condition=Q(area_cm2__gt=0) | Q(area_cm2__isnull=True), name="homes_flat_area_positive"
            ),
            models.CheckConstraint(
                condition=Q(payer_code__regex=r"^\d{10}$") | Q(payer_code__isnull=True),
                name="homes_flat_payer_code",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def payer_code_masked(self) -> str:
        """The last four digits: the code is a key to the flat and is never shown whole."""
        return f"••••••{self.payer_code[-4:]}" if self.payer_code else ""

    @property
    def area_m2(self) -> Decimal | None:
        return None if self.area_cm2 is None else (Decimal(self.area_cm2) / 10_000).quantize(Decimal("0.01"))


class Residency(models.Model):
    """A resident's status at one flat, with its proof; half-open period ``since`` … ``until``."""

    class Status(models.IntegerChoices):
        GUEST = 0, _("guest")
        OCCUPANT = 1, _("occupant")
        REGISTERED = 2, _("registered")
        OWNER = 3, _("owner")

    class Proof(models.TextChoices):
        NONE = "none", _("not proven")
        PAYER_CODE = "payer_code", _("payer code")
        INVITATION = "invitation", _("invitation of a resident")
        REGISTRY = "registry", _("city registry")
        OPERATOR = "operator", _("checked by an operator")

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="residencies")
    flat = models.ForeignKey(Flat, models.PROTECT, related_name="residencies")
    status = models.SmallIntegerField(choices=Status.choices)
    proof = models.CharField(max_length=20, choices=Proof.choices)
    proved_at = models.DateTimeField(null=True, blank=True)
    title = models.CharField(max_length=60, blank=True, help_text="the resident's own name for the flat")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Resident, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "residencies"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "flat"], condition=Q(until__isnull=True), name="homes_residency_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="homes_residency_period"
            ),
            models.CheckConstraint(
                condition=Q(proof="none", proved_at__isnull=True) | (~Q(proof="none") & Q(proved_at__isnull=False)),
                name="homes_residency_proof",
            ),
            models.CheckConstraint(condition=Q(status__range=(0, 3)), name="homes_residency_status"),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(until__isnull=False), name="homes_residency_closed_by"
            ),
            models.CheckConstraint(  # nobody owns or is registered by his own word
                condition=Q(status__lt=2) | ~Q(proof="none"), name="homes_residency_claim_proved"
            ),
        ]
        indexes = [models.Index(fields=["flat"], condition=Q(until__isnull=True), name="homes_residency_flat_now")]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.flat_id}"

    @property
    def proven(self) -> bool:
        return self.proof != self.Proof.NONE
