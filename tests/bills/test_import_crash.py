"""An import that dies loses nothing: the same file completes it, and nobody is told twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from dvor.base.files import ErrorReport
from dvor.bills import exchange, proof
from dvor.bills.exchange import taking
from dvor.bills.models import Bill, Line
from dvor.homes.models import Flat
from dvor.notices.models import Notice
from tests.bills import bills_file
from tests.cast import Cast


class Death(BaseException):
    pass


class Bomb:
    """A progress bar that kills after so many rows."""

    total: int | None = None

    def __init__(self, after: int) -> None:
        self.left = after

    def advance(self, n: int) -> None:
        self.left -= n
        if self.left <= 0:
            raise Death


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [1, 150, 390])
def test_what_a_crash_interrupts_the_same_file_completes(
    tmp_path: Path, at: datetime, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "PART_BILLS", 10)
    cast = Cast.assemble(at=at)
    codes = ["1234567890", *(f"{number:010d}" for number in range(1, 40))]
    Flat.objects.bulk_create([Flat(house=cast.house, number=f"k{code}", payer_code=code) for code in codes[1:]])
    path = bills_file.write(tmp_path / "bills.csv", codes)
    with ErrorReport() as report, pytest.raises(Death):
        exchange.import_(path, report=report, by=None, at=at, progress=Bomb(after))
    half = Bill.objects.count()
    assert half % 10 == 0 and half == -(-after // 100) * 10, "whole parts"
    with ErrorReport() as report:
        done = exchange.import_(path, report=report, by=None, at=at)
    assert (done.unchanged, done.issued, report.first) == (half, 40 - half, [])
    assert (Bill.objects.count(), Line.objects.count()) == (40, 400)
    assert Notice.objects.filter(kind="bills.bill_issued").count() == 2
    assert proof.prove() == []


def test_the_bar_counts_every_row_of_the_file(cast: Cast, at: datetime, tmp_path: Path) -> None:
    class Bar:
        total: int | None = None
        done = 0

        def advance(self, n: int) -> None:
            self.done += n

    bar = Bar()
    path = bills_file.write(tmp_path / "bills.csv", ["1234567890", "0000000009", "1234567891"])
    with ErrorReport() as report:
        exchange.import_(path, report=report, by=None, at=at, progress=bar)
    assert (bar.done, bar.total) == (30, 31), "30 rows and the titles"
