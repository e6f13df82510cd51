from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "dvor.notices"

    def ready(self) -> None:
        from django.core import checks

        from dvor.notices import soundness, upkeep
        from dvor.people import residents

        residents.on_erase(upkeep.erase)
        checks.register(soundness.check)
