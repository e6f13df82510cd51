"""A statement is taken once, each line once, and each kopeck belongs somewhere or is told."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.demo import bank
from dvor.people.models import Resident
from dvor.settlements import recognition
from dvor.settlements.models import Account, Day, Difference, Entry, Match, Statement
from tests.cast import Cast
from tests.settlements import books
from tests.settlements.books import DAY, NEXT, OTHER_ACCOUNT, direct, file, load, transfer

Kind = Difference.Kind


def test_the_acquirers_transfer_settles_its_day_to_the_kopeck(account: Account, cast: Cast, at: datetime) -> None:
    for kopecks in (100_001, 250_002):
        books.payment(cast.anna, cast.flat, kopecks)
    books.payment(cast.anna, cast.flat, 777, day=NEXT)
    done = load(file(transfer(350_003, 4_207)), at=at)
    assert (done.statements, done.loaded, done.matched, done.differences) == (1, 1, 1, 0)
    day = books.day()
    assert (day.expected_kopecks, day.received_kopecks, day.commission_kopecks) == (350_003, 345_796, 4_207)
    assert day.gap_kopecks == 0 and day.open_count == 0


def test_refunds_are_taken_off_on_the_day_on_which_they_were_done(account: Account, cast: Cast, at: datetime) -> None:
    paid = books.payment(cast.anna, cast.flat, 100_000)
    books.refund(paid, 30_000)
    load(file(transfer(70_000, 1_000)), at=at)
    assert (books.day().expected_kopecks, books.day().gap_kopecks) == (70_000, 0)


def test_the_day_of_a_payment_is_the_citys(account: Account, cast: Cast, at: datetime) -> None:
    made = books.payment(cast.anna, cast.flat, 5_000)
    type(made).objects.filter(pk=made.pk).update(paid_at=datetime.fromisoformat("2026-10-15T22:30:00+00:00"))
    load(file(), at=at)
    assert books.day(NEXT).expected_kopecks == 5_000, "22:30 in London is tomorrow in Moscow"


def test_the_same_file_again_changes_nothing(account: Account, cast: Cast, at: datetime) -> None:
    books.payment(cast.anna, cast.flat, 100_000)
    data = file(transfer(100_000), direct(cast.flat, 500))
    first, again = load(data, at=at), load(data, at=at)
    assert not first.same and again.same and again.loaded == 0
    assert (Statement.objects.count(), Entry.objects.count(), Match.objects.count()) == (1, 2, 2)
    assert AuditEntry.objects.filter(act="settlements.statement.imported").count() == 1


def test_an_overlapping_file_adds_only_what_is_new(account: Account, cast: Cast, at: datetime) -> None:
    books.bill(cast.flat)
    one, two = direct(cast.flat, 500), direct(cast.flat, 600)
    load(file(one, since=DAY, until=NEXT), at=at)
    done = load(file(one, two, since=DAY, until=date(2026, 10, 18)), at=at)
    assert (done.loaded, done.repeated) == (1, 1)
    assert sorted(Entry.objects.values_list("kopecks", flat=True)) == [500, 600]


def test_two_transfers_that_do_not_differ_in_anything_are_two(account: Account, cast: Cast, at: datetime) -> None:
    bill = books.bill(cast.flat, 900)
    twice = bank.Transfer(NEXT, 500, "ЕПД за 09.2026, код плательщика 1234567890", number=7)
    load(file(twice, twice), at=at)
    assert Entry.objects.count() == 2 and Match.objects.filter(bill_id=bill.pk).count() == 2
    [found] = Difference.objects.all()
    assert (found.kind, found.code, found.kopecks) == (Kind.OTHER_SUM, "paid_more", 100)
    assert load(file(twice, twice, until=date(2026, 10, 17)), at=at).loaded == 0


def test_a_transfer_for_several_days_fills_each(account: Account, cast: Cast, at: datetime) -> None:
    days = [date(2026, 10, 15 + place) for place in range(3)]
    for place, day in enumerate(days):
        books.payment(cast.anna, cast.flat, 10_001 + place, day=day)
    load(
        file(transfer(30_006, 301, day=days[0], until=days[2], on=date(2026, 10, 18)), until=date(2026, 10, 18)), at=at
    )
    found = [books.day(day) for day in days]
    assert [day.gap_kopecks for day in found] == [0, 0, 0]
    assert sum(day.commission_kopecks for day in found) == 301
    assert sum(day.received_kopecks for day in found) == 29_705


# ── Differences ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_payments_without_money_are_told_once_the_next_day_is_known(account: Account, cast: Cast, at: datetime) -> None:
    books.payment(cast.anna, cast.flat, 9_999)
    load(file(since=DAY, until=DAY), at=at)
    assert not Difference.objects.exists(), "the money may be on its way"
    done = load(file(since=NEXT, until=NEXT), at=at)
    [found] = Difference.objects.all()
    assert (done.differences, found.kind, found.kopecks, found.day) == (1, Kind.NO_MONEY, 9_999, books.day())


def test_money_that_comes_late_ends_its_difference_by_itself(account: Account, cast: Cast, at: datetime) -> None:
    books.payment(cast.anna, cast.flat, 9_999)
    load(file(since=NEXT, until=NEXT), at=at)
    late = date(2026, 10, 19)
    load(file(transfer(9_999, on=late), since=late, until=late), at=at)
    [found] = Difference.objects.all()
    assert found.gone_at == at and found.resolved_at is None
    assert (books.day().gap_kopecks, books.day().open_count) == (0, 0)


@pytest.mark.parametrize(
    ("paid", "sums", "kind", "kopecks"),
    [
        ((), (500,), Kind.NO_PAYMENT, -500),
        ((500,), (499,), Kind.OTHER_SUM, 1),
        ((500,), (501,), Kind.OTHER_SUM, -1),
        ((500,), (500, 500), Kind.DOUBLE, -500),
        ((500, 300), (500,), Kind.OTHER_SUM, 300),
    ],
)
def test_each_kind_of_gap_is_told(
    account: Account, cast: Cast, at: datetime, paid: tuple[int, ...], sums: tuple[int, ...], kind: Kind, kopecks: int
) -> None:
    for one in paid:
        books.payment(cast.anna, cast.flat, one)
    load(file(*(transfer(one) for one in sums)), at=at)
    [found] = Difference.objects.all()
    assert (found.kind, found.code, found.kopecks, found.entry_id) == (kind, "gap", kopecks, None)


@pytest.mark.parametrize(
    ("purpose", "code"),
    [
        ("за квартиру", "code_missing"),
        ("код плательщика 9999999999 за 09.2026", "code_unknown"),
        ("1234567890 1234567891 за 09.2026", "code_several"),
        ("код плательщика 1234567890", "month_missing"),
        ("код плательщика 1234567890 за 08.2026", "bill_missing"),
        ("код плательщика 1234567890 за 07.2026", "bill_withdrawn"),
        ("код плательщика 1234567890 за 06.2026", "paid_already"),
    ],
)
def test_each_transfer_that_belongs_nowhere_says_why(
    account: Account, cast: Cast, at: datetime, purpose: str, code: str
) -> None:
    books.bill(cast.flat)
    withdrawn = books.bill(cast.flat, period=date(2026, 7, 1))
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(withdrawn_at=at, withdrawn_reason="ошибка")
    paid = books.bill(cast.flat, 500, period=date(2026, 6, 1))
    books.payment(cast.anna, cast.flat, 500, of=paid, day=date(2026, 9, 1))
    load(file(bank.Transfer(NEXT, 500, purpose)), at=at)
    found = Difference.objects.get(entry__isnull=False)
    assert (found.code, found.kopecks, found.day) == (code, 500, books.day(NEXT))
    assert found.kind == (Kind.DOUBLE if code == "paid_already" else Kind.NO_PAYMENT)


@pytest.mark.parametrize(
    ("purpose", "code"),
    [
        ("Перечисление средств по договору", "registry_unreadable"),
        ("реестр за 30.09.2026", "registry_day"),
        ("реестр за 21.10.2026", "registry_day"),
        ("реестр за 01.10.2026-20.12.2026", "registry_day"),
    ],
)
def test_a_transfer_of_the_acquirer_for_no_possible_day_is_told(
    account: Account, at: datetime, purpose: str, code: str
) -> None:
    load(file(bank.Transfer(NEXT, 500, purpose, bank.ACQUIRER_NAME, bank.ACQUIRER_INN)), at=at)
    [found] = Difference.objects.all()
    assert (found.code, found.day) == (code, books.day(NEXT))


# ── Residents' own transfers ─────────────────────────────────────────────────────────────────────────────────────
def test_a_transfer_by_qr_belongs_to_the_bill_of_its_flat_and_month(account: Account, cast: Cast, at: datetime) -> None:
    bill = books.bill(cast.flat, 10_000)
    load(file(direct(cast.flat, 4_000), direct(cast.flat, 6_000)), at=at)
    assert set(Match.objects.values_list("bill_id", "kopecks")) == {(bill.pk, 4_000), (bill.pk, 6_000)}
    assert not Difference.objects.exists()
    assert (books.day(NEXT).direct_kopecks, books.day(NEXT).gap_kopecks) == (10_000, 0)


def test_more_than_was_left_is_matched_and_told(account: Account, cast: Cast, at: datetime) -> None:
    bill = books.bill(cast.flat, 10_000, insurance=500)
    books.payment(cast.anna, cast.flat, 3_000, of=bill, day=date(2026, 9, 30))
    load(file(direct(cast.flat, 8_000)), at=at)
    [found] = Difference.objects.filter(entry__isnull=False)
    assert (found.kind, found.code, found.kopecks) == (Kind.OTHER_SUM, "paid_more", 500)


def test_a_payer_code_that_the_purpose_does_not_name_alone_is_found_among_other_numbers(
    account: Account, cast: Cast, at: datetime
) -> None:
    books.bill(cast.flat)
    purpose = "квартплата 1234567890 за сентябрь 2026, заявка 5550001112"
    load(file(bank.Transfer(NEXT, 700, purpose)), at=at)
    assert not Difference.objects.exists() and Entry.objects.get().payer_code == "1234567890"


# ── What the file is ─────────────────────────────────────────────────────────────────────────────────────────────
def test_money_that_left_is_kept_and_not_matched(account: Account, at: datetime) -> None:
    text = bank.statement(
        account.number, [bank.Transfer(NEXT, 500, "x", incoming=False)], since=DAY, until=NEXT, opening_kopecks=900
    )
    done = load(bank.encoded(text), at=at)
    assert (done.outgoing, done.differences) == (1, 0)


def test_names_accounts_and_purposes_are_sealed(account: Account, cast: Cast, at: datetime) -> None:
    load(file(direct(cast.flat, 500)), at=at)
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(entry)::text, sealed from settlements_entry as entry")
        [(row, sealed)] = cursor.fetchall()
    assert "Иванова" not in row and "40817810099910004312" not in row
    assert "Иванова".encode() not in bytes(sealed)
    told = recognition.told(Entry.objects.get())
    assert told["payer"] == "Иванова Мария Петровна" and told["payer_account"] == "40817810099910004312"


def test_a_file_of_other_accounts_is_refused(account: Account, at: datetime) -> None:
    with pytest.raises(Refusal) as caught:
        load(file(number="4" * 20), at=at)
    assert caught.value.code == "account_unknown" and not Statement.objects.exists()


def test_a_foreign_account_in_a_file_of_ours_is_told(account: Account, at: datetime) -> None:
    other = bank.statement(OTHER_ACCOUNT, [], since=DAY)
    text = bank.statement(account.number, [], since=DAY)
    done = load(bank.encoded(text.replace("КонецФайла\n", other[other.index("СекцияРасч") :])), at=at)
    assert done.statements == 1 and "•0002" in str(done.warnings[0])


def test_a_statement_that_is_missing_between_two_is_told(account: Account, at: datetime) -> None:
    load(bank.encoded(bank.statement(account.number, [], since=DAY, opening_kopecks=100)), at=at)
    done = load(bank.encoded(bank.statement(account.number, [], since=NEXT, opening_kopecks=300)), at=at)
    assert "1,00" in str(done.warnings[0]) and "3,00" in str(done.warnings[0])


def test_lines_from_before_the_first_day_are_kept_and_not_reconciled(account: Account, at: datetime) -> None:
    before = date(2026, 9, 30)
    done = load(file(bank.Transfer(before, 500, "за квартиру"), since=before, until=before), at=at)
    assert (done.loaded, done.differences, Day.objects.count()) == (1, 0, 0)


def test_a_wrong_file_leaves_nothing_behind(account: Account, cast: Cast, at: datetime) -> None:
    with pytest.raises(Refusal):
        load(file(direct(cast.flat, 500)).replace("КонецФайла".encode("cp1251"), b""), at=at)
    assert not Statement.objects.exists() and not Entry.objects.exists()


def test_only_an_accountant_loads(account: Account, cast: Cast, raisa: Resident, at: datetime) -> None:
    for stranger in (cast.anna, cast.olga, cast.ivan):
        with pytest.raises(Refusal) as caught:
            load(file(), at=at, by=stranger)
        assert caught.value.code == "not_allowed"
    assert load(file(), at=at, by=raisa).statements == 1


def test_a_stream_and_a_path_are_read(account: Account, at: datetime, tmp_path: object) -> None:
    from dvor.base.files import ErrorReport
    from dvor.settlements import statements

    done = statements.import_(io.BytesIO(file()), report=ErrorReport(), by=None, at=at)
    assert done.statements == 1


def test_ten_thousand_lines_cost_as_many_statements_as_one(account: Account, cast: Cast, at: datetime) -> None:
    books.bill(cast.flat, 10_000_000)
    books.payment(cast.anna, cast.flat, 100)
    many = [direct(cast.flat, 100 + place) for place in range(10_000)]
    with CaptureQueriesContext(
        connection,
    ) as few:
        load(file(transfer(100), *many[:2], until=NEXT), at=at)
    with CaptureQueriesContext(connection) as lots:
        load(file(transfer(100), *many, until=date(2026, 10, 17)), at=at)
    assert Entry.objects.count() == 10_001 and Match.objects.filter(bill_id__isnull=False).count() == 10_000
    assert len(lots) <= len(few) + 2, "a statement more where something is new, not one a line"
