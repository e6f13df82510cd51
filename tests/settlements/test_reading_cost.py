"""Pages of reconciliation cost the same few statements however busy the day was."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.settlements import reporting
from dvor.settlements.models import Account
from tests.cast import Cast
from tests.settlements import books
from tests.settlements.books import DAY, NEXT, direct, file, load, transfer


def test_a_report_is_five_queries(account: Account, cast: Cast, at: datetime) -> None:
    books.bill(cast.flat, 10_000)
    for kopecks in (100, 200, 300):
        books.payment(cast.anna, cast.flat, kopecks)
    load(file(transfer(600), *(direct(cast.flat, 5_000 + place) for place in range(30))), at=at)
    for day in (DAY, NEXT):
        with CaptureQueriesContext(connection) as cost:
            report = reporting.of(account, day)
            assert list(reporting.rows(report)) and report.figures()
        assert len(cost) == 5
