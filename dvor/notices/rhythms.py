"""When a resident wants to be told: quiet hours, and mails at once, gathered once a day, once a week, or never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.notices.models import Notice, Push, Rhythm

DIGEST_HOUR = time(18)  # in the resident's zone, each day or on Mondays; also told on the settings page

_zone_of: list[Callable[[int], str]] = []


def on_zone(zone_of: Callable[[int], str]) -> None:
    """Let a package that knows houses tell the time zone of a resident's house; empty is the city's."""
    _zone_of[:] = [zone_of]


def of(resident_id: int) -> Rhythm:
    """The resident's rhythm; unsaved and at once where he chose none. One query."""
    return Rhythm.objects.filter(resident_id=resident_id).first() or Rhythm(resident_id=resident_id)


@transaction.atomic
def choose(
    *, mails: str, quiet_from: time | None = None, quiet_until: time | None = None, by: int, at: datetime
) -> Rhythm:
    """Keep when resident ``by`` wants to be told. What waits already is let go as the new choice says, at the latest
    when the old one would have.

    Raises:
        Refusal: ``rhythm_unknown`` (422); ``quiet_hours_half`` (422) when only one end of the quiet hours is named;
            ``quiet_hours_empty`` (422) when both are the same.
    """
    if mails not in Rhythm.Mails.values:
        raise Refusal("rhythm_unknown", _("There is no such choice."), field="mails")
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        raise Refusal("quiet_hours_half", _("Name both the beginning and the end, or neither."), field=missing)
    if quiet_from is not None and quiet_from == quiet_until:
        raise Refusal("quiet_hours_empty", _("The beginning and the end are the same."), field="quiet_until")
    kept, _is_new = Rhythm.objects.update_or_create(
        resident_id=by,
        defaults={
            "mails": mails, "quiet_from": quiet_from, "quiet_until": quiet_until, "zone": _zone(by), "chosen_at": at,
        },
    )  # fmt: skip
    if quiet_from is None:
        Push.objects.filter(notice__resident_id=by, waits=True, tries=0, due_at__gt=at).update(due_at=at)
        Notice.objects.filter(resident_id=by, mail_waits=True, in_digest=False).update(mail_due_at=at)
    if mails == Rhythm.Mails.AT_ONCE:
        Notice.objects.filter(resident_id=by, mail_waits=True, in_digest=True).update(mail_due_at=at)
    return kept


@transaction.atomic
def silence(*, by: int, at: datetime) -> None:
    """No mails any more but those that are part of the service; quiet hours stay."""
    Rhythm.objects.update_or_create(
        resident_id=by,
        defaults={"mails": Rhythm.Mails.NEVER, "chosen_at": at},
        create_defaults={"mails": Rhythm.Mails.NEVER, "chosen_at": at, "zone": _zone(by)},
    )


def _zone(resident_id: int) -> str:
    return next((zone for ask in _zone_of if (zone := ask(resident_id))), settings.TIME_ZONE)
