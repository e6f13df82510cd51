"""``dvor import`` and ``dvor export``: files in and out, with progress, an error report and a result for machines."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from dvor.cli import machine, screen
from dvor.cli.words import _

# What the importers call the fates of a row; their sum is the number of rows.
ROWS = ("flats_added", "flats_changed", "flats_same", "taken", "corrected", "unchanged", "loaded", "repeated", "wrong",
        "refused")  # fmt: skip

imports = typer.Typer(help="Load a file; bad rows are reported, all others go in.", no_args_is_help=True)
exports = typer.Typer(help="Write a file.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, XLSX or ODS")]
Report = Annotated[Path | None, typer.Option(help="where the error report goes; beside FILE, with .errors.csv")]
By = Annotated[str, typer.Option(help="city ID of the operator who answers for it")]
Json = Annotated[bool, typer.Option("--json", help="print the result as one JSON object")]


@imports.command("homes")
def homes(file: File, report: Report = None, by: By = "", as_json: Json = False) -> None:  # noqa: FBT002
    """The city's registry of houses and flats; running it again changes only what has changed."""
    machine.ready()
    from dvor.base import clock
    from dvor.base.files import ErrorReport
    from dvor.homes import registry

    with _Import("homes", file, report) as work, ErrorReport(work.report) as errors, screen.bar(file.name) as bar:
        done = registry.import_(file, report=errors, by=_operator(by), at=clock.now(), progress=bar, filename=file.name)
        work.bad = errors.rows
    work.finish(asdict(done), as_json=as_json)


@imports.command("readings")
def readings(file: File, report: Report = None, by: By = "", as_json: Json = False) -> None:  # noqa: FBT002
    """Readings of many flats: the 21 columns of open-condo, those of mosgis, or our own export."""
    machine.ready()
    from dvor.base import clock
    from dvor.base.files import ErrorReport
    from dvor.meters import exchange

    with _Import("readings", file, report) as work, ErrorReport(work.report) as errors, screen.bar(file.name) as bar:
        done = exchange.import_(file, report=errors, by=_operator(by), at=clock.now(), progress=bar, filename=file.name)
        work.bad = errors.rows
    work.finish(asdict(done), as_json=as_json)


@imports.command("bills")
def bills(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, XLSX, ODS or XML")],
    report: Report = None,
    by: By = "",
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Bills of many flats: a table with a row a line, or the XML of GIS ЖКХ; running it again changes nothing."""
    machine.ready()
    from dvor.base import clock
    from dvor.base.files import ErrorReport
    from dvor.bills import exchange

    with _Import("bills", file, report) as work, ErrorReport(work.report) as errors, screen.bar(file.name) as bar:
        done = exchange.import_(file, report=errors, by=_operator(by), at=clock.now(), progress=bar, filename=file.name)
        work.bad = errors.rows
        work.rows = bar.done
    work.finish(asdict(done), as_json=as_json)


@imports.command("promo-codes")
def promo_codes(
    file: File,
    reward: Annotated[int, typer.Option(help="id of the reward that the codes are for")],
    report: Report = None,
    by: By = "",
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """A partner's codes, one a line; after loading nobody but their resident sees them."""
    machine.ready()
    from dvor.base import clock
    from dvor.base.files import ErrorReport
    from dvor.rewards import codes

    with _Import("promo codes", file, report) as work, ErrorReport(work.report) as errors, screen.bar(file.name) as bar:
        done = codes.import_(file, reward_id=reward, by=_operator(by), at=clock.now(), progress=bar, report=errors)
        work.bad = errors.rows
    work.finish(asdict(done), as_json=as_json)


@imports.command("statement")
def statement(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="the bank's export to 1C")],
    report: Report = None,
    by: By = "",
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """A bank statement (1CClientBankExchange), all of it or nothing; exit code 1 when something differs."""
    machine.ready()
    from dvor.base import clock
    from dvor.base.files import ErrorReport
    from dvor.settlements import statements

    with _Import("statement", file, report) as work, ErrorReport(work.report) as errors:
        try:
            done = statements.import_(file, report=errors, by=_operator(by), at=clock.now())
        finally:
            if not errors.count:
                work.report.unlink(missing_ok=True)
    work.finish(asdict(done), as_json=as_json)
    if done.differences:
        raise typer.Exit(1)


@exports.command("readings")
def export_readings(
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], help="billing month, such as 2026-10")],
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help=".xlsx or .csv; readings-MONTH.xlsx")] = None,
    house: Annotated[int | None, typer.Option(help="UNOM of a house; all houses without it")] = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Readings of one billing month, in the form that dvor import readings takes."""
    file = file or Path(f"readings-{month:%Y-%m}.xlsx")
    if file.suffix.lower() not in {".xlsx", ".csv"}:
        machine.refuse(_("%(file)s: the name must end with .xlsx or .csv") % {"file": file})
    machine.ready()
    from dvor.homes.models import House
    from dvor.meters import exchange

    of = None if house is None else House.objects.filter(unom=house).first()
    if house is not None and of is None:
        machine.refuse(_("--house: there is no house with UNOM %(unom)s") % {"unom": house})
    began = time.monotonic()
    as_xlsx, house_id = file.suffix.lower() == ".xlsx", of.pk if of else None
    with screen.bar(file.name) as bar, file.open("wb") as out:
        exchange.export(out, month=month.date(), as_xlsx=as_xlsx, progress=bar, house_id=house_id)
    seconds = time.monotonic() - began
    result = {"file": str(file), "rows": bar.done, "seconds": round(seconds, 2)}
    screen.answer(result, f"{file}: {bar.done} rows in {seconds:.1f} s", as_json=as_json)


@exports.command("demo-statement")
def export_demo_statement(
    on: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DATE", help="day of the statement")],
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="statement-DATE.txt")] = None,
) -> None:
    """The statement of a demo's bank for a day: the acquirer's money for the payments of the day before."""
    file = file or Path(f"statement-{on:%Y-%m-%d}.txt")
    machine.ready()
    from django.conf import settings

    from dvor.demo import bank
    from dvor.settlements.models import Account

    account = Account.objects.exclude(acquirer="").first()
    if not settings.DEMO or account is None:
        machine.refuse(_("only a demo has a bank of its own"))
    file.write_bytes(bank.morning_after(account, on.date()))
    screen.answer({"file": str(file)}, str(file), as_json=False)


class _Import:
    """Times an import, names its error report, and says how it went."""

    def __init__(self, what: str, file: Path, report: Path | None) -> None:
        self.what, self.file = what, file
        self.report = report or file.with_name(file.name + ".errors.csv")
        self.bad = 0
        self.rows: int | None = None  # where the fates are not those of rows

    def __enter__(self) -> _Import:
        self._began = time.monotonic()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.seconds = time.monotonic() - self._began

    def finish(self, done: Mapping[str, Any], *, as_json: bool) -> None:
        """Show the result; leave with exit code 1 when rows were refused. A clean file leaves no report behind."""
        if not self.bad:
            self.report.unlink(missing_ok=True)
        rows = sum(done.get(name, 0) for name in ROWS) if self.rows is None else self.rows
        speed = round(rows / self.seconds) if self.seconds else 0
        counts = ", ".join(
            f"{name.replace('_', ' ')} {count}" for name, count in done.items() if count and isinstance(count, int)
        )
        for warning in done.get("warnings", ()):
            screen.tell(str(warning))
        lines = [f"{self.what}: {counts or 'nothing new'}; {rows} rows in {self.seconds:.1f} s ({speed} rows/s)"]
        if self.bad:
            lines.append(_("%(rows)s rows were refused: %(report)s") % {"rows": self.bad, "report": self.report})
        result = {"file": str(self.file), **done, "rows": rows, "refused_rows": self.bad,
                  "report": str(self.report) if self.bad else None, "seconds": round(self.seconds, 2),
                  "rows_s": speed}  # fmt: skip
        screen.answer(result, "\n".join(lines), as_json=as_json)
        if self.bad:
            raise typer.Exit(1)


def _operator(city_id: str) -> Any:
    """The operator of ``--by``, or nobody: the machine's keeper acts for the system."""
    if not city_id:
        return None
    from dvor.people.models import Resident

    found = Resident.objects.filter(city_id=city_id, deleted_at__isnull=True).first()
    return found or machine.refuse(
        _("--by: nobody with the city ID %(city_id)s has ever signed in") % {"city_id": city_id}
    )
