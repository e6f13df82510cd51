"""Promo codes: loaded from a file, sealed, given once; shown to nobody but the resident who exchanged points for them.

Nothing here ever logs, audits or reports a code: an error report masks what stood in the cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from dvor.base import audit, files, periods, sealing, sql
from dvor.base.files import CellError, Column, ErrorReport, Progress, Row, Silent, Unreadable, cells
from dvor.base.refusals import Refusal
from dvor.notices.kinds import Attachment
from dvor.people.models import Organisation, Resident
from dvor.rewards import qr, refusals, rights
from dvor.rewards.models import Order, PromoCode, Reward

LENGTH_MIN, LENGTH_MAX = 3, 100
BATCH = 2_000
_EXACT_BELOW = 10**15  # a spreadsheet keeps 15 digits of a number; longer codes arrive rounded


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: counts only."""

    loaded: int
    repeated: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A code as its resident sees it."""

    text: str
    valid_until: date | None


@transaction.atomic
def import_(
    source: Path | str | BinaryIO,
    *,
    reward_id: int,
    by: Resident | None,
    at: datetime,
    progress: Progress | None = None,
    report: ErrorReport | None = None,
) -> Loaded:
    """Load a pool of codes from CSV, XLSX or ODS with the columns «code» and, if they differ, «valid until».

    A code that the partner gave before (for this or another reward, in this or an earlier file) is reported and not
    loaded again. A bad row never stops the file. Without a day of its own a code lives as long as its reward. ``by``
    is empty when somebody works on the server itself.

    Raises:
        Refusal: ``reward_unknown`` (404); ``not_allowed`` (403); ``reward_without_codes`` (409); and those of
            ``base.files.read_rows``.
    """
    reward = _voucher(reward_id)
    # Two files of one partner are loaded one after the other: they could hold the same codes in another order.
    partner = Organisation.objects.select_for_update(no_key=True).get(pk=reward.partner_id)
    rights.refuse_stranger(by, partner)
    report, progress = report or ErrorReport(), progress or Silent()
    pool = _Pool(reward, report, at)
    with files.read_rows(source, COLUMNS) as rows:
        progress.total = rows.total
        lines = iter(rows)
        while batch := list(islice(lines, BATCH)):
            pool.load(batch)
            progress.advance(len(batch))
    audit.record(
        act="rewards.codes.loaded",
        subject=f"reward:{reward.pk}",
        by=by.pk if by else None,
        at=at,
        facts={"loaded": pool.loaded, "repeated": pool.repeated, "wrong": pool.wrong},
    )
    return Loaded(pool.loaded, pool.repeated, pool.wrong)


def shown(order: Order) -> list[Shown]:
    """The codes of an order that its resident has asked to see; none before that. One query."""
    if order.revealed_at is None or order.cancelled_at is not None:
        return []
    found = PromoCode.objects.filter(order_id=order.pk).order_by("place").values_list("sealed", "valid_until")
    return [Shown(sealing.unseal(bytes(sealed)), valid_until) for sealed, valid_until in found]


def mailed(*, order_id: int, resident_id: int) -> list[Shown]:
    """The codes that stand in the mail about an order, read when it leaves."""
    order = _ordered(order_id, resident_id)
    return shown(order) if order else []


def attachments(*, order_id: int, resident_id: int) -> Sequence[Attachment]:
    """The files of the mail about an order: a text with the codes, and the QR picture of each."""
    order = _ordered(order_id, resident_id)
    if order is None or not (found := shown(order)):
        return []
    pictures = [
        Attachment(f"qr-{order.pk}-{place}.png", qr.png(code.text), "image/png") for place, code in enumerate(found, 1)
    ]
    return [Attachment(f"promo-code-{order.pk}.txt", _letter(order, found).encode(), "text/plain"), *pictures]


def _ordered(order_id: int, resident_id: int) -> Order | None:
    return Order.objects.filter(pk=order_id, resident_id=resident_id).select_related("reward", "resident").first()


def _letter(order: Order, found: Sequence[Shown]) -> str:
    from dvor.base.texts import pick

    with override(order.resident.language):
        lines = [pick(order.reward.titles), ""]
        for code in found:
            until = code.valid_until
            lines += [
                code.text,
                str(_("valid until %(day)s") % {"day": until.strftime("%d.%m.%Y")}) if until else "",
                "",
            ]
        return "\n".join([*lines, pick(order.reward.terms), ""])


def _voucher(reward_id: int) -> Reward:
    reward = Reward.objects.filter(pk=reward_id).first()
    if reward is None:
        raise refusals.reward_unknown()
    if reward.kind != Reward.Kind.VOUCHER:
        raise Refusal(
            "reward_without_codes",
            _("This reward has no promo codes."),
            remedy=_("Choose a reward of the kind «promo code»."),
            status=409,
            field="reward",
        )
    return reward


def _code(raw: Any) -> str:
    if isinstance(raw, int | float) and abs(raw) >= _EXACT_BELOW:
        raise Unreadable(
            _("The spreadsheet has rounded this number."), _("Make the column a text column and paste the codes again.")
        )
    text = str(cells.text(length_max=LENGTH_MAX)(raw))
    if len(text) < LENGTH_MIN:
        raise Unreadable(_("The code is too short."), _("Check that the whole code is in the cell."))
    return text


COLUMNS = (
    Column("code", _code, required=True, titles=("Промокод", "Код", "Promo code", "Code")),
    Column("valid_until", cells.day(), titles=("Действует до", "Годен до", "Срок действия", "Valid until")),
)


class _Pool:
    """Loads batches of rows into one reward's pool and counts."""

    def __init__(self, reward: Reward, report: ErrorReport, at: datetime) -> None:
        self._reward, self._report, self._at = reward, report, at
        self._today = periods.day_of(at)
        self._seen: dict[bytes, int] = {}  # fingerprint → row of this file
        self.loaded = self.repeated = self.wrong = 0

    def load(self, rows: Sequence[Row]) -> None:
        """One statement for the codes that are new, one more when some are not."""
        fresh = {fingerprint: (row, text) for fingerprint, row, text in self._usable(rows)}
        if not fresh:
            return
        taken = {
            bytes(line.fingerprint)
            for line in sql.rows(
                "rewards/load_codes.sql",
                reward_id=self._reward.pk,
                sealed=[sealing.seal(text) for _row, text in fresh.values()],
                fingerprints=list(fresh),
                valid_until=[
                    row.values.get("valid_until") or self._reward.valid_until for row, _text in fresh.values()
                ],
                at=self._at,
            )
        }
        self.loaded += len(taken)
        known = [fingerprint for fingerprint in fresh if fingerprint not in taken]
        if known:
            self._report_known(known, {fingerprint: fresh[fingerprint][0] for fingerprint in known})

    def _usable(self, rows: Sequence[Row]) -> Iterator[tuple[bytes, Row, str]]:
        for row in rows:
            text, until = row.values.get("code"), row.values.get("valid_until")
            if row.errors or text is None:
                self.wrong += 1
                self._report.add([replace(error, value=masked(error.value)) for error in row.errors])
                continue
            if until is not None and until < self._today:
                self.wrong += 1
                self._add(row, "valid_until", until.isoformat(), _("The code has expired."), _("Correct the day."))
                continue
            fingerprint = sealing.fingerprint(f"{self._reward.partner_id}:{text}")
            first = self._seen.setdefault(fingerprint, row.number)
            if first == row.number:
                yield fingerprint, row, text
            else:
                self.repeated += 1
                reason = _("The same code stands in row %(row)s of this file.") % {"row": first}
                self._add(row, "code", masked(text), reason, _("Remove one of the two rows."))

    def _report_known(self, fingerprints: list[bytes], rows: dict[bytes, Row]) -> None:
        self.repeated += len(fingerprints)
        for line in sql.rows("rewards/known_codes.sql", fingerprints=fingerprints):
            row = rows[bytes(line.fingerprint)]
            reason = (
                _("This code was loaded before.")
                if line.reward_id == self._reward.pk
                else _("This code was loaded for another reward (no. %(id)s).") % {"id": line.reward_id}
            )
            remedy = _("Nothing to do: a code is given once.")
            self._add(row, "code", masked(row.values["code"]), reason, remedy)

    def _add(self, row: Row, column: str, value: str, reason: Any, remedy: Any) -> None:
        self._report.add([CellError(row.number, column, value, reason, remedy)])


def masked(text: str) -> str:
    """What is left of a code in a report: enough to find its row, not enough to use it."""
    return f"••••{text[-2:]}" if len(text) >= 8 else "••••" if text else ""
