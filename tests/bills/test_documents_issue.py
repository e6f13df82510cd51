"""Documents come in: checked to the kopeck, stored in versions, told once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.base.refusals import Refusal
from dvor.bills import documents
from dvor.bills.documents import Fate
from dvor.bills.models import Bill, Line, Payee
from dvor.homes.models import Flat
from dvor.notices.models import Notice
from tests.bills import paper
from tests.cast import Cast


def issue(at: datetime, *docs: documents.NewBill, by: Any = None) -> list[Any]:
    """The issued, or the code of the refusal, of each."""
    outcomes = documents.issue(docs, by=by, at=at)
    return [one.refusal.code if one.refusal else one.value for one in outcomes]


def test_a_bill_is_stored_with_its_lines_and_totals(cast: Cast, at: datetime) -> None:
    [one] = issue(at, paper.bill(debt_before_kopecks=100_000, taken_kopecks=40_000))
    stored = Bill.objects.select_related("payee").get(pk=one.bill_id)
    assert (stored.flat_id, stored.house_id, stored.version) == (cast.flat.pk, cast.house.pk, 1)
    assert (stored.charged_kopecks, stored.penalty_kopecks, stored.insurance_kopecks) == (248_122, 1_234, 9_876)
    assert stored.payable_kopecks == 248_122 + 1_234 + 100_000 - 40_000
    assert (stored.due_on, stored.number, stored.payee.bic) == (date(2026, 10, 10), "2026-09-1", "044525000")
    lines = list(Line.objects.filter(bill_id=one.bill_id).order_by("place"))
    assert [line.payable_kopecks for line in lines] == [187_498, 60_624, 1_234, 9_876]
    hot = lines[1]
    assert (hot.tariff, hot.volume, hot.meter_after) == (Decimal("243.16"), Decimal("3.4"), Decimal("53.9"))
    assert hot.recalculation_reason == "Отключение воды с 1 по 5 сентября"


def test_a_backslash_and_odd_spaces_in_a_title_do_no_harm(cast: Cast, at: datetime) -> None:
    line = paper.PENALTY._replace(title="Пени\\N по\tдоговору\u00a0№\u00a01")
    [one] = issue(at, paper.bill(lines=[paper.MAINTENANCE, line]))
    assert Line.objects.get(bill_id=one.bill_id, place=2).title == "Пени\\N по договору № 1"


def test_the_same_document_again_changes_nothing(cast: Cast, at: datetime) -> None:
    [first] = issue(at, paper.bill())
    [again] = issue(at, paper.bill(due_on=date(2026, 10, 10)))  # said aloud what was meant
    assert (again.bill_id, again.version, again.fate) == (first.bill_id, 1, Fate.UNCHANGED)
    assert Bill.objects.count() == 1 and Line.objects.count() == 4 and Payee.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"number": "2"}, {"due_on": date(2026, 10, 11)}, {"debt_before_kopecks": 1}, {"taken_until": date(2026, 9, 25)},
        {"debts": [(date(2026, 8, 1), 5)]}, {"payee": paper.PAYEE._replace(bank="Другой банк")},
        {"lines": [*paper.LINES[:3], paper.INSURANCE._replace(unit="шт.")]},
    ],
)  # fmt: skip
def test_whatever_is_said_otherwise_is_a_new_version(cast: Cast, at: datetime, change: dict[str, Any]) -> None:
    [first] = issue(at, paper.bill())
    [second] = issue(at, paper.bill(**change))
    assert (second.version, second.fate) == (2, Fate.CORRECTED)
    old = Bill.objects.get(pk=first.bill_id)
    assert old.superseded_at == at
    assert Bill.objects.get(superseded_at__isnull=True).pk == second.bill_id
    assert Line.objects.filter(bill_id=first.bill_id).count() == 4, "the old version keeps its lines"


@pytest.mark.parametrize(
    ("field", "stated"),
    [("charged_kopecks", 248_121), ("penalty_kopecks", 0), ("insurance_kopecks", 9_875), ("payable_kopecks", 249_357)],
)
def test_a_stated_total_must_agree_to_the_kopeck(cast: Cast, at: datetime, field: str, stated: int) -> None:
    [outcome] = documents.issue([paper.bill(**{field: stated})], by=None, at=at)
    assert outcome.refusal is not None and outcome.refusal.code == "total_mismatch"
    assert not Bill.objects.exists()


def test_a_mismatch_names_both_figures(cast: Cast, at: datetime) -> None:
    [outcome] = documents.issue([paper.bill(payable_kopecks=250_000)], by=None, at=at)
    assert "2\u00a0500,00" in str(outcome.refusal) and "2\u00a0493,56" in str(outcome.refusal)


def test_true_totals_are_taken(cast: Cast, at: datetime) -> None:
    totals = {"charged_kopecks": 248_122, "penalty_kopecks": 1_234, "insurance_kopecks": 9_876}
    [one] = issue(at, paper.bill(**totals, payable_kopecks=0, advance_before_kopecks=300_000))
    assert Bill.objects.get(pk=one.bill_id).payable_kopecks == 0, "an advance never makes a bill negative"


def test_insurance_is_never_inside_what_is_to_pay(cast: Cast, at: datetime) -> None:
    with_insurance, without = paper.bill(), paper.bill(lines=paper.LINES[:3], payer_code="1234567891")
    first, second = issue(at, with_insurance, without)
    payable = dict(Bill.objects.values_list("pk", "payable_kopecks"))
    assert payable[first.bill_id] == payable[second.bill_id]


def test_a_line_that_does_not_add_up_is_named(cast: Cast, at: datetime) -> None:
    lines = [paper.MAINTENANCE, paper.HOT._replace(payable_kopecks=60_625)]
    [outcome] = documents.issue([paper.bill(lines=lines)], by=None, at=at)
    assert outcome.refusal is not None and outcome.refusal.code == "line_mismatch"
    assert "Горячее" in str(outcome.refusal)


@pytest.mark.parametrize(
    "change",
    [
        {"period": date(2026, 9, 2)}, {"period": date(2026, 12, 1)}, {"period": date(1999, 1, 1)},
        {"due_on": date(2026, 8, 31)}, {"number": "я" * 41}, {"lines": []}, {"lines": [paper.PENALTY] * 201},
        {"debt_before_kopecks": -1}, {"advance_before_kopecks": 10**13}, {"debts": [(date(2026, 8, 1), 0)]},
        {"debts": [(date(2026, 8, 1), 1), (date(2026, 8, 1), 2)]},
        {"payee": paper.PAYEE._replace(inn="1")}, {"payee": paper.PAYEE._replace(account="0" * 20)},
        {"payee": paper.PAYEE._replace(name="")}, {"payee": paper.PAYEE._replace(bic="04452500a")},
        {"lines": [paper.PENALTY._replace(accrued_kopecks=-1)]}, {"lines": [paper.HOT._replace(benefit_kopecks=-1)]},
        {"lines": [paper.HOT._replace(tariff=Decimal("1e9"))]}, {"lines": [paper.HOT._replace(tariff=Decimal("NaN"))]},
        {"lines": [paper.HOT._replace(volume=Decimal("0.1234567"))]}, {"lines": [paper.HOT._replace(title="")]},
        {"lines": [paper.HOT._replace(title="\x00")]}, {"lines": [paper.HOT._replace(accrued_kopecks=10**15)]},
    ],
)  # fmt: skip
def test_what_no_bill_can_say_is_refused_alone(cast: Cast, at: datetime, change: dict[str, Any]) -> None:
    assert issue(at, paper.bill(**change), paper.bill(payer_code="1234567891"))[0] == "bill_unreadable"
    assert Bill.objects.get().flat == cast.second_flat


def test_a_debt_document_may_name_months_only_and_stands_beside_the_ordinary_one(cast: Cast, at: datetime) -> None:
    debt = paper.bill(kind=Bill.Kind.DEBT, lines=[], debt_before_kopecks=500, debts=[(date(2026, 7, 1), 500)])
    issue(at, paper.bill(), debt)
    assert list(Bill.objects.order_by("kind").values_list("kind", "payable_kopecks")) == [(1, 249_356), (2, 500)]


def test_a_flat_is_found_by_its_code_or_its_id_and_nowhere_else(cast: Cast, at: datetime) -> None:
    unknown = paper.bill(payer_code="9999999999")
    by_id = paper.bill(payer_code="", flat_id=cast.second_flat.pk)
    assert [one if isinstance(one, str) else one.fate for one in issue(at, paper.bill(), unknown, by_id)] == [
        Fate.ISSUED, "flat_unknown", Fate.ISSUED,
    ]  # fmt: skip


def test_two_documents_of_one_flat_and_month_contradict_each_other(cast: Cast, at: datetime) -> None:
    first, other, same = issue(at, paper.bill(), paper.bill(number="2"), paper.bill())
    assert (first.fate, other, same.fate) == (Fate.ISSUED, "bill_repeated", Fate.UNCHANGED)
    assert same.bill_id == first.bill_id


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_management_company_bills_its_own_houses_only(cast: Cast, at: datetime) -> None:
    own, foreign = issue(at, paper.bill(), paper.bill(payer_code="1234567892"), by=cast.ivan)
    assert (own.fate, foreign) == (Fate.ISSUED, "flat_unknown")


def test_the_city_bills_everywhere_and_residents_nowhere(cast: Cast, at: datetime) -> None:
    [one] = issue(at, paper.bill(payer_code="1234567892"), by=cast.olga)
    assert one.fate == Fate.ISSUED
    with pytest.raises(Refusal) as refused:
        issue(at, paper.bill(), by=cast.anna)
    assert (refused.value.code, refused.value.status) == ("not_allowed", 403)


# ── Who is told ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_residents_who_may_see_the_bill_are_told_once(cast: Cast, at: datetime) -> None:
    issue(at, paper.bill(), paper.bill(payer_code="1234567891"))
    issue(at, paper.bill(), paper.bill(number="corrected", payer_code="1234567890"))
    told = Notice.objects.filter(kind="bills.bill_issued")
    assert {one.resident_id for one in told} == {cast.anna.pk, cast.boris.pk}, "Vera's claim is not proven"
    assert told.count() == 2


def test_nobody_is_told_of_months_long_past(cast: Cast, at: datetime) -> None:
    issue(at, paper.bill(period=date(2026, 8, 1)), paper.bill(period=date(2025, 9, 1)))
    assert Bill.objects.count() == 2 and not Notice.objects.exists()


# ── As many as you like ──────────────────────────────────────────────────────────────────────────────────────────
def test_one_is_as_many_statements_as_five_hundred(cast: Cast, at: datetime) -> None:
    flats = Flat.objects.bulk_create([Flat(house=cast.house, number=f"b{n}") for n in range(501)])
    counts = []
    for chosen in (flats[:1], flats[1:]):
        docs = [
            paper.bill(payer_code="", flat_id=flat.pk, payee=paper.PAYEE._replace(name=str(flat.pk))) for flat in chosen
        ]
        with CaptureQueriesContext(connection) as queries:
            documents.issue(docs, by=cast.olga, at=at)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16, "savepoints among them"
    assert Bill.objects.count() == 501 and Line.objects.count() == 501 * 4


def test_lines_lie_in_the_partition_of_their_month(cast: Cast, at: datetime) -> None:
    issue(at, paper.bill())
    with connection.cursor() as cursor:
        cursor.execute("select distinct tableoid::regclass::text from bills_line")
        assert cursor.fetchall() == [("bills_line_202609",)]
