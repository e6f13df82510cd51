"""Starts a demo step by step, each step cheap when it was done before; then keeps its processes alive."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sys
import time
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from dvor.base import embedded
from dvor.cli import machine, prepare, screen
from dvor.cli.supervisor import Child, Supervisor
from dvor.cli.words import _

READY_SECONDS = 90.0
OPERATORS = ("city_operator", "management_company", "moderator", "accountant", "partner")
KINDS = {
    "full": lambda: _("full account"),
    "standard": lambda: _("standard account"),
    "simplified": lambda: _("simplified account"),
    "city_operator": lambda: _("city operator"),
    "management_company": lambda: _("management company"),
    "moderator": lambda: _("moderator"),
    "accountant": lambda: _("accountant"),
    "partner": lambda: _("partner of rewards"),
}


def start(*, host: str, port: int, data: Path) -> None:
    """Prepare everything, start the processes, say where the site is, and watch until Ctrl-C."""
    began = time.monotonic()
    for number, what in (
        (port, _("the site")), (port + 1, _("the stand-in city ID")), (port + 2, _("the stand-in acquirer")),
    ):  # fmt: skip
        _check_port(host, number, what)
    shift = _settings(host, port, data)
    _prepare(data)
    supervisor = Supervisor(screen.tell, guard=lambda: _revive_database(data))
    supervisor.listen()
    try:
        for child in _children(host, port, data, shift):
            supervisor.start(child)
        _wait_until_healthy(supervisor, host, port)
        if not supervisor.stopping:
            _welcome(host, port, seconds=time.monotonic() - began)
        supervisor.watch()
    finally:
        screen.tell(_("stopping…"))
        supervisor.stop()


def _check_port(host: str, port: int, what: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            machine.refuse(
                _("port %(port)s for %(what)s cannot be used (%(why)s); choose another one with --port")
                % {"port": port, "what": what, "why": taken.strerror}
            )


def _settings(host: str, port: int, data: Path) -> int:
    """Write the demo's settings and take them over; return how many days its clock is ahead."""
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 a name for people, not a binding
    machine.keep(
        data,
        DVOR_DEMO="yes",
        DVOR_SITE_URL=f"http://{shown}:{port}",
        CITY_ID_ISSUER=f"http://{shown}:{port + 1}",
        ACQUIRER_URL=f"http://{shown}:{port + 2}/v3",
        ACQUIRER_SHOP_ID="100500",
        ACQUIRER_WEBHOOK_ADDRESSES=",".join(sorted({"127.0.0.1", "::1", _address(shown)})),
    )
    today = date.today()  # noqa: DTZ011 whole days, any zone
    shift = machine.shift_days(data, today, asked=os.environ.get("DVOR_DEMO_DATE", ""))
    machine.keep_shift(data, shift)
    os.environ.pop("DVOR_DEMO_DATE", None)  # the shift says the same, and says it over midnight
    os.environ["DVOR_DEMO"] = "yes"
    machine.load(data)
    return shift


def _address(host: str) -> str:
    """The address from which a process of this machine speaks to the site."""
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError:
        return "127.0.0.1"


def _prepare(data: Path) -> None:
    began = time.monotonic()
    machine.ready(data)
    screen.tell(_("PostgreSQL: %(seconds).1f s") % {"seconds": time.monotonic() - began})
    prepare.everything(screen.tell)
    from django.db import connection

    from dvor.base import clock
    from dvor.base.models import AuditEntry
    from dvor.demo import district
    from dvor.demo.district.building import BUILT

    if not AuditEntry.objects.filter(act=BUILT).exists():
        began = time.monotonic()
        with screen.bar(_("demo district")) as bar:
            district.build(at=clock.now(), progress=bar)
        screen.tell(_("demo district: %(seconds).1f s") % {"seconds": time.monotonic() - began})
    connection.close()


def _revive_database(data: Path) -> None:
    """The embedded PostgreSQL is nobody's child: its processes share it, and whoever sees it dead starts it again."""
    if "DATABASE_URL" not in os.environ and embedded.revive(data):
        screen.tell(_("PostgreSQL had ended and runs again"))


def _children(host: str, port: int, data: Path, shift: int) -> list[Child]:
    from django.conf import settings

    def own() -> Mapping[str, str]:
        """The day is told anew at each start: the clock's shift stays the same over midnight."""
        told = {"DATABASE_URL": settings.DATABASE_URL, "DVOR_DATA": str(data)}
        if shift:
            told["DVOR_DEMO_DATE"] = (date.today() + timedelta(days=shift)).isoformat()  # noqa: DTZ011
        return told

    logs, python = data / "log", sys.executable
    for log in logs.glob("*.log"):
        log.replace(log.with_suffix(".log.old"))
    cores = str(os.cpu_count() or 1)
    return [
        Child(
            _("the stand-in city ID"),
            [python, "-m", "dvor.demo.stand_ins.city_id", "--host", host, "--port", str(port + 1)],
            logs / "city-id.log", own,
        ),
        Child(
            _("the stand-in acquirer"),
            [python, "-m", "dvor.demo.stand_ins.acquirer", "--host", host, "--port", str(port + 2),
             "--url", settings.ACQUIRER["url"].removesuffix("/v3")],
            logs / "acquirer.log", own,
        ),
        Child(_("the worker"), [python, "-m", "dvor", "worker"], logs / "worker.log", own),
        Child(
            _("the site"),
            [python, "-m", "dvor", "serve", "--host", host, "--port", str(port), "--workers", cores],
            logs / "site.log", own,
        ),
    ]  # fmt: skip


def _wait_until_healthy(supervisor: Supervisor, host: str, port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    matter = "no answer yet"
    with screen.people.status(_("waiting until everything answers…")):
        while not supervisor.stopping and time.monotonic() < until:
            matter = _matter(host, port)
            if not matter:
                return
            supervisor.look()
            time.sleep(0.1)
    if not supervisor.stopping:
        screen.tell(
            _("not everything works after %(seconds).0f s: %(matter)s") % {"seconds": READY_SECONDS, "matter": matter}
        )


def _matter(host: str, port: int) -> str:
    """What does not work yet; empty when all does."""
    host = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
    try:
        for stand_in in (port + 1, port + 2):
            with socket.create_connection((host, stand_in), timeout=1):
                pass
        connection = http.client.HTTPConnection(host, port, timeout=5)
        connection.request("GET", "/healthz")
        answer = json.loads(connection.getresponse().read())
        return "; ".join(f"{name}: {matter}" for name, matter in answer["checks"].items() if matter != "ok")
    except (OSError, http.client.HTTPException, ValueError, KeyError) as wrong:
        return f"{type(wrong).__name__} {wrong}"


def _welcome(host: str, port: int, *, seconds: float) -> None:
    address = os.environ["DVOR_SITE_URL"]
    acquirer = os.environ["ACQUIRER_URL"].removesuffix("/v3")
    told = {"address": address, "acquirer": acquirer, "seconds": seconds}
    screen.tell("\n" + _("Dvor is ready: %(address)s   (%(seconds).1f s; Ctrl-C stops it)") % told)
    screen.tell(_("console for operators: %(address)s/console/   API: %(address)s/api/v1/docs") % told)
    screen.tell(_("payments go to the stand-in acquirer, which can be told to misbehave: %(acquirer)s/control/") % told)
    screen.tell(_("sign in with the stand-in city ID, where you choose who you are; among them:"))
    for line in _people():
        screen.tell("  " + line)


def _people() -> list[str]:
    """One person of each kind who can sign in: levels of account, then operators."""
    listed = Path(__file__).resolve().parent.parent / "demo" / "stand_ins" / "city_id" / "persons.toml"
    seen: dict[str, str] = {}
    for person in tomllib.loads(listed.read_text(encoding="utf-8"))["person"]:
        role = person.get("role", "")
        kind = role if role in OPERATORS else person["level"]
        name = " ".join(person.get(part, "") for part in ("first_name", "middle_name", "last_name"))
        seen.setdefault(kind, f"{name}: {KINDS[kind]()}")
    return list(seen.values())
