"""Results for eyes and for spreadsheets: who answered what in a named poll, and the table of sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dvor.base.files import Heading, csv_lines
from dvor.base.refusals import Refusal
from dvor.polls import results
from dvor.polls.models import Poll
from dvor.polls.queries import Sheet

ROWS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Named:
    """One voter of a named poll with the answers in words, the best one first in a ranking."""

    name: str
    answers: str


def named(poll: Poll, *, limit: int) -> list[Named]:
    """Who answered what; the caller has asked ``results.are_shown``. One query."""
    return [
        Named(ballot.resident.full_name, ", ".join(poll.options[number - 1] for number in ballot.choice))
        for ballot in results.names(poll, limit=limit)
    ]


def lines(sheet: Sheet) -> Iterator[bytes]:
    """The result as CSV: sums, and below them the voters of a named poll.

    Raises:
        Refusal: ``results_hidden`` (403) while results are not shown; ``too_few_answers`` (409).
    """
    if not sheet.are_shown:
        raise Refusal(
            "results_hidden",
            _("The result is not shown yet."),
            remedy=_("Look at the poll when it is closed."),
            status=403,
        )
    if sheet.tally is None:
        raise Refusal(
            "too_few_answers",
            _("Fewer than %(count)s people answered: the result of an anonymous poll is not shown.")
            % {"count": results.FEW},
            status=409,
        )
    poll, ranked = sheet.poll, sheet.poll.kind == Poll.Kind.RANKED
    columns = [Heading(_("Answer")), Heading(_("Marks") if ranked else _("Votes")), Heading("%"), Heading(_("Place"))]
    rows: list[tuple[object, ...]] = [
        (line.text, line.shown_count, line.percent, line.place) for line in sheet.tally.lines
    ]
    if not poll.anonymous:
        rows += [(), (_("Neighbour"), _("Answer"))]
        rows += [(one.name, one.answers) for one in named(poll, limit=ROWS_MAX)]
    return csv_lines(rows, columns)
