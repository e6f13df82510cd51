"""An outage in words: its state at a moment, its hours in the zone of its houses, its card in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from dvor.base import periods
from dvor.feed import entries, writing
from dvor.feed.kinds import Face
from dvor.feed.models import EXCERPT_LENGTH_MAX, Outage, Service

_TOLD = ("service", "emergency", "starts_at", "ends_at", "entrances", "zone", "details", "withdrawn_at",
         "withdrawn_reason")  # fmt: skip
OPEN_END = timedelta(hours=24)  # an end that nobody has told: after that long we say that it is over (assumption)


class State(StrEnum):
    """Where an outage stands at a moment."""

    PLANNED = "planned"
    NOW = "now"
    OVER = "over"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Promise:
        return {
            State.PLANNED: pgettext_lazy("outage", "planned"),
            State.NOW: pgettext_lazy("outage", "going on now"),
            State.OVER: pgettext_lazy("outage", "over"),
            State.CANCELLED: pgettext_lazy("outage", "cancelled"),
        }[self]

    @property
    def tone(self) -> str:
        """Of its badge."""
        return {State.PLANNED: "warn", State.NOW: "bad", State.OVER: "quiet", State.CANCELLED: "quiet"}[self]


def until_of(outage: Outage) -> datetime:
    """When it is over: as said, at its cancellation, or a day after it began where nobody knows."""
    if outage.withdrawn_at is not None:
        return outage.withdrawn_at
    return outage.ends_at or outage.starts_at + OPEN_END


def state_of(outage: Outage, at: datetime) -> State:
    """Its state at a moment; the end itself is over."""
    if outage.withdrawn_at is not None:
        return State.CANCELLED
    if at < outage.starts_at:
        return State.PLANNED
    return State.NOW if at < until_of(outage) else State.OVER


def title(outage: Outage) -> str:
    """«Hot water: planned outage»."""
    what = capfirst(str(Service(outage.service).label))
    text = _("%(service)s: emergency outage") if outage.emergency else _("%(service)s: planned outage")
    return text % {"service": what}


def span(starts_at: datetime, ends_at: datetime | None, zone_name: str) -> str:
    """«5 November, 09:00–18:00», in the zone of the houses."""
    zone = periods.zone(zone_name)
    first = starts_at.astimezone(zone)
    since = formats.date_format(first, "j E, H:i")
    if ends_at is None:
        return _("since %(since)s, the end is not known yet") % {"since": since}
    last = ends_at.astimezone(zone)
    if first.date() == last.date():
        return f"{since}–{formats.date_format(last, 'H:i')}"
    return _("from %(since)s to %(until)s") % {"since": since, "until": formats.date_format(last, "j E, H:i")}


def entrances(outage: Outage) -> str:
    """«entrances 1, 2»; nothing when it is whole houses."""
    if not outage.entrances:
        return ""
    text = ngettext("entrance %(numbers)s", "entrances %(numbers)s", len(outage.entrances))
    return text % {"numbers": ", ".join(map(str, outage.entrances))}


def summary(outage: Outage) -> str:
    """Hours, entrances and details in one line."""
    if outage.withdrawn_at is not None:
        told = [_("Cancelled: %(reason)s") % {"reason": outage.withdrawn_reason}]
    else:
        told = [capfirst(", ".join(filter(None, [_span(outage), entrances(outage)])))]
    return entries.plain(
        " ".join(part.rstrip(".") + "." for part in (*told, outage.details) if part), EXCERPT_LENGTH_MAX
    )


def words(outage: Outage, *, language: str) -> tuple[str, str]:
    """Title and excerpt of its card."""
    with translation.override(language):
        return title(outage), summary(outage)


def context(outage: Outage) -> Mapping[str, Any]:
    """What the notices show, in both languages."""
    told: dict[str, dict[str, str]] = {"title": {}, "when": {}, "entrances": {}}
    for language in ("ru", "en"):
        with translation.override(language):
            told["title"][language] = title(outage)
            told["when"][language] = _span(outage)
            told["entrances"][language] = entrances(outage)
    return {**told, "details": outage.details, "reason": outage.withdrawn_reason, "whose": writing.author(outage)}


def face(row: Any, at: datetime) -> Face:
    """The card of an outage as it stands at the moment, in the reader's language; the row of a page has it all."""
    outage = Outage(**{name: getattr(row, f"outage_{name}") for name in _TOLD})
    state = state_of(outage, at)
    return Face(title(outage), summary(outage), state.label, state.tone)


def _span(outage: Outage) -> str:
    return span(outage.starts_at, outage.ends_at, outage.zone)


def moment(when: datetime, zone_name: str) -> str:
    """Day and hour in the zone of the houses."""
    return formats.date_format(when.astimezone(periods.zone(zone_name)), "j E Y, H:i")
