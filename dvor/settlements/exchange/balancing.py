"""The proof of a statement: what was there, plus what came, minus what left, is what is there; to the kopeck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from dvor.base import money
from dvor.base.files import CellError
from dvor.base.refusals import Text
from dvor.settlements.exchange.movements import Movement, Statement


@dataclass(frozen=True, slots=True)
class AccountPart:
    """A section of an account: banks write one a period, or one a day. Totals may be missing, balances not."""

    account: str
    since: date
    until: date
    opening_kopecks: int
    closing_kopecks: int
    incoming_kopecks: int | None
    outgoing_kopecks: int | None
    line: int


def balanced(
    account: str, all_parts: Iterable[AccountPart], movements: Sequence[Movement], errors: list[CellError]
) -> Statement:
    """One statement of all parts of an account; what does not add up becomes errors."""
    parts = sorted((part for part in all_parts if part.account == account), key=lambda part: (part.since, part.line))
    first, last = parts[0], parts[-1]
    came = sum(movement.kopecks for movement in movements if movement.incoming)
    left = sum(movement.kopecks for movement in movements if not movement.incoming)
    errors.extend(_torn(parts))
    told_came = [part.incoming_kopecks for part in parts if part.incoming_kopecks is not None]
    told_left = [part.outgoing_kopecks for part in parts if part.outgoing_kopecks is not None]
    for key, told, proven in (("ВсегоПоступило", told_came, came), ("ВсегоСписано", told_left, left)):
        if len(told) == len(parts) and sum(told) != proven:
            errors.append(_differs(last, key, proven, sum(told)))
    if (proven := first.opening_kopecks + came - left) != last.closing_kopecks:
        errors.append(_differs(last, "КонечныйОстаток", proven, last.closing_kopecks))
    for movement in movements:
        if not first.since <= movement.booked_on <= last.until:
            errors.append(CellError(movement.line, "Дата", movement.booked_on.isoformat(),
                                    _("The document lies outside of the statement's period.")))  # fmt: skip
    return Statement(
        account, first.since, last.until, first.opening_kopecks, came, left, last.closing_kopecks, tuple(movements)
    )


def _torn(parts: Sequence[AccountPart]) -> Iterator[CellError]:
    """Parts of one account that do not follow on each other."""
    for before, after in pairwise(parts):
        if after.since <= before.until:
            yield _error(after, "ДатаНачала", _("The periods of the account overlap."))
        elif after.opening_kopecks != before.closing_kopecks:
            yield _differs(after, "НачальныйОстаток", before.closing_kopecks, after.opening_kopecks)


def _differs(part: AccountPart, key: str, proven: int, told: int) -> CellError:
    reason = _("The documents say %(proven)s.") % {"proven": money.show(proven)}
    return _error(part, key, reason, money.show(told))


def _error(part: AccountPart, key: str, reason: Text, value: str = "") -> CellError:
    return CellError(part.line, key, value, reason, _("The bank must export it once more."))
