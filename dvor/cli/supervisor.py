"""Keeps child processes alive: starts them in order, restarts what crashes after growing pauses, stops all at last."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dvor.cli.words import _

PAUSE_FIRST, PAUSE_MAX = 1.0, 30.0  # seconds before a restart
LIVED_WELL = 60.0  # after so long a crash is a new one
STOP_SECONDS = 12.0  # for the last requests and jobs; then they are killed
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process: what runs, with which settings, where its words go."""

    name: str
    command: Sequence[str]
    log: Path
    settings: Callable[[], Mapping[str, str]]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = PAUSE_FIRST
    due_at: float = field(default=0.0)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = self._spawn(out)
        self.started_at = time.monotonic()

    def _spawn(self, out: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 our own programs
            self.command,
            env={**os.environ, **self.settings()},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us alone: we stop the others in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )

    def words(self, count: int = 8) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


class Supervisor:
    """Watches children until it is told to stop (SIGINT, SIGTERM) or :meth:`stop`."""

    def __init__(self, say: Callable[[str], None], *, guard: Callable[[], None] = lambda: None) -> None:
        self._say = say
        self._guard = guard  # looks after what is not a child
        self._children: list[Child] = []
        self.stopping = False

    def listen(self) -> None:
        """From now on Ctrl-C and SIGTERM end :meth:`watch`."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, *_signal: object) -> None:
        self.stopping = True

    def start(self, child: Child) -> None:
        self._children.append(child)
        child.start()

    def look(self) -> None:
        """One round: restart what has ended and whose pause is over."""
        now = time.monotonic()
        for child in self._children:
            process = child.process
            if process is not None and process.poll() is not None:
                lived = now - child.started_at
                child.pause = PAUSE_FIRST if lived > LIVED_WELL else child.pause
                child.due_at, child.process = now + child.pause, None
                self._say(
                    _("%(child)s ended with %(ending)s; again in %(pause).0f s, its last words are in %(log)s")
                    % {
                        "child": child.name,
                        "ending": _ending(process.returncode),
                        "pause": child.pause,
                        "log": child.log,
                    }
                )
                child.pause = min(child.pause * 2, PAUSE_MAX)
            elif process is None and now >= child.due_at:
                child.start()
                self._say(_("%(child)s runs again") % {"child": child.name})

    def watch(self) -> None:
        """Look until somebody asks to stop."""
        while not self.stopping:
            self._guard()
            self.look()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask all children to end, the last started first; kill those that do not."""
        running = [child.process for child in reversed(self._children) if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _ending(code: int) -> str:
    if code < 0:
        return _("signal %(name)s") % {"name": signal.Signals(-code).name}
    return _("exit code %(code)s") % {"code": code}


def _die_with_parent() -> None:
    """Linux ends the child when the supervisor is killed, so that no port stays taken."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
