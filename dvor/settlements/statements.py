"""Takes bank statements: each file once, each line once, each kopeck matched or told as a difference."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import structlog
from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from dvor.base import audit, money
from dvor.base.files import ErrorReport
from dvor.base.refusals import Refusal, Text
from dvor.people.models import Resident
from dvor.settlements import days, exchange, matches, recognition, rights
from dvor.settlements.exchange import Exchange
from dvor.settlements.models import Account, Entry, Statement

DAYS_MAX = 400  # of one statement

log = structlog.get_logger()


@dataclass(slots=True)
class Imported:
    """What a file did. ``loaded`` lines were new, ``repeated`` ones were there; ``same``: the whole file was."""

    statements: int = 0
    loaded: int = 0
    repeated: int = 0
    matched: int = 0
    outgoing: int = 0
    differences: int = 0
    same: bool = False
    warnings: tuple[Text, ...] = ()


def import_(
    source: Path | str | BinaryIO | bytes, *, report: ErrorReport, by: Resident | None, at: datetime
) -> Imported:
    """Take a statement «1CClientBankExchange» of one or several of our accounts; all of it or nothing. Audited.

    The same file again, or an overlapping one, adds nothing that is there. ``by`` is empty on the server itself.

    Raises:
        Refusal: ``not_allowed`` (403), ``account_unknown`` when the file has none of our accounts, ``period_too_long``,
            or what ``exchange.read`` refuses, with each matter in the report.
    """
    rights.refuse_stranger(by)
    data = _bytes(source)
    read = exchange.read(data, report=report)
    with transaction.atomic():
        return _taken(read, hashlib.sha256(data).digest(), by=by, at=at)


def _bytes(source: Path | str | BinaryIO | bytes) -> bytes:
    """The file, with one byte more than the reader takes: enough for it to refuse."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, Path | str):
        with Path(source).open("rb") as file:
            return file.read(exchange.BYTES_MAX + 1)
    return source.read(exchange.BYTES_MAX + 1)


def _taken(read: Exchange, file_hash: bytes, *, by: Resident | None, at: datetime) -> Imported:
    accounts = {account.number: account for account in days.held(one.account for one in read.statements)}
    if not accounts:
        raise Refusal(
            "account_unknown", _("The file has a statement of none of our accounts."),
            remedy=_("Choose the right file, or open the account on the page “New account at a bank” first."),
            field="file",
        )  # fmt: skip
    done, warnings = Imported(same=True), list(read.warnings)
    for one in read.statements:
        account = accounts.get(one.account)
        if account is None:
            warnings.append(_("The account •%(number)s is not ours: its part of the file was not taken.")
                            % {"number": one.account[-4:]})  # fmt: skip
        elif not account.statements.filter(file_hash=file_hash).exists():
            done.same = False
            warnings += _torn(account, one)
            _take(account, one, Statement(
                account=account, loaded_by=by, loaded_at=at, file_hash=file_hash, encoding=read.encoding,
                since=one.since, until=one.until, opening_kopecks=one.opening_kopecks,
                incoming_kopecks=one.incoming_kopecks, outgoing_kopecks=one.outgoing_kopecks,
                closing_kopecks=one.closing_kopecks, entries_read=len(one.movements),
            ), done)  # fmt: skip
    done.warnings = tuple(warnings)
    facts = {name: getattr(done, name) for name in ("statements", "loaded", "repeated", "matched", "differences")}
    if not done.same:
        audit.record(act="settlements.statement.imported", subject=f"statement:{file_hash.hex()[:16]}",
                     by=by.pk if by else None, at=at, facts=facts)  # fmt: skip
        log.info("settlements.statement.imported", **facts)
    return done


def _take(account: Account, told: exchange.Statement, statement: Statement, done: Imported) -> None:
    """One account's part, in a handful of statements for any number of lines."""
    length = (told.until - told.since).days + 1
    if length > DAYS_MAX:
        raise Refusal("period_too_long", _("The statement covers more than %(limit)s days.") % {"limit": DAYS_MAX},
                      remedy=_("Ask the bank for a shorter period."), field="file")  # fmt: skip
    at = statement.loaded_at
    statement.save(force_insert=True)
    covered = (told.since + timedelta(days=place) for place in range(length))
    days.opened(account, (day for day in covered if day >= account.since), again=False, at=at)
    days.count(account, at=at)
    fresh = recognition.store(statement, recognition.recognised(account, told.movements), at=at)
    book = matches.settle(account, fresh, at=at)
    gaps = days.review(account, at=at)
    done.statements += 1
    done.loaded += len(fresh)
    done.repeated += len(told.movements) - len(fresh)
    done.matched += len({entry for entry, *_rest in book.matches})
    done.outgoing += sum(one.kind == Entry.Kind.OUTGOING for one in fresh)
    done.differences += len(book.differences) + gaps.found


def _torn(account: Account, told: exchange.Statement) -> Iterable[Text]:
    """A statement is missing when the balance does not go on from the one before."""
    before = account.statements.filter(until__lt=told.since).order_by("-until", "-pk").first()
    if before is not None and before.closing_kopecks != told.opening_kopecks:
        yield _(
            "The balance does not go on: %(before)s at the end of %(day)s, %(now)s now. "
            "A statement between them is missing."
        ) % {
            "before": money.show(before.closing_kopecks), "day": formats.date_format(before.until, "d.m.Y"),
            "now": money.show(told.opening_kopecks),
        }  # fmt: skip
