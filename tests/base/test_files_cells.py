"""One cell: what people and spreadsheets write is understood, what is not is explained."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dvor.base.files import Unreadable, cells

DAY = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("read", "raw", "value"),
    [
        (cells.text(), "  Садовая\u00a0улица,  1 ", "Садовая улица, 1"),
        (cells.text(), 12.0, "12"),
        (cells.text(), "'=2", "=2"),
        (cells.text(), "'quoted'", "'quoted'"),
        (cells.whole(), "1 200", 1200),
        (cells.whole(), "12.0", 12),
        (cells.whole(), 7.0, 7),
        (cells.whole(least=-5), "−3", -3),
        (cells.decimal(places=2), "54,3", Decimal("54.30")),
        (cells.decimal(places=2), "1\u00a0054.30", Decimal("1054.30")),
        (cells.decimal(places=1), 0.1 + 0.2, Decimal("0.3")),
        (cells.digits(length=10), "0123456789", "0123456789"),
        (cells.digits(length=10), "012 345 67 89", "0123456789"),
        (cells.digits(length=10), 1234567890.0, "1234567890"),
        (cells.day(), "31.12.2026", DAY),
        (cells.day(), "2026-12-31", DAY),
        (cells.day(), "2026-12-31 10:00", DAY),
        (cells.day(), 46387, DAY),
        (cells.day(), "46387", DAY),
        (cells.day(), datetime(2026, 12, 31, 5, 0), DAY),  # noqa: DTZ001 a workbook's moment has no zone
        (cells.month(), "12.2026", date(2026, 12, 1)),
        (cells.month(), "2026-12", date(2026, 12, 1)),
        (cells.month(), "122026", date(2026, 12, 1)),
        (cells.month(), "202612", date(2026, 12, 1)),
        (cells.month(), "31.12.2026", date(2026, 12, 1)),
        (cells.month(), DAY, date(2026, 12, 1)),
        (cells.flag(), "Да", True),
        (cells.flag(), False, False),
        (cells.choice({"ХВС": 1}), "хвс", 1),
        (cells.guid(), "{0C5B2444-70a0-4932-980c-b4dc0d3f02b5}", UUID("0c5b2444-70a0-4932-980c-b4dc0d3f02b5")),
    ],
)
def test_a_cell_is_understood(read: cells.Read, raw: Any, value: Any) -> None:
    assert read(raw) == value


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        (cells.text(length_max=3), "четыре"),
        (cells.text(), "a\x00b"),
        (cells.text(), "a\u202eb"),
        (cells.text(), "#N/A"),
        (cells.whole(), "12.5"),
        (cells.whole(), "-1"),
        (cells.whole(), "9" * 30),
        (cells.whole(), "1e99"),
        (cells.whole(), "٣٤"),
        (cells.whole(), "nan"),
        (cells.whole(), float("inf")),
        (cells.decimal(places=2), "1.005"),
        (cells.decimal(places=2), 1.005),
        (cells.decimal(places=2), "1.2.3"),
        (cells.decimal(places=2, most=100), "100,01"),
        (cells.digits(length=10), "123456789"),
        (cells.digits(length=10), "12345678901"),
        (cells.digits(length=10), "１２３４５６７８９０"),  # full-width digits
        (cells.day(), "31.02.2026"),
        (cells.day(), "12/31/2026"),
        (cells.day(), "yesterday"),
        (cells.day(), "99999"),
        (cells.day(), "01.01.0001"),
        (cells.month(), "13.2026"),
        (cells.flag(), "maybe"),
        (cells.guid(), "0c5b2444"),
    ],
)
def test_a_cell_that_is_not_understood_is_explained(read: cells.Read, raw: Any) -> None:
    with pytest.raises(Unreadable) as wrong:
        read(raw)
    assert str(wrong.value.reason)
