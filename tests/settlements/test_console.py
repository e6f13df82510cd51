"""The accountant's desk: statements, days, differences, the report; who looks and who acts."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dvor.base import clock
from dvor.demo import bank
from dvor.people.models import Resident
from dvor.settlements.models import Account, Difference, Match, Statement
from tests.cast import Cast
from tests.settlements import books
from tests.settlements.books import DAY, NEXT, direct, file, load, transfer

STATEMENT, ACCOUNT = "/console/bank-statement/", "/console/bank-account/"
DAYS, DIFFERENCES = "/console/settlements/day/", "/console/settlements/difference/"


@pytest.fixture(autouse=True)
def _present(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def desk(raisa: Resident) -> Client:
    client = Client(headers={"accept-language": "ru"})
    client.force_login(raisa)
    return client


@pytest.fixture
def busy(account: Account, cast: Cast, at: datetime) -> Account:
    """Two hundred kopecks are missing of a day, and somebody paid for nobody knows what."""
    books.payment(cast.anna, cast.flat, 100_000)
    books.payment(cast.anna, cast.flat, 200)
    load(file(transfer(100_000, 1_000), direct(cast.flat, 700), bank.Transfer(NEXT, 500, "за квартиру Анны")), at=at)
    return account


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("kl_to_1c.txt", data)


def act(desk: Client, where: str, row: int, action: str, **filled: object) -> str:
    asked = {"action": action, "_selected_action": row, "from_row": "yes", "confirmed": "yes", **filled}
    return desk.post(where, asked, follow=True).content.decode()


def test_a_statement_is_loaded_and_says_what_became_of_it(desk: Client, account: Account, cast: Cast) -> None:
    books.payment(cast.anna, cast.flat, 100)
    data = file(transfer(100), bank.Transfer(NEXT, 500, "за квартиру"))
    page = desk.post(STATEMENT, {"file": upload(data)}).content.decode()
    assert "Новых строк: 2" in page and "Новых расхождений: 1" in page
    again = desk.post(STATEMENT, {"file": upload(data)}).content.decode()
    assert "уже загружен" in again and Statement.objects.get().loaded_by == cast.gleb


def test_a_wrong_statement_shows_its_lines(desk: Client, account: Account) -> None:
    wrong = file(bank.Transfer(NEXT, 500, "x")).replace("Сумма=5.00".encode("cp1251"), "Сумма=5x00".encode("cp1251"))
    page = desk.post(STATEMENT, {"file": upload(wrong)})
    assert page.status_code == 422 and "5x00" in page.content.decode() and not Statement.objects.exists()
    assert desk.post(STATEMENT, {"file": upload(b"%PDF")}).status_code == 422
    assert desk.post(STATEMENT, {}).status_code == 422


def test_the_report_of_a_day_is_a_page_and_two_files(desk: Client, busy: Account) -> None:
    address = f"/console/bank-day/{busy.pk}/{DAY.isoformat()}"
    page = desk.get(f"{address}/").content.decode().replace("\u00a0", " ")
    assert "1 002,00 ₽" in page and "990,00 ₽" in page and "10,00 ₽" in page and "2,00 ₽" in page
    table = b"".join(desk.get(f"{address}.csv").streaming_content).decode()  # type: ignore[arg-type]
    assert "Осталась разница;;2026-10-15;2,00;;открыто;" in table
    assert b"".join(desk.get(f"{address}.xlsx").streaming_content).startswith(b"PK")  # type: ignore[arg-type]
    for wrong in (f"{address}.pdf", f"/console/bank-day/{busy.pk}/nonsense/", "/console/bank-day/99999/2026-10-15/"):
        assert desk.get(wrong).status_code == 404


def test_a_difference_is_resolved_and_the_day_closed(desk: Client, busy: Account) -> None:
    gap = Difference.objects.get(entry__isnull=True)
    page = desk.get(f"{DIFFERENCES}{gap.pk}/change/").content.decode()
    assert "платёж № " in page, "one payment of exactly that sum may be the one"
    assert "не сходится" in act(desk, DAYS, gap.day_id, "close", reason="всё сошлось")
    act(desk, DIFFERENCES, gap.pk, "resolve", reason="эквайер перечислит завтра")
    act(desk, DAYS, gap.day_id, "close", reason="остальное сошлось")
    assert books.day().closed_at is not None
    assert "день закрыт" in desk.get(DAYS).content.decode()


def test_a_transfer_is_given_to_a_bill(desk: Client, busy: Account) -> None:
    found = Difference.objects.get(code="code_missing")
    page = desk.get(f"{DIFFERENCES}{found.pk}/change/").content.decode()
    assert "за квартиру Анны" in page and "И••• М••• П•••" in page and "Иванова" not in page
    told = {"payer_code": "1234567890", "period": "2026-09-01", "reason": "позвонила плательщица"}
    act(desk, DIFFERENCES, found.pk, "to_bill", **told)
    assert Match.objects.filter(entry=found.entry, bill_id__isnull=False).exists()


def test_an_act_wants_a_reason(desk: Client, busy: Account) -> None:
    gap = Difference.objects.get(entry__isnull=True)
    asked = {"action": "resolve", "_selected_action": gap.pk, "confirmed": "yes", "reason": ""}
    assert desk.post(DIFFERENCES, asked).status_code == 422
    gap.refresh_from_db()
    assert gap.is_open


def test_an_account_is_opened(desk: Client) -> None:
    filled = {"title": "Спецсчёт", "number": "4" * 20, "since": "2026-10-01", "acquirer": "", "acquirer_inn": "",
              "reason": "начинаем сверку"}  # fmt: skip
    assert desk.post(ACCOUNT, filled | {"number": "12"}).status_code == 422
    assert desk.post(ACCOUNT, filled | {"acquirer": "yookassa"}).status_code == 422
    assert desk.post(ACCOUNT, filled).status_code == 302
    assert desk.post(ACCOUNT, filled).status_code == 422
    assert Account.objects.get().since == date(2026, 10, 1)


LOOK = [DAYS, DIFFERENCES, "/console/settlements/statement/", "/console/settlements/account/"]


def test_a_city_operator_looks_and_does_not_act(busy: Account, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.olga)
    assert [client.get(path).status_code for path in LOOK] == [200] * 4
    assert client.get(f"/console/bank-day/{busy.pk}/2026-10-15/").status_code == 200
    assert client.get(STATEMENT).status_code == 403 and client.get(ACCOUNT).status_code == 403
    gap = Difference.objects.get(entry__isnull=True)
    act(client, DIFFERENCES, gap.pk, "resolve", reason="так надо мне")
    gap.refresh_from_db()
    assert gap.is_open


def test_nobody_else_looks(busy: Account, cast: Cast) -> None:
    for stranger in (cast.ivan, cast.anna):
        client = Client()
        client.force_login(stranger)
        for path in [*LOOK, STATEMENT, ACCOUNT, f"/console/bank-day/{busy.pk}/2026-10-15/"]:
            assert client.get(path).status_code in {302, 403}, path


def test_nothing_is_edited_or_deleted_by_rows(desk: Client, busy: Account) -> None:
    day = books.day()
    desk.post(f"{DAYS}{day.pk}/change/", {"received_kopecks": "1"})
    desk.post(f"{DAYS}{day.pk}/delete/", {"post": "yes"})
    assert books.day() == day and books.day().received_kopecks == day.received_kopecks
    assert desk.get(f"{DAYS}add/").status_code == 403
