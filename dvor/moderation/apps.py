from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "dvor.moderation"

    def ready(self) -> None:
        from dvor.base import seeds
        from dvor.moderation import seed, telling, upkeep
        from dvor.people import residents

        telling.register()
        seeds.register(seed.load)
        residents.on_erase(upkeep.erase)
