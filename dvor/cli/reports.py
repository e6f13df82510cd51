"""``dvor report``: what is known of a day, for people and for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from dvor.cli import machine, screen
from dvor.cli.words import _

reports = typer.Typer(help="Print a report.", no_args_is_help=True)


@reports.command("day")
def day(
    on: Annotated[
        datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DATE", help="business day, such as 2026-11-20")
    ],
    account: Annotated[str, typer.Option(help="number of our account; all accounts without it")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print the result as one JSON object")] = False,  # noqa: FBT002
) -> None:
    """Payments, refunds, money and differences of a business day; exit code 1 while the day does not add up."""
    machine.ready()
    from dvor.settlements import reporting
    from dvor.settlements.models import Account

    accounts = Account.objects.order_by("number")
    wanted = list(accounts.filter(number=account) if account else accounts)
    if not wanted:
        machine.refuse(_("no such account is reconciled"))
    found = [reporting.of(one, on.date()) for one in wanted]
    lines = [[str(cell) for cell in row] for report in found for row in reporting.rows(report)]
    if as_json:
        screen.answer({"day": on.date().isoformat(), "accounts": [one.figures() for one in found]}, "", as_json=True)
    else:
        screen.show([heading.title for heading in reporting.headings()], lines)
    if any(one.total("gap") or any(difference.is_open for difference in one.differences) for one in found):
        raise typer.Exit(1)
