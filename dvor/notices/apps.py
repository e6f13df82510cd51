from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "dvor.notices"

    def ready(self) -> None:
        from dvor.notices import upkeep
        from dvor.people import residents

        residents.on_erase(upkeep.erase)
