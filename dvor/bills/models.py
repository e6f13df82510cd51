"""Bills: the single payment document (ЕПД) of a flat and month in versions, its lines, and who receives the money."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from dvor.bills.charges import Group, Service, VolumeBy
from dvor.homes.models import Flat

KOPECKS_MAX = 10**12  # ten billion roubles: a slip of the keyboard, not a bill


class Payee(models.Model):
    """Bank details of a receiver. Never edited: other details are another payee."""

    name = models.CharField(max_length=160)
    inn = models.CharField(max_length=12, help_text="taxpayer number, 10 or 12 digits")
    kpp = models.CharField(max_length=9, blank=True)
    account = models.CharField(max_length=20)
    bank = models.CharField(max_length=45)
    bic = models.CharField(max_length=9)
    correspondent_account = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inn", "kpp", "account", "bic", "correspondent_account", "name", "bank"],
                name="bills_payee_once",
            ),
            models.CheckConstraint(condition=Q(inn__regex=r"^(\d{10}|\d{12})$"), name="bills_payee_inn"),
            models.CheckConstraint(condition=Q(kpp__regex=r"^(\d{9})?$"), name="bills_payee_kpp"),
            models.CheckConstraint(condition=Q(bic__regex=r"^\d{9}$"), name="bills_payee_bic"),
            models.CheckConstraint(  # ГОСТ Р 56042-2014, PersonalAcc
                condition=Q(account__regex=r"^[1-9]\d{4}[0-9ABCEHKMPTX]\d{14}$"), name="bills_payee_account"
            ),
            models.CheckConstraint(
                condition=Q(correspondent_account__regex=r"^(0|\d{20})$"), name="bills_payee_correspondent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """A flat's account in GIS ЖКХ: its documents name it by a GUID, not by the payer code."""

    guid = models.UUIDField(primary_key=True)
    flat = models.ForeignKey(Flat, models.CASCADE, related_name="+", db_index=False)

    def __str__(self) -> str:
        return str(self.guid)


class Bill(models.Model):
    """One version of the payment document of a flat and month. Sums in kopecks.

    A corrected document is a new version; the one before is superseded. ``payable`` is what is asked without voluntary
    insurance; it can never be below zero: an overpayment goes on as ``advance_after``. ``penalty`` is inside it.
    """

    class Kind(models.IntegerChoices):
        REGULAR = 1, _("ordinary")
        DEBT = 2, _("debt")

    flat = models.ForeignKey(Flat, models.PROTECT, related_name="bills", db_index=False)
    house_id = models.BigIntegerField()
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField(help_text="when this version came to us")
    superseded_at = models.DateTimeField(null=True, help_text="a newer version came")
    withdrawn_at = models.DateTimeField(null=True)
    charged_kopecks = models.BigIntegerField(help_text="services of the month with recalculations and benefits")
    penalty_kopecks = models.BigIntegerField(default=0)
    insurance_kopecks = models.BigIntegerField(default=0, help_text="voluntary, never inside payable")
    debt_before_kopecks = models.BigIntegerField(default=0)
    advance_before_kopecks = models.BigIntegerField(default=0)
    taken_kopecks = models.BigIntegerField(default=0, help_text="payments that the issuer counted up to taken_until")
    payable_kopecks = models.GeneratedField(
        expression=Greatest(
            F("charged_kopecks") + F("penalty_kopecks") + F("debt_before_kopecks")
            - F("advance_before_kopecks") - F("taken_kopecks"), 0,
        ),
        output_field=models.BigIntegerField(), db_persist=True,
    )  # fmt: skip
    period = models.DateField(help_text="first day of the billing month")
    due_on = models.DateField()
    taken_until = models.DateField(null=True)
    last_payment_on = models.DateField(null=True)
    kind = models.SmallIntegerField(choices=Kind.choices, default=Kind.REGULAR)
    version = models.SmallIntegerField()
    number = models.CharField(max_length=40, blank=True, help_text="the issuer's number of the document")
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    debts = models.JSONField(default=list, help_text='unpaid sums by month: [["2026-08-01", kopecks], …]')
    content = models.BinaryField(max_length=32, help_text="hash of all that the document says: the same file again")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flat", "period", "kind", "version"], name="bills_bill_version"),
            models.UniqueConstraint(
                fields=["flat", "period", "kind"],
                condition=Q(superseded_at__isnull=True),
                name="bills_bill_one_current",
            ),
            models.CheckConstraint(condition=Q(period__day=1), name="bills_bill_period"),
            models.CheckConstraint(condition=Q(version__gte=1), name="bills_bill_counted"),
            models.CheckConstraint(condition=Q(due_on__gte=F("period")), name="bills_bill_due"),
            models.CheckConstraint(
                condition=Q(charged_kopecks__range=(-KOPECKS_MAX, KOPECKS_MAX), penalty_kopecks__range=(0, KOPECKS_MAX))
                & Q(insurance_kopecks__range=(0, KOPECKS_MAX), debt_before_kopecks__range=(0, KOPECKS_MAX))
                & Q(advance_before_kopecks__range=(0, KOPECKS_MAX), taken_kopecks__range=(-KOPECKS_MAX, KOPECKS_MAX)),
                name="bills_bill_sums",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="bills_bill_withdrawn_why",
            ),
        ]
        indexes = [
            models.Index(fields=["house_id", "period"], name="bills_bill_house"),
            models.Index(fields=["number"], condition=~Q(number=""), name="bills_bill_number"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period:%m.%Y}"


class Line(models.Model):
    """One service on a bill. Partitioned by month, append-only; the house leads the key. Sums in kopecks.

    ``payable`` = accrued + factor excess + recalculation − benefit. ``tariff`` is roubles a unit, as published.
    """

    pk = models.CompositePrimaryKey("house_id", "bill_id", "period", "place")
    house_id = models.BigIntegerField()
    bill_id = models.BigIntegerField()
    accrued_kopecks = models.BigIntegerField()
    recalculation_kopecks = models.BigIntegerField(default=0)
    benefit_kopecks = models.BigIntegerField(default=0, help_text="taken off; zero or more")
    factor_excess_kopecks = models.BigIntegerField(default=0, help_text="what a multiplying factor adds to the norm")
    payable_kopecks = models.BigIntegerField()
    period = models.DateField()
    place = models.SmallIntegerField(help_text="place on the document, from 1")
    group = models.SmallIntegerField(choices=Group.choices)
    service = models.SmallIntegerField(choices=Service.choices)
    volume_by = models.SmallIntegerField(choices=VolumeBy.choices)
    tariff = models.DecimalField(max_digits=14, decimal_places=6, null=True, help_text="roubles a unit")
    volume = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    meter_before = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    meter_after = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    title = models.CharField(max_length=120, help_text="as the document calls it")
    unit = models.CharField(max_length=20, blank=True)
    recalculation_reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.title
