"""Reviews: what is held is decided by somebody of the city, with a reason that both sides read. Audited."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit
from dvor.base.refusals import Refusal
from dvor.homes import rights
from dvor.invites import checking, counting, telling
from dvor.invites.models import NOTE_LENGTH_MAX, Join
from dvor.invites.reasons import Reason
from dvor.people.models import Resident, Role

ROLES = (Role.Name.MODERATOR, Role.Name.CITY_OPERATOR)
State = Join.State


@transaction.atomic
def allow(*, joiner_id: int, by: Resident, at: datetime, reason: str) -> Join:
    """It counts after all: both activities are recorded for the day on which flat and act were there.

    Raises:
        Refusal: ``review_unknown`` (404) also without the role; ``own_invite`` (403); ``review_over`` (409);
            ``flat_counted`` (409); ``reason_missing``, ``reason_too_long`` (422).
    """
    checking.take_turn()
    join = _held(joiner_id, by=by, reason=reason)
    if Join.objects.filter(flat=join.flat_id, state=State.COUNTED).exists():
        raise Refusal(
            "flat_counted",
            _("An invite to this flat has counted already: each flat counts once."),
            remedy=_("Deny this one."),
            status=409,
        )
    _settle(join, State.COUNTED, None, by=by, at=at, reason=reason)
    counting.award([join], by=by, at=at)
    return join


@transaction.atomic
def deny(*, joiner_id: int, by: Resident, at: datetime, reason: str) -> Join:
    """It does not count; both sides read the reason.

    Raises:
        Refusal: as :func:`allow`, but for the flat.
    """
    join = _held(joiner_id, by=by, reason=reason)
    _settle(join, State.NOT_COUNTED, Reason.DENIED, by=by, at=at, reason=reason)
    telling.denied(join, at=at)
    return join


def _held(joiner_id: int, *, by: Resident, reason: str) -> Join:
    found = Join.objects.select_related("joiner", "inviter", "house").select_for_update(of=("self",))
    join = found.filter(pk=joiner_id if 0 < joiner_id < 2**63 else 0).first()
    if join is None or not rights.operates(by, join.house, roles=ROLES):
        raise Refusal("review_unknown", _("There is no such review."), status=404)
    if by.pk in (join.joiner_id, join.inviter_id):
        raise Refusal("own_invite", _("Nobody decides about himself."), remedy=_("Ask another operator."), status=403)
    if not reason.strip():
        raise Refusal("reason_missing", _("A reason is needed: both sides read it."), field="reason")
    if len(reason.strip()) > NOTE_LENGTH_MAX:
        raise Refusal(
            "reason_too_long",
            _("The reason is longer than %(most)s letters.") % {"most": NOTE_LENGTH_MAX},
            field="reason",
        )
    if join.stage != State.HELD:
        raise Refusal("review_over", _("This invite is not under review."), status=409)
    return join


def _settle(join: Join, state: State, why: Reason | None, *, by: Resident, at: datetime, reason: str) -> None:
    join.state, join.reason, join.note = state, why, reason.strip()
    join.settled_at, join.settled_by = at, by
    join.save(update_fields=["state", "reason", "note", "settled_at", "settled_by"])
    audit.record(
        act="invites.join.allowed" if state == State.COUNTED else "invites.join.denied",
        subject=f"join:{join.pk}", by=by.pk, at=at, reason=reason.strip(),
        facts={"inviter": join.inviter_id, "doubts": join.doubts},
    )  # fmt: skip
