"""Django's ``migrate`` that also loads the data which the code relies on."""

from typing import Any

from django.core.management.commands import migrate

from dvor.base import clock, seeds


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        partly = options["app_label"] or options["plan"] or options["check_unapplied"] or options["prune"]
        if not partly:
            seeds.load(at=clock.now())
