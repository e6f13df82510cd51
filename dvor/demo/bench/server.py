"""The product's own server beside the bench: Granian as ``dvor serve`` starts it; its CPU time from /proc."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """Requests that were sent, and what the server spent on them."""

    requests: int
    seconds: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]

    @property
    def per_s(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_ms_each(self) -> float:
        """CPU time of all processes of the app for one request."""
        return self.cpu_ms / self.requests


class Server:
    """Starts and stops with ``with``."""

    def __init__(self, folder: Path, *, workers: int, threads: int) -> None:
        self._folder, self._workers, self._threads = folder, workers, threads
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def __enter__(self) -> Server:
        command = [
            sys.executable, "-m", "dvor", "serve", "--port", str(self.port), "--workers", str(self._workers),
            "--threads", str(self._threads),
        ]  # fmt: skip
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self._process.poll() is None, f"the server ended: {self._folder / 'server.log'}"
                time.sleep(0.1)
        raise TimeoutError("the server does not answer")

    def send(self, requests: Sequence[bytes], *, expected: int, connections: int = 8) -> Run:
        """Send the requests over kept-alive connections from a process of its own."""
        file = self._folder / "requests.json"
        file.write_text(json.dumps([request.decode("latin-1") for request in requests]), encoding="utf-8")
        command = [sys.executable, "-m", "dvor.demo.bench.load", str(file), str(self.port), str(connections)]
        before = self._cpu_ms()
        sent = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 our own
        spent = self._cpu_ms() - before
        told: dict[str, Any] = json.loads(sent.stdout)
        assert told["statuses"] == {str(expected): len(requests)}, f"{told}\n{self._last_words()}"
        return Run(requests=len(requests), cpu_ms=spent, **told)

    def _last_words(self) -> str:
        return (self._folder / "server.log").read_text(encoding="utf-8", errors="replace")[-3_000:]

    def _cpu_ms(self) -> float:
        return sum(_cpu_ticks(pid) for pid in _family(self._process.pid)) * _TICK_MS


def _family(pid: int) -> Iterator[int]:
    """The process and all that it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # utime, stime
