"""Sums of finished months, so that the public page does not count the same years again and again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Month(models.Model):
    """What happened in one calendar month of the city, counted at a moment.

    A month that had been over for five weeks when it was counted is final: its readings have been taken and its orders
    can no longer be given back. Later ones are counted again when they are asked for, at most once a minute.
    """

    month = models.DateField(primary_key=True)
    points = models.BigIntegerField(help_text="points awarded")
    awards = models.BigIntegerField(help_text="useful acts that were paid for")
    active = models.BigIntegerField(help_text="residents who got points")
    residents = models.BigIntegerField(help_text="residents on the site by its end")
    houses = models.BigIntegerField(help_text="houses connected by its end")
    readings = models.BigIntegerField(help_text="meter readings taken, corrections not counted")
    orders = models.BigIntegerField(help_text="rewards exchanged and not given back")
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="figures_month_first_day")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
