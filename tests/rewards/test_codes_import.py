"""Pools of codes: loaded once, reported by row, and never to be seen again by an operator."""

from __future__ import annotations

import io
import logging
import time
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.base.files import ErrorReport
from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal
from dvor.people.models import Role
from dvor.rewards import codes, orders
from dvor.rewards.models import PromoCode
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points


def csv(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode())


def test_codes_are_sealed_and_counted(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher()
    loaded = codes.import_(csv("Промокод", "SECRET-1", "SECRET-2"), reward_id=reward.pk, by=cast.olga, at=at)
    assert loaded == codes.Loaded(loaded=2, repeated=0, wrong=0)
    assert not any(b"SECRET" in bytes(code.sealed) for code in PromoCode.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from rewards_promocode as code where code::text like %s", ["%SECRET%"])
        assert cursor.fetchone() == (0,)


def test_a_code_is_loaded_once_in_a_file_in_a_reward_and_at_a_partner(shop: Shop, cast: Cast, at: datetime) -> None:
    reward, other = shop.voucher("OLD-CODE-1"), shop.voucher("ELSE-CODE-1")
    report = ErrorReport()
    loaded = codes.import_(
        csv("code", "NEW-CODE-1", "OLD-CODE-1", "NEW-CODE-1", "ELSE-CODE-1", "new-code-1"),
        reward_id=reward.pk, by=cast.olga, at=at, report=report,
    )  # fmt: skip
    assert loaded == codes.Loaded(loaded=2, repeated=3, wrong=0)
    errors = {error.row: error for error in report.first}
    assert sorted((error.row, error.column) for error in report.first) == [(3, "code"), (4, "code"), (5, "code")]
    assert "2" in str(errors[4].reason) and str(other.pk) in str(errors[5].reason)


def test_partners_may_have_the_same_code(shop: Shop, cast: Cast, at: datetime) -> None:
    ours = shop.voucher("SPRING-26")
    theirs = shop.voucher("SPRING-26", partner_id=shop.fund.pk)
    assert PromoCode.objects.filter(reward__in=[ours, theirs]).count() == 2


def test_bad_rows_are_named_and_the_rest_is_loaded(shop: Shop, cast: Cast, at: datetime) -> None:
    report = ErrorReport()
    loaded = codes.import_(
        csv("code;valid until", "GOOD-1;31.12.2026", "AB;31.12.2026", "GOOD-2;32.13.2026", f"{'X' * 101};",
            ";31.12.2026", "GONE-1;19.10.2026", "GOOD-3;"),
        reward_id=shop.voucher(valid_until=date(2026, 11, 30)).pk, by=cast.olga, at=at, report=report,
    )  # fmt: skip
    assert loaded == codes.Loaded(loaded=2, repeated=0, wrong=5)
    assert sorted({error.row for error in report.first}) == [3, 4, 5, 6, 7]
    days = set(PromoCode.objects.values_list("valid_until", flat=True))
    assert days == {date(2026, 12, 31), date(2026, 11, 30)}


def test_neither_report_nor_audit_nor_log_holds_a_code(
    shop: Shop, cast: Cast, at: datetime, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: object
) -> None:
    secrets = ["TOP-SECRET-CODE-1", "TOP-SECRET-CODE-2", "TOP-SECRET-" + "X" * 120]
    reward = shop.voucher(secrets[0])
    path = tmp_path / "errors.csv"
    with caplog.at_level(logging.DEBUG), ErrorReport(path) as report:
        codes.import_(csv("code", *secrets, secrets[1]), reward_id=reward.pk, by=cast.olga, at=at, report=report)
    told = path.read_text() + str(list(AuditEntry.objects.values())) + caplog.text
    assert report.count == 3 and "SECRET" not in told
    entry = AuditEntry.objects.filter(act="rewards.codes.loaded").latest("pk")
    assert entry.facts == {"loaded": 1, "repeated": 2, "wrong": 1}


def test_a_workbook_is_read_and_a_rounded_number_is_refused(shop: Shop, cast: Cast, at: datetime) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for row, value in enumerate(["Код", 123456789, "0042", 4276380012345678901]):
            sheet.write(row, 0, value)
    report, reward = ErrorReport(), shop.voucher(order_max=2)
    loaded = codes.import_(io.BytesIO(out.getvalue()), reward_id=reward.pk, by=cast.olga, at=at, report=report)
    assert (loaded.loaded, loaded.wrong, report.first[0].row) == (2, 1, 4)
    give_points(cast.anna, 200, at=at)
    order = orders.place(reward_id=reward.pk, quantity=2, by=cast.anna, at=at, key="a")
    assert [code.text for code in codes.shown(order)] == ["123456789", "0042"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.7", "file_kind"),
        (b"name;price\nA;1", "columns_missing"),
        (b"PK\x03\x04x", "file_"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(
    shop: Shop, cast: Cast, at: datetime, content: bytes, refusal: str
) -> None:
    with pytest.raises(Refusal) as caught:
        codes.import_(io.BytesIO(content), reward_id=shop.voucher().pk, by=cast.olga, at=at)
    assert caught.value.code.startswith(refusal)


def test_only_the_city_and_the_partner_itself_load(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher()
    for role, organisation, allowed in (
        (None, None, False),
        (Role.Name.PARTNER, shop.fund, False),
        (Role.Name.PARTNER, shop.partner, True),
    ):
        if role:
            cast.gleb.roles.all().delete()
            Role.objects.create(resident=cast.gleb, name=role, organisation=organisation, granted_at=at)
            cast.gleb.__dict__.pop("has_role", None)
        if allowed:
            assert codes.import_(csv("code", "PARTNER-1"), reward_id=reward.pk, by=cast.gleb, at=at).loaded == 1
        else:
            with pytest.raises(Refusal) as caught:
                codes.import_(csv("code", "PARTNER-1"), reward_id=reward.pk, by=cast.gleb, at=at)
            assert caught.value.code == "not_allowed"


def test_a_donation_takes_no_codes(shop: Shop, cast: Cast, at: datetime) -> None:
    for reward_id, code in ((shop.donation().pk, "reward_without_codes"), (10**12, "reward_unknown")):
        with pytest.raises(Refusal) as caught:
            codes.import_(csv("code", "ABCD"), reward_id=reward_id, by=cast.olga, at=at)
        assert caught.value.code == code


@pytest.mark.slow
def test_a_hundred_thousand_codes_go_in_by_sets(shop: Shop, cast: Cast, at: datetime) -> None:
    reward = shop.voucher()
    file = csv("code", *(f"BULK-{number:06}" for number in range(100_000)))
    with CaptureQueriesContext(connection) as queries:
        began = time.monotonic()
        loaded = codes.import_(file, reward_id=reward.pk, by=cast.olga, at=at)
    print(f"{100_000 / (time.monotonic() - began):.0f} codes/s")  # noqa: T201 a figure for whoever runs it
    assert loaded.loaded == 100_000
    assert len(queries) <= 100_000 // codes.BATCH + 10
