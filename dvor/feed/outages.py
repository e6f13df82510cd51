"""Outages: announced, changed, ended, cancelled; each step is told to those whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dvor.base import audit
from dvor.base.refusals import Refusal
from dvor.feed import entries, kinds, outage_cards, reach, rights, writing
from dvor.feed.entries import NewEntry
from dvor.feed.models import DETAILS_LENGTH_MAX, Outage, Service
from dvor.feed.outage_cards import State, state_of, until_of
from dvor.feed.reach import Whom
from dvor.notices import facts
from dvor.notices.kinds import FactKind
from dvor.people.models import Resident

LASTS_MAX, AHEAD_MAX, LATE_MAX = timedelta(days=180), timedelta(days=366), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Draft:
    """An outage as it was written. ``ends_at`` may be unknown of an emergency only; ``details`` are plain text."""

    service: int
    emergency: bool
    starts_at: datetime
    ends_at: datetime | None
    details: str = ""


@transaction.atomic
def announce(draft: Draft, whom: Whom, *, key: str, by: Resident, at: datetime) -> Outage:
    """Announce an outage: a card in each house or entrance, a notice to each resident there; of an emergency an urgent
    one, which waits for no quiet hours. ``key`` is the form's: sent twice, it counts once.

    Raises:
        Refusal: ``not_allowed`` (403); what ``reach.houses`` refuses; ``houses_of_two_zones``, ``service_unknown``,
            ``end_missing``, ``end_before_start``, ``start_too_far``, ``over_already``, ``lasts_too_long``,
            ``text_too_long`` (422); ``key_used`` (409).
    """
    rights.refuse_stranger(by, whom.company, whom.audience)
    found = reach.houses(whom)
    zone = reach.zone(found)
    details = checked(draft, at=at)
    given = {
        **writing.addressed(whom, found), "service": draft.service, "emergency": draft.emergency,
        "starts_at": draft.starts_at, "ends_at": draft.ends_at, "details": details,
        "entrances": sorted(set(whom.entrances)), "zone": zone,
    }  # fmt: skip
    outage, is_new = writing.once(Outage, given, key=key, by=by, at=at)
    if not is_new:
        return outage
    _show(outage, at=at)
    _tell(kinds.EMERGENCY if outage.emergency else kinds.PLANNED, outage, at=at)
    _note("announced", outage, by=by, at=at)
    return outage


@dataclass(frozen=True, slots=True)
class Times:
    """From when to when, and why."""

    starts_at: datetime
    ends_at: datetime | None
    details: str


@transaction.atomic
def change(outage_id: int, to: Times, *, by: Resident, at: datetime, reason: str) -> Outage:
    """Other times or other details; the cards follow, residents are told when the times are others.

    Raises:
        Refusal: ``outage_unknown`` (404); ``not_allowed`` (403); ``outage_cancelled``, ``outage_over`` (409); what
            ``announce`` refuses of times and texts.
    """
    outage = _locked(outage_id, by=by, at=at)
    draft = Draft(outage.service, outage.emergency, to.starts_at, to.ends_at, to.details)
    is_moved = (outage.starts_at, outage.ends_at) != (to.starts_at, to.ends_at)
    outage.details = checked(draft, at=at, begun=outage.starts_at)
    outage.starts_at, outage.ends_at = to.starts_at, to.ends_at
    _keep(outage, by=by, at=at)
    if is_moved:
        _tell(kinds.CHANGED, outage, at=at, event="moved")
    _note("changed", outage, by=by, at=at, reason=reason)
    return outage


@transaction.atomic
def end(outage_id: int, *, by: Resident, at: datetime, reason: str) -> Outage:
    """It is over, now: earlier than said, or when nobody had said a time. Residents are told.

    Raises:
        Refusal: ``outage_unknown`` (404); ``not_allowed`` (403); ``outage_cancelled``, ``outage_over`` (409);
            ``outage_not_begun`` (409): what has not begun is cancelled.
    """
    outage = _locked(outage_id, by=by, at=at)
    if state_of(outage, at) is State.PLANNED:
        raise Refusal(
            "outage_not_begun", _("This outage has not begun yet."), remedy=_("Cancel or change it."), status=409
        )
    outage.ends_at = max(at, outage.starts_at + timedelta(minutes=1))
    _keep(outage, by=by, at=at)
    _tell(kinds.CHANGED, outage, at=at, event="over")
    _note("ended", outage, by=by, at=at, reason=reason)
    return outage


@transaction.atomic
def cancel(outage_id: int, *, by: Resident, at: datetime, reason: str) -> Outage:
    """It will not take place; the card stays and says so, residents are told the reason.

    Raises:
        Refusal: ``outage_unknown`` (404); ``not_allowed`` (403); ``outage_cancelled``, ``outage_over`` (409).
    """
    outage = _locked(outage_id, by=by, at=at)
    outage.withdrawn_at, outage.withdrawn_by, outage.withdrawn_reason = at, by, entries.plain(reason, 500)
    _keep(outage, by=by, at=at)
    _tell(kinds.CHANGED, outage, at=at, event="cancelled")
    _note("cancelled", outage, by=by, at=at, reason=reason)
    return outage


def subjects(outage: Outage) -> list[str]:
    """What its cards stand for: one a house, or one an entrance."""
    return [f"outage:{outage.pk}:{entrance}" for entrance in outage.entrances] or [f"outage:{outage.pk}"]


def address(outage: Outage) -> str:
    """Its page."""
    return reverse("feed_outage", args=[outage.pk])


def _keep(outage: Outage, *, by: Resident, at: datetime) -> None:
    outage.version += 1
    outage.changed_at, outage.changed_by = at, by
    outage.save()
    _show(outage, at=at)


def _show(outage: Outage, *, at: datetime) -> None:
    """The cards; their words are Russian, for the search, and ``outage_cards`` says them in the reader's language."""
    title, excerpt = outage_cards.words(outage, language="ru")
    places: list[int | None] = [*outage.entrances] or [None]
    cards: Sequence[NewEntry] = [
        NewEntry(
            kinds.OUTAGE,
            subject,
            house_id,
            title,
            excerpt,
            address(outage),
            outage.written_at,
            entrance=entrance,
            until=max(until_of(outage), outage.written_at),
            urgent=outage.emergency,
        )
        for house_id in outage.house_ids
        for subject, entrance in zip(subjects(outage), places, strict=True)
    ]
    entries.publish(cards, at=at)


def _tell(kind: FactKind, outage: Outage, *, at: datetime, event: str = "") -> int:
    """One statement for everybody whom it concerns, be it an entrance or a city."""
    context: Mapping[str, Any] = {**outage_cards.context(outage), "event": event}
    key = f"outage:{outage.pk}:{outage.version}"
    whom = reach.residents(outage, outage.entrances)
    return facts.tell_all(kind, whom, key=key, context=context, url=address(outage), at=at)


def checked(draft: Draft, *, at: datetime, begun: datetime | None = None) -> str:
    """The details as they are kept. ``begun``: the start that was announced, which may lie back as far as it does."""
    if draft.service not in Service.values:
        raise Refusal("service_unknown", _("Say what is cut off."), field="service")
    details = writing.paragraphs(draft.details)
    if len(details) > DETAILS_LENGTH_MAX:
        raise Refusal(
            "text_too_long", _("At most %(count)s characters.") % {"count": DETAILS_LENGTH_MAX}, field="details"
        )
    if draft.ends_at is None and not draft.emergency:
        raise Refusal("end_missing", _("Say when it ends: only of an emergency it may be unknown."), field="ends_at")
    if draft.ends_at is not None and draft.ends_at <= draft.starts_at:
        raise Refusal("end_before_start", _("The end must lie after the beginning."), field="ends_at")
    if draft.ends_at is not None and draft.ends_at <= at:
        raise Refusal("over_already", _("By these times it is over already."), field="ends_at")
    if not at - LATE_MAX <= draft.starts_at <= at + AHEAD_MAX and draft.starts_at != begun:
        raise Refusal("start_too_far", _("The beginning lies too far away."), field="starts_at")
    if draft.ends_at is not None and draft.ends_at - draft.starts_at > LASTS_MAX:
        raise Refusal(
            "lasts_too_long", _("At most %(count)s days.") % {"count": LASTS_MAX.days}, field="ends_at"
        )  # fmt: skip
    return details


def _locked(outage_id: int, *, by: Resident, at: datetime) -> Outage:
    outage = Outage.objects.select_for_update(of=("self",)).select_related("company").filter(pk=outage_id).first()
    if outage is None:
        raise Refusal("outage_unknown", _("There is no such outage."), status=404)
    rights.refuse_stranger(by, outage.company, outage.audience)
    state = state_of(outage, at)
    if state is State.CANCELLED:
        raise Refusal("outage_cancelled", _("This outage was cancelled."), status=409)
    if state is State.OVER and outage.ends_at is not None:
        raise Refusal("outage_over", _("This outage is over."), status=409)
    return outage


def _note(what: str, outage: Outage, *, by: Resident, at: datetime, reason: str = "") -> None:
    audit.record(
        act=f"feed.outage.{what}", subject=f"outage:{outage.pk}", by=by.pk, at=at, reason=reason,
        facts={"houses": len(outage.house_ids), "version": outage.version},
    )  # fmt: skip
