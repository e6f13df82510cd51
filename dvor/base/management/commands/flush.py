"""Django's ``flush`` that also loads the data which the code relies on."""

from typing import Any

from django.core.management.commands import flush

from dvor.base import clock, seeds


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        super().handle(**options)
        seeds.load(at=clock.now())
