"""Sixteen importers at once: one bill of a flat, month and kind stands, versions have no gap, nobody is told twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from dvor.base.files import ErrorReport
from dvor.bills import documents, exchange, proof, seed
from dvor.bills.models import Bill, Line
from dvor.homes.models import Flat
from dvor.notices.models import Notice
from tests.attack.crowd import CONNECTIONS, storm
from tests.bills import bills_file, paper
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def flats_of(cast: Cast, count: int) -> list[str]:
    codes = [f"{number:010d}" for number in range(1, count + 1)]
    Flat.objects.bulk_create([Flat(house=cast.house, number=f"r{code}", payer_code=code) for code in codes])
    return codes


def test_the_same_file_by_sixteen_is_one_set_of_bills(at: datetime, tmp_path: Path) -> None:
    cast = Cast.assemble(at=at)
    codes = [*flats_of(cast, 60), "1234567890"]
    path = bills_file.write(tmp_path / "bills.csv", codes)

    def load(_number: int) -> None:
        with ErrorReport() as report:
            exchange.import_(path, report=report, by=None, at=at)
        assert not report.first

    assert storm(load) == {"done": CONNECTIONS}
    assert (Bill.objects.count(), Line.objects.count()) == (61, 610)
    assert set(Bill.objects.values_list("version", flat=True)) == {1}
    assert Notice.objects.filter(kind="bills.bill_issued").count() == 2, "Anna and Boris, once each"
    assert proof.prove() == []


def test_sixteen_contents_of_the_same_bills_are_sixteen_versions(at: datetime) -> None:
    cast = Cast.assemble(at=at)
    codes = flats_of(cast, 40)

    def issue(number: int) -> None:
        chosen = codes if number % 2 else codes[::-1]  # lock order is ours, not the file's
        payee = paper.PAYEE._replace(name=f"Получатель {number}")
        docs = [paper.bill(payer_code=code, number=str(number), payee=payee) for code in chosen]
        outcomes = documents.issue(docs, by=None, at=at)
        assert all(outcome.accepted for outcome in outcomes)

    assert storm(issue) == {"done": CONNECTIONS}
    for code in codes:
        versions = list(
            Bill.objects.filter(flat__payer_code=code).order_by("version").values_list("version", flat=True)
        )
        assert versions == list(range(1, CONNECTIONS + 1))
    assert Bill.objects.filter(superseded_at__isnull=True).count() == len(codes)
    assert proof.prove() == []


def test_withdrawing_and_correcting_at_once_never_wait_in_a_circle(at: datetime) -> None:
    cast = Cast.assemble(at=at)
    codes = flats_of(cast, 30)
    outcomes = documents.issue([paper.bill(payer_code=code) for code in codes], by=None, at=at)
    ids = [outcome.value.bill_id for outcome in outcomes if outcome.value]

    def act(number: int) -> None:
        if number % 2:
            documents.withdraw(ids[::-1], reason="Ошибка расчёта", by=None, at=at)
        else:
            documents.issue([paper.bill(payer_code=code, number=str(number)) for code in codes], by=None, at=at)

    counted = storm(act)
    assert set(counted) <= {"done", "bill_superseded"}
    assert Bill.objects.filter(superseded_at__isnull=True).count() == len(codes)
    assert proof.prove() == []


def test_sixteen_who_need_a_month_that_has_no_partition_make_one(at: datetime) -> None:
    month = date(2012, 5, 1)
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists bills_line_201205")
    assert storm(lambda _number: seed.open_months([month])) == {"done": CONNECTIONS}
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('bills_line_201205') is not null")
        assert cursor.fetchone() == (True,)
        cursor.execute("drop table bills_line_201205")


# ── The constraints hold without the code ────────────────────────────────────────────────────────────────────────
def row(cast: Cast, at: datetime, **changes: object) -> None:
    outcome = documents.issue([paper.bill()], by=None, at=at)[0]
    assert outcome.value is not None
    copy = Bill.objects.get(pk=outcome.value.bill_id)
    values = {
        field.attname: getattr(copy, field.attname)
        for field in Bill._meta.concrete_fields
        if field.name not in {"id", "payable_kopecks"}
    }
    with transaction.atomic():
        Bill.objects.create(**{**values, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"version": 2}, {"version": 1, "superseded_at": datetime(2026, 10, 20, tzinfo=UTC)},
        {"version": 0, "kind": 2},
        {"kind": 2, "period": date(2026, 9, 2)}, {"kind": 2, "due_on": date(2026, 8, 1)},
        {"kind": 2, "penalty_kopecks": -1}, {"kind": 2, "debt_before_kopecks": -1},
        {"kind": 2, "withdrawn_reason": "почему-то"}, {"kind": 2, "withdrawn_at": datetime(2026, 10, 20, tzinfo=UTC)},
    ],
)  # fmt: skip
def test_the_table_itself_refuses_what_no_bill_is(at: datetime, changes: dict[str, object]) -> None:
    cast = Cast.assemble(at=at)
    changes = {name: at if isinstance(value, datetime) else value for name, value in changes.items()}
    with pytest.raises(IntegrityError):
        row(cast, at, **changes)


def test_lines_are_never_edited_and_always_add_up(at: datetime) -> None:
    Cast.assemble(at=at)
    documents.issue([paper.bill()], by=None, at=at)
    for statement in (
        "update bills_line set title = 'x'",
        "delete from bills_line",
        "insert into bills_line select * from bills_line",
        'insert into bills_line (house_id, bill_id, accrued_kopecks, payable_kopecks, period, place, "group", service, '
        "volume_by, title) values (1, 1, 100, 99, '2026-09-01', 1, 1, 1, 1, 'x')",
    ):
        with pytest.raises(Exception) as refused, transaction.atomic(), connection.cursor() as cursor:  # noqa: PT011
            cursor.execute(statement)
        assert isinstance(refused.value.__cause__, psycopg.Error)
    assert Line.objects.count() == 4
