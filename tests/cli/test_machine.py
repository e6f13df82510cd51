"""What a start leaves on a machine, and how processes are kept alive."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from dvor.cli import demo, machine
from dvor.cli.supervisor import Child, Supervisor


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test sets in the process environment goes with it."""
    for name in list(os.environ):
        monkeypatch.setenv(name, os.environ[name])
    for name in (*machine.SECRETS, "DVOR_DEMO_DATE", "DVOR_SITE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_secrets_are_made_once_and_are_nobody_elses_to_read(tmp_path: Path) -> None:
    machine.keep(tmp_path, DVOR_DEMO="yes")
    path = tmp_path / "environment"
    assert path.stat().st_mode & 0o777 == 0o600
    first = machine.load(tmp_path)
    machine.keep(tmp_path, DVOR_SITE_URL="http://127.0.0.1:9000")
    second = machine.load(tmp_path)
    assert all(len(first[name]) >= 32 and first[name] == second[name] for name in machine.SECRETS)
    assert second["DVOR_SITE_URL"] == "http://127.0.0.1:9000"


def test_what_the_environment_says_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.keep(tmp_path, DVOR_SITE_URL="http://127.0.0.1:9000")
    monkeypatch.setenv("DVOR_SITE_URL", "https://dvor.example")
    machine.load(tmp_path)
    assert os.environ["DVOR_SITE_URL"] == "https://dvor.example"
    assert os.environ["DVOR_DATA"] == str(tmp_path)


@pytest.mark.parametrize(
    "today", [date(2026, month, day) for month in (1, 2, 12) for day in (1, 9, 14, 15, 26, 27, 28)]
)
def test_a_demo_lives_on_a_day_when_readings_are_taken(tmp_path: Path, today: date) -> None:
    shift = machine.shift_days(tmp_path, today)
    assert 15 <= (today + timedelta(days=shift)).day <= 26
    assert 0 <= shift < 31


def test_the_clock_of_a_demo_never_goes_back(tmp_path: Path) -> None:
    lived = date(2026, 10, 1)
    for step in range(0, 400, 3):
        today = date(2026, 10, 1) + timedelta(days=step)
        shift = machine.shift_days(tmp_path, today)
        machine.keep_shift(tmp_path, shift)
        assert today + timedelta(days=shift) >= lived
        lived = today + timedelta(days=shift)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(machine.Wrong, match=f"port {port} for the site .* --port"):
            demo.start(host="127.0.0.1", port=port, data=tmp_path)
    assert not (tmp_path / "environment").exists(), "nothing was begun"


def test_translations_are_compiled_once() -> None:
    machine.compile_translations()
    assert machine.compile_translations() == 0


@pytest.fixture
def child(tmp_path: Path) -> Callable[[str], Child]:
    def make(code: str) -> Child:
        return Child("the child", [sys.executable, "-c", code], tmp_path / "log" / "child.log", dict)

    return make


def until(true: Callable[[], bool]) -> None:
    """Wait for something that another process does; a test fails rather than hangs."""
    for _round in range(400):
        if true():
            return
        time.sleep(0.025)
    raise AssertionError("it never happened")


def test_a_crashed_child_is_restarted_after_growing_pauses(child: Callable[[str], Child]) -> None:
    said: list[str] = []
    supervisor, crashing = Supervisor(said.append), child("import sys; print('my last words'); sys.exit(3)")
    supervisor.start(crashing)
    until(lambda: supervisor.look() or len(said) >= 3)  # type: ignore[func-returns-value]
    supervisor.stop()
    assert "exit code 3; again in 1 s" in said[0]
    assert said[1] == "the child runs again"
    assert "again in 2 s" in said[2]
    assert "my last words" in crashing.words()


def test_a_killed_child_is_said_to_be_killed(child: Callable[[str], Child]) -> None:
    said: list[str] = []
    supervisor, sleeping = Supervisor(said.append), child("import time; time.sleep(60)")
    supervisor.start(sleeping)
    assert sleeping.process is not None
    os.kill(sleeping.process.pid, signal.SIGKILL)
    until(lambda: supervisor.look() or bool(said))  # type: ignore[func-returns-value]
    supervisor.stop()
    assert "signal SIGKILL" in said[0]


def test_stopping_ends_every_child(child: Callable[[str], Child]) -> None:
    supervisor = Supervisor(lambda _text: None)
    sleeping = [child("import time; time.sleep(60)") for _number in range(2)]
    for one in sleeping:
        supervisor.start(one)
    supervisor.stop()
    assert all(one.process is not None and one.process.poll() is not None for one in sleeping)


def test_a_child_that_does_not_listen_is_killed(child: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dvor.cli.supervisor.STOP_SECONDS", 0.5)
    supervisor = Supervisor(lambda _text: None)
    deaf = child(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    supervisor.start(deaf)
    until(lambda: "deaf" in deaf.words())
    supervisor.stop()
    assert deaf.process is not None
    assert deaf.process.returncode == -signal.SIGKILL


def test_settings_of_a_child_are_told_anew_at_each_start(tmp_path: Path) -> None:
    days = iter(["2026-10-20", "2026-10-21"])
    child = Child(
        "the child", [sys.executable, "-c", "import os; print(os.environ['DVOR_DEMO_DATE'])"], tmp_path / "child.log",
        lambda: {"DVOR_DEMO_DATE": next(days)},
    )  # fmt: skip
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.start(child)
    until(lambda: supervisor.look() or "2026-10-21" in child.words())  # type: ignore[func-returns-value]
    supervisor.stop()
    assert child.words().splitlines()[:2] == ["2026-10-20", "2026-10-21"]


def test_a_day_that_the_keeper_asks_for_is_the_demos_day_and_time_never_goes_back(tmp_path: Path) -> None:
    today = date(2026, 11, 2)
    assert today + timedelta(days=machine.shift_days(tmp_path, today, asked="2026-10-20")) == date(2026, 10, 20)
    machine.keep_shift(tmp_path, -13)
    later = today + timedelta(days=1)
    assert later + timedelta(days=machine.shift_days(tmp_path, later, asked="2026-10-29")) == date(2026, 10, 29)
    for wrong in ("2026-10-01", "yesterday"):
        with pytest.raises(machine.Wrong):
            machine.shift_days(tmp_path, later, asked=wrong)
