"""``dvor run``: the whole demo in one command; ``dvor serve`` and ``dvor worker``: the two processes of production."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dvor.cli import machine, screen
from dvor.cli.words import _

Port = Annotated[int, typer.Option(min=1, max=65535, help="port of the site")]
Host = Annotated[str, typer.Option(help="address to listen on")]

_THREADS_FREE = 4  # of each process: they never wait for news, whatever chats are open

processes = typer.Typer()


@processes.command()
def run(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    data: Annotated[Path | None, typer.Option(help="folder of database, mails, logs and secrets; .data")] = None,
) -> None:
    """Start a demo: PostgreSQL, the district, stand-ins for city ID and acquirer, worker, site. Ctrl-C stops all."""
    from dvor.cli import demo

    if os.environ.get("DVOR_DEMO", "yes").lower() in {"no", "false", "0", "off"}:
        machine.refuse(_("dvor run is for a demo; in production start dvor serve and dvor worker (docs/deploy.md)"))
    signal.signal(signal.SIGTERM, _interrupt)
    demo.start(host=host, port=port, data=machine.folder(data))


@processes.command()
def serve(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, help="server processes; the number of cores")] = os.cpu_count() or 1,
    threads: Annotated[
        int, typer.Option(min=1, help="threads of each process; all but four may wait for news of chats")
    ] = 12,
) -> NoReturn:
    """Serve the site with Granian until it is told to stop. Settings come from the environment (docs/settings.md)."""
    data = machine.folder()
    machine.load(data)
    os.environ.setdefault("DVOR_LIVE_WAITERS", str(max(threads - _THREADS_FREE, 0)))
    machine.compile_translations()
    counters = data / "metrics"
    shutil.rmtree(counters, ignore_errors=True)
    counters.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counters)
    screen.tell(
        _("serving on %(address)s with %(workers)s × %(threads)s threads")
        % {"address": f"http://{host}:{port}", "workers": workers, "threads": threads}
    )
    command = [
        sys.executable, "-m", "granian", "dvor.wsgi:application", "--interface", "wsgi", "--http", "1", "--no-ws",
        "--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads),
        "--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "10",
        "--log-level", "warning",
    ]  # fmt: skip
    os.execv(sys.executable, command)  # noqa: S606 no shell: our own interpreter


@processes.command()
def worker(
    concurrency: Annotated[int, typer.Option(min=1, help="jobs at the same time")] = 2,
) -> None:
    """Do deferred and periodic jobs until it is told to stop."""
    machine.ready()
    from django.core.management import call_command

    call_command("procrastinate", "worker", "--concurrency", str(concurrency), "--delete-jobs", "successful")


def _interrupt(*_signal: object) -> NoReturn:
    raise KeyboardInterrupt
