"""``dvor manage appoint CITY_ID``: the first city operator, by somebody who works on the server itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dvor.base import clock
from dvor.base.refusals import Refusal
from dvor.people import roles
from dvor.people.models import Resident, Role


class Command(BaseCommand):
    help = "Give the role of city operator to a resident who has signed in once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("city_id", help="subject of the resident at the city ID")
        parser.add_argument("--reason", required=True, help="why, for the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        resident = Resident.objects.filter(city_id=options["city_id"]).first()
        if resident is None:
            raise CommandError("Nobody with this city ID has signed in yet.")
        try:
            roles.grant(resident, Role.Name.CITY_OPERATOR, by=None, at=clock.now(), reason=options["reason"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"resident {resident.pk}: city operator")
