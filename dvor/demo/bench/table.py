"""Measures everything in one run and shows it beside what is asked for and what the machine can do at all."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from dvor.base import clock
from dvor.demo.bench import batch, bills, feed, flats, growth, limit, road, telling
from dvor.demo.bench.server import Run, Server

CONNECTIONS = 8
WORKERS, THREADS = 2, 12  # as dvor serve has them


@dataclass
class Figures:
    """What was measured: name, value, unit, and what the figure should be."""

    rows: list[tuple[str, float, str, str]] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, wanted: str = "") -> None:
        self.rows.append((name, value, unit, wanted))

    def lines(self) -> list[tuple[str, str, str, str]]:
        """For a table on the screen."""
        return [
            (name, f"{value:,.0f}".replace(",", " ") if value >= 100 else f"{value:.2f}", unit, wanted)
            for name, value, unit, wanted in self.rows
        ]

    def as_json(self, *, settings: Mapping[str, Any]) -> dict[str, Any]:
        """One object: figures by name, their units beside them."""
        return {
            **{name: round(value, 3) for name, value, _unit, _wanted in self.rows},
            "units": {name: unit for name, _value, unit, _wanted in self.rows},
            "settings": dict(settings),
        }


def measure(*, folder: Path, quick: bool, say: Callable[[str], None]) -> Figures:
    """All figures, on prepared tables. ``quick`` takes fewer flats, fewer rows and less growth, to end in a minute."""
    at = clock.now()
    figures = Figures()
    count = 400 if quick else 4_000
    flats.number_from_afar()
    say(f"{count * 3} flats…")
    for_pgbench = flats.make(max(count // 2, 400), at=at)
    big_house = feed.fill(residents=400 if quick else 2_000, at=at, years=1 if quick else feed.YEARS)
    for_api, for_form = flats.make(count + road.WARM, at=at), flats.make(count // 2 + road.WARM, at=at)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
        cursor.execute("checkpoint")
    say("pgbench: the same statements, one reading a transaction…")
    raw = limit.measure(for_pgbench, folder=folder, clients=CONNECTIONS, at=at)
    connection.close()
    with Server(folder, workers=WORKERS, threads=THREADS) as server:
        say("readings through the API…")
        _readings(figures, "http", road.api(server, for_api), raw)
        say("readings through the page's form…")
        _readings(figures, "page", road.form(server, for_form), raw)
        say("pages…")
        _pages(figures, server, for_api[: 80 if quick else 1_000], at)
        _feed(figures, big_house, feed.measure(server, big_house, at, readers=80 if quick else 1_000))
    figures.add("pgbench_readings_per_s", raw.per_s, f"transactions/s of {raw.statements} statements, one reading each")
    say("batches…")
    _batches(figures, quick=quick, say=say)
    _bills(figures, bills.measure(bills=2_000 if quick else 1_000_000, folder=folder, say=say))
    say("one event told to a city…")
    _tellings(figures, residents=10_000 if quick else 100_000)
    say("an outage announced to a city…")
    _outage(figures, feed.announce(residents=10_000 if quick else 100_000, at=at))
    return figures


def _readings(figures: Figures, way: str, run: Run, raw: limit.Limit) -> None:
    wanted = way == "http"
    each = run.per_s * flats.METERS
    figures.add(f"readings_{way}_per_s", each, f"readings/s, {flats.METERS} a request")
    figures.add(f"reading_{way}_cpu_ms", run.cpu_ms_each, "ms CPU of the app a request", "< 1.5" if wanted else "")
    figures.add(f"reading_{way}_ratio", each / raw.per_s, "of pgbench's readings/s", "≥ 0.25" if wanted else "")
    figures.add(f"reading_{way}_p99_ms", run.p99_ms, "ms, slowest hundredth of requests")


def _pages(figures: Figures, server: Server, residents: list[flats.Measured], at: datetime) -> None:
    for name, path in (("meters", "/meters/{flat.flat_id}/"), ("statement", "/points/")):
        run = road.page(server, residents, path)
        figures.add(f"page_{name}_cpu_ms", run.cpu_ms_each, "ms CPU of the app a page")
        figures.add(f"page_{name}_queries", road.statements(residents[0], path, at), "SQL statements a page")


def _feed(figures: Figures, house: feed.BigHouse, pages: list[feed.Pages]) -> None:
    figures.add("feed_publish_per_s", house.cards_per_s, f"cards/s into a feed of {house.cards:,}".replace(",", " "))
    for page in pages:
        asked = page.name != "feed_search"
        figures.add(f"page_{page.name}_cpu_ms", page.run.cpu_ms_each, "ms CPU of the app", "< 30" if asked else "")
        figures.add(f"page_{page.name}_queries", page.queries, "SQL statements", "< 15" if asked else "")
        figures.add(f"page_{page.name}_p99_ms", page.run.p99_ms, "ms, slowest hundredth of requests")


def _batches(figures: Figures, *, quick: bool, say: Callable[[str], None]) -> None:
    found = batch.measure(rows=10_000, rounds=5 if quick else 9)
    figures.add("award_batch_rows_s", found.record_rows_s, "activities/s in one call of 10,000")
    figures.add("award_batch_ratio", found.ratio, "of bare inserts of the same rows", "≥ 0.5")
    figures.add("award_batch_again_rows_s", found.again_rows_s, "activities/s of residents who have a lot already")
    grown = growth.measure(
        sizes=(0, 100_000) if quick else (0, 5_000_000, 20_000_000), rounds=2 if quick else 3, say=say
    )
    for size, rows_s in grown.rows_s.items():
        figures.add(f"award_batch_rows_s_after_{size}", rows_s, f"activities/s after {size:,} before".replace(",", " "))
    figures.add("growth_ratio", grown.ratio, f"of the speed at none, after {grown.largest:,}".replace(",", " "))


def _bills(figures: Figures, done: bills.Import) -> None:
    figures.add("bills_import_bills_s", done.bills_s, f"bills/s, {done.bills:,} in one file".replace(",", " "))
    figures.add("bills_import_lines_s", done.lines_s, "rows/s, one service each")
    figures.add("bills_import_seconds", done.seconds, "s for the whole file")
    figures.add(
        "bills_import_cpu_us", done.cpu_s / done.lines * 1e6, "µs CPU of the importer a row, without PostgreSQL"
    )
    figures.add("bills_import_memory_mb", done.memory_mb, "MB at most, with the code itself")


def _tellings(figures: Figures, *, residents: int) -> None:
    found = telling.measure(residents=residents)
    figures.add("notices_told_per_s", found.told_per_s, f"notices/s, one event to {residents:,}".replace(",", " "))
    figures.add("notices_told_ratio", found.ratio, "of bare inserts of the same rows")
    figures.add("notices_told_again_per_s", found.again_per_s, "notices/s that everybody has already")


def _outage(figures: Figures, found: feed.Announcement) -> None:
    whom = f"{found.residents:,} in {found.houses} houses".replace(",", " ")
    figures.add("outage_told_per_s", found.per_s, f"residents/s, one outage to {whom}: cards, notices, jobs")
    figures.add("outage_statements", found.statements, "SQL statements of the whole announcement")


def machine(*, quick: bool) -> dict[str, Any]:
    """What the figures depend on."""
    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        version = cursor.fetchone()[0]
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    return {
        "quick": quick, "cores": os.cpu_count(), "cpu": model, "python": platform.python_version(),
        "postgresql": version, "server": f"granian, {WORKERS} processes of {THREADS} threads",
        "connections": CONNECTIONS, "fsync": True, "load_average": round(os.getloadavg()[0], 2),
        "load_from_the_same_machine": True, "day": clock.now().date().isoformat(), "argv": sys.argv[1:],
    }  # fmt: skip


def write(found: Mapping[str, Any], to: Path) -> None:
    """The figures as one JSON object."""
    to.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
