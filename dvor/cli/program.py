"""The commands, and what becomes of their failures. The product is imported inside them, once Django is ready."""

from __future__ import annotations

import traceback
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from dvor.cli import exchange, machine, prepare, reports, screen, words
from dvor.cli import run as running
from dvor.cli.words import _

Json = Annotated[bool, typer.Option("--json", help="print the result as one JSON object")]

program = typer.Typer(
    name="dvor",
    help="Dvor, the open-source electronic house.",
    epilog="Exit codes: 0 done; 1 done, but something is not in order (bad rows, differences, a failing check); "
    "2 cannot be done as asked; 70 a failure of our own; 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
program.add_typer(running.processes)
program.add_typer(exchange.imports, name="import")
program.add_typer(exchange.exports, name="export")
program.add_typer(reports.reports, name="report")


@program.callback()
def choose(
    data: Annotated[Path | None, typer.Option(help="folder of data and settings; DVOR_DATA, or .data")] = None,
) -> None:
    """Where the data of this call lies."""
    if data is not None:
        machine.load(machine.folder(data))


@program.command("prepare")
def prepare_() -> None:
    """Bring tables and static files to the installed version; run it after each update, before serving."""
    machine.ready()
    prepare.everything(screen.tell)


@program.command()
def audit(as_json: Json = False) -> None:  # noqa: FBT002
    """Recompute points, stock, bills, payments and bank days from their rows; exit code 1 when anything differs."""
    machine.ready()
    from dvor.bills import proof as bills_proof
    from dvor.ledger import proof as ledger_proof
    from dvor.payments import proof as payments_proof
    from dvor.points import proof as points_proof
    from dvor.rewards import proof as rewards_proof
    from dvor.settlements import proof as settlements_proof

    with screen.people.status(_("recomputing everything from the transfers…")):
        points = [*ledger_proof.prove(), *points_proof.prove()]
        stock: list[Any] = [
            *rewards_proof.prove(),
            *bills_proof.prove(),
            *payments_proof.prove(),
            *settlements_proof.prove(),
        ]
    found = [*map(str, points), *map(str, stock)]
    text = "\n".join(found) or _("no differences")
    differences = [*(difference.facts() for difference in points), *(difference.facts() for difference in stock)]
    screen.answer({"differences": differences, "count": len(found)}, text, as_json=as_json)
    if found:
        raise typer.Exit(1)


@program.command()
def expire(
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="as if this day had begun")] = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Do what time does to points: pending ones mature, holds lapse, old lots expire, owners are warned before."""
    machine.ready()
    from dvor.base import clock, periods
    from dvor.ledger import holds, lots

    at = clock.now() if on is None else datetime.combine(on.date(), time(0, 1), tzinfo=periods.zone())
    if at > clock.now() + timedelta(days=1):
        machine.refuse(_("--on lies in the future; what has expired cannot be brought back"))
    with screen.people.status(_("letting time pass…")):
        done = {"matured": lots.mature(at=at), "lapsed": holds.lapse(at=at), "expired": lots.expire(at=at),
                "warned": lots.warn(at=at)}  # fmt: skip
    text = ", ".join(f"{what}: {count}" for what, count in done.items())
    screen.answer(done, text, as_json=as_json)


@program.command()
def demo(
    seed: Annotated[int, typer.Option(help="the same seed makes the same district")] = 1,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Load the demo district into an empty database: houses, residents, two years of readings, a catalogue."""
    machine.ready()
    from dvor.base import clock
    from dvor.demo import district

    with screen.bar(_("demo district")) as bar:
        built = district.build(seed=seed, at=clock.now(), progress=bar)
    screen.answer(
        {"built": built}, _("the demo district is there") if built else _("it was there already"), as_json=as_json
    )


@program.command()
def health(as_json: Json = False) -> None:  # noqa: FBT002
    """Check database, migrations, worker, queue and disk, as /healthz does; exit code 1 when one fails."""
    machine.ready()
    from dvor.base import watching

    checks = watching.checks()
    text = "\n".join(f"{'ok  ' if check.fine else 'FAIL'} {check.name} {check.matter}".rstrip() for check in checks)
    screen.answer({check.name: check.matter or "ok" for check in checks}, text, as_json=as_json)
    if not all(check.fine for check in checks):
        raise typer.Exit(1)


@program.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="end within a minute: fewer rows, shorter runs")] = False,  # noqa: FBT002
    to: Annotated[Path | None, typer.Option("--json", help="write the figures to this file as one JSON object")] = None,
) -> None:
    """Measure speed beside the raw limit of the same machine, on a database of its own that is dropped afterwards."""
    from dvor.demo.bench import place

    with place.fresh(machine.folder()) as folder:
        machine.ready(folder)
        from dvor.demo.bench import table

        prepare.everything(screen.tell)
        figures = table.measure(folder=folder, quick=quick, say=screen.tell)
        found = figures.as_json(settings=table.machine(quick=quick))
        screen.show([_("figure"), _("value"), _("unit"), _("wanted")], figures.lines())
        if to is not None:
            table.write(found, to)


@program.command()
def settings() -> None:
    """Print the list of settings as Markdown: what docs/settings.md says."""
    from dvor.cli import reference

    screen.answer({}, reference.settings_page(), as_json=False)


@program.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def manage(context: typer.Context) -> None:
    """Django's own commands: dvor manage migrate, dvor manage shell, dvor manage help…"""
    machine.ready()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["dvor manage", *context.args])


def run(arguments: list[str]) -> int:
    """Run the program; every expected failure is one line and exit code 2."""
    from django.core.exceptions import ImproperlyConfigured

    from dvor.base.refusals import Refusal

    try:
        machine.compile_translations()
        command = typer.main.get_command(program)
        words.translate(command)
        command(args=arguments, prog_name="dvor")
    except SystemExit as left:
        return _code(left)
    except (Refusal, ImproperlyConfigured, machine.Wrong) as wrong:
        screen.complain(str(wrong))
        return 2
    except OSError as wrong:
        if not wrong.filename:
            return _failure()
        screen.complain(f"{wrong.filename}: {wrong.strerror}")
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception:
        return _failure()
    return 0


def _failure() -> int:
    traceback.print_exc()
    screen.complain(_("this is a failure of ours; please report the lines above"))
    return 70


def _code(left: SystemExit) -> int:
    code: Any = left.code
    return code if isinstance(code, int) else 0 if code is None else 1
