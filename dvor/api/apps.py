from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "dvor.api"

    def ready(self) -> None:
        """``base`` does not know who the residents are: the API tells its door who finds them."""
        from dvor.base import doors

        if find_spec("dvor.people.tokens"):
            doors.Bearer.resident_of = import_module("dvor.people.tokens").resident_of
