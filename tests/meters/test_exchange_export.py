"""exchange.export: a month's readings, in columns that are taken again."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest

from dvor.base.files import ErrorReport
from dvor.meters import exchange, readings
from dvor.meters.readings import NewReading
from tests.cast import Cast
from tests.meters.conftest import Meters


@pytest.mark.parametrize("as_xlsx", [True, False])
def test_what_is_exported_is_imported_unchanged(
    as_xlsx: bool, cast: Cast, meters: Meters, at: datetime
) -> None:  # fmt: skip
    sent = [NewReading(meters.cold.pk, ("101.5",)), NewReading(meters.power.pk, ("1001", "502"))]
    readings.submit(sent, by=cast.anna, at=at)
    readings.submit([NewReading(meters.cold.pk, ("101.25",))], by=cast.anna, at=at)
    out = io.BytesIO()
    assert exchange.export(out, month=date(2026, 10, 1), as_xlsx=as_xlsx) == 2
    assert b"1234567890" not in out.getvalue(), "payer codes are keys to flats"
    out.seek(0)
    with ErrorReport() as report:
        done = exchange.import_(out, report=report, by=None, at=at)
    assert (done.unchanged, done.taken, done.refused, done.warnings) == (2, 0, 0, ()), report.first


def test_a_company_gets_its_own_houses(cast: Cast, meters: Meters, at: datetime) -> None:
    readings.submit([NewReading(meters.cold.pk, ("101",))], by=cast.anna, at=at)
    readings.submit([NewReading(meters.gleb.pk, ("11",))], by=cast.gleb, at=at)
    counts = [
        exchange.export(io.BytesIO(), month=date(2026, 10, 1), as_xlsx=False, companies=companies, house_id=house)
        for companies, house in ((None, None), ([cast.company.pk], None), (None, cast.other_house.pk))
    ]
    assert counts == [2, 1, 1]
