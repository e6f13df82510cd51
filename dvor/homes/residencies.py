"""Who lives where: residents add and leave flats themselves; ownership and registration come from those who know."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from dvor.base import audit
from dvor.base.refusals import Refusal
from dvor.homes import flats, guesses, rights, typed
from dvor.homes.models import Flat, House, Residency
from dvor.people.models import Resident, Role

FLATS_MAX = 20
UNDO = timedelta(hours=24)
_CONFIRMING = (Role.Name.CITY_OPERATOR, Role.Name.MANAGEMENT_COMPANY)

log = structlog.get_logger()


def open(*, house_id: int, flat_number: str, payer_code: str, title: str, by: Resident, at: datetime) -> Residency:
    """Add a flat to the resident's own.

    With the flat's payer code (10 digits of the bill) the residency is proven and gives the rights of an occupant;
    without one it gives only what any neighbour may see. The same flat again with its code proves it.
    A wrong code and an unknown flat get one answer, and tries are counted, so that codes cannot be guessed.

    Call it outside a transaction of one's own: counted tries must outlive a refusal.

    Raises:
        Refusal: ``flat_number_unreadable``, ``payer_code_unreadable``, ``title_unusable``, ``too_many_attempts``,
            ``house_unknown``, ``flat_ambiguous``, ``flat_not_found`` (without a code), ``payer_code_wrong``,
            ``already_added``, ``too_many_flats``.
    """
    number, code, own_title = typed.number(flat_number), typed.code(payer_code), typed.title(title)
    guesses.count_try(house_id, number, with_code=bool(code), by=by, at=at)
    with transaction.atomic():
        Resident.objects.select_for_update().get(pk=by.pk)  # one at a time: the limit and «already added» hold
        flat = _flat(house_id, number, with_code=bool(code))
        present = Residency.objects.filter(resident=by, flat=flat, until__isnull=True).first() if flat else None
        if present is not None and (present.proven or not code):
            raise _already_added()
        if code and not _fits(flat, code):
            raise _wrong_code()
        if code:
            guesses.forget_try(house_id, number, by=by, at=at)
        if present is not None:
            return _prove(present, at=at)
        assert flat is not None, "without a code an unknown flat was refused above"
        _refuse_too_many(by)
        residency = Residency.objects.create(
            resident=by,
            flat=flat,
            status=Residency.Status.OCCUPANT,
            proof=Residency.Proof.PAYER_CODE if code else Residency.Proof.NONE,
            proved_at=at if code else None,
            title=own_title,
            since=at,
        )
    log.info("homes.residency.opened", residency=residency.pk, proof=str(residency.proof))
    return residency


def prove(*, residency_id: int, payer_code: str, by: Resident, at: datetime) -> Residency:
    """Prove by the payer code that one lives in a flat that was added without it; counts tries as ``open`` does.

    Raises:
        Refusal: ``residency_unknown``, ``already_added``, ``payer_code_unreadable``, ``too_many_attempts``,
            ``payer_code_wrong``.
    """
    residency = _own(residency_id, by=by)
    if residency.proven:
        raise _already_added()
    code = typed.code(payer_code, required=True)
    guesses.count_try(residency.flat.house_id, residency.flat.number, with_code=True, by=by, at=at)
    if not _fits(residency.flat, code):
        raise _wrong_code()
    with transaction.atomic():
        guesses.forget_try(residency.flat.house_id, residency.flat.number, by=by, at=at)
        return _prove(residency, at=at)


def rename(*, residency_id: int, title: str, by: Resident) -> Residency:
    """Give one's flat a name of one's own, such as «Mother's»; an empty one takes it away."""
    residency = _own(residency_id, by=by)
    residency.title = typed.title(title)
    residency.save(update_fields=["title"])
    return residency


@transaction.atomic
def close(*, residency_id: int, by: Resident, at: datetime, reason: str = "") -> Residency:
    """End a residency: the resident leaves the flat, or an operator of its house ends it with a reason (audited).

    Raises:
        Refusal: ``residency_unknown`` (404) when it is neither one's own nor of a house one operates, or has ended;
            ``reason_missing`` for an operator.
    """
    residency = _locked(residency_id)
    if residency.resident_id != by.pk:
        _refuse_unless_operator(residency, by=by, reason=reason)
        audit.record(act="homes.residency.closed", subject=f"residency:{residency.pk}", by=by.pk, at=at, reason=reason)
    residency.until = max(at, residency.since + timedelta(microseconds=1))  # a period is never empty
    residency.closed_by = by
    residency.save(update_fields=["until", "closed_by"])
    log.info("homes.residency.closed", residency=residency.pk)
    return residency


@transaction.atomic
def reopen(*, residency_id: int, by: Resident, at: datetime) -> Residency:
    """Take back one's own leaving within a day, with the status and the proof that one had.

    Raises:
        Refusal: ``residency_unknown`` (404); ``reopen_too_late`` (409) after a day; ``already_added`` (409) when the
            flat was added anew; ``too_many_flats``.
    """
    Resident.objects.select_for_update().get(pk=by.pk)
    residency = (
        Residency.objects.select_related("flat__house")
        .filter(pk=_key(residency_id), resident=by, closed_by=by, until__isnull=False)
        .first()
    )
    if residency is None:
        raise _unknown()
    assert residency.until is not None, "filtered"
    if at - residency.until > UNDO:
        raise Refusal(
            "reopen_too_late", _("This can no longer be undone."), remedy=_("Add the flat again."), status=409
        )
    if Residency.objects.filter(resident=by, flat_id=residency.flat_id, until__isnull=True).exists():
        raise _already_added()
    _refuse_too_many(by)
    residency.until = residency.closed_by = None
    residency.save(update_fields=["until", "closed_by"])
    log.info("homes.residency.reopened", residency=residency.pk)
    return residency


@transaction.atomic
def confirm(*, residency_id: int, status: int, by: Resident, at: datetime, reason: str) -> Residency:
    """An operator confirms from documents or the registry what somebody is at a flat (``Residency.Status``). Audited.

    Raises:
        Refusal: ``residency_unknown`` (404) when the operator has nothing to do with the house; ``reason_missing``;
            ``own_residency`` (403): nobody confirms himself.
    """
    residency = _locked(residency_id)
    _refuse_unless_operator(residency, by=by, reason=reason)
    if residency.resident_id == by.pk:
        raise Refusal("own_residency", _("Nobody confirms himself."), remedy=_("Ask another operator."), status=403)
    before, residency.status = residency.status, Residency.Status(status)
    residency.proof, residency.proved_at = Residency.Proof.OPERATOR, at
    residency.save(update_fields=["status", "proof", "proved_at"])
    audit.record(
        act="homes.residency.confirmed",
        subject=f"residency:{residency.pk}",
        by=by.pk,
        at=at,
        reason=reason,
        facts={"flat": residency.flat_id, "before": before, "after": int(status)},
    )
    return residency


def forget(*, resident_ids: list[int], at: datetime) -> None:
    """End the residencies of people who are erased, and forget the names that they gave their flats."""
    Residency.objects.filter(resident__in=resident_ids, until__isnull=True).update(
        until=Greatest(Value(at), F("since") + timedelta(microseconds=1))
    )
    Residency.objects.filter(resident__in=resident_ids).exclude(title="").update(title="")


def _flat(house_id: int, number: str, *, with_code: bool) -> Flat | None:
    if not House.objects.filter(pk=_key(house_id)).exists():
        raise Refusal(
            "house_unknown", _("This house is not connected yet."), remedy=_("Choose a house from the list."),
            field="house_id",
        )  # fmt: skip
    found = flats.find(house_id=house_id, number=number)
    if found.flat is None and found.similar:
        raise Refusal(
            "flat_ambiguous",
            _("There is no flat %(number)s in this house, but there are: %(similar)s.")
            % {"number": number, "similar": ", ".join(found.similar)},
            remedy=_("Choose the one that stands on your bill."),
            field="flat_number",
        )
    if found.flat is None and not with_code:
        raise Refusal(
            "flat_not_found",
            _("There is no flat %(number)s in this house.") % {"number": number},
            remedy=_("Check the house and the number."),
            field="flat_number",
        )
    return found.flat


def _fits(flat: Flat | None, code: str) -> bool:
    """Whether the code is the flat's; the comparison takes as long for an unknown flat."""
    known = flat.payer_code if flat is not None and flat.payer_code else "-" * 10
    return hmac.compare_digest(known.encode(), code.encode())


def _prove(residency: Residency, *, at: datetime) -> Residency:
    residency.proof, residency.proved_at = Residency.Proof.PAYER_CODE, at
    residency.save(update_fields=["proof", "proved_at"])
    log.info("homes.residency.proved", residency=residency.pk)
    return residency


def _own(residency_id: int, *, by: Resident) -> Residency:
    residency = (
        Residency.objects.select_related("flat__house")
        .filter(pk=_key(residency_id), resident=by, until__isnull=True)
        .first()
    )
    if residency is None:
        raise _unknown()
    return residency


def _locked(residency_id: int) -> Residency:
    residency = (
        Residency.objects.select_for_update(of=("self",))
        .select_related("flat__house")
        .filter(pk=_key(residency_id), until__isnull=True)
        .first()
    )
    if residency is None:
        raise _unknown()
    return residency


def _key(number: int) -> int:
    """An id that the database can hold; any other is nobody's."""
    return number if 0 < number < 2**63 else 0


def _refuse_unless_operator(residency: Residency, *, by: Resident, reason: str) -> None:
    if not rights.operates(by, residency.flat.house, roles=_CONFIRMING):
        raise _unknown()
    if not reason.strip():
        raise Refusal("reason_missing", _("A reason is needed."), remedy=_("Write why you do it."), field="reason")


def _refuse_too_many(by: Resident) -> None:
    if Residency.objects.filter(resident=by, until__isnull=True).count() >= FLATS_MAX:
        raise Refusal(
            "too_many_flats",
            _("You already have %(limit)s flats.") % {"limit": FLATS_MAX},
            remedy=_("Leave one that you no longer need."),
            status=409,
        )


def _wrong_code() -> Refusal:
    return Refusal(
        "payer_code_wrong",
        _("This flat and this payer code do not belong together."),
        remedy=_("Check the house, the number of the flat (12 and 12А are two flats) and all ten digits of the code."),
        field="payer_code",
    )


def _already_added() -> Refusal:
    return Refusal(
        "already_added",
        _("This flat is already among yours."),
        remedy=_("Open it under “My flats”."),
        status=409,
        field="flat_number",
    )


def _unknown() -> Refusal:
    return Refusal("residency_unknown", _("There is no such flat among yours."), status=404)
