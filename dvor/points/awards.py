"""Awards: the answer to an activity, its explanation, and its reversal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from dvor.base import audit, sql
from dvor.base.refusals import Refusal
from dvor.ledger import transfers, wallets
from dvor.ledger.currencies import Currency
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import kinds
from dvor.points.reasons import Reason


class Award(NamedTuple):
    """The answer to one activity. ``duplicate``: it had been recorded before, and this is the first answer.

    ``reason`` is a :class:`Reason`; ``spendable_at`` is empty when the points can be spent at once.
    """

    activity_id: int
    points: int
    reason_number: int
    spendable_at: datetime | None
    rule_version_id: int | None
    duplicate: bool = False

    @property
    def reason(self) -> Reason:
        return Reason(self.reason_number)


class Key(NamedTuple):
    """The natural key of an activity."""

    kind_id: int
    subject: str
    month: date


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an award is what it is, in sentences; figures for whoever wants to check."""

    title: str
    reason: str
    sentences: list[str]
    points: int
    rule_version_id: int | None


@transaction.atomic
def reverse(keys: Sequence[Key], *, reason: str, by: Resident | None, at: datetime) -> int:
    """Take whole awards back, such as after a refund; return how many were.

    Awards of zero, awards that were reversed before and unknown keys are left out. What was already spent becomes a
    debt that later points repay. The activity stays recorded: the same subject never pays again.

    Raises:
        Refusal: ``reason_missing`` without a reason.
    """
    if not reason.strip():
        raise Refusal("reason_missing", _("Give the reason for taking the award back."), field="reason")
    wanted = [list(column) for column in zip(*set(keys), strict=True)]
    if not wanted:
        return 0
    found = sql.rows("points/reversible.sql", kinds=wanted[0], subjects=wanted[1], months=wanted[2])
    for currency in sorted({row.currency for row in found}):
        residents = {row.resident_id for row in found if row.currency == currency}
        wallets.lock(resident_ids=residents, currency=Currency(currency), at=at)
    fresh = {
        row.activity_id
        for row in sql.rows(
            "points/reverse.sql",
            activities=[row.activity_id for row in found],
            residents=[row.resident_id for row in found],
            awarded=[row.recorded_at for row in found],
            amounts=[row.points for row in found],
            reason=reason.strip(),
            by=by.pk if by else None,
            at=at,
        )
    }
    taken = [row for row in found if row.activity_id in fresh]
    transfers.reverse(
        [
            transfers.Reversal(
                wallets.number(row.resident_id, row.currency), row.account_id, row.points, row.activity_id
            )
            for row in taken
        ],
        at=at,
    )
    for row in taken:
        audit.record(
            act="points.award.reversed", subject=f"activity:{row.activity_id}", by=by.pk if by else None, at=at,
            reason=reason.strip(), facts={"resident": row.resident_id, "points": row.points},
        )  # fmt: skip
    return len(taken)


def explain(key: Key) -> Explanation:
    """Why the award of one activity is what it is. One query.

    Raises:
        Refusal: ``activity_unknown`` (404).
    """
    found = sql.rows("points/explain.sql", kind=key.kind_id, subject=key.subject, month=key.month)
    if not found:
        raise Refusal("activity_unknown", _("There is no such activity."), status=404)
    row = found[0]
    kind = kinds.find(row.kind_id)
    sentences = [str(Reason(row.reason).sentence)]
    if row.rule_version_id is not None:
        sentences.append(
            _("Rule in force since %(since)s, account type “%(level)s”.")
            % {"since": row.since.strftime("%d.%m.%Y"), "level": Level(row.level).title}
        )
    if row.spendable_at is not None:
        sentences.append(_("Spendable from %(day)s.") % {"day": row.spendable_at.strftime("%d.%m.%Y")})
    if row.reversed_at is not None:
        sentences.append(
            _("Taken back on %(day)s: %(reason)s")
            % {"day": row.reversed_at.strftime("%d.%m.%Y"), "reason": row.reversal_reason}
        )
    return Explanation(
        title=kind.title if kind else "", reason=Reason(row.reason).code, sentences=sentences, points=row.points,
        rule_version_id=row.rule_version_id,
    )  # fmt: skip
