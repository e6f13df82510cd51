"""The proof finds what constraints cannot see."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from dvor.bills import documents, proof
from tests.bills import paper
from tests.cast import Cast


def _bill(at: datetime, **changes: object) -> int:
    [outcome] = documents.issue([paper.bill(**changes)], by=None, at=at)
    assert outcome.value is not None
    return outcome.value.bill_id


def test_corrected_withdrawn_and_debt_bills_are_proven(cast: Cast, at: datetime) -> None:
    _bill(at)
    second = _bill(at, number="2")
    _bill(at, kind=2, lines=[], debt_before_kopecks=5)
    documents.withdraw([second], reason="Ошибка расчёта", by=None, at=at)
    assert proof.prove() == []


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("update bills_bill set charged_kopecks = charged_kopecks + 1 where id = {0}", ["bill.charged"]),
        ("update bills_bill set insurance_kopecks = 0 where id = {0}", ["bill.insurance"]),
        ("update bills_bill set penalty_kopecks = 0 where id = {0}", ["bill.penalty"]),
        ("update bills_bill set version = 3 where id = {0}", ["bill.versions"]),
        ("update bills_bill set superseded_at = now() where id = {0}", ["bill.current"]),
        ("update bills_bill set house_id = house_id + 1 where id = {0}", ["line.bill"]),
    ],
)
def test_damage_is_found_and_named(cast: Cast, at: datetime, damage: str, what: list[str]) -> None:
    bill_id = _bill(at)
    with connection.cursor() as cursor:
        cursor.execute(damage.format(bill_id))
    found = proof.prove()
    assert [one.what for one in found] == what and {one.subject for one in found} == {bill_id}
    assert str(bill_id) in str(found[0]) and found[0].facts()["what"] == what[0]
