"""The command line: results on stdout, people's lines on stderr, exit codes that a script can trust."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured

from dvor.base import clock, periods
from dvor.base.refusals import Refusal
from dvor.cli import machine, words
from dvor.cli.program import run
from dvor.homes.models import Flat, House
from dvor.ledger.models import Lot, Wallet
from dvor.people.levels import Level
from dvor.points import activities, kinds
from tests.cast import Cast

HOMES = "unom;address;flat;payer_code\n2001;Парковая улица, дом 3;1;2000000001\n2001;Парковая улица, дом 3;2;{second}\n"


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Iterator[None]:
    """The tests have set Django up; a command must not do it again on another database."""
    configured = structlog.get_config()
    monkeypatch.setattr(machine, "ready", lambda *_data: machine.log_to_stderr())
    monkeypatch.setattr(clock, "now", lambda: at)
    yield
    structlog.configure(**configured)


@pytest.fixture
def paid(cast: Cast, at: datetime) -> Wallet:
    """Anna's wallet with one award."""
    kind = kinds.find(10)
    assert kind is not None
    act = activities.Activity(kind, cast.anna.pk, Level.FULL, "meter-1", periods.month_of(at), at)
    activities.record([act], by=cast.anna, at=at)
    return Wallet.objects.get(resident=cast.anna)


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    """The JSON object on stdout; nothing else may be there."""
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["import", "--help"], ["import", "readings", "--help"], ["run", "-h"]]
)
def test_help_is_at_every_step(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    assert "Usage" in capsys.readouterr().out


def test_the_terminals_language_is_spoken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    words._translation.cache_clear()
    assert run(["audit", "--help"]) == 0
    assert "Пересчитать баллы" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["fly"], ["import"], ["import", "homes"], ["import", "homes", "missing.csv"], ["run", "--port", "0"],
     ["expire", "--on", "someday"], ["export", "readings", "out.csv"],
     ["export", "readings", "out.pdf", "--month", "2026-10"]],
)  # fmt: skip
def test_a_wrong_call_is_exit_code_2_with_a_reason(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().err or arguments == ["import"]


@pytest.mark.parametrize(
    ("failure", "code"),
    [(Refusal("x", "The file is empty."), 2), (ImproperlyConfigured("DVOR_SECRET_KEY is not set."), 2),
     (machine.Wrong("port 8000 is taken"), 2), (KeyboardInterrupt(), 130), (ZeroDivisionError("ours"), 70)],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_failure_has_its_exit_code_and_only_ours_shows_a_trace(
    failure: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_data: Path) -> None:
        raise failure

    monkeypatch.setattr(machine, "ready", fail)
    assert run(["audit"]) == code
    error = capsys.readouterr().err
    assert ("Traceback" in error) == (code == 70)
    assert code != 2 or error == f"dvor: {failure}\n"


@pytest.mark.django_db
def test_the_audit_finds_nothing_and_then_something(paid: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "--json"]) == 0
    assert told(capsys) == {"differences": [], "count": 0}
    Wallet.objects.filter(pk=paid.pk).update(available=21)
    assert run(["audit", "--json"]) == 1
    found = told(capsys)
    assert found["count"] == len(found["differences"]) > 0
    assert run(["audit"]) == 1
    assert str(paid.pk) in capsys.readouterr().out


@pytest.mark.django_db
def test_expire_lets_the_past_happen_and_not_the_future(paid: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["expire", "--json"]) == 0
    assert told(capsys)["expired"] == 0
    assert run(["expire", "--on", "2030-01-01"]) == 2
    assert "future" in capsys.readouterr().err
    assert Lot.objects.get(wallet_id=paid.pk).remaining == 20


@pytest.mark.django_db
def test_homes_come_in_and_again_without_change(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "homes.csv"
    file.write_text(HOMES.format(second="2000000002"), encoding="utf-8")
    assert run(["import", "homes", str(file), "--json"]) == 0
    done = told(capsys)
    assert (done["houses_added"], done["flats_added"], done["rows"], done["refused_rows"]) == (1, 2, 2, 0)
    assert not (tmp_path / "homes.csv.errors.csv").exists(), "a clean file leaves no report"
    assert run(["import", "homes", str(file), "--json"]) == 0
    assert told(capsys)["flats_same"] == 2
    assert Flat.objects.filter(house__unom=2001).count() == 2


@pytest.mark.django_db
def test_a_bad_row_is_exit_code_1_and_stands_in_the_report(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "homes.csv"
    file.write_text(HOMES.format(second="12"), encoding="utf-8")
    assert run(["import", "homes", str(file), "--json"]) == 1
    done = told(capsys)
    assert (done["flats_added"], done["refused_rows"]) == (1, 1)
    report = Path(done["report"]).read_text(encoding="utf-8-sig")
    assert report.splitlines()[1].startswith("3;payer_code;12")


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.7", b"a;b\n1;2\n"])
@pytest.mark.parametrize("what", [["homes"], ["readings"]])
def test_a_file_that_is_no_table_is_one_line(
    cast: Cast, tmp_path: Path, content: bytes, what: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    assert run(["import", *what, str(file)]) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("dvor: ")
    assert House.objects.count() == 2


@pytest.mark.django_db
def test_nobody_answers_for_an_import_in_a_strangers_name(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "homes.csv"
    file.write_text(HOMES.format(second="2000000002"), encoding="utf-8")
    assert run(["import", "homes", str(file), "--by", "nobody"]) == 2
    assert "--by" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_readings_go_out_to_a_file(cast: Cast, tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / f"readings.{ending}"
    assert run(["export", "readings", str(file), "--month", "2026-10", "--json"]) == 0
    assert told(capsys)["rows"] == 0
    assert file.stat().st_size > 0
    assert run(["export", "readings", str(file), "--month", "2026-10", "--house", "99"]) == 2


@pytest.mark.django_db
def test_health_names_what_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["health", "--json"]) == 1
    checks = told(capsys)
    assert checks["database"] == "ok"
    assert "dvor worker" in checks["worker"]


def test_the_settings_page_names_every_variable(capsys: pytest.CaptureFixture[str]) -> None:
    from dvor.environment import VARIABLES

    assert run(["settings"]) == 0
    page = capsys.readouterr().out
    assert all(f"`{variable.name}`" in page for variable in VARIABLES)


def test_manage_is_djangos_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core import management

    seen: list[list[str]] = []
    monkeypatch.setattr(management, "execute_from_command_line", seen.append)
    assert run(["manage", "migrate", "--plan", "-v", "2"]) == 0
    assert seen == [["dvor manage", "migrate", "--plan", "-v", "2"]]


def test_a_command_that_is_interrupted_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted: Callable[..., None] = lambda *_data: (_ for _ in ()).throw(KeyboardInterrupt)  # noqa: E731
    monkeypatch.setattr(machine, "ready", interrupted)
    assert run(["health"]) == 130
