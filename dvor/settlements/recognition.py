"""What a movement of a statement is: a transfer of the acquirer, of a resident, or money that left."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from dvor.base import sealing, sql
from dvor.settlements import purposes
from dvor.settlements.exchange import Movement
from dvor.settlements.models import Account, Entry
from dvor.settlements.models import Statement as StatementRow

Kind = Entry.Kind
# So many new rows make a plan wrong that was made for a small table: the foreign keys of the matches that come next
# would read the whole table for each of them.
_MANY = 1_000


@dataclass(slots=True)
class Recognised:
    """An entry before it is kept, afterwards with its ``id``; without one it was there already.

    ``code``: why it cannot be matched (see ``reasons``); empty while nothing speaks against it.
    """

    movement: Movement
    kind: Kind
    fingerprint: bytes
    repeat: int
    registry: purposes.Registry | None = None
    commission_kopecks: int = 0
    payer_code: str = ""
    flat_id: int = 0
    period: date | None = None
    code: str = ""
    id: int = 0


def recognised(account: Account, movements: Sequence[Movement]) -> list[Recognised]:
    """All movements of a statement. One query for the payer codes."""
    repeats: Counter[bytes] = Counter()
    found = []
    for movement in movements:
        print_ = _fingerprint(movement)
        repeats[print_] += 1
        found.append(_one(account, movement, print_, repeats[print_]))
    _find_flats([one for one in found if one.kind == Kind.DIRECT])
    return found


def store(statement: StatementRow, entries: Sequence[Recognised], *, at: datetime) -> list[Recognised]:
    """Keep those that are not there yet; only these are returned, with their ids. One statement."""
    rows = sql.rows(
        "settlements/store.sql",
        statement_id=statement.pk,
        account_id=statement.account_id,
        kopecks=[one.movement.kopecks for one in entries],
        commissions=[one.commission_kopecks for one in entries],
        booked_on=[one.movement.booked_on for one in entries],
        since=[one.registry.since if one.registry else None for one in entries],
        until=[one.registry.until if one.registry else None for one in entries],
        periods=[one.period for one in entries],
        kinds=[int(one.kind) for one in entries],
        repeats=[one.repeat for one in entries],
        numbers=[one.movement.number for one in entries],
        codes=[one.payer_code for one in entries],
        fingerprints=[one.fingerprint for one in entries],
        sealed=[_sealed(one.movement) for one in entries],
    )
    if len(rows) >= _MANY:
        with connection.cursor() as cursor:
            cursor.execute("analyze settlements_entry")
    kept = {(bytes(row.fingerprint), row.repeat): row.id for row in rows}
    for one in entries:
        one.id = kept.get((one.fingerprint, one.repeat), 0)
    return [one for one in entries if one.id]


def told(entry: Entry) -> dict[str, Any]:
    """What the bank wrote of an entry: ``payer``, ``payer_account``, ``payer_inn``, ``payee``, ``payee_account``,
    ``purpose``. For the one who reconciles, on the page of that entry."""  # fmt: skip
    found: dict[str, Any] = json.loads(sealing.unseal(bytes(entry.sealed)))
    return found


def _one(account: Account, movement: Movement, fingerprint: bytes, repeat: int) -> Recognised:
    if not movement.incoming:
        return Recognised(movement, Kind.OUTGOING, fingerprint, repeat)
    if account.acquirer and movement.payer_inn == account.acquirer_inn:
        registry = purposes.registry(movement.purpose)
        held_back = registry.commission_kopecks if registry else purposes.commission(movement.purpose)
        return Recognised(
            movement, Kind.REGISTRY, fingerprint, repeat, registry, held_back,
            code="" if registry else "registry_unreadable",
        )  # fmt: skip
    return Recognised(movement, Kind.DIRECT, fingerprint, repeat, period=purposes.direct(movement.purpose).period)


def _find_flats(entries: Sequence[Recognised]) -> None:
    """Give each transfer the flat whose payer code it names; ten digits that are no payer code mean nothing."""
    named = [purposes.direct(one.movement.purpose).codes for one in entries]
    wanted = [(place, code) for place, codes in enumerate(named) for code in codes]
    rows = sql.rows(
        "settlements/flats.sql", codes=list(dict.fromkeys(code for _place, code in wanted))
    ) if wanted else []  # fmt: skip
    flats = {row.code: row.id for row in rows}
    for one, codes in zip(entries, named, strict=True):
        known = [code for code in codes if code in flats]
        if len(known) == 1:
            one.payer_code, one.flat_id = known[0], flats[known[0]]
        elif known:
            one.code = "code_several"
        else:
            one.code = "code_unknown" if codes else "code_missing"
        if not one.code and one.period is None:
            one.code = "month_missing"


def _fingerprint(movement: Movement) -> bytes:
    """The same line is known again in another file, whatever place it has there."""
    parts = (
        movement.booked_on.isoformat(), movement.number, str(movement.kopecks), str(movement.incoming),
        movement.payer_account, movement.payee_account, movement.payer_inn, movement.purpose,
    )  # fmt: skip
    return sealing.fingerprint("settlements.entry:" + json.dumps(parts, ensure_ascii=False))


def _sealed(movement: Movement) -> bytes:
    names = ("payer", "payer_account", "payer_inn", "payee", "payee_account", "purpose")
    return sealing.seal(json.dumps({name: getattr(movement, name) for name in names}, ensure_ascii=False))
