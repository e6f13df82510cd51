"""Contents come to the moderators: a resident reports one, a check holds one, an author has corrected one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dvor.homes import rights
from dvor.moderation import checks, limits, opening, reasons, refusals, telling
from dvor.moderation.checks import Findings
from dvor.moderation.kinds import Content, ContentKind
from dvor.moderation.models import KEY_LENGTH_MAX, NOTE_LENGTH_MAX, Case, Decision, Reason, Report
from dvor.people.models import Resident


@transaction.atomic
def report(  # noqa: PLR0913 what a form tells, and whose it is
    kind: ContentKind, content_id: int, *, reason: str, note: str = "", by: Resident, at: datetime, key: str
) -> Report:
    """Tell the moderators of a content; the same ``key`` again is the same report.

    ``reason`` is a code of the public list. The content stays as it is until a moderator decides. A resident has one
    open report a content, and a new one after the decision only when the content has changed since.

    Raises:
        Refusal: ``content_unknown`` (404), also for what the resident may not see; ``own_content``,
            ``already_reported``, ``already_judged``, ``key_used`` (409); ``reason_unknown``, ``note_too_long`` (422);
            ``too_hasty`` (429); ``key_unusable`` (400).
    """
    note = " ".join(note.replace("\x00", " ").split(" ")).strip()
    if not 1 <= len(key) <= KEY_LENGTH_MAX or not key.isprintable():
        raise refusals.key_unusable()
    if len(note) > NOTE_LENGTH_MAX:
        raise refusals.note_too_long(NOTE_LENGTH_MAX)
    content = seen(kind, content_id, by=by, at=at)
    if content.author_id == by.pk:
        raise refusals.own_content()
    chosen = reasons.find(reason, at=at)
    if chosen is None:
        raise refusals.reason_unknown()
    case = opening.case_of(kind, content_id, content, at=at)
    earlier = _earlier(kind, content_id, chosen, note, by=by, key=key)
    if earlier is not None:
        return earlier
    print_ = checks.fingerprint(content.text)
    _refuse_again(case, print_, by)
    limits.refuse_hasty("moderation.report", by=by, at=at)
    return Report.objects.create(
        case=case, resident=by, reason=chosen, note=note, reported_at=at, key=key, print=print_
    )  # fmt: skip


@transaction.atomic
def hold(kind: ContentKind, content_id: int, findings: Findings, *, at: datetime) -> Case:
    """Hide a content until a moderator has looked, and tell its author why; return its case.

    Call it in the transaction that made the content. Held twice, it is held once.

    Raises:
        Refusal: ``content_unknown`` (404).
    """
    content = _loaded(kind, content_id)
    case = opening.case_of(kind, content_id, content, at=at)
    case.findings = findings.stored()
    is_new = case.held_at is None
    case.held_at = case.held_at or at
    case.save(update_fields=["findings", "held_at"])
    kind.hide(content_id, at)
    if is_new:
        telling.held(case, at=at)
    return case


@transaction.atomic
def corrected(kind: ContentKind, content_id: int, findings: Findings, *, at: datetime) -> Case | None:
    """An author has changed a content: what moderation has hidden stays hidden and goes to the queue again.

    Returns its case, or nothing when the content is not hidden by moderation; then the findings decide as for a new
    one. To be called by the package that keeps the content, after the change.

    Raises:
        Refusal: ``content_removed`` (409): what was removed can be appealed, not corrected; ``content_unknown`` (404).
    """
    outcome = standing(kind, content_id)
    if outcome == Decision.Outcome.REMOVE:
        raise refusals.content_removed()
    is_open = Case.objects.filter(
        kind=kind.code, content_id=content_id, closed_at__isnull=True, held_at__isnull=False
    ).exists()
    if outcome != Decision.Outcome.HIDE and not is_open:
        return None if not findings.must_hold else hold(kind, content_id, findings, at=at)
    return hold(kind, content_id, findings, at=at)


def standing(kind: ContentKind, content_id: int) -> int:
    """What stands of the newest decision on a content: LEAVE when there is none or an appeal changed it. One query."""
    newest = (
        Decision.objects.filter(case__kind=kind.code, case__content_id=content_id)
        .select_related("appeal__verdict")
        .order_by("-pk")
        .first()
    )
    if newest is None:
        return Decision.Outcome.LEAVE
    appeal = getattr(newest, "appeal", None)
    verdict = getattr(appeal, "verdict", None)
    return Decision.Outcome.LEAVE if verdict is not None and verdict.changed else newest.outcome


def seen(kind: ContentKind, content_id: int, *, by: Resident, at: datetime) -> Content:
    """The content, if this resident may see it. One query of the kind, one of rights.

    Raises:
        Refusal: ``content_unknown`` (404).
    """
    content = _loaded(kind, content_id)
    if kind.sees is not None:
        may = kind.sees(by, content_id)
    else:
        flats = rights.flats_allowing(by, kind.act, at=at)
        may = content.house_id is None or any(flat.house_id == content.house_id for flat in flats)
    if not may:
        raise refusals.content_unknown()
    return content


def _loaded(kind: ContentKind, content_id: int) -> Content:
    content = kind.load([content_id]).get(content_id) if 0 < content_id < 2**63 else None
    if content is None:
        raise refusals.content_unknown()
    return content


def _earlier(kind: ContentKind, content_id: int, reason: Reason, note: str, *, by: Resident, key: str) -> Report | None:
    earlier = Report.objects.select_related("case").filter(resident=by, key=key).first()
    if earlier is None:
        return None
    told = (earlier.case.kind, earlier.case.content_id, earlier.reason_id, earlier.note)
    if told != (kind.code, content_id, reason.pk, note):
        raise refusals.key_used()
    return earlier


def _refuse_again(case: Case, print_: bytes, by: Resident) -> None:
    """One open report a resident and content; a decided one again only when the text has changed. One query."""
    mine = Report.objects.filter(resident=by, case__kind=case.kind, case__content_id=case.content_id)
    for earlier in mine.order_by("-pk")[:20]:
        if earlier.case_id == case.pk:
            raise refusals.already_reported()
        if bytes(earlier.print) == print_:
            raise refusals.already_judged()
