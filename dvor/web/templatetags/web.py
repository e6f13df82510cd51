"""Tags and filters that every page may load: ``{% load web %}``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from dvor.base import money as kopecks_
from dvor.base import periods, texts
from dvor.web import charts

register = template.Library()
ICON = '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}#{}"></use></svg>'


@register.inclusion_tag("web/components/chart.html")
def bar_chart(bars: Iterable[Any], unit: str = "", label: str = "") -> dict[str, Any]:
    """Bars (objects with label, value, title and perhaps accent) as an accessible chart with its table."""
    return {"chart": charts.draw(bars), "unit": unit, "label": label}


@register.simple_tag
def icon(name: str, more: str = "") -> SafeString:
    """An icon by its name: what ``components/icon.html`` shows, without the price of a template each time."""
    classes = f"icon {more}" if more else "icon"
    return format_html(ICON, classes, static("web/icons.svg"), name or "info")


@register.filter
def money(kopecks: int | None) -> str:
    """``1 234,56 ₽``; nothing where nothing is known."""
    return "" if kopecks is None else kopecks_.show(kopecks)


@register.filter
def grouped(number: int | None) -> str:
    """``1 234``, in the language's own way."""
    return "" if number is None else formats.number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def points(number: int) -> str:
    """``60 points`` in words that agree with the number."""
    return f"{grouped(number)}\u00a0{points_word(number)}"


@register.filter
def points_word(number: int) -> str:
    """The word alone: «балл», «балла», «баллов»."""
    return ngettext("point", "points", abs(number))


@register.filter
def digits(phone: str) -> str:
    """A telephone number as ``tel:`` wants it."""
    return re.sub(r"[^+0-9]", "", phone)


@register.filter
def mail_parts(address: str) -> str | SafeString:
    """An e-mail address that breaks before its @, if it has to break."""
    name, at, host = address.partition("@")
    return format_html("{}<wbr>@{}", name, host) if at else address


@register.filter
def signed(number: int) -> str:
    """``+60`` or ``−60`` with a real minus sign; a zero has none."""
    sign = "−" if number < 0 else "+" if number else ""
    return f"{sign}{grouped(abs(number))}"


@register.filter
def moment(when: datetime | None, zone_name: str = "") -> str:
    """Day and time of a moment in the house's zone (the city's, when none is named)."""
    if when is None:
        return ""
    return formats.date_format(when.astimezone(periods.zone(zone_name)), "j E Y, H:i")


@register.filter
def clock(when: datetime, zone_name: str = "") -> str:
    """The time of day alone, in the house's zone: ``09:05``."""
    return formats.date_format(when.astimezone(periods.zone(zone_name)), "H:i")


@register.filter
def day(when: datetime | date | None, zone_name: str = "") -> str:
    """The day alone: ``20 октября 2026``."""
    if when is None:
        return ""
    whole = periods.day_of(when, zone_name) if isinstance(when, datetime) else when
    return formats.date_format(whole, "j E Y")


@register.filter
def month(when: date | None) -> str:
    """``октябрь 2026``: the month by its name."""
    return "" if when is None else formats.date_format(when, "F Y").lower()


@register.filter
def pick(given: Mapping[str, str] | None) -> str:
    """The text of data in the language of the moment."""
    return texts.pick(given)
