"""dvor import statement, dvor report day, dvor audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from dvor.base import clock
from dvor.cli import machine
from dvor.cli.program import run
from dvor.demo import bank
from dvor.settlements.models import Account, Entry
from tests.cast import Cast
from tests.settlements import books
from tests.settlements.books import NEXT, file, transfer


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Iterator[None]:
    configured = structlog.get_config()
    monkeypatch.setattr(machine, "ready", lambda *_data: machine.log_to_stderr())
    monkeypatch.setattr(clock, "now", lambda: at)
    yield
    structlog.configure(**configured)


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_statement_is_imported_and_the_day_reported(
    account: Account, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books.payment(cast.anna, cast.flat, 100_000)
    path = tmp_path / "kl_to_1c.txt"
    path.write_bytes(file(transfer(100_000, 1_200)))
    assert run(["import", "statement", str(path), "--json"]) == 0
    assert told(capsys)["matched"] == 1
    assert run(["report", "day", "2026-10-15", "--json"]) == 0
    [report] = told(capsys)["accounts"]
    assert (report["received_kopecks"], report["commission_kopecks"], report["gap_kopecks"]) == (98_800, 1_200, 0)
    assert run(["report", "day", "2026-10-15"]) == 0
    assert "988,00" in capsys.readouterr().out
    run(["audit", "--json"])  # these payments were written past the acts of payments, which it tells
    assert not [one for one in told(capsys)["differences"] if one["what"].startswith(("day.", "item.", "entry."))]
    assert list(tmp_path.iterdir()) == [path], "no report lies beside a clean file"


def test_what_differs_is_an_exit_code(
    account: Account, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books.payment(cast.anna, cast.flat, 100_000)
    path = tmp_path / "kl_to_1c.txt"
    path.write_bytes(file(transfer(99_999)))
    assert run(["import", "statement", str(path), "--json"]) == 1
    assert told(capsys)["differences"] == 1
    assert run(["report", "day", "2026-10-15", "--json"]) == 1
    assert told(capsys)["accounts"][0]["gap_kopecks"] == 1


def test_a_wrong_file_leaves_its_report(account: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kl_to_1c.txt"
    path.write_bytes(file(bank.Transfer(NEXT, 500, "x")).replace(b"=5.00", b"=5.x0"))
    assert run(["import", "statement", str(path)]) == 2
    report = (tmp_path / "kl_to_1c.txt.errors.csv").read_text(encoding="utf-8-sig")
    assert "5.x0" in report and not Entry.objects.exists()
    path.write_bytes(b"%PDF")
    assert run(["import", "statement", str(path)]) == 2
    assert not (tmp_path / "kl_to_1c.txt.errors.csv").exists()


def test_no_report_without_an_account(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "day", "2026-10-15"]) == 2


def test_the_demos_bank_pays_the_day_before(
    account: Account, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books.refund(books.payment(cast.anna, cast.flat, 100_000), 1_000)
    path = tmp_path / "statement.txt"
    assert run(["export", "demo-statement", "2026-10-16", str(path)]) == 0
    assert run(["import", "statement", str(path)]) == 0
    assert (books.day().gap_kopecks, books.day().commission_kopecks) == (0, 1_188)
