"""What stands in a city's registry file: a row is a flat with its house, or a house alone."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from dvor.base.files import Column, Unreadable, cells
from dvor.homes import flats

AREA_M2_MAX = 100_000


def _flat_number(raw: Any) -> str:
    number = flats.normal_number(cells.shown(raw))
    if not number:
        raise Unreadable(_("This is not the number of a flat."), _("Write it like 12 or 12А."))
    return number


def _inn(raw: Any) -> str:
    inn = cells.shown(raw)
    if not re.fullmatch(r"[0-9]{10}|[0-9]{12}", inn):
        raise Unreadable(_("A taxpayer number has 10 or 12 digits."), _("Check the number."))
    return inn


_area_m2 = cells.decimal(places=4, most=AREA_M2_MAX)


def _area_cm2(raw: Any) -> int:
    area = int(_area_m2(raw) * 10_000)
    if area == 0:
        raise Unreadable(_("An area is more than zero."), _("Leave the cell empty if it is not known."))
    return area


HOUSE = (
    Column(
        "fias",
        cells.guid(),
        titles=("ФИАС", "Код ФИАС", "GUID ФИАС", "ФИАС GUID", "Код дома по ФИАС", "FIAS", "FIAS GUID"),
    ),
    Column("address", cells.text(), required=True, titles=("Адрес", "Адрес дома", "Address")),
    Column("district", cells.text(length_max=100), titles=("Район", "District")),
    Column("company_inn", _inn, titles=("ИНН УК", "ИНН УО", "ИНН управляющей компании", "ИНН", "Company INN")),
    Column("built_in", cells.whole(least=1500, most=2200), titles=("Год постройки", "Построен", "Built in", "Built")),
    Column("floors", cells.whole(least=1, most=200), titles=("Этажей", "Этажность", "Количество этажей", "Floors")),
    Column(
        "connected_since",
        cells.day(least=date(2000, 1, 1)),
        titles=("Подключён", "Дата подключения", "Подключён с", "Connected since"),
    ),
)
COLUMNS = (
    Column("unom", cells.whole(least=1, most=10**12), required=True, titles=("УНОМ", "UNOM")),
    *HOUSE,
    Column(
        "company_title",
        cells.text(length_max=200),
        titles=("УК", "УО", "Управляющая компания", "Управляющая организация", "Management company"),
    ),
    Column("flat", _flat_number, titles=("Квартира", "Номер квартиры", "Кв.", "№ квартиры", "Flat")),
    Column("entrance", cells.whole(least=1, most=100), titles=("Подъезд", "Entrance")),
    Column("floor", cells.whole(least=-5, most=200), titles=("Этаж", "Floor")),
    Column("area", _area_cm2, titles=("Площадь, м²", "Площадь", "Общая площадь, м²", "Общая площадь", "Area, m²")),
    Column("payer_code", cells.digits(length=10), titles=("Код плательщика", "Payer code")),
)
